// SPDX-License-Identifier: MIT
//
// The terms of a query as chips, over the box while nobody types in it.

import { t } from "@/lib/i18n";
import { type Fault } from "./draft";
import { parse, without } from "./query";

interface Props { text: string; wrong: readonly Fault[]; onChange: (text: string) => void; onEdit: () => void }

export function QueryChips({ text, wrong, onChange, onEdit }: Props) {
  if (text === "") return null;
  return (
    // The input below has the same text for a keyboard; this layer only passes the pointer on.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div className="query-chips" onClick={onEdit}>
      {parse(text).map((term) => {
        const written = text.slice(term.at, term.end);
        const faulty = wrong.some((fault) => fault.at < term.end && term.at < fault.end);
        return (
          <span key={term.at} className="query-chip" data-negated={term.negated || undefined} data-wrong={faulty || undefined} data-bare={!term.field || undefined}>
            <span className="query-chip-text">{written}</span>
            <button
              type="button"
              aria-label={t("Remove {written}", { written })}
              onClick={(event) => (event.stopPropagation(), onChange(without(text, term)))}
            >
              ×
            </button>
          </span>
        );
      })}
    </div>
  );
}
