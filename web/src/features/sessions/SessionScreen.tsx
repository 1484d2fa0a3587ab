import { useProject } from "@/app/project";
import { Page } from "@/app/Page";
import { useGet } from "@/api/query";
import type { Json } from "@/api/ui";
import { t } from "@/lib/i18n";
import { ErrorBox } from "@/ui/ErrorBox";
import { JsonView } from "@/ui/JsonView";
import { Skeleton } from "@/ui/Skeleton";
import { useParams } from "@tanstack/react-router";
export function SessionScreen() {
  const { id } = useProject();
  const { sid = "" } = useParams({ strict: false });
  const answer = useGet<Json>(`api/ui/${id}/sessions/${encodeURIComponent(sid)}`);
  return (
    <Page title={t("Session")}>
      {answer.error && <ErrorBox error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isPending && <Skeleton />}
      {answer.data && <JsonView value={answer.data} />}
    </Page>
  );
}
