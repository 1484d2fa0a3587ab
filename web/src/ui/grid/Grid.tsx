// SPDX-License-Identifier: MIT
//
// A long list: a header that stays, and as many rows as are seen. The pane has the focus and says which
// row is the current one, so that rows can come and go under it. The order, the pages and the selection
// are its user's.

import { type CSSProperties, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { type GridColumn, type GridRows, type GridSelection, leastWidth, template } from "./grid";
import { GridHeader } from "./GridHeader";
import { GridRow, rowDomId } from "./GridRow";
import { scrollFor, wantsMore } from "./scrolling";
import { useSlice } from "./useSlice";
import "./grid.css";

export interface GridProps<T> {
  pane: RefObject<HTMLDivElement | null>;
  label: string;
  list: readonly T[];
  total?: number | undefined; // all that match, as far as known
  rows: GridRows<T>;
  columns: readonly GridColumn<T>[];
  rowHeight: number;
  narrow: boolean;
  compact?: boolean;
  current: string | undefined;
  peeked?: string | undefined;
  tinted?: ReadonlySet<string>;
  selection?: GridSelection;
  sort: string;
  onSort: (sort: string) => void;
  onResize?: (id: string, width: number, done: boolean) => void;
  onMore: () => void;
}

const HEAD = 32;
const ignore = (): void => undefined;

/** Brings the current row into sight when it changes, not when somebody scrolls away from it. The one that
 *  somebody comes back to stands in the middle. */
function useFollow<T>({ pane, list, rows, current, narrow, rowHeight }: GridProps<T>): void {
  const drawn = useRef(false);
  const index = current === undefined ? -1 : list.findIndex((row) => rows.id(row) === current);
  const found = index >= 0;
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element || index < 0) return;
    const height = element.clientHeight - (narrow ? 0 : HEAD);
    const top = drawn.current ? scrollFor(index, element.scrollTop, height, rowHeight) : index * rowHeight - height / 2;
    if (top !== undefined) element.scrollTo({ top });
    // Only a new current row moves the list.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [current, found]);
  useLayoutEffect(() => void (drawn.current = true), []);
}

function chosen<T>({ list, rows, selection }: GridProps<T>): "none" | "some" | "all" | undefined {
  if (!selection) return undefined;
  if (!selection.any || list.length === 0) return "none";
  return list.every((row) => selection.has(rows.id(row))) ? "all" : "some";
}

export function Grid<T>(props: GridProps<T>) {
  const { pane, list, rows, columns, rowHeight, narrow, selection, onMore, current } = props;
  const slice = useSlice(pane, rowHeight, list.length);
  const more = wantsMore(slice, list.length);
  useEffect(() => { if (more) onMore(); }, [more, list.length, onMore]);
  useFollow(props);

  const active = current !== undefined && list.some((row) => rows.id(row) === current) ? rowDomId(current) : undefined;
  const style = { "--row": `${rowHeight}px`, "--columns": template(columns, narrow), "--least": `${leastWidth(columns, narrow)}px` } as CSSProperties;
  return (
    <div
      ref={pane}
      className="list-grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={(props.total ?? list.length) + 1}
      aria-multiselectable={selection ? true : undefined}
      aria-activedescendant={active}
      data-compact={(props.compact && !narrow) || undefined}
      data-narrow={narrow || undefined}
      data-selecting={selection?.any || undefined}
      style={style}
    >
      {!narrow && (
        <GridHeader
          columns={columns} sort={props.sort} selected={chosen(props)}
          onAll={selection?.toggleAll ?? ignore} onSort={props.onSort} onResize={props.onResize}
        />
      )}
      <div role="presentation" style={{ blockSize: list.length * rowHeight }}>
        <div role="presentation" style={{ transform: `translateY(${slice.first * rowHeight}px)` }}>
          {list.slice(slice.first, slice.last).map((row, offset) => {
            const id = rows.id(row);
            return (
              <GridRow
                key={id} row={row} index={slice.first + offset} rows={rows} columns={columns} narrow={narrow}
                current={id === current} peeked={id === props.peeked} tinted={props.tinted?.has(id) ?? false}
                selected={selection?.has(id)} onSelect={selection?.toggle ?? ignore}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
