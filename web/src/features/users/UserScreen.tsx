// SPDX-License-Identifier: MIT
//
// One user over the range: how often, how dear, how fast, how good; then their conversations.

import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useGet } from "@/api/query";
import type { SessionRow, User } from "@/api/ui";
import { Page } from "@/app/Page";
import { useProject } from "@/app/project";
import { useSearchState } from "@/app/search";
import { formatDay, formatDuration, formatMoney, formatNumber, formatShort, formatTime } from "@/lib/format";
import { t } from "@/lib/i18n";
import { DEFAULT_RANGE, rangeLabel, spanRange } from "@/lib/range";
import { Bars } from "@/ui/Bars";
import { Empty } from "@/ui/Empty";
import { ErrorBox } from "@/ui/ErrorBox";
import { quote } from "@/ui/query/query";
import { Series } from "@/ui/Series";
import { ProgressLine, Skeleton } from "@/ui/Skeleton";
import { Table, Td, Th } from "@/ui/Table";
import { userPath } from "./data";
import "./users.css";


function Fact({ label, value }: { label: string; value: ReactNode }) {
  return (
    <div>
      <dt className="text-small text-muted">{label}</dt>
      <dd className="num text-title font-semibold">{value}</dd>
    </div>
  );
}

function Facts({ user }: { user: User["user"] }) {
  return (
    <div className="user-facts">
      <dl>
        <Fact label={t("Traces")} value={formatShort(user.traces)} />
        <Fact label={t("Errors")} value={user.errors > 0 ? <span className="text-error">✕ {formatShort(user.errors)}</span> : "0"} />
        <Fact label={t("Sessions")} value={formatShort(user.sessions)} />
        <Fact label={t("Cost")} value={formatMoney(user.cost)} />
        <Fact label={t("Tokens")} value={formatShort(user.tokens)} />
      </dl>
      <p className="text-small text-muted">{t("seen {first} to {last}", { first: formatDay(user.first), last: formatTime(user.last) })}</p>
    </div>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="user-panel">
      <h2 className="text-small font-medium text-muted">{title}</h2>
      {children}
    </section>
  );
}

function Charts({ data, onZoom }: { data: User; onZoom: (first: number, last: number) => void }) {
  const time = (index: number): string => formatTime(data.from + index * data.bucket);
  const healthy = data.n.map((n, index) => n - (data.errors[index] ?? 0));
  return (
    <div className="user-charts">
      <Panel title={t("Traces and errors")}>
        <Bars
          label={t("Traces and errors")} height={96} onBrush={onZoom}
          describe={(index) => `${time(index)}\n${t("{n, plural, one {# trace} other {# traces}}", { n: data.n[index] ?? 0 })} · ✕ ${data.errors[index] ?? 0}`}
          series={[{ name: "errors", values: data.errors, color: "var(--error)" }, { name: "n", values: healthy, color: "var(--user-bar)" }]}
        />
      </Panel>
      <Panel title={t("Cost")}>
        <Bars
          label={t("Cost over time")} height={96} onBrush={onZoom}
          describe={(index) => t("{time}: {value}", { time: time(index), value: formatMoney(data.cost[index] ?? 0) })}
          series={[{ name: "cost", values: data.cost, color: "var(--user-bar)" }]}
        />
      </Panel>
      <Panel title={t("Latency, p50 and p95")}>
        <Series
          label={t("Latency, p50 and p95")} format={formatDuration} describe={time}
          lines={[{ name: "p95", values: data.p95, color: "var(--retriever)", dashed: true }, { name: "p50", values: data.p50, color: "var(--retriever)" }]}
        />
      </Panel>
      {data.scores.map(({ name, mean, values }) => (
        <Panel key={name} title={mean === undefined ? name : t("{name}, mean {mean}", { name, mean: formatNumber(mean) })}>
          <Series label={name} format={formatNumber} describe={time} lines={[{ name, values, color: "var(--evaluator)" }]} />
        </Panel>
      ))}
    </div>
  );
}

function Sessions({ pid, sessions }: { pid: string; sessions: readonly SessionRow[] }) {
  if (sessions.length === 0) return <p className="px-4 py-3 text-muted">{t("No sessions in this range.")}</p>;
  return (
    <Table>
      <thead>
        <tr><Th>{t("Last")}</Th><Th>{t("Session")}</Th><Th>{t("First input → last output")}</Th><Th end>{t("Turns")}</Th><Th end>{t("Cost")}</Th></tr>
      </thead>
      <tbody>
        {sessions.map((row) => (
          <tr key={row.id} className="hover:bg-sunk">
            <Td className="whitespace-nowrap"><time>{formatTime(row.end)}</time></Td>
            <Td className="whitespace-nowrap"><Link to="/project/$pid/sessions/$sid" params={{ pid, sid: row.id }} className="link">{row.id}</Link></Td>
            <Td className="w-full max-w-0 truncate">{row.first}{row.last !== undefined && <span className="text-muted"> → {row.last}</span>}</Td>
            <Td end className="whitespace-nowrap">{row.errors > 0 && <span className="text-error">✕ {row.errors} · </span>}{row.turns}</Td>
            <Td end>{formatMoney(row.cost)}</Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

export function UserScreen() {
  const { id: pid } = useProject();
  const { uid = "" } = useParams({ strict: false });
  const [search, set] = useSearchState();
  const answer = useGet<User>(userPath(pid, uid, search.range));
  const { data } = answer;
  const zoom = (first: number, last: number): void => {
    if (data) set({ range: spanRange({ from: data.from + first * data.bucket, to: data.from + (last + 1) * data.bucket }) });
  };
  const traces = { q: `user:${quote(uid)}`, ...(search.range !== undefined && { range: search.range }) };
  return (
    <Page
      title={uid} timeRange
      heading={<><Link to="/project/$pid/users" params={{ pid }} search={search.range === undefined ? {} : { range: search.range }} className="font-normal text-muted hover:text-text max-sm:hidden">{t("Users")} / </Link>{uid}</>}
    >
      <ProgressLine show={answer.isPlaceholderData} />
      {answer.error && <ErrorBox error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <Skeleton lines={10} />}
      {data?.user.traces === 0 && <Empty title={t("No traces of this user in this range ({range}).", { range: rangeLabel(search.range ?? DEFAULT_RANGE) })} />}
      {data && data.user.traces > 0 && (
        <div className="user-page">
          <Facts user={data.user} />
          <Charts data={data} onZoom={zoom} />
          <div className="user-heading">
            <h2 className="font-semibold">{t("Newest sessions")}</h2>
            <Link to="/project/$pid/traces" params={{ pid }} search={traces} className="link">{t("Every trace of this user")}</Link>
          </div>
          <Sessions pid={pid} sessions={data.sessions} />
        </div>
      )}
    </Page>
  );
}
