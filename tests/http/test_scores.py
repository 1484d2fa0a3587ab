# SPDX-License-Identifier: MIT
"""Scores: POST with every type and refusal, v1, v2, v3 reads, delete."""
import base64
import json

import pytest
from rushlight import PROJECT, Server, event, send

TARGET = {"code": "custom", "path": ["traceId", "sessionId", "datasetRunId", "observationId"],
          "message": "Provide exactly one of the following: traceId (with optional observationId), sessionId or datasetRunId. "
                     "ObservationId requires traceId."}


def at(i):
    return f"2026-11-20T10:00:{i:02d}.000Z"


@pytest.fixture(scope="module")
def server():
    with Server() as s:
        send(s, event("trace-create", {"id": "t", "name": "tn", "userId": "u", "sessionId": "sess", "tags": ["x", "y"], "environment": "prod"}))
        make = [("num", {"traceId": "t", "name": "acc", "value": 0.25}), ("num2", {"traceId": "t", "name": "acc", "value": 0.75}),
                ("bool", {"traceId": "t", "name": "ok", "value": 1, "dataType": "BOOLEAN"}),
                ("cat", {"traceId": "t", "observationId": "o", "name": "tone", "value": "good"}),
                ("text", {"traceId": "t", "name": "note", "value": "long text", "dataType": "TEXT"}),
                ("corr", {"traceId": "t", "name": "whatever", "value": "better", "dataType": "CORRECTION"}),
                ("sess", {"sessionId": "sess", "name": "acc", "value": 3, "environment": "prod"})]
        send(s, *[event("score-create", {"id": "s-" + n, **b}, at=at(i)) for i, (n, b) in enumerate(make)])
        yield s


def post(server, **body):
    return server.post("/scores", body)


def find(server, version, **query):
    a = server.get(f"/{version}scores", query)
    assert a.status == 200, a
    return [s["id"][2:] for s in a.json["data"]]


def test_post_and_overwrite(server):
    assert post(server, id="p", traceId="t2", name="n", value=1, comment="c", metadata={"a": 1}).json == {"id": "p"}
    post(server, id="p", traceId="t2", name="n", value=2)
    s = server.get("/v2/scores/p").json
    assert (s["value"], s["comment"], s["metadata"], s["source"], s["dataType"]) == (2, "c", {"a": 1}, "API", "NUMERIC")
    made = post(server, traceId="t2", name="n", value="label").json["id"]
    assert server.get("/v2/scores/" + made).json["dataType"] == "CATEGORICAL"
    server.delete("/scores/p")
    server.delete("/scores/" + made)


@pytest.mark.parametrize("body,problem", [
    ({"name": "x", "value": 1}, TARGET), ({"name": "x", "value": 1, "traceId": "a", "sessionId": "b"}, TARGET),
    ({"name": "x", "value": 1, "observationId": "o"}, TARGET),
    ({"traceId": "t", "name": "x", "value": True, "dataType": "BOOLEAN"},
     {"expected": "number", "code": "invalid_type", "path": ["value"], "message": "Invalid input: expected number, received boolean"}),
])
def test_recorded_refusals(server, body, problem):
    a = server.post("/scores", body)
    assert (a.status, a.json) == (400, {"message": "Invalid request data", "error": [problem]})


@pytest.mark.parametrize("body", [
    {"traceId": "t", "name": "x", "value": {}}, {"traceId": "t"}, {"traceId": "t", "name": "", "value": 1},
    {"traceId": "t", "name": "x", "value": 2, "dataType": "BOOLEAN"}, {"traceId": "t", "name": "x", "value": "a", "dataType": "NUMERIC"},
    {"traceId": "t", "name": "x", "value": "y" * 501, "dataType": "TEXT"}, {"traceId": "t", "name": "x", "value": "", "dataType": "TEXT"},
    {"traceId": "t", "name": "x", "value": 1, "dataType": None}, {"traceId": "t", "name": "x", "value": 1, "source": "EVAL"},
    {"traceId": "t", "name": "x", "value": 1, "source": "ANNOTATION"}, {"traceId": "t", "name": "x", "value": 1, "configId": "nope"}, [], "x",
])
def test_other_refusals(server, body):
    a = server.post("/scores", body)
    assert a.status == 400 and a.json["message"], a


