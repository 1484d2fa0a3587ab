// SPDX-License-Identifier: MIT

/** Runs once nothing else is to be done. */
export function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(run);
  else setTimeout(run, 300); // Safari
}
