// SPDX-License-Identifier: MIT
//
// Server state in components. A query's key is its path, so what is invalidated is a prefix of it.
import { keepPreviousData, QueryCache, QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { ApiError, get } from "./client";

const FRESH_MS = 10_000;

/** Called when the session has ended; the router goes to the sign-in page. */
export const session = { onEnd: (): void => undefined };

function noteEnd(problem: unknown): void {
  if (problem instanceof ApiError && problem.status === 401) session.onEnd();
}

const isWorthRetrying = (failures: number, problem: unknown): boolean =>
  failures < 2 && problem instanceof ApiError && (problem.status === 0 || problem.status >= 502);

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteEnd }),
  defaultOptions: {
    queries: { staleTime: FRESH_MS, retry: isWorthRetrying, refetchOnWindowFocus: false },
    mutations: { onError: noteEnd },
  },
});

export interface AskOptions {
  enabled?: boolean;
  refetchMs?: number;
  keep?: boolean; // show the last answer while the next one comes; true unless it would mislead
}

export function useGet<T>(path: string, options: AskOptions = {}): UseQueryResult<T, ApiError> {
  const { enabled = true, refetchMs, keep = true } = options;
  return useQuery<T, ApiError>({
    queryKey: [path],
    queryFn: ({ signal }) => get<T>(path, signal),
    enabled,
    ...(refetchMs ? { refetchInterval: refetchMs } : {}),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** Loads what a link leads to, on hover. */
export function prefetch(path: string): void {
  void queryClient.prefetchQuery({ queryKey: [path], queryFn: ({ signal }) => get(path, signal) });
}

/** Asks again for everything whose path begins so. */
export function invalidate(prefix: string): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [path] }) => typeof path === "string" && path.startsWith(prefix),
  });
}
