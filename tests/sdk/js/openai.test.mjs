// SPDX-License-Identifier: MIT
//
// @langfuse/openai around the official OpenAI client, which speaks to the fake API.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import OpenAI from "openai";
import { observeOpenAI } from "@langfuse/openai";
import { startActiveObservation } from "@langfuse/tracing";
import { byName, langfuse, near } from "./setup.mjs";

const { provider, client, flush } = langfuse();
const messages = [{ role: "user", content: "capital of France?" }];
after(() => provider.shutdown());

async function traced(name, body) {
    let traceId;
    await startActiveObservation(name, async (span) => {
        traceId = span.traceId;
        const openai = observeOpenAI(new OpenAI(), { generationName: "call" });
        await body(openai);
    });
    await flush();
    return byName((await client.api.trace.get(traceId)).observations);
}

test("a whole answer", async () => {
    const o = await traced("whole", async (openai) => {
        const answer = await openai.chat.completions.create({ model: "gpt-4o", messages, temperature: 0.5 });
        assert.equal(answer.choices[0].message.content, "Paris is the capital.");
    });
    assert.equal(o.call.type, "GENERATION");
    assert.equal(o.call.parentObservationId, o.whole.id);
    assert.equal(o.call.model, "gpt-4o");
    assert.equal(o.call.modelParameters.temperature, 0.5);
    assert.match(JSON.stringify(o.call.input), /capital of France/);
    assert.match(JSON.stringify(o.call.output), /Paris is the capital/);
    assert.equal(o.call.usageDetails.output, 5);
    assert.equal(o.call.usageDetails.total, 25);
    near(o.call.costDetails.output, 5e-5);
    assert.ok(o.call.costDetails.input > 0);
});

test("a streamed answer", async () => {
    const o = await traced("streamed", async (openai) => {
        const stream = await openai.chat.completions.create({
            model: "gpt-4o", messages, stream: true, stream_options: { include_usage: true },
        });
        let text = "";
        for await (const part of stream) text += part.choices[0]?.delta?.content ?? "";
        assert.equal(text, "Paris is the capital.");
    });
    assert.match(JSON.stringify(o.call.output), /Paris is the capital/);
    assert.equal(o.call.usageDetails.total, 25);
    assert.ok(o.call.completionStartTime, "time of the first token");
});

test("an error of the API", async () => {
    const o = await traced("failing", async (openai) => {
        await assert.rejects(openai.chat.completions.create({ model: "broken", messages }));
    });
    assert.equal(o.call.level, "ERROR");
    assert.match(o.call.statusMessage, /the model is broken/);
});
