# SPDX-License-Identifier: MIT
"""Starts the built program for black-box tests and speaks to it.

RUSHLIGHT_BIN names the program. Every server gets a fresh data directory and a free loopback port,
and is stopped by its process id. Requests use the standard library only, so that tests can send what
a well-behaved client would not.
"""
import base64
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BIN = os.environ.get("RUSHLIGHT_BIN", "build/rushlight")
PK, SK, PROJECT = "pk-lf-test-1234567890", "sk-lf-test-1234567890", "proj-test"
INIT = {
    "LANGFUSE_INIT_ORG_ID": "org-test",
    "LANGFUSE_INIT_ORG_NAME": "TestOrg",
    "LANGFUSE_INIT_PROJECT_ID": PROJECT,
    "LANGFUSE_INIT_PROJECT_NAME": "TestProject",
    "LANGFUSE_INIT_PROJECT_PUBLIC_KEY": PK,
    "LANGFUSE_INIT_PROJECT_SECRET_KEY": SK,
}
READY = re.compile(r"listening on \S+ port (\d+)")


def basic(pk=PK, sk=SK):
    return "Basic " + base64.b64encode(f"{pk}:{sk}".encode()).decode()


class Answer:
    """Status, headers (lower-case names) and body of one response."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:600]!r}"


def clean_env(extra=None):
    """The environment without settings of the caller's shell."""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("LANGFUSE_", "RUSHLIGHT_", "NEXT")) and k not in ("PORT", "HOSTNAME")}
    env.update(extra or {})
    return env


def database_env(data):
    """With RUSHLIGHT_TEST_POSTGRES (host:port:user:password) metadata is on that server, in a database of
    its own for each data directory."""
    where = os.environ.get("RUSHLIGHT_TEST_POSTGRES")
    if not where or not data:
        return {}
    host, port, user, password = where.split(":", 3)
    name = "rl_" + hashlib.sha256(os.path.abspath(data).encode()).hexdigest()[:24]
    return {"DATABASE_HOST": host, "DATABASE_PORT": port, "DATABASE_USERNAME": user, "DATABASE_PASSWORD": password,
            "DATABASE_NAME": name}


def events_env(data):
    """With RUSHLIGHT_TEST_CLICKHOUSE (http://user:password@host:port) events are on that server, in a database
    of their own for each data directory."""
    where = os.environ.get("RUSHLIGHT_TEST_CLICKHOUSE")
    if not where or not data:
        return {}
    name = "rl_" + hashlib.sha256(os.path.abspath(data).encode()).hexdigest()[:24]
    return {"CLICKHOUSE_URL": where, "CLICKHOUSE_DB": name, "RUSHLIGHT_SEGMENT_MS": "1"}


def server_env(data):
    return {**database_env(data), **events_env(data)}


# What is accepted is stored a moment later where events are on a server of their own.
LATER = re.compile(r"/api/public/(ingestion|otel|scores|v2/scores|traces|spans|generations|events)")
MADE = {"rushlight_segments_put_total": 1, "rushlight_worker_segments_total": -1, "rushlight_segments_open_bytes": 1}


def run_cli(*args, env=None, stdin="", timeout=30):
    data = args[args.index("--data") + 1] if "--data" in args else (env or {}).get("RUSHLIGHT_DATA_DIR")
    env = {**server_env(data), **(env or {})}
    return subprocess.run([BIN, *args], env=clean_env(env), input=stdin, text=True,
                          capture_output=True, timeout=timeout, check=False)


class Server:
    """One running server. stop() keeps the data directory, so that start() opens it again."""

    def __init__(self, env=None, args=(), init=True, data=None, prefix="", preexec=None):
        self.env = {**(INIT if init else {}), **(env or {})}
        self.args, self.prefix, self.preexec = list(args), prefix, preexec
        self.root = tempfile.mkdtemp(prefix="rushlight-test-")
        self.data = data or os.path.join(self.root, "data")
        self.process, self.port = None, None
        self.log_path = os.path.join(self.root, "log")

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()

    @property
    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def start(self, timeout=15):
        offset = os.path.getsize(self.log_path) if os.path.exists(self.log_path) else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [BIN, "serve", "--listen", "127.0.0.1:0", "--data", self.data, *self.args],
                env=clean_env({**server_env(self.data), **self.env}), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=self.preexec)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            found = READY.search(self.log[offset:])
            if found:
                self.port = int(found.group(1))
                return self
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}: {self.log[offset:]}")
            time.sleep(0.005)
        self.kill()
        raise RuntimeError("the server did not get ready: " + self.log[offset:])

    def stop(self, timeout=20):
        """SIGTERM; the exit status."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.wait(timeout)

    def wait(self, timeout=20):
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def restart(self):
        status = self.stop()
        self.start()
        return status

    def close(self):
        self.kill()
        shutil.rmtree(self.root, ignore_errors=True)

    def request(self, method, path, body=None, headers=None, auth=True, timeout=30, query=None):
        """auth: True = the project's key, None/False = none, a text = that header."""
        headers = dict(headers or {})
        if auth:
            headers.setdefault("Authorization", basic() if auth is True else auth)
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        if query:
            from urllib.parse import urlencode
            path += "?" + urlencode(query, doseq=True)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, self.prefix + path, body=body, headers=headers)
            response = connection.getresponse()
            data = response.read()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, data)
        finally:
            connection.close()
        if method != "GET" and answer.status < 300 and LATER.match(path) and "RUSHLIGHT_TEST_CLICKHOUSE" in os.environ:
            self.settle()
        return answer

    def settle(self, timeout=10):
        """Waits until what was accepted is stored."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            page = self.request("GET", "/metrics", auth=None).body.decode()
            numbers = {n: float(v) for n, v in re.findall(r"^(\w+) (\S+)$", page, re.M) if n in MADE}
            if sum(numbers.get(n, 0) * k for n, k in MADE.items()) <= 0:
                return
            time.sleep(0.002)

    def get(self, path, query=None, **kw):
        return self.request("GET", "/api/public" + path, query=query, **kw)

    def post(self, path, body=None, **kw):
        return self.request("POST", "/api/public" + path, body=body, **kw)

    def patch(self, path, body=None, **kw):
        return self.request("PATCH", "/api/public" + path, body=body, **kw)

    def delete(self, path, body=None, **kw):
        return self.request("DELETE", "/api/public" + path, body=body, **kw)

    def raw(self, data, timeout=10, shut=False):
        """Sends bytes as they are; everything the server answers until it closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as s:
            s.sendall(data)
            if shut:
                s.shutdown(socket.SHUT_WR)
            out = b""
            try:
                while chunk := s.recv(65536):
                    out += chunk
            except (TimeoutError, ConnectionResetError):
                pass
            return out


_serial = 0


def event(kind, body, at="2026-11-20T10:00:00.000Z", **more):
    global _serial
    _serial += 1
    return {"id": more.pop("id", f"ev-{_serial}"), "type": kind, "timestamp": at, "body": body, **more}


def send(server, *events, expect=None):
    """A batch of which every event must be taken."""
    answer = server.post("/ingestion", {"batch": list(events)})
    assert answer.status == 207, answer
    assert answer.json["errors"] == [], answer
    assert len(answer.json["successes"]) == (len(events) if expect is None else expect), answer
    return answer.json
