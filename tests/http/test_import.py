# SPDX-License-Identifier: MIT
"""`rushlight import`: what one server holds, another one answers alike afterwards."""
import time

import pytest
from rushlight import PK, SK, Server, event, run_cli, send

DAY = "2026-11-20T"
LISTS = ["traces?orderBy=timestamp.asc", "observations", "v2/scores", "sessions"]
# Who wrote a row and when it was written is the new server's own; prices say where a cost came from.
OWN = {"createdAt", "updatedAt", "externalId", "htmlPath", "projectId", "queueId", "authorUserId", "bookmarked"}


def fill(server):
    def t(n):
        return f"{DAY}10:{n // 60:02d}:{n % 60:02d}.000Z"
    events = []
    for n in range(120):
        tid = f"tr-{n:03d}"
        events += [
            event("trace-create", {"id": tid, "name": f"name {n % 3}", "timestamp": t(n), "userId": "ann", "sessionId": f"s-{n % 7}", "tags": ["b", "a"],
                                   "metadata": {"deep": {"n": n, "text": "ü\n"}}, "environment": "staging", "release": "r1", "version": "v1", "public": n % 2 == 0,
                                   "input": {"q": n}, "output": "plain text"}),
            event("generation-create", {"id": f"{tid}-g", "traceId": tid, "name": "g", "startTime": t(n), "endTime": t(n + 2), "completionStartTime": t(n + 1), "model": "gpt-4o",
                                        "modelParameters": {"temperature": 0.5}, "usageDetails": {"input": 100, "output": 7, "cached": 3}, "input": [{"role": "user", "content": "hi"}],
                                        "output": {"role": "assistant", "content": "ho"}, "metadata": {"k": "v"}, "promptName": "p", "promptVersion": 2}),
            event("span-create", {"id": f"{tid}-s", "traceId": tid, "parentObservationId": f"{tid}-g", "name": "s", "startTime": t(n), "level": "ERROR", "statusMessage": "broken", "version": "v2"}),
            event("event-create", {"id": f"{tid}-e", "traceId": tid, "name": "e", "startTime": t(n)}),
            event("tool-create", {"id": f"{tid}-t", "traceId": tid, "name": "t", "startTime": t(n), "endTime": t(n)}),
            event("score-create", {"id": f"{tid}-1", "traceId": tid, "name": "num", "value": 0.25, "dataType": "NUMERIC", "comment": "c"}, at=t(n)),
            event("score-create", {"id": f"{tid}-2", "traceId": tid, "observationId": f"{tid}-g", "name": "cat", "value": "good", "dataType": "CATEGORICAL"}, at=t(n)),
            event("score-create", {"id": f"{tid}-3", "traceId": tid, "name": "bool", "value": 1, "dataType": "BOOLEAN"}, at=t(n)),
        ]
    events.append(event("score-create", {"id": "on-session", "sessionId": "s-1", "name": "whole", "value": 3, "dataType": "NUMERIC"}, at=t(3)))
    send(server, *events)


def clean(value):
    if isinstance(value, dict):
        return {k: clean(v) for k, v in value.items() if k not in OWN}
    return [clean(v) for v in value] if isinstance(value, list) else value


def everything(server):
    out = {}
    for name in LISTS:
        path, rows, page, pages = f"/api/public/{name}{'&' if '?' in name else '?'}limit=100", [], 1, 1
        while page <= pages:
            answer = server.request("GET", f"{path}&page={page}")
            assert answer.status == 200, answer
            rows += answer.json["data"]
            pages, page = answer.json["meta"]["totalPages"], page + 1
        out[name] = sorted((clean(row) for row in rows), key=lambda row: row["id"])
    out["trace"] = clean(server.request("GET", "/api/public/traces/tr-007").json)
    return out


def take_over(source, *more):
    return run_cli("import", "--from", f"http://127.0.0.1:{source.port}/", "--from-public-key", PK, "--from-secret-key", SK, *more, timeout=60)


@pytest.fixture(scope="module")
def source():
    with Server() as s:
        fill(s)
        yield s


def test_a_running_server_is_filled_alike_and_again_changes_nothing(source):
    with Server() as target:
        where = ["--url", f"http://127.0.0.1:{target.port}", "--public-key", PK, "--secret-key", SK, "--since", "2026-11-19", "--until", "2026-11-22"]
        r = take_over(source, *where)
        assert r.returncode == 0, r.stderr
        assert "120 traces, 480 observations, 361 scores; 0 events refused." in r.stdout
        before = everything(source)
        after = everything(target)
        for name, rows in before.items():
            assert after[name] == rows, name
        assert len(before["observations"]) == 480
        assert take_over(source, *where).returncode == 0
        assert everything(target) == before


def test_only_a_range(source):
    with Server() as target:
        r = take_over(source, "--url", f"http://127.0.0.1:{target.port}", "--public-key", PK, "--secret-key", SK,
                      "--since", f"{DAY}10:00:10Z", "--until", f"{DAY}10:00:20Z")
        assert r.returncode == 0 and r.stdout.startswith("10 traces, 40 observations, 30 scores"), r.stdout + r.stderr


def test_into_the_data_directory_of_this_machine(source, tmp_path):
    with Server() as target:
        began = time.monotonic()
        r = take_over(source, "--data", target.data, "--since", "2026-11-20", "--until", "2026-11-21")
        assert r.returncode == 0, r.stderr
        assert target.request("GET", "/api/public/traces?limit=1").json["meta"]["totalItems"] == 120
        assert time.monotonic() - began < 60


@pytest.mark.parametrize("more,says", [
    (["--from-secret-key", "sk-lf-wrong"], "the source answers 401"),
    (["--since", "yesterday"], "--since yesterday"),
    (["--from", "ftp://example"], "--from is an address"),
])
def test_what_is_wrong_is_said(source, more, says):
    r = take_over(source, "--url", f"http://127.0.0.1:{source.port}", "--public-key", PK, "--secret-key", SK, *more)
    assert r.returncode != 0 and says in r.stderr, r.stderr
    assert "sk-lf-wrong" not in r.stderr


def test_a_source_that_is_not_there(source):
    r = take_over(source, "--from", "http://127.0.0.1:9", "--url", f"http://127.0.0.1:{source.port}", "--public-key", PK, "--secret-key", SK)
    assert r.returncode != 0 and "127.0.0.1:9" in r.stderr, r.stderr
