// SPDX-License-Identifier: MIT
//
// What a row of the list of users says.

import type { UserRow } from "@/api/ui";
import { formatAgo, formatIso, formatMoney, formatShort, formatTime } from "@/lib/format";
import { t } from "@/lib/i18n";
import type { GridColumn } from "@/ui/grid/grid";
import { Sparkline } from "@/ui/Sparkline";
import "./users.css";

const time = (at: number) => <time dateTime={formatIso(at)}>{formatTime(at)}</time>;
const errors = (n: number) => (n > 0 ? <span className="text-error">✕ {formatShort(n)}</span> : "");

function Cost({ row, most }: { row: UserRow; most: number }) {
  return (
    <span className="user-cost">
      <span className="user-bar" aria-hidden="true"><span style={{ inlineSize: `${most > 0 ? (row.cost / most) * 100 : 0}%` }} /></span>
      <span>{formatMoney(row.cost)}</span>
    </span>
  );
}

const spark = (row: UserRow) => <Sparkline values={row.spark} label={t("Cost over time")} width={120} height={22} bars color="var(--muted)" />;

/** `most`: cost of the dearest one, whose bar is full. */
export const userColumns = (most: number): GridColumn<UserRow>[] => [
  { id: "user", label: t("User"), width: 220, grow: 1, render: (row) => <span className="list-name">{row.id}</span> },
  { id: "spark", label: t("Cost over time"), width: 140, render: spark },
  { id: "cost", label: t("Cost"), width: 140, grow: 0.6, number: true, sort: "cost", render: (row) => <Cost row={row} most={most} /> },
  { id: "traces", label: t("Traces"), width: 76, number: true, sort: "traces", render: (row) => formatShort(row.traces) },
  { id: "errors", label: t("Errors"), width: 72, number: true, sort: "errors", render: (row) => errors(row.errors) },
  { id: "sessions", label: t("Sessions"), width: 76, number: true, render: (row) => formatShort(row.sessions) },
  { id: "tokens", label: t("Tokens"), width: 76, number: true, sort: "tokens", render: (row) => formatShort(row.tokens) },
  { id: "first", label: t("First"), width: 132, render: (row) => time(row.first) },
  { id: "last", label: t("Last"), width: 132, sort: "last", render: (row) => time(row.last) },
];

export function NarrowUser({ row }: { row: UserRow }) {
  return (
    <>
      <span className="list-line list-narrow-head"><span className="list-name">{row.id}</span><span className="num">{formatMoney(row.cost)}</span></span>
      <span className="list-line list-second list-narrow-foot">
        <span>{t("{n, plural, one {# trace} other {# traces}}", { n: row.traces })}</span>
        {errors(row.errors)}
        <time>{formatAgo(row.last)}</time>
      </span>
      <span className="list-line">{spark(row)}</span>
    </>
  );
}
