# SPDX-License-Identifier: MIT
"""The batch route: every kind of event, what each stores, every validation text, limits, gzip."""
import gzip
import json

import pytest
from rushlight import event, send

TYPES = {"event": "EVENT", "span": "SPAN", "generation": "GENERATION", "agent": "AGENT", "tool": "TOOL",
         "chain": "CHAIN", "retriever": "RETRIEVER", "evaluator": "EVALUATOR", "embedding": "EMBEDDING",
         "guardrail": "GUARDRAIL"}
AT = "2026-11-20T10:00:00.000Z"
DATE_PATTERN = (
    r"/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])"
    r"-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3])"
    r":[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|([+-](?:[01]\d|2[0-3]):[0-5]\d)))$/")


def trace_of(server, trace_id):
    a = server.get("/traces/" + trace_id)
    assert a.status == 200, a
    return a.json


def observation_of(server, observation_id):
    a = server.get("/observations/" + observation_id)
    assert a.status == 200, a
    return a.json


def test_empty_batch(server):
    a = server.post("/ingestion", {"batch": []})
    assert (a.status, a.json) == (207, {"successes": [], "errors": []})


def test_trace_with_everything(server):
    send(server, event("trace-create", {
        "id": "full", "timestamp": AT, "name": "n", "userId": "u", "sessionId": "s", "release": "r", "version": "v",
        "input": {"q": "ü😀", "n": 1.50}, "output": ["a", None], "metadata": {"k": {"deep": [1]}}, "tags": ["b", "a", "b"],
        "public": True, "environment": "PROD", "externalId": "gone", "unknown": 1}))
    t = trace_of(server, "full")
    assert {k: t[k] for k in ("name", "userId", "sessionId", "release", "version", "public", "environment", "tags",
                              "timestamp", "externalId", "bookmarked")} == {
        "name": "n", "userId": "u", "sessionId": "s", "release": "r", "version": "v", "public": True,
        "environment": "prod", "tags": ["a", "b"], "timestamp": AT, "externalId": None, "bookmarked": False}
    assert t["input"] == {"q": "ü😀", "n": 1.5} and t["output"] == ["a", None]
    assert t["metadata"] == {"k": {"deep": [1]}}


@pytest.mark.parametrize("kind", TYPES)
def test_every_kind_of_observation(server, kind):
    send(server, event(kind + "-create", {"id": "k-" + kind, "traceId": "kinds", "name": kind, "startTime": AT,
                                          "input": kind, "level": "WARNING", "statusMessage": "m"}))
    o = observation_of(server, "k-" + kind)
    assert (o["type"], o["traceId"], o["name"], o["input"], o["level"], o["statusMessage"]) == \
        (TYPES[kind], "kinds", kind, kind, "WARNING", "m")


def test_generation_with_everything(server):
    send(server, event("generation-create", {
        "id": "gen", "traceId": "t-gen", "name": "g", "startTime": AT, "endTime": "2026-11-20T10:00:02.500Z",
        "completionStartTime": "2026-11-20T10:00:00.750Z", "model": "gpt-4o", "modelParameters": {"temperature": 0.5, "stop": ["x"]},
        "usageDetails": {"input": 1000, "output": 100}, "parentObservationId": "p", "version": "v2", "metadata": {"m": 1}}))
    o = observation_of(server, "gen")
    assert (o["latency"], o["timeToFirstToken"], o["parentObservationId"], o["version"]) == (2.5, 0.75, "p", "v2")
    assert o["modelParameters"] == {"temperature": 0.5, "stop": ["x"]}
    assert o["usageDetails"] == {"input": 1000, "output": 100, "total": 1100}
    assert o["costDetails"] == {"input": 0.0025, "output": 0.001, "total": 0.0035}
    assert o["usage"] == {"unit": "TOKENS", "input": 1000, "output": 100, "total": 1100}
    assert o["modelId"] and o["inputPrice"] == 0.0000025


