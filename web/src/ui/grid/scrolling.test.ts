// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { scrollFor, visible, wantsMore } from "./scrolling";

describe("scrolling", () => {
  it("draws what is seen and a little more, within the list", () => {
    expect(visible(0, 440, 44, 1000)).toEqual({ first: 0, last: 18 });
    expect(visible(4400, 440, 44, 1000)).toEqual({ first: 92, last: 118 });
    expect(visible(4400, 440, 44, 20)).toEqual({ first: 20, last: 20 });
    expect(visible(0, 440, 44, 0)).toEqual({ first: 0, last: 0 });
  });

  it("asks for more at seventy per cent", () => {
    expect(wantsMore({ first: 0, last: 34 }, 50)).toBe(false);
    expect(wantsMore({ first: 0, last: 35 }, 50)).toBe(true);
    expect(wantsMore({ first: 0, last: 0 }, 0)).toBe(false);
  });

  it("scrolls only as far as needed", () => {
    expect(scrollFor(3, 0, 440, 44)).toBeUndefined();
    expect(scrollFor(3, 200, 440, 44)).toBe(132);
    expect(scrollFor(20, 0, 440, 44)).toBe(484);
  });
});
