// SPDX-License-Identifier: MIT
// Reads and writes data/prices.txt, the price table (format: docs/prices.md). Prices there are USD
// per million units; the upstream JSON has USD per unit. Both directions move the decimal point in
// the text of the number, so nothing is rounded.

// "2.5e-6" or 0.0000025 times 10^shift as plain decimal text.
export function shift(number, places) {
  const [, sign, int, frac = '', exp = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(String(number)) ?? [];
  if (int === undefined) throw new Error(`not a decimal number: ${number}`);
  const digits = int + frac, point = int.length + Number(exp) + places;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = point <= 0 ? 1 : point;
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, ''), right = padded.slice(at).replace(/0+$/, '');
  return sign + left + (right ? '.' + right : '');
}

const tierId = (model, tier) => (tier.id === `${model.id}_tier_default` ? '-' : tier.id);

function conditionLine(c) {
  if (c.usageDetailPattern !== undefined)
    return `when usage ${c.operator} ${c.value} ${c.caseSensitive ? 'case' : 'nocase'} ${c.usageDetailPattern}`;
  if (c.operator !== 'in' || c.values.some((v) => /\s/.test(v)) || /\s/.test(c.key))
    throw new Error(`condition has no text form: ${JSON.stringify(c)}`);
  return `when ${c.source} ${c.key} in ${c.values.join(' ')}`;
}

function tierLines(model, tier) {
  const byPrice = new Map();
  for (const [key, price] of Object.entries(tier.prices)) {
    if (/\s/.test(key)) throw new Error(`usage key with a space: ${key}`);
    const text = shift(price, 6);
    byPrice.set(text, [...(byPrice.get(text) ?? []), key]);
  }
  return [
    `tier ${tier.isDefault ? 'default' : tier.priority} ${tierId(model, tier)} ${tier.name}`,
    ...tier.conditions.map(conditionLine),
    ...[...byPrice].map(([price, keys]) => `price ${price} ${keys.join(' ')}`),
  ];
}

export function write(models, head) {
  const blocks = models.map((m) =>
    [
      `model ${m.modelName}`,
      `id ${m.id}`,
      `match ${m.matchPattern}`,
      `created ${m.createdAt}`,
      ...(m.startDate ? [`start ${m.startDate}`] : []),
      ...(m.unit && m.unit !== 'TOKENS' ? [`unit ${m.unit}`] : []),
      ...(m.tokenizerId ? [`tokenizer ${m.tokenizerId} ${m.tokenizerConfig ? JSON.stringify(m.tokenizerConfig) : ''}`.trim()] : []),
      ...[...m.pricingTiers].sort((a, b) => a.priority - b.priority).flatMap((t) => tierLines(m, t)),
    ].join('\n'),
  );
  return head.trimEnd() + '\n\n' + blocks.join('\n\n') + '\n';
}

function condition(rest) {
  const usage = /^usage (\S+) (\S+) (case|nocase) (.+)$/.exec(rest);
  if (usage) return { usageDetailPattern: usage[4], operator: usage[1], value: Number(usage[2]), caseSensitive: usage[3] === 'case' };
  const [source, key, operator, ...values] = rest.split(' ');
  if (operator !== 'in' || values.length === 0) throw new Error(`bad condition: ${rest}`);
  return { source, key, operator, values };
}

const LINE = {
  model: (s, rest) => s.models.push((s.model = { modelName: rest, tokenizerId: null, tokenizerConfig: null, pricingTiers: [] })),
  id: (s, rest) => (s.model.id = rest),
  match: (s, rest) => (s.model.matchPattern = rest),
  created: (s, rest) => (s.model.createdAt = rest),
  start: (s, rest) => (s.model.startDate = rest),
  unit: (s, rest) => (s.model.unit = rest),
  tokenizer: (s, rest) => {
    const [, id, config] = /^(\S+)(?: (.+))?$/.exec(rest);
    Object.assign(s.model, { tokenizerId: id, tokenizerConfig: config ? JSON.parse(config) : null });
  },
  tier: (s, rest) => {
    const [, priority, id, name] = /^(default|\d+) (\S+) (.+)$/.exec(rest);
    const isDefault = priority === 'default';
    s.tier = { id: id === '-' ? `${s.model.id}_tier_default` : id, name, isDefault, priority: isDefault ? 0 : Number(priority), conditions: [], prices: {} };
    s.model.pricingTiers.push(s.tier);
  },
  when: (s, rest) => s.tier.conditions.push(condition(rest)),
  price: (s, rest) => {
    const [price, ...keys] = rest.split(' ');
    for (const key of keys) s.tier.prices[key] = Number(shift(price, -6));
  },
};

// {head, models}: the leading comment, and the models in the upstream shape.
export function read(text) {
  const state = { models: [], model: null, tier: null };
  text.split('\n').forEach((line, i) => {
    if (line === '' || line.startsWith('#')) return;
    const [, word, rest] = /^(\S+) (.+)$/.exec(line) ?? [];
    if (!LINE[word]) throw new Error(`line ${i + 1}: unknown line: ${line}`);
    try {
      LINE[word](state, rest);
    } catch (e) {
      throw new Error(`line ${i + 1}: ${e.message}: ${line}`);
    }
  });
  return { head: /^(?:#.*\n)*/.exec(text)[0], models: state.models };
}
