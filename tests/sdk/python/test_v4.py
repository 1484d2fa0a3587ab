# SPDX-License-Identifier: MIT
"""Python langfuse v4: sends with the tracing client, reads back with the same package's API client.

flush() returns when the server has answered, and what was answered is readable at once: no waiting here.
"""
import os
import subprocess
import sys

import pytest
from langfuse import get_client, observe, propagate_attributes


@pytest.fixture(scope="module")
def client():
    c = get_client()
    yield c
    c.shutdown()


@pytest.fixture(scope="module")
def sent(client):
    """One agent run: agent > (retriever, generation, tool with an error, event), with scores."""
    with propagate_attributes(user_id="user-py4", session_id="session-py4", tags=["alpha", "beta"],
                              metadata={"plan": "pro"}, version="1.2.3", trace_name="py-v4-run"):
        with client.start_as_current_observation(name="agent", as_type="agent",
                                                 input={"question": "capital of France?"}) as agent:
            with client.start_as_current_observation(name="search", as_type="retriever",
                                                     input="France") as search:
                search.update(output=[{"id": 1, "text": "Paris — 巴黎"}], metadata={"k": 4})
            with client.start_as_current_observation(
                    name="answer", as_type="generation", model="gpt-4o",
                    model_parameters={"temperature": 0.2, "max_tokens": 64},
                    input=[{"role": "user", "content": "capital of France?"}]) as generation:
                generation.update(output={"role": "assistant", "content": "Paris"},
                                  usage_details={"input": 1000, "output": 100})
                generation.score(name="relevance", value=0.9, data_type="NUMERIC", comment="good")
            with pytest.raises(ValueError):
                with client.start_as_current_observation(name="broken", as_type="tool"):
                    raise ValueError("no such tool")
            client.create_event(name="note", metadata={"step": 3}, level="WARNING", status_message="slow")
            client.score_current_trace(name="verdict", value="correct", data_type="CATEGORICAL")
            client.score_current_trace(name="passed", value=1, data_type="BOOLEAN")
            agent.update(output={"answer": "Paris"})
            trace_id = client.get_current_trace_id()
    client.flush()
    return trace_id


def test_auth_check(client):
    assert client.auth_check() is True


def test_project(client):
    projects = client.api.projects.get()
    assert [p.id for p in projects.data] == [os.environ["RUSHLIGHT_PROJECT"]]


def test_trace_attributes(client, sent):
    trace = client.api.trace.get(sent)
    assert trace.name == "py-v4-run"
    assert trace.user_id == "user-py4"
    assert trace.session_id == "session-py4"
    assert sorted(trace.tags) == ["alpha", "beta"]
    assert trace.version == "1.2.3"
    assert trace.environment == "default"
    assert trace.metadata["plan"] == "pro"
    assert trace.input == {"question": "capital of France?"}
    assert trace.output == {"answer": "Paris"}


def test_tree(client, sent):
    by_name = {o.name: o for o in client.api.trace.get(sent).observations}
    assert {n: o.type for n, o in by_name.items()} == {
        "agent": "AGENT", "search": "RETRIEVER", "answer": "GENERATION", "broken": "TOOL", "note": "EVENT"}
    root = by_name.pop("agent")
    assert root.parent_observation_id is None
    assert {o.parent_observation_id for o in by_name.values()} == {root.id}
    assert all(o.start_time >= root.start_time and o.trace_id == sent for o in by_name.values())
    assert by_name["search"].output == [{"id": 1, "text": "Paris — 巴黎"}]
    assert by_name["search"].metadata["k"] == 4
    assert by_name["broken"].level == "ERROR"
    assert "no such tool" in by_name["broken"].status_message
    assert by_name["note"].level == "WARNING"
    assert by_name["note"].status_message == "slow"


def test_usage_and_cost(client, sent):
    trace = client.api.trace.get(sent)
    generation = next(o for o in trace.observations if o.name == "answer")
    assert generation.model == "gpt-4o"
    assert generation.model_parameters == {"temperature": 0.2, "max_tokens": 64}
    assert generation.usage_details == {"input": 1000, "output": 100, "total": 1100}
    assert generation.cost_details["input"] == pytest.approx(1000 * 2.5e-6)
    assert generation.cost_details["output"] == pytest.approx(100 * 1e-5)
    assert generation.cost_details["total"] == pytest.approx(0.0035)
    assert trace.total_cost == pytest.approx(0.0035)
    assert generation.input == [{"role": "user", "content": "capital of France?"}]
    assert generation.output == {"role": "assistant", "content": "Paris"}


