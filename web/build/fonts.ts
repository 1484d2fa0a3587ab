// SPDX-License-Identifier: MIT
//
// Inter for the pages: the variable Latin file, cut down to the characters and the weights in use.
// CJK and everything else comes from the reader's system.
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import subset from "subset-font";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);
const SOURCE = require.resolve("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2");
const TYPOGRAPHY = "–—‘’“”•…‹›€→←↑↓−×≥≤≈";
const MOST_BYTES = 28 * 1024;

export const FONT_FOLDER = resolve("node_modules/.cache/rushlight-fonts");
const OUTPUT = join(FONT_FOLDER, "inter.woff2");

function characters(): string {
  const printable = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => String.fromCharCode(from + i)).join("");
  return printable(0x20, 0x7f) + printable(0xa0, 0x100) + TYPOGRAPHY;
}

function isCurrent(): boolean {
  try {
    return statSync(OUTPUT).mtimeMs > statSync(fileURLToPath(import.meta.url)).mtimeMs;
  } catch {
    return false;
  }
}

async function make(): Promise<void> {
  const font = await subset(readFileSync(SOURCE), characters(), {
    targetFormat: "woff2",
    variationAxes: { wght: { min: 400, max: 600 } },
  });
  if (font.length > MOST_BYTES) throw new Error(`the font came to ${font.length} bytes`);
  mkdirSync(FONT_FOLDER, { recursive: true });
  writeFileSync(OUTPUT, font);
}

export function fonts(): Plugin {
  return {
    name: "rushlight-fonts",
    async buildStart() {
      if (!isCurrent()) await make();
    },
  };
}
