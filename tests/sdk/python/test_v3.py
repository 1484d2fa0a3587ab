# SPDX-License-Identifier: MIT
"""Python langfuse v3 (OpenTelemetry inside, traces updated by attributes of their own)."""
import os

import pytest
from langfuse import get_client, observe
from langfuse.langchain import CallbackHandler
from langfuse.openai import OpenAI


@pytest.fixture(scope="module")
def client():
    c = get_client()
    yield c
    c.shutdown()


@pytest.fixture(scope="module")
def sent(client):
    with client.start_as_current_span(name="request", input={"q": 1}) as root:
        root.update_trace(name="py-v3-run", user_id="user-py3", session_id="session-py3",
                          tags=["alpha", "beta"], metadata={"plan": "pro"}, version="1.2.3", public=True,
                          input={"question": "capital?"}, output={"answer": "Paris — 巴黎"})
        with client.start_as_current_observation(name="search", as_type="retriever", input="France") as s:
            s.update(output=["Paris"], metadata={"k": 4})
        with client.start_as_current_generation(
                name="answer", model="gpt-4o", model_parameters={"temperature": 0.2},
                input=[{"role": "user", "content": "capital?"}]) as g:
            g.update(output="Paris", usage_details={"input": 1000, "output": 100})
            g.score(name="relevance", value=0.9, comment="good")
        with pytest.raises(ValueError):
            with client.start_as_current_span(name="broken"):
                raise ValueError("no such tool")
        client.score_current_trace(name="verdict", value="correct", data_type="CATEGORICAL")
        trace_id = client.get_current_trace_id()
    client.flush()
    return trace_id


def test_auth_check(client):
    assert client.auth_check() is True


def test_trace(client, sent):
    trace = client.api.trace.get(sent)
    assert trace.name == "py-v3-run"
    assert (trace.user_id, trace.session_id, trace.version) == ("user-py3", "session-py3", "1.2.3")
    assert sorted(trace.tags) == ["alpha", "beta"]
    assert trace.public is True
    assert trace.metadata["plan"] == "pro"
    assert trace.input == {"question": "capital?"}
    assert trace.output == {"answer": "Paris — 巴黎"}
    assert trace.total_cost == pytest.approx(0.0035)
    assert {s.name for s in trace.scores} == {"relevance", "verdict"}


def test_tree(client, sent):
    o = {x.name: x for x in client.api.trace.get(sent).observations}
    assert {n: x.type for n, x in o.items()} == {
        "request": "SPAN", "search": "RETRIEVER", "answer": "GENERATION", "broken": "SPAN"}
    root = o.pop("request")
    assert root.parent_observation_id is None
    assert {x.parent_observation_id for x in o.values()} == {root.id}
    assert o["answer"].usage_details == {"input": 1000, "output": 100, "total": 1100}
    assert o["answer"].cost_details["total"] == pytest.approx(0.0035)
    assert o["answer"].model_parameters == {"temperature": 0.2}
    assert o["search"].output == ["Paris"]
    assert o["search"].metadata["k"] == 4
    assert o["broken"].level == "ERROR"
    assert "no such tool" in o["broken"].status_message


def test_lists(client, sent):
    assert [t.id for t in client.api.trace.list(user_id="user-py3").data] == [sent]
    page = client.api.observations.get_many(trace_id=sent, type="GENERATION")
    assert [x.name for x in page.data] == ["answer"]
    assert client.api.observations.get(page.data[0].id).trace_id == sent
    scores = {s.name: s for s in client.api.score_v_2.get(name="relevance", user_id="user-py3").data}
    assert scores["relevance"].observation_id == page.data[0].id
    assert [t.id for t in client.api.sessions.get("session-py3").traces] == [sent]


def test_trace_url(client, sent):
    assert client.get_trace_url(trace_id=sent).endswith(
        f"/project/{os.environ['RUSHLIGHT_PROJECT']}/traces/{sent}")


def test_decorator_and_openai_wrapper(client):
    @observe()
    def ask():
        answer = OpenAI().chat.completions.create(
            model="gpt-4o", name="call", messages=[{"role": "user", "content": "capital of France?"}])
        return answer.choices[0].message.content, client.get_current_trace_id()

    text, trace_id = ask()
    assert text == "Paris is the capital."
    client.flush()
    trace = client.api.trace.get(trace_id)
    o = {x.name: x for x in trace.observations}
    assert trace.name == "ask"
    assert (o["call"].type, o["call"].parent_observation_id) == ("GENERATION", o["ask"].id)
    assert o["call"].usage_details["total"] == 25
    assert o["call"].cost_details["output"] == pytest.approx(5 * 1e-5)


def test_langchain_callback(client):
    from langchain_core.language_models import FakeListChatModel
    from langchain_core.prompts import ChatPromptTemplate

    handler = CallbackHandler()
    chain = ChatPromptTemplate.from_template("capital of {country}?") | FakeListChatModel(responses=["Paris"])
    chain.invoke({"country": "France"}, config={
        "callbacks": [handler], "run_name": "geo", "metadata": {"langfuse_user_id": "user-lc3"}})
    client.flush()
    trace = client.api.trace.get(handler.last_trace_id)
    o = {x.name: x for x in trace.observations}
    assert trace.user_id == "user-lc3"
    assert (o["geo"].type, o["FakeListChatModel"].type) == ("CHAIN", "GENERATION")
    assert o["FakeListChatModel"].parent_observation_id == o["geo"].id


def test_delete(client):
    with client.start_as_current_span(name="short-lived-3"):
        trace_id = client.get_current_trace_id()
    client.flush()
    assert client.api.trace.get(trace_id).id == trace_id
    client.api.trace.delete(trace_id)
    assert client.api.trace.list(name="short-lived-3").data == []
