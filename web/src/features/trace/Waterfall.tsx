// SPDX-License-Identifier: MIT
//
// Tree and timeline as one view: names on the left, bars on a common time axis on the right. Only
// the rows on the screen are in the document, whatever the trace has.

import { useEffect, useMemo, useRef, type KeyboardEvent } from "react";
import { formatDuration, formatNumber } from "@/lib/format";
import { ticks } from "./model/time";
import type { Shown } from "./model/rows";
import type { Model } from "./model/model";
import { Splitter } from "./Splitter";
import { useSize } from "./useSize";
import { useWidth, useWindow } from "./useWindow";
import { useZoom, type Zoom } from "./useZoom";
import { ROW_HEIGHT, WaterfallRow } from "./WaterfallRow";
import { t } from "@/lib/i18n";

const AXIS_HEIGHT = 28;

/** A round time without the digits that a measured one has: 250 ms, 2.5 s, 10 s, 2 m. */
function tickLabel(ms: number): string {
  if (ms === 0) return "0";
  if (ms >= 120_000) return formatDuration(ms);
  return ms < 1000 ? `${formatNumber(ms)} ms` : `${formatNumber(ms / 1000)} s`;
}

export interface Folding {
  folded: ReadonlySet<number>;
  toggle: (i: number, to?: boolean) => void;
  all: (fold: boolean) => void;
}

interface Props {
  model: Model;
  shown: Shown;
  matches: Uint8Array | undefined;
  selected: number;
  folding: Folding;
  onSelect: (i: number) => void;
  onHover: (i: number) => void;
  onOpen: () => void;
  /** takes the focus that nothing else has */
  focus: boolean;
}

/** What a key does in the tree: the observation to go to, or true when it did something else. */
function treeKey(event: KeyboardEvent, props: Props): number | true | undefined {
  const { model, shown, selected, folding } = props;
  const row = shown.rowOf[selected] ?? -1;
  const inner = selected >= 0 && model.tree.children[selected]! > 0;
  const open = inner && !folding.folded.has(selected);
  const at = (wanted: number) => shown.rows[Math.min(shown.rows.length - 1, Math.max(0, wanted))];
  switch (event.key) {
    case "ArrowDown":
      return at(row + 1);
    case "ArrowUp":
      return at(row - 1);
    case "PageDown":
      return at(row + 20);
    case "PageUp":
      return at(row - 20);
    case "Home":
      return at(0);
    case "End":
      return at(shown.rows.length - 1);
    case "ArrowRight":
      if (event.shiftKey) return folding.all(false), true;
      return open ? at(row + 1) : inner ? (folding.toggle(selected, false), true) : true;
    case "ArrowLeft":
      if (event.shiftKey) return folding.all(true), true;
      if (open) return folding.toggle(selected, true), true;
      return model.tree.parent[selected]! >= 0 ? model.tree.parent[selected]! : true;
    case "Enter":
      return props.onOpen(), true;
    default:
      return undefined;
  }
}

function Axis({ zoom, width, axis }: { zoom: Zoom; width: number; axis: React.RefObject<HTMLDivElement | null> }) {
  const { span } = zoom;
  const part = (time: number) => `${(((time - span.from) / (span.to - span.from)) * 100).toFixed(3)}%`;
  return (
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus -- what the double click does, a button below does too
    <div role="columnheader" className="wf-axis" ref={axis} onDoubleClick={zoom.reset}>
      {ticks(span, width).map((time) => (
        <span key={time} className="wf-tick" style={{ left: part(time) }}>
          {tickLabel(time)}
        </span>
      ))}
      {zoom.drag && <span className="wf-drag" style={{ left: `${zoom.drag.left * 100}%`, width: `${zoom.drag.width * 100}%` }} />}
    </div>
  );
}

/** Lines below the rows where the axis has its ticks. */
function Lines({ zoom, width }: { zoom: Zoom; width: number }) {
  const { span } = zoom;
  return (
    <div className="wf-lines" aria-hidden="true">
      {ticks(span, width).map((time) => (
        <span key={time} style={{ left: `${(((time - span.from) / (span.to - span.from)) * 100).toFixed(3)}%` }} />
      ))}
      {zoom.drag && <span className="wf-drag" style={{ left: `${zoom.drag.left * 100}%`, width: `${zoom.drag.width * 100}%` }} />}
    </div>
  );
}

