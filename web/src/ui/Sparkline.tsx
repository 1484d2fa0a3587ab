// SPDX-License-Identifier: MIT
interface SparklineProps {
  values: (number | null)[];
  label: string; // what it shows, read out
  width?: number;
  height?: number;
  bars?: boolean; // for counts
  color?: string;
}

/** Runs of numbers between the gaps, as SVG paths. */
function paths(values: (number | null)[], x: (i: number) => number, y: (v: number) => number): string {
  let pen = "M";
  return values.map((value, i) => {
    if (value === null) {
      pen = "M";
      return "";
    }
    const step = `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
    return step;
  }).join("");
}

/** A word-sized chart without axes: the shape of a figure over the range. */
export function Sparkline({ values, label, width = 96, height = 24, bars, color = "var(--accent)" }: SparklineProps) {
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known, 0) || 1;
  const step = width / Math.max(values.length, 1);
  const y = (value: number): number => height - 1 - (value / top) * (height - 2);
  const line = paths(values, (i) => (i + 0.5) * step, y);
  const lone = known.length < 3;
  return (
    <svg width={width} height={height} role="img" aria-label={label} className="shrink-0">
      {bars
        ? values.map((v, i) => v ? <rect key={i} x={i * step} y={y(v)} width={Math.max(step - 1, 1)} height={height - y(v)} fill={color} /> : null)
        : <path d={line} fill="none" stroke={color} strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />}
      {!bars && lone && values.map((v, i) => v === null ? null : <circle key={i} cx={(i + 0.5) * step} cy={y(v)} r="2" fill={color} />)}
    </svg>
  );
}
