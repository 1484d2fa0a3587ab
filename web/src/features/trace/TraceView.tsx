// SPDX-License-Identifier: MIT
//
// A trace: header, views on the left, the selected observation on the right. The same for the page,
// for a published trace and for the panel that peeks into one.

import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Skeleton } from "@/api/ui";
import { foldable, show, step, unfoldTo } from "./model/rows";
import { t } from "@/lib/i18n";
import { ErrorBox } from "@/ui/ErrorBox";
import { preloadMarkdown } from "@/ui/content/Markdown";
import { prefetchObservation, prefetchTrace, useSkeleton, useTranscript, type TraceSource } from "./data";
import { Detail, useRaw } from "./detail/Detail";
import { GraphView } from "./GraphView";
import { Header, type Links } from "./Header";
import { JsonView } from "./JsonView";
import { LogView } from "./LogView";
import { buildModel, matchesOf, opensAt, type Model } from "./model/model";
import type { Placed } from "./place";
import { Splitter } from "./Splitter";
import { Toolbar } from "./Toolbar";
import { TranscriptView } from "./TranscriptView";
import { useActions } from "./useActions";
import { useSize } from "./useSize";
import { useTraceKeys } from "./useTraceKeys";
import { Waterfall } from "./Waterfall";
import "./trace.css";
import "@/ui/content/content.css";

const RESTING_MS = 40;

interface Props {
  source: TraceSource;
  placed: Placed;
  links: Links;
  /** stands first in the header */
  lead?: ReactNode;
  /** "peek" is a narrow panel: panes stand below each other */
  mode?: "page" | "peek";
  onGone?: () => void;
}

interface Loaded extends Props {
  skeleton: Skeleton;
}

function useFolding(model: Model) {
  const [folded, setFolded] = useState<ReadonlySet<number>>(() => new Set());
  const toggle = useCallback((i: number, to?: boolean) => {
    setFolded((now) => {
      const next = new Set(now);
      if (to ?? !now.has(i)) next.add(i);
      else next.delete(i);
      return next;
    });
  }, []);
  const all = useCallback((fold: boolean) => setFolded(fold ? foldable(model.tree) : new Set()), [model]);
  const reveal = useCallback((i: number) => setFolded((now) => unfoldTo(model.tree, now, i)), [model]);
  return useMemo(() => ({ folded, toggle, all, reveal }), [folded, toggle, all, reveal]);
}

