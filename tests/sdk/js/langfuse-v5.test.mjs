// SPDX-License-Identifier: MIT
//
// @langfuse/tracing, otel and client v5: send nested observations, read back with the same client.
// What a flush has delivered is readable at once, so nothing waits here.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
    propagateAttributes, startActiveObservation, startObservation, updateActiveObservation, observe,
} from "@langfuse/tracing";
import { LangfuseClient } from "@langfuse/client";
import { byName, langfuse, near } from "./setup.mjs";

const { provider, client, flush } = langfuse();
const api = client.api;
let traceId;
let answerId;

async function run(agent) {
    traceId = agent.traceId;
    agent.update({ input: { question: "capital of France?" } });
    const search = agent.startObservation("search", { input: "France" }, { asType: "retriever" });
    search.update({ output: [{ id: 1, text: "Paris — 巴黎" }], metadata: { k: 4 } }).end();
    const answer = agent.startObservation("answer", {
        model: "gpt-4o",
        modelParameters: { temperature: 0.2, maxTokens: 64 },
        input: [{ role: "user", content: "capital of France?" }],
    }, { asType: "generation" });
    answerId = answer.id;
    answer.update({
        output: { role: "assistant", content: "Paris" },
        usageDetails: { input: 1000, output: 100 },
    }).end();
    const broken = agent.startObservation("broken", {}, { asType: "tool" });
    broken.update({ level: "ERROR", statusMessage: "no such tool" }).end();
    agent.update({ output: { answer: "Paris" } });
}

before(async () => {
    const attributes = {
        userId: "user-js5", sessionId: "session-js5", tags: ["alpha", "beta"],
        metadata: { plan: "pro" }, version: "1.2.3", traceName: "js-v5-run",
    };
    await propagateAttributes(attributes, () =>
        startActiveObservation("agent", run, { asType: "agent" }));
    await flush();
    client.score.create({ traceId, observationId: answerId, name: "relevance", value: 0.9, comment: "good" });
    client.score.create({ traceId, name: "verdict", value: "correct", dataType: "CATEGORICAL" });
    client.score.create({ traceId, name: "passed", value: 1, dataType: "BOOLEAN" });
    await client.score.flush();
});

after(async () => {
    await client.shutdown();
    await provider.shutdown();
});

test("the project of the key", async () => {
    const projects = await api.projects.get();
    assert.deepEqual(projects.data.map((p) => p.id), [process.env.RUSHLIGHT_PROJECT]);
});

test("a wrong key is refused", async () => {
    const wrong = new LangfuseClient({ secretKey: "sk-lf-wrong" });
    await assert.rejects(wrong.api.projects.get(), (e) => e.statusCode === 401);
});

test("attributes of the trace", async () => {
    const trace = await api.trace.get(traceId);
    assert.equal(trace.name, "js-v5-run");
    assert.equal(trace.userId, "user-js5");
    assert.equal(trace.sessionId, "session-js5");
    assert.deepEqual(trace.tags.toSorted(), ["alpha", "beta"]);
    assert.equal(trace.version, "1.2.3");
    assert.equal(trace.metadata.plan, "pro");
    assert.deepEqual(trace.input, { question: "capital of France?" });
    assert.deepEqual(trace.output, { answer: "Paris" });
});

test("types, parents and errors", async () => {
    const { observations } = await api.trace.get(traceId);
    const { agent, ...others } = byName(observations);
    assert.equal(agent.type, "AGENT");
    assert.equal(agent.parentObservationId ?? null, null);
    assert.deepEqual(
        Object.fromEntries(Object.entries(others).map(([n, o]) => [n, o.type])),
        { search: "RETRIEVER", answer: "GENERATION", broken: "TOOL" });
    for (const o of Object.values(others)) assert.equal(o.parentObservationId, agent.id);
    assert.deepEqual(others.search.output, [{ id: 1, text: "Paris — 巴黎" }]);
    assert.equal(others.search.metadata.k, 4);
    assert.equal(others.broken.level, "ERROR");
    assert.equal(others.broken.statusMessage, "no such tool");
});

test("usage and computed cost", async () => {
    const trace = await api.trace.get(traceId);
    const { answer } = byName(trace.observations);
    assert.equal(answer.id, answerId);
    assert.equal(answer.model, "gpt-4o");
    assert.deepEqual(answer.modelParameters, { temperature: 0.2, maxTokens: 64 });
    assert.deepEqual(answer.usageDetails, { input: 1000, output: 100, total: 1100 });
    near(answer.costDetails.input, 0.0025);
    near(answer.costDetails.total, 0.0035);
    near(trace.totalCost, 0.0035);
    assert.deepEqual(answer.output, { role: "assistant", content: "Paris" });
});

test("scores", async () => {
    const { data } = await api.scores.getMany({ traceId });
    const scores = byName(data);
    assert.deepEqual(Object.keys(scores).toSorted(), ["passed", "relevance", "verdict"]);
    assert.equal(scores.relevance.value, 0.9);
    assert.equal(scores.relevance.observationId, answerId);
    assert.equal(scores.verdict.stringValue, "correct");
    assert.equal(scores.passed.stringValue, "True");
    const trace = await api.trace.get(traceId);
    assert.equal(trace.scores.length, 3);
    const v3 = await api.scoresV3.getManyV3({ traceId });
    assert.equal(v3.data.length, 3);
});

test("observations page by page", async () => {
    const names = [];
    let cursor;
    do {
        const page = await api.observations.getMany({ traceId, fields: "core,basic", limit: 3, cursor });
        names.push(...page.data.map((o) => o.name));
        cursor = page.meta.cursor ?? undefined;
    } while (cursor);
    assert.deepEqual(names.toSorted(), ["agent", "answer", "broken", "search"]);
    const old = await api.legacy.observationsV1.getMany({ traceId, type: "GENERATION" });
    assert.deepEqual(old.data.map((o) => o.id), [answerId]);
});

test("lists and sessions", async () => {
    const mine = await api.trace.list({ userId: "user-js5", tags: ["alpha"] });
    assert.deepEqual(mine.data.map((t) => t.id), [traceId]);
    const session = await api.sessions.get("session-js5");
    assert.deepEqual(session.traces.map((t) => t.id), [traceId]);
});

test("address of the trace", async () => {
    const url = await client.getTraceUrl(traceId);
    assert.ok(url.endsWith(`/project/${process.env.RUSHLIGHT_PROJECT}/traces/${traceId}`), url);
});

test("wrapped functions, one of which throws", async () => {
    let id;
    const inner = observe(async () => {
        updateActiveObservation({ metadata: { tries: 2 } });
        throw new Error("disk on fire");
    }, { name: "inner" });
    const outer = observe(async () => {
        const span = startObservation("side");
        id = span.traceId;
        span.end();
        await inner();
    }, { name: "outer" });
    await assert.rejects(outer());
    await flush();
    const o = byName((await api.trace.get(id)).observations);
    assert.equal(o.inner.parentObservationId, o.outer.id);
    assert.equal(o.inner.level, "ERROR");
    assert.match(o.inner.statusMessage, /disk on fire/);
    assert.equal(o.inner.metadata.tries, 2);
});

test("delete", async () => {
    const span = startObservation("short-lived");
    span.end();
    await flush();
    assert.equal((await api.trace.get(span.traceId)).id, span.traceId);
    await api.trace.delete(span.traceId);
    const left = await api.trace.list({ name: "short-lived" });
    assert.deepEqual(left.data, []);
});
