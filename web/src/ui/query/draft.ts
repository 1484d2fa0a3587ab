// SPDX-License-Identifier: MIT
//
// What the query box shows while somebody types: the text cut into pieces to colour, and whether the
// term at the cursor is finished enough to be asked for.

import type { Field, QueryProblem } from "@/api/ui";
import { findField, unknownFields } from "./completion";
import { parse, type Span, type Term } from "./query";

export type Tone = "plain" | "field" | "value" | "sign" | "phrase";
export interface Piece extends Span { text: string; tone: Tone; wrong: boolean }
export interface Fault extends Span { message?: string; field?: string; suggest?: string }

const SHORTEST_WORD = 2;

/** What is wrong: unknown fields at once, the rest from the server as long as it speaks of this text. */
export function faults(text: string, fields: readonly Field[], answered: { text: string; problems: readonly QueryProblem[] }): Fault[] {
  const own: Fault[] = unknownFields(text, fields);
  if (answered.text !== text) return own;
  const theirs = answered.problems
    .map(({ at, length, message, suggest }): Fault => ({ at, end: at + length, message, ...(suggest !== undefined && { suggest }) }))
    .filter((fault) => !own.some((known) => known.at < fault.end && fault.at < known.end));
  return [...own, ...theirs];
}

function cut(text: string, spans: readonly (Span & { tone: Tone })[]): (Span & { tone: Tone })[] {
  const pieces: (Span & { tone: Tone })[] = [];
  let at = 0;
  for (const span of spans) {
    if (span.at > at) pieces.push({ at, end: span.at, tone: "plain" });
    if (span.end > span.at) pieces.push(span);
    at = span.end;
  }
  return at < text.length ? [...pieces, { at, end: text.length, tone: "plain" }] : pieces;
}

function tones(term: Term): (Span & { tone: Tone })[] {
  const sign = term.negated ? [{ at: term.at, end: term.at + 1, tone: "sign" as const }] : [];
  const start = term.at + sign.length;
  if (!term.field) return [...sign, { at: start, end: term.end, tone: term.values[0]?.quoted ? "phrase" : "plain" }];
  const after = term.field.end + 1;
  return [...sign, { at: start, end: after, tone: "field" }, { at: after, end: term.end, tone: "value" }];
}

/** The whole text in pieces, each of one tone and either wrong or not. */
export function pieces(text: string, wrong: readonly Span[]): Piece[] {
  const coloured = cut(text, parse(text).flatMap(tones));
  return coloured.flatMap((piece) => {
    const edges = wrong.flatMap(({ at, end }) => [at, end]).filter((edge) => edge > piece.at && edge < piece.end);
    const stops = [piece.at, ...edges.sort((a, b) => a - b), piece.end];
    return stops.slice(1).map((end, index): Piece => {
      const at = stops[index] ?? 0;
      return { at, end, tone: piece.tone, text: text.slice(at, end), wrong: wrong.some((span) => span.at <= at && end <= span.end) };
    });
  });
}

function unfinished(term: Term, fields: readonly Field[]): boolean {
  if (!term.field) {
    const word = term.values[0];
    return word !== undefined && !word.quoted && word.text.length < SHORTEST_WORD;
  }
  if (!findField(fields, term.field.name)) return false;
  return term.values.every((value) => value.text === "");
}

/** The text to ask for while the cursor stands in it: without the term that is only begun. */
export function askable(text: string, cursor: number, fields: readonly Field[]): string {
  const begun = parse(text).find((term) => cursor > term.at && cursor <= term.end && unfinished(term, fields));
  return begun ? `${text.slice(0, begun.at)}${text.slice(begun.end)}`.trim() : text.trim();
}
