// SPDX-License-Identifier: MIT
// ISO-8601 in and out against values computed elsewhere, the calendar over 10,000 years, days.
#include "base/clock.h"

#include "unit/base/expect.h"

static const struct {
    const char *text;
    millis t;
} good[] = {
    {"1970-01-01T00:00:00.000Z", 0},
    {"1970-01-01T00:00Z", 0},
    {"1970-01-01T00:00:01Z", 1000},
    {"1969-12-31T23:59:59.999Z", -1},
    {"2026-01-31T12:34:56.789Z", INT64_C(1769862896789)},
    {"2026-01-31T12:34:56.7Z", INT64_C(1769862896700)},
    {"2026-01-31T12:34:56.789999Z", INT64_C(1769862896789)}, // cut, not rounded
    {"2026-01-31T12:34:56.123456789012345678901234567890Z", INT64_C(1769862896123)},
    {"2026-01-31T12:34:56+00:00", INT64_C(1769862896000)},
    {"2026-01-31T14:34:56.789+02:00", INT64_C(1769862896789)},
    {"2026-01-31T07:04:56.789-05:30", INT64_C(1769862896789)},
    {"2024-02-29T00:00:00Z", INT64_C(1709164800000)},
    {"2000-02-29T00:00:00Z", INT64_C(951782400000)},
    {"0000-01-01T00:00:00Z", INT64_C(-62167219200000)},
    {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999)},
};

static const char *const bad[] = {
    "",
    "2026",
    "2026-01-31",
    "2026-01-31T",
    "2026-01-31T12",
    "2026-01-31T12:34",
    "2026-01-31T12:34:56",
    "2026-01-31 12:34:56Z",
    "2026-01-31t12:34:56Z",
    "2026-01-31T12:34:56z",
    "2026-01-31T12:34:56.Z",
    "2026-01-31T12:34:56,5Z",
    "2026-01-31T12:34:56ZZ",
    "2026-01-31T12:34:56Z ",
    " 2026-01-31T12:34:56Z",
    "2026-1-31T12:34:56Z",
    "2026-00-31T12:34:56Z",
    "2026-13-01T12:34:56Z",
    "2026-01-00T12:34:56Z",
    "2026-01-32T12:34:56Z",
    "2026-04-31T12:34:56Z",
    "2026-02-29T12:34:56Z",
    "1900-02-29T12:34:56Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T12:60:00Z",
    "2026-01-31T12:34:60Z",
    "2026-01-31T12:34:56+0200",
    "2026-01-31T12:34:56+02",
    "2026-01-31T12:34:56+24:00",
    "2026-01-31T12:34:56+02:60",
    "2026-01-31T12:34:56+02:00Z",
    "+2026-01-31T12:34:56Z",
    "-2026-01-31T12:34:56Z",
    "12026-01-31T12:34:56Z",
    "2026-01-31T1a:34:56Z",
};

static void parses(void **state UNUSED)
{
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        millis t = 7;
        if (!time_parse_iso(str_c(good[i].text), &t) || t != good[i].t)
            fail_msg("\"%s\" gave %lld", good[i].text, (long long)t);
    }
}

static void refuses(void **state UNUSED)
{
    millis t = 7;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (time_parse_iso(str_c(bad[i]), &t))
            fail_msg("\"%s\"", bad[i]);
    }
    assert_false(time_parse_iso(STR_NONE, &t));
    assert_int_equal(t, 7);
}

static void formats(void **state UNUSED)
{
    static const struct {
        millis t;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {INT64_C(1769862896789), "2026-01-31T12:34:56.789Z"},
        {INT64_C(1709164800000), "2024-02-29T00:00:00.000Z"},
        {INT64_C(-62167219200001), "0000-01-01T00:00:00.000Z"}, // clamped
        {INT64_C(253402300800000), "9999-12-31T23:59:59.999Z"},
        {INT64_MIN, "0000-01-01T00:00:00.000Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
    };
    struct arena *a = arena_create(1u << 20);

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char out[32];
        assert_int_equal(time_format_iso(cases[i].t, out), TIME_ISO_LEN);
        expect_text(str_make(out, TIME_ISO_LEN), cases[i].text);
        expect_text(time_iso(a, cases[i].t), cases[i].text);
    }
    arena_destroy(a);
}

static void day_is(int y, int m, int d, int64_t want)
{
    char text[40], back[16];
    int64_t day = 0;

    snprintf(text, sizeof(text), "%04d-%02d-%02d", y, m, d);
    if (!time_parse_day(str_c(text), &day) || day != want)
        fail_msg("%s gave %lld, not %lld", text, (long long)day, (long long)want);
    assert_int_equal(time_format_day(day, back), 10);
    assert_memory_equal(back, text, 10);
}

// First and last day of every month, counted the long way.
static void ten_thousand_years(void **state UNUSED)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t first = -719528; // 0000-01-01

    for (int y = 0; y <= 9999; y++) {
        bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
        for (int m = 1; m <= 12; m++) {
            int days = lengths[m - 1] + (m == 2 && leap);
            day_is(y, m, 1, first);
            day_is(y, m, days, first + days - 1);
            first += days;
        }
    }
    assert_int_equal(first, 2932897); // 10000-01-01
}

static void days_are_floors(void **state UNUSED)
{
    static const struct {
        millis t;
        int64_t day;
    } cases[] = {
        {0, 0},
        {MILLIS_DAY - 1, 0},
        {MILLIS_DAY, 1},
        {-1, -1},
        {-MILLIS_DAY, -1},
        {-MILLIS_DAY - 1, -2},
        {INT64_MAX, INT64_C(106751991167)},
        {INT64_MIN, INT64_C(-106751991168)},
    };
    int64_t day = 7;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(time_day(cases[i].t), cases[i].day);
    assert_false(time_parse_day(STR("2026-01-31T"), &day));
    assert_false(time_parse_day(STR("2026-02-30"), &day));
    assert_false(time_parse_day(STR("20260131"), &day));
    assert_int_equal(day, 7);
}

static void the_day_of_any_number_is_a_date(void **state UNUSED)
{
    static const int64_t days[] = {INT64_MIN, -719529, 2932897, INT64_MAX};

    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        char out[16];
        int64_t day;
        assert_true(time_parse_day(str_make(out, time_format_day(days[i], out)), &day));
    }
}

static void clocks_run(void **state UNUSED)
{
    int64_t ns = clock_mono_ns(), ms = clock_mono_ms();

    assert_true(clock_now() > INT64_C(1700000000000));
    assert_true(ms >= ns / 1000000);
    assert_true(clock_mono_ns() >= ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),          cmocka_unit_test(refuses),
        cmocka_unit_test(formats),         cmocka_unit_test(ten_thousand_years),
        cmocka_unit_test(days_are_floors), cmocka_unit_test(the_day_of_any_number_is_a_date),
        cmocka_unit_test(clocks_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
