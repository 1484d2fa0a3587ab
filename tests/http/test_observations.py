# SPDX-License-Identifier: MIT
"""Observations v1 (pages) and v2 (cursor, field groups), and their filters."""
import base64
import json

import pytest
from rushlight import PROJECT, Server, event, send

N = 30


def at(second):
    return f"2026-11-20T10:00:{second:02d}.000Z"


@pytest.fixture(scope="module")
def server():
    with Server() as s:
        send(s, event("trace-create", {"id": "ta", "name": "A", "userId": "ua", "sessionId": "sa", "timestamp": at(0), "tags": ["x"]}),
             event("trace-create", {"id": "tb", "name": "B", "userId": "ub", "timestamp": at(0)}))
        kinds = ["span", "generation", "tool"]
        send(s, *[event(kinds[i % 3] + "-create", {
            "id": f"o{i:02d}", "traceId": "ta" if i % 2 == 0 else "tb", "name": f"n{i % 5}", "startTime": at(i), "endTime": at(i + 1),
            "level": "ERROR" if i == 7 else "DEFAULT", "version": f"v{i % 2}", "environment": "prod" if i < 10 else "dev",
            "parentObservationId": None if i < 2 else "o00", "input": {"i": i}, "output": "x" * 300 if i == 0 else f"out{i}",
            "metadata": {"long": "m" * 300, "k": i}, **({"model": "gpt-4o", "usageDetails": {"input": 10 * i}} if i % 3 == 1 else {})})
            for i in range(N)])
        yield s


def v1(server, **query):
    a = server.get("/observations", query)
    assert a.status == 200, a
    return [o["id"] for o in a.json["data"]]


def v2(server, **query):
    a = server.get("/v2/observations", query)
    assert a.status == 200, a
    return [o["id"] for o in a.json["data"]]


def names(numbers):
    return [f"o{i:02d}" for i in numbers]


EVERY = range(N - 1, -1, -1)
COMMON = [
    ({"traceId": "ta", "limit": 3}, (28, 26, 24)), ({"name": "n0"}, range(25, -1, -5)), ({"userId": "ub", "limit": 2}, (29, 27)),
    ({"type": "TOOL", "limit": 3}, (29, 26, 23)), ({"level": "ERROR"}, (7,)), ({"version": "v1", "limit": 2}, (29, 27)),
    ({"parentObservationId": "o00", "limit": 2}, (29, 28)), ({"environment": "prod", "limit": 1}, (9,)),
    ({"environment": ["prod", "dev"], "limit": 1}, (29,)), ({"fromStartTime": at(3), "toStartTime": at(6)}, (5, 4, 3)),
    ({"filter": json.dumps([{"type": "string", "column": "type", "operator": "=", "value": "TOOL"}]), "limit": 2}, (29, 26)),
    ({"filter": json.dumps([{"type": "number", "column": "inputTokens", "operator": ">", "value": 200}])}, (28, 25, 22)),
    ({"filter": json.dumps([{"type": "stringObject", "column": "metadata", "key": "k", "operator": "=", "value": "12"}])}, (12,)),
    ({"filter": json.dumps([{"type": "string", "column": "traceName", "operator": "=", "value": "A"}]), "limit": 1}, (28,)),
    ({"filter": json.dumps([{"type": "datetime", "column": "startTime", "operator": "<", "value": at(2)}])}, (1, 0)),
]


@pytest.mark.parametrize("query,numbers", COMMON, ids=[json.dumps(c[0])[:60] for c in COMMON])
@pytest.mark.parametrize("read", [v1, v2])
def test_parameters(server, read, query, numbers):
    assert read(server, **query) == names(numbers)


def test_v1_pages(server):
    a = server.get("/observations", {"limit": 7, "page": 5}).json
    assert [o["id"] for o in a["data"]] == names((1, 0))
    assert a["meta"] == {"page": 5, "limit": 7, "totalItems": N, "totalPages": 5}


def test_v1_shape(server):
    a = server.get("/observations/o04")
    assert a.status == 200
    assert set(a.json) == {
        "id", "traceId", "startTime", "endTime", "projectId", "parentObservationId", "type", "environment", "name", "level",
        "statusMessage", "version", "createdAt", "updatedAt", "input", "output", "metadata", "model", "modelParameters",
        "completionStartTime", "promptId", "promptName", "promptVersion", "latency", "timeToFirstToken", "usageDetails", "costDetails",
        "usagePricingTierId", "usagePricingTierName", "modelId", "inputPrice", "outputPrice", "totalPrice", "calculatedInputCost",
        "calculatedOutputCost", "calculatedTotalCost", "unit", "promptTokens", "completionTokens", "totalTokens", "usage"}
    o = a.json
    assert (o["projectId"], o["input"], o["output"], o["latency"], o["unit"]) == (PROJECT, {"i": 4}, "out4", 1, "TOKENS")
    assert o["metadata"] == {"long": "m" * 300, "k": 4}
    assert (o["promptTokens"], o["calculatedTotalCost"]) == (40, 0.0001)


def test_v1_missing(server):
    a = server.get("/observations/nope")
    assert (a.status, a.json) == (404, {"message": "Observation with id nope not found", "error": "LangfuseNotFoundError"})


@pytest.mark.parametrize("path", ["/observations", "/v2/observations"])
def test_bad_type(server, path):
    for query in ({"type": "FOO"}, {"type": ["TOOL", "AGENT"]}):
        a = server.get(path, query)
        assert a.status == 400 and a.json["error"][0]["path"] == ["type"]
        assert a.json["error"][0]["values"] == ["GENERATION", "SPAN", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR",
                                                "EMBEDDING", "GUARDRAIL"]