/** Which observation is shown, and the ways to another one. */
function useSelection(source: TraceSource, model: Model, placed: Placed, reveal: (i: number) => void) {
  const { place, set } = placed;
  const selected = useMemo(() => opensAt(model, place.obs), [model, place.obs]);
  const at = selected === "-" ? -1 : model.at.get(selected)!;
  const setRef = useRef(set);
  useEffect(() => {
    setRef.current = set;
  });
  const select = useCallback((i: number) => setRef.current({ obs: model.skeleton.id[i] ?? "-" }), [model]);
  const selectId = useCallback((id: string) => setRef.current({ obs: id }), []);
  const jump = useCallback((i: number) => {
    if (i < 0) return;
    reveal(i);
    select(i);
  }, [reveal, select]);
  useEffect(() => {
    if (at >= 0) reveal(at);
    // A link may lead into what is folded; folding what is selected must stay possible.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [model]);
  const resting = useRef(0);
  const hover = useCallback(
    (i: number) => {
      clearTimeout(resting.current); // a pointer that only passes asks for nothing
      resting.current = window.setTimeout(() => prefetchObservation(source, model.skeleton.id[i]!), RESTING_MS);
    },
    [source, model],
  );
  return { selected, at, select, selectId, jump, hover };
}

function LoadedTrace({ source, placed, links, lead, mode = "page", onGone, skeleton }: Loaded) {
  const { place, set, toTrace, link } = placed;
  const model = useMemo(() => buildModel(skeleton), [skeleton]);
  const [debug, setDebug] = useState(false);
  const folding = useFolding(model);
  const { selected, at, select, selectId, jump, hover } = useSelection(source, model, placed, folding.reveal);
  const [raw, setRaw] = useRaw(selected);
  const [adding, setAdding] = useState(false);
  const [part, setPart] = useSize("trace-panes", 54, 25, 78);
  const panes = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const detail = useRef<HTMLElement>(null);
  const actions = useActions(source, model, link, onGone);
  const { data: transcript } = useTranscript(source, place.q.trim() !== "");
  const matches = useMemo(() => matchesOf(model, transcript, place.q), [model, transcript, place.q]);
  const shown = useMemo(() => {
    const debugging = debug || (at >= 0 && model.debug[at] === 1); // what is selected is shown
    return show(model.tree, model.debug, { folded: folding.folded, debug: debugging, matches });
  }, [model, folding.folded, debug, at, matches]);
  const nextError = (by: 1 | -1 = 1) => jump(step(model.tree, model.errors, at, by));
  const costliest = () => jump(model.costly[(model.costly.indexOf(at) + 1) % model.costly.length] ?? -1);

  useEffect(() => {
    const row = shown.rowOf[at] ?? -1;
    const timer = setTimeout(() => {
      for (const near of [row + 1, row - 1]) {
        const i = row >= 0 ? shown.rows[near] : undefined;
        if (i !== undefined) prefetchObservation(source, skeleton.id[i]!);
      }
    }, 60);
    return () => clearTimeout(timer);
  }, [source, skeleton, shown, at]);
  useEffect(() => {
    preloadMarkdown();
    const { previous, following } = skeleton.trace;
    if (source.pid === undefined) return;
    for (const near of [following, previous]) if (near !== undefined) prefetchTrace(source.pid, near);
  }, [source, skeleton]);
  useEffect(() => {
    if (detail.current) detail.current.scrollTop = 0;
  }, [selected]);

  useTraceKeys({
    view: (view) => set({ view }, true), search: mode === "peek" ? undefined : () => search.current?.focus(), clear: place.q === "" ? undefined : () => set({ q: "" }),
    nextError, costliest, raw: () => setRaw(!raw), score: source.writable && mode === "page" ? () => setAdding(true) : undefined,
    tag: source.writable && mode === "page" ? () => actions.setTagging(true) : undefined, copyLink: actions.copyLink,
    previous: skeleton.trace.previous === undefined ? undefined : () => toTrace(skeleton.trace.previous!),
    following: skeleton.trace.following === undefined ? undefined : () => toTrace(skeleton.trace.following!),
    neighbours: mode === "page",
  });
  const alone = place.view === "graph" || place.view === "json";
  return (
    <div className="trace" data-mode={mode} data-view={place.view}>
      <Header
        trace={skeleton.trace} lead={lead} links={links} actions={actions} onErrors={() => nextError()} onSelectTrace={() => selectId("-")}
        onTrace={mode === "page" && source.pid !== undefined ? toTrace : undefined}
      />
      <Toolbar
        model={model} view={place.view} onView={(view) => set({ view }, true)} query={place.q} onQuery={(q) => set({ q })} input={search}
        debug={debug} onDebug={setDebug} onError={() => nextError()} onCostliest={costliest} actions={actions}
      />
      <div className="panes" ref={panes} style={{ ["--part" as string]: `${part}%` }}>
        <div className="pane">
          {place.view === "waterfall" && (
            <Waterfall
              model={model} shown={shown} matches={matches} selected={at} folding={folding} onSelect={select} onHover={hover}
              onOpen={() => detail.current?.focus()} focus={mode === "page"}
            />
          )}
          {place.view === "transcript" && <TranscriptView source={source} model={model} matches={matches} selected={selected} onSelect={selectId} />}
          {place.view === "graph" && <GraphView model={model} selected={at} onSelect={select} />}
          {place.view === "log" && <LogView model={model} matches={matches} debug={debug} selected={at} onSelect={select} onHover={hover} />}
          {place.view === "json" && <JsonView source={source} model={model} query={place.q} />}
        </div>
        {!alone && (
          <Splitter
            label={t("Width of the left pane")} value={part} least={25} most={78} perKey={2} onChange={setPart}
            perPixel={() => 100 / (panes.current?.clientWidth ?? 1000)}
          />
        )}
        {place.view !== "json" && (
          <section className="pane detail" ref={detail} tabIndex={-1} aria-label={t("Selected observation")} data-below={place.view === "graph" || undefined}>
            <Detail source={source} model={model} selected={selected} raw={raw} setRaw={setRaw} adding={adding} setAdding={setAdding} query={place.q} link={link} onSelect={jump} />
          </section>
        )}
      </div>
    </div>
  );
}

export function TraceView(props: Props) {
  const { data, error, refetch } = useSkeleton(props.source);
  if (error && !data) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (!data) return <div className="late dt-wait" role="status" aria-label={t("Loading")} />;
  return <LoadedTrace key={props.source.tid} {...props} skeleton={data} />;
}
