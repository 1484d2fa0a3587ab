// SPDX-License-Identifier: MIT
//
// The project's event stream: one connection for the tab. The rail listens to `status`, a list with
// Live on to `row`. Lost connections are taken up again with growing pauses; a hidden tab lets go
// after a minute and takes it up when it is seen again.
import { createStore } from "@/lib/store";
import { BASE } from "./base";
import { withQuery } from "./client";
import type { Ingestion, TraceRow } from "./ui";

export type LiveState = "off" | "connecting" | "on" | "lost";
export const liveStore = createStore<LiveState>("off");
export const ingestionStore = createStore<(Ingestion & { heard: number }) | undefined>(undefined);

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const HIDDEN_MS = 60_000;

interface Wish {
  q: string;
  onRow: (row: TraceRow) => void;
}

let project = "";
let wish: Wish | undefined;
let source: EventSource | undefined;
let retry = 0;
let hidden = 0;
let pause = FIRST_PAUSE_MS;

const parse = <T>(event: Event): T => JSON.parse((event as MessageEvent<string>).data) as T;

function close(state: LiveState): void {
  source?.close();
  source = undefined;
  clearTimeout(retry);
  liveStore.set(state);
}

function open(): void {
  close(project ? "connecting" : "off");
  if (!project) return;
  const query = wish ? { q: wish.q } : { rows: "0" };
  source = new EventSource(new URL(withQuery(`api/ui/${project}/live`, query), BASE));
  source.onopen = () => {
    pause = FIRST_PAUSE_MS;
    liveStore.set("on");
  };
  source.addEventListener("status", (event) => {
    ingestionStore.set({ ...parse<Ingestion>(event), heard: Date.now() });
  });
  source.addEventListener("row", (event) => wish?.onRow(parse<TraceRow>(event)));
  source.onerror = () => {
    close("lost");
    retry = window.setTimeout(open, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };
}

function onVisibility(): void {
  clearTimeout(hidden);
  if (document.visibilityState === "hidden") hidden = window.setTimeout(() => close("off"), HIDDEN_MS);
  else if (!source && project) open();
}

/** The shell says which project is shown. */
export function followProject(pid: string): () => void {
  project = pid;
  ingestionStore.set(undefined);
  open();
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    clearTimeout(hidden);
    project = "";
    close("off");
  };
}

/** A list that wants the rows which match `q` as they come. Returns the end of it. */
export function followRows(q: string, onRow: (row: TraceRow) => void): () => void {
  const mine = { q, onRow };
  wish = mine;
  open();
  return () => {
    if (wish !== mine) return;
    wish = undefined;
    open();
  };
}
