// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { costliest, debugOnly, errorsOf, find, firstFailure, foldable, haystacks, show, step, unfoldTo } from "./rows";
import { largeSkeleton, skeletonOf } from "./sample";
import { ancestors, buildTree, extent, nameOf } from "./tree";

const agent = skeletonOf([
  { name: "order-agent", kind: "AGENT", duration: 1000, level: "ERROR" },
  { name: "step-1", parent: 0, kind: "CHAIN", start: 0, duration: 500 },
  { name: "plan", parent: 1, kind: "GENERATION", start: 0, duration: 300, cost: 0.002, tokens: 100, model: "gpt-4o" },
  { name: "step-2", parent: 0, kind: "CHAIN", start: 500, duration: 500 },
  { name: "get_order", parent: 1, kind: "TOOL", start: 310, duration: 100, level: "DEBUG" },
  { name: "create_return", parent: 3, kind: "TOOL", start: 600, duration: 300, level: "ERROR", message: "503 Service Unavailable" },
  { name: "plan", parent: 3, kind: "GENERATION", start: 500, duration: 90, cost: 0.004, tokens: 50 },
]);
const tree = buildTree(agent);
const names = (rows: Iterable<number>) => [...rows].map((i) => `${nameOf(agent, i)}${i}`);
const nothing = new Uint8Array(agent.id.length);

describe("the tree", () => {
  it("goes from parents to children in order of start", () => {
    expect([...tree.order]).toEqual([0, 1, 2, 4, 3, 5, 6]);
    expect([...tree.depth]).toEqual([0, 1, 2, 1, 2, 2, 2]);
    expect(ancestors(tree, 5)).toEqual([3, 0]);
  });
  it("knows where a subtree ends and which child an observation is", () => {
    expect(tree.past[tree.order[1]!]).toBe(4);
    expect([tree.children[0], tree.nth[3], tree.nth[6], tree.roots]).toEqual([2, 2, 2, 1]);
  });
  it("adds cost, tokens, errors and time up", () => {
    expect(tree.cost[0]).toBeCloseTo(0.006);
    expect(tree.cost[3]).toBeCloseTo(0.004);
    expect([tree.tokens[0], tree.errors[0], tree.errors[3], tree.errors[1]]).toEqual([150, 2, 1, 0]);
    expect([tree.from[3], tree.to[3], tree.total]).toEqual([500, 1000, 1000]);
  });
  it("takes the extent of what is below when an observation has no end", () => {
    const open = skeletonOf([{ name: "a" }, { name: "b", parent: 0, start: 5, duration: 20 }]);
    expect(extent(buildTree(open), open, 0)).toEqual([0, 25]);
  });
  it("loses nothing to parents that do not exist or go in a circle", () => {
    const odd = skeletonOf([
      { name: "self", parent: 0 },
      { name: "b", parent: 2 },
      { name: "c", parent: 1 },
      { name: "lost", parent: 99 },
      { name: "later parent", parent: 5 },
      { name: "p" },
    ]);
    const built = buildTree(odd);
    expect([...built.order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect([built.parent[4], built.parent[2], built.parent[1]]).toEqual([5, 1, -1]);
  });
  it("is not bounded by the stack", () => {
    const chain = skeletonOf(Array.from({ length: 20_000 }, (_, i) => ({ name: "n", parent: i - 1 })));
    expect(buildTree(chain).depth[19_999]).toBe(19_999);
  });
  it("has no observations in an empty trace", () => {
    const empty = buildTree(skeletonOf([]));
    expect([empty.n, empty.total, show(empty, new Uint8Array(0), { folded: new Set(), debug: true }).rows.length]).toEqual([0, 1, 0]);
  });
});

describe("what is shown", () => {
  it("leaves out what is folded", () => {
    const shown = show(tree, nothing, { folded: new Set([1]), debug: true });
    expect(names(shown.rows)).toEqual(["order-agent0", "step-11", "step-23", "create_return5", "plan6"]);
    expect([shown.rowOf[2], shown.rowOf[3]]).toEqual([-1, 2]);
  });
  it("unfolds exactly what hides an observation", () => {
    expect([...unfoldTo(tree, new Set([0, 1, 3]), 2)]).toEqual([3]);
    const folded = new Set([3]);
    expect(unfoldTo(tree, folded, 2)).toBe(folded);
    expect([...foldable(tree)]).toEqual([0, 1, 3]);
  });
  it("hides debug observations only when nothing else is below them", () => {
    expect(names(show(tree, debugOnly(tree, agent.level), { folded: new Set(), debug: false }).rows)).not.toContain("get_order4");
    const outer = skeletonOf([{ name: "r" }, { name: "d", parent: 0, level: "DEBUG" }, { name: "x", parent: 1 }]);
    expect([...debugOnly(buildTree(outer), outer.level)]).toEqual([0, 0, 0]);
  });
  it("finds by name, model, kind and message, and keeps what is above", () => {
    const texts = haystacks(agent);
    const rows = (q: string) => show(tree, nothing, { folded: new Set([0]), debug: true, matches: find(texts, q) });
    expect(names(rows("503 service").rows)).toEqual(["order-agent0", "step-23", "create_return5"]);
    expect(rows("503").found).toBe(1);
    expect(names(rows("GPT-4O").rows)).toContain("plan2");
    expect(rows("nowhere").rows.length).toBe(0);
    expect(find(texts, "  ")).toBeUndefined();
  });
});

describe("going to", () => {
  it("the failure nobody below caused", () => {
    expect(firstFailure(tree, agent.level)).toBe(5);
    expect(firstFailure(buildTree(skeletonOf([{ name: "fine" }])), [1])).toBe(-1);
  });
  it("the next and the previous error, round the ends", () => {
    const errors = errorsOf(tree, agent.level);
    expect(errors).toEqual([0, 5]);
    expect([step(tree, errors, 0, 1), step(tree, errors, 5, 1), step(tree, errors, 0, -1), step(tree, errors, 6, -1)]).toEqual([5, 0, 5, 5]);
    expect([step(tree, [], 0, 1), step(tree, errors, -1, 1), step(tree, errors, -1, -1)]).toEqual([-1, 0, 5]);
  });
  it("the costliest", () => {
    expect(costliest(agent.cost)).toEqual([6, 2]);
  });
});

it("is fast for 20,000 observations", () => {
  const large = largeSkeleton(20_000);
  const began = performance.now();
  const built = buildTree(large);
  const texts = haystacks(large);
  const shown = show(built, debugOnly(built, large.level), { folded: new Set(), debug: false, matches: find(texts, "call-1") });
  const took = performance.now() - began;
  expect(shown.found).toBe(3333);
  expect(took).toBeLessThan(250);
});
