// SPDX-License-Identifier: MIT
//
// What is to be said about an observation before its bodies, as sentences: model, time, cost, tokens
// in and out, time to the first token, parameters, prompt. The first line comes from the skeleton and
// is there at once.

import type { Json, Observation } from "@/api/ui";
import { plain } from "@/ui/content/safe";
import { formatCount, formatDuration, formatMoney } from "@/lib/format";
import { t } from "@/lib/i18n";
import { kindOf, modelOf } from "../model/tree";
import { kindName } from "@/ui/KindGlyph";
import type { Model } from "../model/model";

const join = (facts: (string | undefined | false)[]): string => facts.filter(Boolean).join(" · ");

/** Kind, model, time and cost of an observation. */
export function headline(model: Model, i: number): string {
  const { skeleton } = model;
  const took = skeleton.duration[i] ?? -1;
  const cost = skeleton.cost[i] ?? -1;
  return join([kindName(kindOf(skeleton, i)), plain(modelOf(skeleton, i) ?? ""), took >= 0 && formatDuration(took), cost > 0 && formatMoney(cost)]);
}

/** The sum of what usage counts under names that contain `part`; wire names differ by provider. */
function counted(usage: Record<string, number>, part: RegExp): number {
  return Object.entries(usage).reduce((sum, [name, n]) => (part.test(name) ? sum + n : sum), 0);
}

function tokens(observation: Observation): string | undefined {
  const usage = observation.usage ?? {};
  const cached = counted(usage, /cache.*read|cached/i);
  const input = counted(usage, /^input|^prompt/i);
  const output = counted(usage, /^output|^completion/i);
  if (input + output === 0) return observation.tokens > 0 ? t("{n} tokens", { n: formatCount(observation.tokens) }) : undefined;
  const plainly = t("{input} → {output} tokens", { input: formatCount(input), output: formatCount(output) });
  return cached > 0 ? t("{tokens} ({n} cached)", { tokens: plainly, n: formatCount(cached) }) : plainly;
}

function speed(observation: Observation): string | undefined {
  const output = counted(observation.usage ?? {}, /^output|^completion/i);
  const took = (observation.end ?? observation.start) - observation.start - Math.max(0, observation.ttft ?? 0);
  return output > 20 && took > 50 ? t("{n} tokens/s", { n: formatCount(output / (took / 1000)) }) : undefined;
}

const SHORT_NAMES: Record<string, string> = { temperature: "temp", max_tokens: "max", max_completion_tokens: "max", top_p: "top p" };

function parameters(given: Json | undefined): string | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  const short = Object.entries(given)
    .map(([name, value]) => [name, typeof value === "object" ? undefined : String(value)] as const)
    .filter(([, text]) => text !== undefined && text.length <= 24);
  return join(short.slice(0, 4).map(([name, text]) => plain(`${SHORT_NAMES[name] ?? name} ${text ?? ""}`)));
}

/** The second line: what only the observation itself says. */
export function details(observation: Observation): string {
  return join([
    tokens(observation),
    observation.ttft !== undefined && t("first token after {time}", { time: formatDuration(observation.ttft) }),
    speed(observation),
    parameters(observation.parameters),
    observation.tier !== undefined && t("price tier {tier}", { tier: plain(observation.tier) }),
    observation.prompt && t("prompt {name}", { name: plain(`${observation.prompt.name}${observation.prompt.version === undefined ? "" : ` v${observation.prompt.version}`}`) }),
    observation.version !== undefined && t("version {version}", { version: plain(observation.version) }),
  ]);
}
