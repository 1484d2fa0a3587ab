// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { parseRange, rangeLabel, rangeReaching, spanRange } from "./range";

const NOW = Date.UTC(2026, 10, 23, 8);

describe("a range of the address", () => {
  it("counts back from now", () => {
    expect(parseRange("24h", NOW)).toEqual({ from: NOW - 86_400_000, to: NOW });
    expect(parseRange("15m", NOW)).toEqual({ from: NOW - 900_000, to: NOW });
  });
  it("or names two moments in UTC, and comes back the same", () => {
    const text = "2026-11-22T08:00/2026-11-23T08:00";
    expect(parseRange(text)).toEqual({ from: NOW - 86_400_000, to: NOW });
    expect(spanRange(parseRange(text)!)).toBe(text);
  });
  it.each(["", "soon", "24", "24w", "2026-11-23T08:00/2026-11-22T08:00", "x/y"])("refuses %j", (text) =>
    expect(parseRange(text)).toBeUndefined());
  it("is named in words", () => {
    expect(rangeLabel("24h")).toBe("Past 24 hours");
    expect(rangeLabel("36h")).toBe("Past 36h");
    expect(rangeLabel("nonsense")).toBe("nonsense");
  });
  it("widens to the smallest one that reaches a moment", () => {
    expect(rangeReaching(NOW - 3 * 86_400_000 + 1000, NOW)).toBe("3d");
    expect(rangeReaching(NOW - 2 * 86_400_000, NOW)).toBe("3d");
    expect(parseRange(rangeReaching(NOW - 900 * 86_400_000, NOW))!.from).toBeLessThan(NOW - 900 * 86_400_000);
  });
});
