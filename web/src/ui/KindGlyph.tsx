// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import type { Kind } from "@/api/ui";
import { msg, t } from "@/lib/i18n";

const dots = [5, 11].flatMap((x) => [3, 8, 13].map((y) => <circle key={`${x}.${y}`} cx={x} cy={y} r="1.6" fill="currentColor" stroke="none" />));

/** Our own ten glyphs on a 16 px grid, stroked like the icons beside them. */
const GLYPHS: Record<Kind, ReactNode> = {
  GENERATION: <path d="M8 1.2 9.7 6.3 14.8 8 9.7 9.7 8 14.8 6.3 9.7 1.2 8 6.3 6.3Z" fill="currentColor" stroke="none" />,
  AGENT: <><circle cx="8" cy="8" r="6" /><circle cx="8" cy="8" r="2.3" fill="currentColor" stroke="none" /></>,
  TOOL: <path d="M13.9 4.3 11.6 6.6 9.4 6.6 9.4 4.4 11.7 2.1A3.9 3.9 0 0 0 6.4 6.9L2 11.3a1.9 1.9 0 0 0 2.7 2.7l4.4-4.4a3.9 3.9 0 0 0 4.8-5.3Z" />,
  CHAIN: <path d="M6.3 9.7 9.7 6.3M7.3 4.6 9 2.9a2.9 2.9 0 0 1 4.1 4.1l-1.7 1.7M8.7 11.4 7 13.1A2.9 2.9 0 0 1 2.9 9l1.7-1.7" />,
  RETRIEVER: <><circle cx="6.8" cy="6.8" r="4.6" /><path d="m10.2 10.2 4 4" /></>,
  EMBEDDING: dots,
  GUARDRAIL: <path d="M8 1.6 13.4 3.6V8c0 3.2-2.2 5.3-5.4 6.4C4.8 13.3 2.6 11.2 2.6 8V3.600Z" />,
  EVALUATOR: <path d="M8 2v12M5 14h6M3 4.200h10M3.2 4.2 1.2 9.200a2.1 2.1 0 0 0 4 0ZM12.8 4.200l-2 5a2.1 2.1 0 0 0 4 0Z" />,
  SPAN: <path d="M1.7 8h12.600M4.7 5l-3 3 3 3M11.3 5l3 3-3 3" />,
  EVENT: <circle cx="8" cy="8" r="3.2" fill="currentColor" stroke="none" />,
};

const COLORS: Record<Kind, string> = {
  GENERATION: "text-generation", AGENT: "text-agent", TOOL: "text-tool", CHAIN: "text-chain",
  RETRIEVER: "text-retriever", EMBEDDING: "text-embedding", GUARDRAIL: "text-guardrail",
  EVALUATOR: "text-evaluator", SPAN: "text-span", EVENT: "text-event",
};

const NAMES: Record<Kind, string> = {
  GENERATION: msg("generation"), AGENT: msg("agent"), TOOL: msg("tool"), CHAIN: msg("chain"),
  RETRIEVER: msg("retriever"), EMBEDDING: msg("embedding"), GUARDRAIL: msg("guardrail"),
  EVALUATOR: msg("evaluator"), SPAN: msg("span"), EVENT: msg("event"),
};

/** "generation" in the reader's language. */
export const kindName = (kind: Kind): string => t(NAMES[kind]);

/** `var(--generation)`: the colour of a kind's bars and edges. */
export const kindColor = (kind: Kind): string => `var(--${kind.toLowerCase()})`;

export function KindGlyph({ kind, size = 14 }: { kind: Kind; size?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      role="img"
      aria-label={kindName(kind)}
      data-tip={kindName(kind)}
      className={`shrink-0 ${COLORS[kind]}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {GLYPHS[kind]}
    </svg>
  );
}
