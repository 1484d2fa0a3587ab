// SPDX-License-Identifier: MIT
//
// Plain OpenTelemetry, without any Langfuse package on the sending side: the OTLP/HTTP exporters for
// protobuf and JSON, configured by OTEL_EXPORTER_OTLP_* alone, and OpenInference's instrumentation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace as api } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { OpenAIInstrumentation } from "@arizeai/openinference-instrumentation-openai";
import { LangfuseClient } from "@langfuse/client";
import OpenAI from "openai";
import { byName, near } from "./setup.mjs";

const client = new LangfuseClient();

function tracerProvider(exporter) {
    return new NodeTracerProvider({
        resource: resourceFromAttributes({ "service.name": "shop", "deployment.environment": "staging" }),
        spanProcessors: [new BatchSpanProcessor(exporter)],
    });
}

function spans(provider) {
    const tracer = provider.getTracer("plain", "1.0.0");
    const root = tracer.startSpan("checkout", {
        kind: SpanKind.SERVER,
        attributes: { "user.id": "user-otel", "session.id": "session-otel", "langfuse.trace.tags": ["web"] },
    });
    const { traceId } = root.spanContext();
    const inside = api.setSpan(ROOT_CONTEXT, root);
    tracer.startSpan("chat gpt-4o", {
        kind: SpanKind.CLIENT,
        attributes: {
            "gen_ai.operation.name": "chat", "gen_ai.system": "openai",
            "gen_ai.request.model": "gpt-4o", "gen_ai.request.temperature": 0.2,
            "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100,
            "gen_ai.input.messages": JSON.stringify([{ role: "user", content: "capital?" }]),
            "gen_ai.output.messages": JSON.stringify([{ role: "assistant", content: "Paris — 巴黎" }]),
        },
    }, inside).end();
    const failing = tracer.startSpan("payment", { attributes: { amount: 12.5, retry: true } }, inside);
    failing.recordException(new Error("card refused"));
    failing.setStatus({ code: SpanStatusCode.ERROR, message: "card refused" });
    failing.end();
    root.end();
    return traceId;
}


for (const [name, Exporter] of [["protobuf", ProtobufExporter], ["JSON", JsonExporter]]) {
    test(`exporter: ${name}`, async () => {
        const provider = tracerProvider(new Exporter());
        const traceId = spans(provider);
        await provider.forceFlush();
        await provider.shutdown();
        const trace = await client.api.trace.get(traceId);
        assert.equal(trace.name, "checkout");
        assert.deepEqual([trace.userId, trace.sessionId], ["user-otel", "session-otel"]);
        assert.deepEqual(trace.tags, ["web"]);
        assert.equal(trace.environment, "staging");
        const o = byName(trace.observations);
        const chat = o["chat gpt-4o"];
        assert.deepEqual([o.checkout.type, chat.type, o.payment.type], ["SPAN", "GENERATION", "SPAN"]);
        assert.equal(chat.parentObservationId, o.checkout.id);
        assert.deepEqual(chat.usageDetails, { input: 1000, output: 100, total: 1100 });
        near(chat.costDetails.total, 0.0035);
        assert.deepEqual(chat.output, [{ role: "assistant", content: "Paris — 巴黎" }]);
        assert.deepEqual([o.payment.level, o.payment.statusMessage], ["ERROR", "card refused"]);
        assert.equal(o.payment.metadata.attributes.amount, "12.5"); // texts, as Langfuse keeps them
        assert.equal(o.checkout.metadata.resourceAttributes["service.name"], "shop");
    });
}

test("OpenInference around the OpenAI client", async () => {
    const provider = tracerProvider(new ProtobufExporter());
    const instrumentation = new OpenAIInstrumentation();
    instrumentation.setTracerProvider(provider);
    instrumentation.manuallyInstrument(OpenAI);
    let traceId;
    const tracer = provider.getTracer("app");
    provider.register();
    await tracer.startActiveSpan("question", async (span) => {
        traceId = span.spanContext().traceId;
        await new OpenAI().chat.completions.create({
            model: "gpt-4o", messages: [{ role: "user", content: "capital of France?" }],
        });
        span.end();
    });
    await provider.forceFlush();
    await provider.shutdown();
    const trace = await client.api.trace.get(traceId);
    const call = trace.observations.find((x) => x.name !== "question");
    assert.equal(call.type, "GENERATION");
    assert.equal(call.model, "gpt-4o");
    assert.equal(call.parentObservationId, trace.observations.find((x) => x.name === "question").id);
    assert.equal(call.usageDetails.output, 5);
    assert.equal(call.usageDetails.total, 25);
    assert.match(JSON.stringify(call.input), /capital of France/);
    assert.match(JSON.stringify(call.output), /Paris is the capital/);
});
