# SPDX-License-Identifier: MIT
"""The LangChain callback of Python langfuse v3 and v4, with a model of LangChain's own."""
import json

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from langfuse import get_client
from langfuse.langchain import CallbackHandler


@pytest.fixture(scope="module")
def client():
    c = get_client()
    yield c
    c.shutdown()


def test_chain(client):
    handler = CallbackHandler()
    chain = (ChatPromptTemplate.from_template("capital of {country}?")
             | FakeListChatModel(responses=["Paris"]) | StrOutputParser())
    answer = chain.invoke({"country": "France"}, config={
        "callbacks": [handler], "run_name": "geo",
        "metadata": {"langfuse_user_id": "user-lc", "langfuse_session_id": "session-lc-py",
                     "langfuse_tags": ["lc"]}})
    assert answer == "Paris"
    client.flush()
    trace = client.api.trace.get(handler.last_trace_id)
    assert trace.name == "geo"
    assert (trace.user_id, trace.session_id) == ("user-lc", "session-lc-py")
    assert "lc" in trace.tags
    o = {x.name: x for x in trace.observations}
    assert o["FakeListChatModel"].type == "GENERATION"
    assert o["geo"].type == "CHAIN"
    assert o["FakeListChatModel"].parent_observation_id == o["geo"].id
    assert "capital of France" in json.dumps(o["FakeListChatModel"].input)
    assert "Paris" in json.dumps(o["FakeListChatModel"].output)
    assert o["geo"].input == {"country": "France"}
    assert o["geo"].output == "Paris"


def test_chain_that_throws(client):
    def fail(_):
        raise ValueError("disk on fire")

    handler = CallbackHandler()
    with pytest.raises(ValueError):
        RunnableLambda(fail).invoke("x", config={"callbacks": [handler], "run_name": "doomed"})
    client.flush()
    trace = client.api.trace.get(handler.last_trace_id)
    failed = next(x for x in trace.observations if x.level == "ERROR")
    assert "disk on fire" in failed.status_message
