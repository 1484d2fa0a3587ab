// SPDX-License-Identifier: MIT
//
// The whole trace as one tree. The bodies of a trace with few observations are there at once, those
// of a larger one when asked for.

import { useEffect, useMemo, useState } from "react";
import type { Observation } from "@/api/ui";
import { formatCount } from "@/lib/format";
import { t } from "@/lib/i18n";
import { JsonTree } from "@/ui/content/JsonTree";
import type { TraceSource } from "./data";
import type { Model } from "./model/model";
import { loadBodies, wholeTrace } from "./whole";

const FEW = 60;
const NONE: ReadonlyMap<string, Observation> = new Map();

interface Props {
  source: TraceSource;
  model: Model;
  query: string;
}

export function JsonView({ source, model, query }: Props) {
  const { skeleton } = model;
  const [asked, setAsked] = useState(skeleton.id.length <= FEW);
  const [progress, setProgress] = useState(0);
  const [problem, setProblem] = useState("");
  const [bodies, setBodies] = useState<ReadonlyMap<string, Observation>>(NONE);
  useEffect(() => {
    if (!asked) return;
    const stop = new AbortController();
    loadBodies(source, skeleton, setProgress, stop.signal).then(setBodies, (error: unknown) => {
      if (stop.signal.aborted) return;
      setProblem(error instanceof Error ? error.message : String(error));
      setAsked(false);
    });
    return () => stop.abort();
  }, [asked, source, skeleton]);
  const ask = () => {
    setProblem("");
    setAsked(true);
  };
  const value = useMemo(() => wholeTrace(skeleton, new Map(bodies)), [skeleton, bodies]);
  const all = skeleton.id.length + 1;
  return (
    <div className="json-view">
      {bodies.size === 0 && (
        <p className="json-note" aria-live="polite">
          {asked ? t("Loading inputs and outputs: {n} of {all}", { n: formatCount(progress), all: formatCount(all) }) : t("Inputs and outputs are not loaded.")}
          {!asked && <button type="button" onClick={ask}>{t("Load {n} observations", { n: formatCount(all - 1) })}</button>}
          {problem !== "" && <span role="alert" className="bad">{problem}</span>}
        </p>
      )}
      <JsonTree key={bodies.size === 0 ? "facts" : "all"} value={value} label={t("Trace as JSON")} query={query} fill />
    </div>
  );
}
