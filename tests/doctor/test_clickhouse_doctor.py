# SPDX-License-Identifier: MIT
"""`rushlight doctor` about ClickHouse: the engine itself, behind the HTTP interface of tests/clickhouse."""
import ctypes
import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
import uuid

import pytest
from rushlight import Server, basic, run_cli

PEER = os.path.join(os.path.dirname(__file__), "../clickhouse")
pytestmark = pytest.mark.skipif(not shutil.which("node") or not os.path.isdir(PEER + "/node_modules"), reason="(cd tests/clickhouse && npm install) installs the engine of the tests")
PASSWORD = "x=y@z/%41?#:&"


class ClickHouse:
    def __init__(self, root):
        self.process = subprocess.Popen(["node", PEER + "/shim.mjs", str(root)], stdout=subprocess.PIPE, text=True, env={**os.environ, "SHIM_PASSWORD": PASSWORD})
        self.port = int(self.process.stdout.readline().split()[1])

    def run(self, sql):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/?default_format=TSV", sql.encode(), {"Authorization": basic("default", PASSWORD)})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as e:
            raise AssertionError(e.read().decode()) from e

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def clickhouse(tmp_path_factory):
    server = ClickHouse(tmp_path_factory.mktemp("clickhouse") / "data")
    yield server
    server.stop()


@pytest.fixture
def database():
    return "db_" + uuid.uuid4().hex[:10]


def env(port, database="default", **more):
    return {"CLICKHOUSE_URL": f"http://127.0.0.1:{port}", "CLICKHOUSE_USER": "default", "CLICKHOUSE_PASSWORD": PASSWORD, "CLICKHOUSE_DB": database,
            "CLICKHOUSE_CLUSTER_ENABLED": "false", **more}


def lines(tmp_path, variables, finding=None):
    done = run_cli("doctor", "--json", env={"PORT": "0", "RUSHLIGHT_DATA_DIR": str(tmp_path / "data"), **variables}, timeout=60)
    assert PASSWORD not in done.stdout
    found = [f for f in json.loads(done.stdout)["findings"] if f["part"] == "events"]
    # This machine's disk is not what these tests are about.
    return [f["text"] for f in found if (finding is None or f["finding"] == finding) and "its disk default is" not in f["text"]]


def test_fine_after_a_start(clickhouse, database, tmp_path):
    with Server(env=env(clickhouse.port, database)):
        assert lines(tmp_path, env(clickhouse.port, database), "broken") == []
        said = " ".join(lines(tmp_path, env(clickhouse.port, database), "ok"))
    assert "ClickHouse 2" in said and "user default" in said and "migrations are applied" in said
    assert lines(tmp_path, env(clickhouse.port, database), "note") == []


def test_nothing_is_said_without_one(tmp_path):
    assert lines(tmp_path, {}) == []


def test_a_missing_database(clickhouse, database, tmp_path):
    (said,) = lines(tmp_path, env(clickhouse.port, database), "note")
    assert f"there is no database {database}" in said
    clickhouse.run(said[said.index("CREATE DATABASE"):].split(";")[0])
    (said,) = lines(tmp_path, env(clickhouse.port, database), "note")
    assert "migrations are pending" in said


def test_a_wrong_password_and_a_user_that_is_not_there(clickhouse, tmp_path):
    for wrong in ({"CLICKHOUSE_PASSWORD": PASSWORD[:-1]}, {"CLICKHOUSE_USER": "nobody"}):
        (said,) = lines(tmp_path, env(clickhouse.port, **wrong), "broken")
        assert "CLICKHOUSE_PASSWORD" in said and PASSWORD[:-1] not in said


def test_tables_of_a_newer_version(clickhouse, database, tmp_path):
    with Server(env=env(clickhouse.port, database)):
        pass
    clickhouse.run(f"INSERT INTO {database}.schema_version (version, row_version, is_deleted, name, checksum) VALUES (9999, 1, 0, 'later', 1)")
    (said,) = lines(tmp_path, env(clickhouse.port, database), "broken")
    assert "start the newer version" in said


