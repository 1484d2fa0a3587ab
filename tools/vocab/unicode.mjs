// SPDX-License-Identifier: MIT
// Unicode facts that the tokenizers need, taken from the JavaScript engine that runs the build:
// the classes that the splitting patterns name, and the tables of normalization form KC.

const LAST = 0x10ffff;
const isSurrogate = (cp) => cp >= 0xd800 && cp <= 0xdfff;

function varint(out, value) {
  for (; value > 0x7f; value = Math.floor(value / 128)) out.push((value % 128) | 0x80);
  out.push(value);
}

// Order and numbers as enum char_class in src/pricing/split.h. 0 is everything else.
const CLASSES = [/^[\p{Lu}\p{Lt}]$/u, /^\p{Ll}$/u, /^[\p{Lm}\p{Lo}]$/u, /^\p{M}$/u, /^\p{N}$/u, /^\p{White_Space}$/u];

// Runs of (class, length) from U+0000 to U+10FFFF.
export function classes() {
  const out = [];
  let current = -1, length = 0;
  for (let cp = 0; cp <= LAST; cp++) {
    const found = isSurrogate(cp) ? 0 : CLASSES.findIndex((re) => re.test(String.fromCodePoint(cp))) + 1;
    if (found === current) {
      length++;
      continue;
    }
    if (length) varint(out, length * 8 + current);
    [current, length] = [found, 1];
  }
  varint(out, length * 8 + current);
  return Buffer.from(out);
}

// Canonical combining classes are not visible from JavaScript, but their order is: normalizing
// swaps two marks exactly when the first one's class is greater and neither is zero.
const swaps = (x, y) => x !== y && ('a' + x + y).normalize('NFD') === 'a' + y + x;
const LOWEST = '\u0334', HIGHEST = '\u0345'; // classes 1 and 240

function combiningOrder(marks) {
  const ranks = []; // one representative per class, ascending
  const rankOf = (m) => {
    let lo = 0, hi = ranks.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (swaps(m, ranks[mid])) lo = mid + 1;
      else hi = mid;
    }
    if (lo === ranks.length || swaps(ranks[lo], m)) ranks.splice(lo, 0, m);
  };
  marks.forEach(rankOf);
  return (m) => ranks.findIndex((r) => !swaps(m, r) && !swaps(r, m)) + 1;
}

const points = (s) => [...s].map((c) => c.codePointAt(0));
const isHangul = (cp) => cp >= 0xac00 && cp <= 0xd7a3; // by arithmetic in C

// Three lists: (cp, n, cps...) full compatibility decompositions; (cp, rank) of combining marks;
// (first, second, composed) canonical compositions. Every list starts with its length.
export function normalization() {
  const decompositions = [], marks = [], compositions = [];
  for (let cp = 0; cp <= LAST; cp++) {
    if (isSurrogate(cp) || isHangul(cp)) continue;
    const c = String.fromCodePoint(cp), nfkd = c.normalize('NFKD'), nfd = c.normalize('NFD');
    if (nfkd !== c) decompositions.push([cp, points(nfkd)]);
    // A mark of class 0 or with a decomposition never swaps as itself.
    if (nfd === c && (swaps(c, LOWEST) || swaps(HIGHEST, c) || c === LOWEST || c === HIGHEST)) marks.push(c);
    if (nfd !== c && nfd.normalize('NFC') === c) {
      const parts = points(nfd), second = parts.pop();
      const first = points(String.fromCodePoint(...parts).normalize('NFC'));
      if (first.length !== 1) throw new Error(`U+${cp.toString(16)} does not compose from a pair`);
      compositions.push([first[0], second, cp]);
    }
  }
  const rank = combiningOrder(marks);
  const out = [];
  varint(out, decompositions.length);
  for (const [cp, to] of decompositions) [cp, to.length, ...to].forEach((v) => varint(out, v));
  varint(out, marks.length);
  for (const m of marks) [m.codePointAt(0), rank(m)].forEach((v) => varint(out, v));
  varint(out, compositions.length);
  for (const row of compositions) row.forEach((v) => varint(out, v));
  return Buffer.from(out);
}
