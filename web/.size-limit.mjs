// SPDX-License-Identifier: MIT
//
// What a browser loads, as brotli: the entry with all that it imports statically plus the screen of a
// list, and everything that an address can be reached with. `npm run size` builds and checks it.
import { readFileSync } from "node:fs";

const folder = "../build/web/size";
const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, "utf8"));
const first = new Set();

function collect(key) {
  const chunk = manifest[key];
  if (!chunk || first.has(chunk.file)) return;
  first.add(chunk.file);
  chunk.css?.forEach((file) => first.add(file));
  chunk.assets?.forEach((file) => first.add(file));
  chunk.imports?.forEach(collect);
}

collect("index.html");
collect("src/features/traces/TracesScreen.tsx");
const files = [...first].map((file) => `${folder}/${file}`);
const brotli = { brotli: true };

export default [
  { name: "first load, JavaScript", path: files.filter((f) => f.endsWith(".js")), limit: "150 kB", ...brotli },
  { name: "first load, all", path: [...files, `${folder}/index.html`], limit: "200 kB", ...brotli },
];
