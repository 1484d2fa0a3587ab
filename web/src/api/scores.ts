// SPDX-License-Identifier: MIT
//
// Scores added and deleted by hand.

import { send } from "./client";
import { useGet } from "./query";
import type { Score } from "./ui";

export interface ScoreName {
  name: string;
  type: Score["type"];
  categories?: string[];
}

export interface NewScore {
  name: string;
  value?: number;
  text?: string;
  comment?: string;
}

const project = (pid: string): string => `api/ui/${encodeURIComponent(pid)}`;

/** Names to choose from; without them any name can be typed. */
export function useScoreNames(pid: string | undefined, enabled: boolean): ScoreName[] | undefined {
  const { data, error } = useGet<{ names: ScoreName[] }>(`${project(pid ?? "")}/score-names`, { enabled: enabled && pid !== undefined });
  return error ? [] : data?.names;
}

export const addScore = (pid: string, trace: string, score: NewScore, observation?: string): Promise<Score> =>
  send<Score>("POST", `${project(pid)}/scores`, { trace, ...score, ...(observation === undefined ? {} : { observation }) });

export const deleteScore = (pid: string, id: string): Promise<undefined> => send("DELETE", `${project(pid)}/scores/${encodeURIComponent(id)}`);
