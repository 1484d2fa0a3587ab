// SPDX-License-Identifier: MIT
//
// The line between two panes or columns: dragged, or moved with the arrow keys.

import type { KeyboardEvent, PointerEvent } from "react";

interface Props {
  label: string;
  value: number;
  least: number;
  most: number;
  /** how far one pixel and one key go, in the unit of `value` */
  perPixel: () => number;
  perKey: number;
  onChange: (value: number) => void;
  className?: string;
}

export function Splitter({ label, value, least, most, perPixel, perKey, onChange, className }: Props) {
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const [from, began, unit] = [event.clientX, value, perPixel()];
    handle.setPointerCapture(event.pointerId);
    const move = (to: globalThis.PointerEvent) => onChange(began + (to.clientX - from) * unit);
    const done = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("lostpointercapture", done);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", done);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -perKey, ArrowRight: perKey }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onChange(value + by);
  };
  return (
    // A separator that can be moved is a control (WAI-ARIA window splitter).
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="separator" aria-orientation="vertical" aria-label={label} aria-valuenow={Math.round(value)} aria-valuemin={least} aria-valuemax={most}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0} className={className ?? "splitter"} onPointerDown={onPointerDown} onKeyDown={onKeyDown}
    />
  );
}
