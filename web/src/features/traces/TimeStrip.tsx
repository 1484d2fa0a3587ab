// SPDX-License-Identifier: MIT
//
// The line over the list: when it happened, how long it took, what it cost. Its height is there before
// its figures are.

import type { Summary } from "@/api/ui";
import { formatDuration, formatMoney, formatShort } from "@/lib/format";
import { t } from "@/lib/i18n";
import { Histogram } from "./Histogram";

function Figure({ label, value }: { label: string; value: string | undefined }) {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>{value ?? "–"}</dd>
    </div>
  );
}

const duration = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : formatDuration(ms));

export function TimeStrip({ data, stale, onZoom }: { data: Summary | undefined; stale: boolean; onZoom: (from: number, to: number) => void }) {
  return (
    <div className="traces-time" data-stale={stale || undefined}>
      {data ? <Histogram data={data} onZoom={onZoom} /> : <div className="histogram" />}
      <dl className="figures">
        <Figure label="p50" value={duration(data?.p50)} />
        <Figure label="p95" value={duration(data?.p95)} />
        <Figure label={t("Cost")} value={data && formatMoney(data.cost)} />
        <Figure label={t("Tokens")} value={data && formatShort(data.tokens)} />
      </dl>
    </div>
  );
}
