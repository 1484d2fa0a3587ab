// SPDX-License-Identifier: MIT
import type { Overview } from "@/api/ui";
import { formatChange, formatDuration, formatMoney, formatNumber, formatShare, formatShort } from "@/lib/format";
import { msg, t } from "@/lib/i18n";
import { Sparkline } from "@/ui/Sparkline";
import { TracesLink } from "./TracesLink";

type Figure = Overview["figures"][number];

interface Look {
  label: string;
  format: (value: number) => string;
  bars?: boolean;
  points?: boolean; // the change is a difference, not a ratio
  q?: string;
  sort?: string;
}

const LOOKS: Record<string, Look> = {
  traces: { label: msg("Traces"), format: formatShort, bars: true },
  errors: { label: msg("Errors"), format: formatShare, points: true, q: "level:error" },
  cost: { label: msg("Cost"), format: formatMoney, bars: true, sort: "-cost" },
  p95: { label: msg("Latency p95"), format: formatDuration, sort: "-latency" },
  tokens: { label: msg("Tokens"), format: formatShort, bars: true },
  quality: { label: msg("Quality"), format: formatNumber, points: true },
};

/** +12 %, or +0.3 where the figure is itself a share or a mean. */
function changeOf({ value, before }: Figure, look: Look): string | undefined {
  if (value === undefined || before === undefined) return undefined;
  if (!look.points) return formatChange(value, before);
  const difference = value - before;
  return `${difference < 0 ? "−" : "+"}${look.format(Math.round(Math.abs(difference) * 1000) / 1000)}`;
}

function Cell({ figure }: { figure: Figure }) {
  const look = LOOKS[figure.key];
  if (!look) return null;
  const change = changeOf(figure, look);
  const label = figure.name ?? t(look.label);
  return (
    <TracesLink q={look.q} sort={look.sort} className="grid min-w-0 gap-1 bg-panel p-4 hover:bg-sunk">
      <span className="truncate text-small text-muted">{label}</span>
      <span className="num truncate text-figure font-semibold">{figure.value === undefined ? "–" : look.format(figure.value)}</span>
      <span className="flex items-end justify-between gap-2">
        <span className="num text-small whitespace-nowrap text-muted" data-tip={t("Against the same time before")}>{change ?? " "}</span>
        <Sparkline values={figure.spark} label={label} bars={look.bars ?? false} color={figure.key === "errors" ? "var(--error)" : "var(--control)"} />
      </span>
    </TracesLink>
  );
}

/** Six figures; each leads to the traces behind it. */
export function Figures({ data }: { data: Overview }) {
  return (
    <div className="panel grid grid-cols-6 gap-px overflow-hidden bg-border! max-xl:grid-cols-3 max-sm:grid-cols-2">
      {data.figures.map((figure) => <Cell key={figure.key} figure={figure} />)}
    </div>
  );
}
