// SPDX-License-Identifier: MIT
//
// Telemetry of the Vercel AI SDK, with its own mock model, through the Langfuse span processor.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { generateText, streamText, stepCountIs, tool } from "ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { z } from "zod";
import { startActiveObservation } from "@langfuse/tracing";
import { byName, langfuse, near } from "./setup.mjs";

const { provider, client, flush } = langfuse();
after(() => provider.shutdown());

const usage = {
    inputTokens: { total: 1000, noCache: 1000, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 100, text: 100, reasoning: undefined },
};
const stop = { unified: "stop", raw: "stop" };
const telemetry = {
    isEnabled: true, functionId: "geo",
    metadata: { userId: "user-ai", sessionId: "session-ai", tags: ["ai"], plan: "pro" },
};

async function traced(body) {
    let traceId;
    await startActiveObservation("request", async (span) => {
        traceId = span.traceId;
        await body();
    });
    await flush();
    return client.api.trace.get(traceId);
}

test("generateText with a tool", async () => {
    const steps = [
        {
            content: [{
                type: "tool-call", toolCallId: "c1", toolName: "lookup", input: '{"country":"France"}',
            }],
            finishReason: { unified: "tool-calls", raw: "tool_calls" }, usage, warnings: [],
        },
        { content: [{ type: "text", text: "Paris" }], finishReason: stop, usage, warnings: [] },
    ];
    let step = 0;
    const model = new MockLanguageModelV3({
        provider: "openai.chat", modelId: "gpt-4o", doGenerate: async () => steps[step++],
    });
    const lookup = tool({
        description: "capital of a country",
        inputSchema: z.object({ country: z.string() }),
        execute: async ({ country }) => ({ country, capital: "Paris" }),
    });
    const trace = await traced(async () => {
        const { text } = await generateText({
            model, tools: { lookup }, stopWhen: stepCountIs(3), prompt: "capital of France?",
            experimental_telemetry: telemetry,
        });
        assert.equal(text, "Paris");
    });
    assert.deepEqual([trace.userId, trace.sessionId], ["user-ai", "session-ai"]);
    assert.ok(trace.tags.includes("ai"));
    const generations = trace.observations.filter((o) => o.type === "GENERATION");
    assert.equal(generations.length, 2);
    for (const g of generations) {
        assert.equal(g.model, "gpt-4o");
        assert.equal(g.usageDetails.input, 1000);
        assert.equal(g.usageDetails.output, 100);
        near(g.costDetails.total, 0.0035);
        assert.match(JSON.stringify(g.input), /capital of France/);
    }
    near(trace.totalCost, 0.007);
    const called = trace.observations.find((o) => o.type === "TOOL");
    assert.match(JSON.stringify(called.input), /France/);
    assert.match(JSON.stringify(called.output), /Paris/);
    const ids = new Set(trace.observations.map((o) => o.id));
    const roots = trace.observations.filter((o) => !ids.has(o.parentObservationId));
    assert.deepEqual(roots.map((o) => o.name), ["request"]);
});

test("streamText", async () => {
    const model = new MockLanguageModelV3({
        provider: "openai.chat", modelId: "gpt-4o",
        doStream: async () => ({
            stream: simulateReadableStream({
                chunks: [
                    { type: "stream-start", warnings: [] },
                    { type: "text-start", id: "1" },
                    { type: "text-delta", id: "1", delta: "Par" },
                    { type: "text-delta", id: "1", delta: "is" },
                    { type: "text-end", id: "1" },
                    { type: "finish", finishReason: stop, usage },
                ],
            }),
        }),
    });
    const trace = await traced(async () => {
        const result = streamText({ model, prompt: "capital?", experimental_telemetry: telemetry });
        let text = "";
        for await (const part of result.textStream) text += part;
        assert.equal(text, "Paris");
    });
    const generation = trace.observations.find((o) => o.type === "GENERATION");
    assert.equal(generation.usageDetails.total, 1100);
    assert.match(JSON.stringify(generation.output), /Paris/);
});

test("a model that fails", async () => {
    const model = new MockLanguageModelV3({
        doGenerate: async () => {
            throw new Error("the model is broken");
        },
    });
    const trace = await traced(() => assert.rejects(generateText({
        model, prompt: "x", maxRetries: 0, experimental_telemetry: telemetry,
    })));
    const o = byName(trace.observations);
    const failed = Object.values(o).filter((x) => x.level === "ERROR");
    assert.ok(failed.length > 0);
    assert.ok(failed.some((x) => /the model is broken/.test(x.statusMessage)));
});
