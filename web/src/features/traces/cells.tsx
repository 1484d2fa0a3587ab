// SPDX-License-Identifier: MIT
//
// What stands in the cells of a row, one small component per column. Text is cut by CSS, so the height
// of a row never depends on what is in it.

import type { ReactNode } from "react";
import { formatClock, formatDay, formatDuration, formatIso, formatMinute, formatMoney, formatNumber, formatShort } from "@/lib/format";
import { t } from "@/lib/i18n";
import { TwoLines } from "@/ui/grid/TwoLines";
import { KindGlyph, kindName } from "@/ui/KindGlyph";
import { Scores, scoreText } from "@/ui/Scores";
import type { ColumnId } from "./columns";
import { type Row, tokensPerSecond } from "./rows";

const TROUBLE = { ERROR: ["text-error", "✕"], WARNING: ["text-warning", "▲"], DEFAULT: ["", ""], DEBUG: ["", ""] } as const;

/** In one line a row of another day shows the day rather than the seconds. */
const shortTime = (at: number): string =>
  formatDay(at) === formatDay(Date.now()) ? formatClock(at) : `${formatDay(at)} ${formatMinute(at)}`;

function TimeCell({ at }: { at: number }) {
  return <time title={formatIso(at)} dateTime={formatIso(at)}><TwoLines first={<><span className="row-clock">{formatClock(at)}</span><span className="row-short">{shortTime(at)}</span></>} second={formatDay(at)} /></time>;
}

function NameCell({ row }: { row: Row }) {
  return (
    <TwoLines
      first={<span className="list-name">{row.name ?? <i>{t("unnamed")}</i>}</span>}
      second={
        <span className="row-kind">
          <KindGlyph kind={row.kind} size={12} /> {kindName(row.kind)}
          {row.observations !== undefined && ` · ${t("{n} obs", { n: formatShort(row.observations) })}`}
        </span>
      }
    />
  );
}

export function TextCell({ row }: { row: Row }) {
  const [tone, mark] = TROUBLE[row.level];
  const trouble = row.trouble !== undefined && mark !== "";
  return (
    <TwoLines
      first={row.input ?? <span className="text-faint">—</span>}
      second={trouble ? <span className={tone}>{mark} {row.trouble}</span> : row.output === undefined ? "" : <>→ {row.output}</>}
    />
  );
}

function LatencyCell({ row, scale }: { row: Row; scale: number }) {
  if (row.latency === undefined) return <span className="text-faint">—</span>;
  const part = scale > 0 ? Math.min(1, row.latency / scale) : 0;
  return (
    <span className="latency" data-over={row.latency > scale || undefined}>
      <span className="latency-track" aria-hidden="true"><span style={{ inlineSize: `${part * 100}%` }} /></span>
      {formatDuration(row.latency)}
    </span>
  );
}

function scoreOf(row: Row, name: string): string {
  const score = row.scores.find((each) => each.name === name);
  return score ? scoreText(score) : "";
}

type Cell = (row: Row, scale: number) => ReactNode;

const CELLS: Record<Exclude<ColumnId, `score:${string}`>, Cell> = {
  time: (row) => <TimeCell at={row.start} />,
  name: (row) => <NameCell row={row} />,
  io: (row) => <TextCell row={row} />,
  model: (row) => <TwoLines first={row.model ?? ""} second={row.moreModels > 0 ? `+${row.moreModels}` : ""} />,
  tokens: (row) => (row.tokens > 0 ? formatShort(row.tokens) : ""),
  cost: (row) => (row.cost > 0 ? formatMoney(row.cost) : ""),
  latency: (row, scale) => <LatencyCell row={row} scale={scale} />,
  scores: (row) => <Scores scores={row.scores} />,
  trace: (row) => row.traceName ?? row.trace,
  ttft: (row) => (row.ttft === undefined ? "" : formatDuration(row.ttft)),
  speed: (row) => { const speed = tokensPerSecond(row); return speed === undefined ? "" : `${formatNumber(speed)}/s`; },
  observations: (row) => formatShort(row.observations ?? 0),
  errors: (row) => (row.errors > 0 ? <span className="text-error">{formatShort(row.errors)}</span> : ""),
  user: (row) => row.user ?? "",
  session: (row) => row.session ?? "",
  tags: (row) => <span className="tags">{row.tags.map((tag) => <span key={tag} className="tag">{tag}</span>)}</span>,
  env: (row) => row.env ?? "",
  version: (row) => row.version ?? "",
  release: (row) => row.release ?? "",
  id: (row) => <span className="font-mono">{row.id}</span>,
};

/** `scale`: latency of the longest bar. */
export function cell(id: ColumnId, row: Row, scale: number): ReactNode {
  return id.startsWith("score:") ? scoreOf(row, id.slice(6)) : CELLS[id as keyof typeof CELLS](row, scale);
}
