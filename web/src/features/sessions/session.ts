// SPDX-License-Identifier: MIT
//
// The turns of a session, page after page.

import { useInfiniteQuery, type InfiniteData } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { get, withQuery, type ApiError } from "@/api/client";
import { queryClient } from "@/api/query";
import type { Score, Session, SessionRow } from "@/api/ui";

export type Turn = Session["turns"][number];

export interface SessionState {
  session: SessionRow | undefined;
  turns: Turn[];
  error: ApiError | null;
  loading: boolean;
  /** asks for the next page; undefined when there is none or it is on its way */
  more: (() => void) | undefined;
  retry: () => void;
  addScore: (trace: string, score: Score) => void;
}

export function useSession(pid: string, sid: string): SessionState {
  const path = `api/ui/${encodeURIComponent(pid)}/sessions/${encodeURIComponent(sid)}`;
  const query = useInfiniteQuery<Session, ApiError, InfiniteData<Session>, string[], string>({
    queryKey: [path],
    queryFn: ({ pageParam, signal }) => get<Session>(withQuery(path, { after: pageParam }), signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = query;
  const turns = useMemo(() => data?.pages.flatMap((page) => page.turns) ?? [], [data]);
  const next = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const addScore = (trace: string, score: Score): void => {
    queryClient.setQueryData<InfiniteData<Session>>([path], (before) => before && {
      ...before,
      pages: before.pages.map((page) => ({
        ...page,
        turns: page.turns.map((turn) => (turn.trace.id === trace ? { ...turn, scores: [...turn.scores, score] } : turn)),
      })),
    });
  };
  return {
    session: data?.pages[0]?.session,
    turns,
    error: query.error,
    loading: isFetchingNextPage,
    more: hasNextPage && !isFetchingNextPage ? next : undefined,
    retry: () => void refetch(),
    addScore,
  };
}
