// SPDX-License-Identifier: MIT
//
// The observations of a trace as a tree in flat arrays. The skeleton says for each observation which
// one is its parent; here that becomes an order from top to bottom (preorder), depths, and sums over
// each subtree, all in typed arrays so that 20,000 observations cost a few milliseconds and no
// objects. What a client sent may be anything: a parent that does not exist or a circle of parents
// makes an observation a root, nothing is lost and nothing loops.

import { KINDS, LEVELS, type Skeleton } from "@/api/ui";

export const DEBUG = LEVELS.indexOf("DEBUG");
export const WARNING = LEVELS.indexOf("WARNING");
export const ERROR = LEVELS.indexOf("ERROR");

export interface Tree {
  readonly n: number;
  /** observations from top to bottom; `place` is its inverse */
  readonly order: Int32Array;
  readonly place: Int32Array;
  /** parent as drawn (-1 for a root), how deep, how many children, which of them, place after the subtree */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly children: Int32Array;
  readonly nth: Int32Array;
  readonly past: Int32Array;
  /** over the observation and everything below it; times are ms after the start of the trace */
  readonly cost: Float64Array;
  readonly tokens: Float64Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly errors: Int32Array;
  readonly warnings: Int32Array;
  readonly roots: number;
  /** end of the last observation, at least 1 */
  readonly total: number;
}

type Columns = Pick<Skeleton, "id" | "parent" | "level" | "start" | "duration" | "cost" | "tokens">;

interface Links {
  first: Int32Array;
  next: Int32Array;
}

/** Children of each observation in order of start, as linked lists; `first[n]` begins the roots. */
function link(parents: readonly number[], n: number): Links {
  const first = new Int32Array(n + 1).fill(-1);
  const next = new Int32Array(n).fill(-1);
  for (let i = n - 1; i >= 0; i--) {
    const parent = parents[i] ?? -1;
    const above = parent >= 0 && parent < n && parent !== i ? parent : n;
    next[i] = first[above]!;
    first[above] = i;
  }
  return { first, next };
}

interface Walk {
  order: Int32Array;
  parent: Int32Array;
  depth: Int32Array;
  children: Int32Array;
  nth: Int32Array;
  seen: Uint8Array;
  placed: number;
  stack: number[];
}

/** Puts `top` and everything below it into the order. */
function descend(walk: Walk, links: Links, top: number): void {
  walk.stack.push(top);
  walk.seen[top] = 1;
  while (walk.stack.length > 0) {
    const at = walk.stack.pop()!;
    walk.order[walk.placed++] = at;
    const mark = walk.stack.length;
    for (let child = links.first[at]!; child >= 0; child = links.next[child]!) {
      if (walk.seen[child]) continue;
      walk.seen[child] = 1;
      walk.parent[child] = at;
      walk.depth[child] = walk.depth[at]! + 1;
      walk.children[at]!++;
      walk.nth[child] = walk.children[at]!;
      walk.stack.push(child);
    }
    reverseFrom(walk.stack, mark);
  }
}

function reverseFrom(stack: number[], from: number): void {
  for (let low = from, high = stack.length - 1; low < high; low++, high--) {
    const kept = stack[low]!;
    stack[low] = stack[high]!;
    stack[high] = kept;
  }
}

function arrange(parents: readonly number[], n: number): Walk & { roots: number } {
  const links = link(parents, n);
  const walk: Walk = {
    order: new Int32Array(n),
    parent: new Int32Array(n).fill(-1),
    depth: new Int32Array(n),
    children: new Int32Array(n),
    nth: new Int32Array(n),
    seen: new Uint8Array(n),
    placed: 0,
    stack: [],
  };
  let roots = 0;
  const root = (i: number) => {
    walk.nth[i] = ++roots;
    descend(walk, links, i);
  };
  for (let i = links.first[n]!; i >= 0; i = links.next[i]!) root(i);
  // What is left stands in a circle: its earliest member becomes a root.
  for (let i = 0; i < n && walk.placed < n; i++) if (!walk.seen[i]) root(i);
  return { ...walk, roots };
}

export function buildTree(columns: Columns): Tree {
  const n = columns.id.length;
  const { order, parent, depth, children, nth, roots } = arrange(columns.parent, n);
  const place = new Int32Array(n);
  const past = new Int32Array(n);
  const cost = new Float64Array(n);
  const tokens = new Float64Array(n);
  const from = new Float64Array(n);
  const to = new Float64Array(n);
  const errors = new Int32Array(n);
  const warnings = new Int32Array(n);
  let total = 1;
  for (let i = 0; i < n; i++) {
    place[order[i]!] = i;
    const start = columns.start[i] ?? 0;
    from[i] = start;
    to[i] = start + Math.max(0, columns.duration[i] ?? -1);
    cost[i] = Math.max(0, columns.cost[i] ?? -1);
    tokens[i] = Math.max(0, columns.tokens[i] ?? -1);
    errors[i] = columns.level[i] === ERROR ? 1 : 0;
    warnings[i] = columns.level[i] === WARNING ? 1 : 0;
    total = Math.max(total, to[i]!);
  }
  for (let p = n - 1; p >= 0; p--) {
    const i = order[p]!;
    past[i] = Math.max(past[i]!, p + 1);
    const above = parent[i]!;
    if (above < 0) continue;
    past[above] = Math.max(past[above]!, past[i]);
    cost[above]! += cost[i]!;
    tokens[above]! += tokens[i]!;
    errors[above]! += errors[i]!;
    warnings[above]! += warnings[i]!;
    from[above] = Math.min(from[above]!, from[i]!);
    to[above] = Math.max(to[above]!, to[i]!);
  }
  return { n, order, place, parent, depth, children, nth, past, cost, tokens, from, to, errors, warnings, roots, total };
}

/** Where the bar of an observation begins and ends: its own times, or those of what is below it. */
export function extent(tree: Tree, columns: Columns, i: number): [number, number] {
  const duration = columns.duration[i] ?? -1;
  if (duration >= 0) return [columns.start[i]!, columns.start[i]! + duration];
  return [tree.from[i]!, tree.to[i]!];
}

export function kindOf(skeleton: Skeleton, i: number) {
  return KINDS[skeleton.kind[i] ?? 0] ?? "SPAN";
}

export function levelOf(skeleton: Skeleton, i: number) {
  return LEVELS[skeleton.level[i] ?? 1] ?? "DEFAULT";
}

export function nameOf(skeleton: Skeleton, i: number): string {
  return skeleton.names[skeleton.name[i] ?? -1] ?? kindOf(skeleton, i).toLowerCase();
}

export function modelOf(skeleton: Skeleton, i: number): string | undefined {
  return skeleton.models[skeleton.model[i] ?? -1];
}

/** Every observation above this one, nearest first. */
export function ancestors(tree: Tree, i: number): number[] {
  const above: number[] = [];
  for (let p = tree.parent[i] ?? -1; p >= 0; p = tree.parent[p]!) above.push(p);
  return above;
}
