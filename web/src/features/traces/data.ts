// SPDX-License-Identifier: MIT
//
// What the list asks the server: rows page by page, the summary once per question.

import { withQuery } from "@/api/client";
import { usePages } from "@/api/pages";
import { useGet } from "@/api/query";
import type { ObservationRow, SavedView, Summary, TraceList, TraceRow } from "@/api/ui";
import type { Lens } from "@/ui/query/completion";
import { type Row, toRow } from "./rows";

const LIVE_MS = 10_000;

export interface Question { q: string; range: string; sort: string; lens: Lens }

/** In the order of the contract, so that the answer that came with the page is found. */
const parameters = ({ q, range, sort, lens }: Partial<Question>): Record<string, string | undefined> =>
  ({ q, range, sort, lens: lens === "obs" ? lens : undefined });

export const listPath = (pid: string, question: Partial<Question>): string =>
  withQuery(`api/ui/${pid}/traces`, parameters(question));

const rowId = (row: Row): string => row.id;
type Page = Omit<TraceList, "rows"> & { rows: (TraceRow | ObservationRow)[] };

export const useRows = (pid: string, question: Question) => usePages<Page, Row>(listPath(pid, question), toRow, rowId);

/** Asked again now and then while the list is live. */
export function useSummary(pid: string, { q, range, lens }: Question, enabled: boolean, live: boolean) {
  return useGet<Summary>(withQuery(`api/ui/${pid}/traces/summary`, parameters({ q, range, lens })), { enabled, ...(live && { refetchMs: LIVE_MS }) });
}

export const exportPath = (pid: string, question: Question, format: "csv" | "jsonl", cols: string): string =>
  withQuery(`api/ui/${pid}/traces/export`, { ...parameters(question), format, cols });

export const viewsPath = (pid: string): string => withQuery(`api/ui/${pid}/views`, { table: "traces" });
export const useViews = (pid: string) => useGet<{ views: SavedView[] }>(viewsPath(pid));
