// SPDX-License-Identifier: MIT
//
// One row: state mark (a check box under the pointer or once something is selected), cells, and a link
// over all of it, so that a middle click, a copied address and a screen reader get what they expect.

import { memo, type MouseEvent } from "react";
import { t } from "@/lib/i18n";
import { LevelMark } from "../LevelMark";
import type { GridColumn, GridRows } from "./grid";

export interface GridRowProps<T> {
  row: T; index: number; rows: GridRows<T>; columns: readonly GridColumn<T>[]; narrow: boolean;
  current: boolean; peeked: boolean; tinted: boolean;
  selected: boolean | undefined; // undefined: rows cannot be selected
  onSelect: (id: string, extend: boolean) => void;
}

export const rowDomId = (id: string): string => `row-${id}`;

function RowState<T>({ row, rows, selected, onSelect }: GridRowProps<T>) {
  const name = rows.name(row);
  return (
    <span role="gridcell" className="list-cell list-state">
      {rows.level && <LevelMark level={rows.level(row)} />}
      {selected !== undefined && (
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={t("Select {name}", { name })}
          checked={selected}
          onChange={(event) => onSelect(rows.id(row), (event.nativeEvent as unknown as MouseEvent).shiftKey)}
        />
      )}
      {rows.state?.(row)}
    </span>
  );
}

function Row<T>(props: GridRowProps<T>) {
  const { row, rows, columns, selected } = props;
  const name = rows.name(row);
  return (
    <div
      role="row"
      id={rowDomId(rows.id(row))}
      aria-rowindex={props.index + 2}
      aria-selected={selected}
      className="list-row"
      data-level={rows.level?.(row)}
      data-current={props.current || undefined}
      data-peeked={props.peeked || undefined}
      data-tinted={props.tinted || undefined}
      onPointerEnter={() => rows.hover?.(row)}
    >
      <RowState {...props} />
      {props.narrow ? (
        <span role="gridcell" className="list-cell list-narrow">{rows.narrow(row)}</span>
      ) : (
        columns.map((column) => (
          <span key={column.id} role="gridcell" className="list-cell" data-column={column.id} data-number={column.number || undefined}>
            {column.render(row)}
          </span>
        ))
      )}
      <span role="gridcell" className="list-open">
        <a href={rows.href(row)} tabIndex={-1} aria-label={t("Open {name}", { name })} onClick={(event) => rows.open(row, event)} />
      </span>
    </div>
  );
}

export const GridRow = memo(Row) as typeof Row;
