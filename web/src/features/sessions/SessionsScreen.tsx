// SPDX-License-Identifier: MIT
//
// Sessions: who talked, how it began and ended, what it took.

import { useMemo } from "react";
import { withQuery } from "@/api/client";
import { usePages } from "@/api/pages";
import { prefetch } from "@/api/query";
import type { SessionList, SessionRow } from "@/api/ui";
import { Page } from "@/app/Page";
import { useProject } from "@/app/project";
import { useSearchState } from "@/app/search";
import { t } from "@/lib/i18n";
import type { GridRows } from "@/ui/grid/grid";
import { ListScreen } from "@/app/ListScreen";
import { useVisit } from "@/ui/grid/useRowLinks";
import { NarrowSession, sessionColumns } from "./sessionColumns";

const USUAL_SORT = "-last";
const asIs = (row: SessionRow): SessionRow => row;
const sessionId = (row: SessionRow): string => row.id;

function useSessionRows(pid: string): GridRows<SessionRow> {
  const visit = useVisit();
  return useMemo(() => {
    const href = ({ id }: SessionRow): string => `project/${pid}/sessions/${encodeURIComponent(id)}`;
    return {
      id: sessionId, name: sessionId, href,
      level: (row) => (row.errors > 0 ? "ERROR" : "DEFAULT"),
      narrow: (row) => <NarrowSession row={row} />,
      open: (row, event) => visit(href(row), event),
      hover: ({ id }) => prefetch(`api/ui/${pid}/sessions/${encodeURIComponent(id)}`),
    };
  }, [pid, visit]);
}

const count = (n: number, more: boolean): string =>
  more ? t("{n}+ sessions", { n }) : t("{n, plural, one {# session} other {# sessions}}", { n });

export function SessionsScreen() {
  const { id: pid } = useProject();
  const [search] = useSearchState();
  const answer = usePages<SessionList, SessionRow>(
    withQuery(`api/ui/${pid}/sessions`, { q: search.q, range: search.range, sort: search.sort }), asIs, sessionId,
  );
  const rows = useSessionRows(pid);
  return (
    <Page title={t("Sessions")} timeRange fill>
      <ListScreen
        label={t("Sessions")} answer={answer} rows={rows} columns={sessionColumns()} usualSort={USUAL_SORT} count={count}
        nothing={t("Traces that carry a session id are read here as one conversation.")}
      />
    </Page>
  );
}
