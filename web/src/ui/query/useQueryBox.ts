// SPDX-License-Identifier: MIT
//
// State of the query box: the text being typed, the cursor, the list of suggestions. What the page
// asks for follows the typing after a pause (replacing the address) and ↵ at once (a step back in history).

import { useEffect, useRef, useState } from "react";
import type { Field } from "@/api/ui";
import { applyChoice, type Place, placeAt } from "./completion";
import { askable } from "./draft";

export const PAUSE_MS = 150;

export interface Draft { text: string; cursor: number; open: boolean; active: number }

interface Options { value: string; fields: readonly Field[]; onType: (text: string) => void; onCommit: (text: string) => void }

export function useQueryBox({ value, fields, onType, onCommit }: Options) {
  const [draft, setDraft] = useState<Draft>({ text: value, cursor: value.length, open: false, active: -1 });
  const said = useRef(value); // what the address says because of this box
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (value === said.current) return;
    said.current = value;
    clearTimeout(timer.current);
    setDraft({ text: value, cursor: value.length, open: false, active: -1 });
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const say = (text: string, tell: (text: string) => void): void => {
    clearTimeout(timer.current);
    if (text === said.current && tell === onType) return;
    said.current = text;
    tell(text);
  };
  const edit = (text: string, cursor: number): void => {
    setDraft({ text, cursor, open: true, active: -1 });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => say(askable(text, cursor, fields), onType), PAUSE_MS);
  };
  const commit = (text: string): void => {
    setDraft({ text: text.trim(), cursor: text.trim().length, open: false, active: -1 });
    say(text.trim(), onCommit);
  };

  return {
    draft,
    place: draft.open ? placeAt(draft.text, draft.cursor) : undefined,
    edit,
    commit,
    choose: (place: Place, choice: string): { text: string; cursor: number } => {
      const next = applyChoice(draft.text, place, choice);
      edit(next.text, next.cursor);
      return next;
    },
    moveCursor: (cursor: number): void => setDraft((now) => (now.cursor === cursor ? now : { ...now, cursor, active: -1 })),
    open: (): void => setDraft((now) => ({ ...now, open: true, active: -1 })),
    close: (): void => setDraft((now) => ({ ...now, open: false, active: -1 })),
    walk: (step: number, count: number): void =>
      setDraft((now) => (count === 0 ? now : { ...now, open: true, active: now.active + step < -1 ? count - 1 : now.active + step >= count ? -1 : now.active + step })),
  };
}
