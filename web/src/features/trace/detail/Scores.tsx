// SPDX-License-Identifier: MIT
//
// Scores of the selected observation or of the trace.

import type { Score } from "@/api/ui";
import { t } from "@/lib/i18n";
import { useScoreNames } from "@/api/scores";
import { ScoreForm, ScoreList } from "@/ui/content/Scores";
import { toastError } from "@/ui/Toast";
import { useWrite, type TraceSource } from "../data";

interface Props {
  source: TraceSource;
  scores: Score[];
  observation: string | undefined;
  adding: boolean;
  setAdding: (adding: boolean) => void;
}

export function Scores({ source, scores, observation, adding, setAdding }: Props) {
  const names = useScoreNames(source.pid, adding);
  const write = useWrite(source);
  const own = scores.filter((score) => score.observation === observation);
  if (own.length === 0 && !source.writable) return null;
  return (
    <section className="body" aria-label={t("Scores")}>
      <h3>
        {observation === undefined ? t("Scores of the trace") : t("Scores")}
        {source.writable && !adding && <button type="button" className="quiet" onClick={() => setAdding(true)}>{t("Add score")} <kbd>a</kbd></button>}
      </h3>
      {adding && names !== undefined && <ScoreForm names={names} onAdd={(score) => write.addScore(score, observation)} onDone={() => setAdding(false)} />}
      <ScoreList scores={own} onDelete={source.writable ? (score) => void write.deleteScore(score).catch(toastError) : undefined} />
    </section>
  );
}
