// SPDX-License-Identifier: MIT
//
// From a row to its trace: address, opening, and loading ahead what is likely opened next.

import { type MouseEvent, useCallback, useEffect, useRef } from "react";
import { prefetch } from "@/api/query";
import { openInNewTab } from "@/ui/grid/useListKeys";
import { useVisit, wantsNewTab } from "@/ui/grid/useRowLinks";
import type { Row } from "./rows";
import type { Change } from "./useTracesSearch";

const HOVER_MS = 60; // a pointer that only passes asks for nothing

export const skeletonPath = (pid: string, trace: string): string => `api/ui/${pid}/traces/${encodeURIComponent(trace)}/skeleton`;
const tracePath = (pid: string, row: Row): string => `project/${pid}/traces/${encodeURIComponent(row.trace)}`;

export function useTracesNavigation(pid: string, change: Change) {
  const visit = useVisit();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const href = useCallback((row: Row) => tracePath(pid, row) + (row.observation === undefined ? "" : `?obs=${row.observation}`), [pid]);
  const open = useCallback((row: Row, event?: MouseEvent): void => {
    if (!event || !wantsNewTab(event)) change({ at: row.id }, "replace");
    visit(href(row), event);
  }, [change, visit, href]);
  const hover = useCallback((row: Row): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => prefetch(skeletonPath(pid, row.trace)), HOVER_MS);
  }, [pid]);
  const openTab = (row: Row): void => openInNewTab(href(row));
  return { href, open, openTab, hover };
}
