// SPDX-License-Identifier: MIT
//
// The address of the list. Everything that the screen shows is in it, and nothing that is as usual.

import { DEFAULT_RANGE } from "@/lib/range";
import type { Lens } from "@/ui/query/completion";

export interface TracesSearch {
  q?: string; range?: string; sort?: string;
  lens?: "obs" | "live";
  cols?: string;
  view?: string; // the saved view this came from
  peek?: string; // trace in the panel
  at?: string; // row to come back to
}

const KEYS = ["q", "range", "sort", "cols", "view", "peek", "at"] as const;
export const USUAL_SORT = "-start";

const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** Reads an address; what is unknown, empty or as usual is left out. */
export function readSearch(raw: Record<string, unknown>): TracesSearch {
  const search: TracesSearch = {};
  for (const key of KEYS) {
    const value = text(raw[key]);
    if (value !== undefined && value !== "") search[key] = value;
  }
  if (search.range === DEFAULT_RANGE) delete search.range;
  if (search.sort === USUAL_SORT) delete search.sort;
  if (raw["lens"] === "obs" || raw["lens"] === "live") search.lens = raw["lens"];
  return search;
}

export const lensOf = (search: TracesSearch): Lens => (search.lens === "obs" ? "obs" : "traces");

/** What a saved view keeps: the question and the columns, not where somebody stood in it. */
export function savedPart(search: TracesSearch): Record<string, string> {
  const { q, range, sort, lens, cols } = search;
  return Object.fromEntries(Object.entries({ q, range, sort, lens, cols }).filter((row): row is [string, string] => row[1] !== undefined));
}
