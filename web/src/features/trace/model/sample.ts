// SPDX-License-Identifier: MIT
//
// Skeletons for tests: small ones written as lines, large ones made by rule.

import { KINDS, LEVELS, type Kind, type Level, type Skeleton } from "@/api/ui";

export interface Line {
  name: string;
  parent?: number;
  kind?: Kind;
  level?: Level;
  start?: number;
  duration?: number;
  ttft?: number;
  cost?: number;
  tokens?: number;
  model?: string;
  message?: string;
}

function positionIn(list: string[], text: string | undefined): number {
  if (text === undefined) return -1;
  const at = list.indexOf(text);
  return at >= 0 ? at : list.push(text) - 1;
}

export function skeletonOf(lines: readonly Line[]): Skeleton {
  const names: string[] = [];
  const models: string[] = [];
  const messages: Record<string, string> = {};
  lines.forEach((line, i) => line.message !== undefined && (messages[i] = line.message));
  return {
    trace: {
      id: "t1", project: "p", start: 1_790_000_000_000, kind: "AGENT", level: "DEFAULT", models: 1,
      observations: lines.length, errors: 0, warnings: 0, tokens: 0, cost: 0,
    },
    names,
    models,
    id: lines.map((_, i) => `o${i}`),
    parent: lines.map((line) => line.parent ?? -1),
    kind: lines.map((line) => KINDS.indexOf(line.kind ?? "SPAN")),
    level: lines.map((line) => LEVELS.indexOf(line.level ?? "DEFAULT")),
    start: lines.map((line) => line.start ?? 0),
    duration: lines.map((line) => line.duration ?? -1),
    ttft: lines.map((line) => line.ttft ?? -1),
    cost: lines.map((line) => line.cost ?? -1),
    tokens: lines.map((line) => line.tokens ?? -1),
    name: lines.map((line) => positionIn(names, line.name)),
    model: lines.map((line) => positionIn(models, line.model)),
    messages,
    scores: [],
    comments: [],
  };
}

/** An agent of `n` observations: a root, steps below it, five calls in each step. */
export function largeSkeleton(n: number): Skeleton {
  const lines: Line[] = [{ name: "agent", kind: "AGENT", duration: n * 10 }];
  for (let i = 1; i < n; i++) {
    const inStep = (i - 1) % 6;
    const step = i - inStep;
    lines.push(
      inStep === 0
        ? { name: `step-${(i - 1) / 6}`, parent: 0, kind: "CHAIN", start: i * 10, duration: 60 }
        : {
            name: `call-${inStep}`, parent: step, kind: inStep === 1 ? "GENERATION" : "TOOL", start: i * 10, duration: 9,
            cost: 0.001, tokens: 10, level: i % 997 === 0 ? "ERROR" : inStep === 5 ? "DEBUG" : "DEFAULT",
          },
    );
  }
  return skeletonOf(lines);
}
