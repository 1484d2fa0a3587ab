import { useProject } from "@/app/project";
import { Page } from "@/app/Page";
import { useSearchState } from "@/app/search";
import { withQuery } from "@/api/client";
import { useGet } from "@/api/query";
import type { Json } from "@/api/ui";
import { t } from "@/lib/i18n";
import { ErrorBox } from "@/ui/ErrorBox";
import { JsonView } from "@/ui/JsonView";
import { Skeleton } from "@/ui/Skeleton";
import { useParams } from "@tanstack/react-router";
export function UserScreen() {
  const { id } = useProject();
  const [search] = useSearchState();
  const { uid = "" } = useParams({ strict: false });
  const answer = useGet<Json>(withQuery(`api/ui/${id}/users/${encodeURIComponent(uid)}`, { range: search.range }));
  return (
    <Page title={t("User")} timeRange>
      {answer.error && <ErrorBox error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <Skeleton />}
      {answer.data && <JsonView value={answer.data} />}
    </Page>
  );
}
