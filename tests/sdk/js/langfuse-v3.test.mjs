// SPDX-License-Identifier: MIT
//
// langfuse v3, the client of the batch endpoint: create, update, score, read back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Langfuse } from "langfuse";
import { byName, near } from "./setup.mjs";

const client = new Langfuse();
const failures = [];
client.on("error", (e) => failures.push(e));
let trace;
let answer;

before(async () => {
    trace = client.trace({
        name: "js-v3-run", userId: "user-js3", sessionId: "session-js3", tags: ["alpha", "beta"],
        metadata: { plan: "pro" }, version: "1.2.3", release: "r1", input: { q: 1 },
    });
    const span = trace.span({ name: "search", input: "France", metadata: { k: 4 } });
    answer = span.generation({
        name: "answer", model: "gpt-4o", modelParameters: { temperature: 0.2 },
        input: [{ role: "user", content: "capital?" }],
    });
    answer.end({
        output: { role: "assistant", content: "Paris — 巴黎" },
        usage: { promptTokens: 1000, completionTokens: 100, totalTokens: 1100 },
    });
    span.event({ name: "note", level: "WARNING", statusMessage: "slow" });
    span.end({ output: ["Paris"] });
    trace.span({ name: "broken", level: "ERROR", statusMessage: "no such tool" }).end();
    trace.score({ name: "verdict", value: "correct", dataType: "CATEGORICAL" });
    answer.score({ name: "relevance", value: 0.9, comment: "good" });
    trace.update({ output: { a: 2 } });
    await client.flushAsync();
});

after(() => client.shutdownAsync());

test("nothing was refused", () => assert.deepEqual(failures, []));

test("trace", async () => {
    const { data } = await client.fetchTrace(trace.id);
    assert.equal(data.name, "js-v3-run");
    assert.equal(data.userId, "user-js3");
    assert.equal(data.sessionId, "session-js3");
    assert.deepEqual(data.tags.toSorted(), ["alpha", "beta"]);
    assert.deepEqual([data.version, data.release], ["1.2.3", "r1"]);
    assert.deepEqual([data.input, data.output], [{ q: 1 }, { a: 2 }]);
    assert.equal(data.metadata.plan, "pro");
    near(data.totalCost, 0.0035);
    assert.deepEqual(data.scores.map((s) => s.name).toSorted(), ["relevance", "verdict"]);
});

test("tree, usage and cost", async () => {
    const o = byName((await client.fetchTrace(trace.id)).data.observations);
    assert.deepEqual([o.search.type, o.answer.type, o.note.type], ["SPAN", "GENERATION", "EVENT"]);
    assert.equal(o.answer.parentObservationId, o.search.id);
    assert.equal(o.note.parentObservationId, o.search.id);
    assert.equal(o.search.parentObservationId, null);
    assert.deepEqual(o.answer.usageDetails, { input: 1000, output: 100, total: 1100 });
    near(o.answer.calculatedTotalCost, 0.0035);
    assert.deepEqual(o.answer.output, { role: "assistant", content: "Paris — 巴黎" });
    assert.deepEqual([o.broken.level, o.broken.statusMessage], ["ERROR", "no such tool"]);
    assert.deepEqual([o.search.output, o.search.metadata], [["Paris"], { k: 4 }]);
});

test("lists", async () => {
    const traces = await client.fetchTraces({ userId: "user-js3" });
    assert.deepEqual(traces.data.map((t) => t.id), [trace.id]);
    const observations = await client.fetchObservations({ traceId: trace.id, type: "GENERATION" });
    assert.deepEqual(observations.data.map((x) => x.id), [answer.id]);
    const one = await client.fetchObservation(answer.id);
    assert.equal(one.data.traceId, trace.id);
    const sessions = await client.fetchSessions();
    assert.ok(sessions.data.some((s) => s.id === "session-js3"));
    const scores = await client.api.scoreV2Get({ name: "relevance", traceId: trace.id });
    assert.equal(scores.data[0].observationId, answer.id);
});

test("address of the trace", () => assert.ok(trace.getTraceUrl().endsWith(`/trace/${trace.id}`)));
