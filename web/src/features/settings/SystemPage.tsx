// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { useGet } from "@/api/query";
import type { System } from "@/api/ui";
import { LIGHT_LOOKS, lightState, type LightState } from "@/app/light";
import { cx } from "@/lib/cx";
import { formatBytes, formatCount, formatDay, formatShort } from "@/lib/format";
import { msg, t } from "@/lib/i18n";
import { ErrorBox } from "@/ui/ErrorBox";
import { Ago, Time, useNow } from "@/ui/Figures";
import { Skeleton } from "@/ui/Skeleton";
import { Section } from "./Section";

const REFRESH_MS = 5000;

type Row = [name: string, value: ReactNode];

/** A row for what the server said, none for what it kept to itself. */
const rowOf = <T,>(name: string, value: T | undefined, draw: (value: T) => ReactNode): Row[] =>
  value === undefined ? [] : [[name, draw(value)]];

function Rows({ rows }: { rows: Row[] }) {
  if (rows.length === 0) return null;
  return (
    <dl className="panel grid grid-cols-2 max-sm:grid-cols-1">
      {rows.map(([name, value], i) => (
        <div key={name} className={cx("flex min-h-9 items-baseline justify-between gap-4 px-4 py-2", i > 1 && "sm:border-t", i > 0 && "max-sm:border-t", i % 2 === 0 && "sm:border-r")}>
          <dt className="text-muted">{name}</dt>
          <dd className="num min-w-0 text-right break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const STATES: Record<LightState, string> = {
  none: msg("No events yet"),
  ok: msg("Events come in"),
  quiet: msg("No event for more than five minutes"),
  refused: msg("Writes are refused"),
};

function Ingestion({ system }: { system: System }) {
  const { last, problem, perMinute } = system.ingestion;
  const state = lightState(system.ingestion, useNow());
  return (
    <Section title={t("Ingestion")}>
      <div className="grid gap-3">
        <p className="flex items-center gap-2.5 text-reading"><span aria-hidden className={cx("size-2.5", LIGHT_LOOKS[state])} /> {problem ?? t(STATES[state])}</p>
        <Rows rows={[
          ...rowOf(t("Last event"), last, (at) => <Ago at={at} />),
          ...rowOf(t("Events in a minute"), perMinute, formatShort),
          ...rowOf(t("Memory"), system.memory, formatBytes),
        ]} />
      </div>
    </Section>
  );
}

type StoreFigures = NonNullable<System["store"]>;

/** The store's part of the disk, everybody else's, and what is free. */
function Disk({ bytes, free, total }: { bytes: number; free: number; total: number }) {
  const other = Math.max(0, total - free - bytes);
  const share = (part: number): string => `${Math.min(100, (part / total) * 100)}%`;
  return (
    <div className="grid gap-1">
      <div className="flex h-2 overflow-hidden rounded-control bg-sunk" role="img" aria-label={t("Disk")}>
        <div className="bg-accent" style={{ width: share(bytes) }} />
        <div className="bg-control" style={{ width: share(other) }} />
      </div>
      <p className="num text-small text-muted">
        {t("{store} traces, {other} other files, {free} free of {total}", {
          store: formatBytes(bytes), other: formatBytes(other), free: formatBytes(free), total: formatBytes(total),
        })}
      </p>
    </div>
  );
}

function Store({ store }: { store: StoreFigures }) {
  const { diskFree: free, diskTotal: total } = store;
  const days = store.retentionDays;
  return (
    <Section title={t("Store")}>
      {free !== undefined && total ? <Disk bytes={store.bytes} free={free} total={total} /> : null}
      <Rows rows={[
        [t("Traces"), formatCount(store.traces)],
        [t("Observations"), formatCount(store.observations)],
        [t("Scores"), formatCount(store.scores)],
        [t("Files"), formatCount(store.files)],
        ...rowOf(t("Oldest day"), store.oldest, (at) => formatDay(at)),
        [t("Kept for"), days ? t("{n, plural, one {# day} other {# days}}", { n: days }) : t("as long as there is room")],
        ...rowOf(t("Budget"), store.budget, formatBytes),
      ]} />
    </Section>
  );
}

const SIGNS = { ok: ["✓", "text-ok"], warning: ["▲", "text-warning"], error: ["✕", "text-error"] } as const;

function Checks({ checks }: { checks: NonNullable<System["checks"]> }) {
  return (
    <Section title={t("Checks")} hint={t("What “rushlight doctor” says.")}>
      <ul className="panel">
        {checks.map((check) => {
          const [sign, color] = SIGNS[check.level];
          return (
            <li key={check.name} className="flex gap-3 px-4 py-2 not-first:border-t">
              <span aria-hidden className={cx("w-4 text-center", color)}>{sign}</span>
              <div className="min-w-0">
                <p className="break-words"><span className="font-medium">{check.name}</span> <span className="text-muted">{check.message}</span></p>
                {check.cure && <p className="break-words text-muted">{check.cure}</p>}
              </div>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Counts({ counts }: { counts: NonNullable<System["counts"]> }) {
  return (
    <Section title={t("Refused, cut or dropped since the start")}>
      <ul className="panel">
        {counts.map((count) => (
          <li key={count.name} className="flex items-baseline justify-between gap-4 px-4 py-2 not-first:border-t">
            <span className="min-w-0 break-words">{count.doc} <code className="font-mono text-small text-faint">{count.name}</code></span>
            <span className={cx("num", count.n > 0 && "font-semibold")}>{formatCount(count.n)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function SystemPage() {
  const { data, error, refetch } = useGet<System>("api/ui/system", { refetchMs: REFRESH_MS });
  if (error && !data) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  return (
    <>
      <Section title={t("This server")}>
        <Rows rows={[
          [t("Version"), data.version],
          [t("Mode"), data.mode],
          [t("Running since"), <Time key="started" at={data.started} />],
          ...rowOf(t("Data directory"), data.dataDir, (dir) => <code className="font-mono text-small">{dir}</code>),
        ]} />
      </Section>
      <Ingestion system={data} />
      {data.checks && <Checks checks={data.checks} />}
      {data.store && <Store store={data.store} />}
      {data.counts && data.counts.length > 0 && <Counts counts={data.counts} />}
      {!data.store && <p className="text-muted">{t("Store, checks and counts are shown to the administrator of this server (“rushlight user add --admin”).")}</p>}
    </>
  );
}
