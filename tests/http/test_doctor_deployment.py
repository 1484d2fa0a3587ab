# SPDX-License-Identifier: MIT
"""`rushlight doctor --deployment`: complete, answering, keeping up."""
import json

from conftest import embedded_events, embedded_metadata
from rushlight import Server, run_cli


def findings(*args, env=None):
    out = run_cli("doctor", "--deployment", "--json", *args, env=env)
    return out.returncode, json.loads(out.stdout)["findings"]


def of(rows, part):
    return [r for r in rows if r["part"] == part]


@embedded_events
@embedded_metadata
def test_an_embedded_server_is_complete():
    with Server() as server:
        status, rows = findings("--data", server.data, "--listen", f"127.0.0.1:{server.port}")
    assert status == 0, rows
    assert "embedded" in json.dumps(of(rows, "topology"))
    assert "pages answer" in json.dumps(of(rows, "pages"))
    assert of(rows, "workers")


def test_no_server_is_a_failure(tmp_path):
    status, rows = findings("--data", str(tmp_path / "d"), "--listen", "127.0.0.1:9")
    assert status == 1
    assert "no server answers" in json.dumps(of(rows, "pages"))


@embedded_events  # else ClickHouse is not missing
def test_half_a_production_topology_names_what_is_missing(tmp_path):
    env = {"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": "9", "DATABASE_USERNAME": "u", "DATABASE_PASSWORD": "p"}
    status, rows = findings("--data", str(tmp_path / "d"), "--listen", "127.0.0.1:9", env=env)
    text = json.dumps(of(rows, "topology"))
    assert status == 1
    for name in ("CLICKHOUSE_URL", "LANGFUSE_S3_EVENT_UPLOAD_BUCKET", "REDIS_HOST"):
        assert name in text, name
    assert "PostgreSQL is missing" not in text
