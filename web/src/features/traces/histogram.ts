// SPDX-License-Identifier: MIT
//
// Geometry of the histogram: bars of counts over time with warnings and errors stacked at the foot,
// and what a drag over it means.

export interface Buckets {
  from: number; to: number; bucket: number;
  n: readonly number[]; errors: readonly number[]; warnings: readonly number[];
}
export interface Bar {
  index: number; x: number; width: number;
  /** heights from the foot up: errors, warnings, the rest */
  errors: number; warnings: number; rest: number;
}

const GAP = 1;
const LEAST = 2; // px: one failure among thousands is still seen

function share(n: number, most: number, height: number): number {
  return n <= 0 || most <= 0 ? 0 : Math.max(LEAST, (n / most) * height);
}

export function bars(data: Buckets, width: number, height: number): Bar[] {
  const count = data.n.length;
  const most = Math.max(0, ...data.n);
  const step = count > 0 ? width / count : 0;
  return data.n.map((n, index) => {
    const errors = share(data.errors[index] ?? 0, most, height);
    const warnings = share(data.warnings[index] ?? 0, most, height);
    const rest = Math.max(0, share(n, most, height) - errors - warnings);
    return { index, x: index * step, width: Math.max(1, step - GAP), errors, warnings, rest };
  });
}

export function bucketAt(x: number, width: number, count: number): number {
  if (count <= 0 || width <= 0) return 0;
  return Math.min(count - 1, Math.max(0, Math.floor((x / width) * count)));
}

/** The time from one bucket to another, both included, within the window. */
export function span(data: Buckets, one: number, other: number): { from: number; to: number } {
  const [first, last] = one < other ? [one, other] : [other, one];
  const from = data.from + first * data.bucket;
  return { from, to: Math.min(data.to, data.from + (last + 1) * data.bucket) };
}

export const bucketStart = (data: Buckets, index: number): number => data.from + index * data.bucket;
