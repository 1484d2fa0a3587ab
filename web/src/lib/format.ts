// SPDX-License-Identifier: MIT
//
// Every number and date that the pages show. One formatter each, so that a figure looks the same on
// every screen: 1,374 · 13.4k · $0.0359 · 0.83 s · 12 m 5 s · 23 Nov 07:52:54.
import { i18n } from "./i18n";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${i18n.locale}${JSON.stringify(options)}`;
  let format = cache.get(key) as Intl.NumberFormat | undefined;
  if (!format) cache.set(key, (format = new Intl.NumberFormat(i18n.locale || "en", options)));
  return format;
}

function date(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${i18n.locale}${JSON.stringify(options)}`;
  let format = cache.get(key) as Intl.DateTimeFormat | undefined;
  if (!format) {
    const locale = i18n.locale === "en" || !i18n.locale ? "en-GB" : i18n.locale; // day before month
    cache.set(key, (format = new Intl.DateTimeFormat(locale, options)));
  }
  return format;
}

/** 1,374 */
export const formatCount = (n: number): string => number({ maximumFractionDigits: 0 }).format(n);

/** 940 · 13.4k · 2.1M */
export function formatShort(n: number): string {
  const steps: [number, string][] = [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
  const size = Math.abs(n);
  if (size < 10_000 && Number.isInteger(n)) return formatCount(n);
  for (const [unit, letter] of steps) {
    if (size >= unit * 0.9995) {
      const value = n / unit;
      return number({ maximumFractionDigits: Math.abs(value) < 99.95 ? 1 : 0 }).format(value) + letter;
    }
  }
  return formatNumber(n);
}

/** At most three significant digits after the point: 0.63 · 12.5 · 1,374 */
export function formatNumber(n: number): string {
  return Math.abs(n) >= 100
    ? number({ maximumFractionDigits: 0 }).format(n)
    : number({ maximumSignificantDigits: 3 }).format(n);
}

/** $0.0359: three significant digits below a dollar, cents above, no cents above 1,000. */
export function formatMoney(dollars: number): string {
  const size = Math.abs(dollars);
  const sign = dollars < 0 ? "−" : "";
  if (size === 0) return "$0";
  if (size < 1e-6) return `${sign}<$0.000001`;
  if (size < 0.9995) return `${sign}$${number({ maximumSignificantDigits: 3 }).format(size)}`;
  const digits = size >= 1000 ? 0 : 2;
  return `${sign}$${number({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(size)}`;
}

const fixed = (n: number, digits: number): string =>
  number({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(n);

/** 0 ms · 12 ms · 0.83 s · 12.5 s · 12 m 5 s · 3 h 20 m · 2 d 4 h */
export function formatDuration(ms: number): string {
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms < 0.95 && ms > 0) return "<1 ms";
  if (ms < 99.5) return `${Math.round(ms)} ms`;
  if (ms < 9.995 * SECOND) return `${fixed(ms / SECOND, 2)} s`;
  if (ms < 59.95 * SECOND) return `${fixed(ms / SECOND, 1)} s`;
  const [big, small, bigUnit, smallUnit] =
    ms < HOUR - SECOND / 2 ? ([MINUTE, SECOND, "m", "s"] as const)
    : ms < DAY - MINUTE / 2 ? ([HOUR, MINUTE, "h", "m"] as const)
    : ([DAY, HOUR, "d", "h"] as const);
  const whole = Math.round(ms / small);
  const per = big / small;
  const rest = whole % per;
  const head = `${Math.floor(whole / per)} ${bigUnit}`;
  return rest ? `${head} ${rest} ${smallUnit}` : head;
}

/** 0.9 % */
export function formatShare(share: number): string {
  const percent = share * 100;
  const digits = percent !== 0 && Math.abs(percent) < 10 ? 1 : 0;
  return `${number({ maximumFractionDigits: digits }).format(percent)} %`;
}

const MANY = 10;

/** +12 % or ×15 against before; undefined where a comparison says nothing. */
export function formatChange(now: number, before: number): string | undefined {
  if (before === 0 || !Number.isFinite(before)) return undefined;
  if (now / before >= MANY) return `×${formatShort(Math.round(now / before))}`;
  const percent = Math.round((now / before - 1) * 100);
  if (percent === 0) return "±0 %";
  return `${percent > 0 ? "+" : "−"}${formatShort(Math.abs(percent))} %`;
}

/** 1.2 GB, powers of 1,024 */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? fixed(value, 1) : formatCount(value)} ${units[unit] ?? ""}`;
}

/** 23 Nov 07:52:54; with the year where it is not this one. */
export function formatTime(at: number, now = Date.now()): string {
  return `${formatDay(at, now)} ${formatClock(at)}`;
}

/** 23 Nov, 23 Nov 2025 in another year */
export function formatDay(at: number, now = Date.now()): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return date({ day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(at);
}

/** 07:52:54 */
export const formatClock = (at: number): string =>
  date({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(at);

/** 07:52 */
export const formatMinute = (at: number): string =>
  date({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);

/** For a title: 2026-11-23T07:52:54.123Z */
export const formatIso = (at: number): string => new Date(at).toISOString();

/** 2 s ago, 5 minutes ago, in 3 days */
export function formatAgo(at: number, now = Date.now()): string {
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", DAY], ["hour", HOUR], ["minute", MINUTE], ["second", SECOND],
  ];
  const away = at - now;
  const [unit, size] = units.find(([, span]) => Math.abs(away) >= span * 0.95) ?? ["second", SECOND];
  const format = new Intl.RelativeTimeFormat(i18n.locale || "en", { numeric: "always", style: "narrow" });
  return format.format(Math.round(away / size), unit);
}
