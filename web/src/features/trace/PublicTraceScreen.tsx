import { useParams } from "@tanstack/react-router";
import { useGet } from "@/api/query";
import type { Json } from "@/api/ui";
import { ErrorBox } from "@/ui/ErrorBox";
import { JsonView } from "@/ui/JsonView";

export function PublicTraceScreen() {
  const { tid = "" } = useParams({ strict: false });
  const answer = useGet<Json>(`api/ui/public/${encodeURIComponent(tid)}/skeleton`);
  return (
    <main className="h-full overflow-y-auto p-4">
      {answer.error && <ErrorBox error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data && <JsonView value={answer.data} />}
    </main>
  );
}
