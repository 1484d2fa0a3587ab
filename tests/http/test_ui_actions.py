# SPDX-License-Identifier: MIT
"""What people do to traces by hand: tags, bookmarks, public links, deletes with undo, comments, saved views."""
import time
from urllib.parse import quote

import pytest
from conftest import embedded_events
from rushlight import PROJECT, Server, event, send
from test_accounts import ENV, Browser, joined

AT = "2026-11-20T10:00:00.000Z"
RANGE = "2026-11-20T09:00/2026-11-20T12:00"


@pytest.fixture(scope="module")
def server():
    with Server(env=ENV) as s:
        yield s


@pytest.fixture(scope="module")
def ann(server):
    return Browser(server).sign_in()


def traces(server, *ids, **more):
    for i in ids:
        send(server, event("trace-create", {"id": i, "name": "acted", "timestamp": AT, "tags": ["old"], **more}),
             event("span-create", {"id": i + "-s", "traceId": i, "startTime": AT, "endTime": AT, "input": "hello"}))


def act(ann, action, *ids, **more):
    answer = ann.post(f"{PROJECT}/traces/actions", {"action": action, **({"ids": list(ids)} if ids else {}), **more})
    assert answer.status == 200, answer
    return answer.json


def listed(ann, q=""):
    answer = ann.get(f"{PROJECT}/traces?range={RANGE}&q={quote(q)}")
    assert answer.status == 200, answer
    return {r["id"]: r for r in answer.json["rows"]}


def test_tags_are_added_and_taken_away(server, ann):
    traces(server, "tag-1", "tag-2")
    assert act(ann, "tag", "tag-1", "tag-2", tag="new one")["n"] == 2
    assert listed(ann)["tag-1"]["tags"] == ["new one", "old"]
    assert server.get("/traces/tag-1").json["tags"] == ["new one", "old"]
    act(ann, "tag", "tag-1", tag="new one")  # again changes nothing
    act(ann, "untag", "tag-1", tag="old")
    assert server.get("/traces/tag-1").json["tags"] == ["new one"]
    assert set(listed(ann, 'tags:"new one"')) >= {"tag-1", "tag-2"}
    assert "tag-1" not in listed(ann, "tags:old") and "tag-2" in listed(ann, "tags:old")
    assert ann.post(f"{PROJECT}/traces/actions", {"action": "tag", "ids": ["tag-1"], "tag": ""}).status == 400


@embedded_events
def test_marks_survive_a_restart_and_later_events(fresh):
    s = fresh(env=ENV | {"RUSHLIGHT_QUIET_SECONDS": "1"})
    ann = Browser(s).sign_in()
    traces(s, "kept")
    act(ann, "bookmark", "kept")
    act(ann, "tag", "kept", tag="mine")
    s.restart()
    send(s, event("span-create", {"id": "kept-late", "traceId": "kept", "startTime": AT}))
    row = listed(ann)["kept"]
    assert row["bookmarked"] is True and row["tags"] == ["mine", "old"] and row["observations"] == 2
    deadline = time.monotonic() + 20  # and packing, which tells the facts anew
    while "rushlight_traces_packed_total 0" in s.request("GET", "/metrics", auth=False).body.decode():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    act(ann, "unbookmark", "kept")
    assert "kept" not in listed(ann, "is:bookmarked") and listed(ann, "tags:mine")["kept"]["tags"] == ["mine", "old"]


def test_bookmarks_are_found(server, ann):
    traces(server, "star-1", "star-2")
    act(ann, "bookmark", "star-1")
    assert set(listed(ann, "is:bookmarked")) == {"star-1"}
    assert server.get("/traces/star-1").json["bookmarked"] is True


def test_a_published_trace_is_read_without_signing_in(server, ann):
    traces(server, "pub")
    path = "/api/ui/public/pub/skeleton"
    assert server.request("GET", path, auth=False).status == 404
    act(ann, "publish", "pub")
    assert server.request("GET", path, auth=False).status == 200
    act(ann, "unpublish", "pub")
    assert server.request("GET", path, auth=False).status == 404


def test_a_delete_waits_and_can_be_taken_back(server, ann):
    traces(server, "del-1", "del-2")
    done = act(ann, "delete", "del-1", "del-2")
    assert done["n"] == 2 and 8000 < done["at"] - time.time() * 1000 < 11000
    assert not {"del-1", "del-2"} & set(listed(ann))
    assert ann.post(f"{PROJECT}/undo/{done['undo']}").status == 204
    assert {"del-1", "del-2"} <= set(listed(ann))
    assert ann.post(f"{PROJECT}/undo/{done['undo']}").status == 404


