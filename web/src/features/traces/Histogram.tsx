// SPDX-License-Identifier: MIT
//
// How many traces there were over the range, failures in red at the foot. A drag zooms the range;
// with the keyboard ← → choose a bar, ⇧ extends, ↵ zooms.

import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import type { Summary } from "@/api/ui";
import { formatShort, formatTime } from "@/lib/format";
import { t } from "@/lib/i18n";
import { bars, bucketAt, bucketStart, span } from "./histogram";

export const HEIGHT = 40;

interface Choice { anchor: number; head: number }
interface Props { data: Summary; onZoom: (from: number, to: number) => void }

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

function Bars({ data, width }: { data: Summary; width: number }) {
  return bars(data, width, HEIGHT).map((bar) => (
    <g key={bar.index} transform={`translate(${bar.x} ${HEIGHT})`}>
      <rect className="bar-rest" y={-(bar.errors + bar.warnings + bar.rest)} width={bar.width} height={bar.rest} />
      <rect className="bar-warning" y={-(bar.errors + bar.warnings)} width={bar.width} height={bar.warnings} />
      <rect className="bar-error" y={-bar.errors} width={bar.width} height={bar.errors} />
    </g>
  ));
}

function Tip({ data, index, width }: { data: Summary; index: number; width: number }) {
  const x = ((index + 0.5) / data.n.length) * width;
  const n = data.n[index] ?? 0;
  const errors = data.errors[index] ?? 0;
  const warnings = data.warnings[index] ?? 0;
  return (
    <div className="histogram-tip" style={{ left: Math.min(Math.max(x, 90), Math.max(90, width - 90)) }}>
      <b>{formatTime(bucketStart(data, index))}</b> {t("{n, plural, one {# trace} other {# traces}}", { n })}
      {errors > 0 && <span className="text-error"> ✕ {formatShort(errors)}</span>}
      {warnings > 0 && <span className="text-warning"> ▲ {formatShort(warnings)}</span>}
    </div>
  );
}

export function Histogram({ data, onZoom }: Props) {
  const { ref, width } = useWidth();
  const [hover, setHover] = useState<number>();
  const [choice, setChoice] = useState<Choice>();
  const count = data.n.length;
  const at = (event: PointerEvent): number =>
    bucketAt(event.clientX - (ref.current?.getBoundingClientRect().left ?? 0), width, count);
  const zoom = (): void => {
    if (!choice) return;
    const { from, to } = span(data, choice.anchor, choice.head);
    setChoice(undefined);
    setHover(undefined);
    onZoom(from, to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) {
      const head = Math.min(count - 1, Math.max(0, (choice?.head ?? (step > 0 ? -1 : count)) + step));
      setChoice({ anchor: event.shiftKey && choice ? choice.anchor : head, head });
      setHover(head);
    } else if (event.key === "Enter" && choice) zoom();
    else if (event.key === "Escape" && choice) setChoice(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const [first, last] = choice ? [Math.min(choice.anchor, choice.head), Math.max(choice.anchor, choice.head)] : [0, -1];
  const errors = data.errors.reduce((sum, n) => sum + n, 0);

  return (
    <div
      ref={ref}
      className="histogram"
      role="slider"
      tabIndex={0}
      aria-label={t("Traces over time; arrows choose, Enter zooms")}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={choice?.head ?? 0}
      aria-valuetext={
        choice
          ? t("{time}: {n} traces, {errors} with errors", {
              time: formatTime(bucketStart(data, choice.head)), n: data.n[choice.head] ?? 0, errors: data.errors[choice.head] ?? 0,
            })
          : t("{n} traces, {errors} with errors", { n: data.total, errors })
      }
      onKeyDown={onKeyDown}
      onBlur={() => (setChoice(undefined), setHover(undefined))}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setChoice({ anchor: at(event), head: at(event) });
      }}
      onPointerMove={(event) => {
        const index = at(event);
        setHover(index);
        if (event.buttons === 1) setChoice((now) => now && { ...now, head: index });
      }}
      onPointerUp={zoom}
      onPointerCancel={() => setChoice(undefined)}
      onPointerLeave={() => setHover(undefined)}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {choice && count > 0 && (
          <rect className="bar-choice" x={(first / count) * width} width={((last - first + 1) / count) * width} height={HEIGHT} />
        )}
        <Bars data={data} width={width} />
      </svg>
      {hover !== undefined && <Tip data={data} index={hover} width={width} />}
    </div>
  );
}
