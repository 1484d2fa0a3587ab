# SPDX-License-Identifier: MIT
"""The trace page's answers (web/src/api/ui.ts): tree, observations, transcript, sessions, public traces."""
import glob
import gzip
import json
import os
import random
import sqlite3
from urllib.parse import quote

import pytest
from conftest import embedded_events
from rushlight import PROJECT, Server, event, run_cli, send

AT = "2026-11-20T10:00:"
LONG = "ä€😀x" * 60_000  # 600,000 bytes
KINDS = ["SPAN", "GENERATION", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "EMBEDDING", "GUARDRAIL"]
SYSTEM, ASK = {"role": "system", "content": "be brief"}, {"role": "user", "content": "where is order 7?"}
CALL = {"role": "assistant", "content": None, "tool_calls": [
    {"id": "c1", "type": "function", "function": {"name": "get_order", "arguments": '{"number": 7}'}}]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": '{"state":"shipped"}'}
ANSWER = {"role": "assistant", "content": "It is on its way."}


def page(server, path, **kw):
    return server.request("GET", f"/api/ui/{PROJECT}{path}", **kw)


def trace(server, tid, what, **kw):
    return page(server, f"/traces/{tid}/{what}", **kw)


def agent(server, tid, start=0, **more):
    """An agent with two model calls, a tool that works and one that fails, and a retriever."""
    def t(s):
        return f"{AT}{start + s:02d}.000Z"

    def obs(kind, oid, begin, end, **body):
        return event(f"{kind}-create", {"id": f"{tid}-{oid}", "traceId": tid, "startTime": t(begin), "endTime": t(end),
                                        **({"parentObservationId": f"{tid}-root"} if oid != "root" else {}), **body})
    send(server,
         event("trace-create", {"id": tid, "name": "order-agent", "timestamp": t(0), **more}),
         obs("agent", "root", 0, 9, name="order-agent", input="where is order 7?", output="It is on its way."),
         obs("generation", "g1", 1, 2, name="decide", model="gpt-4o", input=[SYSTEM, ASK], output=CALL,
             completionStartTime=f"{AT}{start + 1:02d}.250Z", usageDetails={"input": 100, "output": 20, "total": 120}),
         obs("tool", "t1", 3, 4, name="get_order", input={"number": 7}, output={"state": "shipped"}),
         obs("retriever", "r1", 4, 5, name="search", input="order 7",
             output=[{"pageContent": "Orders ship daily", "metadata": {"source": "faq.md"}, "score": 0.75}]),
         obs("tool", "t2", 5, 6, name="notify", level="ERROR", statusMessage="503 Service Unavailable"),
         obs("generation", "g2", 6, 8, name="decide", model="gpt-4o", input=[SYSTEM, ASK, CALL, RESULT], output=ANSWER))


@pytest.fixture(scope="module")
def server():
    with Server() as s:
        agent(s, "a1", userId="ann@example.com", sessionId="chat-1", tags=["vip"], metadata={"k": 1})
        agent(s, "p1", start=10, userId="ann@example.com", sessionId="chat-2", public=True)
        send(s, event("score-create", {"id": "s1", "traceId": "a1", "name": "good", "value": 0.5, "comment": "ok"}),
             event("score-create", {"id": "s2", "traceId": "p1", "name": "good", "value": 1, "comment": "by Ann"}))
        yield s


# ---- Tree ---------------------------------------------------------------------------------------------


def test_the_tree_is_columns_in_order_of_start(server):
    a = trace(server, "a1", "skeleton")
    assert a.status == 200, a
    s = a.json
    assert s["id"] == ["a1-root", "a1-g1", "a1-t1", "a1-r1", "a1-t2", "a1-g2"]
    assert s["parent"] == [-1, 0, 0, 0, 0, 0]
    assert [KINDS[k] for k in s["kind"]] == ["AGENT", "GENERATION", "TOOL", "RETRIEVER", "TOOL", "GENERATION"]
    assert s["level"] == [1, 1, 1, 1, 3, 1]
    assert s["start"] == [0, 1000, 3000, 4000, 5000, 6000]
    assert s["duration"] == [9000, 1000, 1000, 1000, 1000, 2000]
    assert s["ttft"] == [-1, 250, -1, -1, -1, -1]
    assert s["tokens"][:5] == [0, 120, 0, 0, 0] and s["cost"][1] > 0
    assert [s["names"][n] for n in s["name"]] == ["order-agent", "decide", "get_order", "search", "notify", "decide"]
    assert s["models"] == ["gpt-4o"] and s["model"] == [-1, 0, -1, -1, -1, 0]
    assert s["messages"] == {"4": "503 Service Unavailable"}
    assert [(x["id"], x["value"], x["comment"], x["source"]) for x in s["scores"]] == [("s1", 0.5, "ok", "API")]
    t = s["trace"]
    assert (t["id"], t["project"], t["user"], t["session"]) == ("a1", PROJECT, "ann@example.com", "chat-1")
    assert (t["input"], t["output"], t["level"]) == ("where is order 7?", "It is on its way.", "ERROR")
    assert t["previous"] == "p1" and "following" not in t
    assert trace(server, "p1", "skeleton").json["trace"]["following"] == "a1"


def test_a_parent_that_never_came_is_none(server):
    send(server, event("span-create", {"id": "orphan", "traceId": "or", "parentObservationId": "gone"}),
         event("span-create", {"id": "self", "traceId": "or", "parentObservationId": "self"}))
    assert trace(server, "or", "skeleton").json["parent"] == [-1, -1]


def test_a_trace_without_observations(server):
    send(server, event("trace-create", {"id": "bare", "name": "bare", "input": "q", "output": "a"}))
    assert trace(server, "bare", "skeleton").json["id"] == []
    blocks = trace(server, "bare", "transcript").json["blocks"]
    assert [(b["obs"], b["message"]["role"], b["message"]["parts"][0]["text"]) for b in blocks] == [
        ("-", "user", "q"), ("-", "assistant", "a")]


def test_twenty_thousand_observations(fresh):
    server, n, r = fresh(), 20_000, random.Random(1)
    ids = [f"{r.getrandbits(64):016x}" for _ in range(n)]
    for k in range(0, n, 2000):
        send(server, *[event("generation-create" if i % 2 else "span-create", {
            "id": ids[i], "traceId": "big", "name": f"step-{i % 19}", "startTime": f"2026-11-20T10:{i // 600:02d}:{i % 600 // 10:02d}.{i % 10}00Z",
            "endTime": f"2026-11-20T11:{i // 600:02d}:{i % 60:02d}.{r.randrange(1000):03d}Z", "model": "gpt-4o" if i % 2 else None,
            "usageDetails": {"input": r.randrange(4000), "output": 5} if i % 2 else None,
            "parentObservationId": ids[r.randrange(max(0, i - 30), i)] if i else None}) for i in range(k, k + 2000)])
    a = trace(server, "big", "skeleton", headers={"Accept-Encoding": "gzip"})
    assert a.headers["content-encoding"] == "gzip"
    assert len(a.body) <= 40 * n, f"{len(a.body) / n:.1f} bytes an observation"
    s = json.loads(gzip.decompress(a.body))
    assert s["id"] == ids
    assert s["trace"]["observations"] == n
    assert all(p < i for i, p in enumerate(s["parent"])) and s["parent"].count(-1) == 1
    o = trace(server, "big", f"observations/{ids[-1]}").json
    assert o["id"] == ids[-1] and o["model"] == "gpt-4o"
    assert trace(server, "big", "transcript").status == 200


# ---- Observations ---------------------------------------------------------------------------------------


def test_a_model_call_with_what_was_seen_before(server):
    o = trace(server, "a1", "observations/a1-g2").json
    assert (o["kind"], o["parent"], o["name"], o["level"]) == ("GENERATION", "a1-root", "decide", "DEFAULT")
    assert o["input"]["value"] == [SYSTEM, ASK, CALL, RESULT] and o["output"]["value"] == ANSWER
    chat = o["chat"]
    assert [m["role"] for m in chat["messages"]] == ["system", "user", "assistant", "tool", "assistant"]
    assert chat["answers"] == 1
    assert [m.get("seen") for m in chat["messages"]] == [1, 1, 1, None, None]  # position 1 is a1-g1
    assert chat["messages"][2]["calls"] == [{"id": "c1", "name": "get_order", "args": '{"number": 7}'}]
    assert chat["messages"][3]["callId"] == "c1"


def test_documents(server):
    o = trace(server, "a1", "observations/a1-r1").json
    assert o["documents"] == [{"title": "faq.md", "text": "Orders ship daily", "score": 0.75}]


def test_tools_with_how_often_they_were_called(server):
    tools = [{"type": "function", "function": {"name": n, "description": n.upper(), "parameters": {}}} for n in ("get_order", "pay")]
    send(server, event("generation-create", {"id": "tl", "traceId": "tools", "input": {"messages": [ASK], "tools": tools}, "output": CALL}))
    assert trace(server, "tools", "observations/tl").json["chat"]["tools"] == [
        {"name": "get_order", "description": "GET_ORDER", "called": 1}, {"name": "pay", "description": "PAY", "called": 0}]


def test_the_traces_own_bodies(server):
    o = trace(server, "a1", "observations/-").json
    assert o["id"] == "-" and o["metadata"]["value"] == {"k": 1}


@pytest.mark.parametrize("body", [LONG, [{"role": "user", "content": LONG}]], ids=["text", "json"])
def test_a_long_body_comes_in_parts(server, body):
    oid = "long" + type(body).__name__
    send(server, event("span-create", {"id": oid, "traceId": "long", "input": body}))
    o = trace(server, "long", f"observations/{oid}").json
    stored = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    assert o["input"]["bytes"] == len(stored.encode()) and "value" not in o["input"]
    text, at = o["input"]["text"], o["input"]["next"]
    assert len(text.encode()) <= 256 * 1024
    while at is not None:
        part = trace(server, "long", f"observations/{oid}?field=input&from={at}&to={at + 100_001}").json
        text, at = text + part["text"], part.get("next")
    assert text == stored
    assert len(json.dumps(o)) < 1_500_000


@pytest.mark.parametrize("query,text", [
    ("from=1&to=2", ""), ("from=0&to=1", "ä"), ("from=2&to=5", "€"), ("from=5&to=9", "😀"), ("from=3&to=9", "😀"), ("from=9&to=3", ""),
    ("from=99&to=100", ""), ("to=2", "ä"), ("", "ä€😀")])
def test_parts_end_between_characters(server, query, text):
    send(server, event("span-create", {"id": "cut", "traceId": "cut", "input": "ä€😀"}))
    assert trace(server, "cut", f"observations/cut?field=input&{query}").json["text"] == text


def test_bad_ranges_are_refused(server):
    for query in ("field=nope", "field=input&from=-1", "field=input&from=x", "field=input&to=99999999999999999999"):
        assert trace(server, "a1", f"observations/a1-g1?{query}").status == 400, query


# ---- Transcript -----------------------------------------------------------------------------------------


def told(blocks):
    out = []
    for b in blocks:
        m = b.get("message")
        out.append((b["kind"], b["obs"].split("-")[-1], m["role"] if m else b.get("tool", {}).get("name") or b.get("text") or ""))
    return out


def test_a_transcript_says_each_thing_once(server):
    blocks = trace(server, "a1", "transcript").json["blocks"]
    assert told(blocks) == [
        ("message", "g1", "system"), ("message", "g1", "user"), ("tool", "t1", "get_order"), ("documents", "r1", ""),
        ("tool", "t2", "notify"), ("message", "g2", "assistant")]
    call, failed, answer = blocks[2], blocks[4], blocks[5]
    assert call["tool"] == {"name": "get_order", "args": '{"number": 7}', "result": '{"state":"shipped"}', "latency": 1000}
    assert call["model"] == "gpt-4o" and call["cost"] > 0
    assert (failed["level"], failed["text"]) == ("ERROR", "503 Service Unavailable")
    assert (answer["model"], answer["latency"]) == ("gpt-4o", 2000)


def test_the_innermost_of_an_errors_reports_is_shown(server):
    def obs(oid, parent, begin, end):
        return event("span-create", {"id": oid, "traceId": "err", "parentObservationId": parent, "name": oid, "level": "ERROR",
                                     "statusMessage": "boom", "startTime": f"{AT}{begin:02d}Z", "endTime": f"{AT}{end:02d}Z"})
    send(server, obs("outer", None, 0, 9), obs("inner", "outer", 1, 2))
    assert told(trace(server, "err", "transcript").json["blocks"]) == [("error", "inner", "boom")]


def test_a_long_transcript_ends_with_a_notice(server):
    for k in range(4):
        send(server, *[event("generation-create", {"id": f"lt-{k}-{i}", "traceId": "lt", "startTime": f"2026-11-20T10:{k:02d}:{i:02d}Z",
                                                   "output": {"role": "assistant", "content": f"{k} {i} " + "x" * 15_000}}) for i in range(25)])
    a = trace(server, "lt", "transcript")
    assert len(a.body) < 2_500_000
    last = a.json["blocks"][-1]
    assert (last["kind"], last["level"]) == ("text", "WARNING") and "longer" in last["text"]


# ---- Sessions -------------------------------------------------------------------------------------------


def test_a_session_is_turns_without_repetition(server):
    history = []
    for i in range(3):
        history.append({"role": "user", "content": f"question {i}"})
        answer = {"role": "assistant", "content": f"answer {i}"}
        send(server, event("trace-create", {"id": f"turn{i}", "sessionId": "talk", "userId": "ann", "timestamp": f"{AT}{i:02d}Z"}),
             event("generation-create", {"id": f"turn{i}-g", "traceId": f"turn{i}", "startTime": f"{AT}{i:02d}Z",
                                         "input": [SYSTEM, *history], "output": answer}))
        history.append(answer)
    s = page(server, "/sessions/talk").json
    assert (s["session"]["id"], s["session"]["turns"], s["session"]["users"]) == ("talk", 3, ["ann"])
    said = [[b["message"]["parts"][0]["text"] for b in t["blocks"]] for t in s["turns"]]
    assert said == [["be brief", "question 0", "answer 0"], ["question 1", "answer 1"], ["question 2", "answer 2"]]
    assert "next" not in s


def test_a_question_asked_again_is_shown_again(server):
    for i in range(2):
        send(server, event("trace-create", {"id": f"again{i}", "sessionId": "again", "timestamp": f"{AT}{i:02d}Z"}),
             event("generation-create", {"id": f"again{i}-g", "traceId": f"again{i}", "startTime": f"{AT}{i:02d}Z",
                                         "input": [SYSTEM, {"role": "user", "content": "hello"}], "output": {"role": "assistant", "content": "hi"}}))
    turns = page(server, "/sessions/again").json["turns"]
    assert [b["message"]["parts"][0]["text"] for b in turns[1]["blocks"]] == ["hello", "hi"]


def test_a_long_session_comes_in_pages(server):
    send(server, *[event("trace-create", {"id": f"many{i:02d}", "sessionId": "many", "timestamp": f"{AT}{i:02d}Z", "input": f"q{i}"}) for i in range(45)])
    ids, after = [], None
    while True:
        s = page(server, "/sessions/many", query={"after": after} if after else None).json
        ids += [t["trace"]["id"] for t in s["turns"]]
        after = s.get("next")
        if not after:
            break
        assert len(ids) % 20 == 0
    assert ids == [f"many{i:02d}" for i in range(45)]
    assert page(server, "/sessions/many?after=nonsense").status == 400
    assert page(server, "/sessions/nope").status == 404


# ---- Who may see what ------------------------------------------------------------------------------------


ROUTES = ["skeleton", "transcript", "observations/-", "observations/p1-g1", "observations/p1-g1?field=input"]


@pytest.mark.parametrize("what", ROUTES)
def test_a_public_trace_says_nothing_of_people_and_project(server, what):
    a = server.request("GET", f"/api/ui/public/p1/{what}", auth=False)
    assert a.status == 200, a
    for secret in ("ann@example.com", PROJECT, "TestProject", "TestOrg", "chat-2", "by Ann", "previous", "following"):
        assert secret not in a.body.decode(), secret
    assert a.headers["x-robots-tag"] == "noindex" and "no-store" in a.headers["cache-control"]


@pytest.mark.parametrize("what", ROUTES)
def test_private_is_the_same_as_absent(server, what):
    private = server.request("GET", f"/api/ui/public/a1/{what.replace('p1', 'a1')}", auth=False)
    absent = server.request("GET", f"/api/ui/public/nope/{what}", auth=False)
    assert private.status == absent.status == 404
    assert private.body == absent.body
    quiet = {"date", "x-request-id"}
    assert {k: v for k, v in private.headers.items() if k not in quiet} == {k: v for k, v in absent.headers.items() if k not in quiet}


def test_an_observation_of_another_trace_is_absent(server):
    assert server.request("GET", "/api/ui/public/p1/observations/a1-g1", auth=False).status == 404
    assert trace(server, "a1", "observations/p1-g1").status == 404


def test_a_trace_made_private_again_is_gone(server):
    send(server, event("trace-create", {"id": "flip", "public": True}))
    assert server.request("GET", "/api/ui/public/flip/skeleton", auth=False).status == 200
    send(server, event("trace-create", {"id": "flip", "public": False}))
    assert server.request("GET", "/api/ui/public/flip/skeleton", auth=False).status == 404


def test_public_metadata_leaves_out_the_host(server):
    span = {"traceId": "0" * 31 + "7", "spanId": "0" * 15 + "7", "name": "s", "startTimeUnixNano": "1763632800000000000", "endTimeUnixNano": "1763632801000000000",
            "attributes": [{"key": k, "value": {"stringValue": v}} for k, v in {
                "langfuse.observation.metadata.mine": "shown", "langfuse.observation.metadata.user_email": "secret@x", "user.id": "secret@example.com", "langfuse.user.id": "secret@example.com", "session.id": "secret-session",
                "langfuse.session.id": "secret-session", "enduser.id": "secret-end", "ai.telemetry.metadata.userId": "secret-ai"}.items()]
            + [{"key": "langfuse.trace.public", "value": {"boolValue": True}}]}
    body = {"resourceSpans": [{"resource": {"attributes": [{"key": "host.name", "value": {"stringValue": "secret-host"}}]},
                               "scopeSpans": [{"scope": {"name": "lib", "attributes": [{"key": "public_key", "value": {"stringValue": "pk-secret"}}]}, "spans": [span]}]}]}
    assert server.post("/otel/v1/traces", body).status == 200
    path = f"{'0' * 31}7/observations/{'0' * 15}7"
    shown = server.request("GET", f"/api/ui/public/{path}", auth=False)
    assert shown.status == 200 and "shown" in shown.body.decode()
    assert "secret" not in shown.body.decode()
    assert "secret-host" in page(server, f"/traces/{path}").body.decode()


def test_others_see_nothing(server):
    for what in ROUTES:
        assert trace(server, "p1", what, auth=False).status == 401
        assert server.request("GET", f"/api/ui/other-project/traces/p1/{what}").status == 404
    assert page(server, "/sessions/chat-1", auth=False).status == 401


# ---- Hostile content ---------------------------------------------------------------------------------------


HOSTILE = [
    "</script><script>alert(1)</script>", "\u0000\u0001\u202e", "[" * 300 + "]" * 300, '{"role":"user","content":{"role":"user"}}', "[[[[[]]]]]", "{}", "[null]",
    [None, 1, "x", {"role": 5}, {"role": "user"}, {"role": "user", "content": [None, 5, [], {}]}],
    [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "javascript:alert(1)"}}]}],
    [{"role": "assistant", "tool_calls": [{}, None, "x", {"function": {}}, {"function": {"name": 5}}]}],
    {"messages": {"messages": {"messages": {"messages": []}}}}, {"choices": [{"message": {"message": {}}}]},
    {"llm.input_messages.99999999999.message.role": "user", "llm.input_messages.1.message.content": "x"},
    {"tools": [[[]], {"function": "x"}], "messages": [ASK]}, {"documents": [{"score": "NaN"}, {"text": None}]},
]


