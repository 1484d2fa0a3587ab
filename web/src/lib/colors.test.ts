// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { seriesColors } from "./colors";

it("a name alone keeps its colour", () =>
  expect(seriesColors(["gpt-4.1"])).toEqual(seriesColors(["gpt-4.1"])));
it("ten names have ten colours", () => {
  const names = Array.from({ length: 10 }, (_, i) => `model-${i}`);
  expect(new Set(seriesColors(names).values()).size).toBe(10);
});
