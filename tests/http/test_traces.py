# SPDX-License-Identifier: MIT
"""Traces: list with every parameter, filters, order, paging, get, delete."""
import json

import pytest
from rushlight import PROJECT, Server, event, send


def at(second):
    return f"2026-11-20T10:{second // 60:02d}:{second % 60:02d}.000Z"


@pytest.fixture(scope="module")
def server():
    with Server() as s:
        for i in range(12):
            send(s, event("trace-create", {
                "id": f"t{i:02d}", "timestamp": at(i * 60), "name": "even" if i % 2 == 0 else "odd", "userId": f"u{i % 3}",
                "sessionId": f"s{i % 4}", "release": f"r{i % 2}", "version": f"v{i}", "tags": ["all", f"tag{i % 3}"],
                "environment": "prod" if i < 6 else "dev", "metadata": {"k": f"v{i}"}, "input": {"i": i}, "output": f"out {i}"}))
        send(s,
             event("span-create", {"id": "o1", "traceId": "t05", "startTime": at(300), "endTime": at(304), "level": "ERROR"}),
             event("generation-create", {"id": "o2", "traceId": "t05", "startTime": at(301), "endTime": at(302), "model": "gpt-4o",
                                         "usageDetails": {"input": 1000, "output": 100}}),
             event("score-create", {"id": "sc1", "traceId": "t05", "name": "acc", "value": 0.9}),
             event("score-create", {"id": "sc2", "traceId": "t05", "observationId": "o2", "name": "tone", "value": "good"}))
        yield s


def ids(server, **query):
    a = server.get("/traces", query)
    assert a.status == 200, a
    return [t["id"] for t in a.json["data"]]


def names(*numbers):
    return [f"t{i:02d}" for i in numbers]


def test_order_and_paging(server):
    a = server.get("/traces", {"limit": 5}).json
    assert [t["id"] for t in a["data"]] == names(11, 10, 9, 8, 7)
    assert a["meta"] == {"page": 1, "limit": 5, "totalItems": 12, "totalPages": 3}
    assert ids(server, limit=5, page=3) == names(1, 0)
    assert server.get("/traces", {"page": 99}).json["data"] == []
    assert ids(server, limit="", page="") == names(*range(11, -1, -1))


QUERIES = [
    ({"name": "odd", "limit": 2}, (11, 9)), ({"userId": "u0"}, (9, 6, 3, 0)), ({"sessionId": "s1"}, (9, 5, 1)),
    ({"version": "v4"}, (4,)), ({"release": "r1", "limit": 1}, (11,)), ({"tags": ["all", "tag2"]}, (11, 8, 5, 2)),
    ({"tags": "none"}, ()), ({"environment": "prod", "limit": 2}, (5, 4)), ({"environment": ["prod", "dev"], "limit": 1}, (11,)),
    ({"fromTimestamp": at(300), "toTimestamp": at(480)}, (7, 6, 5)),
    ({"fromTimestamp": "2026-11-20T12:05:00+02:00", "toTimestamp": at(360)}, (5,)),
    ({"name": "even", "userId": "u1"}, (10, 4)),
    ({"orderBy": "timestamp.asc", "limit": 2}, (0, 1)), ({"orderBy": "id.desc", "limit": 2}, (11, 10)),
    ({"orderBy": "userId.asc", "limit": 4, "fields": "core"}, (0, 3, 6, 9)),
    ({"foo": "bar", "limit": 1, "useEventsTable": "true"}, (11,)),
]


@pytest.mark.parametrize("query,numbers", QUERIES, ids=[json.dumps(q[0]) for q in QUERIES])
def test_parameters(server, query, numbers):
    got = ids(server, **query)
    assert (sorted(got) if query.get("orderBy", "").startswith("userId") else got) == names(*numbers)


def cond(kind, column, operator, value, **more):
    return {"type": kind, "column": column, "operator": operator, "value": value, **more}