def test_openai_usage_shapes(server):
    send(server,
         event("generation-create", {"id": "u1", "traceId": "us", "usage": {"promptTokens": 3, "completionTokens": 4}}),
         event("generation-create", {"id": "u2", "traceId": "us", "usageDetails": {
             "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "prompt_tokens_details": {"cached_tokens": 4}}}),
         event("generation-create", {"id": "u3", "traceId": "us", "usageDetails": {"prompt_tokens": 8, "total_tokens": 8}}))
    assert observation_of(server, "u1")["usageDetails"] == {"input": 3, "output": 4, "total": 7}
    assert observation_of(server, "u2")["usageDetails"] == {"input": 6, "output": 5, "total": 15, "input_cached_tokens": 4}
    assert observation_of(server, "u3")["totalTokens"] == 8


def test_provided_cost_wins(server):
    send(server, event("generation-create", {"id": "c1", "traceId": "c", "model": "gpt-4o",
                                             "usageDetails": {"input": 10}, "costDetails": {"total": 0.25}}))
    assert observation_of(server, "c1")["calculatedTotalCost"] == 0.25


def test_oldest_clients(server):
    send(server, event("observation-create", {"id": "old", "type": "GENERATION", "traceId": "t-old", "name": "o", "startTime": AT}),
         event("observation-update", {"id": "old", "type": "GENERATION", "endTime": "2026-11-20T10:00:01Z"}))
    o = observation_of(server, "old")
    assert (o["type"], o["name"], o["latency"]) == ("GENERATION", "o", 1)


def test_updates_merge(server):
    send(server, event("span-create", {"id": "m", "traceId": "t-m", "name": "one", "startTime": AT, "statusMessage": "kept", "metadata": {"a": 1, "d": {"x": 1}},
                                       "input": "in"}))
    send(server, event("span-update", {"id": "m", "traceId": "t-m", "output": "out", "endTime": "2026-11-20T10:00:03Z",
                                       "metadata": {"b": 2, "d": {"y": 2}}, "statusMessage": None}))
    o = observation_of(server, "m")
    assert (o["name"], o["input"], o["output"], o["latency"]) == ("one", "in", "out", 3)
    assert o["metadata"] == {"a": 1, "b": 2, "d": {"x": 1, "y": 2}} and o["statusMessage"] == "kept"


def test_update_sent_before_its_create(server):
    answer = send(server, event("generation-update", {"id": "ubc", "traceId": "t-u", "output": "late"}, at="2026-11-20T10:00:01Z", id="up"),
                  event("generation-create", {"id": "ubc", "traceId": "t-u", "name": "n", "input": "early"}, at="2026-11-20T10:00:02Z", id="cr"))
    assert [s["id"] for s in answer["successes"]] == ["cr", "up"]
    o = observation_of(server, "ubc")
    assert (o["name"], o["input"], o["output"]) == ("n", "early", "late")


def test_update_of_an_earlier_day(server):
    send(server, event("span-create", {"id": "days", "traceId": "t-days", "name": "d", "startTime": "2026-11-01T23:59:59Z"}))
    send(server, event("span-update", {"id": "days", "traceId": "t-days", "endTime": "2026-11-02T00:00:01Z"}, at="2026-11-02T00:00:01Z"))
    o = observation_of(server, "days")
    assert (o["name"], o["startTime"], o["latency"]) == ("d", "2026-11-01T23:59:59.000Z", 2)
    assert len(trace_of(server, "t-days")["observations"]) == 1


def test_the_same_batch_twice_changes_nothing(server):
    batch = [event("trace-create", {"id": "twice", "name": "n", "timestamp": AT}),
             event("span-create", {"id": "tw", "traceId": "twice", "name": "s", "startTime": AT}),
             event("score-create", {"id": "tws", "traceId": "twice", "name": "x", "value": 1})]
    send(server, *batch)
    send(server, *batch)
    t = trace_of(server, "twice")
    assert len(t["observations"]) == 1 and len(t["scores"]) == 1


def test_tags_unite_and_null_clears(server):
    """An absent key keeps what is stored, an explicit null clears it, as recorded."""
    send(server, event("trace-create", {"id": "tags", "name": "a", "tags": ["x"], "userId": "u", "release": "r"}))
    send(server, event("trace-create", {"id": "tags", "name": "b", "userId": None, "tags": ["a"]}, at="2026-11-20T10:00:01Z"))
    t = trace_of(server, "tags")
    assert (t["name"], t["userId"], t["release"], t["tags"]) == ("b", None, "r", ["a", "x"])


@pytest.mark.parametrize("value", [0, False, "", "text", 1.25, [], {}, [0], "12", "null", '{"a":1}'])
def test_values_come_back(server, value):
    """Texts that hold JSON are shown as the value they hold, as recorded; nothing else changes."""
    shown = json.loads(value) if isinstance(value, str) and value in ("12", "null", '{"a":1}') else value
    send(server, event("span-create", {"id": "val", "traceId": "t-val", "input": value, "output": value}))
    o = observation_of(server, "val")
    assert o["input"] == shown and type(o["input"]) is type(shown) and o["output"] == shown
    server.delete("/traces/t-val")


def test_wide_integers_keep_their_digits(server):
    raw = '{"batch":[{"id":"w","type":"span-create","timestamp":"%s","body":{"id":"wide","traceId":"t-w","input":{"a":12345678901234567891,"b":9007199254740991}}}]}' % AT
    assert server.post("/ingestion", raw, headers={"Content-Type": "application/json"}).json["errors"] == []
    assert observation_of(server, "wide")["input"] == {"a": "12345678901234567891", "b": 9007199254740991}


@pytest.mark.parametrize("given,kept", [("PROD", "prod"), ("langfuse-test", "test"), (".bad!", "default"), ("", "default"),
                                        (5, "default"), ("x" * 50, "x" * 40), ("a_b-c", "a_b-c"), (None, "default")])
def test_environments(server, given, kept):
    send(server, event("trace-create", {"id": f"env-{kept}-{given}"[:60], "environment": given}))
    from urllib.parse import quote
    assert trace_of(server, quote(f"env-{kept}-{given}"[:60], safe=""))["environment"] == kept


def test_offsets_become_utc_and_digits_are_cut(server):
    send(server, event("span-create", {"id": "off", "traceId": "t-off", "startTime": "2026-11-20T12:00:00.123999+02:00"}))
    assert observation_of(server, "off")["startTime"] == "2026-11-20T10:00:00.123Z"


def test_events_without_an_id_are_stored(server):
    send(server, event("trace-create", {"name": "no id given"}))
    rows = server.get("/traces", {"name": "no id given"}).json["data"]
    assert len(rows) == 1 and rows[0]["id"]


def test_observation_without_a_trace(server):
    send(server, event("span-create", {"id": "orphan", "name": "o", "startTime": AT}))
    assert observation_of(server, "orphan")["name"] == "o"


def test_sdk_log_is_in_neither_list(server):
    a = server.post("/ingestion", {"batch": [event("sdk-log", {"log": {"m": 1}}), event("trace-create", {"id": "beside"})]})
    assert a.status == 207 and len(a.json["successes"]) == 1 and a.json["errors"] == []


def test_score_in_a_batch(server):
    send(server, event("score-create", {"id": "sc", "traceId": "t-sc", "name": "acc", "value": 0.5, "comment": "c",
                                        "metadata": {"m": 1}, "environment": "e"}, at=AT))
    s = server.get("/v2/scores/sc").json
    assert (s["name"], s["value"], s["dataType"], s["source"], s["comment"], s["environment"], s["timestamp"]) == \
        ("acc", 0.5, "NUMERIC", "API", "c", "e", AT)


def test_gzip(server):
    body = json.dumps({"batch": [event("trace-create", {"id": "gz", "name": "packed"})]}).encode()
    a = server.post("/ingestion", gzip.compress(body), headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})
    assert a.status == 207 and a.json["errors"] == []
    assert trace_of(server, "gz")["name"] == "packed"


def test_one_bad_event_does_not_touch_its_neighbours(server):
    a = server.post("/ingestion", {"batch": [event("trace-create", {"id": "good"}), event("span-create", {"name": "no id"}, id="bad")]})
    assert a.status == 207
    assert [e["id"] for e in a.json["errors"]] == ["bad"] and len(a.json["successes"]) == 1
    assert trace_of(server, "good")


def issue(path, message, **more):
    return {**more, "path": path, "message": message}


def expected(path, what, got):
    return issue(path, f"Invalid input: expected {what}, received {got}", expected=what, code="invalid_type")


BAD_DATE = {"origin": "string", "code": "invalid_format", "format": "datetime", "pattern": DATE_PATTERN}
E = {"id": "e", "type": "trace-create", "timestamp": AT}
INVALID = {
    "no event id": ({"type": "trace-create", "timestamp": AT, "body": {"id": "x"}}, "unknown", expected(["id"], "string", "undefined")),
    "no body id": ({**E, "type": "span-create", "body": {"traceId": "t"}}, "e", expected(["body", "id"], "string", "undefined")),
    "no timestamp": ({"id": "e", "type": "trace-create", "body": {"id": "x"}}, "e", expected(["timestamp"], "string", "undefined")),
    "bad timestamp": ({**E, "timestamp": "yesterday", "body": {"id": "x"}}, "e", issue(["timestamp"], "Invalid ISO datetime", **BAD_DATE)),
    "bad date": ({**E, "type": "span-create", "body": {"id": "x", "startTime": "2026-13-45"}}, "e",
                 issue(["body", "startTime"], "Invalid ISO datetime", **BAD_DATE)),
    "no zone": ({**E, "type": "span-create", "body": {"id": "x", "startTime": "2026-11-20T10:00:00"}}, "e",
                issue(["body", "startTime"], "Invalid ISO datetime", **BAD_DATE)),
    "epoch": ({**E, "type": "span-create", "body": {"id": "x", "startTime": 1700000000}}, "e", expected(["body", "startTime"], "string", "number")),
    "name": ({**E, "body": {"id": "x", "name": 5}}, "e", expected(["body", "name"], "string", "number")),
    "long id": ({**E, "body": {"id": "x" * 801}}, "e", issue(["body", "id"], "Too big: expected string to have <=800 characters",
                origin="string", code="too_big", maximum=800, inclusive=True)),
    "id with CR": ({**E, "body": {"id": "a\rb"}}, "e", issue(["body", "id"], "ID cannot contain carriage return characters", code="custom")),
    "tags": ({**E, "body": {"id": "x", "tags": "a"}}, "e", expected(["body", "tags"], "array", "string")),
    "float usage": ({**E, "type": "generation-create", "body": {"id": "x", "usage": {"input": 1.5}}}, "e",
                    issue(["body", "usage", "input"], "Invalid input: expected int, received number", expected="int", format="safeint", code="invalid_type")),
    "no body": (E, "e", expected(["body"], "object", "undefined")),
    "null": (None, "unknown", expected([], "object", "null")),
    "text": ("x", "unknown", expected([], "object", "string")),
    "score without name": ({**E, "type": "score-create", "body": {"traceId": "t", "value": 1}}, "e", expected(["body", "name"], "string", "undefined")),
    "boolean score of 2": ({**E, "type": "score-create", "body": {"traceId": "t", "name": "b", "value": 2, "dataType": "BOOLEAN"}}, "e",
                           issue(["body", "value"], "Value must be a number equal to either 0 or 1 for data type BOOLEAN", code="custom")),
    "categorical number": ({**E, "type": "score-create", "body": {"traceId": "t", "name": "b", "value": 2, "dataType": "CATEGORICAL"}}, "e",
                           expected(["body", "value"], "string", "number")),
    "two targets": ({**E, "type": "score-create", "body": {"traceId": "t", "sessionId": "s", "name": "b", "value": 2}}, "e",
                    issue(["body", "traceId", "sessionId", "datasetRunId", "observationId"],
                          "Provide exactly one of the following: traceId (with optional observationId), sessionId or datasetRunId. "
                          "ObservationId requires traceId.", code="custom")),
    "level": ({**E, "type": "span-create", "body": {"id": "x", "level": "LOUD"}}, "e",
              issue(["body", "level"], 'Invalid option: expected one of "DEBUG"|"DEFAULT"|"WARNING"|"ERROR"', code="invalid_value",
                    values=["DEBUG", "DEFAULT", "WARNING", "ERROR"])),
}


@pytest.mark.parametrize("given,event_id,problem", INVALID.values(), ids=INVALID.keys())
def test_invalid_events(server, given, event_id, problem):
    a = server.post("/ingestion", {"batch": [given]})
    assert a.status == 207 and a.json["successes"] == []
    (error,) = a.json["errors"]
    assert (error["id"], error["status"], error["message"]) == (event_id, 400, "Invalid request data")
    assert json.loads(error["error"]) == [problem]
    assert error["error"] == json.dumps(json.loads(error["error"]), indent=2, ensure_ascii=False)


def test_unknown_type_is_told(server):
    a = server.post("/ingestion", {"batch": [{**E, "type": "trace-destroy", "body": {}}]})
    assert a.status == 207 and a.json["errors"][0]["status"] == 400


ENVELOPES = [("[]", "object, received array"), ("{}", "array, received undefined"), ('{"batch":{}}', "array, received object"),
             ('{"batch":null}', "array, received null"), ('"x"', "object, received string")]


@pytest.mark.parametrize("body,text", ENVELOPES)
def test_envelope(server, body, text):
    a = server.post("/ingestion", body, headers={"Content-Type": "application/json"})
    assert (a.status, a.json) == (400, {"message": "Invalid request data", "errors": ["Invalid input: expected " + text]})


def test_not_json(server):
    a = server.post("/ingestion", "{bad", headers={"Content-Type": "application/json"})
    assert a.status == 400 and a.json["message"] == "Invalid request data"
    assert a.json["errors"][0].startswith("Invalid JSON")


def test_text_plain(server):
    a = server.post("/ingestion", '{"batch":[]}', headers={"Content-Type": "text/plain"})
    assert (a.status, a.json["errors"]) == (400, ["Invalid input: expected object, received string"])


def test_old_single_object_routes(server):
    assert server.post("/traces", {"id": "one", "name": "t", "timestamp": AT}).json == {"id": "one"}
    assert server.post("/spans", {"id": "one-s", "traceId": "one", "startTime": AT}).json == {"id": "one-s"}
    assert server.patch("/spans", {"spanId": "one-s", "endTime": "2026-11-20T10:00:01Z"}).json == {"id": "one-s"}
    assert server.post("/generations", {"id": "one-g", "traceId": "one", "prompt": "p", "completion": "c"}).json == {"id": "one-g"}
    assert server.patch("/generations", {"generationId": "one-g", "model": "gpt-4o"}).json == {"id": "one-g"}
    assert server.post("/events", {"id": "one-e", "traceId": "one", "name": "e"}).json == {"id": "one-e"}
    by_id = {o["id"]: o for o in trace_of(server, "one")["observations"]}
    assert set(by_id) == {"one-s", "one-g", "one-e"}
    assert by_id["one-s"]["latency"] == 1
    assert (by_id["one-g"]["input"], by_id["one-g"]["output"], by_id["one-g"]["model"]) == ("p", "c", "gpt-4o")
    assert by_id["one-e"]["type"] == "EVENT"


def test_score_that_breaks_its_config_keeps_its_201(server):
    config = server.post("/score-configs", {"name": "lim", "dataType": "NUMERIC", "minValue": 0, "maxValue": 1}).json["id"]
    send(server, event("score-create", {"id": "broken", "traceId": "t", "name": "lim", "value": 7, "configId": config}))
    assert server.get("/v2/scores/broken").status == 404
    metrics = server.request("GET", "/metrics", auth=False).body.decode()
    assert any("score" in line and not line.endswith(" 0") for line in metrics.splitlines()
               if not line.startswith("#") and ("refused" in line or "dropped" in line)), metrics
