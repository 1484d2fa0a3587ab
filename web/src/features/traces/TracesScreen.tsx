// SPDX-License-Identifier: MIT
//
// The list of traces: query, time, facets, rows, and beside them the trace that is looked at. The panel
// comes from outside (`Peek`), because it is the trace's own page in small.

import { Maximize2, X } from "lucide-react";
import { type ComponentType, Suspense, useEffect, useRef, useState } from "react";
import { Page } from "@/app/Page";
import { useProject } from "@/app/project";
import { chooseDensity, densityStore } from "@/app/theme";
import { t } from "@/lib/i18n";
import { spanRange } from "@/lib/range";
import { load, save } from "@/lib/storage";
import { useStore } from "@/lib/store";
import { IconButton } from "@/ui/Button";
import { useMedia, useNarrow } from "@/ui/grid/layout";
import { Skeleton } from "@/ui/Skeleton";
import { BulkBar } from "./BulkBar";
import { formatColumns } from "./columns";
import { copyCall } from "./copyCall";
import { exportPath } from "./data";
import { Facets } from "./Facets";
import { LensTabs } from "./LensTabs";
import type { Row } from "./rows";
import { ALL, count, NONE } from "./selection";
import { TimeStrip } from "./TimeStrip";
import { TracesBar } from "./TracesBar";
import { TracesList } from "./TracesList";
import { useTraceActions } from "./useTraceActions";
import { type Traces, useTraces } from "./useTraces";
import { useTracesCommands } from "./useTracesCommands";
import { useTracesNavigation } from "./useTracesNavigation";
import { useTracesSearch } from "./useTracesSearch";
import "./traces.css";

interface Props { Peek: ComponentType<{ pid: string; tid: string }> }

function useFacetsShown() {
  const small = useMedia("(max-width: 899px)");
  const [wide, setWide] = useState(() => load("facets") !== "off");
  const [drawer, setDrawer] = useState(false);
  const toggle = (): void => {
    if (small) return setDrawer(!drawer);
    save("facets", wide ? "off" : undefined);
    setWide(!wide);
  };
  return { shown: small ? drawer : wide, drawer: small, toggle };
}

function PeekPane({ pid, tid, Peek, onOpen, onClose }: Props & { pid: string; tid: string; onOpen: () => void; onClose: () => void }) {
  return (
    <aside className="traces-peek" aria-label={t("The trace beside the list")}>
      <div className="peek-bar">
        <span className="truncate font-mono text-small text-muted">{tid}</span>
        <IconButton icon={Maximize2} label={t("Open the trace")} keys="↵" onClick={onOpen} />
        <IconButton icon={X} label={t("Close")} keys="Esc" onClick={onClose} />
      </div>
      <div className="peek-body">
        <Suspense fallback={<Skeleton lines={12} />}>
          <Peek pid={pid} tid={tid} />
        </Suspense>
      </div>
    </aside>
  );
}

function Bulk({ pid, traces }: { pid: string; traces: Traces }) {
  const { selection, question, summary, columns, lens } = traces;
  const actions = useTraceActions(pid, question, selection, traces.set);
  const total = summary.data?.total;
  return (
    <BulkBar
      count={count(selection, total ?? 0)} total={total} all={selection.all} busy={actions.busy} lens={lens}
      onAct={actions.act} onAll={() => traces.set(ALL)} onNone={() => traces.set(NONE)}
      exportHref={(format) => exportPath(pid, question, format, formatColumns(columns, lens) ?? "")}
    />
  );
}

/** Loads on until the row that somebody comes back to is there, within reason. */
function useReturn(traces: Traces, at: string | undefined): void {
  const { ids, list } = traces;
  const missing = at !== undefined && list.data !== undefined && list.data.pages.length < 10 && !ids.includes(at);
  const { more } = list;
  useEffect(() => { if (missing) more(); }, [missing, ids.length, more]);
}

export function TracesScreen({ Peek }: Props) {
  const { id: pid } = useProject();
  const pane = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLDivElement>(null);
  const { search, change } = useTracesSearch();
  const traces = useTraces(pid, search, pane);
  const compact = useStore(densityStore) === "compact";
  const narrow = useNarrow(area);
  const facets = useFacetsShown();
  const go = useTracesNavigation(pid);
  const { question, summary } = traces;
  useReturn(traces, search.at);

  const peek = (trace: string | undefined): void => change({ peek: trace }, search.peek !== undefined && trace !== undefined ? "replace" : "push");
  const openRow = (row: Row, newTab: boolean): void => (newTab ? go.openTab(row) : go.open(row));
  const peekedRow = traces.rows.find((row) => row.trace === search.peek);
  useTracesCommands(traces, search.peek, {
    open: openRow,
    peek,
    toggleLive: () => change({ lens: search.lens === "live" ? undefined : "live" }),
    toggleFacets: facets.toggle,
    copyCall: () => void copyCall(pid, question),
    refresh: () => (traces.live.waiting > 0 ? traces.live.show() : void Promise.all([traces.list.refetch(), summary.refetch()])),
  });

  return (
    <Page title={t("Traces")} timeRange fill tabs={<span className="max-sm:hidden"><LensTabs search={search} change={change} /></span>}>
      <div className="traces">
        <TracesBar
          pid={pid} traces={traces} search={search} change={change}
          compact={compact} facets={facets.shown} onDensity={() => chooseDensity(compact ? "regular" : "compact")} onFacets={facets.toggle}
        />
        <TimeStrip data={summary.data} stale={summary.isPlaceholderData} onZoom={(from, to) => change({ range: spanRange({ from, to }) })} />
        <div className="traces-panes">
          {facets.shown && (
            <Facets facets={summary.data?.facets} query={question.q} drawer={facets.drawer} onChange={(q) => change({ q: q || undefined })} onClose={facets.toggle} />
          )}
          <div ref={area} className="list-pane">
            <TracesList
              pane={pane} traces={traces} search={search} change={change} compact={compact} narrow={narrow}
              href={go.href} open={go.open} hover={go.hover}
            />
            {traces.grid.any && <Bulk pid={pid} traces={traces} />}
          </div>
          {search.peek !== undefined && (
            <PeekPane pid={pid} tid={search.peek} Peek={Peek} onOpen={() => peekedRow && go.open(peekedRow)} onClose={() => peek(undefined)} />
          )}
        </div>
      </div>
    </Page>
  );
}
