// SPDX-License-Identifier: MIT
//
// Users: who uses it how much, and what it costs over time.

import { useMemo } from "react";
import { withQuery } from "@/api/client";
import { usePages } from "@/api/pages";
import { prefetch } from "@/api/query";
import type { UserList, UserRow } from "@/api/ui";
import { Page } from "@/app/Page";
import { useProject } from "@/app/project";
import { useSearchState } from "@/app/search";
import { t } from "@/lib/i18n";
import type { GridRows } from "@/ui/grid/grid";
import { ListScreen } from "@/app/ListScreen";
import { useVisit } from "@/ui/grid/useRowLinks";
import { userPath } from "./data";
import { NarrowUser, userColumns } from "./userColumns";

const USUAL_SORT = "-cost";
const asIs = (row: UserRow): UserRow => row;
const userId = (row: UserRow): string => row.id;

function useUserRows(pid: string, range: string | undefined): GridRows<UserRow> {
  const visit = useVisit();
  return useMemo(() => {
    const href = ({ id }: UserRow): string => withQuery(`project/${pid}/users/${encodeURIComponent(id)}`, { range });
    return {
      id: userId, name: userId, href,
      narrow: (row) => <NarrowUser row={row} />,
      open: (row, event) => visit(href(row), event),
      hover: ({ id }) => prefetch(userPath(pid, id, range)),
    };
  }, [pid, range, visit]);
}

const count = (n: number, more: boolean): string =>
  more ? t("{n}+ users", { n }) : t("{n, plural, one {# user} other {# users}}", { n });

export function UsersScreen() {
  const { id: pid } = useProject();
  const [search] = useSearchState();
  const answer = usePages<UserList, UserRow>(
    withQuery(`api/ui/${pid}/users`, { q: search.q, range: search.range, sort: search.sort ?? USUAL_SORT }), asIs, userId,
  );
  const rows = useUserRows(pid, search.range);
  const most = Math.max(0, ...answer.rows.map((row) => row.cost));
  return (
    <Page title={t("Users")} timeRange fill>
      <ListScreen
        label={t("Users")} answer={answer} rows={rows} columns={userColumns(most)} usualSort={USUAL_SORT} count={count}
        nothing={t("Traces that carry a user id are summed up here.")}
      />
    </Page>
  );
}
