# SPDX-License-Identifier: MIT
"""The list of traces and observations, and the query language."""
import csv
import io
import json
import time

import pytest
from rushlight import PROJECT, Server, event, send

AT = "2026-11-20T10:00:"


def rows(server, q="", lens="traces", **more):
    query = {"range": "2026-11-20T09:00/2026-11-20T12:00", "lens": lens, **more}
    if q:
        query["q"] = q
    answer = server.request("GET", f"/api/ui/{PROJECT}/traces", query=query)
    assert answer.status == 200, answer
    return answer.json


def ids(server, q="", **more):
    return sorted(r["id"] for r in rows(server, q, **more)["rows"])


@pytest.fixture(scope="module")
def server():
    with Server() as s:
        def t(n):
            return f"{AT}{n:02d}.000Z"
        send(s,
             event("trace-create", {"id": "t1", "name": "order-agent", "userId": "Ann B", "environment": "production", "tags": ["vip", "eu"],
                                    "sessionId": "s1", "timestamp": t(1), "metadata": {"region": "eu"}}),
             event("generation-create", {"id": "g1", "traceId": "t1", "name": "plan", "model": "gpt-4o", "startTime": t(1), "endTime": t(4),
                                         "input": "I want a refund", "output": "Sure", "usageDetails": {"input": 1000, "output": 100}}),
             event("trace-create", {"id": "t2", "name": "docs-rag", "userId": "bob", "environment": "dev", "timestamp": t(5)}),
             event("span-create", {"id": "p2", "traceId": "t2", "name": "search", "startTime": t(5), "endTime": f"{AT}05.200Z",
                                   "level": "ERROR", "statusMessage": "503 Service Unavailable"}),
             event("trace-create", {"id": "t3", "name": "docs-chat", "environment": "production", "timestamp": t(8)}),
             event("span-create", {"id": "p3", "traceId": "t3", "name": "chat", "startTime": t(8), "endTime": t(9), "level": "WARNING"}),
             event("score-create", {"id": "sc1", "traceId": "t1", "name": "helpful", "value": 0.25}),
             event("score-create", {"id": "sc3", "traceId": "t3", "name": "helpful", "value": 0.75}))
        yield s


CONDITIONS = [
    ("", "t1 t2 t3"), ("level:error", "t2"), ("level:ERROR", "t2"), ("-level:error", "t1 t3"), ("level:(error,warning)", "t2 t3"),
    ("env:production", "t1 t3"), ("-env:production", "t2"), ("name:order-agent", "t1"), ("name:docs*", "t2 t3"), ("name:*agent", "t1"),
    ('user:"Ann B"', "t1"), ("user:(bob,nobody)", "t2"),
    ('user:("Ann B",bob)', "t1 t2"), ('user:( "Ann B" , "no, one" )', "t1"), ('"a \\"refund"', ""), ('user:"Ann \\\\B"', ""), ("session:s1", "t1"), ("tags:vip", "t1"), ("tags:(vip,other)", "t1"), ("-tags:vip", "t2 t3"),
    ("latency:>2s", "t1"), ("latency:<500ms", "t2"), ("latency:100ms..1s", "t2 t3"), ("-latency:>2s", "t2 t3"), ("cost:>0", "t1"), ("cost:>$0.001", "t1"),
    ("tokens:>1k", "t1"), ("errors:1", "t2"), ("model:gpt-4o", "t1"), ("has:error", "t2"), ("-has:error", "t1 t3"),
    ("is:bookmarked", ""), ("has:user", "t1 t2"), ("error:unavailable", "t2"), ("refund", "t1"), ('"want a refund"', "t1"), ("503", "t2"),
    ("score.helpful:<0.5", "t1"), ("score.helpful:>.5", "t3"), ("env:production latency:>2s", "t1"), ("env:production level:error", ""),
    ("meta.region:eu", "t1"), ("input:refund", "t1"), ("type:generation", "t1"),
]


