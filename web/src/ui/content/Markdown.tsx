// SPDX-License-Identifier: MIT
//
// Text that people and models wrote. Plain text, which most of it is, needs nothing; Markdown is
// rendered by a library that is loaded when the first text asks for it. Until then, and if it cannot
// be loaded, the text stands as it was written.

import { Component, lazy, Suspense, type ReactNode } from "react";
import { looksLikeMarkdown } from "./safe";

const load = () => import("./MarkdownBody");
const MarkdownBody = lazy(load);

/** Loads the renderer before a text needs it. */
export function preloadMarkdown(): void {
  const soon = globalThis.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 200));
  soon(() => void load().catch(() => undefined));
}

// A text of this size is data rather than prose: rendering it would block the page.
const PROSE_CHARACTERS = 100_000;

export function Text({ text }: { text: string }) {
  return <div className="rt-plain">{text}</div>;
}

export function Markdown({ text }: { text: string }) {
  if (text.length > PROSE_CHARACTERS || !looksLikeMarkdown(text)) return <Text text={text} />;
  return (
    <Otherwise key={text} show={<Text text={text} />}>
      <Suspense fallback={<Text text={text} />}>
        <MarkdownBody text={text} />
      </Suspense>
    </Otherwise>
  );
}

interface OtherwiseProps {
  show: ReactNode;
  children: ReactNode;
}

/** Shows something else when the content cannot be rendered. */
export class Otherwise extends Component<OtherwiseProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.show : this.props.children;
  }
}
