# SPDX-License-Identifier: MIT
"""Python langfuse v2: the client of the batch endpoint, its decorator, callback and OpenAI wrapper."""
import datetime

import pytest
from langfuse import Langfuse
from langfuse.callback import CallbackHandler
from langfuse.decorators import langfuse_context, observe


@pytest.fixture(scope="module")
def client():
    c = Langfuse()
    yield c
    c.shutdown()


@pytest.fixture(scope="module")
def sent(client):
    trace = client.trace(name="py-v2-run", user_id="user-py2", session_id="session-py2",
                         tags=["alpha", "beta"], metadata={"plan": "pro"}, version="1.2.3", release="r1",
                         input={"q": 1})
    span = trace.span(name="search", input="France", metadata={"k": 4})
    generation = span.generation(name="answer", model="gpt-4o", model_parameters={"temperature": 0.2},
                                 input=[{"role": "user", "content": "capital?"}],
                                 completion_start_time=datetime.datetime.now(datetime.timezone.utc))
    generation.end(output="Paris — 巴黎", usage={"promptTokens": 1000, "completionTokens": 100})
    span.event(name="note", level="WARNING", status_message="slow")
    span.end(output=["Paris"])
    trace.span(name="broken", level="ERROR", status_message="no such tool").end()
    trace.score(name="verdict", value="correct", data_type="CATEGORICAL")
    generation.score(name="relevance", value=0.9, comment="good")
    trace.update(output={"a": 2})
    client.flush()
    return trace.id


def test_auth_check(client):
    assert client.auth_check() is True


def test_trace(client, sent):
    trace = client.fetch_trace(sent).data
    assert trace.name == "py-v2-run"
    assert (trace.user_id, trace.session_id) == ("user-py2", "session-py2")
    assert (trace.version, trace.release) == ("1.2.3", "r1")
    assert sorted(trace.tags) == ["alpha", "beta"]
    assert (trace.input, trace.output) == ({"q": 1}, {"a": 2})
    assert trace.metadata == {"plan": "pro"}
    assert trace.total_cost == pytest.approx(0.0035)
    scores = {s.name: s for s in trace.scores}
    assert scores["relevance"].value == 0.9
    assert scores["verdict"].string_value == "correct"


def test_tree(client, sent):
    o = {x.name: x for x in client.fetch_trace(sent).data.observations}
    assert {n: x.type for n, x in o.items()} == {
        "search": "SPAN", "answer": "GENERATION", "note": "EVENT", "broken": "SPAN"}
    assert o["search"].parent_observation_id is None
    assert {o["answer"].parent_observation_id, o["note"].parent_observation_id} == {o["search"].id}
    assert (o["answer"].usage.input, o["answer"].usage.output, o["answer"].usage.total) == (1000, 100, 1100)
    assert o["answer"].calculated_total_cost == pytest.approx(0.0035)
    assert o["answer"].output == "Paris — 巴黎"
    assert o["answer"].completion_start_time is not None
    assert (o["broken"].level, o["broken"].status_message) == ("ERROR", "no such tool")
    assert (o["search"].output, o["search"].metadata) == (["Paris"], {"k": 4})


def test_lists(client, sent):
    assert [t.id for t in client.fetch_traces(user_id="user-py2").data] == [sent]
    found = client.fetch_observations(trace_id=sent, type="GENERATION").data
    assert [x.name for x in found] == ["answer"]
    assert client.fetch_observation(found[0].id).data.trace_id == sent
    assert "session-py2" in [s.id for s in client.fetch_sessions().data]
    listed = client.client.score.get(name="relevance", user_id="user-py2").data
    assert [s.observation_id for s in listed] == [found[0].id]


def test_trace_url(client, sent):
    assert client.trace(id=sent).get_trace_url().endswith(f"/trace/{sent}")
    client.flush()
    assert client.fetch_trace(sent).data.name == "py-v2-run"


def test_decorator_with_openai_wrapper(client):
    from langfuse.openai import OpenAI

    @observe()
    def ask():
        langfuse_context.update_current_trace(user_id="user-deco", tags=["deco"])
        answer = OpenAI().chat.completions.create(
            model="gpt-4o", name="call", messages=[{"role": "user", "content": "capital of France?"}])
        return answer.choices[0].message.content, langfuse_context.get_current_trace_id()

    text, trace_id = ask()
    langfuse_context.flush()
    assert text == "Paris is the capital."
    trace = client.fetch_trace(trace_id).data
    assert (trace.name, trace.user_id, trace.tags) == ("ask", "user-deco", ["deco"])
    call = next(x for x in trace.observations if x.name == "call")
    assert call.type == "GENERATION"
    assert call.usage.total == 25
    assert call.calculated_total_cost > 0
    assert call.output["content"] == "Paris is the capital."


def test_decorator_with_an_error(client):
    ids = []

    @observe()
    def doomed():
        ids.append(langfuse_context.get_current_trace_id())
        raise ValueError("disk on fire")

    @observe()
    def outer():
        doomed()

    with pytest.raises(ValueError):
        outer()
    langfuse_context.flush()
    failed = [x for x in client.fetch_trace(ids[0]).data.observations if x.name == "doomed"]
    assert (failed[0].level, failed[0].status_message) == ("ERROR", "disk on fire")


def test_langchain_callback(client):
    from langchain_core.language_models import FakeListChatModel
    from langchain_core.prompts import ChatPromptTemplate

    handler = CallbackHandler(user_id="user-lc2", session_id="session-lc2", tags=["lc"])
    chain = ChatPromptTemplate.from_template("capital of {country}?") | FakeListChatModel(responses=["Paris"])
    chain.invoke({"country": "France"}, config={"callbacks": [handler]})
    handler.flush()
    trace = client.fetch_trace(handler.get_trace_id()).data
    assert (trace.user_id, trace.session_id, trace.tags) == ("user-lc2", "session-lc2", ["lc"])
    model = next(x for x in trace.observations if x.type == "GENERATION")
    assert "capital of France" in str(model.input)
    assert "Paris" in str(model.output)
