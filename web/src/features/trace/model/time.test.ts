// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { largeSkeleton, skeletonOf } from "./sample";
import { bar, between, childrenOf, criticalPath, gaps, pan, ticks, zoom } from "./time";
import { buildTree } from "./tree";

describe("the window", () => {
  it("keeps the point under the pointer where it is", () => {
    expect(zoom({ from: 0, to: 100 }, 0.5, 25, 100)).toEqual({ from: 12.5, to: 62.5 });
  });
  it("never leaves the trace and never becomes empty", () => {
    expect(zoom({ from: 0, to: 100 }, 4, 50, 100)).toEqual({ from: 0, to: 100 });
    expect(pan({ from: 10, to: 30 }, 500, 100)).toEqual({ from: 80, to: 100 });
    expect(pan({ from: 10, to: 30 }, -500, 100)).toEqual({ from: 0, to: 20 });
    expect(between(40, 40, 100).to).toBeGreaterThan(40);
    expect(between(60, 20, 100)).toEqual({ from: 20, to: 60 });
  });
  it("has round ticks", () => {
    expect(ticks({ from: 0, to: 12_500 }, 400)).toEqual([0, 2500, 5000, 7500, 10_000, 12_500]);
    expect(ticks({ from: 3, to: 7 }, 300)).toEqual([3, 4, 5, 6, 7]);
    expect(ticks({ from: 0, to: 1 }, 10).length).toBeGreaterThan(0);
  });
  it("cuts bars at its edges", () => {
    expect(bar({ from: 50, to: 150 }, 0, 100)).toEqual({ left: 0, width: 0.5 });
    expect(bar({ from: 50, to: 150 }, 160, 170)).toBeUndefined();
    expect(bar({ from: 50, to: 150 }, 100, 100)).toEqual({ left: 0.5, width: 0 });
  });
});

const trace = skeletonOf([
  { name: "root", duration: 100 },
  { name: "early", parent: 0, start: 10, duration: 20 },
  { name: "beside", parent: 0, start: 15, duration: 10 },
  { name: "late", parent: 0, start: 60, duration: 30 },
  { name: "inner", parent: 3, start: 70, duration: 20 },
]);
const tree = buildTree(trace);

describe("gaps", () => {
  it("are where nothing below ran", () => {
    expect(gaps(tree, trace, 0, 5)).toEqual([{ from: 0, to: 10 }, { from: 30, to: 60 }, { from: 90, to: 100 }]);
    expect(gaps(tree, trace, 0, 20)).toEqual([{ from: 30, to: 60 }]);
  });
  it("are not in what has nothing below it", () => {
    expect(gaps(tree, trace, 1, 1)).toEqual([]);
  });
});

describe("the critical path", () => {
  it("goes backwards from the end over what held it up", () => {
    expect([...criticalPath(tree)]).toEqual([1, 1, 0, 1, 1]);
  });
  it("follows the root that ended last", () => {
    const two = skeletonOf([{ name: "a", duration: 5 }, { name: "b", start: 1, duration: 9 }]);
    expect([...criticalPath(buildTree(two))]).toEqual([0, 1]);
  });
  it("is fast for 20,000 observations", () => {
    const large = largeSkeleton(20_000);
    const built = buildTree(large);
    const began = performance.now();
    const marks = criticalPath(built);
    const took = performance.now() - began;
    expect(marks[0]).toBe(1);
    expect(took).toBeLessThan(200);
  });
});

it("lists the children of an observation", () => {
  expect(childrenOf(tree, 0)).toEqual([1, 2, 3]);
});
