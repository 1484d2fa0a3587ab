// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { append, format, parse, quote, replace, without } from "./query";

const brief = (text: string) =>
  parse(text).map((term) => ({
    field: term.field?.name, values: term.values.map((value) => value.text),
    ...(term.negated && { negated: true }), ...(term.op && { op: term.op }), ...(term.list && { list: true }),
  }));

describe("parse", () => {
  it.each([
    ["", []],
    ["refund", [{ field: undefined, values: ["refund"] }]],
    ["level:error", [{ field: "level", values: ["error"] }]],
    ["-env:dev", [{ field: "env", values: ["dev"], negated: true }]],
    ["latency:>=2s", [{ field: "latency", values: ["2s"], op: ">=" }]],
    ["score.helpfulness:<0.5", [{ field: "score.helpfulness", values: ["0.5"], op: "<" }]],
    ["name:(a, \"b c\",d)", [{ field: "name", values: ["a", "b c", "d"], list: true }]],
    ["input:\"money back\"", [{ field: "input", values: ["money back"] }]],
    ["\"it said \\\"no\\\"\"", [{ field: undefined, values: ["it said \"no\""] }]],
    ["-\"a b\"", [{ field: undefined, values: ["a b"], negated: true }]],
    ["http://a.b/c", [{ field: undefined, values: ["http://a.b/c"] }]],
    ["\"C:\\dir\"", [{ field: undefined, values: ["C:\\dir"] }]],
    ["user:a:b", [{ field: "user", values: ["a:b"] }]],
    ["- x", [{ field: undefined, values: ["-"] }, { field: undefined, values: ["x"] }]],
  ])("%s", (text, expected) => expect(brief(text)).toEqual(expected));

  it.each(["level:", "level:(", "level:(a", "level:(a,", "\"open", "-", ":", "a:\"", ":x", "()", "\\"])(
    "takes the unfinished %s and covers the text",
    (text) => {
      const terms = parse(text);
      expect(terms.at(-1)?.end).toBeLessThanOrEqual(text.length);
      expect(terms.length).toBeGreaterThan(0);
    },
  );

  it("ends on every text, with terms in order that do not overlap", () => {
    const letters = ["a", ":", "\"", "(", ")", ",", "-", " ", ">", "\\"];
    let seed = 7;
    for (let round = 0; round < 3000; round++) {
      let text = "";
      for (let i = 0; i < 12; i++) text += letters[(seed = (seed * 1103515245 + 12345) % 2147483648) % letters.length];
      let last = 0;
      for (const term of parse(text)) {
        expect(term.at).toBeGreaterThanOrEqual(last);
        expect(term.end).toBeGreaterThan(term.at);
        last = term.end;
      }
    }
  });
});

describe("writing", () => {
  it("quotes what would be read otherwise", () => {
    expect(["a", "a b", "-a", "", "a\"b", "a:b", ">1", "退款"].map(quote)).toEqual(
      ["a", "\"a b\"", "\"-a\"", "\"\"", "\"a\\\"b\"", "\"a:b\"", "\">1\"", "退款"],
    );
  });

  it.each(["level:error", "-env:(dev,staging)", "latency:>2s", "\"a b\"", "name:\"x y\"", "refund"])(
    "writes %s as it was",
    (text) => expect(parse(text).map(format)).toEqual([text]),
  );

  it("removes, replaces and appends terms", () => {
    const text = "level:error  env:dev refund";
    const [first, second] = parse(text);
    expect(without(text, first!)).toBe("env:dev refund");
    expect(without(text, second!)).toBe("level:error refund");
    expect(replace(text, second!, "env:(dev,qa)")).toBe("level:error  env:(dev,qa) refund");
    expect(append("", "a")).toBe("a");
    expect(append("a ", "b")).toBe("a b");
  });
});
