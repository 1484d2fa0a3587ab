// SPDX-License-Identifier: MIT
//
// The list as it stands: the question of the address, its rows with those that arrived since, the
// current row and the selection.

import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { DEFAULT_RANGE } from "@/lib/range";
import { parseColumns } from "./columns";
import { type Question, useRows, useSummary } from "./data";
import { latencyScale } from "./rows";
import { lensOf, type TracesSearch, USUAL_SORT } from "./search";
import { extend, isEmpty, isSelected, NONE, type Selection, toggle, toggleLoaded } from "./selection";
import { useLiveRows } from "./useLiveRows";

const isRelative = (range: string): boolean => !range.includes("/");

function useSelection(key: string, ids: readonly string[]) {
  const [state, setState] = useState<{ key: string; selection: Selection }>({ key, selection: NONE });
  const selection = state.key === key ? state.selection : NONE;
  const latest = useRef({ key, ids, selection });
  useEffect(() => void (latest.current = { key, ids, selection }));
  const set = useCallback((next: Selection) => setState({ key: latest.current.key, selection: next }), []);
  const one = useCallback((id: string, far: boolean) => {
    const now = latest.current;
    set((far ? extend : toggle)(now.selection, id, now.ids));
  }, [set]);
  const all = useCallback(() => set(toggleLoaded(latest.current.selection, latest.current.ids)), [set]);
  const grid = useMemo(
    () => ({ has: (id: string) => isSelected(selection, id), any: !isEmpty(selection), toggle: one, toggleAll: all }),
    [selection, one, all],
  );
  return { selection, set, grid };
}

export function useTraces(pid: string, search: TracesSearch, pane: RefObject<HTMLDivElement | null>) {
  const lens = lensOf(search);
  const question: Question = { q: search.q ?? "", range: search.range ?? "", sort: search.sort ?? "", lens };
  const key = JSON.stringify([pid, question]);
  const list = useRows(pid, question);
  const summary = useSummary(pid, question, list.data !== undefined || list.isError, search.lens === "live");

  // The address says where somebody comes back to; it may get its parameters after the first drawing.
  const [place, setPlace] = useState<{ key: string; id: string | undefined }>();
  const current = place?.key === key ? place.id : search.at;
  const setCurrent = useCallback((id: string | undefined) => setPlace({ key, id }), [key]);

  const follow = lens === "traces" && isRelative(question.range || DEFAULT_RANGE) && (question.sort || USUAL_SORT) === USUAL_SORT && !list.isPlaceholderData;
  const live = useLiveRows(list.rows, {
    q: question.q, key, follow,
    mayShow: () => search.lens === "live" && (pane.current?.scrollTop ?? 0) < 2 && current === undefined && !pane.current?.matches(":hover"),
  });
  const ids = useMemo(() => live.rows.map((row) => row.id), [live.rows]);
  return {
    lens, question, list, live, rows: live.rows, ids, summary,
    columns: useMemo(() => parseColumns(search.cols, lens), [search.cols, lens]),
    scale: useMemo(() => latencyScale(live.rows), [live.rows]),
    current, setCurrent,
    index: current === undefined ? -1 : ids.indexOf(current),
    ...useSelection(key, ids),
  };
}

export type Traces = ReturnType<typeof useTraces>;