def test_configs_rule(server):
    def config(**body):
        return server.post("/score-configs", body).json["id"]

    num = config(name="quality", dataType="NUMERIC", minValue=0, maxValue=1)
    cat = config(name="tone", dataType="CATEGORICAL", categories=[{"label": "good", "value": 7}])
    old = config(name="old", dataType="NUMERIC")
    server.patch("/score-configs/" + old, {"isArchived": True})
    ok = post(server, id="cfg", traceId="t3", name="other name", value=0.5, configId=num)
    assert ok.status == 200
    assert server.get("/v2/scores/cfg").json["name"] == "quality"
    post(server, id="cfg2", traceId="t3", name="n", value="good", configId=cat)
    s = server.get("/v2/scores/cfg2").json
    assert (s["value"], s["stringValue"], s["dataType"]) == (7, "good", "CATEGORICAL")
    for value, cfg in ((2, num), (-1, num), ("good", num), ("unknown", cat), (1, old)):
        a = post(server, id="bad", traceId="t3", name="n", value=value, configId=cfg)
        assert a.status == 400 and a.json["error"] == "InvalidRequestError", (value, a)
    assert server.get("/v2/scores/bad").status == 404
    for i in ("cfg", "cfg2"):
        server.delete("/scores/" + i)


V1 = ["text", "cat", "bool", "num2", "num"]
V2 = ["sess", "corr"] + V1
BOTH = [({"name": "acc", "dataType": "NUMERIC", "traceTags": "x"}, ["num2", "num"]), ({"dataType": "BOOLEAN"}, ["bool"]), ({"source": "ANNOTATION"}, []),
        ({"operator": ">=", "value": 0.5, "dataType": "NUMERIC", "userId": "u"}, ["num2"]), ({"operator": "!=", "value": 0.25, "traceTags": "x", "dataType": "NUMERIC"}, ["num2"]),
        ({"scoreIds": "s-num,s-cat"}, ["cat", "num"]), ({"traceTags": ["x", "z"]}, []),
        ({"fromTimestamp": at(2), "toTimestamp": at(4)}, ["cat", "bool"]), ({"configId": "nope"}, []),
        ({"filter": json.dumps([{"type": "string", "column": "name", "operator": "=", "value": "tone"}])}, ["cat"])]


@pytest.mark.parametrize("query,found", BOTH, ids=[json.dumps(b[0])[:50] for b in BOTH])
@pytest.mark.parametrize("version", ["", "v2/"])
def test_v1_and_v2_parameters(server, version, query, found):
    assert find(server, version, **query) == found


def test_v1_hides_sessions_and_corrections(server):
    assert find(server, "") == V1
    assert find(server, "v2/") == V2
    assert server.get("/scores/s-sess").status == 404
    assert server.get("/scores/s-num").json["value"] == 0.25


@pytest.mark.parametrize("query,found", [
    ({"sessionId": "sess"}, ["sess"]), ({"traceId": "t", "limit": 2}, ["corr", "text"]), ({"observationId": "o"}, ["cat"]),
    ({"limit": 2, "page": 2}, V2[2:4]), ({"environment": "prod"}, ["sess"])])
def test_v2_parameters(server, query, found):
    assert find(server, "v2/", **query) == found


def test_v2_fields(server):
    with_trace = server.get("/v2/scores", {"scoreIds": "s-num"}).json["data"][0]
    assert with_trace["trace"] == {"userId": "u", "tags": ["x", "y"], "environment": "prod", "sessionId": "sess"}
    assert server.get("/v2/scores", {"scoreIds": "s-num", "fields": "score"}).json["data"][0]["trace"] is None
    a = server.get("/v2/scores", {"fields": "trace"})
    assert a.status == 400 and a.json["message"] == "Scores needs to be selected always."


def test_shapes(server):
    s = server.get("/v2/scores/s-bool").json
    assert set(s) == {"id", "projectId", "name", "source", "dataType", "environment", "traceId", "observationId", "sessionId", "datasetRunId",
                      "value", "stringValue", "timestamp", "createdAt", "updatedAt", "comment", "authorUserId", "configId", "queueId",
                      "executionTraceId", "metadata"}
    assert (s["value"], s["stringValue"], s["projectId"], s["timestamp"]) == (1, "True", PROJECT, at(2))
    assert server.get("/v2/scores/s-cat").json["stringValue"] == "good"
    corr = server.get("/v2/scores/s-corr").json
    assert (corr["name"], corr["stringValue"]) == ("output", "better")
    text = server.get("/v2/scores/s-text").json
    assert text["stringValue"] == "long text" and "value" not in text


def test_missing_and_mistakes(server):
    for path in ("/scores/nope", "/v2/scores/nope"):
        a = server.get(path)
        assert (a.status, a.json) == (404, {"message": "Score not found", "error": "LangfuseNotFoundError"})
    a = server.get("/v2/scores", {"operator": "~", "value": 1})
    assert a.status == 400 and a.json["error"][0]["values"] == ["<", ">", "<=", ">=", "!=", "="]
    assert server.get("/v2/scores", {"limit": 1000}).status == 400


