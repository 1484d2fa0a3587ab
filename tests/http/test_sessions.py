# SPDX-License-Identifier: MIT
"""Sessions: list and get."""
import pytest
from rushlight import PROJECT, Server, event, send


@pytest.fixture(scope="module")
def server():
    with Server() as s:
        for i in range(4):
            send(s, event("trace-create", {"id": f"t{i}", "name": "n", "sessionId": f"s{i // 2}", "input": {"i": i},
                                           "timestamp": f"2026-11-20T10:00:0{i}Z", "environment": "prod" if i < 2 else "dev"}))
        yield s


def test_list(server):
    a = server.get("/sessions").json
    assert a["meta"] == {"page": 1, "limit": 50, "totalItems": 2, "totalPages": 1}
    assert [set(s) for s in a["data"]] == [{"id", "createdAt", "projectId", "environment"}] * 2
    assert {(s["id"], s["environment"], s["projectId"]) for s in a["data"]} == {("s0", "prod", PROJECT), ("s1", "dev", PROJECT)}
    assert a["data"][0]["createdAt"] >= a["data"][1]["createdAt"]


def test_environment_and_range(server):
    assert [s["id"] for s in server.get("/sessions", {"environment": "dev"}).json["data"]] == ["s1"]
    assert server.get("/sessions", {"fromTimestamp": "2099-01-01T00:00:00Z"}).json["data"] == []
    assert len(server.get("/sessions", {"fromTimestamp": "2020-01-01T00:00:00Z", "limit": 1}).json["data"]) == 1


def test_get(server):
    a = server.get("/sessions/s0").json
    assert set(a) == {"id", "createdAt", "projectId", "environment", "traces"}
    assert [t["id"] for t in a["traces"]] == ["t1", "t0"]
    assert a["traces"][0]["input"] == {"i": 1} and "htmlPath" not in a["traces"][0]


def test_missing(server):
    a = server.get("/sessions/nope")
    assert (a.status, a.json) == (404, {"message": "Session not found within authorized project", "error": "LangfuseNotFoundError"})


def test_page_zero(server):
    assert server.get("/sessions", {"page": 0}).status == 400


def test_odd_ids(server):
    send(server, event("trace-create", {"id": "odd", "sessionId": "a/b ü"}))
    assert server.get("/sessions/a%2Fb%20%C3%BC").json["id"] == "a/b ü"
