# SPDX-License-Identifier: MIT
"""Server-sent events: rows as they come, the state of ingestion, and the ends of a stream."""
import http.client
import json
import time

import pytest
import requests
from rushlight import PROJECT, Server, basic, event, send
from test_accounts import ENV, Browser


class Stream:
    def __init__(self, server, query="", headers=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        self.connection.request("GET", f"/api/ui/{PROJECT}/live{query}", headers=headers or {"Authorization": basic(), "Accept-Encoding": "gzip"})
        self.answer = self.connection.getresponse()

    def next(self, kind, seconds=15):
        """The data of the next event of that kind."""
        deadline, name = time.monotonic() + seconds, None
        while time.monotonic() < deadline:
            line = self.answer.readline().decode().rstrip("\n")
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: ") and name == kind:
                return json.loads(line[6:])
            assert line or not self.answer.isclosed(), "the stream ended"
        raise AssertionError(f"no {kind}")

    def close(self):
        self.connection.close()


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())


def trace(server, tid, **more):
    send(server, event("trace-create", {"id": tid, "name": "lived", "timestamp": now(), **more}, at=now()))


@pytest.fixture(scope="module")
def server():
    with Server(env=ENV) as s:
        trace(s, "before")
        yield s


@pytest.fixture
def stream(server):
    opened = []

    def make(query="", **kw):
        opened.append(Stream(server, query, **kw))
        assert opened[-1].answer.status == 200, opened[-1].answer.read()
        opened[-1].next("status")
        return opened[-1]
    yield make
    for s in opened:
        s.close()


def test_how_it_is_sent(stream):
    headers = {k.lower(): v for k, v in stream().answer.getheaders()}
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store" and "content-encoding" not in headers


def test_a_new_trace_comes_at_once_and_only_once(server, stream):
    s = stream()
    began = time.monotonic()
    trace(server, "live-1")
    row = s.next("row")
    assert row["id"] == "live-1" and row["name"] == "lived" and time.monotonic() - began < 2
    trace(server, "live-2")
    assert s.next("row")["id"] == "live-2"  # neither the trace of before nor the first one again


def test_a_trace_that_changes_comes_again(server, stream):
    s = stream()
    trace(server, "live-3")
    assert s.next("row")["observations"] == 0
    send(server, event("span-create", {"id": "live-3-s", "traceId": "live-3", "startTime": now(), "level": "ERROR", "statusMessage": "boom"}, at=now()))
    row = s.next("row")
    assert (row["id"], row["observations"], row["error"]) == ("live-3", 1, "boom")


def test_only_what_matches(server, stream):
    s = stream("?q=user:ann")
    trace(server, "live-4", userId="bob")
    trace(server, "live-5", userId="ann")
    assert s.next("row")["id"] == "live-5"


def test_status_comes_again_by_itself(server, stream):
    s = stream("?rows=0")
    assert s.next("status", 8)["writable"] is True


def test_who_may_follow(server):
    assert Stream(server, headers={"Accept": "text/event-stream"}).answer.status == 401
    ann = Browser(server).sign_in()
    assert Stream(server, headers={"Cookie": f"rushlight_session={ann.cookie}"}).answer.status == 200


def test_a_stream_ends_with_the_session(server):
    ann = Browser(server).sign_in()
    s = Stream(server, headers={"Cookie": f"rushlight_session={ann.cookie}"})
    s.next("status")
    assert ann.post("auth/sign-out").status == 204
    deadline = time.monotonic() + 18
    while s.answer.readline():
        assert time.monotonic() < deadline, "it goes on"


def test_bad_questions(server):
    assert Stream(server, "?q=%5B%7Bbroken").answer.status == 400
    assert Stream(server, "?rows=anything").answer.status == 400


def test_what_is_marked_by_hand_comes_again(server, stream):
    trace(server, "live-6")
    s = stream()
    assert s.next("status")  # what was there is remembered by now
    answer = requests.post(f"http://127.0.0.1:{server.port}/api/ui/{PROJECT}/traces/actions", timeout=10, headers={"Authorization": basic()},
                           json={"action": "bookmark", "ids": ["live-6"]})
    assert answer.status_code == 200, answer.text
    row = s.next("row")
    assert row["id"] == "live-6" and row["bookmarked"] is True


def test_what_is_about_to_be_deleted_stays_away(server, stream):
    trace(server, "live-7")
    assert Browser(server).sign_in().post(f"{PROJECT}/traces/actions", {"action": "delete", "ids": ["live-7"]}).status == 200
    s = stream()
    send(server, event("span-create", {"id": "live-7-s", "traceId": "live-7", "startTime": now()}, at=now()))
    trace(server, "live-8")
    assert s.next("row")["id"] == "live-8"


def test_a_stream_is_not_a_slow_read(fresh):
    server = fresh()
    s = Stream(server, "?rows=0")
    s.next("status")
    s.next("status", 8)
    s.close()
    name = "rushlight_http_request_seconds_total"
    deadline = time.monotonic() + 20
    while True:
        text = requests.get(f"http://127.0.0.1:{server.port}/metrics", timeout=5).text
        lines = [line for line in text.splitlines() if line.startswith(name) and "/live" in line]
        if lines:
            break
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert float(lines[0].split()[-1]) < 1


def test_not_more_than_so_many(fresh):
    server = fresh()
    streams = [Stream(server, "?rows=0") for _ in range(64)]
    assert all(s.answer.status == 200 for s in streams)
    extra = Stream(server)
    assert extra.answer.status == 503 and "64" in extra.answer.read().decode()
    streams.pop().close()
    deadline = time.monotonic() + 20
    while Stream(server, "?rows=0").answer.status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for s in streams:
        s.close()


def test_open_streams_do_not_hold_up_the_end(fresh):
    server = fresh()
    streams = [Stream(server) for _ in range(5)]
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 3
    for s in streams:
        s.close()
