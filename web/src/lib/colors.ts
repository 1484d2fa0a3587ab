// SPDX-License-Identifier: MIT
//
// Colours of series, fixed by name, so that a model keeps its colour on every screen.
const HUES = ["generation", "retriever", "tool", "agent", "event", "guardrail", "evaluator", "embedding", "chain", "span"];

function hash(text: string): number {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return value >>> 0;
}

/** `var(--retriever)`; a name that is shown beside others takes the next colour that is free. */
export function seriesColors(names: readonly string[]): Map<string, string> {
  const colors = new Map<string, string>();
  const used = new Set<number>();
  for (const name of names) {
    let at = hash(name) % HUES.length;
    while (used.has(at) && used.size < HUES.length) at = (at + 1) % HUES.length;
    used.add(at);
    colors.set(name, `var(--${HUES[at] ?? "span"})`);
  }
  return colors;
}
