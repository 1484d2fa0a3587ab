// SPDX-License-Identifier: MIT
//
// The line above a JSON tree: find with how many, fold all, copy.

import { useState } from "react";
import type { Json } from "@/api/ui";
import { pretty, sizeOf } from "./json";
import { CopyText } from "./CopyText";
import { t } from "@/lib/i18n";

interface Props {
  value: Json;
  tree: { wanted: string; search: (text: string) => void; found: string[]; active: string; openAll: (all: boolean) => void };
  onGo: (path: string) => void;
}

export function JsonTools({ value, tree, onGo }: Props) {
  const [all, setAll] = useState(false);
  if (sizeOf(value) <= 0) return null;
  const at = tree.found.indexOf(tree.active);
  const step = (by: number) => {
    const next = tree.found[(at + by + tree.found.length) % tree.found.length];
    if (next !== undefined) onGo(next);
  };
  const fold = () => {
    tree.openAll(!all);
    setAll(!all);
  };
  return (
    <div className="jt-tools">
      <input
        type="search" value={tree.wanted} placeholder={t("Find in JSON")} aria-label={t("Find in JSON")} spellCheck={false}
        onChange={(event) => tree.search(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          if (event.key === "Escape" && tree.wanted !== "") {
            event.stopPropagation();
            tree.search("");
          }
        }}
      />
      <span className="jt-count" aria-live="polite">
        {tree.wanted.trim() !== "" && (at >= 0 ? `${at + 1} / ${tree.found.length}`   : t("{n, plural, =0 {nothing found} one {# place} other {# places}}", { n: tree.found.length }))}
      </span>
      <button type="button" className="quiet" onClick={fold}>
        {all ? t("Fold all") : t("Open all")}
      </button>
      <CopyText text={() => pretty(value)} label={t("Copy JSON")} />
    </div>
  );
}
