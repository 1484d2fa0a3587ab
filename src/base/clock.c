// SPDX-License-Identifier: MIT
// Clocks and ISO-8601. Dates use the days-from-civil arithmetic on a year that starts in March.
#include "base/clock.h"

#include <time.h>

millis clock_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (millis)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_mono_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t clock_mono_ms(void)
{
    return clock_mono_ns() / 1000000;
}

static int64_t days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void civil_from_days(int64_t z, int64_t *y, int *m, int *d)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *d = (int)(doy - (153 * mp + 2) / 5 + 1);
    *m = (int)(mp < 10 ? mp + 3 : mp - 9);
    *y = yoe + era * 400 + (*m <= 2);
}

// n digits at *i; -1 when they are not all there.
static int number(str s, size_t *i, size_t n)
{
    int v = 0;

    for (size_t k = 0; k < n; k++, (*i)++) {
        if (*i >= s.n || s.p[*i] < '0' || s.p[*i] > '9')
            return -1;
        v = v * 10 + (s.p[*i] - '0');
    }
    return v;
}

static bool literal(str s, size_t *i, char c)
{
    return *i < s.n && s.p[*i] == c && ++*i;
}

static bool date_part(str s, size_t *i, int64_t *day)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = number(s, i, 4);
    bool ok = literal(s, i, '-');
    int m = number(s, i, 2);
    ok = ok && literal(s, i, '-');
    int d = number(s, i, 2);

    if (!ok || y < 0 || m < 1 || m > 12 || d < 1)
        return false;
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (d > lengths[m - 1] + (m == 2 && leap))
        return false;
    *day = days_from_civil(y, m, d);
    return true;
}

// [:SS[.f+]] behind HH:MM, in milliseconds.
static bool seconds_part(str s, size_t *i, int64_t *ms)
{
    int64_t scale = 100;

    *ms = 0;
    if (!literal(s, i, ':'))
        return true;
    int sec = number(s, i, 2);
    if (sec < 0 || sec > 59)
        return false;
    *ms = sec * 1000;
    if (!literal(s, i, '.'))
        return true;
    size_t first = *i;
    for (; *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '9'; (*i)++, scale /= 10)
        *ms += (s.p[*i] - '0') * scale;
    return *i > first;
}

static bool zone_part(str s, size_t *i, int64_t *offset_ms)
{
    *offset_ms = 0;
    if (literal(s, i, 'Z'))
        return true;
    int sign = literal(s, i, '+') ? 1 : literal(s, i, '-') ? -1 : 0;
    int h = number(s, i, 2);
    bool ok = literal(s, i, ':');
    int m = number(s, i, 2);
    *offset_ms = (int64_t)sign * (h * 60 + m) * 60000;
    return sign && ok && h >= 0 && h <= 23 && m >= 0 && m <= 59;
}

bool time_parse_iso(str s, millis *out)
{
    int64_t day, ms, offset;
    size_t i = 0;

    if (!date_part(s, &i, &day) || !literal(s, &i, 'T'))
        return false;
    int h = number(s, &i, 2);
    bool colon = literal(s, &i, ':');
    int m = number(s, &i, 2);
    if (!colon || h < 0 || h > 23 || m < 0 || m > 59)
        return false;
    if (!seconds_part(s, &i, &ms) || !zone_part(s, &i, &offset) || i != s.n)
        return false;
    *out = day * MILLIS_DAY + h * INT64_C(3600000) + m * INT64_C(60000) + ms - offset;
    return true;
}

static void put(char *p, int64_t v, int n)
{
    while (n--) {
        p[n] = (char)('0' + v % 10);
        v /= 10;
    }
}

#define FIRST_MS INT64_C(-62167219200000) // 0000-01-01
#define LAST_MS  INT64_C(253402300799999) // 9999-12-31T23:59:59.999

int64_t time_day(millis t)
{
    return t / MILLIS_DAY - (t % MILLIS_DAY < 0);
}

size_t time_format_day(int64_t day, char out[16])
{
    int64_t y;
    int m, d;

    day = day < FIRST_MS / MILLIS_DAY ? FIRST_MS / MILLIS_DAY : day;
    day = day > LAST_MS / MILLIS_DAY ? LAST_MS / MILLIS_DAY : day;
    civil_from_days(day, &y, &m, &d);
    memcpy(out, "0000-00-00", 11);
    put(out, y, 4);
    put(out + 5, m, 2);
    put(out + 8, d, 2);
    return 10;
}

size_t time_format_iso(millis t, char out[32])
{
    t = t < FIRST_MS ? FIRST_MS : t > LAST_MS ? LAST_MS : t;
    int64_t day = time_day(t), ms = t - day * MILLIS_DAY;

    time_format_day(day, out);
    memcpy(out + 10, "T00:00:00.000Z", 15);
    put(out + 11, ms / 3600000, 2);
    put(out + 14, ms / 60000 % 60, 2);
    put(out + 17, ms / 1000 % 60, 2);
    put(out + 20, ms % 1000, 3);
    return TIME_ISO_LEN;
}

str time_iso(struct arena *a, millis t)
{
    char text[32];
    size_t n = time_format_iso(t, text);

    return arena_str(a, (str){text, n});
}

bool time_parse_day(str text, int64_t *day)
{
    size_t i = 0;
    int64_t d;

    if (!date_part(text, &i, &d) || i != text.n)
        return false;
    *day = d;
    return true;
}
