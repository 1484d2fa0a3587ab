// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { lensOf, readSearch, savedPart } from "./search";

it("keeps what differs from the usual", () => {
  expect(readSearch({ q: "level:error", range: "24h", sort: "-start", lens: "traces", cols: "", nonsense: "x" })).toEqual({ q: "level:error" });
  expect(readSearch({ q: 4711, range: "14d", sort: "-cost", lens: "live", peek: "t" })).toEqual(
    { q: "4711", range: "14d", sort: "-cost", lens: "live", peek: "t" },
  );
  expect(readSearch({ q: { a: 1 }, lens: "else" })).toEqual({});
});

it("knows that Live lists traces", () => {
  expect([{}, { lens: "live" as const }, { lens: "obs" as const }].map(lensOf)).toEqual(["traces", "traces", "obs"]);
});

it("saves the question, not the place in it", () => {
  expect(savedPart({ q: "a", peek: "t", at: "r", view: "v", cols: "io" })).toEqual({ q: "a", cols: "io" });
});
