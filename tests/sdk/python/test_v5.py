# SPDX-License-Identifier: MIT
"""Python langfuse v5, whose API client reads observations (v2) instead of traces."""
import os

import pytest
from langfuse import get_client, propagate_attributes

FIELDS = "core,basic,io,metadata,model,usage"


@pytest.fixture(scope="module")
def client():
    c = get_client()
    yield c
    c.shutdown()


@pytest.fixture(scope="module")
def sent(client):
    with propagate_attributes(user_id="user-py5", session_id="session-py5", tags=["alpha"]):
        with client.start_as_current_observation(name="agent", as_type="agent", input={"q": 1}):
            with client.start_as_current_observation(
                    name="answer", as_type="generation", model="gpt-4o", input="capital?") as generation:
                generation.update(output="Paris — 巴黎", usage_details={"input": 1000, "output": 100})
            with pytest.raises(ValueError):
                with client.start_as_current_observation(name="broken", as_type="tool"):
                    raise ValueError("no such tool")
            trace_id = client.get_current_trace_id()
    client.flush()
    return trace_id


def test_auth_check(client):
    assert client.auth_check() is True


def test_observations(client, sent):
    page = client.api.observations.get_many(trace_id=sent, fields=FIELDS)
    o = {x.name: x for x in page.data}
    assert {n: x.type for n, x in o.items()} == {"agent": "AGENT", "answer": "GENERATION", "broken": "TOOL"}
    assert {o["answer"].parent_observation_id, o["broken"].parent_observation_id} == {o["agent"].id}
    assert o["answer"].usage_details == {"input": 1000, "output": 100, "total": 1100}
    assert o["answer"].cost_details["total"] == pytest.approx(0.0035)
    assert "Paris — 巴黎" in str(o["answer"].output)
    assert o["broken"].level == "ERROR"
    assert "no such tool" in o["broken"].status_message


def test_filters(client, sent):
    page = client.api.observations.get_many(user_id="user-py5", type="GENERATION", fields="core,basic")
    assert [(x.name, x.trace_id) for x in page.data] == [("answer", sent)]


def test_trace_url(client, sent):
    assert client.get_trace_url(trace_id=sent).endswith(
        f"/project/{os.environ['RUSHLIGHT_PROJECT']}/traces/{sent}")
