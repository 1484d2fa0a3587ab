// SPDX-License-Identifier: MIT
//
// The whole trace as one JSON value, for the JSON view and the export: what the skeleton says of each
// observation, with the bodies where they were loaded.

import { KINDS, LEVELS, type Json, type Observation, type Skeleton } from "@/api/ui";
import { omit } from "@/lib/omit";
import { modelOf, nameOf } from "./model/tree";
import { getObservation, type TraceSource } from "./data";

const AT_ONCE = 6;

type Bodies = Map<string, Observation>;

function bodyOf(body: Observation["input"]): Json | undefined {
  if (!body) return undefined;
  return body.value !== undefined ? body.value : (body.text ?? null);
}

function bodies(observation: Observation | undefined) {
  if (!observation) return {};
  const { usage, costs, parameters, prompt, metadata, input, output, version } = observation;
  return { usage, costs, parameters, prompt, version, input: bodyOf(input), output: bodyOf(output), metadata: bodyOf(metadata) };
}

const known = (value: number | undefined): number | undefined => (value === undefined || value < 0 ? undefined : value);

function observationOf(skeleton: Skeleton, i: number, loaded: Bodies) {
  const id = skeleton.id[i]!;
  const start = skeleton.trace.start + skeleton.start[i]!;
  const duration = known(skeleton.duration[i]);
  return {
    id,
    parent: skeleton.id[skeleton.parent[i] ?? -1],
    name: nameOf(skeleton, i),
    kind: KINDS[skeleton.kind[i] ?? 0],
    level: LEVELS[skeleton.level[i] ?? 1],
    message: skeleton.messages[String(i)],
    start: new Date(start).toISOString(),
    end: duration === undefined ? undefined : new Date(start + duration).toISOString(),
    timeToFirstToken: known(skeleton.ttft[i]),
    model: modelOf(skeleton, i),
    tokens: known(skeleton.tokens[i]),
    cost: known(skeleton.cost[i]),
    ...bodies(loaded.get(id)),
  };
}

export function wholeTrace(skeleton: Skeleton, loaded: Bodies): Json {
  const facts = omit(skeleton.trace, "previous", "following", "project", "observations");
  const whole = {
    ...facts,
    start: new Date(facts.start).toISOString(),
    ...bodies(loaded.get("-")),
    scores: skeleton.scores,
    comments: skeleton.comments,
    observations: skeleton.id.map((_, i) => observationOf(skeleton, i, loaded)),
  };
  return JSON.parse(JSON.stringify(whole)) as Json; // without what is undefined
}

/** The bodies of the trace and of all its observations, six requests at a time. */
export async function loadBodies(source: TraceSource, skeleton: Skeleton, said: (loaded: number) => void, signal: AbortSignal): Promise<Bodies> {
  const loaded: Bodies = new Map();
  const waiting = ["-", ...skeleton.id];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined && !signal.aborted; id = waiting.shift()) {
      loaded.set(id, await getObservation(source, id));
      said(loaded.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  signal.throwIfAborted();
  return loaded;
}

export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name.replace(/[^\w.-]+/g, "_").slice(0, 120);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
