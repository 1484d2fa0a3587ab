# SPDX-License-Identifier: MIT
"""Plain OpenTelemetry from Python, configured by OTEL_EXPORTER_OTLP_* alone: the OTLP/HTTP exporters for
protobuf and JSON, and OpenInference around the OpenAI client. Nothing of Langfuse on the sending side."""
import json

import pytest
from langfuse import Langfuse
from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter as JsonExporter
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as ProtobufExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, format_trace_id


@pytest.fixture(scope="module")
def api():
    return Langfuse(tracing_enabled=False).api


def provider_with(exporter):
    provider = TracerProvider(resource=Resource({"service.name": "shop",
                                                 "deployment.environment.name": "staging"}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


EXPORTERS = {
    "protobuf": ProtobufExporter,
    "protobuf-gzip": lambda: ProtobufExporter(compression=Compression.Gzip),
    "json": JsonExporter,
}


@pytest.mark.parametrize("kind", EXPORTERS)
def test_exporter(api, kind):
    provider = provider_with(EXPORTERS[kind]())
    tracer = provider.get_tracer("plain", "1.0.0")
    with tracer.start_as_current_span("checkout", kind=SpanKind.SERVER, attributes={
            "user.id": "user-otel-py", "session.id": "session-otel-py",
            "langfuse.trace.tags": ["web", kind]}) as root:
        trace_id = format_trace_id(root.get_span_context().trace_id)
        with tracer.start_as_current_span("chat gpt-4o", kind=SpanKind.CLIENT, attributes={
                "gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.request.model": "gpt-4o",
                "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100,
                "gen_ai.input.messages": json.dumps([{"role": "user", "content": "capital?"}]),
                "gen_ai.output.messages": json.dumps([{"role": "assistant", "content": "Paris — 巴黎"}])}):
            pass
        with pytest.raises(ValueError):
            with tracer.start_as_current_span("payment", attributes={"amount": 12.5}):
                raise ValueError("card refused")
    assert provider.force_flush()
    provider.shutdown()
    trace = api.trace.get(trace_id)
    assert trace.name == "checkout"
    assert (trace.user_id, trace.session_id) == ("user-otel-py", "session-otel-py")
    assert sorted(trace.tags) == sorted(["web", kind])
    assert trace.environment == "staging"
    o = {x.name: x for x in trace.observations}
    chat = o["chat gpt-4o"]
    assert (o["checkout"].type, chat.type, o["payment"].type) == ("SPAN", "GENERATION", "SPAN")
    assert {chat.parent_observation_id, o["payment"].parent_observation_id} == {o["checkout"].id}
    assert chat.usage_details == {"input": 1000, "output": 100, "total": 1100}
    assert chat.cost_details["total"] == pytest.approx(0.0035)
    assert chat.output == [{"role": "assistant", "content": "Paris — 巴黎"}]
    assert o["payment"].level == "ERROR"
    assert "card refused" in o["payment"].status_message
    assert o["payment"].metadata["attributes"]["amount"] == "12.5"
    assert o["checkout"].metadata["resourceAttributes"]["service.name"] == "shop"


def test_openinference(api):
    provider = provider_with(ProtobufExporter())
    instrumentor = OpenAIInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    try:
        with provider.get_tracer("app").start_as_current_span("question") as span:
            trace_id = format_trace_id(span.get_span_context().trace_id)
            OpenAI().chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "capital of France?"}])
    finally:
        instrumentor.uninstrument()
    assert provider.force_flush()
    provider.shutdown()
    observations = api.trace.get(trace_id).observations
    question = next(x for x in observations if x.name == "question")
    call = next(x for x in observations if x.name != "question")
    assert call.type == "GENERATION"
    assert call.model == "gpt-4o"
    assert call.parent_observation_id == question.id
    assert call.usage_details["output"] == 5
    assert call.usage_details["total"] == 25
    assert "capital of France" in json.dumps(call.input)
    assert "Paris is the capital" in json.dumps(call.output)
