// SPDX-License-Identifier: MIT
//
// The traces that the tests of the pages look at.
import { observation, score, trace } from "./server.mjs";

export const ORIGIN = Date.now() - 3_600_000;
const SYSTEM = { role: "system", content: "You are the order agent." };
const QUESTION = { role: "user", content: "Where is order 4711-882?" };
const CALL = { role: "assistant", content: "", tool_calls: [{ id: "c1", type: "function", function: { name: "get_order", arguments: '{"number":"4711-882"}' } }] };
const RESULT = { role: "tool", tool_call_id: "c1", content: '{"state":"shipped"}' };

/** An agent with two generations, a tool and one failing call. */
export function agent(id, session, origin = ORIGIN) {
  const at = (body) => observation(origin, { traceId: id, ...body });
  return [
    trace({ id, name: "order-agent", userId: "ann", sessionId: session, timestamp: new Date(origin).toISOString(), input: { messages: [QUESTION] }, output: "It is **on its way**." }),
    at({ id: `${id}-root`, name: "order-agent", kind: "AGENT", duration: 4000 }),
    at({ id: `${id}-plan`, parentObservationId: `${id}-root`, name: "plan", kind: "GENERATION", start: 100, duration: 900, model: "gpt-4o", input: [SYSTEM, QUESTION], output: CALL, usage: { input: 120, output: 12 } }),
    at({ id: `${id}-tool`, parentObservationId: `${id}-root`, name: "get_order", kind: "TOOL", start: 1100, duration: 300, input: { number: "4711-882" }, output: { state: "shipped" } }),
    at({ id: `${id}-fail`, parentObservationId: `${id}-root`, name: "track_parcel", kind: "TOOL", start: 1500, duration: 700, level: "ERROR", statusMessage: "503 Service Unavailable", input: { parcel: "P-1" } }),
    at({ id: `${id}-answer`, parentObservationId: `${id}-root`, name: "answer", kind: "GENERATION", start: 2400, duration: 1500, model: "gpt-4o", input: [SYSTEM, QUESTION, CALL, RESULT], output: { role: "assistant", content: "It is **on its way**." }, usage: { input: 2000, output: 40 } }),
    score({ id: `${id}-score`, traceId: id, timestamp: new Date(origin).toISOString(), name: "helpfulness", value: 0.75, dataType: "NUMERIC" }),
  ];
}

/** An observation whose output is too long to come at once. */
export function long(id) {
  const rows = Array.from({ length: 9_000 }, (_, n) => ({ id: n, text: `row ${n} – with some text to make it long` }));
  return [trace({ id, name: "long", timestamp: new Date(ORIGIN).toISOString() }), observation(ORIGIN, { traceId: id, id: `${id}-0`, name: "export", duration: 50, output: { rows, last: "the end" } })];
}

/** `n` observations: steps of five calls below one root. */
export function large(id, n) {
  const events = [trace({ id, name: "large", timestamp: new Date(ORIGIN).toISOString() }), observation(ORIGIN, { traceId: id, id: `${id}-0`, name: "root", kind: "AGENT", duration: n * 10 })];
  for (let i = 1; i < n; i++) {
    const inStep = (i - 1) % 6;
    const common = { traceId: id, id: `${id}-${i}`, start: i * 10, duration: 9 };
    events.push(
      inStep === 0
        ? observation(ORIGIN, { ...common, parentObservationId: `${id}-0`, name: `step-${(i - 1) / 6}`, kind: "CHAIN", duration: 60 })
        : observation(ORIGIN, { ...common, parentObservationId: `${id}-${i - inStep}`, name: `call-${inStep}`, kind: inStep === 1 ? "GENERATION" : "SPAN", ...(i === n - 3 ? { level: "ERROR", statusMessage: "the last one failed" } : {}) }),
    );
  }
  return events;
}
