// SPDX-License-Identifier: MIT
//
// The time axis of a trace: the part of it that is shown, its ticks, where time passed with nothing
// running below an observation (gaps), and the critical path: the observations without which the
// trace would have ended earlier.

import type { Skeleton } from "@/api/ui";
import { extent, type Tree } from "./tree";

export interface Span {
  readonly from: number;
  readonly to: number;
}

const NARROWEST_MS = 0.05;

function clamp(span: Span, total: number): Span {
  const width = Math.min(total, Math.max(NARROWEST_MS, span.to - span.from));
  const from = Math.min(Math.max(0, span.from), total - width);
  return { from, to: from + width };
}

/** The window made `factor` times as wide around `at`, which keeps its place on the screen. */
export function zoom(span: Span, factor: number, at: number, total: number): Span {
  const from = at - (at - span.from) * factor;
  return clamp({ from, to: from + (span.to - span.from) * factor }, total);
}

export function pan(span: Span, by: number, total: number): Span {
  return clamp({ from: span.from + by, to: span.to + by }, total);
}

export function between(a: number, b: number, total: number): Span {
  return clamp({ from: Math.min(a, b), to: Math.max(a, b) }, total);
}

/** Round times at a distance of at least `apart` pixels. */
export function ticks(span: Span, width: number, apart = 72): number[] {
  const most = Math.max(1, Math.floor(width / apart));
  const raw = (span.to - span.from) / most;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const pace = [1, 2, 2.5, 5, 10].map((m) => m * magnitude).find((each) => each >= raw) ?? raw;
  const marks: number[] = [];
  for (let k = Math.ceil(span.from / pace); k * pace <= span.to; k++) marks.push(k * pace);
  return marks;
}

/** A bar in parts of the window's width: left edge and width, 0…1. Undefined when it is outside. */
export function bar(span: Span, from: number, to: number): { left: number; width: number } | undefined {
  if (to < span.from || from > span.to) return undefined;
  const width = span.to - span.from;
  const left = Math.max(0, (from - span.from) / width);
  return { left, width: Math.min(1, (to - span.from) / width) - left };
}

type Columns = Pick<Skeleton, "id" | "parent" | "level" | "start" | "duration" | "cost" | "tokens">;

/** The children of an observation, in order of start. */
export function childrenOf(tree: Tree, i: number): number[] {
  const found: number[] = [];
  for (let p = tree.place[i]! + 1; p < tree.past[i]!; p = tree.past[tree.order[p]!]!) {
    found.push(tree.order[p]!);
  }
  return found;
}

/**
 * Times of at least `least` ms within an observation in which none of its children ran.
 * Something without children has none: all of its time is its own.
 */
export function gaps(tree: Tree, columns: Columns, i: number, least: number): Span[] {
  if (tree.children[i] === 0 || (columns.duration[i] ?? -1) < 0) return [];
  const [start, end] = extent(tree, columns, i);
  const found: Span[] = [];
  let busy = start;
  for (const child of childrenOf(tree, i).sort((a, b) => tree.from[a]! - tree.from[b]!)) {
    if (tree.from[child]! - busy >= least) found.push({ from: busy, to: tree.from[child]! });
    busy = Math.max(busy, tree.to[child]!);
  }
  if (end - busy >= least) found.push({ from: busy, to: end });
  return found;
}

/**
 * Observations on the critical path, as marks. From the end of an observation backwards: the child
 * that ended last held it up; before that one began, the child that ended last before it; and so on.
 */
export function criticalPath(tree: Tree): Uint8Array {
  const marks = new Uint8Array(tree.n);
  const stack: number[] = [];
  for (let p = 0, last = -1; p < tree.n; p = tree.past[tree.order[p]!]!) {
    const root = tree.order[p]!;
    if (last < 0 || tree.to[root]! > tree.to[last]!) stack[0] = last = root;
  }
  while (stack.length > 0) {
    const at = stack.pop()!;
    marks[at] = 1;
    let until = Infinity;
    for (const child of childrenOf(tree, at).sort((a, b) => tree.to[b]! - tree.to[a]!)) {
      if (tree.to[child]! > until) continue;
      until = tree.from[child]!;
      stack.push(child);
    }
  }
  return marks;
}
