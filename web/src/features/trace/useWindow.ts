// SPDX-License-Identifier: MIT
//
// The rows of equal height that are on the screen. Scrolling sets state only when other rows come
// into view, so it costs nothing in between.

import { useEffect, useLayoutEffect, useState, type RefObject } from "react";

const MOST_ROWS = 76; // drawn at once, with those just outside the view
const OVERSCAN = 8;

export interface Rows {
  from: number;
  to: number;
  reveal: (row: number) => void;
}

export function useWindow(box: RefObject<HTMLElement | null>, count: number, height: number, above: number): Rows {
  const [top, setTop] = useState(0);
  const [size, setSize] = useState(40);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setSize(Math.ceil(element.clientHeight / height));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, height]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => setTop(Math.floor(element.scrollTop / height / 4) * 4);
    onScroll();
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [box, height]);
  const reveal = (row: number) => {
    const element = box.current;
    if (!element || row < 0) return;
    const at = row * height;
    const room = element.clientHeight - above - height;
    if (at < element.scrollTop) element.scrollTo({ top: Math.max(0, at - height) });
    else if (at > element.scrollTop + room) element.scrollTo({ top: at - room + height });
  };
  const from = Math.max(0, Math.min(top, count - size) - OVERSCAN);
  return { from, to: Math.min(count, from + Math.min(MOST_ROWS, size + 2 * OVERSCAN + 4)), reveal };
}

/** The width of an element, as it changes. */
export function useWidth(element: RefObject<HTMLElement | null>, otherwise: number): number {
  const [width, setWidth] = useState(otherwise);
  useLayoutEffect(() => {
    const measured = element.current;
    if (!measured) return;
    const observer = new ResizeObserver(() => setWidth(measured.clientWidth));
    observer.observe(measured);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
