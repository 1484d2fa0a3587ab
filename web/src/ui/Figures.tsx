// SPDX-License-Identifier: MIT
//
// Numbers and times as elements: tabular figures, the exact value on hover.
import { useEffect } from "react";
import { createStore, useStore } from "@/lib/store";
import { formatAgo, formatCount, formatDuration, formatIso, formatMoney, formatShort, formatTime } from "@/lib/format";

export const Num = ({ n }: { n: number }) => <span className="num" data-tip={formatCount(n)}>{formatShort(n)}</span>;

export const Money = ({ dollars }: { dollars: number }) => <span className="num" data-tip={`$${dollars}`}>{formatMoney(dollars)}</span>;

export const Duration = ({ ms }: { ms: number }) => <span className="num" data-tip={`${formatCount(ms)} ms`}>{formatDuration(ms)}</span>;

/** 23 Nov 07:52:54, ISO on hover. */
export const Time = ({ at }: { at: number }) => <time dateTime={formatIso(at)} data-tip={formatIso(at)}>{formatTime(at)}</time>;

const clock = createStore(Date.now());
let watchers = 0;
let timer = 0;

/** The present, once a second, for what counts up; one timer for the page. */
export function useNow(): number {
  useEffect(() => {
    if (watchers++ === 0) timer = window.setInterval(() => clock.set(Date.now()), 1000);
    return () => {
      if (--watchers === 0) clearInterval(timer);
    };
  }, []);
  return useStore(clock);
}

/** 2 s ago; counts on. */
export function Ago({ at }: { at: number }) {
  const now = useNow();
  return <time dateTime={formatIso(at)} data-tip={formatIso(at)}>{formatAgo(Math.min(at, now), now)}</time>;
}
