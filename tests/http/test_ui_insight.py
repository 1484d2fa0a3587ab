# SPDX-License-Identifier: MIT
"""The pages' figures: summary, values, overview, users and sessions."""
import pytest
from rushlight import PROJECT, Server, event, send

UI = f"/api/ui/{PROJECT}"
RANGE = "2026-11-20T00:00/2026-11-21T00:00"
START, HOUR = 1795132800000, 3600000


def say(server, tid, name, user, session, hour, ms, **observation):
    at = f"2026-11-20T{hour:02}:00:00.000Z"
    end = f"2026-11-20T{hour:02}:00:{ms // 1000:02}.{ms % 1000:03}Z"
    send(server,
         event("trace-create", {"id": tid, "name": name, "userId": user, "sessionId": session, "timestamp": at,
                                "input": f"question {tid}", "output": f"answer {tid}", "tags": [user]}),
         event("generation-create", {"id": f"{tid}-g", "traceId": tid, "name": "call", "startTime": at, "endTime": end,
                                     "model": "own-model", "usageDetails": {"input": 3, "output": 4, "total": 7},
                                     "costDetails": {"total": 0.25}, **observation}))


@pytest.fixture(scope="module")
def server():
    with Server() as s:
        say(s, "t1", "chat", "ann", "s1", 1, 1000)
        say(s, "t2", "chat", "ann", "s1", 2, 2000, level="ERROR", statusMessage="tool 17 failed")
        say(s, "t3", "agent", "ben", "s2", 3, 3000, level="ERROR", statusMessage="503 from search-7")
        say(s, "t4", "agent", "ben", "s3", 13, 500)
        for i, tid in enumerate(["t1", "t2"]):
            send(s, event("score-create", {"id": f"sc{i}", "traceId": tid, "name": "quality", "value": i,
                                           "dataType": "NUMERIC", "timestamp": "2026-11-20T04:00:00.000Z"}))
        yield s


def get(server, path, query=None, **kw):
    return server.request("GET", path, query=query, **kw)


def ask(server, path, **query):
    a = get(server, f"{UI}/{path}", {"range": RANGE, **query})
    assert a.status == 200, a
    return a.json


def facet(answer, field):
    return next(({v["value"]: v["n"] for v in f["values"]} for f in answer["facets"] if f["field"] == field), None)


