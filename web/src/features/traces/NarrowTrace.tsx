// SPDX-License-Identifier: MIT
//
// A trace where there is no room for columns: what happened, what was said, what it took.

import { formatDuration, formatMoney, formatShort, formatTime } from "@/lib/format";
import { t } from "@/lib/i18n";
import { TextCell } from "./cells";
import type { Row } from "./rows";

export function NarrowTrace({ row }: { row: Row }) {
  return (
    <>
      <span className="list-line list-narrow-head">
        <span className="list-name">{row.name ?? <i>{t("unnamed")}</i>}</span>
        <time>{formatTime(row.start)}</time>
      </span>
      <TextCell row={row} />
      <span className="list-line list-second list-narrow-foot">
        {row.model !== undefined && <span>{row.model}</span>}
        {row.tokens > 0 && <span>{t("{n} tok", { n: formatShort(row.tokens) })}</span>}
        {row.cost > 0 && <span>{formatMoney(row.cost)}</span>}
        {row.latency !== undefined && <span>{formatDuration(row.latency)}</span>}
      </span>
    </>
  );
}
