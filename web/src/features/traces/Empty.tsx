// SPDX-License-Identifier: MIT
//
// Nothing matched: say over what, and what would show something.

import { formatAgo } from "@/lib/format";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { rangeLabel, rangeReaching } from "@/lib/range";

interface Props { q: string; range: string; newest: number | undefined; onRange: (range: string) => void; onClear: () => void }

const sentence = (range: string, newest: number | undefined): string =>
  newest === undefined
    ? t("Nothing in this range ({range}).", { range: rangeLabel(range) })
    : t("Nothing in this range ({range}); the newest is from {ago}.", { range: rangeLabel(range), ago: formatAgo(newest) });

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