@pytest.mark.parametrize("i", range(len(HOSTILE)))
def test_hostile_bodies_are_shown_as_data(server, i):
    for kind in ("generation", "tool", "retriever"):
        send(server, event(f"{kind}-create", {"id": f"h{i}{kind}", "traceId": f"h{i}", "input": HOSTILE[i], "output": HOSTILE[i]}))
        a = trace(server, f"h{i}", f"observations/h{i}{kind}")
        assert a.status == 200, a
        assert a.headers["content-type"].startswith("application/json") and a.headers["x-content-type-options"] == "nosniff"
        assert a.json["id"] == f"h{i}{kind}"
    assert trace(server, f"h{i}", "transcript").status == 200


def test_odd_ids(server):
    for tid in ("a/b ü", "..", "%2e", "public", "x" * 798, "'; DROP TABLE trace; --"):
        send(server, event("span-create", {"id": "o/" + tid, "traceId": tid, "name": tid}))
        got = trace(server, quote(tid, safe=""), "skeleton")
        if tid != "..":  # a path never climbs
            assert got.status == 200 and got.json["id"] == ["o/" + tid]
            assert trace(server, quote(tid, safe=""), "observations/" + quote("o/" + tid, safe="")).json["name"] == tid


# ---- Damage -------------------------------------------------------------------------------------------------


