// SPDX-License-Identifier: MIT
// Times, days, numbers and money as users write them. What must hold beside memory safety: what is
// accepted is in range, and printing it and reading it again gives the same value.
#include "base/buf.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/err.h"

static void check_time(str text)
{
    char out[32];
    millis t, back;
    int64_t day;

    if (!time_parse_iso(text, &t))
        return;
    CHECK(text.n >= 17);
    // An offset may lead out of the years that can be printed; those are clamped.
    CHECK(t >= INT64_C(-62167305540000) && t <= INT64_C(253402387139999));
    str iso = str_make(out, time_format_iso(t, out));
    CHECK(time_parse_iso(iso, &back));
    CHECK(back == t || t < INT64_C(-62167219200000) || t > INT64_C(253402300799999));
    CHECK(time_parse_day(str_sub(iso, 0, 10), &day) && day == time_day(back));
}

static void check_day(str text)
{
    char out[16];
    int64_t day;

    if (time_parse_day(text, &day))
        CHECK(str_eq(str_make(out, time_format_day(day, out)), text));
}

// Whatever eight bytes say, a time prints as one.
static void check_any_time(str text)
{
    char out[32];
    millis t, back;

    if (text.n < sizeof(t))
        return;
    memcpy(&t, text.p, sizeof(t));
    CHECK(time_parse_iso(str_make(out, time_format_iso(t, out)), &back));
    CHECK(time_day(t) <= t / MILLIS_DAY);
}

static void check_money(str text)
{
    char space[64];
    struct buf b = {.data = space, .cap = sizeof(space), .max = sizeof(space)};
    picos v, back;
    attos price, same;
    double d;

    bool number = picos_parse(text, &v);
    CHECK(number == attos_parse(text, &price));
    if (str_to_double(text, &d))
        CHECK(number && picos_from_double(d) >= -PICOS_MAX && picos_from_double(d) <= PICOS_MAX);
    if (!number)
        return;
    CHECK(v >= -PICOS_MAX && v <= PICOS_MAX);
    picos_write(&b, v);
    CHECK(buf_ok(&b) && picos_parse(buf_str(&b), &back) && back == v);
    buf_clear(&b);
    attos_write(&b, price);
    CHECK(buf_ok(&b) && attos_parse(buf_str(&b), &same) && same == price);
    buf_clear(&b);
    attos_write_short(&b, price);
    CHECK(buf_ok(&b) && attos_parse(buf_str(&b), &same) && same == price);
    CHECK(attos_times(price, 1) - v <= 1 && v - attos_times(price, 1) <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_make((const char *)data, size);
    int64_t i;

    check_time(text);
    check_day(text);
    check_any_time(text);
    check_money(text);
    if (str_to_i64(text, &i))
        CHECK(text.n > 0 && text.n < 5000);
    return 0;
}