FILTERS = [
    (cond("string", "name", "=", "odd"), (11, 9, 7, 5, 3, 1)), (cond("string", "version", "contains", "v1"), (11, 10, 1)),
    (cond("string", "version", "does not contain", "v"), ()), (cond("string", "version", "starts with", "v1"), (11, 10, 1)),
    (cond("string", "id", "ends with", "05"), (5,)), (cond("stringOptions", "userId", "any of", ["u0", "u1"]), (10, 9, 7, 6, 4, 3, 1, 0)),
    (cond("stringOptions", "userId", "none of", ["u0", "u1"]), (11, 8, 5, 2)),
    (cond("arrayOptions", "tags", "any of", ["tag0"]), (9, 6, 3, 0)), (cond("arrayOptions", "tags", "all of", ["tag0", "all"]), (9, 6, 3, 0)),
    (cond("arrayOptions", "tags", "none of", ["tag0", "tag1"]), (11, 8, 5, 2)),
    (cond("datetime", "timestamp", ">=", at(600)), (11, 10)), (cond("datetime", "timestamp", "<", at(60)), (0,)),
    (cond("stringObject", "metadata", "=", "v7", key="k"), (7,)), (cond("stringObject", "metadata", "does not contain", "v", key="none"), ()),
    (cond("number", "latency", ">", 3), (5,)), (cond("number", "totalCost", ">", 0), (5,)), (cond("number", "inputTokens", "=", 1000), (5,)),
    (cond("stringOptions", "level", "any of", ["ERROR"]), (5,)), (cond("number", "errorCount", ">=", 1), (5,)),
    (cond("numberObject", "scores_avg", ">", 0.5, key="acc"), (5,)), (cond("categoryOptions", "score_categories", "any of", ["good"], key="tone"), (5,)),
    (cond("boolean", "bookmarked", "=", False), tuple(range(11, -1, -1))), (cond("null", "release", "is null", ""), ()),
]


@pytest.mark.parametrize("condition,numbers", FILTERS, ids=[f"{f[0]['column']} {f[0]['operator']}" for f in FILTERS])
def test_filters(server, condition, numbers):
    assert ids(server, filter=json.dumps([condition])) == names(*numbers)


def test_filters_join_with_and(server):
    both = [cond("string", "name", "=", "odd"), cond("string", "environment", "=", "dev")]
    assert ids(server, filter=json.dumps(both)) == names(11, 9, 7)
    assert ids(server, filter=json.dumps(both[:1]), userId="u0") == names(9, 3)


def test_filter_mistakes(server):
    def told(text):
        a = server.get("/traces", {"filter": text})
        assert a.status == 400
        return a.json

    assert told("{bad") == {"message": "Invalid JSON in filter parameter", "error": "InvalidRequestError"}
    assert told(json.dumps([cond("string", "bogus", "=", "x")]))["message"] == "Column bogus does not match a UI / CH table mapping."
    assert told(json.dumps([cond("number", "name", "=", 1)]))["message"] == \
        "Invalid filter type 'number' for column 'name'. Expected filter type 'string'."
    options = ["=", "contains", "does not contain", "starts with", "ends with"]
    assert told(json.dumps([cond("string", "name", "~~", "x")])) == {"message": "Invalid request data", "error": [{
        "code": "invalid_value", "values": options, "path": ["filter", 0, "operator"],
        "message": 'Invalid option: expected one of "="|"contains"|"does not contain"|"starts with"|"ends with"'}]}


def too_small(path, minimum, inclusive=True):
    sign = ">=" if inclusive else ">"
    return {"origin": "number", "code": "too_small", "minimum": minimum, "inclusive": inclusive, "path": [path],
            "message": f"Too small: expected number to be {sign}{minimum}"}


@pytest.mark.parametrize("query,problem", [
    ({"limit": 0}, too_small("limit", 1)), ({"page": 0}, too_small("page", 0, False)), ({"page": -1}, too_small("page", 0, False)),
    ({"limit": 101}, {"origin": "number", "code": "too_big", "maximum": 100, "inclusive": True, "path": ["limit"],
                      "message": "Too big: expected number to be <=100"}),
    ({"page": "abc"}, {"expected": "number", "code": "invalid_type", "received": "NaN", "path": ["page"],
                       "message": "Invalid input: expected number, received NaN"}),
])
def test_bad_paging(server, query, problem):
    a = server.get("/traces", query)
    assert (a.status, a.json) == (400, {"message": "Invalid request data", "error": [problem]})


@pytest.mark.parametrize("value", ["yesterday", "2026-11-20", "2026-11-20T10:00:00", "1763632800"])
def test_bad_dates(server, value):
    a = server.get("/traces", {"fromTimestamp": value})
    assert a.status == 400 and a.json["error"][0]["path"] == ["fromTimestamp"]
    assert a.json["error"][0]["message"] == "Invalid ISO datetime"


@pytest.mark.parametrize("value", ["bogus.asc", "timestamp.sideways", "timestamp"])
def test_bad_order(server, value):
    assert server.get("/traces", {"orderBy": value}).status == 400
    if value == "bogus.asc":
        assert server.get("/traces", {"orderBy": value}).json == {"message": "Invalid order by column: bogus", "error": "InvalidRequestError"}


CORE = {"id", "projectId", "name", "timestamp", "environment", "tags", "bookmarked", "release", "version", "userId", "sessionId",
        "public", "input", "output", "metadata", "createdAt", "updatedAt", "externalId", "htmlPath", "observations", "scores",
        "latency", "totalCost"}


