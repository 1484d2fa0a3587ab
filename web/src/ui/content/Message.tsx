// SPDX-License-Identifier: MIT
//
// One message of a conversation with everything that can stand in it.

import { useState, type ReactNode } from "react";
import type { Message, Part } from "@/api/ui";
import { argsLine } from "./fold";
import { isBranch, parsed } from "./json";
import { plain, safeAudio, safeImage } from "./safe";
import { JsonTree } from "./JsonTree";
import { Markdown } from "./Markdown";
import { t } from "@/lib/i18n";

const LONG_CHARACTERS = 4_000;

function NotLoaded({ part }: { part: Part }) {
  return (
    <p className="rt-note">
      {t("Not loaded from outside: {address}", { address: plain(part.url ?? part.text ?? part.mime ?? part.type).slice(0, 200) })}
    </p>
  );
}

function Picture({ part }: { part: Part }) {
  const address = safeImage(part.url, document.baseURI);
  if (address === undefined) return <NotLoaded part={part} />;
  return <img className="rt-picture" src={address} alt={part.text ?? t("Picture in the message")} loading="lazy" />;
}

function Sound({ part }: { part: Part }) {
  const address = safeAudio(part.url, document.baseURI);
  if (address === undefined) return <NotLoaded part={part} />;
  // eslint-disable-next-line jsx-a11y/media-has-caption -- what was recorded has none
  return <audio controls preload="none" src={address} />;
}

/** Long prose is cut until asked for: a system prompt must not hide the answer. */
function Prose({ text }: { text: string }) {
  const [all, setAll] = useState(text.length <= LONG_CHARACTERS);
  return (
    <>
      <Markdown text={all ? text : `${text.slice(0, LONG_CHARACTERS)}…`} />
      {!all && (
        <button type="button" className="quiet" onClick={() => setAll(true)}>
          {t("Show all {n} characters", { n: text.length })}
        </button>
      )}
    </>
  );
}

function Thinking({ text }: { text: string }) {
  return (
    <details className="msg-thinking">
      <summary>
        {t("Thinking")}
      </summary>
      <Markdown text={text} />
    </details>
  );
}

/** JSON text as a tree, anything else as it is. */
export function JsonText({ text, label }: { text: string; label: string }) {
  const value = parsed(text);
  return value !== undefined && isBranch(value) ? <JsonTree value={value} label={label} /> : <Prose text={text} />;
}

export function PartView({ part }: { part: Part }): ReactNode {
  const text = part.text ?? "";
  switch (part.type) {
    case "text":
      return text === "" ? null : <Prose text={text} />;
    case "thinking":
      return text === "" ? null : <Thinking text={text} />;
    case "image":
      return <Picture part={part} />;
    case "audio":
      return <Sound part={part} />;
    case "json":
      return <JsonText text={text} label={t("Content")} />;
    default:
      return <NotLoaded part={part} />;
  }
}

export function Calls({ calls }: { calls: NonNullable<Message["calls"]> }) {
  return (
    <div className="msg-calls">
      {calls.map((call, at) => (
        <details key={at} className="chip">
          <summary>
            <span className="chip-glyph" data-kind="TOOL" aria-hidden="true">⚙</span>
            <span className="chip-name">{plain(call.name)}</span>
            <span className="chip-line">({argsLine(call.args)})</span>
          </summary>
          <JsonText text={call.args} label={t("Arguments of {name}", { name: plain(call.name) })} />
        </details>
      ))}
    </div>
  );
}

export function useRoleName(): (message: Message) => string {
  return ({ role, name }) => {
    const said = { system: t("system"), user: t("user"), assistant: t("assistant"), tool: t("tool"), other: t("message") }[role];
    return name === undefined ? said : `${said} · ${plain(name)}`;
  };
}

interface Props {
  message: Message;
  /** stands beside the role: model, time, cost */
  facts?: ReactNode;
  answer?: boolean;
}

export function MessageView({ message, facts, answer = false }: Props) {
  const roleName = useRoleName();
  const [open, setOpen] = useState(message.role !== "system");
  const long = message.parts.reduce((sum, part) => sum + (part.text?.length ?? 0), 0) > 240;
  const closed = long && !open;
  return (
    <article className="msg" data-role={message.role} data-answer={answer || undefined} aria-label={roleName(message)}>
      <header className="msg-head">
        <span className="msg-role">{roleName(message)}</span>
        <span className="msg-facts">{facts}</span>
      </header>
      <div className={closed ? "msg-body msg-closed" : "msg-body"}>
        {closed ? (
          <p className="rt-plain">{message.parts.map((part) => part.text ?? "").join(" ").slice(0, 240)}…</p>
        ) : (
          message.parts.map((part, at) => <PartView key={at} part={part} />)
        )}
        {closed && (
          <button type="button" className="quiet" onClick={() => setOpen(true)}>
            {t("Show all")}
          </button>
        )}
        {message.calls !== undefined && message.calls.length > 0 && <Calls calls={message.calls} />}
      </div>
    </article>
  );
}
