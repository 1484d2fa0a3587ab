// SPDX-License-Identifier: MIT
import type { Level } from "@/api/ui";
import { msg, t } from "@/lib/i18n";

const MARKS: Record<Level, { sign: string; color: string; name: string }> = {
  ERROR: { sign: "✕", color: "text-error", name: msg("error") },
  WARNING: { sign: "▲", color: "text-warning", name: msg("warning") },
  DEFAULT: { sign: "●", color: "text-faint", name: msg("default") },
  DEBUG: { sign: "○", color: "text-debug", name: msg("debug") },
};

export const levelName = (level: Level): string => t(MARKS[level].name);

/** ✕ ▲ ● ○: a level is its sign, the colour only repeats it. */
export function LevelMark({ level }: { level: Level }) {
  const { sign, color } = MARKS[level];
  return (
    <span role="img" aria-label={levelName(level)} data-tip={levelName(level)} className={`inline-block w-3.5 shrink-0 text-center text-small ${color}`}>
      {sign}
    </span>
  );
}