@pytest.mark.parametrize("q,wanted", CONDITIONS)
def test_the_same_list_from_the_public_api(server, q, wanted):
    query = {"range": "2026-11-20T09:00/2026-11-20T12:00", **({"q": q} if q else {})}
    call = server.request("GET", f"/api/ui/{PROJECT}/traces/call", query=query).json
    if "left" in call:  # the public API has no such condition, and it is said
        assert set(call["left"]) <= {"text", "type", "model", "statusMessage", "input", "output"}, call
        return
    answer = server.request("GET", "/" + call["path"])
    assert answer.status == 200, answer
    assert sorted(t["id"] for t in answer.json["data"]) == wanted.split(), call


def test_observations_from_the_public_api(server):
    query = {"range": "2026-11-20T09:00/2026-11-20T12:00", "lens": "obs", "q": "level:error user:bob"}
    call = server.request("GET", f"/api/ui/{PROJECT}/traces/call", query=query).json
    assert call["path"].startswith("api/public/v2/observations?") and "left" not in call
    assert [o["id"] for o in server.request("GET", "/" + call["path"]).json["data"]] == ["p2"]


@pytest.mark.parametrize("q,wanted", CONDITIONS)
def test_conditions(server, q, wanted):
    answer = rows(server, q)
    assert "problems" not in answer, answer["problems"]
    assert sorted(r["id"] for r in answer["rows"]) == wanted.split()


@pytest.mark.parametrize("q,wanted", [
    ("", "g1 p2 p3"), ("level:error", "p2"), ("name:plan", "g1"), ("trace:docs*", "p2 p3"), ("type:generation", "g1"), ("is:root", "g1 p2 p3"),
    ("has:warning", "p3"), ("traceid:t1", "g1"), ("input:refund", "g1"), ("latency:>2s", "g1"), ("model:gpt-4o tokens:>1k", "g1"),
])
def test_conditions_on_observations(server, q, wanted):
    answer = rows(server, q, lens="obs")
    assert "problems" not in answer, answer["problems"]
    assert sorted(r["id"] for r in answer["rows"]) == wanted.split()


@pytest.mark.parametrize("q,at,length,suggest,rest", [
    ("lvel:error env:dev", 0, 10, "level", "t2"), ("env:dev übel:x", 8, 6, None, "t2"), ("latency:soon", 0, 12, None, "t1 t2 t3"),
    ("has:nothing", 0, 11, None, "t1 t2 t3"), ("name:", 0, 5, None, "t1 t2 t3"), ("is:root", 0, 7, None, "t1 t2 t3"), ("ttft:>1s", 0, 8, None, "t1 t2 t3"),
])
def test_what_cannot_be_read_is_told_with_its_place(server, q, at, length, suggest, rest):
    answer = rows(server, q)
    (problem,) = answer["problems"]
    assert (problem["at"], problem["length"], problem.get("suggest")) == (at, length, suggest), problem
    assert problem["message"]
    assert sorted(r["id"] for r in answer["rows"]) == rest.split()


def test_addresses_are_words_not_fields(server):
    assert "problems" not in rows(server, "https://example.com/x")


def test_rows_say_what_a_list_shows(server):
    by_id = {r["id"]: r for r in rows(server)["rows"]}
    assert [r["id"] for r in rows(server)["rows"]] == ["t3", "t2", "t1"]
    one = by_id["t1"]
    assert (one["name"], one["kind"], one["level"], one["model"], one["user"], one["env"]) == \
        ("order-agent", "GENERATION", "DEFAULT", "gpt-4o", "Ann B", "production")
    assert one["latency"] == 3000 and one["tokens"] == 1100 and one["cost"] > 0 and one["tags"] == ["eu", "vip"]
    assert one["scores"] == [{"name": "helpful", "value": 0.25, "n": 1}]
    assert one["input"] == "I want a refund" and one["output"] == "Sure"
    assert by_id["t2"]["error"] == "503 Service Unavailable" and by_id["t2"]["errors"] == 1


@pytest.mark.parametrize("sort,first", [("-start", "t3"), ("start", "t1"), ("-latency", "t1"), ("-cost", "t1"), ("-errors", "t2"), ("name", "t3")])
def test_orders(server, sort, first):
    assert rows(server, sort=sort)["rows"][0]["id"] == first


