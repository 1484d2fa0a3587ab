// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import type { Field } from "@/api/ui";
import { askable, faults, pieces } from "./draft";

const FIELDS: Field[] = ["level", "env"].map((name) => ({ name, type: "text", facet: false, lens: ["traces"], doc: "" }));

it("cuts the text without losing a character", () => {
  const text = " -lvel:error  env:(a, b) \"two words\" x";
  const cut = pieces(text, [{ at: 2, end: 6 }]);
  expect(cut.map((piece) => piece.text).join("")).toBe(text);
  expect(cut.filter((piece) => piece.wrong).map((piece) => piece.text)).toEqual(["lvel"]);
  expect(cut.filter((piece) => piece.tone === "value").map((piece) => piece.text)).toEqual(["error", "(a, b)"]);
  expect(pieces("", [])).toEqual([]);
});

it("adds what the server said of the same text", () => {
  const problems = [{ at: 10, length: 3, message: "not a number" }, { at: 0, length: 4, message: "unknown" }];
  expect(faults("lvel:x env:abc", FIELDS, { text: "lvel:x env:abc", problems })).toEqual([
    { at: 0, end: 4, message: "unknown-field", field: "lvel", suggest: "level" },
    { at: 10, end: 13, message: "not a number" },
  ]);
  expect(faults("env:abcd", FIELDS, { text: "env:abc", problems })).toEqual([]);
});

it.each([
  ["level:|", ""],
  ["env:x level:|", "env:x"],
  ["level:e|", "level:e"],
  ["a|", ""],
  ["a |", "a"],
  ["re|", "re"],
  ["nope:|", "nope:"],
  ["env:(|", ""],
])("asks for %s as '%s'", (marked, expected) => {
  expect(askable(marked.replace("|", ""), marked.indexOf("|"), FIELDS)).toBe(expected);
});
