// SPDX-License-Identifier: MIT
//
// The older LangChain callback, langfuse-langchain 3, which writes through the batch route.
import assert from "node:assert/strict";
import { test } from "node:test";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableLambda } from "@langchain/core/runnables";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { CallbackHandler } from "langfuse-langchain";
import { byName } from "./setup.mjs";

async function run(chain, input, options = {}) {
    const handler = new CallbackHandler({ flushAt: 1, ...options });
    const result = await chain.invoke(input, { callbacks: [handler], runName: "geo" }).catch((error) => error);
    const traceId = handler.getTraceId();
    await handler.shutdownAsync();
    return { result, trace: (await handler.langfuse.fetchTrace(traceId)).data };
}

test("a chain: prompt, model, parser", async () => {
    const chain = ChatPromptTemplate.fromTemplate("capital of {country}?")
        .pipe(new FakeListChatModel({ responses: ["Paris"] }))
        .pipe(new StringOutputParser());
    const { result, trace } = await run(chain, { country: "France" }, { userId: "user-lc3", sessionId: "session-lc3", tags: ["lc3"] });
    assert.equal(result, "Paris");
    assert.equal(trace.name, "geo");
    assert.deepEqual([trace.userId, trace.sessionId, trace.tags], ["user-lc3", "session-lc3", ["lc3"]]);
    const o = byName(trace.observations);
    assert.equal(o.FakeListChatModel.type, "GENERATION");
    assert.match(JSON.stringify(o.FakeListChatModel.input), /capital of France/);
    assert.match(JSON.stringify(o.FakeListChatModel.output), /Paris/);
    assert.ok(trace.observations.every((x) => x.endTime), "everything has ended");
});

test("a chain that throws", async () => {
    const chain = RunnableLambda.from(() => {
        throw new Error("disk on fire");
    });
    const { result, trace } = await run(chain, "x");
    assert.match(result.message, /disk on fire/);
    assert.match(trace.observations.find((x) => x.level === "ERROR").statusMessage, /disk on fire/);
});
