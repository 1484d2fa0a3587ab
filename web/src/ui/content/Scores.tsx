// SPDX-License-Identifier: MIT
//
// Scores as a list, and the form that adds one by hand.

import { useState, type FormEvent } from "react";
import type { Score } from "@/api/ui";
import { plain } from "./safe";
import { formatNumber, formatTime } from "@/lib/format";
import { t } from "@/lib/i18n";
import type { NewScore, ScoreName } from "@/api/scores";

export function scoreText(score: Pick<Score, "value" | "text" | "type">): string {
  if (score.text !== undefined && score.text !== "") return plain(score.text);
  if (score.type === "BOOLEAN") return score.value === 1 ? t("yes") : t("no");
  return score.value === undefined ? "–" : formatNumber(score.value);
}

function origin(score: Score): string {
  const by = { API: t("by the application"), ANNOTATION: t("by hand"), EVAL: t("by an evaluator") }[score.source];
  return [by, score.author === undefined ? undefined : plain(score.author), formatTime(score.at)].filter(Boolean).join(" · ");
}

function ScoreLine({ score, onDelete }: { score: Score; onDelete?: (() => void) | undefined }) {
  return (
    <li className="score">
      <span className="score-name">{plain(score.name)}</span>
      <span className="score-value">{scoreText(score)}</span>
      <span className="rt-note">{origin(score)}</span>
      {onDelete && (
        <button type="button" className="quiet" aria-label={t("Delete the score {name}", { name: plain(score.name) })} onClick={onDelete}>✕</button>
      )}
      {score.comment !== undefined && <p className="rt-plain">{score.comment}</p>}
    </li>
  );
}

interface FormProps {
  names: ScoreName[];
  onAdd: (score: NewScore) => Promise<void>;
  onDone: () => void;
}

function ValueField({ name }: { name: ScoreName | undefined }) {
  const label = t("Value");
  if (name?.type === "BOOLEAN") {
    return (
      <select name="value" aria-label={label} required defaultValue="1">
        <option value="1">{t("yes")}</option>
        <option value="0">{t("no")}</option>
      </select>
    );
  }
  if (name?.categories !== undefined && name.categories.length > 0) {
    return (
      <select name="text" aria-label={label} required>
        {name.categories.map((category) => <option key={category}>{category}</option>)}
      </select>
    );
  }
  if (name !== undefined && name.type !== "NUMERIC") return <input name="text" aria-label={label} required maxLength={500} placeholder={label} />;
  return <input name="value" aria-label={label} required type="number" step="any" placeholder={label} />;
}

export function ScoreForm({ names, onAdd, onDone }: FormProps) {
  const [typed, setTyped] = useState(names[0]?.name ?? "");
  const [problem, setProblem] = useState("");
  const known = names.find((each) => each.name === typed);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const given = (key: string) => (data.get(key) as string | null) ?? "";
    const comment = given("comment").trim();
    try {
      await onAdd({
        name: given("name").trim(),
        ...(data.has("value") ? { value: Number(given("value")) } : { text: given("text") }),
        ...(comment === "" ? {} : { comment }),
      });
      onDone();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    // Escape closes what a key opened.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form className="score-form" onSubmit={(event) => void submit(event)} onKeyDown={(event) => event.key === "Escape" && (event.stopPropagation(), onDone())}>
      <input name="name" list="score-names" aria-label={t("Name of the score")} placeholder={t("Name")} required maxLength={200} value={typed} autoFocus onChange={(event) => setTyped(event.target.value)} />
      <datalist id="score-names">{names.map((each) => <option key={each.name} value={each.name} />)}</datalist>
      <ValueField key={known?.name ?? ""} name={known} />
      <input name="comment" aria-label={t("Comment")} placeholder={t("Comment")} maxLength={2000} />
      <button type="submit" className="primary">{t("Add score")}</button>
      <button type="button" className="quiet" onClick={onDone}>{t("Cancel")}</button>
      {problem !== "" && <p role="alert" className="bad">{problem}</p>}
    </form>
  );
}

/** Scores; what was added by hand can be deleted where `onDelete` is given. */
export function ScoreList({ scores, onDelete }: { scores: Score[]; onDelete?: ((score: Score) => void) | undefined }) {
  if (scores.length === 0) return null;
  return (
    <ul className="scores">
      {scores.map((score) => (
        <ScoreLine key={score.id} score={score} onDelete={onDelete && score.source === "ANNOTATION" ? () => onDelete(score) : undefined} />
      ))}
    </ul>
  );
}