def test_summary(server):
    a = ask(server, "traces/summary")
    assert (a["total"], a["from"], a["to"]) == (4, START, START + 24 * HOUR)
    assert len(a["n"]) == len(a["errors"]) == len(a["warnings"]) == 24 * HOUR // a["bucket"]
    assert sum(a["n"]) == 4 and sum(a["errors"]) == 2
    assert a["n"][13 * HOUR // a["bucket"]] == 1
    assert a["tokens"] == 28 and a["cost"] == pytest.approx(1.0)
    assert a["p50"] == pytest.approx(1000, rel=0.02) and a["p99"] == pytest.approx(3000, rel=0.02)
    assert facet(a, "name") == {"chat": 2, "agent": 2} and facet(a, "level") == {"ERROR": 2, "DEFAULT": 2}
    assert facet(a, "model") is None  # one value only
    assert "newest" not in a and "partial" not in a


def test_a_facet_ignores_its_own_condition(server):
    q = '[{"column":"name","type":"stringOptions","operator":"any of","value":["chat"]}]'
    a = ask(server, "traces/summary", q=q)
    assert a["total"] == 2
    assert facet(a, "name") == {"chat": 2, "agent": 2} and facet(a, "user") is None


def test_facets_are_fields_of_the_query_language(server):
    answer = ask(server, "traces/summary")
    assert {f["field"] for f in answer["facets"]} == {"level", "name", "user", "tags"}
    for f in answer["facets"]:
        for v in f["values"]:
            assert ask(server, "traces/summary", q=f"{f['field']}:{v['value']}")["total"] == v["n"], (f["field"], v)


def test_words_are_searched(server):
    assert ask(server, "traces/summary", q="question t3")["total"] == 1
    assert ask(server, "traces/summary", q="TOOL 17")["total"] == 1
    assert ask(server, "traces/summary", q="nowhere")["total"] == 0


def test_observations(server):
    a = ask(server, "traces/summary", lens="obs")
    assert a["total"] == 4 and facet(a, "user") == {"ann": 2, "ben": 2}


def test_an_empty_range_names_the_newest(server):
    a = ask(server, "traces/summary", range="2026-10-01T00:00/2026-10-02T00:00")
    assert (a["total"], a["newest"]) == (0, START + 13 * HOUR)


def test_values(server):
    assert ask(server, "values", field="user") == {"values": [{"value": "ann", "n": 2}, {"value": "ben", "n": 2}]}
    assert ask(server, "values", field="user", prefix="B") == {"values": [{"value": "ben", "n": 2}]}
    assert get(server, f"{UI}/values", {"field": "nothing"}).status == 400


def test_overview(server):
    a = ask(server, "overview")
    figures = {f["key"]: f for f in a["figures"]}
    assert list(figures) == ["traces", "errors", "cost", "p95", "tokens", "quality"]
    assert figures["traces"]["value"] == 4 and figures["traces"]["before"] == 0
    assert figures["errors"]["value"] == 0.5 and "before" not in figures["errors"]
    assert figures["quality"]["name"] == "quality" and figures["quality"]["value"] == 0.5
    assert len(figures["cost"]["spark"]) == len(a["n"]) == len(a["p95"])
    assert not a["empty"]
    titles = {(t["kind"], t["title"], t["detail"], t["n"]) for t in a["attention"]}
    assert titles == {("error", "chat", "tool # failed", 1), ("error", "agent", "503 from search-#", 1)}
    for t in a["attention"]:  # its query finds just these traces
        assert ask(server, "traces/summary", q=t["q"])["total"] == t["n"], t["q"]
        rows = ask(server, "traces", q=t["q"])
        assert [r["name"] for r in rows["rows"]] == [t["title"]] and "problems" not in rows
    assert a["cost"]["model"] == [{"key": "own-model", "sum": 1, "values": a["cost"]["model"][0]["values"]}]
    assert sum(a["cost"]["model"][0]["values"]) == pytest.approx(1)
    assert {n["key"]: (n["n"], n["errors"]) for n in a["names"]} == {"chat": (2, 1), "agent": (2, 1)}
    assert [s["observation"] for s in a["slowest"]] == ["t3-g", "t2-g", "t1-g", "t4-g"]
    assert a["scores"][0]["mean"] == 0.5 and sum(b["n"] for b in a["scores"][0]["strip"]) == 2
    assert {k["key"] for k in a["latencyByName"]} == {"chat", "agent"}


def test_overview_of_a_filter(server):
    q = '[{"column":"userId","type":"string","operator":"=","value":"ann"}]'
    a = ask(server, "overview", q=q)
    assert {f["key"]: f.get("value") for f in a["figures"]}["traces"] == 2
    assert [u["key"] for u in a["users"]] == ["ann"]


def test_users(server):
    a = ask(server, "users", sort="-errors")
    assert [u["id"] for u in a["rows"]] == ["ann", "ben"] and "next" not in a
    ann = a["rows"][0]
    assert (ann["traces"], ann["sessions"], ann["errors"], ann["tokens"]) == (2, 1, 1, 14)
    assert len(ann["spark"]) == 24 * HOUR // a["bucket"] and sum(ann["spark"]) == pytest.approx(0.5)
    assert (ann["first"], ann["last"]) == (START + HOUR, START + 2 * HOUR)
    assert [u["id"] for u in ask(server, "users", sort="-last")["rows"]] == ["ben", "ann"]
    assert get(server, f"{UI}/users", {"sort": "shoe-size"}).status == 400
    assert get(server, f"{UI}/users", {"after": "-3"}).status == 400


def test_one_user(server):
    a = ask(server, "users/ben")
    assert a["user"]["traces"] == 2 and sum(a["n"]) == 2 and sum(a["errors"]) == 1
    assert [s["id"] for s in a["sessions"]] == ["s3", "s2"]
    assert ask(server, "users/nobody")["user"]["traces"] == 0


def test_sessions(server):
    a = ask(server, "sessions")
    assert [s["id"] for s in a["rows"]] == ["s3", "s2", "s1"]
    s1 = a["rows"][2]
    assert (s1["turns"], s1["errors"], s1["users"]) == (2, 1, ["ann"])
    assert (s1["first"], s1["last"]) == ("question t1", "answer t2")
    assert s1["start"] == START + HOUR and s1["end"] == START + 2 * HOUR + 2000
    assert s1["scores"] == [{"name": "quality", "value": 0.5, "n": 2}]


def test_ranges(server):
    assert ask(server, "traces/summary", range="2026-11-20/2026-11-21")["total"] == 4
    a = get(server, f"{UI}/traces/summary", {"range": "7d"}).json
    assert a["to"] - a["from"] == 7 * 24 * HOUR
    for bad in ["soon", "3y", "2026-11-21/2026-11-20", "0d", "/"]:
        answer = get(server, f"{UI}/traces/summary", {"range": bad})
        assert answer.status == 400 and "range" in answer.json["message"], bad


def test_other_projects_are_not_there(server):
    assert get(server, "/api/ui/other/overview", {"range": RANGE}).status == 404
    assert get(server, f"{UI}/overview", auth=False).status == 401
