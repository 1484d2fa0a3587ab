# SPDX-License-Identifier: MIT
"""OTLP/HTTP: JSON and protobuf (encoded here by hand), gzip, errors, partial success."""
import gzip
import json
import struct

import pytest

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
START, END = 1763632800_000000000, 1763632801_500000000
PB = {"Content-Type": "application/x-protobuf"}


# ---- protobuf, just enough of it
def varint(n):
    out = b""
    while True:
        n, low = n >> 7, n & 127
        out += bytes([low | (128 if n else 0)])
        if not n:
            return out


def field(number, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(number << 3 | 2) + varint(len(data)) + data


def fixed64(number, n):
    return varint(number << 3 | 1) + struct.pack("<Q", n)


def any_value(v):
    if isinstance(v, bool):
        return varint(2 << 3) + varint(int(v))
    if isinstance(v, int):
        return varint(3 << 3) + varint(v & (1 << 64) - 1)
    if isinstance(v, float):
        return varint(4 << 3 | 1) + struct.pack("<d", v)
    if isinstance(v, list):
        return field(5, b"".join(field(1, any_value(x)) for x in v))
    if isinstance(v, dict):
        return field(6, b"".join(field(1, key_value(*kv)) for kv in v.items()))
    return field(1, v)


def key_value(k, v):
    return field(1, k) + field(2, any_value(v))


def pb_span(trace_id=TRACE, span_id=SPAN, parent="", name="root", attributes=None, start=START, end=END):
    out = field(1, bytes.fromhex(trace_id)) + field(2, bytes.fromhex(span_id))
    if parent:
        out += field(4, bytes.fromhex(parent))
    out += field(5, name) + varint(6 << 3) + varint(1) + fixed64(7, start) + fixed64(8, end)
    return out + b"".join(field(9, key_value(*kv)) for kv in (attributes or {}).items())


def pb_export(*spans, resource=None, scope="test-scope"):
    res = field(1, b"".join(field(1, key_value(*kv)) for kv in (resource or {"service.name": "svc"}).items()))
    return field(1, res + field(2, field(1, field(1, scope) + field(2, "1.0")) + b"".join(field(2, s) for s in spans)))


# ---- JSON
def json_value(v):
    if isinstance(v, bool):
        return {"boolValue": v}
    if isinstance(v, int):
        return {"intValue": str(v)}
    if isinstance(v, float):
        return {"doubleValue": v}
    if isinstance(v, list):
        return {"arrayValue": {"values": [json_value(x) for x in v]}}
    return {"stringValue": v}


def js_span(trace_id=TRACE, span_id=SPAN, parent="", name="root", attributes=None, start=START, end=END, **more):
    return {"traceId": trace_id, "spanId": span_id, **({"parentSpanId": parent} if parent else {}), "name": name, "kind": 1,
            "startTimeUnixNano": str(start), "endTimeUnixNano": str(end),
            "attributes": [{"key": k, "value": json_value(v)} for k, v in (attributes or {}).items()], **more}


def js_export(*spans):
    return {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "svc"}}]},
                               "scopeSpans": [{"scope": {"name": "test-scope", "version": "1.0"}, "spans": list(spans)}]}]}


ATTRIBUTES = {"gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100,
              "langfuse.user.id": "u", "langfuse.session.id": "s", "langfuse.trace.tags": ["y", "x"],
              "langfuse.observation.input": '{"q":1}', "langfuse.environment": "stage", "flag": True, "half": 0.5}


def post(server, body, **kw):
    return server.post("/otel/v1/traces", body, **kw)


def both(server, number, body, headers=None):
    trace = f"{number:032x}"
    a = post(server, body(trace), headers=headers)
    assert a.status == 200, a
    t = server.get("/traces/" + trace).json
    for key in ("createdAt", "updatedAt", "id", "htmlPath"):
        t.pop(key)
    for o in t["observations"]:
        for key in ("createdAt", "updatedAt", "traceId"):
            o.pop(key)
    return t


def test_both_encodings_store_the_same(server):
    via_json = both(server, 1, lambda t: js_export(js_span(t, attributes=ATTRIBUTES)))
    via_pb = both(server, 2, lambda t: pb_export(pb_span(t, attributes=ATTRIBUTES)), PB)
    via_gzip = both(server, 3, lambda t: gzip.compress(pb_export(pb_span(t, attributes=ATTRIBUTES))), {**PB, "Content-Encoding": "gzip"})
    assert via_json == via_pb == via_gzip
    assert (via_pb["userId"], via_pb["sessionId"], via_pb["tags"], via_pb["environment"], via_pb["name"]) == \
        ("u", "s", ["x", "y"], "stage", "root")
    (o,) = via_pb["observations"]
    assert (o["id"], o["type"], o["model"], o["input"], o["latency"]) == (SPAN, "GENERATION", "gpt-4o", {"q": 1}, 1.5)
    assert o["usageDetails"] == {"input": 1000, "output": 100, "total": 1100}
    assert o["calculatedTotalCost"] == 0.0035
    assert o["metadata"]["resourceAttributes"] == {"service.name": "svc"}


def test_parents_and_children(server):
    trace = "11" * 16
    assert post(server, js_export(js_span(trace, "aa" * 8, name="root"), js_span(trace, "bb" * 8, "aa" * 8, "child"))).status == 200
    by_id = {o["id"]: o for o in server.get("/traces/" + trace).json["observations"]}
    assert by_id["aa" * 8]["parentObservationId"] is None and by_id["bb" * 8]["parentObservationId"] == "aa" * 8


