// SPDX-License-Identifier: MIT
//
// An observation as something to paste: curl and Python against the public API, and JSON. Ids were
// chosen by clients, so they are quoted for the place they go to.

import type { Observation } from "@/api/ui";
import { omit } from "@/lib/omit";

/** A word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A Python string literal. */
export function pythonText(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function address(base: string, observation: string): string {
  return `${base.replace(/\/$/, "")}/api/public/observations/${encodeURIComponent(observation)}`;
}

export function asCurl(base: string, observation: string): string {
  return `curl -u "$LANGFUSE_PUBLIC_KEY:$LANGFUSE_SECRET_KEY" \\\n  ${shellWord(address(base, observation))}`;
}

export function asPython(base: string, observation: string): string {
  return [
    "import os, requests",
    "",
    'keys = (os.environ["LANGFUSE_PUBLIC_KEY"], os.environ["LANGFUSE_SECRET_KEY"])',
    `observation = requests.get(${pythonText(address(base, observation))}, auth=keys).json()`,
  ].join("\n");
}

/** The observation with its bodies as values; of a long one what was loaded. */
export function asJson(observation: Observation): string {
  const { input, output, metadata } = observation;
  const facts = omit(observation, "chat", "documents", "input", "output", "metadata");
  const value = (body: Observation["input"]) => body && (body.value !== undefined ? body.value : body.text);
  return JSON.stringify({ ...facts, input: value(input), output: value(output), metadata: value(metadata) }, null, 2);
}
