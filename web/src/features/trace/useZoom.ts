// SPDX-License-Identifier: MIT
//
// The part of the time axis that is shown: the wheel with ⌘ or Ctrl zooms around the pointer, with ⇧
// or sideways it pans, dragging over the bars shows what was dragged over, a double click everything.

import { useEffect, useRef, useState, type PointerEvent, type RefObject } from "react";
import { between, pan, zoom, type Span } from "./model/time";

const SHORTEST_DRAG_PX = 6;

export interface Zoom {
  span: Span;
  zoomed: boolean;
  /** what is being dragged over, in parts of the axis */
  drag: { left: number; width: number } | undefined;
  reset: () => void;
  by: (factor: number) => void;
  onPointerDown: (event: PointerEvent) => void;
}

/** `axis` is an element as wide as the bars. */
export function useZoom(total: number, axis: RefObject<HTMLElement | null>, box: RefObject<HTMLElement | null>): Zoom {
  const [span, setSpan] = useState<Span>({ from: 0, to: total });
  const [drag, setDrag] = useState<Zoom["drag"]>();
  const dragged = useRef(false);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      const zooming = event.ctrlKey || event.metaKey;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      const rect = axis.current?.getBoundingClientRect();
      if (!rect || (!zooming && Math.abs(sideways) <= (event.shiftKey ? 0 : Math.abs(event.deltaY)))) return;
      event.preventDefault();
      setSpan((now) => {
        const perPixel = (now.to - now.from) / rect.width;
        const at = now.from + Math.min(rect.width, Math.max(0, event.clientX - rect.left)) * perPixel;
        return zooming ? zoom(now, Math.exp(event.deltaY * 0.0022), at, total) : pan(now, sideways * perPixel, total);
      });
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [axis, box, total]);

  const onPointerDown = (event: PointerEvent) => {
    const rect = axis.current?.getBoundingClientRect();
    if (!rect || event.button !== 0 || event.clientX < rect.left || event.clientX > rect.right || event.pointerType === "touch") return;
    const partAt = (x: number) => Math.min(1, Math.max(0, (x - rect.left) / rect.width));
    const first = partAt(event.clientX);
    dragged.current = false;
    const move = (to: globalThis.PointerEvent) => {
      dragged.current ||= Math.abs(to.clientX - event.clientX) >= SHORTEST_DRAG_PX;
      const last = partAt(to.clientX);
      if (dragged.current) setDrag({ left: Math.min(first, last), width: Math.abs(last - first) });
    };
    const done = (to: globalThis.PointerEvent) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", done);
      setDrag(undefined);
      if (!dragged.current) return;
      addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
      const last = partAt(to.clientX);
      setSpan((now) => {
        const width = now.to - now.from;
        return between(now.from + first * width, now.from + last * width, total);
      });
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", done);
  };
  return {
    span,
    zoomed: span.to - span.from < total * 0.999,
    drag,
    reset: () => setSpan({ from: 0, to: total }),
    by: (factor) => setSpan((now) => zoom(now, factor, (now.from + now.to) / 2, total)),
    onPointerDown,
  };
}
