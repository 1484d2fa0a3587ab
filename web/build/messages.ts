// SPDX-License-Identifier: MIT
//
// The catalogues of the pages. English text in the sources is its own key: t("Sign in"), msg("Sign in").
// Every folder of src may hold a zh-CN.json with the Chinese of its messages. The modules made here
// hold what the browser needs: `virtual:messages/en` only the messages with arguments, compiled from
// ICU, and `virtual:messages/zh-CN` everything. What is missing or unused fails catalogue.test.ts.
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";

const PREFIX = "virtual:messages/";
const SOURCES = resolve("src");
const SOURCE_FILE = /(?<!\.test)\.tsx?$/;
const MESSAGE = /\b(?:t|msg)\(\s*("(?:[^"\\\n]|\\.)*")/g;
type Catalogue = Record<string, string>;

function files(wanted: RegExp, folder = SOURCES): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(wanted, path);
    return wanted.test(entry.name) ? [path] : [];
  });
}

const read = (path: string): string => readFileSync(path, "utf8");

/** Every message of the sources. */
export function readMessages(): string[] {
  const found = files(SOURCE_FILE).flatMap((path) => [...read(path).matchAll(MESSAGE)]);
  return [...new Set(found.map(([, text]) => JSON.parse(text ?? '""') as string))].sort();
}

/** Every zh-CN.json. */
export const readCatalogues = (): Catalogue[] =>
  files(/^zh-CN\.json$/).map((path) => JSON.parse(read(path)) as Catalogue);

/** All of them in one. */
export const readCatalogue = (): Catalogue => Object.assign({}, ...readCatalogues()) as Catalogue;

const hasArguments = (text: string): boolean => text.includes("{");

function compile(locale: string): string {
  const chinese = locale === "en" ? {} : readCatalogue();
  const rows = readMessages()
    .map((english) => [english, chinese[english] ?? english] as const)
    .filter(([english, text]) => english !== text || hasArguments(text))
    .map(([english, text]) => [english, hasArguments(text) ? compileMessage(text) : text]);
  return `export default JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(rows)))});`;
}

export function messages(): Plugin {
  return {
    name: "rushlight-messages",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      files(/^zh-CN\.json$/).forEach((path) => this.addWatchFile(path));
      return compile(id.slice(PREFIX.length + 1));
    },
  };
}
