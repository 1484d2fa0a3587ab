import { useGet } from "@/api/query";
import type { Json } from "@/api/ui";
import { ErrorBox } from "@/ui/ErrorBox";
import { JsonView } from "@/ui/JsonView";
import { Skeleton } from "@/ui/Skeleton";

/** A trace in the panel beside a list. */
export function TracePeek({ pid, tid }: { pid: string; tid: string }) {
  const answer = useGet<Json>(`api/ui/${pid}/traces/${encodeURIComponent(tid)}/skeleton`, { keep: false });
  if (answer.error) return <ErrorBox error={answer.error} onRetry={() => void answer.refetch()} />;
  return answer.data === undefined ? <Skeleton /> : <JsonView value={answer.data} />;
}
