// SPDX-License-Identifier: MIT
//
// What a list says about itself to the grid that draws it.

import type { MouseEvent, ReactNode } from "react";
import type { Level } from "@/api/ui";

export interface GridColumn<T> {
  id: string;
  label: string;
  width: number; // px; of a growing one the least
  grow?: number; // share of the room that is left over
  number?: boolean; // right-aligned, tabular figures
  sort?: string; // what `sort` calls it
  render: (row: T) => ReactNode;
}

/** How a row is known, named and opened. Constant for a list: rows are drawn again only for new data. */
export interface GridRows<T> {
  id: (row: T) => string;
  name: (row: T) => string;
  href: (row: T) => string;
  level?: (row: T) => Level;
  narrow: (row: T) => ReactNode; // where there is no room for columns
  state?: (row: T) => ReactNode; // beside the mark
  open: (row: T, event?: MouseEvent) => void;
  hover?: (row: T) => void;
}

export interface GridSelection {
  has: (id: string) => boolean;
  any: boolean;
  toggle: (id: string, extend: boolean) => void;
  toggleAll: () => void;
}

const STATE_WIDTH = 30;
const SIDES = 12; // edge and padding of a row

/** Below this width the list scrolls sideways. */
export const leastWidth = <T>(columns: readonly GridColumn<T>[], narrow: boolean): number =>
  narrow ? 0 : columns.reduce((sum, { width }) => sum + width, STATE_WIDTH + SIDES);

/** grid-template-columns: growing columns share what the others leave, else the last one takes it. */
export function template<T>(columns: readonly GridColumn<T>[], narrow: boolean): string {
  if (narrow) return `${STATE_WIDTH}px minmax(0,1fr)`;
  const fallback = columns.some(({ grow }) => grow !== undefined) ? undefined : columns.at(-1);
  const widths = columns.map((column) => {
    const grow = column === fallback ? 1 : column.grow;
    return grow === undefined ? `${column.width}px` : `minmax(${column.width}px,${grow}fr)`;
  });
  return [`${STATE_WIDTH}px`, ...widths].join(" ");
}
