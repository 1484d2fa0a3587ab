// SPDX-License-Identifier: MIT
//
// The chosen columns as the grid wants them.

import type { GridColumn } from "@/ui/grid/grid";
import { cell } from "./cells";
import { type Column, kindOf } from "./columns";
import type { Lens } from "@/ui/query/completion";
import { columnLabel } from "./labels";
import type { Row } from "./rows";

export function gridColumns(columns: readonly Column[], lens: Lens, scale: number): GridColumn<Row>[] {
  return columns.map(({ id, width }) => {
    const kind = kindOf(id, lens);
    return {
      id, width, label: columnLabel(id), number: kind?.number ?? false,
      render: (row) => cell(id, row, scale),
      ...(kind?.grow !== undefined && { grow: kind.grow }),
      ...(kind?.sort !== undefined && { sort: kind.sort }),
    };
  });
}
