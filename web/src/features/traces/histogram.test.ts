// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { bars, bucketAt, span } from "./histogram";

const data = { from: 1000, to: 1950, bucket: 250, n: [0, 100, 1000, 4], errors: [0, 1, 0, 4], warnings: [0, 0, 100, 0] };

it("stacks failures at the foot and lets one among thousands be seen", () => {
  const [none, few, most, all] = bars(data, 400, 50);
  expect(none).toMatchObject({ errors: 0, warnings: 0, rest: 0 });
  expect(few).toMatchObject({ x: 100, width: 99, errors: 2, rest: 3 });
  expect(most).toMatchObject({ warnings: 5, rest: 45 });
  expect(all).toMatchObject({ errors: 2, rest: 0 });
});

it("draws nothing from nothing", () => {
  expect(bars({ ...data, n: [], errors: [], warnings: [] }, 400, 50)).toEqual([]);
  expect(bars({ ...data, n: [0, 0] }, 400, 50).every((bar) => bar.rest === 0)).toBe(true);
});

it("finds the bucket under the pointer, also beyond the edges", () => {
  expect([-5, 0, 99, 100, 399, 900].map((x) => bucketAt(x, 400, 4))).toEqual([0, 0, 0, 1, 3, 3]);
});

it("spans whole buckets in either direction, not beyond the window", () => {
  expect(span(data, 2, 1)).toEqual({ from: 1250, to: 1750 });
  expect(span(data, 3, 3)).toEqual({ from: 1750, to: 1950 });
});
