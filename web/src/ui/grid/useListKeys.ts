// SPDX-License-Identifier: MIT
//
// A list from the keyboard: j k and the arrows walk, ↵ opens, o opens in a new tab.

import { useMemo, useState } from "react";
import { BASE } from "@/api/base";
import { type Command, useCommands } from "@/lib/commands";
import { t } from "@/lib/i18n";
import type { GridRows } from "./grid";

const PAGE = 10;

/** Where the next row is; an end of the list when there is no current one. */
export function step(index: number, by: number, count: number): number {
  if (count === 0) return -1;
  if (index < 0) return by > 0 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, index + by));
}

/** Commands that walk a list of `count` rows. */
export function walkCommands(index: number, count: number, go: (index: number) => void): Command[] {
  const group = t("List");
  const command = (id: string, title: string, keys: string, to: () => number, repeat = true): Command =>
    ({ id: `list.${id}`, title, group, keys, repeat, hidden: true, run: () => go(to()) });
  const by = (rows: number) => (): number => step(index, rows, count);
  return [
    command("next", t("Next row"), "j", by(1)),
    command("previous", t("Previous row"), "k", by(-1)),
    command("down", t("Next row"), "ArrowDown", by(1)),
    command("up", t("Previous row"), "ArrowUp", by(-1)),
    command("page-down", t("Ten rows down"), "PageDown", by(PAGE)),
    command("page-up", t("Ten rows up"), "PageUp", by(-PAGE)),
    command("first", t("First row"), "Home", () => 0, false),
    command("last", t("Last loaded row"), "End", () => count - 1, false),
  ];
}

export function openInNewTab(address: string): void {
  globalThis.open(new URL(address, BASE), "_blank", "noopener");
}

/** Of a list where a row is only walked to and opened; returns the id of the current row. */
export function useListKeys<T>(list: readonly T[], rows: GridRows<T>, refresh: () => void): string | undefined {
  const [current, setCurrent] = useState<string>();
  const index = useMemo(() => (current === undefined ? -1 : list.findIndex((row) => rows.id(row) === current)), [list, rows, current]);
  const row = list[index];
  const group = t("List");
  const enabled = row !== undefined;
  useCommands([
    ...walkCommands(index, list.length, (to) => setCurrent(list[to] && rows.id(list[to]))),
    { id: "list.open", title: t("Open the row"), group, keys: "Enter", hidden: true, enabled, run: () => row !== undefined && rows.open(row) },
    { id: "list.tab", title: t("Open in a new tab"), group, keys: "o", hidden: true, enabled, run: () => row !== undefined && openInNewTab(rows.href(row)) },
    { id: "list.refresh", title: t("Ask again"), group, keys: "r", run: refresh },
  ]);
  return current;
}
