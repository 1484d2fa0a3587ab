// SPDX-License-Identifier: MIT
//
// From a row to its trace: address, opening, and loading ahead what is likely opened next.

import { useNavigate } from "@tanstack/react-router";
import { type MouseEvent, useCallback, useEffect, useRef } from "react";
import { withQuery } from "@/api/client";
import { prefetch } from "@/api/query";
import { openInNewTab } from "@/ui/grid/useListKeys";
import { useVisit, wantsNewTab } from "@/ui/grid/useRowLinks";
import type { Row } from "./rows";

const HOVER_MS = 60; // a pointer that only passes asks for nothing

export const skeletonPath = (pid: string, trace: string): string => `api/ui/${pid}/traces/${encodeURIComponent(trace)}/skeleton`;
const tracePath = (pid: string, row: Row): string => `project/${pid}/traces/${encodeURIComponent(row.trace)}`;

export function useTracesNavigation(pid: string) {
  const visit = useVisit();
  const navigate = useNavigate();
  // Where Back comes to; the address has to be written before it is left.
  const remember = useCallback((at: string) => navigate({ to: ".", search: (before) => ({ ...before, at }), replace: true }), [navigate]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const href = useCallback((row: Row) => withQuery(tracePath(pid, row), { obs: row.observation }), [pid]);
  const open = useCallback((row: Row, event?: MouseEvent): void => {
    if (event && wantsNewTab(event)) return;
    event?.preventDefault();
    void remember(row.id).then(() => visit(href(row)));
  }, [remember, visit, href]);
  const hover = useCallback((row: Row): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => prefetch(skeletonPath(pid, row.trace)), HOVER_MS);
  }, [pid]);
  const openTab = (row: Row): void => openInNewTab(href(row));
  return { href, open, openTab, hover };
}
