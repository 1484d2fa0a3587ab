// SPDX-License-Identifier: MIT
//
// Where the nodes of the graph stand. Used by the page for small graphs and by a worker for large ones.

import { Graph as Dagre, layout } from "@dagrejs/dagre";

export interface Box {
  width: number;
  height: number;
}
export interface Wanted {
  boxes: Box[];
  edges: { from: number; to: number }[];
}
export interface Placed {
  width: number;
  height: number;
  /** top left corner of each node */
  nodes: { x: number; y: number }[];
  edges: { x: number; y: number }[][];
}

type Point = { x: number; y: number };

/** From the middle of the right side to the middle of the left side, with the bends between. */
function route(points: Point[], from: Point, to: Point, box: Box): Point[] {
  const start = { x: from.x + box.width, y: from.y + box.height / 2 };
  const end = { x: to.x, y: to.y + box.height / 2 };
  if (start.x > end.x) return points; // backwards: the layout's own way
  const bends = points.slice(1, -1).filter(({ x }) => x > start.x && x < end.x);
  const near = (end.x - start.x) * 0.4;
  return bends.length > 1 ? [start, ...bends, end] : [start, { x: start.x + near, y: start.y }, { x: end.x - near, y: end.y }, end];
}

/** The layout puts what comes first at the bottom as often as at the top: people read from the top. */
function upright(nodes: Point[], edges: Wanted["edges"]): boolean {
  const down = edges.reduce((sum, edge, k) => {
    const before = edges[k - 1];
    if (!before || before.from !== edge.from) return sum;
    return sum + Math.sign(nodes[edge.to]!.y - nodes[before.to]!.y);
  }, 0);
  return down >= 0;
}

// The library types what stands at a node and an edge as anything.
const nodeAt = (graph: Dagre, at: number) => graph.node(String(at)) as Point;
const pointsOf = (graph: Dagre, from: number, to: number) => (graph.edge(String(from), String(to)) as { points?: Point[] }).points ?? [];

export function arrange({ boxes, edges }: Wanted): Placed {
  const graph = new Dagre();
  graph.setGraph({ rankdir: "LR", nodesep: 16, ranksep: 64, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  boxes.forEach((box, at) => graph.setNode(String(at), { ...box }));
  edges.forEach(({ from, to }) => graph.setEdge(String(from), String(to), {}));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as Partial<Box>;
  const placed = boxes.map((box, at) => {
    const { x, y } = nodeAt(graph, at);
    return { x: x - box.width / 2, y: y - box.height / 2 };
  });
  const flip = !upright(placed, edges);
  const nodes = flip ? placed.map((at, k) => ({ x: at.x, y: height - at.y - boxes[k]!.height })) : placed;
  return {
    width,
    height,
    nodes,
    edges: edges.map(({ from, to }) => {
      const points = pointsOf(graph, from, to);
      const drawn = flip ? points.map(({ x, y }) => ({ x, y: height - y })) : points;
      return route(drawn, nodes[from]!, nodes[to]!, boxes[from]!);
    }),
  };
}
