// SPDX-License-Identifier: MIT
//
// What the server wrote into the page: who is signed in, and the first answer of the screen, so that
// it is drawn without a request. In `npm run dev` there is no boot data and it is asked for.
import { createStore, useStore } from "@/lib/store";
import type { Boot } from "./ui";

const SIGNED_OUT: Boot = { version: "", orgs: [], signUp: false, fields: [] };

export const bootStore = createStore<Boot>(SIGNED_OUT);
export const useBoot = (): Boot => useStore(bootStore);

export interface Project {
  id: string;
  name: string;
  role: Boot["orgs"][number]["role"];
  org: Boot["orgs"][number];
}

let first: Boot["first"];

export function readBoot(text = document.getElementById("boot")?.textContent ?? ""): Boot | undefined {
  try {
    return JSON.parse(text) as Boot | undefined;
  } catch {
    return undefined; // not filled in: a server without the pages' routes, or `npm run dev`
  }
}

export function setBoot(boot: Boot): void {
  first = boot.first;
  bootStore.set(boot);
}

/** Both spellings of an address read as one: api/ui/P/traces?q=level%3Aerror, …?q=level:error */
export function normalPath(path: string): string {
  const [route = "", query = ""] = path.split("?");
  const rows = [...new URLSearchParams(query)].filter(([, value]) => value !== "");
  return `${route}?${JSON.stringify(rows)}`;
}

/** The page's first answer, if it is the one to `path`; given out once. */
export function takeFirst(path: string): Boot["first"] {
  if (!first || normalPath(first.path) !== normalPath(path)) return undefined;
  const answer = first;
  first = undefined;
  return answer;
}

export function findProject(boot: Boot, id: string): Project | undefined {
  for (const org of boot.orgs) {
    const project = org.projects.find((p) => p.id === id);
    if (project) return { ...project, org };
  }
  return undefined;
}
