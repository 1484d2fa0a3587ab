// SPDX-License-Identifier: MIT
//
// Lists that the server gives page by page. The cursor is in no address of the browser: a list begins
// at its top, and a row is found again by its id.

import { type InfiniteData, keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { get } from "./client";

interface Page<R> { rows: readonly R[]; next?: string }

const pageAddress = (path: string, after: string | undefined): string =>
  after === undefined ? path : `${path}${path.includes("?") ? "&" : "?"}after=${encodeURIComponent(after)}`;

/** A row that moved from one page to the next while they were read appears once. */
function listed<R, S>(data: InfiniteData<Page<R>> | undefined, convert: (row: R) => S, id: (row: S) => string): readonly S[] {
  const rows = data?.pages.flatMap((page) => page.rows.map(convert)) ?? [];
  return [...new Map(rows.map((row) => [id(row), row])).values()];
}

/** `convert` and `id` have to be constant. */
export function usePages<P extends Page<unknown>, S>(path: string, convert: (row: P["rows"][number]) => S, id: (row: S) => string) {
  const answer = useInfiniteQuery({
    queryKey: [path, "pages"],
    queryFn: ({ pageParam, signal }) => get<P>(pageAddress(path, pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const { data, hasNextPage, isFetching, fetchNextPage } = answer;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const rows = useMemo(() => listed(data as InfiniteData<Page<unknown>> | undefined, convert, id), [data, convert, id]);
  return { ...answer, rows, first: data?.pages[0], more };
}
