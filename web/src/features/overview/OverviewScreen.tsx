// SPDX-License-Identifier: MIT
//
// The home of a project: is it well, what needs a look, what did it cost, against the time before.

import { withQuery } from "@/api/client";
import { useGet } from "@/api/query";
import type { Overview } from "@/api/ui";
import { FirstRun } from "@/app/FirstRun";
import { Page } from "@/app/Page";
import { useProject } from "@/app/project";
import { useSearchState } from "@/app/search";
import { formatAgo } from "@/lib/format";
import { t } from "@/lib/i18n";
import { DEFAULT_RANGE, rangeLabel, rangeReaching } from "@/lib/range";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { ErrorBox } from "@/ui/ErrorBox";
import { useNow } from "@/ui/Figures";
import { ProgressLine, Skeleton } from "@/ui/Skeleton";
import { Attention } from "./Attention";
import { CostPanel, LatencyPanel, ScoresPanel, TracesPanel } from "./Charts";
import { Figures } from "./Figures";
import { TopLists } from "./TopLists";

const REFRESH_MS = 60_000;

/** The project has traces, but none in this range. */
function NothingHere({ newest, range }: { newest: number; range: string }) {
  const now = useNow();
  const [, set] = useSearchState();
  const wider = rangeReaching(newest, now);
  const action = <Button onClick={() => set({ range: wider })}>{t("Show {range}", { range: rangeLabel(wider) })}</Button>;
  return (
    <Empty title={t("Nothing in this range ({range}).", { range: rangeLabel(range) })} action={action}>
      {t("The newest trace: {age}", { age: formatAgo(newest, now) })}
    </Empty>
  );
}

function Everything({ data }: { data: Overview }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4">
      <Figures data={data} />
      <Attention data={data} />
      <div className="panel grid grid-cols-2 max-lg:grid-cols-1">
        <TracesPanel data={data} />
        <LatencyPanel data={data} />
        <CostPanel data={data} />
        <ScoresPanel data={data} />
      </div>
      <TopLists data={data} />
    </div>
  );
}

export function OverviewScreen() {
  const { id } = useProject();
  const [{ range, q }] = useSearchState();
  const path = withQuery(`api/ui/${id}/overview`, { range, q });
  const { data, error, isFetching, refetch } = useGet<Overview>(path, { refetchMs: REFRESH_MS });
  const first = data?.empty === true;
  return (
    <Page title={t("Overview")} timeRange={!first}>
      <ProgressLine show={isFetching && data !== undefined} />
      {error && <ErrorBox error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton />}
      {data && (first ? <FirstRun />
        : data.newest !== undefined && data.n.every((n) => n === 0) ? <NothingHere newest={data.newest} range={range ?? DEFAULT_RANGE} />
        : <Everything data={data} />)}
    </Page>
  );
}
