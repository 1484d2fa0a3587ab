// SPDX-License-Identifier: MIT
//
// Menus and popovers: positions, focus and typing are Radix's work. It is one chunk that is loaded
// when the page is idle, or at the first pointer on a trigger; nothing of the first paint needs it.
import { useEffect } from "react";
import { whenIdle } from "@/lib/idle";
import { createStore, useStore } from "@/lib/store";

export type Floating = typeof import("./floating");

const store = createStore<Floating | undefined>(undefined);
let loading: Promise<void> | undefined;

export function loadFloating(): Promise<void> {
  loading ??= import("./floating").then(
    (module) => store.set(module),
    () => {
      loading = undefined; // offline: the next try loads again
    },
  );
  return loading;
}

export const useFloating = (): Floating | undefined => useStore(store);
export const floating = (): Floating => store.get() as Floating; // inside what is open, it is loaded

/** The shell loads it once nothing else is to be done. */
export function useIdleFloating(): void {
  useEffect(() => whenIdle(() => void loadFloating()), []);
}