def test_a_delete_happens_even_over_a_restart(fresh):
    s = fresh(env=ENV)
    ann = Browser(s).sign_in()
    traces(s, "gone", "stays")
    done = act(ann, "delete", "gone")
    assert s.get("/traces/gone").status == 200
    s.restart()
    deadline = time.monotonic() + 40
    while s.get("/traces/gone").status == 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert s.get("/traces/stays").status == 200
    assert ann.post(f"{PROJECT}/undo/{done['undo']}").status == 404


def test_everything_that_matches(server, ann):
    traces(server, *[f"many-{i}" for i in range(60)], userId="crowd")
    assert act(ann, "tag", q="user:crowd", range=RANGE, tag="all of them")["n"] == 60
    assert act(ann, "untag", q="tags:\"all of them\" -user:crowd", range=RANGE, tag="all of them")["n"] == 0


@pytest.mark.parametrize("body", [{}, {"action": "explode", "ids": ["x"]}, {"action": "tag", "ids": "x", "tag": "t"}, {"action": "tag", "ids": [1], "tag": "t"},
                                  {"action": "bookmark", "q": "nofield:x"}, {"action": "bookmark", "range": "soon"}, {"action": "tag", "ids": ["x"], "tag": "t" * 300}, []])
def test_bad_actions(ann, body):
    answer = ann.post(f"{PROJECT}/traces/actions", body)
    assert answer.status == 400 and answer.json["message"], answer


def test_unknown_ids_are_fine(ann):
    assert act(ann, "bookmark", "no-such-trace")["n"] == 0


def test_who_may_do_what(server, ann):
    traces(server, "roles")
    viewer, member = joined(server, ann, "v@example.com", "VIEWER"), joined(server, ann, "m@example.com", "MEMBER")
    body = {"action": "bookmark", "ids": ["roles"]}
    assert viewer.post(f"{PROJECT}/traces/actions", body).status == 403
    assert member.post(f"{PROJECT}/traces/actions", body).status == 200
    assert member.post(f"{PROJECT}/traces/actions", {"action": "delete", "ids": ["roles"]}).status == 403


def test_comments(server, ann):
    traces(server, "said")
    text = "Look <script>alert(1)</script> 你好"
    made = ann.post(f"{PROJECT}/comments", {"trace": "said", "text": text}).json
    ann.post(f"{PROJECT}/comments", {"trace": "said", "observation": "said-s", "text": "here"})
    comments = ann.get(f"{PROJECT}/traces/said/skeleton").json["comments"]
    assert [(c["author"], c["text"], c.get("observation")) for c in comments] == [("Ann", text, None), ("Ann", "here", "said-s")]
    for bad in ({"trace": "said", "text": " "}, {"text": "x"}, {"trace": "said", "text": "x" * 5001}):
        assert ann.post(f"{PROJECT}/comments", bad).status == 400, bad
    other = joined(server, ann, "other@example.com", "MEMBER")
    assert other.ask("DELETE", f"{PROJECT}/comments/{made['id']}").status == 403
    assert ann.ask("DELETE", f"{PROJECT}/comments/{made['id']}").status == 204
    assert ann.ask("DELETE", f"{PROJECT}/comments/{made['id']}").status == 404
    act(ann, "publish", "said")
    assert "comments" not in server.request("GET", "/api/ui/public/said/skeleton", auth=False).json


def test_saved_views(ann):
    view = {"name": "Slow ones", "table": "traces", "search": {"q": "latency:>2s", "range": "7d"}}
    vid = ann.post(f"{PROJECT}/views", view).json["id"]
    assert ann.get(f"{PROJECT}/views?table=traces").json["views"] == [{"id": vid, **view, "by": "Ann"}]
    assert ann.get(f"{PROJECT}/views?table=users").json["views"] == []
    assert ann.ask("PUT", f"{PROJECT}/views/{vid}", {**view, "name": "Slower"}).status == 200
    assert ann.get(f"{PROJECT}/views").json["views"][0]["name"] == "Slower"
    assert ann.ask("PUT", f"{PROJECT}/views/none", view).status == 404
    for bad in ({**view, "name": ""}, {**view, "table": "secrets"}, {**view, "search": {"q": 1}}, {**view, "search": {"q": "x" * 9000}}):
        assert ann.post(f"{PROJECT}/views", bad).status == 400, bad
    assert ann.ask("DELETE", f"{PROJECT}/views/{vid}").status == 204
    assert ann.get(f"{PROJECT}/views").json["views"] == []
