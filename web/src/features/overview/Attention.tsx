// SPDX-License-Identifier: MIT
import type { Overview } from "@/api/ui";
import { useSearchState } from "@/app/search";
import { formatTime } from "@/lib/format";
import { t } from "@/lib/i18n";
import { DEFAULT_RANGE, rangeLabel } from "@/lib/range";
import { TracesLink } from "./TracesLink";

type Item = Overview["attention"][number];

const SIGNS: Record<Item["kind"], [sign: string, color: string]> = {
  error: ["✕", "text-error"],
  warning: ["▲", "text-warning"],
  cost: ["$", "text-muted font-semibold"],
  latency: ["◷", "text-muted"],
};

function Row({ item }: { item: Item }) {
  const [sign, color] = SIGNS[item.kind];
  return (
    <li className="not-first:border-t">
      <TracesLink q={item.q} className="flex min-h-9 items-baseline gap-3 px-4 py-2 hover:bg-sunk">
        <span aria-hidden className={`w-3.5 shrink-0 text-center ${color}`}>{sign}</span>
        <span className="shrink-0 font-medium max-sm:shrink">{item.title}</span>
        <span className="min-w-0 flex-1 truncate text-muted">{item.detail}</span>
        <span className="num shrink-0 text-small text-muted">
          {t("{n, plural, one {# trace} other {# traces}}", { n: item.n })}
          {item.since !== undefined && <span className="max-sm:hidden"> · {t("since {time}", { time: formatTime(item.since) })}</span>}
        </span>
      </TracesLink>
    </li>
  );
}

/** Errors by cause, and what costs or takes much more than before. */
export function Attention({ data }: { data: Overview }) {
  const [{ range = DEFAULT_RANGE }] = useSearchState();
  return (
    <section aria-labelledby="attention" className="panel">
      <h2 id="attention" className="px-4 py-2 text-small font-medium text-muted">{t("Needs attention")}</h2>
      {data.attention.length === 0
        ? <p className="border-t px-4 py-3 text-muted"><span aria-hidden className="text-ok">✓ </span>{t("Nothing unusual in this range ({range}).", { range: rangeLabel(range) })}</p>
        : <ul className="border-t">{data.attention.map((item, i) => <Row key={i} item={item} />)}</ul>}
    </section>
  );
}
