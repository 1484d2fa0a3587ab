# SPDX-License-Identifier: MIT
"""The OpenAI wrapper of Python langfuse v3 and v4, in front of the fake OpenAI API."""
import json

import openai as plain
import pytest
from langfuse import get_client
from langfuse.openai import OpenAI

MESSAGES = [{"role": "user", "content": "capital of France?"}]


@pytest.fixture(scope="module")
def client():
    c = get_client()
    yield c
    c.shutdown()


def traced(client, body):
    """The observations, by name, of what body does inside a span."""
    with client.start_as_current_observation(name="request", as_type="span"):
        trace_id = client.get_current_trace_id()
        body()
    client.flush()
    return {o.name: o for o in client.api.trace.get(trace_id).observations}


def test_whole_answer(client):
    def call():
        answer = OpenAI().chat.completions.create(model="gpt-4o", messages=MESSAGES, name="call",
                                                  temperature=0.5, metadata={"plan": "pro"})
        assert answer.choices[0].message.content == "Paris is the capital."

    o = traced(client, call)
    assert o["call"].type == "GENERATION"
    assert o["call"].parent_observation_id == o["request"].id
    assert o["call"].model == "gpt-4o"
    assert float(o["call"].model_parameters["temperature"]) == 0.5
    assert "capital of France" in json.dumps(o["call"].input)
    assert o["call"].output["content"] == "Paris is the capital."
    assert o["call"].metadata["plan"] == "pro"
    usage = o["call"].usage_details
    assert usage["total"] == 25
    assert sum(v for k, v in usage.items() if k.startswith("input")) == 20
    assert o["call"].cost_details["output"] == pytest.approx(5 * 1e-5)


def test_streamed_answer(client):
    def call():
        stream = OpenAI().chat.completions.create(model="gpt-4o", messages=MESSAGES, name="call",
                                                  stream=True, stream_options={"include_usage": True})
        text = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)
        assert text == "Paris is the capital."

    call = traced(client, call)["call"]
    assert "Paris is the capital." in json.dumps(call.output)
    assert call.usage_details["total"] == 25
    assert call.completion_start_time is not None


def test_error_of_the_api(client):
    def call():
        with pytest.raises(plain.BadRequestError):
            OpenAI().chat.completions.create(model="broken", messages=MESSAGES, name="call")

    call = traced(client, call)["call"]
    assert call.level == "ERROR"
    assert "the model is broken" in call.status_message
