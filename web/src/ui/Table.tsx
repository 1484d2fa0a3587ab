// SPDX-License-Identifier: MIT
//
// The look of every table: header 32 px, rows of 36. Long lists are a grid of their own feature.
import type { HTMLAttributes, TdHTMLAttributes, ThHTMLAttributes } from "react";
import { cx } from "@/lib/cx";

interface Side {
  end?: boolean; // numbers stand right
}

export function Table({ className, ...rest }: HTMLAttributes<HTMLTableElement>) {
  return (
    <div className="overflow-x-auto">
      <table {...rest} className={cx("w-full border-collapse text-left", className)} />
    </div>
  );
}

export function Th({ className, end, ...rest }: ThHTMLAttributes<HTMLTableCellElement> & Side) {
  return (
    <th scope="col" {...rest} className={cx("h-8 px-3 text-small font-medium whitespace-nowrap text-muted", end && "text-right", className)} />
  );
}

export function Td({ className, end, ...rest }: TdHTMLAttributes<HTMLTableCellElement> & Side) {
  return <td {...rest} className={cx("h-9 border-t px-3", end && "num text-right", className)} />;
}
