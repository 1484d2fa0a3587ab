# SPDX-License-Identifier: MIT
"""A ClickHouse server that is missing, refuses or comes late; what is deleted stays deleted; many processes
that make the tables at once."""
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import Server, event, send  # noqa: E402

AWAY = "http://127.0.0.1:9"


def ready(server):
    return server.get("/ready", auth=False)


@pytest.mark.parametrize("env, words", [
    ({"CLICKHOUSE_URL": AWAY}, ("no answer from http://127.0.0.1:9", "CLICKHOUSE_URL")),
    ({"CLICKHOUSE_USER": "admin", "CLICKHOUSE_PASSWORD": "hunter2"}, ("516", "CLICKHOUSE_PASSWORD")),
])
def test_a_server_that_cannot_be_used_is_named(env, words):
    with Server(env=env) as s:
        a = ready(s)
        assert a.status == 503 and a.json["component"] == "events"
        assert all(w in a.json["problem"] for w in words), a
        assert s.get("/health", auth=False).status == 200
        read = s.get("/traces")
        assert read.status == 503 and "hunter2" not in s.log + a.body.decode() + read.body.decode()


def test_it_settles_when_the_server_comes(tmp_path):
    """The same data directory, first without and then with the server: what was accepted meanwhile is there."""
    with Server(env={"CLICKHOUSE_URL": AWAY}) as s:
        assert ready(s).status == 503
        batch = {"batch": [event("trace-create", {"id": "early", "name": "early"})]}
        assert s.post("/ingestion", batch, timeout=30).status == 207
        s.stop()
        del s.env["CLICKHOUSE_URL"]
        s.start()
        deadline = time.monotonic() + 60
        while s.get("/traces/early").status != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert ready(s).status == 200


def test_what_is_deleted_stays_deleted():
    with Server() as s:
        send(s, event("trace-create", {"id": "gone", "name": "n"}), event("span-create", {"id": "o", "traceId": "gone"}),
             event("score-create", {"id": "sc", "traceId": "gone", "name": "q", "value": 1}),
             event("trace-create", {"id": "stays", "name": "n"}))
        assert s.delete("/traces/gone").status == 200
        deadline = time.monotonic() + 10
        while s.get("/traces/gone").status != 404:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert s.get("/observations/o").status == 404
        assert [t["id"] for t in s.get("/traces").json["data"]] == ["stays"]
        assert s.get("/v2/scores").json["meta"]["totalItems"] == 0
        send(s, event("trace-create", {"id": "gone", "name": "again"}))  # and may come again
        assert s.get("/traces/gone").json["name"] == "again"


def test_servers_that_start_at_once_make_the_tables_once():
    with Server() as first:
        name = {"CLICKHOUSE_DB": "rl_at_once_" + str(os.getpid())}
        others = [Server(env=name) for _ in range(4)]
        try:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda s: s.start(), others))
            assert [ready(s).status for s in others] == [200] * 4
        finally:
            for s in others:
                s.close()
        assert ready(first).status == 200


def test_a_span_that_starts_in_an_earlier_hour_moves_its_trace():
    with Server() as s:
        send(s, event("span-create", {"id": "late", "traceId": "t", "startTime": "2026-11-20T10:00:01.000Z"}))
        send(s, event("span-create", {"id": "root", "traceId": "t", "startTime": "2026-11-20T09:59:59.000Z"}))
        found = s.get("/traces").json["data"]
        assert [(t["id"], t["timestamp"]) for t in found] == [("t", "2026-11-20T09:59:59.000Z")]
        assert len(s.get("/traces/t").json["observations"]) == 2
