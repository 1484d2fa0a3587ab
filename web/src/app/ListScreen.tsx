// SPDX-License-Identifier: MIT
//
// The body of a plain list: query box, rows, and what stands in their place. It has no chart, no facets
// and no selection; the list of traces, which has, is composed by itself.

import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { type ReactNode, useRef } from "react";
import { useBoot } from "@/api/boot";
import { useProject } from "./project";
import { useSearchState } from "./search";
import { densityStore } from "./theme";
import { t } from "@/lib/i18n";
import { DEFAULT_RANGE, rangeLabel } from "@/lib/range";
import { useStore } from "@/lib/store";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { ErrorBox } from "@/ui/ErrorBox";
import { QueryBox } from "@/ui/query/QueryBox";
import { ProgressLine, Skeleton } from "@/ui/Skeleton";
import { Grid } from "@/ui/grid/Grid";
import type { GridColumn, GridRows } from "@/ui/grid/grid";
import { useNarrow } from "@/ui/grid/layout";
import { useListKeys } from "@/ui/grid/useListKeys";

const HEIGHTS = { compact: 30, regular: 44, narrow: 66 };
const NO_PROBLEMS = { text: "", problems: [] };

interface Props<T> {
  label: string;
  count: (n: number, more: boolean) => string;
  nothing: string; // has never been anything
  answer: Pick<UseInfiniteQueryResult, "error" | "isPending" | "isFetching" | "isPlaceholderData" | "hasNextPage" | "refetch"> & { rows: readonly T[]; more: () => void };
  rows: GridRows<T>;
  columns: readonly GridColumn<T>[];
  usualSort: string;
  tools?: ReactNode;
}

function Nothing({ nothing, onClear }: { nothing: string; onClear: () => void }) {
  const [search, set] = useSearchState();
  const range = search.range ?? DEFAULT_RANGE;
  return (
    <Empty
      title={t("Nothing in this range ({range}).", { range: rangeLabel(range) })}
      action={
        <span className="flex flex-wrap justify-center gap-2">
          {range !== "90d" && <Button look="primary" onClick={() => set({ range: "90d" })}>{t("Show {range}", { range: rangeLabel("90d") })}</Button>}
          {search.q !== undefined && <Button onClick={onClear}>{t("Clear the filter")}</Button>}
        </span>
      }
    >
      {nothing}
    </Empty>
  );
}

export function ListScreen<T>({ label, count, nothing, answer, rows, columns, usualSort, tools }: Props<T>) {
  const { id: pid } = useProject();
  const { fields } = useBoot();
  const [search, set] = useSearchState();
  const pane = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLDivElement>(null);
  const narrow = useNarrow(area);
  const compact = useStore(densityStore) === "compact";
  const current = useListKeys(answer.rows, rows, () => void answer.refetch());
  const height = narrow ? HEIGHTS.narrow : compact ? HEIGHTS.compact : HEIGHTS.regular;
  return (
    <div className="list-screen">
      <div className="list-bar">
        <QueryBox
          value={search.q ?? ""} label={t("Filter")} source={{ pid, fields, lens: "traces", range: search.range ?? "" }} answered={NO_PROBLEMS}
          onType={(q) => set({ q: q || undefined }, { replace: true })} onCommit={(q) => set({ q: q || undefined })}
        />
        <span className="list-count" role="status">{answer.isPending ? "" : count(answer.rows.length, answer.hasNextPage)}</span>
        {tools}
      </div>
      <div ref={area} className="list-pane">
        <ProgressLine show={answer.isFetching && answer.isPlaceholderData} />
        {answer.error && answer.rows.length === 0 && <ErrorBox error={answer.error} onRetry={() => void answer.refetch()} />}
        {answer.isPending && <Skeleton lines={14} height={28} />}
        {!answer.isPending && !answer.error && answer.rows.length === 0 && <Nothing nothing={nothing} onClear={() => set({ q: undefined })} />}
        {answer.rows.length > 0 && (
          <Grid
            pane={pane} label={label} list={answer.rows} rows={rows} columns={columns} rowHeight={height} narrow={narrow} compact={compact}
            current={current} sort={search.sort ?? usualSort} onSort={(sort) => set({ sort: sort === usualSort ? undefined : sort || undefined })} onMore={answer.more}
          />
        )}
      </div>
    </div>
  );
}
