// SPDX-License-Identifier: MIT
//
// The turns of a session as a list to jump in.

import { useEffect, useRef } from "react";
import { formatMinute } from "@/lib/format";
import { t } from "@/lib/i18n";
import { LevelMark } from "@/ui/LevelMark";
import type { Turn } from "./session";

export function TurnRail({ turns, at, onGo }: { turns: Turn[]; at: number; onGo: (at: number) => void }) {
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [at]);
  return (
    <nav className="ss-rail" aria-label={t("Turns")} ref={list}>
      <ol>
        {turns.map(({ trace }, n) => (
          <li key={trace.id}>
            <button type="button" aria-current={n === at ? "true" : undefined} onClick={() => onGo(n)} data-tip={trace.input?.slice(0, 160)}>
              <span className="ss-nth">{n + 1}</span>
              <span className="num">{formatMinute(trace.start)}</span>
              <LevelMark level={trace.level} />
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
