// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";
import { cx } from "@/lib/cx";

export interface Tab<V extends string> {
  value: V;
  label: ReactNode;
  keys?: string;
}

export interface TabsProps<V extends string> {
  label: string;
  tabs: Tab<V>[];
  value: V;
  onChange: (value: V) => void;
  className?: string;
}

/** Switches what is shown below; arrows move, as in any tab list. */
export function Tabs<V extends string>({ label, tabs, value, onChange, className }: TabsProps<V>) {
  const move = (step: number): void => {
    const at = tabs.findIndex((tab) => tab.value === value);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next) onChange(next.value);
  };
  return (
    <div
      role="tablist"
      aria-label={label}
      tabIndex={-1}
      className={cx("inline-flex h-7 shrink-0 overflow-hidden rounded-control border border-control", className)}
      onKeyDown={(event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        move(step);
        const list = event.currentTarget;
        requestAnimationFrame(() => list.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
      }}
    >
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          aria-selected={tab.value === value}
          tabIndex={tab.value === value ? 0 : -1}
          data-tip={tab.keys}
          onClick={() => onChange(tab.value)}
          className="border-control bg-panel px-3 whitespace-nowrap text-muted not-first:border-l hover:text-text aria-selected:bg-selected aria-selected:font-medium aria-selected:text-text"
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
