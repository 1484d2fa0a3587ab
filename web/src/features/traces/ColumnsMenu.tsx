// SPDX-License-Identifier: MIT
//
// Which columns, and in which order. Widths are drawn at the heads of the table.

import { ArrowDown, ArrowUp, Columns3 } from "lucide-react";
import { t } from "@/lib/i18n";
import { Button, IconButton } from "@/ui/Button";
import { Popover } from "@/ui/Popover";
import type { Lens } from "@/ui/query/completion";
import { choosable, type Column, type ColumnId, defaultColumns, formatColumns, moveColumn, toggleColumn } from "./columns";
import { columnLabel } from "./labels";

interface Props { columns: readonly Column[]; lens: Lens; scoreNames: readonly string[]; onChange: (columns: readonly Column[]) => void }

function ColumnRow({ id, at, count, columns, lens, onChange }: Omit<Props, "scoreNames"> & { id: ColumnId; at: number; count: number }) {
  const label = columnLabel(id);
  const shown = at >= 0;
  return (
    <li className="flex h-7 items-center gap-2 rounded-control px-2 hover:bg-sunk">
      <label className="flex min-w-0 flex-1 items-center gap-2">
        <input type="checkbox" checked={shown} onChange={() => onChange(toggleColumn(columns, id, lens))} />
        <span className="truncate">{label}</span>
      </label>
      {shown && (
        <>
          <IconButton icon={ArrowUp} label={t("Move {column} to the left", { column: label })} disabled={at === 0} onClick={() => onChange(moveColumn(columns, id, at - 1))} />
          <IconButton icon={ArrowDown} label={t("Move {column} to the right", { column: label })} disabled={at === count - 1} onClick={() => onChange(moveColumn(columns, id, at + 1))} />
        </>
      )}
    </li>
  );
}

export function ColumnsMenu({ columns, lens, scoreNames, onChange }: Props) {
  const shown = columns.map(({ id }) => id);
  const hidden = choosable(lens, scoreNames).filter((id) => !shown.includes(id));
  const usual = formatColumns(columns, lens) === undefined;
  const row = (id: ColumnId) => (
    <ColumnRow key={id} id={id} at={shown.indexOf(id)} count={shown.length} columns={columns} lens={lens} onChange={onChange} />
  );
  return (
    <Popover label={t("Columns")} align="end" className="w-72 p-1" trigger={<IconButton icon={Columns3} label={t("Columns")} />}>
      <ul>{shown.map(row)}</ul>
      <hr className="my-1" />
      <ul>{hidden.map(row)}</ul>
      {!usual && (
        <div className="border-t p-2">
          <Button look="quiet" onClick={() => onChange(defaultColumns(lens))}>{t("As usual")}</Button>
        </div>
      )}
    </Popover>
  );
}
