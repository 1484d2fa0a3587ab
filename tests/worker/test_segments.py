# SPDX-License-Identifier: MIT
"""Requests that are kept as segments and stored afterwards, in one process with the embedded store: every
write goes this way, a crash loses nothing, an object store that is away is bridged by the spool."""
import json
import os
import shutil
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import PROJECT, Server, event, run_cli, send  # noqa: E402

ALWAYS = {"RUSHLIGHT_SEGMENTS": "always", "RUSHLIGHT_SEGMENT_MS": "20"}
AT = "2026-11-20T10:00:00.000Z"


def eventually(check, seconds=15):
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found or time.monotonic() > deadline:
            assert found, "it did not happen in time"
            return found
        time.sleep(0.01)


def figures(server):
    page = server.request("GET", "/metrics", auth=False).body.decode()
    return {line.split()[0]: float(line.split()[1]) for line in page.splitlines() if line[0] != "#"}


def stored(server):
    """Waits until everything that was kept is stored."""
    def done():
        f = figures(server)
        return f["rushlight_queue_waiting"] == 0 and f["rushlight_queue_taken"] == 0 and f["rushlight_segments_spool_bytes"] == 0
    eventually(done)


def segments(server):
    found = []
    for folder, _, files in os.walk(os.path.join(server.data, "segments", "objects")):
        found += [os.path.join(folder, f) for f in files]
    return sorted(found)


def everything(server):
    """What the API says of all events, to be compared."""
    pages = [server.get("/traces", {"limit": 100}), server.get("/observations", {"limit": 100}), server.get("/v2/scores", {"limit": 100})]
    rows = [row for page in pages for row in page.json["data"]]
    for row in rows:
        row.pop("createdAt", None)  # of the row, not of what it is about
        row.pop("updatedAt", None)
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def span(trace, number):
    return {"resourceSpans": [{"scopeSpans": [{"spans": [
        {"traceId": trace, "spanId": f"{number:016x}", "name": "otlp", "startTimeUnixNano": "1763632800000000000",
         "endTimeUnixNano": "1763632801000000000"}]}]}]}


def fill(server):
    """One of every kind of write."""
    send(server, event("trace-create", {"id": "t-batch", "name": "one", "timestamp": AT, "input": {"a": 1}}),
         event("generation-create", {"id": "g1", "traceId": "t-batch", "name": "gen", "startTime": AT, "model": "gpt-4o",
                                     "usage": {"input": 1000, "output": 500, "unit": "TOKENS"}}))
    send(server, event("generation-update", {"id": "g1", "traceId": "t-batch", "output": "late"}),
         event("score-create", {"traceId": "t-batch", "name": "nameless", "value": 0.5}))
    assert server.post("/otel/v1/traces", span("ab" * 16, 7)).status == 200
    assert server.post("/scores", {"traceId": "t-batch", "name": "s", "value": 1}).status == 200
    assert server.post("/traces", {"id": "t-single", "name": "single", "timestamp": AT}).status == 200
    assert server.post("/spans", {"id": "s-single", "traceId": "t-single", "startTime": AT}).status == 200


@pytest.fixture(scope="module")
def server():
    with Server(env=ALWAYS) as s:
        fill(s)
        stored(s)
        yield s


def test_every_write_goes_through_segments(server):
    f = figures(server)
    assert f["rushlight_segments_requests_total"] == 6
    assert f["rushlight_worker_requests_total"] == 6
    assert f["rushlight_worker_events_total"] == 9  # a span tells of its trace, too
    assert f["rushlight_segments_put_total"] == len(segments(server)) > 0
    assert f["rushlight_worker_buried_total"] == f["rushlight_worker_failures_total"] == 0
    assert f["rushlight_worker_lag_seconds"] < 10


def test_what_was_sent_is_stored(server):
    generation = server.get("/observations/g1").json
    assert generation["output"] == "late"
    assert generation["calculatedTotalCost"] == pytest.approx(0.0075)
    assert server.get("/traces/" + "ab" * 16).json["observations"][0]["name"] == "otlp"
    assert [o["id"] for o in server.get("/traces/t-single").json["observations"]] == ["s-single"]
    assert sorted(s["name"] for s in server.get("/v2/scores").json["data"]) == ["nameless", "s"]


