// SPDX-License-Identifier: MIT
//
// The columns of the table: which, in which order, how wide. In the address they are one parameter,
// cols=time,name,io,score:helpfulness~120, and only when they are not the usual ones. A width stands
// after "~" where it is not the usual one.

import type { Lens } from "@/ui/query/completion";

export type FixedColumn =
  | "time" | "name" | "io" | "model" | "tokens" | "cost" | "latency" | "scores"
  | "trace" | "ttft" | "speed" | "observations" | "errors"
  | "user" | "session" | "tags" | "env" | "version" | "release" | "id";
export type ColumnId = FixedColumn | `score:${string}`;

export interface ColumnKind {
  id: FixedColumn;
  width: number; // px; of the flexible one the least
  lens: readonly Lens[];
  shown: boolean; // without a choice
  grow?: number; // share of the room that is left over
  number?: boolean; // right-aligned, tabular figures
  sort?: string; // what `sort` calls it
}
export interface Column { id: ColumnId; width: number }

const BOTH: readonly Lens[] = ["traces", "obs"];
export const MIN_WIDTH = 48;
export const MAX_WIDTH = 800;
const SCORE_WIDTH = 104;

export const COLUMNS: readonly ColumnKind[] = [
  { id: "time", width: 88, lens: BOTH, shown: true, sort: "start" },
  { id: "name", width: 154, grow: 0.15, lens: BOTH, shown: true, sort: "name" },
  { id: "io", width: 288, grow: 1, lens: BOTH, shown: true },
  { id: "model", width: 112, grow: 0.1, lens: BOTH, shown: true },
  { id: "tokens", width: 60, lens: BOTH, shown: true, number: true, sort: "tokens" },
  { id: "cost", width: 88, lens: BOTH, shown: true, number: true, sort: "cost" },
  { id: "latency", width: 96, lens: BOTH, shown: true, number: true, sort: "latency" },
  { id: "scores", width: 92, grow: 0.12, lens: BOTH, shown: true },
  { id: "trace", width: 140, lens: ["obs"], shown: false },
  { id: "ttft", width: 72, lens: ["obs"], shown: false, number: true },
  { id: "speed", width: 72, lens: ["obs"], shown: false, number: true },
  { id: "observations", width: 64, lens: ["traces"], shown: false, number: true },
  { id: "errors", width: 64, lens: ["traces"], shown: false, number: true, sort: "errors" },
  { id: "user", width: 140, lens: BOTH, shown: false },
  { id: "session", width: 140, lens: BOTH, shown: false },
  { id: "tags", width: 140, lens: ["traces"], shown: false },
  { id: "env", width: 96, lens: BOTH, shown: false },
  { id: "version", width: 80, lens: BOTH, shown: false },
  { id: "release", width: 96, lens: ["traces"], shown: false },
  { id: "id", width: 128, lens: BOTH, shown: false },
];

export const isScore = (id: string): id is `score:${string}` => id.startsWith("score:") && id.length > 6;

export function kindOf(id: string, lens: Lens): ColumnKind | undefined {
  return COLUMNS.find((kind) => kind.id === id && kind.lens.includes(lens));
}

const usualWidth = (id: ColumnId, lens: Lens): number => kindOf(id, lens)?.width ?? SCORE_WIDTH;

export function defaultColumns(lens: Lens): Column[] {
  return COLUMNS.filter((kind) => kind.shown && kind.lens.includes(lens)).map(({ id, width }) => ({ id, width }));
}

/** All that can be chosen: the fixed ones and one per score name that is known. */
export function choosable(lens: Lens, scoreNames: readonly string[]): ColumnId[] {
  const fixed: ColumnId[] = COLUMNS.filter((kind) => kind.lens.includes(lens)).map((kind) => kind.id);
  return [...fixed, ...scoreNames.map((name): ColumnId => `score:${name}`)];
}

const clampWidth = (width: number): number => Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));

// Only what separates columns is escaped, so that a name stays readable and any text can be read.
const escape = (name: string): string =>
  name.replace(/[%,~]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
const unescape = (text: string): string =>
  text.replace(/%(25|2c|7e)/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

function parseColumn(text: string, lens: Lens): Column | undefined {
  const match = /^(.*?)(?:~(\d+))?$/.exec(text);
  const name = unescape(match?.[1] ?? "");
  if (!isScore(name) && !kindOf(name, lens)) return undefined;
  const id = name as ColumnId;
  return { id, width: match?.[2] ? clampWidth(Number(match[2])) : usualWidth(id, lens) };
}

/** What `cols` says; unknown and repeated names are passed over, the usual ones when nothing is left. */
export function parseColumns(text: string | undefined, lens: Lens): Column[] {
  const seen = new Set<string>();
  const columns = (text ?? "").split(",").flatMap((part) => {
    const column = parseColumn(part, lens);
    if (!column || seen.has(column.id)) return [];
    seen.add(column.id);
    return [column];
  });
  return columns.length > 0 ? columns : defaultColumns(lens);
}

/** `cols` for the address; undefined for the usual ones. */
export function formatColumns(columns: readonly Column[], lens: Lens): string | undefined {
  const write = ({ id, width }: Column): string => {
    const name = escape(id);
    return width === usualWidth(id, lens) ? name : `${name}~${width}`;
  };
  const text = columns.map(write).join(",");
  return text === defaultColumns(lens).map(write).join(",") ? undefined : text;
}

export function toggleColumn(columns: readonly Column[], id: ColumnId, lens: Lens): Column[] {
  const rest = columns.filter((column) => column.id !== id);
  if (rest.length < columns.length) return rest.length > 0 ? rest : [...columns];
  const usual = defaultColumns(lens).findIndex((column) => column.id === id);
  const at = usual < 0 ? columns.length : Math.min(usual, columns.length);
  return [...columns.slice(0, at), { id, width: usualWidth(id, lens) }, ...columns.slice(at)];
}

export function moveColumn(columns: readonly Column[], id: ColumnId, to: number): Column[] {
  const moved = columns.find((column) => column.id === id);
  if (!moved) return [...columns];
  const rest = columns.filter((column) => column.id !== id);
  const at = Math.min(Math.max(to, 0), rest.length);
  return [...rest.slice(0, at), moved, ...rest.slice(at)];
}

export function resizeColumn(columns: readonly Column[], id: ColumnId, width: number): Column[] {
  return columns.map((column) => (column.id === id ? { id, width: clampWidth(width) } : column));
}
