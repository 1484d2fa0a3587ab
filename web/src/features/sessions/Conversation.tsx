// SPDX-License-Identifier: MIT
//
// What was said: the person on the right, the assistant on the left, tools as lines, errors in place.

import { useEffect, useRef, type Ref } from "react";
import type { Json } from "@/api/ui";
import { t } from "@/lib/i18n";
import { BlockView } from "@/ui/content/Blocks";
import { JsonTree } from "@/ui/content/JsonTree";
import type { Turn } from "./session";

interface Props {
  ref: Ref<HTMLDivElement>;
  turns: Turn[];
  at: number;
  /** the turn that is shown as JSON, -1 none */
  raw: number;
  onGo: (at: number) => void;
  more: (() => void) | undefined;
  loading: boolean;
}

function Said({ turn, nth, raw }: { turn: Turn; nth: number; raw: boolean }) {
  if (raw) return <JsonTree value={turn as unknown as Json} label={t("Turn {n} as JSON", { n: nth })} />;
  if (turn.blocks.length === 0) return <p className="rt-note">{t("Nothing was said in this turn: its trace has no messages.")}</p>;
  return turn.blocks.map((block, k) => <BlockView key={k} block={block} />);
}

/** Asks for the next turns when the end comes near. */
function End({ more, loading }: { more: (() => void) | undefined; loading: boolean }) {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = mark.current;
    if (!element || !more) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && more(), { rootMargin: "600px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, [more]);
  return <div ref={mark} className="rt-note" aria-live="polite">{loading ? t("Loading more turns…") : ""}</div>;
}

export function Conversation({ ref, turns, at, raw, onGo, more, loading }: Props) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
    <div className="ss-talk" ref={ref} tabIndex={0} role="region" aria-label={t("Conversation")}>
      {turns.map((turn, n) => (
        // Choosing a turn with a click is a convenience; the rail and j/k do the same.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
        <section key={turn.trace.id} className="ss-turn" data-turn={n} data-current={n === at || undefined} aria-label={t("Turn {n}", { n: n + 1 })} onClick={() => n !== at && onGo(n)}>
          <Said turn={turn} nth={n + 1} raw={raw === n} />
        </section>
      ))}
      <End more={more} loading={loading} />
    </div>
  );
}
