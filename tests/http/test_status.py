# SPDX-License-Identifier: MIT
"""`rushlight status`, of a running server, from another machine, and of a directory without one."""
import json
import re

from conftest import embedded_events
from rushlight import basic, event, run_cli, send


def status(*args, code=0):
    done = run_cli("status", "--json", *args)
    assert done.returncode == code, done
    return {row["what"]: row["value"] for row in json.loads(done.stdout)}


@embedded_events
def test_a_running_server(fresh):
    server = fresh()
    for day in ("2026-11-18", "2026-11-20"):
        send(server, event("trace-create", {"id": day}, at=day + "T10:00:00.000Z"), event("span-create", {"id": "o" + day, "traceId": day}, at=day + "T10:00:00.000Z"))
    assert server.post("/ingestion", {"batch": [event("trace-create", {"id": 5})]}).status == 207
    assert server.get("/traces", auth=basic("pk", "no")).status == 401
    said = status("--data", server.data)
    assert said["ready"] == "yes" and said["events accepted"] == "4" and said["events refused"] == "1"
    assert said["answers 5xx"] == "0" and said["answers 4xx"] == "1" and said["waiting for the writer"] == "0"
    assert (said["traces"], said["observations"], said["days"]) == ("2", "2", "2")
    assert (said["oldest day"], said["newest day"]) == ("2026-11-18", "2026-11-20")
    assert re.fullmatch(r"[\d.]+ [KMG]iB", said["free on the disk"]) and re.fullmatch(r"[\d.]+ [KMG]iB", said["memory"])


def test_through_its_address(fresh):
    server = fresh(env={"RUSHLIGHT_BASE_PATH": "/monitor"})
    said = status("--url", f"http://127.0.0.1:{server.port}/monitor")
    assert said["ready"] == "yes" and "data directory" not in said


@embedded_events
def test_tables(fresh):
    server = fresh()
    send(server, event("trace-create", {"id": "t", "input": "x" * 5000}))
    said = status("--tables", "--data", server.data)
    assert {"table trace", "table observation", "table pack"} <= set(said)


@embedded_events
def test_without_a_server(fresh, tmp_path):
    server = fresh()
    send(server, event("trace-create", {"id": "t"}))
    server.stop()
    said = status("--data", server.data, code=1)
    assert "none runs" in said["server"] and said["days"] == "1"
    assert status("--data", str(tmp_path / "nothing"), code=1)["days"] == "0"
    assert run_cli("status", "--url", "http://127.0.0.1:1").returncode == 1


def test_for_people(fresh):
    server = fresh()
    done = run_cli("status", "--data", server.data)
    assert done.returncode == 0 and re.search(r"^ready +yes$", done.stdout, re.M), done
