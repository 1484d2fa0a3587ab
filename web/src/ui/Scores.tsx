// SPDX-License-Identifier: MIT
import type { ScoreChip } from "@/api/ui";
import { formatNumber } from "@/lib/format";

const SHOWN = 2;

/** 0.63, or the text of a score that has no number. */
export const scoreText = ({ value, text }: ScoreChip): string => text ?? (value === undefined ? "" : formatNumber(value));

/** The first scores of something, under each other; the name gives way, the value does not. */
export function Scores({ scores }: { scores: readonly ScoreChip[] }) {
  const more = scores.length - SHOWN;
  return (
    <span className="scores">
      {scores.slice(0, SHOWN).map((score, index) => (
        <span key={score.name} className="score">
          <span className="score-name">{score.name}</span>
          <span>{scoreText(score)}{more > 0 && index === SHOWN - 1 && ` +${more}`}</span>
        </span>
      ))}
    </span>
  );
}
