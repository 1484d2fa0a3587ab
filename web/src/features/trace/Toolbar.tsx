// SPDX-License-Identifier: MIT
//
// The line between header and panes: views, search, what else is shown, ways to errors and cost.

import { useEffect, useRef, useState, type RefObject } from "react";
import { formatCount } from "@/lib/format";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { Tabs } from "@/ui/Tabs";
import type { Model } from "./model/model";
import { VIEWS, type View } from "./place";
import { Tags } from "./Tags";
import type { TraceActions } from "./useActions";

const TYPING_MS = 200;

function viewName(view: View): string {
  return { waterfall: t("Waterfall"), transcript: t("Transcript"), graph: t("Graph"), log: t("Log"), json: "JSON" }[view];
}

function SearchBox({ query, onQuery, input }: { query: string; onQuery: (q: string) => void; input: RefObject<HTMLInputElement | null> }) {
  const [typed, setTyped] = useState(query);
  const [known, setKnown] = useState(query);
  if (known !== query) {
    setKnown(query); // the address changed otherwise than by typing here
    setTyped(query);
  }
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      setKnown(text);
      onQuery(text);
    }, TYPING_MS);
  };
  return (
    <input
      ref={input} type="search" className="control tb-search" value={typed} placeholder={t("Find in trace ( / )")} aria-label={t("Find in trace")} spellCheck={false}
      onChange={(event) => type(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        if (typed === "") event.currentTarget.blur();
        else type("");
      }}
    />
  );
}

interface Props {
  model: Model;
  view: View;
  onView: (view: View) => void;
  query: string;
  onQuery: (query: string) => void;
  input: RefObject<HTMLInputElement | null>;
  debug: boolean;
  onDebug: (show: boolean) => void;
  onError: () => void;
  onCostliest: () => void;
  actions: TraceActions;
}

export function Toolbar(props: Props) {
  const { model, view, onView, query, onQuery, input, debug, onDebug, onError, onCostliest, actions } = props;
  const tags = model.skeleton.trace.tags ?? [];
  const tabs = VIEWS.map((value, at) => ({ value, label: viewName(value), keys: String(at + 1) }));
  return (
    <div className="tb">
      <Tabs label={t("View")} tabs={tabs} value={view} onChange={onView} />
      <SearchBox query={query} onQuery={onQuery} input={input} />
      {model.debugs > 0 && (
        <label className="tb-debug">
          <input type="checkbox" checked={debug} onChange={(event) => onDebug(event.target.checked)} />
          {t("debug ({n})", { n: formatCount(model.debugs) })}
        </label>
      )}
      <span className="tb-grow" />
      {(actions.writable || tags.length > 0) && <Tags tags={tags} actions={actions.writable ? actions : undefined} />}
      {model.errors.length > 0 && <Button look="quiet" className="tb-jump" onClick={onError} tip={t("Next error (e), previous (⇧ e)")}>{t("next error")}</Button>}
      {model.costly.length > 0 && <Button look="quiet" className="tb-jump" onClick={onCostliest} tip={t("Costliest observation (c)")}>{t("costliest")}</Button>}
    </div>
  );
}