def test_refused_events_are_answered_as_ever(server):
    answer = server.post("/ingestion", {"batch": [event("trace-create", {"id": "ok"}), event("span-create", {"name": 1})]})
    assert answer.status == 207
    assert [len(answer.json[k]) for k in ("successes", "errors")] == [1, 1]
    assert server.post("/ingestion", {"batch": 1}).status == 400
    assert server.post("/scores", {"name": "no value"}).status == 400


def test_a_stop_stores_what_it_has_accepted(tmp_path):
    with Server(env={**ALWAYS, "RUSHLIGHT_SEGMENT_MS": "300"}) as s:
        send(s, event("trace-create", {"id": "last", "name": "x"}))
        assert s.stop() == 0
        s.env = {}  # the embedded way: no worker that could find it now
        s.start()
        assert s.get("/traces/last").status == 200


class Writer(threading.Thread):
    def __init__(self, server, number):
        super().__init__()
        self.server, self.number, self.kept = server, number, []

    def run(self):
        for i in range(10_000):
            name = f"w{self.number}-{i}"
            try:
                answer = self.server.post("/ingestion", {"batch": [
                    event("trace-create", {"id": name, "timestamp": AT}),
                    event("span-create", {"id": name + "-s", "traceId": name, "startTime": AT, "input": "x" * 500}),
                    event("score-create", {"traceId": name, "name": "n", "value": 1})]})
            except OSError:
                return
            if answer.status == 207:
                self.kept.append(name)


def test_nothing_is_lost_and_nothing_is_double_when_it_is_killed():
    with Server(env=ALWAYS) as s:
        kept = []
        for rounds in range(5):
            writers = [Writer(s, f"{rounds}-{k}") for k in range(4)]
            for w in writers:
                w.start()
            time.sleep(0.15 + 0.1 * rounds)
            s.kill()
            for w in writers:
                w.join()
                kept += w.kept
            s.start()
        stored(s)
        assert len(kept) > 20
        eventually(lambda: all(s.get("/traces/" + name).status == 200 for name in kept), 30)
        for name in kept:
            trace = s.get("/traces/" + name).json
            assert [o["id"] for o in trace["observations"]] == [name + "-s"]
            assert [x["name"] for x in trace["scores"]] == ["n"]


class Away:
    """The object store of a data directory does not take anything."""

    def __init__(self, server):
        self.path = os.path.join(server.data, "segments", "objects", "segments")

    def __enter__(self):
        os.rename(self.path, self.path + ".away")
        with open(self.path, "w", encoding="ascii") as f:
            f.write("in the way")
        return self

    def __exit__(self, *_):
        os.unlink(self.path)
        os.rename(self.path + ".away", self.path)


def test_without_a_spool_clients_are_told_to_come_again():
    with Server(env=ALWAYS) as s:
        send(s, event("trace-create", {"id": "before"}))
        with Away(s):
            answer = s.post("/ingestion", {"batch": [event("trace-create", {"id": "t"})]})
            assert answer.status == 503
            assert "retry-after" in answer.headers
            ready = s.get("/ready", auth=False)
            assert (ready.status, ready.json["component"]) == (503, "segments")
            assert s.get("/health", auth=False).status == 200
        send(s, event("trace-create", {"id": "t"}))
        assert s.get("/ready", auth=False).status == 200
        eventually(lambda: s.get("/traces/t").status == 200)


def test_the_spool_bridges_an_object_store_that_is_away(tmp_path):
    with Server(env={**ALWAYS, "RUSHLIGHT_SPOOL_DIR": str(tmp_path / "spool")}) as s:
        send(s, event("trace-create", {"id": "before"}))
        with Away(s):
            for i in range(5):
                send(s, event("trace-create", {"id": f"t{i}"}))
            f = figures(s)
            assert f["rushlight_segments_spooled_total"] == 5
            assert f["rushlight_segments_spool_bytes"] > 0
            assert s.get("/ready", auth=False).status == 200
        eventually(lambda: all(s.get(f"/traces/t{i}").status == 200 for i in range(5)))
        f = figures(s)
        assert f["rushlight_segments_drained_total"] == 5
        assert f["rushlight_segments_spool_bytes"] == 0
        assert len(segments(s)) == 6


