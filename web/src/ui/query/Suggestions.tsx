// SPDX-License-Identifier: MIT
//
// What the query box offers: fields with what they mean, then values with how often they occur.

import { useEffect, useRef } from "react";
import type { Field } from "@/api/ui";
import { formatShort } from "@/lib/format";
import { t } from "@/lib/i18n";
import { fieldChoices, findField, type Lens, type Place } from "./completion";
import { useValues } from "./values";

export interface Suggestion { value: string; label: string; doc?: string; n?: number }

const MOST = 12;

function fieldSuggestions(fields: readonly Field[], prefix: string, lens: Lens): Suggestion[] {
  return fieldChoices(fields, prefix, lens)
    .slice(0, MOST)
    .map(({ name, doc }) => ({ value: name, label: name.endsWith(".") ? `${name}…` : `${name}:`, doc }));
}

export interface Source { pid: string; fields: readonly Field[]; lens: Lens; range: string }

export function useSuggestions(place: Place | undefined, { pid, fields, lens, range }: Source): Suggestion[] {
  const field = place?.kind === "value" && findField(fields, place.field) ? place.field : undefined;
  const values = useValues(pid, field, place?.prefix ?? "", range);
  if (!place) return [];
  if (place.kind === "field") return fieldSuggestions(fields, place.prefix, lens);
  const items = values.map(({ value, n }) => ({ value, label: value, n }));
  const complete = items.length === 1 && items[0]?.value === place.prefix;
  return complete ? [] : items.slice(0, MOST);
}

interface Props { id: string; items: readonly Suggestion[]; active: number; onChoose: (item: Suggestion) => void }

export function Suggestions({ id, items, active, onChoose }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    void list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <ul ref={list} id={id} className="query-suggestions" role="listbox" aria-label={t("Suggestions")}>
      {items.map((item, index) => (
        // A choice must not take the focus from the box, hence the press and not the click.
        <li
          key={item.value}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onPointerDown={(event) => (event.preventDefault(), onChoose(item))}
        >
          <span className="query-suggestion">{item.label}</span>
          {item.doc !== undefined && <span className="query-doc">{item.doc}</span>}
          {item.n !== undefined && <span className="query-count">{formatShort(item.n)}</span>}
        </li>
      ))}
    </ul>
  );
}
