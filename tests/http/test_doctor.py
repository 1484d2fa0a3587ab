# SPDX-License-Identifier: MIT
"""`rushlight doctor` about what every installation has: secrets, the directory, the disk, the server."""
import ctypes
import json
import os

import pytest
from conftest import embedded_events
from rushlight import run_cli


def findings(tmp_path, part, env=None):
    done = run_cli("doctor", "--json", env={"PORT": "0", "RUSHLIGHT_DATA_DIR": str(tmp_path / "data"), **(env or {})})
    report = json.loads(done.stdout)
    assert report["healthy"] == (done.returncode == 0)
    return [f for f in report["findings"] if f["part"] == part]


def one(tmp_path, part, finding, env=None):
    lines = findings(tmp_path, part, env)
    (line,) = [f for f in lines if f["finding"] == finding]
    return line["text"]


# ---- secrets
def test_secrets_that_are_set_are_named_and_never_shown(tmp_path):
    (tmp_path / "salt").write_text("salt-value-8812\n")
    said = one(tmp_path, "secrets", "ok", {"SALT_FILE": str(tmp_path / "salt"), "ADMIN_API_KEY": "admin-value-5531"})
    assert "SALT (file" in said and "ADMIN_API_KEY" in said and "8812" not in said and "5531" not in said


@pytest.mark.parametrize("name", ["SALT", "DATABASE_PASSWORD", "NEXTAUTH_SECRET", "ENCRYPTION_KEY"])
def test_an_empty_secret_is_named(tmp_path, name):
    """As an operator leaves it that could not read its vault."""
    assert name + " is there but empty" in one(tmp_path, "secrets", "broken", {name: ""})


@embedded_events
def test_an_optional_variable_may_be_empty(tmp_path):
    assert [f["finding"] for f in findings(tmp_path, "secrets", {"LANGFUSE_INIT_USER_PASSWORD": "", "ADMIN_API_KEY": ""})] == ["ok"]


def test_a_secret_file_that_is_missing_or_empty(tmp_path):
    (tmp_path / "empty").write_text("\n")
    assert "is there but empty" in one(tmp_path, "secrets", "broken", {"SALT_FILE": str(tmp_path / "empty")})
    said = one(tmp_path, "secrets", "broken", {"SALT_FILE": str(tmp_path / "missing")})
    assert "No such file" in said and "SALT (file" in said


@embedded_events
def test_a_secret_with_a_line_break(tmp_path):
    said = one(tmp_path, "secrets", "note", {"SALT": "salt-value-8812\n"})
    assert "SALT ends with a line break" in said and "8812" not in said


def test_a_secret_that_another_setting_needs(tmp_path):
    env = {"CLICKHOUSE_URL": "http://127.0.0.1:1"}
    assert "CLICKHOUSE_PASSWORD is missing" in " ".join(f["text"] for f in findings(tmp_path, "secrets", env))


# ---- directory
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_disk_without_room(tmp_path):
    root = str(tmp_path / "data")
    os.mkdir(root)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", root.encode(), b"tmpfs", 0, b"size=12m") != 0:
        pytest.skip("mounting is not allowed here")
    try:
        said = one(tmp_path, "data directory", "broken")
        assert "12 MiB left" in said and "RUSHLIGHT_RETENTION_DAYS" in said
    finally:
        libc.umount2(root.encode(), 2)


def test_a_path_that_is_a_file(tmp_path):
    (tmp_path / "data").write_text("")
    assert "is not a readable directory" in one(tmp_path, "data directory", "broken")


# ---- server
def test_a_port_that_something_else_has(tmp_path):
    import http.server
    import threading
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        said = one(tmp_path, "server", "broken", {"PORT": str(other.server_port)})
        other.shutdown()
    assert "something else answers" in said