def test_children_first_and_trace_derived(server):
    trace = "12" * 16
    post(server, js_export(js_span(trace, "bb" * 8, "aa" * 8, "child")))
    t = server.get("/traces/" + trace)
    assert t.status == 200 and len(t.json["observations"]) == 1
    post(server, js_export(js_span(trace, "aa" * 8, name="root")))
    t = server.get("/traces/" + trace).json
    assert t["name"] == "root" and len(t["observations"]) == 2


def test_a_span_sent_again_shows_once(server):
    trace = "13" * 16
    for name in ("first", "second"):
        post(server, js_export(js_span(trace, name=name)))
    rows = server.get("/v2/observations", {"traceId": trace}).json["data"]
    assert [r["name"] for r in rows] == ["second"]


def test_success_bodies(server):
    assert post(server, js_export(js_span("14" * 16))).json == {}
    a = post(server, pb_export(pb_span("15" * 16)), headers=PB)
    assert a.body == b"" and a.headers["content-type"] == "application/x-protobuf"
    assert post(server, {}).json == {}
    assert post(server, {"resourceSpans": []}).json == {}
    assert post(server, b"", headers=PB).status == 200


def test_metrics_are_accepted(server):
    a = server.post("/otel/v1/metrics", {"resourceMetrics": []})
    assert (a.status, a.json) == (200, {"message": "OK"})


ERRORS = {
    "bad protobuf": (b"\xff\xff\xff\xff\xff", PB, "Failed to parse OTel Protobuf Trace"),
    "cut protobuf": (pb_export(pb_span())[:-5], PB, "Failed to parse OTel Protobuf Trace"),
    "empty body": ("", {"Content-Type": "application/json"}, "Failed to parse OTel JSON Trace"),
    "bad json": ("{bad", {"Content-Type": "application/json"}, "Failed to parse OTel JSON Trace"),
    "bad gzip": ("notgzip", {"Content-Type": "application/json", "Content-Encoding": "gzip"}, "Failed to decompress request body"),
    "cut gzip": (gzip.compress(pb_export(pb_span()))[:-9], {**PB, "Content-Encoding": "gzip"}, "Failed to decompress request body"),
    "text": ("{}", {"Content-Type": "text/plain"}, "Invalid content type"),
    "version": (json.dumps(js_export(js_span())), {"Content-Type": "application/json", "x-langfuse-ingestion-version": "abc"},
                'Unsupported x-langfuse-ingestion-version: "abc". Maximum supported: "4".'),
    "version 5": (json.dumps(js_export(js_span())), {"Content-Type": "application/json", "x-langfuse-ingestion-version": "5"},
                  'Unsupported x-langfuse-ingestion-version: "5". Maximum supported: "4".'),
    "no ids": (json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "noid"}]}]}]}), {"Content-Type": "application/json"},
               "Invalid OTLP trace export: 1 of 1 span(s) cannot be processed (traceId:absent, spanId:absent). traceId and spanId are "
               "required on every span, and each must be a string or a byte array. The entire export was rejected and no spans were "
               "ingested. Instrumentation scopes: unknown. This endpoint accepts OpenTelemetry traces only \u2014 if you are exporting "
               "OpenTelemetry logs, point your log exporter elsewhere."),
}


@pytest.mark.parametrize("body,headers,message", ERRORS.values(), ids=ERRORS.keys())
def test_errors(server, body, headers, message):
    a = post(server, body, headers=headers)
    assert (a.status, a.json) == (400, {"error": message})


def deep(n):
    v = {"stringValue": "x"}
    for _ in range(n):
        v = {"arrayValue": {"values": [v]}}
    return v


def test_partial_success_names_what_was_refused(server):
    trace = "16" * 16
    bad = js_span(trace, "dd" * 8, name="too deep")
    bad["attributes"] = [{"key": "deep", "value": deep(60)}]
    a = post(server, js_export(js_span(trace, "cc" * 8, name="fine"), bad))
    assert a.status == 200
    assert int(a.json["partialSuccess"]["rejectedSpans"]) == 1
    assert "nested too deep" in a.json["partialSuccess"]["errorMessage"]
    assert [o["name"] for o in server.get("/traces/" + trace).json["observations"]] == ["fine"]


def test_partial_success_in_protobuf(server):
    value = any_value("x")
    for _ in range(60):
        value = field(5, field(1, value))
    bad = pb_span("17" * 16, "dd" * 8) + field(9, field(1, "deep") + field(2, value))
    a = post(server, pb_export(bad, pb_span("17" * 16, "cc" * 8)), headers=PB)
    assert a.status == 200
    # ExportTraceServiceResponse{partial_success=1{rejected_spans=1, error_message=2}}
    assert a.body[0] == 0x0A and a.body[2:4] == b"\x08\x01" and b"nested too deep" in a.body


def test_headers_with_underscores(server):
    """Python SDKs up to 3.5 and JavaScript SDKs 4 send their names so."""
    a = post(server, js_export(js_span("18" * 16)), headers={"x_langfuse_sdk_name": "python", "x_langfuse_sdk_version": "3.5.0"})
    assert a.status == 200


def test_exception_event_and_status(server):
    trace = "19" * 16
    post(server, js_export(js_span(trace, status={"code": 2, "message": "boom"})))
    (o,) = server.get("/traces/" + trace).json["observations"]
    assert (o["level"], o["statusMessage"]) == ("ERROR", "boom")
