// SPDX-License-Identifier: MIT
//
// Heads of the columns: a click sorts where the server can sort, the right edge resizes.

import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { t } from "@/lib/i18n";
import type { GridColumn } from "./grid";

export interface GridHeaderProps<T> {
  columns: readonly GridColumn<T>[];
  sort: string;
  selected: "none" | "some" | "all" | undefined; // undefined: rows cannot be selected
  onAll: () => void;
  onSort: (sort: string) => void;
  onResize?: ((id: string, width: number, done: boolean) => void) | undefined;
}

const STEP = 8;

interface EdgeProps { label: string; id: string; width: number; onResize: (id: string, width: number, done: boolean) => void }

function Edge({ label, id, width, onResize }: EdgeProps) {
  const start = useRef({ x: 0, width: 0 });
  const dragged = (event: PointerEvent): number => start.current.width + event.clientX - start.current.x;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onResize(id, width + step, true);
  };
  return (
    // A separator that can be moved is a widget: it takes focus and keys.
    /* eslint-disable jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex */
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={t("Width of {label}", { label })}
      aria-valuenow={width}
      tabIndex={0}
      className="list-edge"
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width: event.currentTarget.parentElement?.offsetWidth ?? width };
      }}
      onPointerMove={(event) => event.buttons === 1 && onResize(id, dragged(event), false)}
      onPointerUp={(event) => dragged(event) !== start.current.width && onResize(id, dragged(event), true)}
    />
  );
}

/** Descending first, then ascending, then as usual. */
function nextSort(column: string, sort: string): string {
  if (sort === `-${column}`) return column;
  return sort === column ? "" : `-${column}`;
}

function Head<T>({ column, sort, onSort, onResize }: { column: GridColumn<T> } & Pick<GridHeaderProps<T>, "sort" | "onSort" | "onResize">) {
  const by = sort === column.sort ? "ascending" : sort === `-${column.sort}` ? "descending" : undefined;
  const arrow = by === undefined ? "" : by === "ascending" ? "↑" : "↓";
  return (
    <span role="columnheader" aria-sort={by ?? (column.sort ? "none" : undefined)} className="list-head" data-number={column.number || undefined}>
      {column.sort ? (
        <button type="button" className="list-sort" onClick={() => onSort(nextSort(column.sort ?? "", sort))}>
          {column.label}
          <span className="list-arrow" aria-hidden="true">{arrow}</span>
        </button>
      ) : (
        <span className="list-label">{column.label}</span>
      )}
      {onResize && <Edge label={column.label} id={column.id} width={column.width} onResize={onResize} />}
    </span>
  );
}

export function GridHeader<T>({ columns, selected, onAll, ...rest }: GridHeaderProps<T>) {
  return (
    <div role="row" aria-rowindex={1} className="list-heads">
      <span role="columnheader" className="list-head list-state">
        {selected !== undefined && (
          <input
            type="checkbox"
            aria-label={t("Select all loaded rows")}
            checked={selected === "all"}
            ref={(element) => { if (element) element.indeterminate = selected === "some"; }}
            onChange={onAll}
          />
        )}
      </span>
      {columns.map((column) => <Head key={column.id} column={column} {...rest} />)}
    </div>
  );
}
