// SPDX-License-Identifier: MIT
//
// Nothing matched: say over what, and what would show something.

import { formatDuration } from "@/lib/format";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { rangeLabel, rangeReaching } from "@/lib/range";

interface Props { q: string; range: string; newest: number | undefined; onRange: (range: string) => void; onClear: () => void }

function sentence(range: string, newest: number | undefined): string {
  const [, amount, unit] = /^(\d+)([mhd])$/.exec(range) ?? [];
  const age = newest === undefined ? "" : formatDuration(Date.now() - newest);
  if (amount === undefined || unit === undefined) {
    return newest === undefined ? t("Nothing in this range.") : t("Nothing in this range; the newest is {age} old.", { age });
  }
  const last = `${amount} ${unit}`;
  return newest === undefined ? t("Nothing in the last {last}.", { last }) : t("Nothing in the last {last}; the newest is {age} old.", { last, age });
}

export function Empty({ q, range, newest, onRange, onClear }: Props) {
  const wider = newest === undefined ? undefined : rangeReaching(newest);
  return (
    <div className="traces-empty" role="status">
      <p>{sentence(range, newest)}</p>
      {wider !== undefined && (
        <Button look="primary" onClick={() => onRange(wider)}>
          {t("Show {range}", { range: rangeLabel(wider) })}
        </Button>
      )}
      {q !== "" && <Button onClick={onClear}>{t("Clear the filter")}</Button>}
      {q === "" && newest === undefined && <p className="list-second">{t("Traces appear here as soon as an application sends them.")}</p>}
    </div>
  );
}
