// SPDX-License-Identifier: MIT
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Overview } from "@/api/ui";
import { useProject } from "@/app/project";
import { formatDuration, formatMoney, formatShort } from "@/lib/format";
import { t } from "@/lib/i18n";
import { quote } from "@/ui/query/query";
import { Table, Td, Th } from "@/ui/Table";
import { TracesLink } from "./TracesLink";

const NAME = "w-full max-w-0 truncate";
const LINK = "hover:underline";

function List({ title, heads, children }: { title: string; heads: string[]; children: ReactNode }) {
  return (
    <section className="min-w-0 not-first:border-l max-lg:not-first:border-t max-lg:not-first:border-l-0">
      <Table aria-label={title}>
        <thead>
          <tr><Th>{title}</Th>{heads.map((head) => <Th key={head} end>{head}</Th>)}</tr>
        </thead>
        <tbody>{children}</tbody>
      </Table>
    </section>
  );
}

const errors = (n: number): ReactNode => (n > 0 ? <span className="text-error">✕ {formatShort(n)}</span> : "");

/** Six each: the most frequent names, the dearest users, the slowest generations. */
export function TopLists({ data }: { data: Overview }) {
  const { id: pid } = useProject();
  return (
    <div className="panel grid grid-cols-3 max-lg:grid-cols-1">
      <List title={t("Trace names")} heads={[t("Traces"), t("Errors"), t("p95"), t("Cost")]}>
        {data.names.map((row) => (
          <tr key={row.key}>
            <Td className={NAME}><TracesLink q={`name:${quote(row.key)}`} className={LINK}>{row.key || t("unnamed")}</TracesLink></Td>
            <Td end>{formatShort(row.n)}</Td>
            <Td end className="whitespace-nowrap">{errors(row.errors)}</Td>
            <Td end className="whitespace-nowrap">{row.p95 === undefined ? "" : formatDuration(row.p95)}</Td>
            <Td end>{formatMoney(row.cost)}</Td>
          </tr>
        ))}
      </List>
      <List title={t("Users")} heads={[t("Traces"), t("Errors"), t("Cost")]}>
        {data.users.map((row) => (
          <tr key={row.key}>
            <Td className={NAME}><Link to="/project/$pid/users/$uid" params={{ pid, uid: row.key }} className={LINK}>{row.key}</Link></Td>
            <Td end>{formatShort(row.n)}</Td>
            <Td end className="whitespace-nowrap">{errors(row.errors)}</Td>
            <Td end>{formatMoney(row.cost)}</Td>
          </tr>
        ))}
      </List>
      <List title={t("Slowest generations")} heads={[t("Latency"), t("Cost")]}>
        {data.slowest.map((row) => (
          <tr key={row.observation}>
            <Td className={NAME}>
              <Link to="/project/$pid/traces/$tid" params={{ pid, tid: row.trace }} search={{ obs: row.observation }} className={LINK}>{row.name ?? t("unnamed")}</Link>
              {row.model && <span className="text-small text-muted"> {row.model}</span>}
            </Td>
            <Td end className="font-semibold whitespace-nowrap">{formatDuration(row.latency)}</Td>
            <Td end>{formatMoney(row.cost)}</Td>
          </tr>
        ))}
      </List>
    </div>
  );
}
