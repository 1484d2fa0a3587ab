// SPDX-License-Identifier: MIT
//
// Lines over time with a value axis: gaps stay gaps, a lone point is a dot. The same figures can be had
// with the keyboard: ← → move over the points.

import { type KeyboardEvent, type PointerEvent, useState } from "react";
import "./series.css";

export interface Line { name: string; values: readonly (number | null)[]; color: string; dashed?: boolean }

interface Props {
  label: string;
  lines: readonly Line[];
  height?: number;
  format: (value: number) => string;
  describe: (index: number) => string; // the time of a point
}

const WIDTH = 600; // of the drawing; it is stretched to the place it has
const TOP = 4;

const known = (values: Line["values"], index: number): boolean => (values[index] ?? null) !== null;

/** Points without a neighbour, which no line shows; a line of no length has a round end. */
function dots(values: Line["values"], x: (index: number) => number, y: (value: number) => number): string {
  return values
    .map((value, index) => (value === null || known(values, index - 1) || known(values, index + 1) ? "" : `M${x(index).toFixed(1)} ${y(value).toFixed(1)}h0`))
    .join("");
}

function path(values: Line["values"], x: (index: number) => number, y: (value: number) => number): string {
  return values
    .map((value, index) => {
      if (value === null) return "";
      return `${known(values, index - 1) ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join("");
}

export function Series({ label, lines, height = 96, format, describe }: Props) {
  const [at, setAt] = useState<number>();
  const count = lines[0]?.values.length ?? 0;
  const most = Math.max(0, ...lines.flatMap((line) => line.values.map((value) => value ?? 0))) || 1;
  const x = (index: number): number => ((index + 0.5) / Math.max(count, 1)) * WIDTH;
  const y = (value: number): number => height - 1 - (value / most) * (height - TOP - 1);
  const point = (event: PointerEvent): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setAt(Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * count))));
  };
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setAt(Math.min(count - 1, Math.max(0, (at ?? (step > 0 ? -1 : count)) + step)));
  };
  const said = at === undefined ? undefined : lines.flatMap((line) => {
    const value = line.values[at];
    return value === null || value === undefined ? [] : [`${line.name} ${format(value)}`];
  }).join(" · ") || "–";
  return (
    <div
      className="series" role="slider" tabIndex={0} aria-label={label} aria-valuemin={0} aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={at ?? 0} aria-valuetext={at === undefined ? label : `${describe(at)}: ${said}`}
      onPointerMove={point} onPointerLeave={() => setAt(undefined)} onKeyDown={walk} onBlur={() => setAt(undefined)}
    >
      <span className="series-top num" aria-hidden="true">{format(most)}</span>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} height={height} width="100%" preserveAspectRatio="none" aria-hidden="true">
        <line x1={0} x2={WIDTH} y1={height - 0.5} y2={height - 0.5} className="series-base" />
        {at !== undefined && <line x1={x(at)} x2={x(at)} y1={0} y2={height} className="series-cursor" />}
        {lines.map((line) => (
          <g key={line.name} stroke={line.color} className="series-line">
            <path d={path(line.values, x, y)} strokeDasharray={line.dashed ? "4 3" : undefined} />
            <path d={dots(line.values, x, y)} className="series-dots" />
          </g>
        ))}
      </svg>
      {at !== undefined && (
        <div className="series-tip num" style={{ left: `${Math.min(82, Math.max(18, ((at + 0.5) / count) * 100))}%` }}>
          <b>{describe(at)}</b> {said}
        </div>
      )}
    </div>
  );
}