def test_pages_hold_every_row_once(server):
    send(server, *[event("trace-create", {"id": f"page-{i:03}", "name": "paged", "timestamp": f"2026-11-20T11:00:{i % 60:02d}.000Z"}) for i in range(120)])
    seen, after = [], None
    while True:
        answer = rows(server, "name:paged", **({"after": after} if after else {}))
        seen += [r["id"] for r in answer["rows"]]
        after = answer.get("next")
        if not after:
            break
        assert len(answer["rows"]) == 50
    assert len(seen) == 120 and len(set(seen)) == 120


@pytest.mark.parametrize("query", [{"after": "zzz"}, {"after": "MSwyLDMsNA"}, {"sort": "colour"}, {"range": "soon"}, {"lens": "other"}])
def test_bad_questions(server, query):
    answer = server.request("GET", f"/api/ui/{PROJECT}/traces", query=query)
    assert answer.status == 400 and answer.json["message"], answer


def test_only_members_see_it(server):
    assert server.request("GET", f"/api/ui/{PROJECT}/traces", auth=False).status == 401
    assert server.request("GET", "/api/ui/other/traces").status == 404


def test_every_facet_is_a_field_that_can_be_asked_for_and_completed(server):
    span = "2026-11-20T09:00/2026-11-20T12:00"
    summary = server.request("GET", f"/api/ui/{PROJECT}/traces/summary", query={"range": span}).json
    assert {"level", "env", "name", "user", "type"} <= {f["field"] for f in summary["facets"]}
    for facet in summary["facets"]:
        first = facet["values"][0]
        answer = rows(server, f'{facet["field"]}:"{first["value"]}"')
        assert ("problems" in answer, len(answer["rows"])) == (False, min(50, first["n"])), facet
        values = server.request("GET", f"/api/ui/{PROJECT}/values", query={"field": facet["field"], "range": span})
        assert values.json["values"][0] == first


def search(server, text):
    answer = server.request("GET", f"/api/ui/{PROJECT}/search", query={"q": text})
    assert answer.status == 200, answer
    return [(h["kind"], h["id"]) for h in answer.json["hits"]]


def test_search_finds_ids_names_sessions_and_users(server):
    # names, sessions and users are those of the last 30 days
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    send(server, event("trace-create", {"id": "now-1", "name": "invoice-check", "userId": "carol", "sessionId": "invoice-session", "timestamp": now}),
         event("span-create", {"id": "now-span", "traceId": "now-1", "name": "step", "startTime": now}))
    assert search(server, "t1")[0] == ("trace", "t1")
    assert search(server, "g1")[0] == ("observation", "g1")
    assert search(server, "now-1").count(("trace", "now-1")) == 1
    assert set(search(server, "invoice")) == {("trace", "now-1"), ("session", "invoice-session")}
    assert search(server, "carol") == [("user", "carol")]
    assert search(server, "") == [] and search(server, "not there at all") == []
    assert server.request("GET", f"/api/ui/{PROJECT}/search", query={"q": "x" * 201}).status == 400
    assert server.request("GET", f"/api/ui/{PROJECT}/search", query={"q": "x"}, auth=False).status == 401


def post_score(server, **body):
    return server.request("POST", f"/api/ui/{PROJECT}/scores", body=body)


@pytest.fixture(scope="module")
def configs(server):
    for body in ({"name": "tone", "dataType": "CATEGORICAL", "categories": [{"label": "kind", "value": 1}, {"label": "rude", "value": 0}]},
                 {"name": "stars", "dataType": "NUMERIC", "minValue": 1, "maxValue": 5}):
        assert server.request("POST", "/api/public/score-configs", body=body).status in (200, 201)


def test_score_names_are_the_configs(server, configs):
    names = server.request("GET", f"/api/ui/{PROJECT}/score-names").json["names"]
    assert {n["name"]: n["type"] for n in names} == {"tone": "CATEGORICAL", "stars": "NUMERIC"}
    (tone,) = [n for n in names if n["name"] == "tone"]
    assert [c["label"] for c in tone["categories"]] == ["kind", "rude"]


