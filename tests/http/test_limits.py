# SPDX-License-Identifier: MIT
"""The limits of docs/limits.md as a client meets them: what is kept, what is said, what is counted."""
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import embedded_events
from rushlight import event, send

SPAN = "aaaaaaaaaaaaaaaa"


def metric(server, name, labels=""):
    text = server.request("GET", "/metrics", auth=False).body.decode()
    found = re.search(rf"^{re.escape(name + labels)} (\d+)$", text, re.M)
    return int(found.group(1)) if found else 0


def cut(server, part):
    return metric(server, "rushlight_event_parts_cut_total", f'{{part="{part}"}}')


def filters(*conditions):
    return {"filter": json.dumps(list(conditions))}


def named(value):
    return {"type": "string", "column": "name", "operator": "=", "value": value}


def otlp(server, attributes, trace="1" * 32):
    span = {"traceId": trace, "spanId": SPAN, "name": "s", "kind": 1, "startTimeUnixNano": "1763632800000000000",
            "endTimeUnixNano": "1763632801000000000", "attributes": attributes}
    return server.post("/otel/v1/traces", {"resourceSpans": [{"scopeSpans": [{"scope": {"name": "x"}, "spans": [span]}]}]})


def attribute(key, value):
    return {"key": key, "value": {"stringValue": value}}


def test_tags_over_the_limit_are_counted(server):
    before = cut(server, "tag")
    send(server, event("trace-create", {"id": "many-tags", "tags": [f"t{i:04}" for i in range(1003)] + ["t0000"]}))
    assert len(server.get("/traces/many-tags").json["tags"]) == 1000
    assert cut(server, "tag") == before + 3


def test_tags_of_spans_over_the_limit_are_counted(server):
    before = cut(server, "tag")
    assert otlp(server, [attribute("langfuse.trace.tags", json.dumps([f"t{i:04}" for i in range(1002)]))], trace="2" * 32).status == 200
    assert len(server.get("/traces/" + "2" * 32).json["tags"]) == 1000
    assert cut(server, "tag") >= before + 2


def test_usage_keys_over_the_limit_are_counted(server):
    before = cut(server, "usage_key")
    send(server, event("generation-create", {"id": "many-keys", "traceId": "many-keys", "usageDetails": {f"k{i}": 1 for i in range(70)},
                                             "costDetails": {f"k{i}": 0.5 for i in range(66)}}))
    row = server.get("/observations/many-keys").json
    assert len([k for k in row["usageDetails"] if k != "total"]) <= 64
    assert cut(server, "usage_key") == before + 6 + 2


def test_a_long_environment_is_cut(server):
    send(server, event("trace-create", {"id": "long-env", "environment": "e" * 60}))
    assert server.get("/traces/long-env").json["environment"] == "e" * 40


def test_ids(server):
    answer = server.post("/ingestion", {"batch": [event("trace-create", {"id": "i" * 801}), event("trace-create", {"id": "j" * 800})]})
    assert answer.status == 207 and len(answer.json["successes"]) == 1
    assert [e["status"] for e in answer.json["errors"]] == [400]
    assert server.get("/traces/" + "j" * 800).status == 200


def test_trace_names(server):
    answer = server.post("/ingestion", {"batch": [event("trace-create", {"id": "nn", "name": "n" * 1001})]})
    assert answer.status == 207 and [e["status"] for e in answer.json["errors"]] == [400]


def test_events_of_a_batch(server):
    few = [event("sdk-log", {"log": i}) for i in range(10001)]
    answer = server.post("/ingestion", {"batch": few})
    assert answer.status == 413 and "10" in answer.json["message"], answer
    assert server.post("/ingestion", {"batch": few[:-1]}).status == 207


def test_spans_of_an_export(server):
    spans = [{"traceId": "3" * 32, "spanId": f"{i + 1:016x}", "name": "s", "startTimeUnixNano": "1763632800000000000"} for i in range(20002)]
    answer = server.post("/otel/v1/traces", {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})
    assert answer.status == 200
    assert int(answer.json["partialSuccess"]["rejectedSpans"]) == 2, answer
    assert answer.json["partialSuccess"]["errorMessage"]