def test_delete(server):
    post(server, id="gone", traceId="t9", name="n", value=1)
    a = server.delete("/scores/gone")
    assert (a.status, a.json) == (202, {"message": "Score deletion queued successfully"})
    assert server.get("/v2/scores/gone").status == 404
    assert server.delete("/scores/never-there").status == 202


# ---- v3
V3 = [({"traceId": "t", "limit": 2}, ["corr", "text"]), ({"name": "acc,tone"}, ["sess", "cat", "num2", "num"]), ({"id": "s-num"}, ["num"]),
      ({"dataType": "NUMERIC", "valueMin": 0.5, "valueMax": 0.8}, ["num2"]), ({"dataType": "BOOLEAN", "value": "true"}, ["bool"]),
      ({"dataType": "CATEGORICAL", "value": "good"}, ["cat"]), ({"dataType": "numeric", "value": "0.25,3"}, ["sess", "num"]),
      ({"traceId": "t", "observationId": "o"}, ["cat"]), ({"sessionId": "sess"}, ["sess"]), ({"source": "api", "limit": 1}, ["sess"]),
      ({"fromTimestamp": "2099-01-01T00:00:00Z"}, []), ({"environment": "prod"}, ["sess"])]


@pytest.mark.parametrize("query,found", V3, ids=[json.dumps(b[0])[:50] for b in V3])
def test_v3_parameters(server, query, found):
    assert find(server, "v3/", **query) == found


def test_v3_cursor(server):
    seen, cursor = [], {}
    while True:
        a = server.get("/v3/scores", {"limit": 3, **cursor}).json
        seen += [s["id"][2:] for s in a["data"]]
        if "cursor" not in a["meta"]:
            break
        text = a["meta"]["cursor"]
        assert set(json.loads(base64.urlsafe_b64decode(text + "==="))) == {"v", "lastTimestamp", "lastId"}
        cursor = {"cursor": text}
    assert seen == V2


def test_v3_fields(server):
    core = server.get("/v3/scores", {"id": "s-bool"}).json["data"][0]
    assert core["value"] is True
    assert set(core) == {"id", "projectId", "name", "dataType", "value", "source", "timestamp", "environment", "createdAt", "updatedAt"}
    full = server.get("/v3/scores", {"id": "s-cat", "fields": "subject,details,annotation"}).json["data"][0]
    assert full["subject"] == {"kind": "observation", "id": "o", "traceId": "t"}
    assert {"comment", "configId", "metadata", "authorUserId", "queueId"} <= set(full)
    assert server.get("/v3/scores", {"id": "s-sess", "fields": "subject"}).json["data"][0]["subject"] == {"kind": "session", "id": "sess"}


@pytest.mark.parametrize("query,message", [
    ({"fields": "bogus"}, None), ({"valueMin": 1}, None), ({"traceId": "a", "sessionId": "b"}, None), ({"observationId": "o"}, None),
    ({"limit": 0}, None), ({"limit": 101}, None), ({"foo": 1}, None), ({"cursor": "xxx"}, "Invalid cursor format"), ({"userId": "u"}, None),
    ({"value": "1"}, None)])
def test_v3_mistakes(server, query, message):
    a = server.get("/v3/scores", query)
    assert a.status == 400, a
    if message:
        assert a.json == {"message": message, "error": "InvalidRequestError"}


def test_v1_lists_leave_out_scores_without_a_trace(server):
    with Server() as s:
        send(s, event("trace-create", {"id": "t", "timestamp": at(0)}),
             event("score-create", {"id": "s-here", "traceId": "t", "name": "n", "value": 1}),
             event("score-create", {"id": "s-early", "traceId": "later", "name": "n", "value": 1}))
        assert (find(s, ""), s.get("/scores").json["meta"]["totalItems"]) == (["here"], 1)
        assert sorted(find(s, "v2/")) == sorted(find(s, "v3/")) == ["early", "here"]
        assert s.get("/scores/s-early").status == 200
        send(s, event("span-create", {"id": "o", "traceId": "later", "startTime": at(1)}))
        assert sorted(find(s, "")) == ["early", "here"]


def test_scores_of_one_millisecond_stand_by_arrival(server):
    with Server() as s:
        ids = ["m", "z", "a", "k"]
        for i in ids:
            send(s, event("trace-create", {"id": "t-" + i}),
                 event("score-create", {"id": "s-" + i, "traceId": "t-" + i, "name": "n", "value": 1}, at=at(7)))
        assert find(s, "") == find(s, "v2/") == ids[::-1]
        assert find(s, "v3/") == sorted(ids, reverse=True)
        assert find(s, "v2/", limit=2, page=2) == ids[1::-1]
