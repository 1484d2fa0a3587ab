# SPDX-License-Identifier: MIT
"""A deployment on this machine: a server and workers with ClickHouse (tests/clickhouse/shim.mjs) and Redis.
Object store and metadata are files that the processes share."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
from rushlight import BIN, READY, Server, clean_env  # noqa: E402

SHIM = os.path.join(HERE, "../clickhouse")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def missing():
    """What is not installed here, in words; none when all is there."""
    if not os.path.isdir(os.path.join(SHIM, "node_modules", "chdb")):
        return "tests/clickhouse has no node_modules"
    return None if shutil.which("redis-server") else "there is no redis-server"


class Process:
    """A program with a log in a directory; stopped by its process id."""

    def __init__(self, directory, name, command, env=None):
        self.log_path = os.path.join(directory, name + ".log")
        self.command, self.env, self.process = command, env, None

    @property
    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def start(self, ready=None, timeout=60):
        offset = os.path.getsize(self.log_path) if os.path.exists(self.log_path) else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command, env=clean_env(self.env), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + timeout
        while ready and not (found := ready(self.log[offset:])):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.command[0]} did not get ready: {self.log[offset:]}")
            time.sleep(0.01)
        return found if ready else None

    def signal(self, number):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def stop(self, timeout=30):
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Worker(Process):
    def __init__(self, deployment, name):
        super().__init__(deployment.root, name, [BIN, "worker", "--listen", "127.0.0.1:0", "--data", deployment.data], deployment.env)
        self.port = None

    def start(self, ready=READY.search, timeout=20):
        self.port = int(super().start(ready, timeout).group(1))
        return self

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    @property
    def figures(self):
        lines = [line.split() for line in self.get("/metrics")[1].splitlines() if line[0] != "#"]
        return {name: float(value) for name, value in lines if name.startswith(("rushlight_worker", "rushlight_queue"))}


class Deployment:
    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="rushlight-worker-")
        self.data = os.path.join(self.root, "data")
        self.ports = {name: free_port() for name in ("redis", "clickhouse")}
        self.env = {
            "CLICKHOUSE_URL": f"http://127.0.0.1:{self.ports['clickhouse']}", "CLICKHOUSE_USER": "default", "CLICKHOUSE_PASSWORD": "pw",
            "REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(self.ports["redis"]), "RUSHLIGHT_SEGMENT_MS": "20"}
        self.redis = Process(self.root, "redis", [
            "redis-server", "--bind", "127.0.0.1", "--port", str(self.ports["redis"]), "--save", "", "--dir", self.root])
        self.clickhouse = Process(self.root, "clickhouse", [
            "node", os.path.join(SHIM, "shim.mjs"), os.path.join(self.root, "clickhouse"), str(self.ports["clickhouse"])],
            {"SHIM_PASSWORD": "pw"})
        self.server, self.workers = None, []

    def __enter__(self):
        try:
            self.start_redis()
            self.start_clickhouse()
            self.server = Server(env=self.env, data=self.data).start()
        except BaseException:
            self.close()
            raise
        return self

    def start_redis(self):
        self.redis.start(lambda log: "Ready to accept connections" in log)

    def start_clickhouse(self):
        self.clickhouse.start(lambda log: "listening" in log)

    def worker(self):
        self.workers.append(Worker(self, f"worker{len(self.workers)}"))
        return self.workers[-1].start()

    def __exit__(self, *_):
        self.close()

    def close(self):
        for process in [*self.workers, self.redis, self.clickhouse]:
            process.kill()
        if self.server:
            self.server.close()
        shutil.rmtree(self.root, ignore_errors=True)
