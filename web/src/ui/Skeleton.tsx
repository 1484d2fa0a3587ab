// SPDX-License-Identifier: MIT
/** Grey lines where text will be; not before 100 ms, so that a fast answer shows none. */
export function Skeleton({ lines = 6, height = 20 }: { lines?: number; height?: number }) {
  return (
    <div aria-hidden className="grid gap-3 p-4">
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className="skeleton" style={{ height, width: `${92 - ((i * 37) % 48)}%` }} />
      ))}
    </div>
  );
}

/** Two pixels at the top of a pane whose next answer is on its way. */
export const ProgressLine = ({ show }: { show: boolean }) => (show ? <div className="progress-line" role="presentation" /> : null);
