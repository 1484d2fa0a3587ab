import { useProject } from "@/app/project";
import { FirstRun } from "@/app/FirstRun";
import { Page } from "@/app/Page";
import { useSearchState } from "@/app/search";
import { withQuery } from "@/api/client";
import { useGet } from "@/api/query";
import type { Json, Overview } from "@/api/ui";
import { t } from "@/lib/i18n";
import { ErrorBox } from "@/ui/ErrorBox";
import { JsonView } from "@/ui/JsonView";
import { Skeleton } from "@/ui/Skeleton";

export function OverviewScreen() {
  const { id } = useProject();
  const [search] = useSearchState();
  const answer = useGet<Overview>(withQuery(`api/ui/${id}/overview`, { range: search.range, q: search.q }));
  if (answer.data?.empty) return <Page title={t("Overview")}><FirstRun /></Page>;
  return (
    <Page title={t("Overview")} timeRange>
      {answer.error && <ErrorBox error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <Skeleton />}
      {answer.data && <JsonView value={answer.data as unknown as Json} />}
    </Page>
  );
}