def test_attributes_of_a_span(server):
    answer = otlp(server, [attribute(f"a{i}", "v") for i in range(2001)], trace="4" * 32)
    assert int(answer.json["partialSuccess"]["rejectedSpans"]) == 1
    assert otlp(server, [attribute(f"a{i}", "v") for i in range(2000)], trace="4" * 32).json == {}


def test_parameters_of_a_query(server):
    few = "&".join(f"tags=t{i}" for i in range(200))
    assert server.request("GET", "/api/public/traces?" + few).status == 200
    answer = server.request("GET", "/api/public/traces?" + few + "&tags=more")
    assert answer.status == 400 and "200" in answer.body.decode(), answer


def test_conditions_and_values_of_a_filter(server):
    assert server.get("/traces", query=filters(*[named("x")] * 50)).status == 200
    answer = server.get("/traces", query=filters(*[named("x")] * 51))
    assert answer.status == 400 and "50" in answer.body.decode(), answer
    options = {"type": "stringOptions", "column": "name", "operator": "any of"}
    assert server.get("/traces", query=filters({**options, "value": [f"{i}" for i in range(1000)]})).status == 200
    answer = server.get("/traces", query=filters({**options, "value": [f"{i}" for i in range(1001)]}))
    assert answer.status == 400 and "1000" in answer.body.decode().replace(",", ""), answer


@pytest.mark.parametrize("path,limit", [("/traces", 100), ("/observations", 100), ("/v2/observations", 1000), ("/scores", 100), ("/sessions", 100)])
def test_rows_of_a_page(server, path, limit):
    assert server.get(path, query={"limit": limit}).status == 200
    assert server.get(path, query={"limit": limit + 1}).status == 400


def test_ids_of_a_bulk_delete(server):
    assert server.delete("/traces", {"traceIds": [f"gone-{i}" for i in range(1000)]}).status == 200
    assert server.delete("/traces", {"traceIds": [f"gone-{i}" for i in range(1001)]}).status == 400


def test_a_trace_too_large_to_answer(fresh):
    server = fresh(env={"LANGFUSE_API_TRACE_OBSERVATIONS_SIZE_LIMIT_BYTES": "1000000"})
    for i in range(3):
        send(server, event("span-create", {"id": f"big-{i}", "traceId": "big", "input": "x" * 400_000}))
    answer = server.get("/traces/big")
    assert answer.status == 422 and answer.json["message"], answer
    assert server.get("/observations/big-1").status == 200


def test_memory_of_one_request(server):
    """Tiny values in a body near its limit: refused with advice, and the next request is served."""
    values = ",".join(["{}"] * 9_000_000)
    body = '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"' + "5" * 32 + '","spanId":"' + SPAN + '","name":"s","attributes":[{"key":"a","value":{"arrayValue":{"values":[' \
        + values + ']}}}]}]}]}]}'
    assert len(body) < 32 << 20
    answer = server.post("/otel/v1/traces", body, headers={"Content-Type": "application/json"}, timeout=60)
    assert answer.status == 413 and "smaller parts" in answer.body.decode(), answer
    assert server.get("/traces", query={"limit": 1}).status == 200


@embedded_events
def test_more_writes_at_once_than_the_queue_holds(fresh):
    """Whatever is not stored is said with 503 and a time to come back; whatever is acknowledged is there."""
    server = fresh(env={"RUSHLIGHT_MAX_CONNECTIONS": "1500", "RUSHLIGHT_COMMIT_DELAY_MS": "1000"})
    gate = threading.Barrier(1200)

    def one(i):
        gate.wait(60)
        return i, server.post("/ingestion", {"batch": [event("trace-create", {"id": f"q-{i}"})]}, timeout=60)

    with ThreadPoolExecutor(1200) as pool:
        answers = list(pool.map(one, range(1200)))
    statuses = {answer.status for _, answer in answers}
    assert statuses <= {207, 503}, statuses
    for i, answer in answers:
        if answer.status == 503:
            assert answer.headers.get("retry-after"), answer
        else:
            assert server.get(f"/traces/q-{i}").status == 200