def test_what_a_killed_server_left_in_the_spool_is_brought_over(tmp_path):
    with Server(env={**ALWAYS, "RUSHLIGHT_SPOOL_DIR": str(tmp_path / "spool")}) as s:
        send(s, event("trace-create", {"id": "before"}))
        with Away(s):
            send(s, event("trace-create", {"id": "spooled"}))
            s.kill()
        s.start()
        eventually(lambda: s.get("/traces/spooled").status == 200)


def test_a_full_spool_refuses(tmp_path):
    env = {**ALWAYS, "RUSHLIGHT_SPOOL_DIR": str(tmp_path / "spool"), "RUSHLIGHT_SPOOL_BYTES": "1M"}
    with Server(env=env) as s:
        send(s, event("trace-create", {"id": "before"}))
        with Away(s):
            statuses = [s.post("/ingestion", {"batch": [event("trace-create", {"id": f"t{i}", "input": os.urandom(200_000).hex()})]}).status
                        for i in range(8)]
            assert statuses[0] == 207 and statuses[-1] == 503, statuses
            kept = statuses.count(207)
        eventually(lambda: all(s.get(f"/traces/t{i}").status == 200 for i in range(kept)))


# ---- Replay ------------------------------------------------------------------------------------


def replay(server, *args):
    return run_cli("replay", "--data", server.data, *args, env=ALWAYS)


@pytest.fixture
def filled():
    with Server(env=ALWAYS) as s:
        fill(s)
        stored(s)
        s.before = everything(s)
        assert len(s.before) > 6
        assert s.stop() == 0
        yield s


def test_replay_changes_nothing(filled):
    n = len(segments(filled))
    result = replay(filled, "--from", "2026-01-01")
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{n} segments, 6 requests, 9 events stored again; 0 segments could not be read\n"
    filled.start()
    assert everything(filled) == filled.before


def test_replay_restores_a_store_that_was_lost(filled):
    shutil.rmtree(os.path.join(filled.data, "events"))
    assert replay(filled, "--from", "2026-01-01").returncode == 0
    filled.start()
    assert everything(filled) == filled.before


def test_a_lost_store_is_filled_by_the_worker_when_its_log_is_lost_too(filled):
    shutil.rmtree(os.path.join(filled.data, "events"))
    os.unlink(os.path.join(filled.data, "segments.db"))
    filled.start()
    eventually(lambda: everything(filled) == filled.before)


def test_replay_keeps_to_its_range_and_project(filled):
    n, size = len(segments(filled)), sum(os.path.getsize(f) for f in segments(filled))
    dry = replay(filled, "--from", "2026-01-01", "--dry-run")
    assert (dry.returncode, dry.stdout) == (0, f"{n} segments, {size} bytes\n")
    assert replay(filled, "--from", "2026-01-01", "--to", "2026-01-02").stdout.startswith("0 segments, 0 requests")
    assert replay(filled, "--from", "2026-01-01", "--project", "other").stdout.startswith(f"{n} segments, 0 requests")
    assert replay(filled, "--from", "2026-01-01", "--project", PROJECT).stdout.startswith(f"{n} segments, 6 requests")


def test_replay_says_what_cannot_be_read(filled):
    with open(segments(filled)[0], "r+b") as f:
        f.seek(30)
        f.write(b"broken")
    result = replay(filled, "--from", "2026-01-01")
    assert result.returncode == 1
    assert "1 segments could not be read" in result.stdout
    assert "replay.broken" in result.stderr + result.stdout


def test_replay_wants_what_it_needs(server):
    assert run_cli("replay", "--data", server.data, env=ALWAYS).returncode == 2
    assert replay(server, "--from", "yesterday").returncode == 2
    busy = replay(server, "--from", "2026-01-01")
    assert busy.returncode == 1 and "is used by another server" in busy.stderr, busy


def test_a_worker_wants_what_it_needs():
    result = run_cli("worker", env={})
    assert result.returncode == 1
    assert "CLICKHOUSE_URL" in result.stderr and "REDIS_HOST" in result.stderr
