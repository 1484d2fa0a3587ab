// SPDX-License-Identifier: MIT
//
// One row of a JSON tree.

import { useState, type ReactNode } from "react";
import { glimpse, isBranch, pretty, type JsonRow } from "./json";
import { CopyText } from "./CopyText";
import { t } from "@/lib/i18n";

const SHORT_TEXT = 600;
const SHOWN_AT_ONCE = 200_000;

/** The text with what was looked for marked. */
export function Marked({ text, needle }: { text: string; needle: string }): ReactNode {
  const wanted = needle.trim().toLowerCase();
  if (wanted === "") return text;
  const parts: ReactNode[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0 && parts.length < 200; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}

function LongText({ text, needle }: { text: string; needle: string }) {
  const [all, setAll] = useState(false);
  const shown = all ? text.slice(0, SHOWN_AT_ONCE) : text.slice(0, SHORT_TEXT);
  return (
    <>
      <span className="jt-string">
        "<Marked text={shown} needle={needle} />
        {shown.length < text.length ? "…" : '"'}
      </span>
      <button type="button" className="quiet" tabIndex={-1} onClick={() => setAll(!all)}>
        {all ? t("less") : t("all {n} characters", { n: text.length })}
      </button>
    </>
  );
}

function Leaf({ value, needle }: { value: string | number | boolean | null; needle: string }) {
  if (typeof value !== "string") {
    const kind = value === null ? "null" : typeof value;
    return (
      <span className={`jt-${kind}`}>
        <Marked text={String(value)} needle={needle} />
      </span>
    );
  }
  if (value.length > SHORT_TEXT) return <LongText text={value} needle={needle} />;
  return (
    <span className="jt-string">
      "<Marked text={value} needle={needle} />"
    </span>
  );
}

interface Props {
  id: string;
  row: JsonRow;
  active: boolean;
  found: boolean;
  needle: string;
  onToggle: () => void;
  onActive: () => void;
}

export function JsonLine({ id, row, active, found, needle, onToggle, onActive }: Props) {
  const [hover, setHover] = useState(false);
  const mark = found ? needle : "";
  const expanded = row.size > 0 ? { "aria-expanded": row.open } : {};
  return (
    // The keyboard works on the tree, whose active descendant this is.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id} role="treeitem" aria-level={row.depth + 1} aria-setsize={row.of} aria-posinset={row.nth} aria-selected={active} {...expanded}
      className="jt-row" data-active={active || undefined} style={{ paddingInlineStart: 4 + Math.min(row.depth, 24) * 14 }} onClick={onActive}
      onPointerEnter={() => setHover(true)} onPointerLeave={() => setHover(false)}
    >
      <span className="jt-fold" aria-hidden="true" onClick={onToggle}>
        {row.size > 0 ? (row.open ? "▾" : "▸") : ""}
      </span>
      <span className="jt-text">
        {row.key !== undefined && (
          <span className={typeof row.key === "number" ? "jt-index" : "jt-key"}>
            <Marked text={String(row.key)} needle={typeof row.key === "string" ? mark : ""} />
            <span className="jt-colon">: </span>
          </span>
        )}
        {isBranch(row.value) ? (
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the tree has keys
          <span className="jt-glimpse" onClick={onToggle}>
            {row.open && row.size > 0 ? (Array.isArray(row.value) ? `[${row.size}]` : `{${row.size}}`) : glimpse(row.value)}
          </span>
        ) : (
          <Leaf value={row.value} needle={mark} />
        )}
      </span>
      {(active || hover) && row.depth > 0 && (
        <span className="jt-copy">
          {row.path !== "" && <CopyText text={() => row.path} label={t("Copy path")} inRow />}
          <CopyText text={() => pretty(row.value)} label={t("Copy value")} inRow />
        </span>
      )}
    </div>
  );
}
