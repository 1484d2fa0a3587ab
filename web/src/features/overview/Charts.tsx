// SPDX-License-Identifier: MIT
//
// The four charts: one time axis, dragging over any of them zooms the range of all.

import { useState, type ReactNode } from "react";
import type { Overview } from "@/api/ui";
import { useSearchState } from "@/app/search";
import { seriesColors } from "@/lib/colors";
import { formatChange, formatDuration, formatMoney, formatNumber, formatShort, formatTime } from "@/lib/format";
import { msg, t } from "@/lib/i18n";
import { spanRange } from "@/lib/range";
import { Bars } from "@/ui/Bars";
import { quote } from "@/ui/query/query";
import { Series } from "@/ui/Series";
import { Tabs } from "@/ui/Tabs";
import { TracesLink } from "./TracesLink";

const HEIGHT = 140;
const OTHER = "other";

interface PanelProps {
  data: Overview;
}

/** Panels touch and share a line: two beside each other, one below the other on a narrow page. */
function Panel({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="grid min-w-0 content-start gap-3 border-border p-4 not-first:max-lg:border-t lg:even:border-l lg:nth-[n+3]:border-t">
      <div className="flex min-h-7 items-center justify-between gap-2">
        <h2 className="text-small font-medium text-muted">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

function Axis({ data }: PanelProps) {
  return (
    <div className="num -mt-2 flex justify-between text-meta text-faint">
      <span>{formatTime(data.from)}</span>
      <span>{formatTime(data.to)}</span>
    </div>
  );
}

function useZoom({ from, bucket }: Overview): (first: number, last: number) => void {
  const [, set] = useSearchState();
  return (first, last) => set({ range: spanRange({ from: from + first * bucket, to: from + (last + 1) * bucket }) });
}

const timeOf = (data: Overview, index: number): string => formatTime(data.from + index * data.bucket);

export function TracesPanel({ data }: PanelProps) {
  const zoom = useZoom(data);
  const rest = data.n.map((n, i) => Math.max(0, n - (data.errors[i] ?? 0) - (data.warnings[i] ?? 0)));
  const describe = (i: number): string =>
    `${timeOf(data, i)}\n${t("{n, plural, one {# trace} other {# traces}}", { n: data.n[i] ?? 0 })} · ✕ ${data.errors[i] ?? 0} · ▲ ${data.warnings[i] ?? 0}`;
  return (
    <Panel title={t("Traces and errors")}>
      <Bars
        label={t("Traces and errors")} height={HEIGHT} describe={describe} onBrush={zoom}
        series={[
          { name: "errors", values: data.errors, color: "var(--error)" },
          { name: "warnings", values: data.warnings, color: "var(--warning)" },
          { name: "rest", values: rest, color: "var(--control)" },
        ]}
      />
      <Axis data={data} />
    </Panel>
  );
}

export function LatencyPanel({ data }: PanelProps) {
  const [by, setBy] = useState<"all" | "name">("all");
  const colors = seriesColors(data.latencyByName.map((one) => one.key));
  const lines = by === "all"
    ? [
        { name: "p50", values: data.p50, color: "var(--retriever)" },
        { name: "p95", values: data.p95, color: "var(--generation)" },
        { name: "p99", values: data.p99, color: "var(--muted)", dashed: true },
      ]
    : data.latencyByName.map((one) => ({ name: one.key, values: one.p95, color: colors.get(one.key) ?? "" }));
  const tabs = [{ value: "all", label: t("All") }, { value: "name", label: t("p95 by name") }] as const;
  return (
    <Panel title={t("Latency")} aside={<Tabs label={t("Latency")} tabs={[...tabs]} value={by} onChange={setBy} />}>
      <Series label={t("Latency")} lines={lines} height={HEIGHT} format={formatDuration} describe={(i) => timeOf(data, i)} />
      <Axis data={data} />
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-small">
        {lines.map((line) => (
          <li key={line.name} className="flex min-w-0 items-center gap-1.5">
            <span aria-hidden className="h-0.5 w-3 shrink-0" style={{ background: line.color }} />
            <span className="truncate">{line.name}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const GROUPS = { model: msg("Model"), user: msg("User"), name: msg("Name") } as const;
type Group = keyof typeof GROUPS;
const isGroup = (text: string | undefined): text is Group => text !== undefined && text in GROUPS;

export function CostPanel({ data }: PanelProps) {
  const zoom = useZoom(data);
  const [search, set] = useSearchState();
  const by: Group = isGroup(search.by) ? search.by : "model";
  const rows = data.cost[by];
  const colors = seriesColors(rows.filter((row) => row.key !== OTHER).map((row) => row.key));
  const color = (key: string): string => colors.get(key) ?? "var(--muted)";
  const sum = (i: number): number => rows.reduce((all, row) => all + (row.values[i] ?? 0), 0);
  const most = Math.max(...rows.map((row) => row.sum), 0) || 1;
  const tabs = (Object.keys(GROUPS) as Group[]).map((value) => ({ value, label: t(GROUPS[value]) }));
  return (
    <Panel title={t("Cost")} aside={<Tabs label={t("Cost by")} tabs={tabs} value={by} onChange={(next) => set({ by: next === "model" ? undefined : next })} />}>
      <Bars
        label={t("Cost")} height={HEIGHT} onBrush={zoom} describe={(i) => `${timeOf(data, i)}\n${formatMoney(sum(i))}`}
        series={rows.map((row) => ({ name: row.key, values: row.values, color: color(row.key) }))}
      />
      <Axis data={data} />
      <ul>
        {rows.map((row) => (
          <li key={row.key} className="flex h-6 items-center gap-2">
            <span aria-hidden className="size-2.5 shrink-0 rounded-control" style={{ background: color(row.key) }} />
            {row.key === OTHER
              ? <span className="w-2/5 truncate text-muted">{t("others")}</span>
              : <TracesLink q={`${by}:${quote(row.key)}`} className="w-2/5 truncate hover:underline">{row.key || t("(none)")}</TracesLink>}
            <span aria-hidden className="h-1.5 flex-1"><span className="block h-full bg-sunk" style={{ width: `${(row.sum / most) * 100}%`, background: color(row.key) }} /></span>
            <span className="num min-w-20 shrink-0 text-right">{formatMoney(row.sum)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

type Score = Overview["scores"][number];

/** How the values lie: one piece for each step, as tall as there are many. */
function Strip({ score }: { score: Score }) {
  const most = Math.max(...score.strip.map((step) => step.n), 1);
  return (
    <div className="flex h-6 flex-1 items-end gap-px" role="img" aria-label={score.strip.map((step) => `${step.label}: ${step.n}`).join(", ")}>
      {score.strip.map((step) => (
        <div key={step.label} data-tip={`${step.label}: ${formatShort(step.n)}`} className="flex h-full flex-1 items-end bg-sunk">
          <div className="w-full bg-control" style={{ height: `${(step.n / most) * 100}%` }} />
        </div>
      ))}
    </div>
  );
}

export function ScoresPanel({ data }: PanelProps) {
  return (
    <Panel title={t("Scores")}>
      {data.scores.length === 0 && <p className="text-muted">{t("No scores in this range.")}</p>}
      <ul className="grid gap-1">
        {data.scores.map((score) => {
          const change = score.mean !== undefined && score.before !== undefined ? formatChange(score.mean, score.before) : undefined;
          return (
            <li key={score.name} className="flex h-8 items-center gap-3">
              <span className="w-1/4 truncate" data-tip={score.name}>{score.name}</span>
              <Strip score={score} />
              <span className="num w-12 text-right font-medium">{score.mean === undefined ? "" : formatNumber(score.mean)}</span>
              <span className="num w-14 text-right text-small text-muted" data-tip={t("Against the same time before")}>{change}</span>
              <span className="num w-12 text-right text-small text-muted" data-tip={t("{n, plural, one {# score} other {# scores}}", { n: score.n })}>{formatShort(score.n)}</span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
