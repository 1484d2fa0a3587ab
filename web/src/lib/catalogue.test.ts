// SPDX-License-Identifier: MIT
//
// The Chinese catalogue is complete: every message of the sources, nothing else, the same arguments.
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { describe, expect, it } from "vitest";
import { readCatalogue, readCatalogues, readMessages } from "../../build/messages";
import { preferredLocale } from "./i18n";

const messages = readMessages();
const chinese = readCatalogue();

/** The names of the arguments of a message, sorted. */
function argumentsOf(text: string): string[] {
  const names = (part: unknown): string[] => {
    if (!Array.isArray(part)) return [];
    const [name, kind, options] = part as [unknown, unknown, unknown];
    const isArgument = typeof name === "string" && (part.length === 1 || typeof kind === "string");
    const inner = typeof options === "object" && options !== null ? Object.values(options).flatMap(list) : [];
    return isArgument ? [name, ...inner] : list(part);
  };
  const list = (parts: unknown): string[] =>
    Array.isArray(parts) ? parts.flatMap((part) => (Array.isArray(part) ? names(part) : [])) : [];
  return [...new Set(list(compileMessage(text)))].sort();
}

describe("the Chinese catalogue", () => {
  it("has every message", () => expect(messages.filter((text) => !(text in chinese))).toEqual([]));
  it("has no message that is not used", () =>
    expect(Object.keys(chinese).filter((text) => !messages.includes(text))).toEqual([]));
  it("says the same everywhere", () => {
    const rows = readCatalogues().flatMap((part) => Object.entries(part));
    expect(rows.filter(([english, text]) => chinese[english] !== text)).toEqual([]);
  });
  it("has the arguments of the English", () => {
    const wrong = messages.filter((text) => String(argumentsOf(text)) !== String(argumentsOf(chinese[text] ?? text)));
    expect(wrong).toEqual([]);
  });
});

describe("the language of a first visit", () => {
  it("is the chosen one, then the browser's, then English", () => {
    expect(preferredLocale("en", ["zh-CN"])).toBe("en");
    expect(preferredLocale(undefined, ["de", "zh-Hans-CN", "en"])).toBe("zh-CN");
    expect(preferredLocale(undefined, ["fr"])).toBe("en");
    expect(preferredLocale("tlh", [])).toBe("en");
  });
});
