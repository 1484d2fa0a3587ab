// SPDX-License-Identifier: MIT
//
// The query box's text as terms: the same grammar as src/ui/query.c, which is the one that decides.
// Here it serves what the page does while somebody types: chips, underlines, completion, facets.
//
//   query = { term }            term  = [ "-" ] ( field ":" value | word | phrase )
//   value = [ op ] scalar | "(" scalar { "," scalar } ")"        op = ">" | ">=" | "<" | "<="
//   scalar = word | phrase      phrase = '"' { any but '"' | '\"' | "\\" } '"'
//
// Every text is a query; nothing is refused here. Positions are in UTF-16 units.

export type Op = ">" | ">=" | "<" | "<=";

export interface Span { at: number; end: number }
export interface Scalar extends Span { text: string; quoted: boolean }
export interface Term extends Span {
  negated: boolean;
  field?: Span & { name: string };
  op?: Op;
  list: boolean;
  values: Scalar[]; // of a bare term: the one word or phrase
}

const SPACE = /\s/;
const OPS: readonly Op[] = [">=", "<=", ">", "<"];

function skipSpace(text: string, at: number): number {
  while (at < text.length && SPACE.test(text[at] ?? "")) at++;
  return at;
}

function readPhrase(text: string, at: number): Scalar {
  let value = "";
  let end = at + 1;
  for (; end < text.length && text[end] !== '"'; end++) {
    if (/^\\["\\]/.test(text.slice(end, end + 2))) end++;
    value += text[end];
  }
  return { at, end: Math.min(end + 1, text.length), text: value, quoted: true };
}

function readWord(text: string, at: number, stop: RegExp): Scalar {
  let end = at;
  while (end < text.length && !stop.test(text[end] ?? "")) end++;
  return { at, end, text: text.slice(at, end), quoted: false };
}

function readScalar(text: string, at: number, stop: RegExp): Scalar {
  return text[at] === '"' ? readPhrase(text, at) : readWord(text, at, stop);
}

function readList(text: string, open: number): { values: Scalar[]; end: number } {
  const values: Scalar[] = [];
  let at = open + 1;
  while (at <= text.length) {
    const value = readScalar(text, skipSpace(text, at), /[,)]/);
    if (!value.quoted) value.text = value.text.trimEnd();
    values.push(value);
    at = skipSpace(text, value.end);
    if (text[at] !== ",") break;
    at++;
  }
  return { values, end: text[at] === ")" ? at + 1 : at };
}

function fieldOf(text: string, at: number): Term["field"] {
  const match = /^[\w./\-\u0080-\uffff]+:(?!\/.)/.exec(text.slice(at)); // http://… is a word
  if (!match) return undefined;
  const end = at + match[0].length - 1;
  return { at, end, name: text.slice(at, end) };
}

function readValue(text: string, term: Term, at: number): void {
  if (text[at] === "(") {
    const { values, end } = readList(text, at);
    Object.assign(term, { list: true, values, end });
    return;
  }
  const op = OPS.find((candidate) => text.startsWith(candidate, at));
  if (op) term.op = op;
  const value = readScalar(text, at + (op?.length ?? 0), SPACE);
  term.values = [value];
  term.end = value.end;
}

function readTerm(text: string, start: number): Term {
  const negated = text[start] === "-" && start + 1 < text.length && !SPACE.test(text[start + 1] ?? "");
  const at = start + (negated ? 1 : 0);
  const field = fieldOf(text, at);
  const term: Term = { at: start, end: at, negated, list: false, values: [] };
  if (!field) {
    const value = readScalar(text, at, SPACE);
    return { ...term, values: [value], end: value.end };
  }
  term.field = field;
  readValue(text, term, field.end + 1);
  return term;
}

/** The terms of a query in order; what stands between them is white space. */
export function parse(text: string): Term[] {
  const terms: Term[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const term = readTerm(text, at);
    terms.push(term);
    at = skipSpace(text, Math.max(term.end, at + 1));
  }
  return terms;
}

const inQuotes = (value: string): string => `"${value.replace(/["\\]/g, "\\$&")}"`;

/** A value as it has to be typed. */
export function quote(value: string): string {
  const plain = value !== "" && !/[\s"(),:\\]/.test(value) && !/^[-<>]/.test(value);
  return plain ? value : inQuotes(value);
}

export interface Written {
  negated: boolean; field?: { name: string }; op?: Op; list: boolean;
  values: readonly { text: string; quoted: boolean }[];
}

/** The canonical text of a term. */
export function format(term: Written): string {
  const values = term.values.map(({ text, quoted }) => (quoted ? inQuotes(text) : quote(text)));
  const sign = term.negated ? "-" : "";
  if (!term.field) return sign + (values[0] ?? "");
  const listed = term.list ? `(${values.join(",")})` : (values[0] ?? "");
  return `${sign}${term.field.name}:${term.op ?? ""}${listed}`;
}

/** The text without the term, and with single spaces where it was. */
export function without(text: string, term: Span): string {
  return `${text.slice(0, term.at).trimEnd()} ${text.slice(term.end).trimStart()}`.trim();
}

/** The text with another one at the term's place. */
export function replace(text: string, term: Span, by: string): string {
  return text.slice(0, term.at) + by + text.slice(term.end);
}

/** The text and one more term. */
export function append(text: string, term: string): string {
  return text.trim() === "" ? term : `${text.trimEnd()} ${term}`;
}
