#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Rewrites data/prices.txt from a price list in the upstream JSON shape and prints what changed.
//   node tools/update_prices.mjs <default-model-prices.json> [--check]
// --check writes nothing and exits 1 when the table is out of date. Models keep the unit and start
// date that our table gives them: the JSON carries neither. New models get no unit. Vanished models
// are removed, except those without any tier: upstream's retired ones, listed but never priced.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { read, write } from './prices_text.mjs';

const TABLE = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'data', 'prices.txt');
const HEAD = '# SPDX-License-Identifier: MIT\n# Price table: USD per million units. Format: docs/prices.md.\n';

const [source, flag] = process.argv.slice(2);
if (!source) {
  console.error('usage: update_prices.mjs <prices.json> [--check]');
  process.exit(2);
}

function sorted(v) {
  if (Array.isArray(v)) return v.map(sorted);
  if (v === null || typeof v !== 'object') return v;
  return Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])]));
}

// Only what the table holds, key order aside.
function comparable({ id, modelName, matchPattern, createdAt, tokenizerId, tokenizerConfig, pricingTiers }) {
  return JSON.stringify(sorted({ id, modelName, matchPattern, createdAt, tokenizerId: tokenizerId ?? null, tokenizerConfig: tokenizerConfig ?? null, pricingTiers }));
}

const kept = (before) => (before ? { unit: before.unit, startDate: before.startDate } : { unit: '-' });

function describe(before, after) {
  const said = [];
  for (const field of ['modelName', 'matchPattern', 'tokenizerId'])
    if ((before[field] ?? null) !== (after[field] ?? null)) said.push(`${field} ${before[field]} -> ${after[field]}`);
  const prices = (m) => new Map(m.pricingTiers.flatMap((t) => Object.entries(t.prices).map(([k, p]) => [`${t.name}.${k}`, p])));
  const [x, y] = [prices(before), prices(after)];
  for (const key of new Set([...x.keys(), ...y.keys()]))
    if (x.get(key) !== y.get(key)) said.push(`${key} ${x.get(key) ?? 'none'} -> ${y.get(key) ?? 'none'}`);
  return said.join('; ') || 'tiers, conditions or dates';
}

const text = fs.existsSync(TABLE) ? fs.readFileSync(TABLE, 'utf8') : HEAD;
const { head, models: old } = read(text);
const oldById = new Map(old.map((m) => [m.id, m]));
const fresh = JSON.parse(fs.readFileSync(source, 'utf8')).map((m) => ({ ...m, ...kept(oldById.get(m.id)) }));
const given = new Set(fresh.map((m) => m.id));
fresh.push(...old.filter((m) => m.pricingTiers.length === 0 && !given.has(m.id)));
const freshIds = new Set(fresh.map((m) => m.id));

let changes = 0;
const say = (line) => (changes++, console.log(line));
for (const m of old) if (!freshIds.has(m.id)) say(`- ${m.modelName}`);
for (const m of fresh) {
  const before = oldById.get(m.id);
  if (!before) say(`+ ${m.modelName}`);
  else if (comparable(before) !== comparable(m)) say(`~ ${m.modelName}: ${describe(before, m)}`);
}
const next = write(fresh, head);
if (JSON.stringify(read(next).models.map(comparable)) !== JSON.stringify(fresh.map(comparable)))
  throw new Error('the table would not read back equal; nothing was written');
console.log(`${changes} of ${fresh.length} models changed`);
if (flag === '--check') process.exit(next === text ? 0 : 1);
fs.writeFileSync(TABLE, next);
