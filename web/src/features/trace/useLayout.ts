// SPDX-License-Identifier: MIT
//
// The arrangement of a graph, made once: by the page up to 300 nodes, by a worker above.

import { useEffect, useState } from "react";
import type { Placed, Wanted } from "./layout";

const IN_PAGE = 300;

export type Layout = { state: "working" } | { state: "failed"; message: string } | { state: "done"; placed: Placed };

function inWorker(wanted: Wanted, answer: (layout: Layout) => void): () => void {
  const worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = (event: MessageEvent<Placed>) => answer({ state: "done", placed: event.data });
  worker.onerror = (event) => answer({ state: "failed", message: event.message });
  worker.postMessage(wanted);
  return () => worker.terminate();
}

function inPage(wanted: Wanted, answer: (layout: Layout) => void): () => void {
  let wantedStill = true;
  import("./layout")
    .then(({ arrange }) => arrange(wanted))
    .then((placed) => wantedStill && answer({ state: "done", placed }))
    .catch((error: unknown) => wantedStill && answer({ state: "failed", message: String(error) }));
  return () => {
    wantedStill = false;
  };
}

export function useLayout(wanted: Wanted): Layout {
  const [done, setDone] = useState<{ wanted: Wanted; layout: Layout }>();
  useEffect(() => {
    const run = wanted.boxes.length > IN_PAGE ? inWorker : inPage;
    return run(wanted, (layout) => setDone({ wanted, layout }));
  }, [wanted]);
  return done?.wanted === wanted ? done.layout : { state: "working" };
}
