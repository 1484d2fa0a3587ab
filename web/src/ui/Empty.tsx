// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";

/** Nothing here: one sentence, one action. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="mx-auto grid max-w-120 justify-items-center gap-2 px-4 py-12 text-center">
      <p className="text-reading font-medium">{title}</p>
      {children && <div className="text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}