@embedded_events
def test_a_damaged_day_hurts_only_its_bodies(fresh):
    server = fresh()
    agent(server, "a1")
    send(server, event("trace-create", {"id": "whole", "timestamp": "2026-11-19T10:00:00Z", "input": "q"}),
         event("span-create", {"id": "w", "traceId": "whole", "startTime": "2026-11-19T10:00:00Z", "input": "fine"}))
    server.stop()
    day = sorted(glob.glob(os.path.join(server.data, "events", "2026-11-20.db")))[0]
    with sqlite3.connect(day) as db:
        db.execute("UPDATE pack SET data = x'00112233'")
    server.start()
    s = trace(server, "a1", "skeleton")
    assert s.status == 200 and len(s.json["id"]) == 6 and s.json["messages"] == {}
    for what in ("observations/a1-g1", "transcript"):
        a = trace(server, "a1", what)
        assert a.status == 500 and a.json["message"], a
    assert trace(server, "whole", "observations/w").json["input"]["value"] == "fine"


# ---- System ---------------------------------------------------------------------------------------------------


def signed_in(server, email, *options):
    """The session's cookie of a new user."""
    made = run_cli("user", "add", email, "--password-stdin", "--data", server.data, *options, stdin="a-long-password-1\n")
    assert made.returncode == 0, made.stderr
    a = server.request("POST", "/api/ui/auth/sign-in", {"email": email, "password": "a-long-password-1"}, auth=False)
    assert a.status == 200, a
    return {"Cookie": a.headers["set-cookie"].split(";")[0]}


