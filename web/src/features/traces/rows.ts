// SPDX-License-Identifier: MIT
//
// One row of the list, whatever the lens: what the two kinds of answer have in common under one name.

import type { Kind, Level, ObservationRow, ScoreChip, TraceRow } from "@/api/ui";

export interface Row {
  id: string;
  trace: string;
  observation?: string; // of the observations' lens
  traceName?: string;
  start: number; latency?: number; ttft?: number;
  name?: string; kind: Kind; level: Level;
  input?: string; output?: string;
  trouble?: string; // shown in place of the output
  model?: string; moreModels: number;
  observations?: number; errors: number; warnings: number;
  tokens: number; cost: number;
  user?: string; session?: string; tags: readonly string[]; env?: string; version?: string; release?: string;
  bookmarked: boolean; public: boolean;
  scores: readonly ScoreChip[];
}

const isObservation = (row: TraceRow | ObservationRow): row is ObservationRow => "trace" in row;

/** An optional property that is absent rather than undefined. */
function given<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, V>>);
}

function shared(row: TraceRow | ObservationRow) {
  return {
    start: row.start, kind: row.kind, level: row.level, tokens: row.tokens, cost: row.cost,
    scores: row.scores ?? [],
    ...given("latency", row.latency), ...given("name", row.name), ...given("input", row.input),
    ...given("output", row.output), ...given("trouble", row.error), ...given("model", row.model),
    ...given("user", row.user), ...given("session", row.session), ...given("env", row.env),
    ...given("version", row.version),
  };
}

function fromObservation(row: ObservationRow): Row {
  return {
    ...shared(row), id: row.id, trace: row.trace, observation: row.id, moreModels: 0,
    errors: row.level === "ERROR" ? 1 : 0, warnings: row.level === "WARNING" ? 1 : 0,
    tags: [], bookmarked: false, public: false,
    ...given("traceName", row.traceName), ...given("ttft", row.ttft),
  };
}

function fromTrace(row: TraceRow): Row {
  return {
    ...shared(row), id: row.id, trace: row.id, moreModels: Math.max(0, row.models - 1),
    observations: row.observations, errors: row.errors, warnings: row.warnings,
    tags: row.tags ?? [], bookmarked: row.bookmarked ?? false, public: row.public ?? false,
    ...given("release", row.release),
  };
}

export function toRow(row: TraceRow | ObservationRow): Row {
  return isObservation(row) ? fromObservation(row) : fromTrace(row);
}

/** Output tokens per second are not known in a list; this is all tokens over the whole time. */
export function tokensPerSecond(row: Row): number | undefined {
  return row.latency && row.tokens > 0 ? (row.tokens * 1000) / row.latency : undefined;
}

/** What the longest bar of the page stands for: its 99th percentile, so that one straggler does not flatten the rest. */
export function latencyScale(rows: readonly Row[]): number {
  const known = rows.flatMap((row) => (row.latency === undefined ? [] : [row.latency])).sort((a, b) => a - b);
  return known[Math.min(known.length - 1, Math.ceil(known.length * 0.99) - 1)] ?? 0;
}

/** New rows above the ones that are there; a row that is there already is replaced in its place. */
export function merge(rows: readonly Row[], arrived: readonly Row[], most: number): Row[] {
  const fresh = new Map(arrived.map((row) => [row.id, row]));
  const kept = rows.map((row) => {
    const now = fresh.get(row.id);
    fresh.delete(row.id);
    return now ?? row;
  });
  const above = [...fresh.values()].sort((a, b) => b.start - a.start);
  return [...above, ...kept].slice(0, most);
}
