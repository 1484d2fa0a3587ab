// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import * as f from "./format";
import { activateLocale } from "./i18n";

const NOW = Date.UTC(2026, 10, 23, 7, 52, 54);

describe("a number has one form on every screen", () => {
  it.each([
    [0, "0"], [940, "940"], [1374, "1,374"], [9999, "9,999"], [10_000, "10k"], [13_412, "13.4k"],
    [99_949, "99.9k"], [312_000, "312k"], [999_600, "1M"], [2_140_000, "2.1M"], [3.2e9, "3.2G"], [0.634, "0.634"],
  ])("%d is short %s", (n, text) => expect(f.formatShort(n)).toBe(text));
  it.each([
    [0, "$0"], [0.0359, "$0.0359"], [0.000_012_34, "$0.0000123"], [1e-9, "<$0.000001"], [0.504, "$0.504"],
    [0.9996, "$1.00"], [1, "$1.00"], [12.345, "$12.35"], [1234.5, "$1,235"], [-0.5, "−$0.5"],
  ])("%d is money %s", (n, text) => expect(f.formatMoney(n)).toBe(text));
  it.each([
    [0, "0 ms"], [0.3, "<1 ms"], [12, "12 ms"], [99.6, "0.10 s"], [830, "0.83 s"], [9994, "9.99 s"], [9996, "10.0 s"],
    [12_510, "12.5 s"], [59_949, "59.9 s"], [59_960, "1 m"], [725_000, "12 m 5 s"], [3_600_000, "1 h"],
    [12_000_000, "3 h 20 m"], [187_200_000, "2 d 4 h"], [-830, "−0.83 s"],
  ])("%d ms take %s", (ms, text) => expect(f.formatDuration(ms)).toBe(text));
  it.each([[0, "0 %"], [0.009, "0.9 %"], [0.12, "12 %"], [1, "100 %"]])("%d is %s", (share, text) =>
    expect(f.formatShare(share)).toBe(text));
  it.each([[0, "0 B"], [999, "999 B"], [1536, "1.5 kB"], [8.3e9, "7.7 GB"], [3.1e10, "29 GB"]])("%d bytes are %s", (n, text) =>
    expect(f.formatBytes(n)).toBe(text));
});

describe("a change against before", () => {
  it("has a sign and no decimals", () => {
    expect(f.formatChange(112, 100)).toBe("+12 %");
    expect(f.formatChange(1506, 100)).toBe("×15");
    expect(f.formatChange(97, 100)).toBe("−3 %");
    expect(f.formatChange(100.2, 100)).toBe("±0 %");
  });
  it("says nothing against nothing", () => expect(f.formatChange(5, 0)).toBeUndefined());
});

describe("a time", () => {
  it("names the year only where it is another one", () => {
    expect(f.formatTime(NOW, NOW)).toBe("23 Nov 07:52:54");
    expect(f.formatDay(Date.UTC(2025, 0, 2), NOW)).toBe("2 Jan 2025");
  });
  it("is relative in the largest whole unit", () => {
    expect(f.formatAgo(NOW - 2000, NOW)).toBe("2s ago");
    expect(f.formatAgo(NOW - 3 * 86_400_000, NOW)).toBe("3d ago");
    expect(f.formatAgo(NOW + 7_200_000, NOW)).toBe("in 2h");
  });
  it("is written as the reader's language has it", async () => {
    await activateLocale("zh-CN");
    expect(f.formatTime(NOW, NOW)).toBe("11月23日 07:52:54");
    await activateLocale("en");
  });
});
