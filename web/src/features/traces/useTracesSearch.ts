// SPDX-License-Identifier: MIT
//
// The address of the list, read and changed. A choice is a step in the history; typing, walking and
// sizes are not.

import { useCallback, useMemo } from "react";
import { useSearchState } from "@/app/search";
import { readSearch, type TracesSearch } from "./search";

export type Change = (patch: { [K in keyof TracesSearch]?: TracesSearch[K] | undefined }, how?: "push" | "replace") => void;

export function useTracesSearch(): { search: TracesSearch; change: Change } {
  const [raw, set] = useSearchState();
  const search = useMemo(() => readSearch(raw), [raw]);
  const change = useCallback<Change>((patch, how = "push") => set({ at: undefined, ...patch }, { replace: how === "replace" }), [set]);
  return { search, change };
}
