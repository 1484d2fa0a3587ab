// SPDX-License-Identifier: MIT
//
// What happened, to be read from top to bottom: messages, tool calls with their results, documents,
// errors. The trace's transcript and the pages of a session are made of this. Long ones draw only
// what is on the screen; heights are measured and kept per block.

import { useVirtualizer } from "@tanstack/react-virtual";
import { useState, type ReactNode, type RefObject } from "react";
import type { Block, Message } from "@/api/ui";
import { argsLine } from "./fold";
import { plain } from "./safe";
import { formatDuration, formatMoney } from "@/lib/format";
import { Documents } from "./Documents";
import { JsonText, MessageView } from "./Message";
import { t } from "@/lib/i18n";

const MANY = 40;

interface BlockProps {
  block: Block;
  /** turns what a block came from into a link; nothing on pages that have none */
  source?: ((block: Block, children: ReactNode) => ReactNode) | undefined;
}

function Facts({ block, source }: BlockProps) {
  const facts = [
    block.model === undefined ? undefined : plain(block.model),
    block.latency === undefined ? undefined : formatDuration(block.latency),
    block.cost === undefined || block.cost <= 0 ? undefined : formatMoney(block.cost),
  ].filter(Boolean);
  const text = facts.join(" · ");
  return source ? source(block, text) : text;
}

function Tool({ block, source }: BlockProps) {
  const tool = block.tool!;
  const name = plain(tool.name);
  return (
    <details className="chip" data-level={block.level}>
      <summary>
        <span className="chip-glyph" data-kind="TOOL" aria-hidden="true">⚙</span>
        <span className="chip-name">{name}</span>
        <span className="chip-line">({argsLine(tool.args)})</span>
        {tool.result !== undefined && tool.result !== "" && <span className="chip-result">→ {argsLine(tool.result)}</span>}
        <span className="msg-facts">{tool.latency !== undefined && tool.latency >= 0 ? formatDuration(tool.latency) : ""}</span>
      </summary>
      {tool.args !== undefined && <JsonText text={tool.args} label={t("Arguments of {name}", { name })} />}
      {tool.result !== undefined && <JsonText text={tool.result} label={t("Result of {name}", { name })} />}
      {source?.(block, t("Show the observation"))}
    </details>
  );
}

function Found({ block, source }: BlockProps) {
  const documents = block.documents ?? [];
  return (
    <details className="chip">
      <summary>
        <span className="chip-glyph" data-kind="RETRIEVER" aria-hidden="true">⌕</span>
        <span className="chip-name">
          {t("{n, plural, one {# document} other {# documents}}", { n: documents.length })}
        </span>
        <span className="chip-line">{documents.map((each) => plain(each.title ?? each.id ?? "")).filter(Boolean).join(" · ")}</span>
      </summary>
      <Documents documents={documents} />
      {source?.(block, t("Show the observation"))}
    </details>
  );
}

function Trouble({ block, source }: BlockProps) {
  const error = block.level === "ERROR" || block.kind === "error";
  const mark = error ? "✕" : block.level === "WARNING" ? "▲" : "·";
  return (
    <div className="trouble" data-level={error ? "ERROR" : block.level}>
      <span aria-hidden="true">{mark}</span>
      <span className="rt-plain">{block.text}</span>
      {source && <span className="msg-facts">{source(block, t("show"))}</span>}
    </div>
  );
}

/** Messages that the trace showed before, as one line that opens. */
export function SeenBefore({ messages, note }: { messages: Message[]; note?: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="seen">
      <p className="seen-fold">
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span aria-hidden="true">{open ? "▾" : "▸"} </span>
          {t("{n, plural, one {# message seen before} other {# messages seen before}}", { n: messages.length })}
        </button>
        {note !== undefined && <span className="seen-note">{note}</span>}
      </p>
      {open && messages.map((message, at) => <MessageView key={at} message={message} />)}
    </div>
  );
}

function Content({ block, source }: BlockProps) {
  switch (block.kind) {
    case "message":
      return block.message ? (
        <MessageView message={block.message} answer={block.message.role === "assistant"} facts={<Facts block={block} source={source} />} />
      ) : null;
    case "tool":
      return block.tool ? <Tool block={block} source={source} /> : null;
    case "documents":
      return <Found block={block} source={source} />;
    default:
      return <Trouble block={block} source={source} />;
  }
}

/** A block; what went wrong in a tool, a search or an answer stands below it. */
export function BlockView({ block, source }: BlockProps) {
  const own = block.kind === "error" || block.kind === "text";
  return (
    <>
      <Content block={block} source={source} />
      {!own && block.text !== undefined && block.text !== "" && <Trouble block={block} source={undefined} />}
    </>
  );
}

interface Props {
  blocks: Block[];
  scroll: RefObject<HTMLElement | null>;
  source?: BlockProps["source"];
}

/** Blocks in a pane that scrolls; more than 40 are drawn as they come into view. */
export function Blocks({ blocks, scroll, source }: Props) {
  const many = blocks.length > MANY;
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here only
  const virtual = useVirtualizer({
    count: blocks.length,
    enabled: many,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => (blocks[at]!.kind === "message" ? 96 : 34),
    getItemKey: (at) => `${blocks[at]!.obs}/${at}`,
    overscan: 6,
  });
  if (!many) {
    return (
      <div className="blocks">
        {blocks.map((block, at) => <BlockView key={`${block.obs}/${at}`} block={block} source={source} />)}
      </div>
    );
  }
  return (
    <div className="blocks" style={{ height: virtual.getTotalSize(), position: "relative" }}>
      {virtual.getVirtualItems().map((item) => (
        <div key={item.key} ref={virtual.measureElement} data-index={item.index} className="blocks-at" style={{ transform: `translateY(${item.start}px)` }}>
          <BlockView block={blocks[item.index]!} source={source} />
        </div>
      ))}
    </div>
  );
}