@pytest.mark.parametrize("limit", [1, 4, 7, 29, 30])
def test_cursor_walks_over_everything_once(server, limit):
    seen, cursor = [], None
    while True:
        a = server.get("/v2/observations", {"limit": limit, **({"cursor": cursor} if cursor else {})}).json
        seen += [o["id"] for o in a["data"]]
        cursor = a["meta"].get("cursor")
        if not cursor:
            break
        decoded = json.loads(base64.b64decode(cursor))
        assert set(decoded) == {"lastStartTimeTo", "lastTraceId", "lastId"} and decoded["lastId"] == seen[-1]
    assert seen == names(EVERY)


def test_cursor_holds_while_rows_arrive(server):
    first = server.get("/v2/observations", {"limit": 10, "traceId": "tc"}).json
    assert first["data"] == []
    send(server, *[event("span-create", {"id": f"c{i}", "traceId": "tc", "startTime": at(30)}) for i in range(6)])
    page = server.get("/v2/observations", {"limit": 3, "traceId": "tc"}).json
    send(server, event("span-create", {"id": "c-new", "traceId": "tc", "startTime": at(31)}))
    rest = server.get("/v2/observations", {"limit": 10, "traceId": "tc", "cursor": page["meta"]["cursor"]}).json
    assert sorted(o["id"] for o in page["data"] + rest["data"]) == [f"c{i}" for i in range(6)]
    server.delete("/traces/tc")


@pytest.mark.parametrize("cursor", ["zzz", "e30=", base64.b64encode(b'{"lastStartTimeTo":"x","lastTraceId":"a","lastId":"b"}').decode(), "%00"])
def test_bad_cursor(server, cursor):
    a = server.get("/v2/observations", {"cursor": cursor})
    assert (a.status, a.json["message"]) == (400, "Invalid cursor format")


ALWAYS = {"id", "traceId", "startTime", "endTime", "projectId", "parentObservationId", "type", "latency", "timeToFirstToken", "modelId",
          "inputPrice", "outputPrice", "totalPrice"}
GROUPS = {
    "core": set(), "basic": {"name", "level", "statusMessage", "version", "environment", "bookmarked", "public", "userId", "sessionId",
                             "isRootObservation"},
    "time": {"completionStartTime", "createdAt", "updatedAt"}, "io": {"input", "output"}, "metadata": {"metadata"},
    "model": {"model", "internalModelId", "modelParameters"},
    "usage": {"usageDetails", "costDetails", "totalCost", "inputUsage", "outputUsage", "totalUsage", "inputCost", "outputCost",
              "usagePricingTierId", "usagePricingTierName"},
    "prompt": {"promptId", "promptName", "promptVersion"}, "metrics": set(), "trace_context": {"traceName", "tags", "release"},
}


@pytest.mark.parametrize("group", GROUPS)
def test_v2_groups(server, group):
    row = server.get("/v2/observations", {"fields": group, "limit": 1}).json["data"][0]
    assert set(row) == ALWAYS | GROUPS[group]


def test_v2_default_groups(server):
    row = server.get("/v2/observations", {"limit": 1}).json["data"][0]
    assert set(row) == ALWAYS | GROUPS["basic"]


def test_v2_values(server):
    everything = ",".join(GROUPS)
    row = next(o for o in server.get("/v2/observations", {"traceId": "ta", "fields": everything}).json["data"] if o["id"] == "o04")
    assert (row["input"], row["output"]) == ('{"i":4}', "out4")
    assert (row["userId"], row["sessionId"], row["traceName"], row["tags"]) == ("ua", "sa", "A", ["x"])
    assert (row["model"], row["inputUsage"], row["totalCost"], row["inputPrice"]) == ("gpt-4o", 40, 0.0001, "0.0000025")
    assert (row["statusMessage"], row["promptName"], row["promptVersion"]) == ("", "", None)


def test_v2_metadata_is_cut(server):
    def metadata(**query):
        return server.get("/v2/observations", {"limit": 1, "name": "n0", "fields": "metadata", **query}).json["data"][0]["metadata"]

    assert metadata()["long"] == "m" * 200
    assert metadata(expandMetadata="long")["long"] == "m" * 300
    assert metadata(fields="metadata,io")["long"] == "m" * 300


def test_v2_limits(server):
    assert v2(server, limit=0) == []
    assert server.get("/v2/observations", {"limit": 1001}).status == 400
    assert len(v2(server, limit=1000)) == N
    assert server.get("/v2/observations", {"parseIoAsJson": "true"}).status == 400


def test_v2_roots(server):
    roots = [i for i in v2(server, isRootObservation="true", limit=1000) if i.startswith("o")]
    assert roots == names((1, 0))
    assert len(v2(server, isRootObservation="false", limit=1000)) == N - 2
    assert [i for i in v2(server, parentObservationId="") if i.startswith("o")] == names((1, 0))


def test_v2_matches_searches_the_text(server):
    def find(column, value, operator="matches"):
        return server.get("/v2/observations", {"filter": json.dumps([{"type": "string", "column": column, "operator": operator, "value": value}])})

    assert [o["id"] for o in find("output", "OUT12").json["data"]] == ["o12"]
    assert find("output", "...").json["message"] == "`matches` requires at least one search token."
    assert find("name", "n1").json["message"] == "`matches` is only supported for input, output, and metadata filters."
    assert find("output", "out", "contains").json["message"] == "Input/output filters require at least one `matches` or `=` operator."
