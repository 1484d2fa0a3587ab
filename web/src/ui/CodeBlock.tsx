// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { CopyButton } from "./CopyButton";

/** Text to be copied: a snippet, a key. */
export function CodeBlock({ text, caption }: { text: string; caption?: ReactNode }) {
  return (
    <figure className="panel overflow-hidden">
      <figcaption className="flex min-h-8 items-center justify-between gap-2 border-b bg-sunk pl-3 text-small text-muted">
        <span className="min-w-0 break-words">{caption}</span>
        <CopyButton text={text} />
      </figcaption>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <pre tabIndex={0} className="overflow-x-auto p-3 font-mono text-small">
        <code>{text}</code>
      </pre>
    </figure>
  );
}