def test_scores_by_hand_are_given_and_taken_back(server, configs):
    given = post_score(server, trace="t2", observation="p2", name="stars", value=4, comment="fine")
    assert given.status == 200, given
    assert (given.json["source"], given.json["type"], given.json["value"], given.json["comment"]) == ("ANNOTATION", "NUMERIC", 4, "fine")
    public = server.request("GET", f"/api/public/v2/scores/{given.json['id']}").json
    assert (public["source"], public["traceId"], public["observationId"], public["environment"]) == ("ANNOTATION", "t2", "p2", "dev")
    assert public["configId"]
    at = f"/api/ui/{PROJECT}/scores/{given.json['id']}"
    assert server.request("DELETE", at).status == 204
    assert server.request("DELETE", at).status == 404
    label = post_score(server, trace="t2", name="tone", text="kind").json
    assert (label["type"], label["text"]) == ("CATEGORICAL", "kind")
    free = post_score(server, trace="t2", name="another", value=0.5).json
    assert (free["type"], free["value"]) == ("NUMERIC", 0.5)


def test_scores_of_the_api_stay(server):
    assert server.request("DELETE", f"/api/ui/{PROJECT}/scores/sc1").status == 403
    assert server.request("GET", "/api/public/v2/scores/sc1").status == 200


@pytest.mark.parametrize("status,body", [
    (400, {}), (400, {"trace": "t2", "name": "stars"}), (400, {"trace": "t2", "name": "stars", "value": 9}), (400, {"trace": "t2", "name": "stars", "text": "x"}),
    (400, {"trace": "t2", "name": "tone", "text": "shy"}), (400, {"trace": "t2", "value": 1}), (400, {"trace": "t2", "name": "a", "value": "1"}),
    (400, {"trace": "t2", "name": "a", "value": 1, "text": "x"}), (400, {"name": "a", "value": 1}), (400, {"trace": "t2", "name": "a", "text": ""}),
    (404, {"trace": "none", "name": "a", "value": 1}), (404, {"trace": "t2", "observation": "g1", "name": "a", "value": 1}),
])
def test_bad_scores(server, configs, status, body):
    answer = post_score(server, **body)
    assert answer.status == status and answer.json["message"], answer


def export(server, **query):
    query = {"range": "2026-11-20T09:00/2026-11-20T10:30", **query}
    return server.request("GET", f"/api/ui/{PROJECT}/traces/export", query=query)


def test_export_holds_the_rows_of_the_list(server):
    answer = export(server, format="jsonl")
    assert answer.status == 200 and "attachment" in answer.headers["content-disposition"]
    lines = [json.loads(line) for line in answer.body.decode().splitlines()]
    assert lines == rows(server, range="2026-11-20T09:00/2026-11-20T10:30")["rows"]
    cells = list(csv.reader(io.StringIO(export(server, format="csv", cols="time,name,io~200,score:helpful,tags,cost").body.decode())))
    assert cells[0] == ["start", "name", "input", "output", "score:helpful", "tags", "cost"]
    by_name = {c[1]: c for c in cells[1:]}
    assert set(by_name) == {"order-agent", "docs-rag", "docs-chat"}
    assert by_name["order-agent"][:6] == ["2026-11-20T10:00:01.000Z", "order-agent", "I want a refund", "Sure", "0.25", "eu; vip"]
    assert [c["id"] for c in map(json.loads, export(server, lens="obs", format="jsonl", q="level:error").body.decode().splitlines())] == ["p2"]


def test_export_holds_more_than_a_page_and_no_formulas(server):
    at = "2026-11-19T10:00:00.000Z"
    send(server, *[event("trace-create", {"id": f"ex-{i}", "name": '=1+"1"', "timestamp": at}) for i in range(700)])
    day = "2026-11-19T00:00/2026-11-20T00:00"
    cells = list(csv.reader(io.StringIO(export(server, range=day, cols="id,name").body.decode())))
    assert len({c[0] for c in cells[1:]}) == 700 == len(cells) - 1
    assert {c[1] for c in cells[1:]} == {"'=1+\"1\""}


@pytest.mark.parametrize("query", [{"format": "xml"}, {"q": "latency:soon"}, {"sort": "colour"}, {"range": "soon"}])
def test_bad_exports(server, query):
    answer = export(server, **query)
    assert answer.status == 400 and answer.json["message"], answer
