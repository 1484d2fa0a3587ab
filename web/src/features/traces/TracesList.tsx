// SPDX-License-Identifier: MIT
//
// The pane of the rows, or what stands in its place: an error, nothing found, not there yet.

import { type RefObject, useMemo } from "react";
import { t } from "@/lib/i18n";
import { DEFAULT_RANGE } from "@/lib/range";
import { ErrorBox } from "@/ui/ErrorBox";
import { Grid } from "@/ui/grid/Grid";
import type { GridRows } from "@/ui/grid/grid";
import { ProgressLine, Skeleton } from "@/ui/Skeleton";
import { formatColumns, resizeColumn } from "./columns";
import { Empty } from "./Empty";
import { gridColumns } from "./gridColumns";
import { NarrowTrace } from "./NarrowTrace";
import type { Row } from "./rows";
import { type TracesSearch, USUAL_SORT } from "./search";
import type { Traces } from "./useTraces";
import type { Change } from "./useTracesSearch";

export const HEIGHTS = { compact: 30, regular: 44, narrow: 84 };

interface Props {
  pane: RefObject<HTMLDivElement | null>;
  traces: Traces; search: TracesSearch; change: Change;
  compact: boolean; narrow: boolean;
  href: (row: Row) => string;
  open: GridRows<Row>["open"];
  hover: (row: Row) => void;
}

function useGridRows({ href, open, hover }: Props): GridRows<Row> {
  return useMemo(
    () => ({
      id: (row) => row.id,
      name: (row) => row.name ?? row.id,
      level: (row) => row.level,
      state: (row) => (row.bookmarked ? <span className="row-star" role="img" aria-label={t("Bookmarked")}>★</span> : null),
      narrow: (row) => <NarrowTrace row={row} />,
      href, open, hover,
    }),
    [href, open, hover],
  );
}

function NewRows({ traces }: { traces: Traces }) {
  const { waiting, show } = traces.live;
  if (waiting === 0) return null;
  return (
    <button type="button" className="list-new" onClick={show}>
      {t("{n} new ↑", { n: waiting })} <kbd>r</kbd>
    </button>
  );
}

export function TracesList(props: Props) {
  const { pane, traces, search, change, compact, narrow } = props;
  const { list, columns, lens, question, scale, summary } = traces;
  const rows = useGridRows(props);
  const shown = useMemo(() => gridColumns(columns, lens, scale), [columns, lens, scale]);
  const resize = (id: string, width: number, done: boolean): void => {
    const next = formatColumns(resizeColumn(columns, id as never, width), lens);
    if (done || next !== search.cols) change({ cols: next }, "replace");
  };
  const peeked = search.peek === undefined ? undefined : traces.rows.find((row) => row.trace === search.peek)?.id;

  if (list.isError && traces.rows.length === 0) return <ErrorBox error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton lines={16} height={28} />;
  if (traces.rows.length === 0) {
    return (
      <Empty
        q={question.q} range={question.range || DEFAULT_RANGE} newest={summary.isPlaceholderData ? undefined : summary.data?.newest}
        onRange={(range) => change({ range })} onClear={() => change({ q: undefined })}
      />
    );
  }
  return (
    <div className="list-grid-box">
      <ProgressLine show={list.isFetching && list.isPlaceholderData} />
      <NewRows traces={traces} />
      <Grid
        pane={pane} label={lens === "obs" ? t("Observations") : t("Traces")} list={traces.rows} total={summary.data?.total}
        rows={rows} columns={shown} rowHeight={narrow ? HEIGHTS.narrow : compact ? HEIGHTS.compact : HEIGHTS.regular} narrow={narrow} compact={compact}
        current={traces.current} peeked={peeked} tinted={traces.live.tinted} selection={traces.grid}
        sort={question.sort || USUAL_SORT} onSort={(sort) => change({ sort: sort || undefined })} onResize={resize} onMore={list.more}
      />
    </div>
  );
}
