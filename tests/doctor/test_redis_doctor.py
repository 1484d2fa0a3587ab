# SPDX-License-Identifier: MIT
"""`rushlight doctor` about a real Redis: what is wrong with it, and what is only worth a word."""
import json
import os
import shutil
import socket
import subprocess
import time

import pytest
from rushlight import run_cli

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed (tools/deps.sh test)")
PASSWORD = "x=y@z/%41?#:&"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Redis:
    def __init__(self, root, *options):
        self.port = free_port()
        self.process = subprocess.Popen(["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(root), *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < deadline and self.process.poll() is None
                time.sleep(0.02)

    def cli(self, *words, db=0):
        done = subprocess.run(["redis-cli", "-p", str(self.port), "-n", str(db), *words], text=True, capture_output=True, check=True)
        return done.stdout

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(tmp_path):
    started = []

    def make(*options):
        started.append(Redis(tmp_path, *options))
        return started[-1]

    yield make
    for r in started:
        r.stop()


def findings(tmp_path, env):
    done = run_cli("doctor", "--json", env={"PORT": "0", "RUSHLIGHT_DATA_DIR": str(tmp_path / "data"), "REDIS_SOCKET_TIMEOUT_MS": "1500", **env})
    assert PASSWORD not in done.stdout
    return [f for f in json.loads(done.stdout)["findings"] if f["part"] == "queue"]


def only(tmp_path, finding, env):
    (line,) = [f for f in findings(tmp_path, env) if f["finding"] == finding]
    return line["text"]


def at(r, **more):
    return {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(r.port), **more}


def test_fine(redis, tmp_path):
    lines = findings(tmp_path, at(redis(), REDIS_DB="1"))
    assert [f["finding"] for f in lines] == ["ok"] and "database 1" in lines[0]["text"], lines


def test_nothing_is_said_without_one(tmp_path):
    assert findings(tmp_path, {}) == []


def test_a_password_with_every_sign_is_told_from_a_wrong_one(redis, tmp_path):
    r = redis("--requirepass", PASSWORD)
    assert "Redis" in only(tmp_path, "ok", at(r, REDIS_AUTH=PASSWORD))
    assert "rejected" in only(tmp_path, "broken", at(r, REDIS_AUTH=PASSWORD[:-1]))
    assert "none is set" in only(tmp_path, "broken", at(r))


def test_refused_unknown_and_silent_are_told_apart(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        said = only(tmp_path, "broken", {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(silent.getsockname()[1])})
        refused = only(tmp_path, "broken", {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(free_port())})
        unknown = only(tmp_path, "broken", {"REDIS_HOST": "no-such-host.invalid"})
    assert len({said, refused, unknown}) == 3
    assert "called from 127.0.0.1" in said and "called from 127.0.0.1" in refused


def test_a_database_that_is_not_there(redis, tmp_path):
    assert "REDIS_DB" in only(tmp_path, "broken", at(redis(), REDIS_DB="99"))


def test_a_database_of_others_is_noticed_and_not_touched(redis, tmp_path):
    """The business uses database 0; ours is 1."""
    r = redis()
    for i in range(30):
        r.cli("SET", f"order:{i}", "x")
    assert "30 keys of others" in only(tmp_path, "note", at(r, REDIS_DB="0"))
    assert [f["finding"] for f in findings(tmp_path, at(r, REDIS_DB="1"))] == ["ok"]
    assert r.cli("DBSIZE").strip() == "30" and r.cli("DBSIZE", db=1).strip() == "0"


def test_keys_that_may_be_dropped_and_memory_that_runs_out(redis, tmp_path):
    r = redis("--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru")
    assert "allkeys-lru" in only(tmp_path, "note", at(r))
    r.cli("CONFIG", "SET", "maxmemory-policy", "noeviction")
    r.cli("CONFIG", "SET", "maxmemory", r.cli("INFO", "memory").split("used_memory:")[1].split()[0])
    assert "of its memory is used" in only(tmp_path, "note", at(r))


def test_a_replica(redis, tmp_path):
    r = redis()
    r.cli("REPLICAOF", "127.0.0.1", str(free_port()))
    assert "name the primary" in only(tmp_path, "broken", at(r))


def test_another_program_at_the_port(tmp_path):
    import http.server
    import threading
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        said = only(tmp_path, "broken", {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(other.server_port)})
        other.shutdown()
    assert len(said) > 20 and os.getcwd() not in said
