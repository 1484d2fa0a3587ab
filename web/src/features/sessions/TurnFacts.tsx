// SPDX-License-Identifier: MIT
//
// The facts of one turn, its scores, and the way to its trace.

import { Link } from "@tanstack/react-router";
import { plain } from "@/ui/content/safe";
import { t } from "@/lib/i18n";
import { addScore, useScoreNames } from "@/api/scores";
import type { Score } from "@/api/ui";
import { useProject } from "@/app/project";
import { mayAtLeast } from "@/app/project";
import { Button } from "@/ui/Button";
import { Duration, Money, Num, Time } from "@/ui/Figures";
import { KindGlyph } from "@/ui/KindGlyph";
import { ScoreForm, ScoreList } from "@/ui/content/Scores";
import type { Turn } from "./session";

interface Props {
  pid: string;
  turn: Turn;
  nth: number;
  adding: boolean;
  setAdding: (adding: boolean) => void;
  onScored: (trace: string, score: Score) => void;
}

export function TurnFacts({ pid, turn, nth, adding, setAdding, onScored }: Props) {
  const { trace } = turn;
  const writable = mayAtLeast(useProject().role, "MEMBER");
  const names = useScoreNames(pid, adding);
  return (
    <aside className="ss-side" aria-label={t("Facts of the turn")}>
      <h2>{t("Turn {n}", { n: nth })}</h2>
      <p className="ss-trace">
        <KindGlyph kind={trace.kind} />
        <Link className="link" to="/project/$pid/traces/$tid" params={{ pid, tid: trace.id }} search={{ view: "transcript" }}>{plain(trace.name ?? trace.id)}</Link>
      </p>
      {trace.error !== undefined && trace.errors + trace.warnings > 0 && (
        <div className="trouble" data-level={trace.level}><span className="rt-plain">{trace.error}</span></div>
      )}
      <dl>
        <dt>{t("Started")}</dt><dd><Time at={trace.start} /></dd>
        {trace.latency !== undefined && <><dt>{t("Took")}</dt><dd><Duration ms={trace.latency} /></dd></>}
        {trace.cost > 0 && <><dt>{t("Cost")}</dt><dd><Money dollars={trace.cost} /></dd></>}
        {trace.tokens > 0 && <><dt>{t("Tokens")}</dt><dd><Num n={trace.tokens} /></dd></>}
        {trace.model !== undefined && <><dt>{t("Model")}</dt><dd>{plain(trace.model)}{trace.models > 1 ? ` +${trace.models - 1}` : ""}</dd></>}
        <dt>{t("Observations")}</dt><dd><Num n={trace.observations} /></dd>
      </dl>
      <section aria-label={t("Scores")}>
        <ScoreList scores={turn.scores} />
        {writable && !adding && <Button look="quiet" className="-ml-3" onClick={() => setAdding(true)} tip={t("Add score (a)")}>{t("Add score")}</Button>}
        {writable && adding && names !== undefined && (
          <ScoreForm names={names} onDone={() => setAdding(false)} onAdd={async (score) => onScored(trace.id, await addScore(pid, trace.id, score))} />
        )}
      </section>
    </aside>
  );
}
