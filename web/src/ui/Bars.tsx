// SPDX-License-Identifier: MIT
import { useRef, useState, type PointerEvent } from "react";

export interface BarSeries {
  name: string;
  values: number[];
  color: string; // a CSS colour
}

interface BarsProps {
  series: BarSeries[]; // stacked, the first at the bottom
  label: string;
  height?: number;
  describe: (bucket: number) => string; // on hover
  onBrush?: (first: number, last: number) => void; // dragged over these buckets, or one clicked
  cursor?: number | undefined; // bucket marked from outside
  onCursor?: (bucket: number | undefined) => void;
}

const MOST_BUCKETS = 400;

/** Stacked bars over time; dragging chooses a part. The list that it filters says the same in text. */
export function Bars({ series, label, height = 48, describe, onBrush, cursor, onCursor }: BarsProps) {
  const box = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<[number, number]>();
  const n = Math.min(series[0]?.values.length ?? 0, MOST_BUCKETS);
  const sum = (i: number): number => series.reduce((all, one) => all + (one.values[i] ?? 0), 0);
  const top = Math.max(0, ...Array.from({ length: n }, (_, i) => sum(i))) || 1;
  const bucketAt = (event: PointerEvent): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(n - 1, Math.floor(((event.clientX - left) / width) * n)));
  };
  const finish = (): void => {
    if (drag) onBrush?.(Math.min(...drag), Math.max(...drag));
    setDrag(undefined);
  };
  const stack = (i: number) => {
    let base = 0;
    return series.map((one) => {
      const value = one.values[i] ?? 0;
      const size = value === 0 ? 0 : Math.max((value / top) * height, 1.5);
      base += size;
      return value > 0 && <rect key={one.name} x={i + 0.06} width={0.88} y={height - base} height={size} fill={one.color} />;
    });
  };
  const marked = drag ?? (cursor === undefined ? undefined : [cursor, cursor]);
  return (
    <svg
      ref={box}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${Math.max(n, 1)} ${height}`}
      preserveAspectRatio="none"
      className="block w-full touch-pan-y select-none"
      style={{ height, cursor: onBrush ? "crosshair" : undefined }}
      onPointerDown={(event) => {
        if (!onBrush || n === 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([bucketAt(event), bucketAt(event)]);
      }}
      onPointerMove={(event) => {
        if (n === 0) return;
        const bucket = bucketAt(event);
        event.currentTarget.dataset["tip"] = describe(bucket);
        if (drag) setDrag([drag[0], bucket]);
        onCursor?.(bucket);
      }}
      onPointerUp={finish}
      onPointerCancel={() => setDrag(undefined)}
      onPointerLeave={() => onCursor?.(undefined)}
    >
      {marked && (
        <rect x={Math.min(...marked)} width={Math.abs((marked[1] ?? 0) - (marked[0] ?? 0)) + 1} y={0} height={height} fill="var(--selected)" />
      )}
      {Array.from({ length: n }, (_, i) => stack(i))}
    </svg>
  );
}
