# SPDX-License-Identifier: MIT
"""Drives the FastAPI app by HTTP, under uvicorn in a process of its own; reads its traces back."""
import concurrent.futures
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from langfuse import Langfuse

HERE = Path(__file__).resolve().parent
LISTENING = re.compile(r"running on (http://127\.0\.0\.1:\d+)")


@pytest.fixture(scope="module")
def answers():
    """Ten requests at once, then SIGTERM: the shutdown of the app must deliver what is pending."""
    app = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "fastapi_app:app", "--host", "127.0.0.1", "--port", "0"],
        cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        url = None
        for line in app.stdout:
            if found := LISTENING.search(line):
                url = found.group(1)
                break
        assert url, "uvicorn did not start"

        def ask(i):
            return httpx.post(url + "/api/chat", timeout=30, json={
                "text": f"question {i}", "user": f"fast-{i}", "session": "session-fastapi"})

        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(ask, range(10)))
    finally:
        app.send_signal(signal.SIGTERM)
        rest, _ = app.communicate(timeout=30)
    assert [r.status_code for r in replies] == [200] * 10, rest
    return [r.json() for r in replies]


@pytest.fixture(scope="module")
def client():
    return Langfuse(tracing_enabled=False)


def test_every_request_is_a_trace(client, answers):
    for i, reply in enumerate(answers):
        # FastAPI's own span is above "chat", and the SDK keeps it to itself: "chat" names the trace.
        trace = client.api.trace.get(reply["trace"])
        assert trace.name == "chat"
        assert trace.user_id == f"fast-{i}"
        assert trace.tags == ["backend"]
        o = {x.name: x for x in trace.observations}
        assert set(o) == {"chat", "search", "llm"}
        assert {o["search"].parent_observation_id, o["llm"].parent_observation_id} == {o["chat"].id}
        assert o["chat"].output["answer"] == "Paris is the capital."
        assert (o["search"].type, o["llm"].type) == ("RETRIEVER", "GENERATION")
        assert o["llm"].usage_details["total"] == 25
        assert trace.total_cost > 0


def test_they_share_a_session(client, answers):
    session = client.api.sessions.get("session-fastapi")
    assert {t.id for t in session.traces} == {r["trace"] for r in answers}