def test_refused_unknown_and_another_program_are_told_apart(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        (refused,) = lines(tmp_path, env(closed.getsockname()[1]), "broken")
    (unknown,) = lines(tmp_path, env(0, CLICKHOUSE_URL="http://no-such-host.invalid:8123"), "broken")
    import http.server
    import threading
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        (foreign,) = lines(tmp_path, env(other.server_port), "broken")
        other.shutdown()
    assert "nobody listens there" in refused and "called from 127.0.0.1" in refused
    assert "does not resolve" in unknown and "is no ClickHouse server" in foreign


def test_its_own_logs_that_grow(clickhouse, tmp_path):
    """A log table without an end is named with the statement that limits it, which works."""
    clickhouse.run("CREATE TABLE system.trace_log (event_date Date, s String) ENGINE = MergeTree ORDER BY event_date")
    try:
        clickhouse.run("INSERT INTO system.trace_log SELECT today(), randomString(1048576) FROM numbers(110) SETTINGS max_block_size = 16")
        (said,) = [s for s in lines(tmp_path, env(clickhouse.port), "note") if "trace_log" in s]
        clickhouse.run(said[said.index("ALTER TABLE"):].split(";")[0])
        assert not [s for s in lines(tmp_path, env(clickhouse.port), "note") if "trace_log" in s]
    finally:
        clickhouse.run("DROP TABLE system.trace_log")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_disk_at_80_percent(tmp_path):
    root = tmp_path / "disk"
    root.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", str(root).encode(), b"tmpfs", 0, b"size=64m") != 0:
        pytest.skip("mounting is not allowed here")
    server = None
    try:
        server = ClickHouse(root / "data")
        said = run_cli("doctor", env={"PORT": "0", "RUSHLIGHT_DATA_DIR": str(tmp_path / "data"), **env(server.port)}).stdout
        assert "its disk" not in said
        (root / "other").write_bytes(bytes(54 << 20))
        said = run_cli("doctor", env={"PORT": "0", "RUSHLIGHT_DATA_DIR": str(tmp_path / "data"), **env(server.port)}).stdout
        assert "% full" in said and "RUSHLIGHT_RETENTION_DAYS" in said
    finally:
        if server:
            server.stop()
        libc.umount2(str(root).encode(), 2)


def test_a_server_whose_clickhouse_is_away_starts_and_says_so(tmp_path):
    with Server(env=env(1)) as server:
        answer = server.get("/ready", auth=False)
        assert answer.status == 503 and any(c["part"] == "events" and "nobody listens there" in c["text"] for c in answer.json["checks"]), answer


def test_bootstrap_makes_database_and_tables(clickhouse, database, tmp_path):
    for _ in range(2):
        done = run_cli("bootstrap", "--json", env={"RUSHLIGHT_DATA_DIR": str(tmp_path / "data"), **env(clickhouse.port, database)}, timeout=60)
        assert done.returncode == 0, done
    assert "migrations are applied" in " ".join(lines(tmp_path, env(clickhouse.port, database), "ok"))
    done = run_cli("bootstrap", env={"RUSHLIGHT_DATA_DIR": str(tmp_path / "data"), **env(clickhouse.port, database, CLICKHOUSE_PASSWORD="no")}, timeout=60)
    assert done.returncode == 1 and f"CREATE DATABASE IF NOT EXISTS `{database}`" in done.stdout


def test_a_backup_says_that_these_events_are_not_in_it(clickhouse, database, tmp_path):
    with Server(env=env(clickhouse.port, database)) as server:
        done = run_cli("backup", str(tmp_path / "b"), "--json", "--data", server.data, env=env(clickhouse.port, database))
    assert done.returncode == 0 and "events are in ClickHouse and not in this archive" in done.stderr
    out = subprocess.run(["tar", "--zstd", "-xOf", json.loads(done.stdout)["path"], "manifest.json"], capture_output=True, check=True).stdout
    assert json.loads(out)["events"] == "ClickHouse"
