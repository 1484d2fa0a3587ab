// SPDX-License-Identifier: MIT
//
// A JSON value as a tree: folds, finds, copies values and paths, and draws only the rows that are on
// the screen. Long texts are cut after some lines until asked for.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { Json } from "@/api/ui";
import { allOpen, firstOpen, isLarge, jsonFind, jsonRows, pathsAbove, pretty, type JsonRow } from "./json";
import { CopyText } from "./CopyText";
import { JsonLine } from "./JsonLine";
import { JsonTools } from "./JsonTools";
import { t } from "@/lib/i18n";

const FEW_ROWS = 150; // fewer are drawn at once and take the height that they need

const FEW_VALUES = 16; // more want a search

interface Props {
  value: Json;
  label: string;
  /** finds this at first */
  query?: string;
  /** takes the height of what it stands in instead of its own */
  fill?: boolean;
}

/** What is open, chosen and looked for; `goTo` opens what contains a value. */
function useTree(value: Json, query: string) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => firstOpen(value));
  const [active, setActive] = useState("");
  const [wanted, setWanted] = useState(query);
  const [gone, setGone] = useState(0); // how often a search led somewhere
  const rows = useMemo(() => jsonRows(value, open), [value, open]);
  const found = useMemo(() => jsonFind(value, wanted), [value, wanted]);
  const goTo = (path: string) => {
    setOpen((now) => new Set([...now, ...pathsAbove(value, path)]));
    setActive(path);
    setGone((times) => times + 1);
  };
  const toggle = (row: JsonRow, to = !row.open) => {
    if (row.size <= 0 || to === row.open) return;
    setOpen((now) => {
      const next = new Set(now);
      if (to) next.add(row.path);
      else next.delete(row.path);
      return next;
    });
  };
  const search = (text: string) => {
    setWanted(text);
    const first = jsonFind(value, text, 1)[0];
    if (first !== undefined) goTo(first);
  };
  const openAll = (all: boolean) => setOpen(all ? allOpen(value) : new Set([""]));
  return { rows, gone, active, setActive, wanted, search, found, goTo, toggle, openAll };
}

type Tree = ReturnType<typeof useTree>;

/** Keys of a tree as in every tree: arrows, Home, End, Enter. Answers the row to go to. */
function rowForKey(event: KeyboardEvent, tree: Tree, at: number): number | undefined {
  const row = tree.rows[at];
  if (!row) return undefined;
  switch (event.key) {
    case "ArrowDown":
      return Math.min(at + 1, tree.rows.length - 1);
    case "ArrowUp":
      return Math.max(at - 1, 0);
    case "Home":
      return 0;
    case "End":
      return tree.rows.length - 1;
    case "ArrowRight":
      if (row.size > 0 && row.open) return at + 1;
      tree.toggle(row, true);
      return at;
    case "ArrowLeft":
      if (row.open) {
        tree.toggle(row, false);
        return at;
      }
      for (let p = at - 1; p >= 0; p--) if (tree.rows[p]!.depth < row.depth) return p;
      return at;
    case "Enter":
      tree.toggle(row);
      return at;
    default:
      return undefined;
  }
}

export function JsonTree({ value, label, query = "", fill = false }: Props) {
  const tree = useTree(value, query);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const large = useMemo(() => isLarge(value, FEW_VALUES), [value]);
  const many = tree.rows.length > FEW_ROWS;
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here only
  const virtual = useVirtualizer({
    count: tree.rows.length,
    enabled: many,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    getItemKey: (at) => tree.rows[at]!.path,
    overscan: 10,
  });
  const at = Math.max(0, tree.rows.findIndex((row) => row.path === tree.active));
  const reveal = (row: number) => {
    if (many) virtual.scrollToIndex(row, { align: "auto" });
    else document.getElementById(`${id}-${row}`)?.scrollIntoView({ block: "nearest" });
  };
  const move = (next: number) => {
    tree.setActive(tree.rows[next]!.path);
    reveal(next);
  };
  const revealActive = useRef(() => reveal(at));
  useEffect(() => {
    revealActive.current = () => reveal(at);
  });
  useEffect(() => {
    if (tree.gone > 0) revealActive.current();
  }, [tree.gone]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const next = rowForKey(event, tree, at);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(next);
  };
  const found = new Set(tree.found);
  const line = (index: number) => {
    const row = tree.rows[index]!;
    return (
      <JsonLine
        id={`${id}-${index}`} row={row} active={index === at} found={found.has(row.path)} needle={tree.wanted}
        onToggle={() => tree.toggle(row)} onActive={() => tree.setActive(row.path)}
      />
    );
  };
  return (
    <div className={fill ? "jt jt-fill" : "jt"}>
      {large || tree.wanted !== "" ? (
        <JsonTools value={value} tree={tree} onGo={(path) => tree.goTo(path)} />
      ) : (
        <span className="jt-whole"><CopyText text={() => pretty(value)} label={t("Copy")} /></span>
      )}
      <div
        ref={box} role="tree" tabIndex={0} aria-label={label} aria-activedescendant={`${id}-${at}`} onKeyDown={onKeyDown}
        className={many ? "jt-rows jt-many" : "jt-rows"}
      >
        {many ? (
          <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="presentation">
            {virtual.getVirtualItems().map((item) => (
              <div key={item.key} ref={virtual.measureElement} data-index={item.index} role="presentation" className="jt-at" style={{ transform: `translateY(${item.start}px)` }}>
                {line(item.index)}
              </div>
            ))}
          </div>
        ) : (
          tree.rows.map((row, index) => (
            <div key={row.path} role="presentation">
              {line(index)}
            </div>
          ))
        )}
      </div>
    </div>
  );
}
