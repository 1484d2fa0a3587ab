// SPDX-License-Identifier: MIT
//
// Nothing matched: say over what, and what would show something.

import { Link } from "@tanstack/react-router";
import { useProject } from "@/app/project";
import { formatDuration } from "@/lib/format";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { rangeLabel, rangeReaching } from "@/lib/range";

interface Props { q: string; range: string; newest: number | undefined; onRange: (range: string) => void; onClear: () => void }

const FAR = "90d";

function sentence(q: string, range: string, newest: number | undefined): string {
  const [, amount, unit] = /^(\d+)([mhd])$/.exec(range) ?? [];
  const last = amount !== undefined && unit !== undefined ? `${amount} ${unit}` : undefined;
  if (q !== "") return last === undefined ? t("Nothing matches in this range.") : t("Nothing matches in the last {last}.", { last });
  if (newest === undefined) return last === undefined ? t("Nothing in this range.") : t("Nothing in the last {last}.", { last });
  const age = formatDuration(Date.now() - newest);
  return last === undefined
    ? t("Nothing in this range; the newest is {age} old.", { age })
    : t("Nothing in the last {last}; the newest is {age} old.", { last, age });
}

/** A range that would show more: up to the newest trace, or far back where only some traces are asked for. */
function widerRange(q: string, range: string, newest: number | undefined): string | undefined {
  if (q !== "") return range === FAR ? undefined : FAR;
  return newest === undefined ? undefined : rangeReaching(newest);
}

export function Empty({ q, range, newest, onRange, onClear }: Props) {
  const wider = widerRange(q, range, newest);
  const { id: pid } = useProject();
  return (
    <div className="traces-empty" role="status">
      <p>{sentence(q, range, newest)}</p>
      {wider !== undefined && (
        <Button look="primary" onClick={() => onRange(wider)}>
          {t("Show {range}", { range: rangeLabel(wider) })}
        </Button>
      )}
      {q !== "" && <Button onClick={onClear}>{t("Clear the filter")}</Button>}
      {q === "" && newest === undefined && (
        <>
          <p className="list-second">{t("Traces appear here as soon as an application sends them.")}</p>
          <Link to="/project/$pid/" params={{ pid }} className="link">{t("How to send a trace")}</Link>
        </>
      )}
    </div>
  );
}
