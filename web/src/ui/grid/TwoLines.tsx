// SPDX-License-Identifier: MIT
import type { ReactNode } from "react";

/** What a row says first, and under it what it says besides; the second is left out in dense lists. */
export function TwoLines({ first, second }: { first: ReactNode; second?: ReactNode }) {
  return (
    <>
      <span className="list-line">{first}</span>
      {second !== undefined && <span className="list-line list-second">{second}</span>}
    </>
  );
}
