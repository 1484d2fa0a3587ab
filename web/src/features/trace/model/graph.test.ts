// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { buildGraph, stepName, thickness } from "./graph";
import { largeSkeleton, skeletonOf } from "./sample";
import { asCurl, asPython, shellWord } from "./snippets";
import { buildTree } from "./tree";

const agent = skeletonOf([
  { name: "agent", kind: "AGENT" },
  { name: "step-1", parent: 0, kind: "CHAIN" },
  { name: "plan", parent: 1, kind: "GENERATION", cost: 0.25, duration: 5 },
  { name: "get_order", parent: 1, kind: "TOOL" },
  { name: "step-2", parent: 0, kind: "CHAIN" },
  { name: "plan", parent: 4, kind: "GENERATION", cost: 0.5, duration: 7 },
  { name: "get_order", parent: 4, kind: "TOOL", level: "ERROR" },
]);

describe("the graph", () => {
  const graph = buildGraph(agent, buildTree(agent));
  it("merges repeated steps and counts them", () => {
    expect(graph.nodes.map((node) => `${node.name}×${node.members.length}`)).toEqual(["agent×1", "step×2", "plan×2", "get_order×2"]);
    expect(graph.nodes[2]).toMatchObject({ cost: 0.75, time: 12, errors: 0 });
    expect(graph.nodes[3]!.errors).toBe(1);
  });
  it("counts calls on the edges", () => {
    expect(graph.edges).toEqual([
      { from: 0, to: 1, calls: 2, errors: 0 },
      { from: 1, to: 2, calls: 2, errors: 0 },
      { from: 1, to: 3, calls: 2, errors: 1 },
    ]);
    expect(thickness(graph.edges[0]!, graph)).toBe(6);
  });
  it("keeps a name that is only a number, and one that ran once", () => {
    expect([stepName("SPAN", "42"), stepName("TOOL", "search-2"), stepName("CHAIN", "v2")]).toEqual(["42", "search-2", "v2"]);
    expect(buildGraph(skeletonOf([{ name: "step-7" }]), buildTree(skeletonOf([{ name: "step-7" }]))).nodes[0]!.name).toBe("step-7");
  });
  it("stays small for 20,000 observations", () => {
    const large = largeSkeleton(20_000);
    expect(buildGraph(large, buildTree(large)).nodes.length).toBe(7);
  });
});

describe("snippets", () => {
  it("quote ids for the place they go to", () => {
    expect(shellWord("a'b; rm -rf /")).toBe(`'a'\\''b; rm -rf /'`);
    expect(asCurl("http://host/base/", "x'$(id)")).toContain("'http://host/base/api/public/observations/x'\\''%24(id)'");
    expect(asPython("http://host/b", 'a"/\u202e')).toContain('"http://host/b/api/public/observations/a%22%2F%E2%80%AE"');
  });
});
