// SPDX-License-Identifier: MIT
//
// What can be typed at the cursor of the query box: a field, or a value of the field that stands there.

import type { Field } from "@/api/ui";
import { parse, quote, type Scalar, type Span, type Term } from "./query";

export type Lens = "traces" | "obs";

/** What is being typed: `from`..`to` of the text is what a choice replaces. */
export type Place =
  | { kind: "field"; prefix: string; from: number; to: number }
  | { kind: "value"; field: string; prefix: string; from: number; to: number };

export interface Problem extends Span { message: "unknown-field"; field: string; suggest?: string }

/** Fields whose name ends in a dot take any rest: score.helpfulness, meta.region. */
export function findField(fields: readonly Field[], name: string): Field | undefined {
  const lower = name.toLowerCase();
  return fields.find((field) =>
    field.name.endsWith(".") ? lower.startsWith(field.name) && lower.length > field.name.length : field.name === lower,
  );
}

function valueAt(term: Term, cursor: number): Scalar | undefined {
  return term.values.find((value) => cursor >= value.at && cursor <= value.end);
}

function placeIn(term: Term, text: string, cursor: number): Place | undefined {
  const start = term.at + (term.negated ? 1 : 0);
  if (!term.field) {
    const word = term.values[0];
    if (!word || word.quoted || cursor < start) return undefined;
    return { kind: "field", prefix: text.slice(start, cursor), from: start, to: term.end };
  }
  if (cursor <= term.field.end) {
    return { kind: "field", prefix: text.slice(start, cursor), from: start, to: term.field.end + 1 };
  }
  const value = valueAt(term, cursor);
  if (!value || term.op) return undefined;
  const prefix = text.slice(value.at + (value.quoted ? 1 : 0), cursor).replace(/"$/, "");
  return { kind: "value", field: term.field.name, prefix, from: value.at, to: value.end };
}

/** What stands at the cursor; between two terms a new field begins. */
export function placeAt(text: string, cursor: number): Place | undefined {
  const term = parse(text).find((candidate) => cursor > candidate.at && cursor <= candidate.end);
  if (term) return placeIn(term, text, cursor);
  return { kind: "field", prefix: "", from: cursor, to: cursor };
}

/** Fields that fit: those that begin with the prefix first, then those that contain it. */
export function fieldChoices(fields: readonly Field[], prefix: string, lens: Lens): Field[] {
  const wanted = prefix.toLowerCase();
  const usable = fields.filter((field) => field.lens.includes(lens));
  const begins = usable.filter((field) => field.name.startsWith(wanted));
  const contains = usable.filter((field) => !begins.includes(field) && field.name.includes(wanted));
  return [...begins, ...contains];
}

/** The text after a choice, and where the cursor stands then. */
export function applyChoice(text: string, place: Place, choice: string): { text: string; cursor: number } {
  const typed = place.kind === "value" ? quote(choice) : choice.endsWith(".") ? choice : `${choice}:`;
  const tail = text.slice(place.to);
  const space = place.kind === "value" && tail === "" ? " " : "";
  return { text: text.slice(0, place.from) + typed + space + tail, cursor: place.from + typed.length + space.length };
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The field that was probably meant; none when nothing is near. Of score.x the part to the dot is compared. */
export function nearestField(fields: readonly Field[], name: string): string | undefined {
  const stem = /^[^.]*\.?/.exec(name.toLowerCase())?.[0] ?? "";
  const near = fields
    .filter((field) => field.name.endsWith(".") === stem.endsWith("."))
    .map((field) => ({ name: field.name, away: distance(stem, field.name) }))
    .filter(({ name: known, away }) => away <= Math.max(1, Math.floor(known.length / 3)))
    .sort((a, b) => a.away - b.away);
  return near[0] && near[0].name + name.slice(stem.length);
}

/** Unknown fields, known before the server answers. */
export function unknownFields(text: string, fields: readonly Field[]): Problem[] {
  return parse(text).flatMap(({ field }) => {
    if (!field || findField(fields, field.name)) return [];
    const suggest = nearestField(fields, field.name);
    const problem: Problem = { at: field.at, end: field.end, message: "unknown-field", field: field.name };
    return [suggest === undefined ? problem : { ...problem, suggest }];
  });
}
