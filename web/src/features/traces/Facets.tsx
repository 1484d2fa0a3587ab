// SPDX-License-Identifier: MIT
//
// Facets: the frequent values of the fields with their counts, which respect every other filter. A click
// asks for only this value, with ⇧ for this one too, with ⌥ (or "-" at the keyboard) for all but this one.

import { X } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useState } from "react";
import type { Summary } from "@/api/ui";
import { formatShort } from "@/lib/format";
import { t } from "@/lib/i18n";
import { load, save } from "@/lib/storage";
import { IconButton } from "@/ui/Button";
import { clearField, type Mark, marks, toggleAdded, toggleExcluded, toggleOnly } from "./facets";
import { fieldLabel } from "./labels";

type Facet = Summary["facets"][number];
interface Change { query: string; onChange: (query: string) => void }

const SHOWN = 6;

function change(event: { altKey: boolean; shiftKey: boolean }): typeof toggleOnly {
  if (event.altKey) return toggleExcluded;
  return event.shiftKey ? toggleAdded : toggleOnly;
}

function Value({ field, value, n, most, mark, query, onChange }: Change & { field: string; value: string; n: number; most: number; mark: Mark | undefined }) {
  const apply = (how: typeof toggleOnly): void => onChange(how(query, field, value));
  const onClick = (event: MouseEvent): void => apply(change(event));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "-" && event.key !== "+") return;
    event.preventDefault();
    apply(event.key === "-" ? toggleExcluded : toggleAdded);
  };
  return (
    <li className="facet-value" data-mark={mark}>
      <button
        type="button"
        className="facet-only"
        aria-pressed={mark === "only"}
        title={t("{value} — click: only this · ⇧ click: this too · ⌥ click: not this", { value })}
        onClick={onClick}
        onKeyDown={onKeyDown}
      >
        <span className="facet-bar" style={{ inlineSize: `${(n / most) * 100}%` }} aria-hidden="true" />
        <span className="facet-mark" aria-hidden="true">{mark === "only" ? "☑" : mark === "excluded" ? "☒" : "☐"}</span>
        <span className="facet-name">{value}</span>
        <span className="facet-count">{formatShort(n)}</span>
      </button>
      <button type="button" className="facet-not" aria-label={t("Exclude {value}", { value })} title={t("Exclude")} onClick={() => apply(toggleExcluded)}>
        −
      </button>
    </li>
  );
}

/** What is asked for stays in sight, also when it is not among the frequent values any more. */
function withMarked(facet: Facet, marked: ReadonlyMap<string, Mark>): Facet["values"] {
  const known = new Set(facet.values.map(({ value }) => value.toLowerCase()));
  return [...facet.values, ...[...marked.keys()].filter((value) => !known.has(value)).map((value) => ({ value, n: 0 }))];
}

function Group({ facet, query, onChange }: Change & { facet: Facet }) {
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState(() => load(`facet.${facet.field}`) !== "closed");
  const marked = marks(query, facet.field);
  const values = withMarked(facet, marked);
  const shown = values.filter(({ value }, index) => all || index < SHOWN || marked.has(value.toLowerCase()));
  const most = Math.max(1, ...values.map(({ n }) => n));
  const toggle = (next: boolean): void => {
    setOpen(next);
    save(`facet.${facet.field}`, next ? undefined : "closed");
  };
  return (
    <div className="facet-box">
      {marked.size > 0 && (
        <button type="button" className="facet-clear link" aria-label={t("Clear {field}", { field: fieldLabel(facet.field) })} onClick={() => onChange(clearField(query, facet.field))}>
          {t("clear")}
        </button>
      )}
      <details className="facet" open={open} onToggle={(event) => toggle(event.currentTarget.open)}>
        <summary>
          <span>{fieldLabel(facet.field)}</span>
        </summary>
        <ul>
          {shown.map(({ value, n }) => (
            <Value key={value} field={facet.field} value={value} n={n} most={most} mark={marked.get(value.toLowerCase())} query={query} onChange={onChange} />
          ))}
        </ul>
        {(all ? values.length > SHOWN : shown.length < values.length) && (
          <button type="button" className="facet-more link" onClick={() => setAll(!all)}>
            {all ? t("fewer") : t("{n} more", { n: values.length - shown.length })}
          </button>
        )}
      </details>
    </div>
  );
}

interface Props extends Change { facets: readonly Facet[] | undefined; drawer: boolean; onClose: () => void }

export function Facets({ facets, query, drawer, onChange, onClose }: Props) {
  return (
    <nav className="facets" data-drawer={drawer || undefined} aria-label={t("Facets")}>
      {drawer && <div className="facets-head"><b>{t("Facets")}</b><IconButton icon={X} label={t("Close")} onClick={onClose} /></div>}
      {facets?.length === 0 && <p className="px-3 py-2 text-small text-muted">{t("Nothing to choose between here.")}</p>}
      {facets?.map((facet) => <Group key={facet.field} facet={facet} query={query} onChange={onChange} />)}
    </nav>
  );
}
