// SPDX-License-Identifier: MIT
//
// How much room a list has.

import { type RefObject, useLayoutEffect, useState } from "react";

const NARROW_PX = 760;

/** Whether the element is too small for columns; before it is drawn the window tells. */
export function useNarrow(pane: RefObject<HTMLElement | null>): boolean {
  const [narrow, setNarrow] = useState(() => innerWidth < NARROW_PX);
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element) return undefined;
    const look = (): void => setNarrow(element.clientWidth < NARROW_PX);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [pane]);
  return narrow;
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useLayoutEffect(() => {
    const list = matchMedia(query);
    const look = (): void => setMatches(list.matches);
    list.addEventListener("change", look);
    return () => list.removeEventListener("change", look);
  }, [query]);
  return matches;
}
