// SPDX-License-Identifier: MIT
import { CalendarClock, ChevronDown } from "lucide-react";
import { useState } from "react";
import { t } from "@/lib/i18n";
import { DEFAULT_RANGE, parseRange, rangeLabel, RANGES, spanRange } from "@/lib/range";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Popover } from "@/ui/Popover";
import { useSearchState } from "./search";

/** 2026-11-23T08:00 in the reader's zone, as a datetime-local input has it. */
function localText(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

function Custom({ range, onChoose }: { range: string; onChoose: (range: string) => void }) {
  const span = parseRange(range) ?? parseRange(DEFAULT_RANGE)!;
  const [from, setFrom] = useState(localText(span.from));
  const [to, setTo] = useState(localText(span.to));
  const chosen = { from: Date.parse(from), to: Date.parse(to) };
  const valid = chosen.from < chosen.to;
  return (
    <form
      className="grid content-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) onChoose(spanRange(chosen));
      }}
    >
      <Field label={t("From")} type="datetime-local" value={from} onChange={(e) => setFrom(e.target.value)} />
      <Field
        label={t("To")}
        type="datetime-local"
        value={to}
        error={valid ? undefined : t("The end must be after the beginning.")}
        onChange={(e) => setTo(e.target.value)}
      />
      <Button type="submit" look="primary">{t("Apply")}</Button>
    </form>
  );
}

/** Past 24 hours ▾: writes `range` into the address. */
export function TimeRange() {
  const [search, set] = useSearchState();
  const range = search.range ?? DEFAULT_RANGE;
  const choose = (next: string, close: () => void): void => {
    set({ range: next === DEFAULT_RANGE ? undefined : next });
    close();
  };
  const trigger = (
    <Button icon={CalendarClock} aria-label={t("Time range: {range}", { range: rangeLabel(range) })}>
      <span className="max-w-56 truncate max-sm:hidden">{rangeLabel(range)}</span>
      <ChevronDown size={14} aria-hidden className="-mr-1 max-sm:hidden" />
    </Button>
  );
  return (
    <Popover trigger={trigger} label={t("Time range")} align="end" className="flex gap-4 max-sm:flex-col">
      {(close) => (
        <>
          <ul className="grid w-44 content-start">
            {RANGES.map((row) => (
              <li key={row.range}>
                <button
                  type="button"
                  aria-current={row.range === range}
                  className="h-7 w-full rounded-control px-2 text-left hover:bg-sunk aria-current:bg-selected aria-current:font-medium"
                  onClick={() => choose(row.range, close)}
                >
                  {t(row.label)}
                </button>
              </li>
            ))}
          </ul>
          <Custom key={range} range={range} onChoose={(next) => choose(next, close)} />
        </>
      )}
    </Popover>
  );
}
