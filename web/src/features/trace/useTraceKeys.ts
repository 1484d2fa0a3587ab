// SPDX-License-Identifier: MIT
//
// The keys of a trace.

import { t } from "@/lib/i18n";
import { useCommands, type Command } from "@/lib/commands";
import { VIEWS, type View } from "./place";

type Run = (() => void) | undefined;

interface Keys {
  view: (view: View) => void;
  search: Run;
  clear: Run;
  nextError: (by: 1 | -1) => void;
  costliest: () => void;
  raw: () => void;
  score: Run;
  tag: Run;
  copyLink: () => void;
  previous: Run;
  following: Run;
  /** whether j and k go to other traces; in a panel they belong to the list, as / a t do */
  neighbours: boolean;
}

export function useTraceKeys(keys: Keys): void {
  const group = t("Trace");
  const titles: Record<View, string> = {
    waterfall: t("Show as waterfall"), transcript: t("Show as transcript"), graph: t("Show as graph"), log: t("Show as log"), json: t("Show as JSON"),
  };
  const rows: [string, string, string, Run][] = [
    ...VIEWS.map((view, at): [string, string, string, Run] => [`view-${view}`, titles[view], String(at + 1), () => keys.view(view)]),
    ["search", t("Find in trace"), "/", keys.search],
    ["clear", t("Clear the search"), "Escape", keys.clear],
    ["error", t("Next error"), "e", () => keys.nextError(1)],
    ["error-before", t("Previous error"), "Shift+e", () => keys.nextError(-1)],
    ["costliest", t("Costliest observation"), "c", keys.costliest],
    ["raw", t("Raw JSON of the observation"), "x", keys.raw],
    ["score", t("Add score"), "a", keys.score],
    ["tag", t("Add a tag"), "t", keys.tag],
    ["link", t("Copy link"), "y", keys.copyLink],
    ["following", t("Older trace"), "j", keys.neighbours ? keys.following : undefined],
    ["previous", t("Newer trace"), "k", keys.neighbours ? keys.previous : undefined],
  ];
  useCommands(
    rows.map(([id, title, key, run]): Command => ({ id: `trace-${id}`, title, group, keys: key, run: () => run?.(), enabled: run !== undefined })),
  );
}