function Foot({ model, shown, zoom, matches }: { model: Model; shown: Shown; zoom: Zoom; matches: boolean }) {
  return (
    <div className="wf-foot">
      <span className="wf-legend" data-mark="critical">{t("critical path")}</span>
      <span className="wf-legend" data-mark="wait">{t("to first token")}</span>
      <span className="wf-legend" data-mark="gap">{t("nothing running")}</span>
      <span className="wf-grow" />
      {zoom.zoomed && (
        <button type="button" className="quiet" onClick={zoom.reset}>
          {t("Show all {time}", { time: formatDuration(model.tree.total) })}
        </button>
      )}
      <span aria-live="polite">
        {matches
          ? t("{n, plural, =0 {nothing found} one {# found} other {# found}}", { n: shown.found })
          : t("{n, plural, one {# observation} other {# observations}}", { n: model.tree.n })}
      </span>
    </div>
  );
}

export function Waterfall(props: Props) {
  const { model, shown, matches, selected, folding, onSelect, onHover, focus } = props;
  const box = useRef<HTMLDivElement>(null);
  const axis = useRef<HTMLDivElement>(null);
  const [name, setName] = useSize("trace-name", 240, 96, 640);
  const rows = useWindow(box, shown.rows.length, ROW_HEIGHT, AXIS_HEIGHT);
  const zoom = useZoom(model.tree.total, axis, box);
  const width = useWidth(axis, 360);
  const row = shown.rowOf[selected] ?? -1;
  const reveal = useRef(rows.reveal);
  useEffect(() => {
    reveal.current = rows.reveal;
  });
  useEffect(() => reveal.current(row), [row]);
  useEffect(() => {
    const free = document.activeElement === null || document.activeElement === document.body;
    if (focus && free) box.current?.focus({ preventScroll: true });
  }, [focus]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const done = treeKey(event, props);
    if (done === undefined) return;
    event.preventDefault();
    if (typeof done === "number") onSelect(done);
  };
  const drawn = useMemo(() => Array.from(shown.rows.subarray(rows.from, rows.to)), [shown, rows.from, rows.to]);
  return (
    <div className="wf" style={{ ["--wf-name" as string]: `${name}px` }}>
      <div
        ref={box} role="treegrid" tabIndex={0} className="wf-box" aria-label={t("Observations")} aria-rowcount={shown.rows.length + 1} aria-colcount={4}
        aria-activedescendant={row >= rows.from && row < rows.to ? `obs-row-${selected}` : undefined} onKeyDown={onKeyDown} onPointerDown={zoom.onPointerDown}
      >
        <div role="row" className="wf-head" aria-rowindex={1}>
          <div role="columnheader" className="wf-name">
            {t("Name")}
          </div>
          <Axis zoom={zoom} width={width} axis={axis} />
          <div role="columnheader" className="wf-cost">{t("Cost")}</div>
          <div role="columnheader" className="wf-took">{t("Time")}</div>
        </div>
        <div role="rowgroup" className="wf-rows" style={{ height: shown.rows.length * ROW_HEIGHT }}>
          <Lines zoom={zoom} width={width} />
          {drawn.map((i, k) => (
            <WaterfallRow
              key={i} model={model} i={i} row={rows.from + k} span={zoom.span} selected={i === selected} folded={matches === undefined && folding.folded.has(i)}
              found={matches?.[i] === 1} onSelect={onSelect} onFold={folding.toggle} onHover={onHover}
            />
          ))}
        </div>
        {shown.rows.length === 0 && <p className="wf-none">{t("Nothing in this trace matches.")}</p>}
      </div>
      <Splitter label={t("Width of the names")} className="wf-split" value={name} least={96} most={640} perPixel={() => 1} perKey={16} onChange={setName} />
      <Foot model={model} shown={shown} zoom={zoom} matches={matches !== undefined} />
    </div>
  );
}
