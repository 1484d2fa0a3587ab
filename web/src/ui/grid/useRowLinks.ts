// SPDX-License-Identifier: MIT
//
// Opening a row by its address; with ⌘, Ctrl, ⇧ or the middle button the browser does it itself.

import { useNavigate } from "@tanstack/react-router";
import { type MouseEvent, useCallback } from "react";

export const wantsNewTab = (event: MouseEvent): boolean => event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;

/** `visit(address, event)`: an address relative to the base, as it stands in the link. */
export function useVisit(): (address: string, event?: MouseEvent) => void {
  const navigate = useNavigate();
  return useCallback((address, event) => {
    if (event && wantsNewTab(event)) return;
    event?.preventDefault();
    const [path = "", query = ""] = address.split("?");
    void navigate({ to: `/${path}`, search: Object.fromEntries(new URLSearchParams(query)) });
  }, [navigate]);
}
