// SPDX-License-Identifier: MIT
//
// A JSON value as rows of a tree, so that only those on the screen are drawn. Which objects are open
// is a set of paths; a path is the row's address, written as one would in JavaScript.

import type { Json } from "@/api/ui";

export interface JsonRow {
  path: string;
  /** name in the object above, position in the array above, undefined at the root */
  key: string | number | undefined;
  value: Json;
  depth: number;
  /** members of an object or array, -1 for everything else */
  size: number;
  open: boolean;
  nth: number;
  of: number;
}

const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

export function pathTo(above: string, key: string | number): string {
  if (typeof key === "number") return `${above}[${key}]`;
  if (!PLAIN_NAME.test(key)) return `${above}[${JSON.stringify(key)}]`;
  return above === "" ? key : `${above}.${key}`;
}

export function isBranch(value: Json): value is Json[] | { [key: string]: Json } {
  return typeof value === "object" && value !== null;
}

type Entry = [string | number, Json];

export function entries(value: Json): Entry[] {
  if (Array.isArray(value)) return value.map((each, at): Entry => [at, each]);
  return isBranch(value) ? Object.entries(value) : [];
}

/** Members without making a list of them. */
export function sizeOf(value: Json): number {
  if (!isBranch(value)) return -1;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** Whether a value has more than `most` values in it. */
export function isLarge(root: Json, most: number): boolean {
  let n = 0;
  walk(root, () => ++n <= most);
  return n > most;
}

/** The rows to draw. The depth of a JSON value is not bounded by the stack. */
export function jsonRows(root: Json, open: ReadonlySet<string>): JsonRow[] {
  const rows: JsonRow[] = [];
  const stack: JsonRow[] = [
    { path: "", key: undefined, value: root, depth: 0, size: sizeOf(root), open: open.has(""), nth: 1, of: 1 },
  ];
  while (stack.length > 0) {
    const row = stack.pop()!;
    rows.push(row);
    if (!row.open || row.size <= 0) continue;
    const members = entries(row.value);
    for (let k = members.length - 1; k >= 0; k--) {
      const [key, value] = members[k]!;
      const path = pathTo(row.path, key);
      const size = sizeOf(value);
      stack.push({ path, key, value, depth: row.depth + 1, size, open: size > 0 && open.has(path), nth: k + 1, of: members.length });
    }
  }
  return rows;
}

/** Calls `visit` for every value, outermost first, until it answers false. */
function walk(root: Json, visit: (path: string, key: string | number | undefined, value: Json) => boolean): void {
  const stack: [string, string | number | undefined, Json][] = [["", undefined, root]];
  while (stack.length > 0) {
    const [path, key, value] = stack.pop()!;
    if (!visit(path, key, value)) return;
    const members = entries(value);
    for (let k = members.length - 1; k >= 0; k--) {
      const [name, member] = members[k]!;
      stack.push([pathTo(path, name), name, member]);
    }
  }
}

/** What is open at first: outer levels, as far as they add up to few rows. */
export function firstOpen(root: Json, most = 60): Set<string> {
  const open = new Set<string>();
  let level: [string, Json][] = [["", root]];
  let rows = 1;
  while (level.length > 0) {
    const branches = level.filter(([, value]) => sizeOf(value) > 0);
    const more = branches.reduce((sum, [, value]) => sum + sizeOf(value), 0);
    if (branches.length === 0 || (rows + more > most && open.size > 0)) break;
    rows += more;
    for (const [path] of branches) open.add(path);
    if (rows > most) break;
    level = branches.flatMap(([path, value]) =>
      entries(value).map(([key, member]): [string, Json] => [pathTo(path, key), member]),
    );
  }
  return open;
}

export function allOpen(root: Json, most = 20_000): Set<string> {
  const open = new Set<string>();
  walk(root, (path, _key, value) => {
    if (sizeOf(value) > 0) open.add(path);
    return open.size < most;
  });
  return open;
}

function holds(text: string, needle: string): boolean {
  return text.toLowerCase().includes(needle);
}

/** Paths of the values whose name or text contains the query, in order. */
export function jsonFind(root: Json, query: string, most = 1_000): string[] {
  const needle = query.trim().toLowerCase();
  const found: string[] = [];
  if (needle === "") return found;
  walk(root, (path, key, value) => {
    const named = typeof key === "string" && holds(key, needle);
    if (named || (!isBranch(value) && holds(String(value), needle))) found.push(path);
    return found.length < most;
  });
  return found;
}

/** Paths of everything that contains the value at `path`, outermost first. */
export function pathsAbove(root: Json, path: string): string[] {
  const above: string[] = [];
  let at = "";
  let value = root;
  while (at !== path) {
    const next = entries(value).find(([key]) => leadsTo(pathTo(at, key), path));
    if (!next) break;
    above.push(at);
    at = pathTo(at, next[0]);
    value = next[1];
  }
  return above;
}

function leadsTo(prefix: string, path: string): boolean {
  return path === prefix || (path.startsWith(prefix) && ".[".includes(path[prefix.length]!));
}

/** One line for a closed object or array: `{ role, content, … }`, `[ 3 ]`. */
export function glimpse(value: Json, most = 4): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[ ${value.length} ]`;
  if (!isBranch(value)) return JSON.stringify(value);
  const names = Object.keys(value);
  if (names.length === 0) return "{}";
  return `{ ${names.slice(0, most).join(", ")}${names.length > most ? ", …" : ""} }`;
}

/** JSON for reading and copying. Undefined stays empty. */
export function pretty(value: Json | undefined): string {
  return value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** Text that is itself a JSON object or array is read as one; any other text stays what it is. */
export function parsed(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
