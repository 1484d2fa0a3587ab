// SPDX-License-Identifier: MIT
// HTTP's dates, by way of ISO-8601, whose arithmetic is in clock.c.
#include "base/http_date.h"

static const char days[] = "ThuFriSatSunMonTueWed"; // the epoch began on a Thursday
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

str http_date(struct arena *a, millis t)
{
    char iso[32]; // 1994-11-06T08:49:37.000Z

    time_format_iso(t, iso);
    int64_t weekday = ((time_day(t) % 7) + 7) % 7;
    size_t month = (size_t)((iso[5] - '0') * 10 + (iso[6] - '0') - 1);
    return arena_fmt(a, "%.3s, %.2s %.3s %.4s %.8s GMT", days + 3 * weekday, iso + 8,
                     months + 3 * month, iso, iso + 11);
}

bool http_date_parse(str text, millis *out)
{
    char iso[] = "0000-00-00T00:00:00Z";

    if (text.n != 29 || text.p[3] != ',' || !str_ends(text, STR(" GMT")))
        return false;
    ptrdiff_t month = str_find(str_c(months), str_sub(text, 8, 3));
    if (month < 0 || month % 3 != 0)
        return false;
    memcpy(iso, text.p + 12, 4);
    iso[5] = (char)('0' + (month / 3 + 1) / 10);
    iso[6] = (char)('0' + (month / 3 + 1) % 10);
    memcpy(iso + 8, text.p + 5, 2);
    memcpy(iso + 11, text.p + 17, 8);
    return time_parse_iso(str_c(iso), out);
}
