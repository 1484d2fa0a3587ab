// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from "react";

const DELAY_MS = 350;
const GAP = 6;
const EDGE = 8;

function place(tip: HTMLElement, target: DOMRect): void {
  const { width, height } = tip.getBoundingClientRect();
  const left = target.left + target.width / 2 - width / 2;
  const below = target.bottom + GAP;
  const top = below + height > innerHeight - EDGE ? target.top - height - GAP : below;
  tip.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  tip.style.top = `${Math.max(EDGE, top)}px`;
}

/**
 * One for the page: shows `data-tip` of what is under the pointer or has the focus. It repeats or
 * explains; what has no other text carries an aria-label besides.
 */
export function TooltipLayer() {
  const [text, setText] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const target = useRef<Element>(null);
  useEffect(() => {
    let timer = 0;
    const hide = (): void => {
      clearTimeout(timer);
      target.current = null;
      setText("");
    };
    const show = (event: Event): void => {
      const element = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
      if (element === target.current) return;
      hide();
      if (!element || (event.type === "focusin" && !element.matches(":focus-visible"))) return;
      target.current = element;
      timer = window.setTimeout(() => setText(element.getAttribute("data-tip") ?? ""), DELAY_MS);
    };
    const events = { pointerover: show, focusin: show, pointerdown: hide, keydown: hide, scroll: hide, focusout: hide };
    const rows = Object.entries(events);
    rows.forEach(([name, run]) => document.addEventListener(name, run, { capture: true, passive: true }));
    return () => {
      hide();
      rows.forEach(([name, run]) => document.removeEventListener(name, run, { capture: true }));
    };
  }, []);
  useEffect(() => {
    if (!text || !box.current || !target.current?.isConnected) return;
    box.current.showPopover?.();
    place(box.current, target.current.getBoundingClientRect());
  }, [text]);
  if (!text) return null;
  return (
    <div ref={box} popover="manual" role="tooltip" className="tip">
      {text}
    </div>
  );
}