def test_scores(client, sent):
    trace = client.api.trace.get(sent)
    scores = {s.name: s for s in trace.scores}
    assert set(scores) == {"relevance", "verdict", "passed"}
    assert (scores["relevance"].value, scores["relevance"].comment) == (0.9, "good")
    assert scores["verdict"].data_type == "CATEGORICAL"
    listed = {s.name: s for s in client.api.scores.get_many(trace_id=sent).data}
    assert listed["verdict"].string_value == "correct"
    assert (listed["passed"].value, listed["passed"].string_value) == (1, "True")
    answer = next(o for o in trace.observations if o.name == "answer")
    assert listed["relevance"].observation_id == answer.id
    assert client.api.scores.get_by_id(listed["passed"].id).name == "passed"


def test_scores_v3(client, sent):
    page = client.api.scores_v3.get_many_v3(trace_id=sent, fields="core,details,subject")
    assert {s.name for s in page.data} == {"relevance", "verdict", "passed"}
    assert {(s.name, s.subject.kind, getattr(s.subject, "trace_id", s.subject.id)) for s in page.data} == {
        ("relevance", "observation", sent), ("verdict", "trace", sent), ("passed", "trace", sent)}


def test_observations_v2(client, sent):
    page = client.api.observations.get_many(trace_id=sent, fields="core,basic,usage,model,io", limit=2)
    rows, cursor = list(page.data), page.meta.cursor
    while cursor:
        page = client.api.observations.get_many(trace_id=sent, fields="core,basic,usage,model,io", limit=2,
                                                cursor=cursor)
        rows, cursor = rows + list(page.data), page.meta.cursor
    assert sorted(o.name for o in rows) == ["agent", "answer", "broken", "note", "search"]
    answer = next(o for o in rows if o.name == "answer")
    assert answer.usage_details["total"] == 1100


def test_observations_v1(client, sent):
    page = client.api.legacy.observations_v1.get_many(trace_id=sent, type="GENERATION")
    assert [o.name for o in page.data] == ["answer"]
    one = client.api.legacy.observations_v1.get(page.data[0].id)
    assert one.calculated_total_cost == pytest.approx(0.0035)


def test_lists_and_sessions(client, sent):
    assert [t.id for t in client.api.trace.list(user_id="user-py4").data] == [sent]
    assert [t.id for t in client.api.trace.list(tags=["alpha", "beta"], name="py-v4-run").data] == [sent]
    assert client.api.trace.list(user_id="nobody").data == []
    session = client.api.sessions.get("session-py4")
    assert [t.id for t in session.traces] == [sent]
    assert "session-py4" in [s.id for s in client.api.sessions.list().data]


def test_trace_url(client, sent):
    url = client.get_trace_url(trace_id=sent)
    assert url.endswith(f"/project/{os.environ['RUSHLIGHT_PROJECT']}/traces/{sent}")


def test_decorator(client):
    @observe(as_type="generation")
    def inner(x):
        client.update_current_generation(model="gpt-4o-mini", usage_details={"input": 10, "output": 10},
                                         cost_details={"input": 0.5, "output": 0.25})
        return x * 2

    @observe()
    def outer(x):
        return inner(x) + 1, client.get_current_trace_id()

    result, trace_id = outer(20)
    client.flush()
    trace = client.api.trace.get(trace_id)
    by_name = {o.name: o for o in trace.observations}
    assert result == 41
    assert trace.name == "outer"
    assert by_name["inner"].parent_observation_id == by_name["outer"].id
    assert by_name["inner"].output == 40
    assert by_name["inner"].cost_details == {"input": 0.5, "output": 0.25, "total": 0.75}


def test_delete(client):
    with client.start_as_current_observation(name="short-lived"):
        trace_id = client.get_current_trace_id()
    client.flush()
    assert client.api.trace.get(trace_id).id == trace_id
    client.api.trace.delete(trace_id)
    assert trace_id not in [t.id for t in client.api.trace.list(name="short-lived").data]


def test_auth_check_with_a_wrong_key():
    """In a process of its own: @observe does nothing once a process has two clients."""
    program = "from langfuse import get_client; get_client().auth_check()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False,
                          env={**os.environ, "LANGFUSE_SECRET_KEY": "sk-lf-wrong"}, timeout=60)
    assert done.returncode != 0
    assert "401" in done.stderr
