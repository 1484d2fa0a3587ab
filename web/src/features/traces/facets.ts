// SPDX-License-Identifier: MIT
//
// Facets and the query text are one state: a click rewrites the text, the text says what is ticked.

import { append, format, parse, type Term } from "@/ui/query/query";

export type Mark = "only" | "excluded";

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function termsOf(text: string, field: string): Term[] {
  return parse(text).filter((term) => term.field && sameName(term.field.name, field) && !term.op);
}

function write(field: string, values: readonly string[], negated: boolean): string {
  const written = values.map((text) => ({ text, quoted: false }));
  return format({ negated, field: { name: field }, list: values.length > 1, values: written });
}

/** Which values of a field the text asks for or excludes; keys in lower case. */
export function marks(text: string, field: string): Map<string, Mark> {
  const found = new Map<string, Mark>();
  for (const term of termsOf(text, field)) {
    for (const value of term.values) {
      if (value.text !== "") found.set(value.text.toLowerCase(), term.negated ? "excluded" : "only");
    }
  }
  return found;
}

function values(text: string, field: string, negated: boolean): string[] {
  return termsOf(text, field)
    .filter((term) => term.negated === negated)
    .flatMap((term) => term.values.map((value) => value.text))
    .filter((value) => value !== "");
}

/** Writes the field's terms anew, at the place of the first of them. */
function rewrite(text: string, field: string, only: readonly string[], excluded: readonly string[]): string {
  const written = [only.length ? write(field, only, false) : "", excluded.length ? write(field, excluded, true) : ""]
    .filter((part) => part !== "")
    .join(" ");
  const old = termsOf(text, field);
  const first = old[0];
  if (!first) return written === "" ? text : append(text, written);
  let result = text;
  for (const term of [...old].reverse()) {
    result = result.slice(0, term.at) + (term === first ? written : "") + result.slice(term.end);
  }
  return result.replace(/ {2,}/g, " ").trim();
}

const dropped = (list: readonly string[], value: string): string[] => list.filter((item) => !sameName(item, value));

/** Only this value; a second time: any value again. */
export function toggleOnly(text: string, field: string, value: string): string {
  const now = values(text, field, false);
  const alone = now.length === 1 && sameName(now[0] ?? "", value);
  return rewrite(text, field, alone ? [] : [value], []);
}

/** This value too, or no longer. */
export function toggleAdded(text: string, field: string, value: string): string {
  const now = values(text, field, false);
  const rest = dropped(now, value);
  const next = rest.length === now.length ? [...now, value] : rest;
  return rewrite(text, field, next, dropped(values(text, field, true), value));
}

/** Everything but this value, or no longer. */
export function toggleExcluded(text: string, field: string, value: string): string {
  const now = values(text, field, true);
  const rest = dropped(now, value);
  const next = rest.length === now.length ? [...now, value] : rest;
  return rewrite(text, field, dropped(values(text, field, false), value), next);
}

/** Any value of the field again. */
export function clearField(text: string, field: string): string {
  return rewrite(text, field, [], []);
}
