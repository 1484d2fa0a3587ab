// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { clearField, marks, toggleAdded, toggleExcluded, toggleOnly } from "./facets";

describe("facets and text", () => {
  it("reads marks from the text, without regard to case", () => {
    expect([...marks("level:(error,Warning) -env:dev latency:>2s", "level")]).toEqual([["error", "only"], ["warning", "only"]]);
    expect([...marks("-env:dev", "env")]).toEqual([["dev", "excluded"]]);
    expect([...marks("level:", "level")]).toEqual([]);
  });

  it.each([
    ["", "env:dev"],
    ["refund", "refund env:dev"],
    ["env:prod refund", "env:dev refund"],
    ["env:dev refund", "refund"],
    ["env:(dev,prod)", "env:dev"],
    ["-env:dev x", "env:dev x"],
  ])("only: %s -> %s", (text, expected) => expect(toggleOnly(text, "env", "dev")).toBe(expected));

  it.each([
    ["", "env:dev"],
    ["env:prod x", "env:(prod,dev) x"],
    ["env:(prod,dev) x", "env:prod x"],
    ["env:dev", ""],
    ["-env:(dev,qa)", "env:dev -env:qa"],
  ])("added: %s -> %s", (text, expected) => expect(toggleAdded(text, "env", "dev")).toBe(expected));

  it.each([
    ["", "-env:dev"],
    ["env:(dev,prod)", "env:prod -env:dev"],
    ["-env:dev x", "x"],
    ["-env:qa", "-env:(qa,dev)"],
  ])("excluded: %s -> %s", (text, expected) => expect(toggleExcluded(text, "env", "dev")).toBe(expected));

  it("quotes values, and lets comparisons of the same field stand", () => {
    expect(toggleOnly("", "name", "a b")).toBe("name:\"a b\"");
    expect(clearField("cost:>1 cost:2", "cost")).toBe("cost:>1");
  });
});
