// SPDX-License-Identifier: MIT
//
// The time range of an address: `24h`, `14d`, or `2026-11-22T08:00/2026-11-23T08:00` (UTC).
import { formatDay, formatMinute } from "./format";
import { msg, t } from "./i18n";

export const DEFAULT_RANGE = "24h";
export const RANGES: { range: string; label: string }[] = [
  { range: "15m", label: msg("Past 15 minutes") },
  { range: "1h", label: msg("Past hour") },
  { range: "6h", label: msg("Past 6 hours") },
  { range: "24h", label: msg("Past 24 hours") },
  { range: "3d", label: msg("Past 3 days") },
  { range: "7d", label: msg("Past 7 days") },
  { range: "14d", label: msg("Past 14 days") },
  { range: "30d", label: msg("Past 30 days") },
  { range: "90d", label: msg("Past 90 days") },
  { range: "365d", label: msg("Past year") },
];

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

export interface Span {
  from: number;
  to: number;
}

const parseEnd = (text: string): number => Date.parse(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);

/** What a range comes to; undefined when it cannot be read. */
export function parseRange(range: string, now = Date.now()): Span | undefined {
  const [, amount, unit] = /^(\d{1,5})([mhd])$/.exec(range) ?? [];
  if (amount && unit) return { from: now - Number(amount) * (UNITS[unit] ?? 0), to: now };
  const [from, to] = range.split("/").map(parseEnd);
  if (from === undefined || to === undefined || !(from < to)) return undefined;
  return { from, to };
}

/** The address form of two moments, to the minute, seconds only when the range is short. */
export function spanRange({ from, to }: Span): string {
  const digits = to - from < 10 * 60_000 ? 19 : 16;
  const text = (at: number): string => new Date(at).toISOString().slice(0, digits);
  return `${text(from)}/${text(to)}`;
}

/** Past 24 hours · 22 Nov 08:00 – 23 Nov 08:00 */
export function rangeLabel(range: string): string {
  const known = RANGES.find((row) => row.range === range);
  if (known) return t(known.label);
  const relative = /^(\d+)([mhd])$/.exec(range);
  const span = parseRange(range);
  if (!span) return range;
  if (relative) return t("Past {range}", { range });
  const [fromDay, toDay] = [formatDay(span.from), formatDay(span.to)];
  const until = fromDay === toDay ? formatMinute(span.to) : `${toDay} ${formatMinute(span.to)}`;
  return `${fromDay} ${formatMinute(span.from)} – ${until}`;
}

/** The smallest offered range that reaches back to `at`. */
export function rangeReaching(at: number, now = Date.now()): string {
  const fits = RANGES.find(({ range }) => (parseRange(range, now)?.from ?? now) <= at);
  return fits?.range ?? spanRange({ from: at - UNITS["h"]!, to: now });
}
