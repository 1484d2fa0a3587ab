// SPDX-License-Identifier: MIT
//
// Which rows of the tree are on the screen: folding, finding and hiding what is only for debugging.
// An answer is a plain array of positions; drawing takes a window of it.

import type { Skeleton } from "@/api/ui";
import { DEBUG, ERROR, kindOf, levelOf, modelOf, nameOf, type Tree } from "./tree";

export interface Shown {
  /** observations from top to bottom */
  readonly rows: Int32Array;
  /** row of an observation, -1 when it is not shown */
  readonly rowOf: Int32Array;
  /** how many the search found (not counting rows shown for their children) */
  readonly found: number;
}

export interface Wanted {
  folded: ReadonlySet<number>;
  debug: boolean;
  /** 1 = found by the search; undefined = no search */
  matches?: Uint8Array | undefined;
}

/**
 * Observations that are only for debugging and have nothing else below them.
 * The trace's own roots always stay.
 */
export function debugOnly(tree: Tree, level: readonly number[]): Uint8Array {
  const only = new Uint8Array(tree.n).fill(1);
  for (let p = tree.n - 1; p >= 0; p--) {
    const i = tree.order[p]!;
    if (level[i] !== DEBUG || tree.parent[i]! < 0) only[i] = 0;
    if (!only[i] && tree.parent[i]! >= 0) only[tree.parent[i]!] = 0;
  }
  return only;
}

/** The text that a search in the trace looks at, without bodies (the server has those). */
function haystack(skeleton: Skeleton, i: number): string {
  const message = skeleton.messages[String(i)] ?? "";
  return `${nameOf(skeleton, i)}\n${modelOf(skeleton, i) ?? ""}\n${kindOf(skeleton, i)}\n${levelOf(skeleton, i)}\n${message}\n${skeleton.id[i]}`;
}

/** Texts to search in, made once per trace. */
export function haystacks(skeleton: Skeleton): string[] {
  return skeleton.id.map((_, i) => haystack(skeleton, i).toLowerCase());
}

/** Every word must occur. Undefined when nothing was asked. */
export function find(texts: readonly string[], query: string): Uint8Array | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  const matches = new Uint8Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!;
    matches[i] = words.every((word) => text.includes(word)) ? 1 : 0;
  }
  return matches;
}

/** Found observations and everything above them. */
function withAncestors(tree: Tree, matches: Uint8Array): Uint8Array {
  const kept = matches.slice();
  for (let p = tree.n - 1; p >= 0; p--) {
    const i = tree.order[p]!;
    const above = tree.parent[i]!;
    if (kept[i] && above >= 0) kept[above] = 1;
  }
  return kept;
}

export function show(tree: Tree, hidden: Uint8Array, wanted: Wanted): Shown {
  const kept = wanted.matches && withAncestors(tree, wanted.matches);
  const rows = new Int32Array(tree.n);
  const rowOf = new Int32Array(tree.n).fill(-1);
  let length = 0;
  let found = 0;
  for (let p = 0; p < tree.n; ) {
    const i = tree.order[p]!;
    if ((!wanted.debug && hidden[i]) || (kept && !kept[i])) {
      p = tree.past[i]!;
      continue;
    }
    if (wanted.matches?.[i]) found++;
    rowOf[i] = length;
    rows[length++] = i;
    p = !kept && wanted.folded.has(i) ? tree.past[i]! : p + 1;
  }
  return { rows: rows.subarray(0, length), rowOf, found };
}

/** All observations that have something below them. */
export function foldable(tree: Tree): Set<number> {
  const all = new Set<number>();
  for (let i = 0; i < tree.n; i++) if (tree.children[i]! > 0) all.add(i);
  return all;
}

/** `from` and everything above it unfolded: what it takes to see it. */
export function unfoldTo(tree: Tree, folded: ReadonlySet<number>, i: number): ReadonlySet<number> {
  let changed: Set<number> | undefined;
  for (let p = tree.parent[i] ?? -1; p >= 0; p = tree.parent[p]!) {
    if (!folded.has(p)) continue;
    changed ??= new Set(folded);
    changed.delete(p);
  }
  return changed ?? folded;
}

/** Observations that failed, from top to bottom. */
export function errorsOf(tree: Tree, level: readonly number[]): number[] {
  const errors: number[] = [];
  for (let p = 0; p < tree.n; p++) if (level[tree.order[p]!] === ERROR) errors.push(tree.order[p]!);
  return errors;
}

/** The failing observation to open a trace at: the first that has no failing one below it. */
export function firstFailure(tree: Tree, level: readonly number[]): number {
  for (let p = 0; p < tree.n; p++) {
    const i = tree.order[p]!;
    if (level[i] === ERROR && tree.errors[i] === 1) return i;
  }
  return -1;
}

/** The one after (1) or before (-1) `at` in a list that goes from top to bottom, going round at its ends. */
export function step(tree: Tree, list: readonly number[], at: number, direction: 1 | -1): number {
  if (list.length === 0) return -1;
  const place = at < 0 ? -1 : tree.place[at]!;
  if (direction > 0) return list.find((i) => tree.place[i]! > place) ?? list[0]!;
  const before = list.filter((i) => place < 0 || tree.place[i]! < place);
  return before.at(-1) ?? list.at(-1)!;
}

/** The costliest observations by what they cost themselves, dearest first. */
export function costliest(cost: readonly number[], most = 10): number[] {
  const priced: number[] = [];
  for (let i = 0; i < cost.length; i++) if (cost[i]! > 0) priced.push(i);
  return priced.sort((a, b) => cost[b]! - cost[a]! || a - b).slice(0, most);
}
