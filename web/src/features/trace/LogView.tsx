// SPDX-License-Identifier: MIT
//
// The trace as a log: one line per observation in the order in which they began.

import { useEffect, useMemo, useRef, type KeyboardEvent } from "react";
import { plain } from "@/ui/content/safe";
import { formatShort, formatDuration, formatMoney } from "@/lib/format";
import { kindOf, levelOf, modelOf, nameOf } from "./model/tree";
import { KindGlyph } from "@/ui/KindGlyph";
import type { Model } from "./model/model";
import { useWindow } from "./useWindow";
import { t } from "@/lib/i18n";

const LINE_HEIGHT = 24;

interface Props {
  model: Model;
  matches: Uint8Array | undefined;
  debug: boolean;
  selected: number;
  onSelect: (i: number) => void;
  onHover: (i: number) => void;
}

function Line({ model, i, row, selected, onSelect, onHover }: Omit<Props, "matches" | "debug" | "selected"> & { i: number; row: number; selected: boolean }) {
  const { skeleton } = model;
  const message = skeleton.messages[String(i)];
  const took = skeleton.duration[i] ?? -1;
  const tokens = skeleton.tokens[i] ?? -1;
  const facts = [modelOf(skeleton, i), tokens > 0 ? `${formatShort(tokens)} tok` : undefined, skeleton.cost[i]! > 0 ? formatMoney(skeleton.cost[i]!) : undefined];
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      role="option" id={`log-${i}`} aria-selected={selected} aria-posinset={row + 1} className="log-line" data-level={levelOf(skeleton, i)}
      style={{ transform: `translateY(${row * LINE_HEIGHT}px)` }} onClick={() => onSelect(i)} onPointerEnter={() => onHover(i)}
    >
      <span className="log-at">+{formatDuration(skeleton.start[i]!)}</span>
      <KindGlyph kind={kindOf(skeleton, i)} />
      <span className="log-name">{plain(nameOf(skeleton, i))}</span>
      <span className="log-text">{plain(message ?? facts.filter(Boolean).join(" · "))}</span>
      <span className="log-took">{took >= 0 ? formatDuration(took) : ""}</span>
    </div>
  );
}

export function LogView(props: Props) {
  const { model, matches, debug, selected, onSelect, onHover } = props;
  const box = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => {
    const all: number[] = [];
    for (let i = 0; i < model.tree.n; i++) if ((debug || !model.debug[i]) && (!matches || matches[i])) all.push(i);
    return all.sort((a, b) => model.skeleton.start[a]! - model.skeleton.start[b]! || a - b);
  }, [model, matches, debug]);
  const rows = useWindow(box, lines.length, LINE_HEIGHT, 0);
  const at = useMemo(() => lines.indexOf(selected), [lines, selected]);
  const reveal = useRef(rows.reveal);
  useEffect(() => {
    reveal.current = rows.reveal;
  });
  useEffect(() => reveal.current(at), [at]);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1, PageDown: at + 20, PageUp: at - 20 }[event.key];
    if (to === undefined || lines.length === 0) return;
    event.preventDefault();
    onSelect(lines[Math.min(lines.length - 1, Math.max(0, to))]!);
  };
  return (
    <div
      ref={box} role="listbox" tabIndex={0} className="log" aria-label={t("Observations by time")} onKeyDown={onKeyDown}
      aria-activedescendant={at >= rows.from && at < rows.to ? `log-${selected}` : undefined}
    >
      <div role="presentation" style={{ height: lines.length * LINE_HEIGHT, position: "relative" }}>
        {lines.slice(rows.from, rows.to).map((i, k) => (
          <Line key={i} model={model} i={i} row={rows.from + k} selected={i === selected} onSelect={onSelect} onHover={onHover} />
        ))}
      </div>
      {lines.length === 0 && <p className="wf-none">{t("Nothing in this trace matches.")}</p>}
    </div>
  );
}
