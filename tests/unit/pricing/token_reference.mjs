// SPDX-License-Identifier: MIT
// Counts tokens with the packages' own encoders: node token_reference.mjs <folder with node_modules>
// Prints one JSON line {encoding, text, count} per encoding and text. Run by test_tokenizer.c.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const modules = path.resolve(process.argv[2], 'node_modules');
const require = createRequire(path.join(modules, 'x.js'));
const { Tiktoken } = require('tiktoken');

const PARTS = [
  'The quick brown fox', 'jumps', ' over', "don't", "I'LL", "we've", "it's", "THEY'RE", "'sword", "x'ſ", "'D", "o'clock",
  'HTMLParser', 'camelCaseWord', 'XMLHttpRequest2', 'iPhone', 'ǅungla', 'straße', 'ÀÉÎ', 'naïve', 'ﬁne ﬂow', '①②', '㌔', 'Å',
  ' ', '  ', '    ', '\t', '\n', '\r\n', '\n\n\n', ' \n ', '\u00a0', '\u3000', '\u2003\u2003', '\u0085', '\ufeff', '   \n\n   \n  x',
  '0', '12', '123', '1234', '1234567890', '٣٤٥', '½', '²³', 'Ⅷ', '１２３',
  '日本語のテキスト', '中文字符', '한국어', '\u1112\u1161\u11ab\u1100\u1173\u11af', 'ภาษาไทย', 'हिन्दी', 'العربية', 'עברית', 'Ελληνικά', 'Привет мир', 'ქართული',
  '🦜', '🚀🚀', '👩‍👩‍👧‍👦', '🏳️‍🌈', '😀😃', '\u0301', 'e\u0301', 'a\u0316\u0301\u0327', '\u0327\u0301x', 'q\u0307\u0323', '\u0345\u0334a', 'ạ̈', '\u{1d400}\u{1d7d8}', '\u{10ffff}', '\ufffd',
  '{"a":[1,2.5,null]}', 'def f(x):\n    return x**2', 'for(int i=0;i<10;i++){', '</div>', '#include <stdio.h>', '// ---- ', '=====', '...', '?!', '/usr/bin/env\n', 'a/b/c', '\\n', '$', '€', '<|', '|>',
  '<|endoftext|>', '<|fim_prefix|>', '<|endofprompt|>', '<EOT>', '<META_START>', '<SOS>', '<META', 'aaaaaaaaaaaaaaaaaaaa', '--------------------------------', 'zzzz',
];

// Deterministic, so that a failure repeats.
let seed = 20260101;
const random = (n) => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0), Math.floor((seed / 2 ** 32) * n));

function texts() {
  const list = ['', ...PARTS];
  for (let i = 0; i < 300; i++) list.push(Array.from({ length: 2 + random(9) }, () => PARTS[random(PARTS.length)]).join(random(3) ? '' : ' '));
  for (let i = 0; i < 100; i++) {
    const cps = Array.from({ length: 1 + random(20) }, () => [random(0x80), random(0x600), 0x300 + random(0x70), random(0x3100), 0x3000 + random(0xa800), 0x1f000 + random(0xb00)][random(6)]);
    list.push(cps.filter((cp) => cp < 0xd800 || cp > 0xdfff).map((cp) => String.fromCodePoint(cp)).join(''));
  }
  list.push('ab'.repeat(4000), ' '.repeat(3000), '-'.repeat(5000) + '\n', '日本'.repeat(1500), 'The quick brown fox. '.repeat(500));
  return list;
}

const load = (file) => JSON.parse(fs.readFileSync(path.join(modules, file), 'utf8'));
const ENCODERS = ['cl100k_base', 'o200k_base', 'p50k_base', 'r50k_base'].map((name) => [name, load(`tiktoken/encoders/${name}.json`), (t) => t]);
ENCODERS.push(['claude', load('@anthropic-ai/tokenizer/claude.json'), (t) => t.normalize('NFKC')]);

// Characters that this engine and the encoder's may class differently (newer than both agree on).
const known = (t) => !/\p{Cn}/u.test(t);
for (const [encoding, { bpe_ranks, special_tokens, pat_str }, prepare] of ENCODERS) {
  const encoder = new Tiktoken(bpe_ranks, special_tokens, pat_str);
  for (const text of texts().filter(known)) {
    const count = encoder.encode(prepare(text), 'all').length;
    process.stdout.write(JSON.stringify({ encoding, text, count }) + '\n');
  }
  encoder.free();
}
