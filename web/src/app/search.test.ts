// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { parseSearch, readSearch, stringifySearch } from "./search";

describe("the address", () => {
  it("keeps plain texts under known keys", () => {
    const raw = parseSearch("?q=level:error+refund&range=24h&utm=x&sort=");
    expect(readSearch(raw)).toEqual({ q: "level:error refund", range: "24h" });
  });
  it("is written as it is read", () => {
    const text = "?q=id:1234567890123456789&range=2026-11-22T08:00/2026-11-23T08:00&sort=-start";
    expect(stringifySearch(readSearch(parseSearch(text)))).toBe(text);
  });
  it("has no question mark without a search", () => expect(stringifySearch({ q: undefined })).toBe(""));
});
