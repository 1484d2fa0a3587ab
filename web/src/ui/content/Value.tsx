// SPDX-License-Identifier: MIT
//
// A recorded value shown by what it is: prose, a short fact, a table of like objects, numbers of an
// embedding, or a tree.

import type { Json } from "@/api/ui";
import { isBranch, parsed } from "./json";
import { formatCount } from "@/lib/format";
import { JsonTree } from "./JsonTree";
import { Markdown } from "./Markdown";
import { t } from "@/lib/i18n";

type Row = { [key: string]: Json };
const MOST_COLUMNS = 8;
const MOST_ROWS = 100;

function isPlain(value: Json | undefined): boolean {
  return value === undefined || value === null || typeof value !== "object";
}

/** Columns of an array of objects that all have the same few plain members, else undefined. */
export function tableColumns(value: Json): string[] | undefined {
  if (!Array.isArray(value) || value.length < 2 || value.length > MOST_ROWS) return undefined;
  const columns = new Set<string>();
  for (const row of value) {
    if (!isBranch(row) || Array.isArray(row)) return undefined;
    for (const [key, member] of Object.entries(row)) {
      if (!isPlain(member) || (typeof member === "string" && member.length > 120)) return undefined;
      columns.add(key);
    }
  }
  return columns.size > 0 && columns.size <= MOST_COLUMNS ? [...columns] : undefined;
}

export function isVector(value: Json): value is number[] {
  return Array.isArray(value) && value.length >= 16 && value.every((each) => typeof each === "number");
}

function Grid({ rows, columns }: { rows: Row[]; columns: string[] }) {
  return (
    <div className="rt-scroll rt-prose">
      <table>
        <thead>
          <tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {columns.map((column) => {
                const cell = row[column];
                return <td key={column} className={typeof cell === "number" ? "num" : undefined}>{isBranch(cell ?? null) ? "" : String((cell as string | number | null) ?? "")}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const BARS = 128;

/** The shape of a vector: one bar for each of at most 128 runs of its numbers. */
export function Vector({ numbers }: { numbers: number[] }) {
  const run = Math.ceil(numbers.length / BARS);
  const means: number[] = [];
  for (let at = 0; at < numbers.length; at += run) {
    const part = numbers.slice(at, at + run);
    means.push(part.reduce((sum, each) => sum + each, 0) / part.length);
  }
  const most = means.reduce((max, each) => Math.max(max, Math.abs(each)), 0) || 1;
  const norm = Math.sqrt(numbers.reduce((sum, each) => sum + each * each, 0));
  return (
    <figure className="rt-vector">
      <svg viewBox={`0 0 ${means.length * 3} 40`} preserveAspectRatio="none" role="img" aria-label={t("Shape of the vector")}>
        {means.map((each, at) => {
          const height = (Math.abs(each) / most) * 19;
          return <rect key={at} x={at * 3} width={2} y={each >= 0 ? 20 - height : 20} height={height} />;
        })}
      </svg>
      <figcaption>
        {t("{n} dimensions · length {length}", { n: formatCount(numbers.length), length: norm.toFixed(3) })}
      </figcaption>
    </figure>
  );
}

/** The one text in a value that is nothing but that text in a wrapper: `{ "message": "…" }`. */
function onlyText(value: Json): string | undefined {
  if (typeof value === "string") return parsed(value) === undefined ? value : undefined;
  if (!isBranch(value) || Array.isArray(value)) return undefined;
  const [only, ...more] = Object.values(value);
  return more.length === 0 && typeof only === "string" ? only : undefined;
}

export function Value({ value, label, query = "" }: { value: Json; label: string; query?: string }) {
  const text = query === "" ? onlyText(value) : undefined;
  if (text !== undefined) return <Markdown text={text} />;
  const inner = typeof value === "string" ? (parsed(value) ?? value) : value;
  if (isVector(inner)) return <Vector numbers={inner} />;
  const columns = query === "" ? tableColumns(inner) : undefined;
  if (columns) return <Grid rows={inner as Row[]} columns={columns} />;
  return <JsonTree key={query} value={inner} label={label} query={query} />;
}
