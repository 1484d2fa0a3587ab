// SPDX-License-Identifier: MIT
//
// An input or output. One of more than 256 kB comes in parts: what is there is shown as text with how
// much is missing; when all of it is there it becomes what it is.

import { useState } from "react";
import type { Body, Json } from "@/api/ui";
import { formatBytes } from "@/lib/format";
import { t } from "@/lib/i18n";
import { JsonTree } from "@/ui/content/JsonTree";
import { Value } from "@/ui/content/Value";
import { loadRange, type TraceSource } from "../data";

const RANGE_BYTES = 256 * 1024;
const MOST_BYTES = 32 * 1024 * 1024; // larger ones are for the export

interface Props {
  source: TraceSource;
  observation: string;
  field: "input" | "output" | "metadata";
  body: Body;
  label: string;
  raw: boolean;
  query?: string;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function whole(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

export function ValueOrTree({ value, label, raw, query = "" }: { value: Json; label: string; raw: boolean; query?: string }) {
  return raw ? <JsonTree key={query} value={value} label={label} query={query} /> : <Value value={value} label={label} query={query} />;
}

function LongBody({ source, observation, field, body, label, raw }: Props) {
  const [parts, setParts] = useState([body.text ?? ""]);
  const [state, setState] = useState<"" | "loading" | "failed">("");
  const loaded = parts.reduce((sum, part) => sum + bytesOf(part), 0);
  if (loaded >= body.bytes) return <ValueOrTree value={whole(parts.join(""))} label={label} raw={raw} />;
  const load = async (until: number) => {
    setState("loading");
    try {
      let at = loaded;
      while (at < until) {
        const text = await loadRange(source, observation, field, at, Math.min(until, at + RANGE_BYTES));
        if (text === "") break;
        at += bytesOf(text);
        setParts((before) => [...before, text]);
      }
      setState("");
    } catch {
      setState("failed");
    }
  };
  return (
    <div className="long">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className="long-text" tabIndex={0} role="region" aria-label={label}>
        {parts.map((part, at) => <pre key={at}>{part}</pre>)}
      </div>
      <p className="long-more">
        <span aria-live="polite">{t("{loaded} of {all}", { loaded: formatBytes(loaded), all: formatBytes(body.bytes) })}</span>
        <button type="button" disabled={state === "loading"} onClick={() => void load(Math.min(body.bytes, loaded + RANGE_BYTES))}>{t("Show more")}</button>
        {body.bytes <= MOST_BYTES && (
          <button type="button" disabled={state === "loading"} onClick={() => void load(body.bytes)}>{t("Load all")}</button>
        )}
        {state === "failed" && <span role="alert" className="bad">{t("Could not be loaded. Try again.")}</span>}
      </p>
    </div>
  );
}

export function BodyView(props: Props) {
  const { body, label, raw, query } = props;
  if (body.value === undefined) return <LongBody {...props} />;
  return <ValueOrTree value={body.value} label={label} raw={raw} {...(query === undefined ? {} : { query })} />;
}
