// SPDX-License-Identifier: MIT
// HTTP's dates in and out.
#include "base/http_date.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
    millis t;
    const char *text;
} dates[] = {
    {INT64_C(784111777000), "Sun, 06 Nov 1994 08:49:37 GMT"},
    {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
    {INT64_C(1709210096000), "Thu, 29 Feb 2024 12:34:56 GMT"},
    {INT64_C(1798761599000), "Thu, 31 Dec 2026 23:59:59 GMT"},
};

static void test_dates_go_out_and_come_in(void **state)
{
    (void)state;
    struct arena *a = arena_create(64 << 10);
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        millis t = 1;
        assert_string_equal(arena_cstr(a, http_date(a, dates[i].t)), dates[i].text);
        assert_true(http_date_parse(str_c(dates[i].text), &t));
        assert_int_equal(t, dates[i].t);
    }
    arena_destroy(a);
}

static void test_other_texts_are_no_dates(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 36 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:3x GMT",
    };
    millis t = 1;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_false(http_date_parse(str_c(texts[i]), &t));
    assert_false(http_date_parse(STR_NONE, &t));
    assert_int_equal(t, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_go_out_and_come_in),
        cmocka_unit_test(test_other_texts_are_no_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
