// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import type { Json, Message } from "@/api/ui";
import { argsLine, foldSeen, messageText } from "./fold";
import { allOpen, firstOpen, glimpse, jsonFind, jsonRows, parsed, pathsAbove, pathTo } from "./json";
import { looksLikeMarkdown, plain, safeAudio, safeImage, safeLink } from "./safe";

const value: Json = { order: { number: "4711-882", items: [{ sku: "A-3", n: 1 }] }, "odd key": [true, null], empty: {} };

describe("JSON as rows", () => {
  it("draws only what is open", () => {
    const rows = jsonRows(value, new Set(["", "order"]));
    expect(rows.map((row) => `${row.path}|${row.depth}|${row.open}`)).toEqual([
      "|0|true", "order|1|true", "order.number|2|false", "order.items|2|false", '["odd key"]|1|false', "empty|1|false",
    ]);
    expect(rows[3]).toMatchObject({ key: "items", size: 1, nth: 2, of: 2 });
  });
  it("writes paths as JavaScript", () => {
    expect([pathTo("", "a"), pathTo("a", 3), pathTo("a", "b c"), pathTo("", '"')]).toEqual(["a", "a[3]", 'a["b c"]', '["\\""]']);
  });
  it("finds names and values and what has to be opened for them", () => {
    expect(jsonFind(value, "4711")).toEqual(["order.number"]);
    expect(jsonFind(value, "SKU")).toEqual(["order.items[0].sku"]);
    expect(jsonFind(value, "null")).toEqual(['["odd key"][1]']);
    expect(jsonFind(value, " ")).toEqual([]);
    expect(pathsAbove(value, "order.items[0].sku")).toEqual(["", "order", "order.items", "order.items[0]"]);
    expect(pathsAbove({ a: 1, ab: { c: 1 } }, "ab.c")).toEqual(["", "ab"]);
  });
  it("opens little of a large value and much of a small one", () => {
    expect([...firstOpen(value)].length).toBe(5);
    expect([...firstOpen(Array.from({ length: 5000 }, () => [1]))]).toEqual([""]);
    expect(allOpen(value).size).toBe(5);
  });
  it("is fast and not bounded by the stack", () => {
    let deep: Json = 1;
    for (let k = 0; k < 50_000; k++) deep = [deep];
    expect(jsonFind(deep, "1")).toHaveLength(1);
    const wide: Json = Array.from({ length: 100_000 }, (_, k) => k);
    const began = performance.now();
    expect(jsonRows(wide, new Set([""])).length).toBe(100_001);
    expect(performance.now() - began).toBeLessThan(500);
  });
  it("says in one line what is closed", () => {
    expect([glimpse({}), glimpse([1, 2]), glimpse({ a: 1, b: 2, c: 3, d: 4, e: 5 })]).toEqual(["{}", "[ 2 ]", "{ a, b, c, d, … }"]);
    expect([parsed('{"a":1}'), parsed("{a"), parsed("12")]).toEqual([{ a: 1 }, undefined, undefined]);
  });
});

const said = (role: Message["role"], text: string, seen?: number): Message => ({
  role, parts: [{ type: "text", text }], ...(seen === undefined ? {} : { seen }),
});

describe("a conversation", () => {
  it("folds what an earlier step showed", () => {
    const sections = foldSeen({
      messages: [said("system", "s", 1), said("user", "u", 1), said("assistant", "a", 2), said("tool", "t"), said("assistant", "new")],
      answers: 1,
    });
    expect(sections.map((section) => (section.kind === "seen" ? [section.messages.length, section.from] : section.answer))).toEqual([
      [3, [1, 2]], false, true,
    ]);
  });
  it("never folds the answer", () => {
    expect(foldSeen({ messages: [said("assistant", "same again", 1)], answers: 1 })[0]!.kind).toBe("message");
  });
  it("has a text", () => {
    expect(messageText({ role: "assistant", parts: [{ type: "text", text: "so" }], calls: [{ name: "f", args: "{}" }] })).toBe("so\nf({})");
    expect(argsLine('{"number":"4711","n":3}')).toBe('number: "4711", n: 3');
    expect([argsLine("{cut"), argsLine(undefined), argsLine("x".repeat(500)).length]).toEqual(["{cut", "", 160]);
  });
});

describe("addresses in recorded content", () => {
  it.each([
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " java\nscript:alert(1)", "\u0001javascript:alert(1)", "vbscript:x", "data:text/html,<script>1</script>",
    "blob:http://x/1", "file:///etc/passwd", "//evil.example/x", "/project/p/settings", "settings", "#x", "?q=1", "", "ftp://x", "http://user:pass@bank.example/",
    "view-source:http://x", "intent://x", "about:blank",
  ])("no link: %j", (address) => expect(safeLink(address)).toBeUndefined());
  it.each([
    ["https://example.com/a?b#c", "https://example.com/a?b#c"], ["HTTP://example.com", "http://example.com/"], ["mailto:a@b.example", "mailto:a@b.example"],
  ])("a link: %j", (address, href) => expect(safeLink(address)).toBe(href));

  const base = "http://127.0.0.1:3000/monitor/";
  it.each([
    "https://evil.example/pixel.png", "//evil.example/p.png", "data:image/svg+xml;base64,PHN2Zz4=", "data:text/html;base64,PHN2Zz4=", "javascript:1", "data:image/png,x\"onerror=1",
    "api/ui/p/traces/t/skeleton", "api/ui/p/media/../../x/delete", "api/ui/p/media/%2e%2e/x?y=1", "http://127.0.0.1:3000/api/ui/p/media/1", "http://127.0.0.1:3001/monitor/api/ui/p/media/1", "",
  ])("no picture: %j", (address) => expect(safeImage(address, base)).toBeUndefined());
  it("a picture: from the value, or from this server's media route", () => {
    expect(safeImage("data:image/png;base64,iVBORw0KGgo=", base)).toBe("data:image/png;base64,iVBORw0KGgo=");
    expect(safeImage("api/ui/p/media/m1", base)).toBe("http://127.0.0.1:3000/monitor/api/ui/p/media/m1");
    expect(safeAudio("data:audio/wav;base64,UklGRg==", base)).toBe("data:audio/wav;base64,UklGRg==");
    expect(safeAudio("data:text/html;base64,UklGRg==", base)).toBeUndefined();
  });
  it("shows characters that would reorder a label", () => {
    expect(plain("get\u202eredro")).toBe("get�redro");
  });
});

describe("Markdown", () => {
  it.each(["# title", "- one\n- two", "a **b** c", "1. x", "| a | b |\n|---|---|", "```js\n1\n```", "see https://x.example", "`code`", "[a](http://b)"])(
    "is: %j", (text) => expect(looksLikeMarkdown(text)).toBe(true),
  );
  it.each(["Plain sentence.", "2 * 3 = 6", "a_b_c", "x < y > z", "#hashtag"])("is not: %j", (text) => expect(looksLikeMarkdown(text)).toBe(false));
});
