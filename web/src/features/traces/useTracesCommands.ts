// SPDX-License-Identifier: MIT
//
// The list from the keyboard.

import { type Command, useCommands } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { step, walkCommands } from "@/ui/grid/useListKeys";
import type { Row } from "./rows";
import { isEmpty, NONE } from "./selection";
import type { Traces } from "./useTraces";

export interface TracesDeeds {
  open: (row: Row, newTab: boolean) => void;
  peek: (trace: string | undefined) => void;
  toggleLive: () => void;
  toggleFacets: () => void;
  refresh: () => void;
  copyCall: () => void;
}

export function useTracesCommands(traces: Traces, peeked: string | undefined, deeds: TracesDeeds): void {
  const { rows, index, selection } = traces;
  const group = t("List");
  const row = rows[index];
  const go = (to: number): void => {
    const next = rows[to];
    if (!next) return;
    traces.setCurrent(next.id);
    if (peeked !== undefined) deeds.peek(next.trace);
  };
  const extend = (by: number) => (): void => {
    if (row && !traces.grid.has(row.id)) traces.grid.toggle(row.id, false);
    const next = rows[step(index, by, rows.length)];
    if (!next) return;
    traces.grid.toggle(next.id, true);
    traces.setCurrent(next.id);
  };
  const escape = (): void => {
    if (peeked !== undefined) deeds.peek(undefined);
    else if (traces.grid.any) traces.set(NONE);
    else traces.setCurrent(undefined);
  };
  const list = (id: string, title: string, keys: string | undefined, run: () => void, more: Partial<Command> = {}): Command =>
    ({ id: `traces.${id}`, title, group, ...(keys !== undefined && { keys }), run, ...more });
  useCommands([
    ...walkCommands(index, rows.length, go),
    list("open", t("Open the trace"), "Enter", () => row && deeds.open(row, false), { hidden: true, enabled: row !== undefined }),
    list("tab", t("Open in a new tab"), "o", () => row && deeds.open(row, true), { hidden: true, enabled: row !== undefined }),
    list("peek", t("Look at the trace beside the list"), "Space", () => deeds.peek(peeked === row?.trace ? undefined : row?.trace), { enabled: row !== undefined }),
    list("select", t("Select the row"), "s", () => row && traces.grid.toggle(row.id, false), { hidden: true, enabled: row !== undefined }),
    list("extend-down", t("Select downwards"), "Shift+j", extend(1), { repeat: true, hidden: true }),
    list("extend-up", t("Select upwards"), "Shift+k", extend(-1), { repeat: true, hidden: true }),
    list("escape", t("Close the panel, end the selection"), "Escape", escape, { hidden: true, enabled: peeked !== undefined || !isEmpty(selection) || index >= 0 }),
    list("refresh", t("Show new rows, or ask again"), "r", deeds.refresh),
    list("live", t("Live on or off"), "l", deeds.toggleLive),
    list("call", t("Copy the list as an API call"), undefined, deeds.copyCall),
    list("facets", t("Facets on or off"), "f", deeds.toggleFacets),
  ]);
}
