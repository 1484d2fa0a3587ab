// SPDX-License-Identifier: MIT
//
// What a row of the list of sessions says.

import type { SessionRow } from "@/api/ui";
import { formatClock, formatDay, formatDuration, formatIso, formatMoney, formatShort, formatTime } from "@/lib/format";
import { t } from "@/lib/i18n";
import type { GridColumn } from "@/ui/grid/grid";
import { TwoLines } from "@/ui/grid/TwoLines";
import { Scores } from "@/ui/Scores";

const turns = (row: SessionRow): string => t("{n, plural, one {# turn} other {# turns}}", { n: row.turns });

function Ended({ at }: { at: number }) {
  return <time dateTime={formatIso(at)}><TwoLines first={formatClock(at)} second={formatDay(at)} /></time>;
}

function Text({ row }: { row: SessionRow }) {
  return <TwoLines first={row.first ?? <span className="text-faint">—</span>} second={row.last === undefined ? "" : `→ ${row.last}`} />;
}

function Users({ row }: { row: SessionRow }) {
  return <TwoLines first={row.users[0] ?? ""} second={row.users.length > 1 ? `+${row.users.length - 1}` : (row.env ?? "")} />;
}

function Turns({ row }: { row: SessionRow }) {
  return <TwoLines first={formatShort(row.turns)} second={row.errors > 0 ? <span className="text-error">✕ {formatShort(row.errors)}</span> : ""} />;
}

export const sessionColumns = (): GridColumn<SessionRow>[] => [
  { id: "end", label: t("Last"), width: 76, sort: "last", render: (row) => <Ended at={row.end} /> },
  { id: "id", label: t("Session"), width: 150, grow: 0.15, render: (row) => <TwoLines first={<span className="list-name">{row.id}</span>} second={formatDuration(row.end - row.start)} /> },
  { id: "io", label: t("First input → last output"), width: 300, grow: 1, render: (row) => <Text row={row} /> },
  { id: "user", label: t("User"), width: 160, render: (row) => <Users row={row} /> },
  { id: "turns", label: t("Turns"), width: 60, number: true, render: (row) => <Turns row={row} /> },
  { id: "tokens", label: t("Tokens"), width: 64, number: true, sort: "tokens", render: (row) => (row.tokens > 0 ? formatShort(row.tokens) : "") },
  { id: "cost", label: t("Cost"), width: 96, number: true, sort: "cost", render: (row) => (row.cost > 0 ? formatMoney(row.cost) : "") },
  { id: "scores", label: t("Scores"), width: 104, grow: 0.15, render: (row) => <Scores scores={row.scores ?? []} /> },
];

export function NarrowSession({ row }: { row: SessionRow }) {
  return (
    <>
      <span className="list-line list-narrow-head"><span className="list-name">{row.id}</span><time>{formatTime(row.end)}</time></span>
      <span className="list-line">{row.first ?? ""}</span>
      <span className="list-line list-second list-narrow-foot">
        <span>{turns(row)}</span>
        {row.errors > 0 && <span className="text-error">✕ {formatShort(row.errors)}</span>}
        {row.cost > 0 && <span>{formatMoney(row.cost)}</span>}
        <span>{row.users[0]}</span>
      </span>
    </>
  );
}
