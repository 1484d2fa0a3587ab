// SPDX-License-Identifier: MIT
import { useState } from "react";
import { useBoot } from "@/api/boot";
import { useGet } from "@/api/query";
import type { Cost } from "@/api/ui";
import { cx } from "@/lib/cx";
import { formatMoney, formatNumber, formatShare } from "@/lib/format";
import { msg, t } from "@/lib/i18n";
import { Empty } from "@/ui/Empty";
import { ErrorBox } from "@/ui/ErrorBox";
import { Select } from "@/ui/Field";
import { Skeleton } from "@/ui/Skeleton";
import { Section } from "./Section";

type Part = Cost["parts"][number];
type Trigger = Cost["triggers"][number];

const PARTS: Record<string, string> = {
  compute: msg("Database server"),
  database: msg("Database storage"),
  backup: msg("Database backups"),
  objects: msg("Object store"),
  writes: msg("Object store, writes"),
  reads: msg("Object store, reads"),
  egress: msg("Moved to the internet"),
  postgresql: msg("PostgreSQL, all of it"),
  total: msg("All of it"),
};
const UNITS: Record<string, string> = {
  "unit-hours": msg("unit-hours"), "GB-months": msg("GB-months"), requests: msg("requests"), GB: msg("GB"),
};
const ORIGINS: Record<Part["origin"], string> = {
  measured: msg("measured"), extrapolated: msg("measured, stretched to a month"), assumed: msg("assumed"), projected: msg("projected"),
};
const TRIGGERS: Record<string, string> = {
  disk: msg("Disk in use"),
  backlog: msg("Jobs that wait in the queue"),
  cpu: msg("Processor, share of one core"),
  memory: msg("Memory, share of the container's limit"),
};
const CURES: Record<string, string> = {
  disk: msg("Reached: a larger disk is needed."),
  backlog: msg("Reached: the queue needs a Redis of its own."),
  cpu: msg("Reached: more units are needed."),
  memory: msg("Reached: larger nodes are needed before pods are evicted."),
};

const named = (names: Record<string, string>, key: string): string => (names[key] ? t(names[key]) : key);

function Line({ part }: { part: Part }) {
  return (
    <tr className="border-t align-baseline">
      <th scope="row" className="py-2 pr-4 pl-4 text-left font-normal">
        {named(PARTS, part.part)}
        {part.price && <span className="block text-small text-faint">{part.price} · {part.date}</span>}
      </th>
      <td className="num py-2 pr-4 text-right whitespace-nowrap">{formatNumber(part.quantity)} <span className="text-muted">{named(UNITS, part.unit)}</span></td>
      <td className={cx("py-2 pr-4", part.origin === "assumed" ? "text-warning" : "text-muted")} title={part.note}>{t(ORIGINS[part.origin])}</td>
      <td className="num py-2 pr-4 text-right whitespace-nowrap">
        {part.usd === undefined ? <span className="text-muted">{t("no price")}</span> : formatMoney(part.usd)}
      </td>
    </tr>
  );
}

function Parts({ cost }: { cost: Cost }) {
  return (
    <div className="panel overflow-x-auto">
      <table className="w-full">
        <thead>
          <tr className="text-small text-muted">
            <th scope="col" className="py-2 pr-4 pl-4 text-left font-normal">{t("Part")}</th>
            <th scope="col" className="py-2 pr-4 text-right font-normal">{t("In a month")}</th>
            <th scope="col" className="py-2 pr-4 text-left font-normal">{t("Known from")}</th>
            <th scope="col" className="py-2 pr-4 text-right font-normal">{t("Cost")}</th>
          </tr>
        </thead>
        <tbody>{cost.parts.map((part) => <Line key={part.part} part={part} />)}</tbody>
        <tfoot>
          <tr className="border-t font-semibold">
            <th scope="row" colSpan={3} className="py-2 pr-4 pl-4 text-left">{cost.unpriced > 0 ? t("Sum, without what has no price") : t("Sum")}</th>
            <td className="num py-2 pr-4 text-right">{formatMoney(cost.usd)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

const range = (low: number, high: number, currency: string): string => `${formatNumber(low)}–${formatNumber(high)} ${currency}`;

function Plan({ cost }: { cost: Cost }) {
  return (
    <Section title={t("What the plan said")}>
      <ul className="panel">
        <li className="flex items-baseline justify-between gap-4 px-4 py-2">
          <span>{t("Up to {n} users", { n: cost.plan.users })}</span>
          <span className="num">{range(cost.plan.low, cost.plan.high, "USD")}</span>
        </li>
        {cost.estimates.map((one) => (
          <li key={one.part} className="flex items-baseline justify-between gap-4 border-t px-4 py-2">
            <span className="min-w-0">{named(PARTS, one.part)} <span className="block text-small text-muted">{one.source} · {one.date}</span></span>
            <span className="num whitespace-nowrap">{range(one.low, one.high, one.currency)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const figure = (trigger: Trigger, value: number): string => (trigger.share ? formatShare(value) : formatNumber(value));

function Triggers({ triggers }: { triggers: Trigger[] }) {
  return (
    <Section title={t("Limits to grow at")} hint={t("The nearest one decides what has to grow first.")}>
      <ul className="panel">
        {triggers.map((one) => (
          <li key={one.name} className="flex items-baseline justify-between gap-4 px-4 py-2 not-first:border-t">
            <span className="min-w-0">
              {named(TRIGGERS, one.name)} {one.nearest && <span className="text-small text-muted">{t("nearest")}</span>}
              {one.reached && <span role="alert" className="block text-warning">▲ {named(CURES, one.name)}</span>}
            </span>
            <span className={cx("num whitespace-nowrap", one.reached && "text-warning font-semibold")}>
              {one.value === undefined ? t("not measured") : t("{value} of {limit}", { value: figure(one, one.value), limit: figure(one, one.limit) })}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function CostPage() {
  const [provider, setProvider] = useState("");
  const [users, setUsers] = useState("0");
  const mayRead = useBoot().user?.admin === true;
  const { data, error, refetch } = useGet<Cost>(`api/ui/cost?provider=${encodeURIComponent(provider)}&users=${users}`, { enabled: mayRead });
  if (!mayRead) return <Empty title={t("Costs are shown to the administrator of this server.")} />;
  if (error && !data) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  return (
    <>
      <Section
        title={t("Cost of a month")}
        hint={data.embedded
          ? t("This server keeps everything in its data directory, so nothing of this is rented today: it is what the production topology would cost for the same use.")
          : t("Measured usage times a dated table of prices; “rushlight cost --prices” takes your own.")}
      >
        <div className="flex flex-wrap gap-2">
          <Select label={t("Prices of")} className="max-w-full" value={data.provider} options={data.providers.map((one) => ({ value: one.id, label: one.name }))} onChange={(event) => setProvider(event.target.value)} />
          <Select
            label={t("Users")}
            value={users}
            options={[{ value: "0", label: t("as it is") }, ...data.growth.map((one) => ({ value: String(one.users), label: t("{n} users", { n: one.users }) }))]}
            onChange={(event) => setUsers(event.target.value)}
          />
        </div>
        <Parts cost={data} />
      </Section>
      <Triggers triggers={data.triggers} />
      <Plan cost={data} />
    </>
  );
}
