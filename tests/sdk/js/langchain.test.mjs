// SPDX-License-Identifier: MIT
//
// The LangChain callback of @langfuse/langchain, with a model of LangChain's own test utilities.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableLambda } from "@langchain/core/runnables";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { CallbackHandler } from "@langfuse/langchain";
import { byName, langfuse } from "./setup.mjs";

const { provider, client, flush } = langfuse();
after(() => provider.shutdown());

test("a chain: prompt, model, parser", async () => {
    const handler = new CallbackHandler({ userId: "user-lc", sessionId: "session-lc", tags: ["lc"] });
    const chain = ChatPromptTemplate.fromTemplate("capital of {country}?")
        .pipe(new FakeListChatModel({ responses: ["Paris"] }))
        .pipe(new StringOutputParser());
    const answer = await chain.invoke({ country: "France" }, { callbacks: [handler], runName: "geo" });
    assert.equal(answer, "Paris");
    await flush();
    const trace = await client.api.trace.get(handler.last_trace_id);
    assert.equal(trace.name, "geo");
    assert.deepEqual([trace.userId, trace.sessionId], ["user-lc", "session-lc"]);
    assert.ok(trace.tags.includes("lc"));
    const o = byName(trace.observations);
    assert.equal(o.FakeListChatModel.type, "GENERATION");
    assert.equal(o.FakeListChatModel.parentObservationId, o.geo.id);
    assert.match(JSON.stringify(o.FakeListChatModel.input), /capital of France/);
    assert.match(JSON.stringify(o.FakeListChatModel.output), /Paris/);
    assert.deepEqual(o.geo.input, { country: "France" });
    assert.match(JSON.stringify(o.geo.output), /Paris/);
    assert.equal(o.ChatPromptTemplate.parentObservationId, o.geo.id);
});

test("a chain that throws", async () => {
    const handler = new CallbackHandler();
    const chain = RunnableLambda.from(() => {
        throw new Error("disk on fire");
    });
    await assert.rejects(chain.invoke("x", { callbacks: [handler], runName: "doomed" }));
    await flush();
    const { observations } = await client.api.trace.get(handler.last_trace_id);
    const failed = observations.find((x) => x.level === "ERROR");
    assert.match(failed.statusMessage, /disk on fire/);
});
