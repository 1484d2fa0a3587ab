// SPDX-License-Identifier: MIT
//
// Rows of the event stream beside those that were read. At most five paints a second; what may not be
// shown now waits until it may, or until somebody asks for it.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { followRows } from "@/api/live";
import type { TraceRow } from "@/api/ui";
import { arrive, combine, fresh, type Live, PAINT_EVERY_MS, QUIET, show } from "./live";
import { type Row, toRow } from "./rows";

interface Options {
  q: string;
  key: string; // what is listed; a new question forgets what came for the old one
  follow: boolean;
  mayShow: () => boolean;
}

export function useLiveRows(listed: readonly Row[], { q, key, follow, mayShow }: Options) {
  const [state, setState] = useState<{ key: string; live: Live }>({ key, live: QUIET });
  const live = state.key === key ? state.live : QUIET;
  const may = useRef(mayShow);
  useEffect(() => void (may.current = mayShow));

  useEffect(() => {
    if (!follow) return undefined;
    let arrived: Row[] = [];
    const paint = (): void =>
      setState((before) => {
        const now = before.key === key ? before.live : QUIET;
        if (arrived.length === 0 && (now.waiting.length === 0 || !may.current())) return before;
        const taken = arrived.reduce(arrive, now);
        arrived = [];
        return { key, live: may.current() ? show(taken) : taken };
      });
    const end = followRows(q, (row: TraceRow) => void arrived.push(toRow(row)));
    const timer = setInterval(paint, PAINT_EVERY_MS);
    return () => {
      end();
      clearInterval(timer);
    };
  }, [q, key, follow]);

  return {
    rows: useMemo(() => combine(listed, live), [listed, live]),
    waiting: useMemo(() => fresh(listed, live), [listed, live]),
    tinted: live.tinted,
    show: useCallback(() => setState((now) => ({ ...now, live: show(now.live) })), []),
    forget: useCallback(() => setState((now) => ({ ...now, live: QUIET })), []),
  };
}
