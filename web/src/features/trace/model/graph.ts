// SPDX-License-Identifier: MIT
//
// The trace as a graph of who calls whom. Observations of the same kind and name are one node with
// how often it ran; a number at the end of a name counts steps and does not make another node
// ("step-1", "step-2"). An edge says how often the one ran below the other.

import type { Kind, Skeleton } from "@/api/ui";
import { ERROR, kindOf, nameOf, type Tree } from "./tree";

export interface GraphNode {
  id: number;
  kind: Kind;
  name: string;
  /** observations behind it, in order of start */
  members: number[];
  errors: number;
  cost: number;
  /** sum of their durations, ms */
  time: number;
}

export interface GraphEdge {
  from: number;
  to: number;
  calls: number;
  errors: number;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** node of an observation */
  nodeOf: Int32Array;
  /** largest `calls` */
  busiest: number;
}

const NUMBERED = new Set<Kind>(["SPAN", "CHAIN", "AGENT", "EVENT"]);

/** "step-12" and "step-3" are the same step; the number of a model or a tool is part of its name. */
export function stepName(kind: Kind, name: string): string {
  const base = NUMBERED.has(kind) ? name.replace(/[\s._#:/-]+\d+$/, "") : name;
  return base === "" ? name : base;
}

function nodeFor(graph: Graph, known: Map<string, number>, skeleton: Skeleton, i: number): number {
  const kind = kindOf(skeleton, i);
  const name = nameOf(skeleton, i);
  const key = `${kind}\n${stepName(kind, name)}`;
  let at = known.get(key);
  if (at === undefined) {
    at = graph.nodes.length;
    known.set(key, at);
    graph.nodes.push({ id: at, kind, name, members: [], errors: 0, cost: 0, time: 0 });
  } else if (graph.nodes[at]!.name !== name) graph.nodes[at]!.name = stepName(kind, name);
  return at;
}

export function buildGraph(skeleton: Skeleton, tree: Tree): Graph {
  const graph: Graph = { nodes: [], edges: [], nodeOf: new Int32Array(tree.n).fill(-1), busiest: 0 };
  const nodes = new Map<string, number>();
  const edges = new Map<string, GraphEdge>();
  for (let i = 0; i < tree.n; i++) {
    const at = nodeFor(graph, nodes, skeleton, i);
    const node = graph.nodes[at]!;
    graph.nodeOf[i] = at;
    node.members.push(i);
    node.cost += Math.max(0, skeleton.cost[i] ?? -1);
    node.time += Math.max(0, skeleton.duration[i] ?? -1);
    if (skeleton.level[i] === ERROR) node.errors++;
  }
  for (let i = 0; i < tree.n; i++) {
    const above = tree.parent[i]!;
    if (above < 0) continue;
    const from = graph.nodeOf[above]!;
    const to = graph.nodeOf[i]!;
    const key = `${from}>${to}`;
    let edge = edges.get(key);
    if (!edge) edges.set(key, (edge = { from, to, calls: 0, errors: 0 }));
    edge.calls++;
    if (skeleton.level[i] === ERROR) edge.errors++;
    graph.busiest = Math.max(graph.busiest, edge.calls);
  }
  graph.edges = [...edges.values()];
  return graph;
}

/** Width of an edge in pixels: 1.5 for one call, 6 for the most. */
export function thickness(edge: GraphEdge, graph: Graph): number {
  return graph.busiest <= 1 ? 1.5 : 1.5 + (4.5 * Math.log(edge.calls)) / Math.log(graph.busiest);
}
