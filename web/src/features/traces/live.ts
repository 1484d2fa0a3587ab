// SPDX-License-Identifier: MIT
//
// Rows that arrive while somebody looks at the list. At its top, with nothing under the pointer or the
// keyboard, they are shown at once; otherwise they wait behind "12 new". Rows never move under a hand.

import { merge, type Row } from "./rows";

export const MOST_ROWS = 500;
export const PAINT_EVERY_MS = 200; // at most five paints a second

export interface Live {
  shown: readonly Row[];
  waiting: readonly Row[];
  tinted: ReadonlySet<string>; // shown by the last paint
}

export const QUIET: Live = { shown: [], waiting: [], tinted: new Set() };

/** Takes a row in; shows nothing yet. A newer state of a waiting row replaces it. */
export function arrive(live: Live, row: Row): Live {
  return { ...live, waiting: merge(live.waiting, [row], MOST_ROWS) };
}

/** Shows what waits. */
export function show(live: Live): Live {
  if (live.waiting.length === 0) return live;
  return {
    shown: merge(live.shown, live.waiting, MOST_ROWS),
    waiting: [],
    tinted: new Set(live.waiting.map((row) => row.id)),
  };
}

/** What was read from the server with what arrived since. Rows already listed are renewed in place. */
export function combine(listed: readonly Row[], live: Live): readonly Row[] {
  return live.shown.length === 0 ? listed : merge(listed, live.shown, Math.max(MOST_ROWS, listed.length));
}

/** How many of the waiting rows are not listed yet. */
export function fresh(listed: readonly Row[], live: Live): number {
  const known = new Set(listed.map((row) => row.id));
  return live.waiting.filter((row) => !known.has(row.id)).length;
}
