// SPDX-License-Identifier: MIT
//
// One box for every filter. While it has the focus it is a line of text with its parts coloured and
// faults underlined; otherwise its terms are chips that can be taken away with the mouse.

import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from "react";
import type { QueryProblem } from "@/api/ui";
import { t } from "@/lib/i18n";
import { faults, pieces } from "./draft";
import { QueryChips } from "./QueryChips";
import { QueryFaults } from "./QueryFaults";
import { type Source, type Suggestion, Suggestions, useSuggestions } from "./Suggestions";
import { useQueryBox } from "./useQueryBox";
import "./query.css";

interface Props {
  value: string;
  source: Source;
  label: string;
  answered: { text: string; problems: readonly QueryProblem[] };
  onType: (text: string) => void;
  onCommit: (text: string) => void;
}

function useCaret(input: RefObject<HTMLInputElement | null>) {
  const wanted = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = undefined;
  });
  return (cursor: number): void => void (wanted.current = cursor);
}

export function QueryBox({ value, source, label, answered, onType, onCommit }: Props) {
  const box = useQueryBox({ value, fields: source.fields, onType, onCommit });
  const [focused, setFocused] = useState(false);
  const [scroll, setScroll] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const setCaret = useCaret(input);
  const listId = useId();
  const { draft } = box;
  const wrong = faults(draft.text, source.fields, answered);
  const suggestions = useSuggestions(focused ? box.place : undefined, source);
  const shown = focused && draft.open && suggestions.length > 0;

  const accept = (suggestion: Suggestion | undefined): void => {
    if (!suggestion || !box.place) return;
    setCaret(box.choose(box.place, suggestion.value).cursor);
    input.current?.focus();
  };
  const keys: Record<string, () => boolean> = {
    ArrowDown: () => (box.walk(1, suggestions.length), true),
    ArrowUp: () => (box.walk(-1, suggestions.length), true),
    Enter: () => {
      if (shown && draft.active >= 0) accept(suggestions[draft.active]);
      else box.commit(draft.text);
      return true;
    },
    Tab: () => {
      if (!shown || (draft.active < 0 && box.place?.prefix === "")) return false;
      accept(suggestions[Math.max(0, draft.active)]);
      return true;
    },
    Escape: () => {
      if (shown) box.close();
      else input.current?.blur();
      return true;
    },
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!keys[event.key]?.()) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="query" data-focused={focused || undefined}>
      <div className="query-line">
        <span className="query-slash" aria-hidden="true">/</span>
        <div className="query-field">
          <div className="query-mirror" aria-hidden="true">
            <span style={{ translate: `${-scroll}px` }}>
              {pieces(draft.text, wrong).map((piece) => (
                <span key={piece.at} data-tone={piece.tone} data-wrong={piece.wrong || undefined}>{piece.text}</span>
              ))}
            </span>
          </div>
          <input
            ref={input}
            data-query
            className="query-input"
            role="combobox"
            aria-label={label}
            aria-expanded={shown}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={shown && draft.active >= 0 ? `${listId}-${draft.active}` : undefined}
            aria-invalid={wrong.length > 0 || undefined}
            placeholder={t("Filter: level:error latency:>2s, or any words")}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            value={draft.text}
            onChange={(event) => box.edit(event.target.value, event.target.selectionStart ?? event.target.value.length)}
            onSelect={(event) => box.moveCursor(event.currentTarget.selectionStart ?? 0)}
            onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
            onKeyDown={onKeyDown}
            onFocus={() => (setFocused(true), box.open())}
            onBlur={() => (setFocused(false), setScroll(0), box.close())}
          />
          {!focused && <QueryChips text={draft.text} wrong={wrong} onChange={box.commit} onEdit={() => input.current?.focus()} />}
        </div>
      </div>
      {shown && <Suggestions id={listId} items={suggestions} active={draft.active} onChoose={accept} />}
      {!shown && wrong.length > 0 && <QueryFaults text={draft.text} faults={wrong} onChange={box.commit} />}
    </div>
  );
}
