// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import type { Field } from "@/api/ui";
import { applyChoice, fieldChoices, findField, nearestField, placeAt, unknownFields } from "./completion";

const field = (name: string, lens: Field["lens"] = ["traces", "obs"]): Field =>
  ({ name, lens, type: "text", facet: false, doc: "" });
const FIELDS = [field("level"), field("latency"), field("env"), field("trace", ["obs"]), field("score."), field("meta.")];

// The cursor is the bar.
const place = (marked: string) => placeAt(marked.replace("|", ""), marked.indexOf("|"));

describe("place", () => {
  it.each([
    ["|", { kind: "field", prefix: "", from: 0, to: 0 }],
    ["le|", { kind: "field", prefix: "le", from: 0, to: 2 }],
    ["-le|", { kind: "field", prefix: "le", from: 1, to: 3 }],
    ["env:dev |", { kind: "field", prefix: "", from: 8, to: 8 }],
    ["lev|el:error", { kind: "field", prefix: "lev", from: 0, to: 6 }],
    ["level:|", { kind: "value", field: "level", prefix: "", from: 6, to: 6 }],
    ["level:er|ror", { kind: "value", field: "level", prefix: "er", from: 6, to: 11 }],
    ["env:(dev,st|", { kind: "value", field: "env", prefix: "st", from: 9, to: 11 }],
    ["env:(dev,|", { kind: "value", field: "env", prefix: "", from: 9, to: 9 }],
    ["name:\"a b|", { kind: "value", field: "name", prefix: "a b", from: 5, to: 9 }],
    ["latency:>2|", undefined],
    ["\"some words|", undefined],
  ])("%s", (marked, expected) => expect(place(marked)).toEqual(expected));
});

describe("choice", () => {
  const choose = (marked: string, choice: string) => {
    const text = marked.replace("|", "");
    const result = applyChoice(text, placeAt(text, marked.indexOf("|"))!, choice);
    return `${result.text.slice(0, result.cursor)}|${result.text.slice(result.cursor)}`;
  };

  it.each([
    ["le|", "level", "level:|"],
    ["sco|", "score.", "score.|"],
    ["lev|el:error", "latency", "latency:|error"],
    ["level:er|", "error", "level:error |"],
    ["name:|", "a b", "name:\"a b\" |"],
    ["env:(dev,s|) x", "staging", "env:(dev,staging|) x"],
  ])("%s with %s", (marked, choice, expected) => expect(choose(marked, choice)).toBe(expected));

  it("offers what begins so first, and only fields of the lens", () => {
    expect(fieldChoices(FIELDS, "e", "traces").map(({ name }) => name)).toEqual(["env", "level", "latency", "score.", "meta."]);
    expect(fieldChoices(FIELDS, "trace", "obs").map(({ name }) => name)).toEqual(["trace"]);
  });
});

describe("fields", () => {
  it("knows fields with a rest, and no bare prefix", () => {
    expect(findField(FIELDS, "score.help")?.name).toBe("score.");
    expect(findField(FIELDS, "score.")).toBeUndefined();
    expect(findField(FIELDS, "Level")?.name).toBe("level");
  });

  it("names the unknown ones with what was probably meant", () => {
    expect(unknownFields("lvel:error env:x -colour:red", FIELDS)).toEqual([
      { at: 0, end: 4, message: "unknown-field", field: "lvel", suggest: "level" },
      { at: 18, end: 24, message: "unknown-field", field: "colour" },
    ]);
    expect(nearestField(FIELDS, "latncy")).toBe("latency");
    expect(nearestField(FIELDS, "scor.help")).toBe("score.help");
  });
});