def test_field_groups_of_lists(server):
    def first(fields):
        return server.get("/traces", {"fields": fields, "name": "odd", "fromTimestamp": at(300), "toTimestamp": at(301)}).json["data"][0]

    core = first("core")
    assert set(core) == CORE
    assert (core["input"], core["metadata"], core["observations"], core["scores"], core["latency"], core["totalCost"]) == \
        (None, {}, [], [], -1, -1)
    assert first("io")["input"] == {"i": 5} and first("io")["metadata"] == {"k": "v5"}
    assert sorted(first("core,observations")["observations"]) == ["o1", "o2"]
    assert sorted(first("scores")["scores"]) == ["sc1", "sc2"]
    metrics = first("metrics")
    assert (metrics["latency"], metrics["totalCost"]) == (4, 0.0035)


def test_get(server):
    t = server.get("/traces/t05").json
    assert set(t) == CORE
    assert t["htmlPath"] == f"/project/{PROJECT}/traces/t05"
    assert [o["id"] for o in t["observations"]] == ["o1", "o2"]
    assert sorted(s["id"] for s in t["scores"]) == ["sc1", "sc2"]
    assert (t["latency"], t["totalCost"]) == (4, 0.0035)
    assert t["observations"][0]["inputPrice"] == 0
    core = server.get("/traces/t05", {"fields": "core"}).json
    assert (core["observations"], core["scores"], core["input"], core["latency"]) == ([], [], None, -1)


def test_get_missing(server):
    a = server.get("/traces/nope")
    assert (a.status, a.json) == (404, {"message": "Trace nope not found within authorized project", "error": "LangfuseNotFoundError"})


def test_ids_of_any_kind(server):
    from urllib.parse import quote
    for trace_id in ("a/b", "ü ñ", "100%", 'q"uo\'te', "a?b=c&d#e", "..", "x" * 800):
        send(server, event("trace-create", {"id": trace_id, "name": "odd id", "timestamp": "2026-11-21T00:00:00Z"}))
        a = server.get("/traces/" + quote(trace_id, safe=""))
        assert a.status == 200 and a.json["id"] == trace_id, (trace_id, a)
        assert server.delete("/traces/" + quote(trace_id, safe="")).status == 200
    assert server.get("/traces", {"name": "odd id"}).json["meta"]["totalItems"] == 0


def test_delete(server):
    send(server, event("trace-create", {"id": "del1", "timestamp": "2026-11-22T00:00:00Z"}),
         event("span-create", {"id": "del-o", "traceId": "del1", "startTime": "2026-11-22T00:00:00Z"}),
         event("score-create", {"id": "del-s", "traceId": "del1", "name": "n", "value": 1}),
         event("trace-create", {"id": "del2", "timestamp": "2026-11-22T00:00:00Z"}))
    a = server.delete("/traces/del1")
    assert (a.status, a.json) == (200, {"message": "Trace deleted successfully"})
    assert server.get("/traces/del1").status == 404
    assert server.get("/observations/del-o").status == 404
    assert server.get("/v2/scores/del-s").status == 404
    assert server.delete("/traces/never-there").status == 200
    a = server.delete("/traces", {"traceIds": ["del2", "never-there"]})
    assert (a.status, a.json) == (200, {"message": "Traces deleted successfully"})
    assert server.get("/traces/del2").status == 404


@pytest.mark.parametrize("body", [{"traceIds": []}, {"traceIds": ["x"] * 1001}, {}, {"traceIds": "x"}, {"traceIds": ["a"], "more": 1}, None])
def test_bad_bulk_delete(server, body):
    assert server.delete("/traces", body).status == 400


def test_a_range_may_be_demanded(fresh):
    s = fresh(env={"LANGFUSE_API_TRACES_REJECT_NO_DATE_RANGE": "true"})
    a = s.get("/traces")
    assert a.status == 400 and "fromTimestamp" in a.json["message"]
    assert s.get("/traces", {"fromTimestamp": at(0)}).status == 200


def test_an_answer_that_would_be_too_large_is_refused(fresh):
    s = fresh(env={"LANGFUSE_API_TRACE_OBSERVATIONS_SIZE_LIMIT_BYTES": "20000"})
    send(s, *[event("span-create", {"id": f"big{i}", "traceId": "big", "input": "x" * 9000}) for i in range(3)])
    a = s.get("/traces/big")
    assert a.status == 422 and a.json["error"] == "PayloadTooLargeError" and "exceeds limit" in a.json["message"]
    assert s.get("/traces/big", {"fields": "core,metrics"}).status == 200
