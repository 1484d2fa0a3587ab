// SPDX-License-Identifier: MIT
#pragma once
// Time: milliseconds since 1970 (UTC), the monotonic clock, ISO-8601 in and out.
#include "base/arena.h"

typedef int64_t millis; // milliseconds since the Unix epoch; MILLIS_NONE = not set
#define MILLIS_NONE INT64_MIN
#define MILLIS_DAY  INT64_C(86400000)

millis clock_now(void);      // wall clock; RUSHLIGHT_NOW is never read: tests pass times in
int64_t clock_mono_ms(void); // monotonic milliseconds
int64_t clock_mono_ns(void);
// `YYYY-MM-DDTHH:MM[:SS[.f+]](Z|+HH:MM|-HH:MM)`, calendar-checked, sub-millisecond digits cut
// (ingestion.md 2.1). Uppercase T and Z only. Years 0000..9999.
bool time_parse_iso(str text, millis *out);
#define TIME_ISO_LEN 24 // 2026-01-31T12:34:56.789Z
size_t time_format_iso(millis t,
                       char out[32]); // returns the length; years outside 0..9999 are clamped
str time_iso(struct arena *a, millis t);
int64_t time_day(millis t);                        // days since the epoch, floor
size_t time_format_day(int64_t day, char out[16]); // YYYY-MM-DD
bool time_parse_day(str text, int64_t *day);       // YYYY-MM-DD