def test_the_system_page_by_role(fresh):
    server = fresh()
    send(server, event("trace-create", {"id": "t", "tags": [f"tag {i}" for i in range(1010)]}))
    first, other = signed_in(server, "admin@example.com", "--admin"), signed_in(server, "bob@example.com")
    member = server.request("GET", "/api/ui/system", auth=False, headers=other).json
    assert set(member) == {"version", "started", "mode", "ingestion"}
    assert member["ingestion"]["writable"] is True and set(member["ingestion"]) == {"last", "writable"}
    admin = server.request("GET", "/api/ui/system", auth=False, headers=first).json
    assert admin["ingestion"]["perMinute"] == 1 and admin["store"]["traces"] == 1 and admin["memory"] > 1e6
    assert admin["dataDir"] == server.data and 0 < admin["store"]["diskFree"] <= admin["store"]["diskTotal"]
    counts = {c["name"]: c["n"] for c in admin["counts"]}
    assert (counts["accepted"], counts["tag"], counts["invalid"]) == (1, 10, 0)
    assert {c["name"]: c["ok"] for c in admin["checks"]} == {n: True for n in ("events", "metadata", "data directory", "clock", "limits")}
    assert server.request("GET", "/api/ui/system", auth=False).status == 401


def test_people_see_the_traces_of_their_projects(fresh):
    server = fresh()
    agent(server, "a1", sessionId="chat-1")
    owner, stranger = signed_in(server, "ann@example.com", "--role", "VIEWER"), signed_in(server, "bob@example.com", "--role", "NONE")
    for path in ("/traces/a1/skeleton", "/traces/a1/transcript", "/traces/a1/observations/a1-g1", "/sessions/chat-1"):
        assert page(server, path, auth=False, headers=owner).status == 200
        assert page(server, path, auth=False, headers=stranger).status == 404
