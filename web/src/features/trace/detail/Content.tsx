// SPDX-License-Identifier: MIT
//
// The bodies of an observation by what it is.

import type { Body, Observation } from "@/api/ui";
import { t } from "@/lib/i18n";
import { Documents } from "@/ui/content/Documents";
import type { TraceSource } from "../data";
import type { Model } from "../model/model";
import { BodyView } from "./BodyView";
import { ChatView } from "./ChatView";

interface Props {
  source: TraceSource;
  model: Model;
  observation: Observation;
  raw: boolean;
  query?: string;
  onShow: (i: number) => void;
}

// What goes in and comes out of an observation, in the word that its kind has for it.
function titles(kind: Observation["kind"]): [string, string] {
  if (kind === "TOOL") return [t("Arguments"), t("Result")];
  if (kind === "RETRIEVER") return [t("Query"), t("Documents")];
  if (kind === "EMBEDDING") return [t("Text"), t("Vector")];
  if (kind === "EVALUATOR" || kind === "GUARDRAIL") return [t("Checked"), t("Verdict")];
  return [t("Input"), t("Output")];
}

function Section({ title, body, field, ...rest }: Props & { title: string; body: Body | undefined; field: "input" | "output" | "metadata" }) {
  const { source, observation, raw, query } = rest;
  if (!body) return null;
  return (
    <section className="body" aria-label={title}>
      <h3>{title}</h3>
      {field === "output" && !raw && observation.documents !== undefined && observation.documents.length > 0 ? (
        <Documents documents={observation.documents} open />
      ) : (
        <BodyView key={`${observation.id}/${field}`} source={source} observation={observation.id} field={field} body={body} label={title} raw={raw} {...(query === undefined ? {} : { query })} />
      )}
    </section>
  );
}

export function Content(props: Props) {
  const { observation, raw, model, onShow } = props;
  const [input, output] = titles(observation.kind);
  if (!raw && observation.chat && observation.chat.messages.length > 0) {
    return <ChatView key={observation.id} chat={observation.chat} model={model} onShow={onShow} />;
  }
  if (!observation.input && !observation.output && !observation.documents) {
    return <p className="rt-note body">{t("Recorded without input and output.")}</p>;
  }
  return (
    <>
      <Section {...props} title={input} body={observation.input} field="input" />
      <Section {...props} title={output} body={observation.output ?? (observation.documents && { bytes: 0 })} field="output" />
    </>
  );
}
