// SPDX-License-Identifier: MIT
//
// The rows to draw of a scrolled list; renders again only when they change.

import { type RefObject, useLayoutEffect, useState } from "react";
import { type Slice, visible } from "./scrolling";

const FIRST = 24; // drawn before the pane has a height; few enough not to ask for the next page

export function useSlice(pane: RefObject<HTMLElement | null>, rowHeight: number, rows: number): Slice {
  const [slice, setSlice] = useState<Slice>({ first: 0, last: Math.min(rows, FIRST) });
  useLayoutEffect(() => {
    const element = pane.current;
    if (!element) return undefined;
    const look = (): void => {
      const next = visible(element.scrollTop, element.clientHeight, rowHeight, rows);
      setSlice((now) => (now.first === next.first && now.last === next.last ? now : next));
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [pane, rowHeight, rows]);
  return slice;
}
