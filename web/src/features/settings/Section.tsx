// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";

/** A titled part of a settings page. */
export function Section({ title, hint, actions, children }: { title: string; hint?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <div className="flex items-end justify-between gap-4">
        <div className="grid gap-1">
          <h3 className="text-reading font-semibold">{title}</h3>
          {hint && <p className="max-w-measure text-muted">{hint}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}
