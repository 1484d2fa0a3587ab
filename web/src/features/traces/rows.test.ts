// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import type { ObservationRow, TraceRow } from "@/api/ui";
import { latencyScale, merge, toRow } from "./rows";

const trace = (id: string, start: number, latency?: number): TraceRow => ({
  id, start, kind: "CHAIN", level: "DEFAULT", models: 2, model: "m", observations: 3, errors: 0, warnings: 0, tokens: 10, cost: 0.1,
  ...(latency !== undefined && { latency }),
});

it("makes the same row of a trace and of an observation", () => {
  const observation: ObservationRow = { id: "o", trace: "t", start: 1, kind: "TOOL", level: "ERROR", error: "503", tokens: 0, cost: 0 };
  expect(toRow(observation)).toMatchObject({ id: "o", trace: "t", observation: "o", trouble: "503", errors: 1, tags: [], scores: [] });
  expect(toRow(trace("t", 1))).toMatchObject({ id: "t", trace: "t", moreModels: 1, observations: 3, bookmarked: false });
  expect(toRow(trace("t", 1))).not.toHaveProperty("latency");
});

it("scales bars to the 99th percentile of the page", () => {
  const rows = Array.from({ length: 100 }, (_, index) => toRow(trace(String(index), 0, index === 99 ? 90_000 : index + 1)));
  expect(latencyScale(rows)).toBe(99);
  expect(latencyScale([toRow(trace("t", 0, 7))])).toBe(7);
  expect(latencyScale([])).toBe(0);
});

it("puts new rows above, newest first, replaces known ones in place, and drops the oldest", () => {
  const now = [toRow(trace("b", 2)), toRow(trace("a", 1))];
  const merged = merge(now, [toRow(trace("c", 3)), toRow(trace("a", 1, 55)), toRow(trace("d", 4))], 3);
  expect(merged.map(({ id }) => id)).toEqual(["d", "c", "b"]);
  expect(merge(now, [toRow(trace("a", 1, 55))], 9)[1]?.latency).toBe(55);
});
