// SPDX-License-Identifier: MIT
//
// The right pane: the selected observation, or the trace itself. Its first line stands in the skeleton
// and is drawn with the selection; the bodies follow.

import { useState } from "react";
import type { Json, Observation } from "@/api/ui";
import { plain } from "@/ui/content/safe";
import { sizeOf } from "@/ui/content/json";
import { formatIso, formatMoney, formatCount, formatTime } from "@/lib/format";
import { t } from "@/lib/i18n";
import { omit } from "@/lib/omit";
import { kindOf, levelOf, nameOf } from "../model/tree";
import { CopyText } from "@/ui/content/CopyText";
import { JsonTree } from "@/ui/content/JsonTree";
import { Button } from "@/ui/Button";
import { ErrorBox } from "@/ui/ErrorBox";
import { KindGlyph } from "@/ui/KindGlyph";
import { useObservation, type TraceSource } from "../data";
import type { Model } from "../model/model";
import { BodyView } from "./BodyView";
import { Comments } from "./Comments";
import { Content } from "./Content";
import { CopyMenu } from "./CopyMenu";
import { details, headline } from "./Facts";
import { Scores } from "./Scores";

interface Props {
  source: TraceSource;
  model: Model;
  /** id of an observation, "-" the trace */
  selected: string;
  raw: boolean;
  setRaw: (raw: boolean) => void;
  adding: boolean;
  setAdding: (adding: boolean) => void;
  query: string;
  link: () => string;
  onSelect: (i: number) => void;
}

interface HeadProps {
  model: Model;
  i: number;
  raw: boolean;
  setRaw: (raw: boolean) => void;
  observation: Observation | undefined;
  link: () => string;
}

function Head({ model, i, raw, setRaw, observation, link }: HeadProps) {
  const { skeleton } = model;
  const name = i >= 0 ? nameOf(skeleton, i) : (skeleton.trace.name ?? t("Trace"));
  return (
    <header className="dt-head">
      <h2>
        <KindGlyph kind={i >= 0 ? kindOf(skeleton, i) : skeleton.trace.kind} />
        <span>{plain(name)}</span>
      </h2>
      <p className="dt-facts">{i >= 0 ? headline(model, i) : t("trace")}</p>
      <span className="dt-tools">
        <Button look={raw ? "plain" : "quiet"} aria-pressed={raw} onClick={() => setRaw(!raw)} tip={t("Raw JSON of the observation (x)")}>JSON</Button>
        {observation ? <CopyMenu observation={observation} link={link} /> : <span className="dt-place" />}
      </span>
      {observation && details(observation) !== "" && <p className="dt-more">{details(observation)}</p>}
    </header>
  );
}

function Trouble({ model, i }: { model: Model; i: number }) {
  const level = i >= 0 ? levelOf(model.skeleton, i) : model.skeleton.trace.level;
  const message = i >= 0 ? model.skeleton.messages[String(i)] : model.skeleton.trace.error;
  if (message === undefined || message === "") return null;
  return (
    <div className="trouble" data-level={level}>
      <span aria-hidden="true">{{ ERROR: "✕", WARNING: "▲", DEFAULT: "·", DEBUG: "○" }[level]}</span>
      <span className="rt-plain">{message}</span>
    </div>
  );
}

function Amounts({ observation }: { observation: Observation }) {
  const names = [...new Set([...Object.keys(observation.usage ?? {}), ...Object.keys(observation.costs ?? {})])];
  if (names.length === 0) return null;
  return (
    <details className="body">
      <summary>{t("Usage and cost")}</summary>
      <table className="amounts">
        <tbody>
          {names.map((name) => {
            const cost = observation.costs?.[name];
            const units = observation.usage?.[name];
            return (
              <tr key={name}>
                <th scope="row">{plain(name)}</th>
                <td>{units === undefined ? "" : formatCount(units)}</td>
                <td>{cost === undefined ? "" : formatMoney(cost)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}

function Metadata({ source, observation }: { source: TraceSource; observation: Observation }) {
  const { metadata } = observation;
  if (!metadata || (metadata.value !== undefined && sizeOf(metadata.value) === 0)) return null;
  const size = metadata.value === undefined ? -1 : sizeOf(metadata.value);
  return (
    <details className="body">
      <summary>{t("Metadata")}{size > 0 ? ` (${size})` : ""}</summary>
      <BodyView key={observation.id} source={source} observation={observation.id} field="metadata" body={metadata} label={t("Metadata")} raw />
    </details>
  );
}

function Ids({ source, observation }: { source: TraceSource; observation: Observation }) {
  const trace = observation.id === "-";
  return (
    <footer className="ids">
      <time dateTime={formatIso(observation.start)} title={formatIso(observation.start)}>{formatTime(observation.start)}</time>
      <code>{trace ? source.tid : observation.id}</code>
      <CopyText text={() => (trace ? source.tid : observation.id)} label={t("Copy id")} />
    </footer>
  );
}

/** What x shows: the observation as the server answered it, without what it made of the bodies. */
function Raw({ source, observation, query }: { source: TraceSource; observation: Observation; query: string }) {
  const { input, output, metadata } = observation;
  const facts = omit(observation, "chat", "documents", "input", "output", "metadata");
  return (
    <>
      {[["input", input], ["output", output], ["metadata", metadata]].map(([field, body]) =>
        typeof body === "object" ? (
          <section key={field as string} className="body">
            <h3>{field as string}</h3>
            <BodyView key={observation.id} source={source} observation={observation.id} field={field as "input"} body={body} label={field as string} raw query={query} />
          </section>
        ) : null,
      )}
      <section className="body">
        <h3>{t("Everything else")}</h3>
        <JsonTree key={observation.id} value={JSON.parse(JSON.stringify(facts)) as Json} label={t("Everything else")} />
      </section>
    </>
  );
}

export function Detail(props: Props) {
  const { source, model, selected, raw, setRaw, adding, setAdding, query, link, onSelect } = props;
  const { data: observation, error, refetch } = useObservation(source, selected);
  const i = selected === "-" ? -1 : (model.at.get(selected) ?? -1);
  const scored = i >= 0 ? selected : undefined;
  return (
    <div className="dt">
      <Head model={model} i={i} raw={raw} setRaw={setRaw} observation={observation} link={link} />
      <Trouble model={model} i={i} />
      {error && !observation && (
        <ErrorBox error={error} onRetry={() => void refetch()} />
      )}
      {!observation && !error && <div className="late dt-wait" aria-label={t("Loading")} role="status" />}
      {observation && (raw
        ? <Raw source={source} observation={observation} query={query} />
        : <Content source={source} model={model} observation={observation} raw={raw} onShow={onSelect} />)}
      {observation && <Scores source={source} scores={model.skeleton.scores} observation={scored} adding={adding} setAdding={setAdding} />}
      {observation && !raw && <Amounts observation={observation} />}
      {observation && !raw && <Metadata source={source} observation={observation} />}
      {observation && model.skeleton.comments && <Comments source={source} comments={model.skeleton.comments} observation={scored} />}
      {observation && <Ids source={source} observation={observation} />}
    </div>
  );
}

/** Raw JSON is a choice for one observation only: another one begins with what it says. */
export function useRaw(selected: string): [boolean, (raw: boolean) => void] {
  const [rawOf, setRawOf] = useState<string>();
  return [rawOf === selected, (raw) => setRawOf(raw ? selected : undefined)];
}
