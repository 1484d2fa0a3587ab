// SPDX-License-Identifier: MIT
//
// What of a trace is shown: view, observation, search. On a page it is the address; in a panel that
// peeks into a trace it is kept by the panel.

import { useState } from "react";
import { withQuery } from "@/api/client";

export const VIEWS = ["waterfall", "transcript", "graph", "log", "json"] as const;
export type View = (typeof VIEWS)[number];

export interface Place {
  view: View;
  obs: string | undefined;
  q: string;
}

export interface Placed {
  place: Place;
  /** replaces the address unless `push` */
  set: (changes: Partial<Place>, push?: boolean) => void;
  /** goes to another trace, in the same view */
  toTrace: (tid: string) => void;
  /** the address of what is shown */
  link: () => string;
}

export function readView(text: string | undefined): View {
  return VIEWS.find((view) => view === text) ?? "waterfall";
}

/** `page` is the address of the trace's own page. */
export function useLocalPlace(page: string, toTrace: (tid: string) => void): Placed {
  const [place, setPlace] = useState<Place>({ view: "waterfall", obs: undefined, q: "" });
  const link = () => {
    const rows = { obs: place.obs, view: place.view === "waterfall" ? undefined : place.view, q: place.q };
    return withQuery(page, rows);
  };
  return { place, set: (changes) => setPlace((now) => ({ ...now, ...changes })), toTrace, link };
}
