// SPDX-License-Identifier: MIT
//
// What the state of ingestion looks like: the same in the rail and on the System page.
import type { Ingestion } from "@/api/ui";

const QUIET_MS = 5 * 60_000;

export type LightState = "none" | "ok" | "quiet" | "refused";

export function lightState({ last, writable }: Ingestion, now: number): LightState {
  if (!writable) return "refused";
  if (last === undefined) return "none";
  return now - last > QUIET_MS ? "quiet" : "ok";
}

/** Red is square: a colour is never the only sign. */
export const LIGHT_LOOKS: Record<LightState, string> = {
  none: "rounded-dot border border-control",
  ok: "rounded-dot bg-ok",
  quiet: "rounded-dot bg-warning",
  refused: "bg-error",
};
