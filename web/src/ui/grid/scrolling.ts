// SPDX-License-Identifier: MIT
//
// Which rows of a long list are drawn. Every row has the same height, so this is arithmetic.

export interface Slice { first: number; last: number } // last is not drawn

const OVERSCAN = 8;
const PREFETCH_AT = 0.7;

export function visible(top: number, height: number, rowHeight: number, rows: number): Slice {
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
  const last = Math.min(rows, Math.ceil((top + height) / rowHeight) + OVERSCAN);
  return { first: Math.min(first, last), last };
}

/** The next page is asked for when 70 % of what is loaded has been passed. */
export const wantsMore = (slice: Slice, rows: number): boolean => rows > 0 && slice.last >= rows * PREFETCH_AT;

/** Where to scroll so that a row is wholly seen below the header; undefined when it is. */
export function scrollFor(index: number, top: number, height: number, rowHeight: number): number | undefined {
  const rowTop = index * rowHeight;
  if (rowTop < top) return rowTop;
  if (rowTop + rowHeight > top + height) return rowTop + rowHeight - height;
  return undefined;
}
