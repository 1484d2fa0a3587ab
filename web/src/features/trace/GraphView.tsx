// SPDX-License-Identifier: MIT
//
// Who calls whom. Repeated steps are one node with ×n, an edge is as thick as it has calls. Labels
// are never smaller than 12 px: a graph larger than the page scrolls.

import { useMemo, type KeyboardEvent } from "react";
import { plain } from "@/ui/content/safe";
import { formatCount, formatDuration, formatMoney } from "@/lib/format";
import { buildGraph, thickness, type Graph, type GraphEdge, type GraphNode } from "./model/graph";
import type { Placed } from "./layout";
import type { Model } from "./model/model";
import { useLayout } from "./useLayout";
import { t } from "@/lib/i18n";

const NODE_HEIGHT = 44;
const CHARACTER_PX = 7.2; // at 13 px, 600
const LONGEST_NAME = 34;

function label(node: GraphNode): string {
  const name = plain(node.name);
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

function detail(node: GraphNode): string {
  const facts = [node.time > 0 ? formatDuration(node.time) : undefined, node.cost > 0 ? formatMoney(node.cost) : undefined];
  return facts.filter(Boolean).join(" · ") || node.kind.toLowerCase();
}

function widthOf(node: GraphNode): number {
  const times = node.members.length > 1 ? ` ×${formatCount(node.members.length)}`.length : 0;
  return Math.round(32 + CHARACTER_PX * Math.max(label(node).length + times, detail(node).length * 0.92));
}

function path(points: { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  if (rest.length === 3) return `M${first.x},${first.y}C${rest.map(({ x, y }) => `${x},${y}`).join(" ")}`;
  let d = `M${first.x},${first.y}`;
  for (let k = 0; k < rest.length - 1; k++) {
    const [at, next] = [rest[k]!, rest[k + 1]!];
    d += `Q${at.x},${at.y} ${(at.x + next.x) / 2},${(at.y + next.y) / 2}`;
  }
  const last = rest.at(-1);
  return last ? `${d}L${last.x},${last.y}` : d;
}

interface EdgeProps { edge: GraphEdge; points: { x: number; y: number }[] }

function EdgeLine({ edge, graph, points }: EdgeProps & { graph: Graph }) {
  return (
    <g className="gr-edge" data-level={edge.errors > 0 ? "ERROR" : undefined}>
      <path d={path(points)} strokeWidth={thickness(edge, graph)} markerEnd="url(#gr-arrow)" />
    </g>
  );
}

/** How often; above every line. */
function EdgeCount({ edge, points }: EdgeProps) {
  const middle = points.length === 4 ? { x: (points[0]!.x + points[3]!.x) / 2, y: (points[0]!.y + points[3]!.y) / 2 } : points[Math.floor(points.length / 2)];
  if (edge.calls <= 1 || !middle) return null;
  return <text className="gr-calls" x={middle.x} y={middle.y - 6} textAnchor="middle">×{formatCount(edge.calls)}</text>;
}

interface NodeProps {
  node: GraphNode;
  at: { x: number; y: number };
  width: number;
  selected: boolean;
  onSelect: (node: GraphNode) => void;
}

function Node({ node, at, width, selected, onSelect }: NodeProps) {
  const times = node.members.length;
  const said = t("{name}, {kind}, {n, plural, one {# time} other {# times}}, {errors, plural, =0 {no error} one {# error} other {# errors}}", { name: plain(node.name), kind: node.kind.toLowerCase(), n: times, errors: node.errors });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onSelect(node);
  };
  return (
    <g
      role="button" tabIndex={0} aria-label={said} aria-pressed={selected} className="gr-node" data-kind={node.kind}
      data-level={node.errors > 0 ? "ERROR" : undefined} transform={`translate(${at.x},${at.y})`} onClick={() => onSelect(node)} onKeyDown={onKeyDown}
    >
      <title>{plain(node.name)}</title>
      <rect width={width} height={NODE_HEIGHT} rx={6} />
      <rect className="gr-edge-mark" width={4} height={NODE_HEIGHT} rx={2} />
      <text className="gr-name" x={16} y={19}>
        {label(node)}
        {times > 1 && <tspan className="gr-times"> ×{formatCount(times)}</tspan>}
      </text>
      <text className="gr-detail" x={16} y={35}>
        {node.errors > 0 ? `✕ ${node.errors} · ` : ""}
        {detail(node)}
      </text>
    </g>
  );
}

interface Props {
  model: Model;
  selected: number;
  onSelect: (i: number) => void;
}

function Drawing({ graph, placed, width, selected, onSelect }: { graph: Graph; placed: Placed; width: number; selected: number; onSelect: (node: GraphNode) => void }) {
  const current = selected >= 0 ? graph.nodeOf[selected] : -1;
  return (
    <svg width={placed.width} height={placed.height} className="gr" role="group" aria-label={t("Graph of the trace")}>
      <defs>
        <marker id="gr-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M0,0 L8,4 L0,8 z" />
        </marker>
      </defs>
      {graph.edges.map((edge, k) => <EdgeLine key={k} edge={edge} graph={graph} points={placed.edges[k] ?? []} />)}
      {graph.edges.map((edge, k) => <EdgeCount key={k} edge={edge} points={placed.edges[k] ?? []} />)}
      {graph.nodes.map((node, k) => <Node key={k} node={node} at={placed.nodes[k]!} width={width} selected={k === current} onSelect={onSelect} />)}
    </svg>
  );
}

export function GraphView({ model, selected, onSelect }: Props) {
  const graph = useMemo(() => buildGraph(model.skeleton, model.tree), [model]);
  // One width for all, so that those of a rank stand in a column.
  const width = useMemo(() => graph.nodes.reduce((most, node) => Math.max(most, widthOf(node)), 96), [graph]);
  const wanted = useMemo(
    () => ({
      boxes: graph.nodes.map(() => ({ width, height: NODE_HEIGHT })),
      edges: graph.edges.filter(({ from, to }) => from !== to).map(({ from, to }) => ({ from, to })),
    }),
    [graph, width],
  );
  const layout = useLayout(wanted);
  // A click on the node that is shown goes to the next observation behind it; errors come first.
  const choose = (node: GraphNode) => {
    const { level } = model.skeleton;
    const members = [...node.members].sort((a, b) => level[b]! - level[a]! || a - b);
    onSelect(members[(members.indexOf(selected) + 1) % members.length]!);
  };
  if (layout.state === "failed") return <p className="wf-none">{t("The graph could not be drawn: {message}", { message: layout.message })}</p>;
  if (layout.state === "working") return <p className="wf-none late">{t("Drawing the graph…")}</p>;
  const drawn = { ...graph, edges: graph.edges.filter(({ from, to }) => from !== to) };
  return (
    <div className="gr-box">
      <Drawing graph={drawn} placed={layout.placed} width={width} selected={selected} onSelect={choose} />
    </div>
  );
}
