// SPDX-License-Identifier: MIT
// Counting attempts: how many, for how long, and that a flood of names does not grow anything.
#include "auth/attempts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { WINDOW_MS = 15 * 60 * 1000, MAX = 3 };

static void the_window_opens_again(void **state UNUSED)
{
    struct attempts *a = attempts_create();

    for (int64_t i = 0; i < MAX; i++)
        assert_int_equal(attempts_take(a, STR("ann"), MAX, 1000 + i), 0);
    assert_int_equal(attempts_take(a, STR("ann"), MAX, 2000), WINDOW_MS - 1000);
    assert_int_equal(attempts_take(a, STR("ann"), MAX, 1000 + WINDOW_MS - 1), 1);
    assert_int_equal(attempts_take(a, STR("ben"), MAX, 2000), 0);
    assert_int_equal(attempts_take(a, STR("ann"), MAX, 1000 + WINDOW_MS), 0);
    attempts_destroy(a);
}

static void what_was_no_failure_does_not_count(void **state UNUSED)
{
    struct attempts *a = attempts_create();

    for (int i = 0; i < 10 * MAX; i++) {
        assert_int_equal(attempts_take(a, STR("ann"), MAX, 1), 0);
        attempts_give_back(a, STR("ann"));
    }
    for (int i = 0; i < MAX; i++)
        assert_int_equal(attempts_take(a, STR("ann"), MAX, 1), 0);
    assert_true(attempts_take(a, STR("ann"), MAX, 1) > 0);
    attempts_forget(a, STR("ann"));
    assert_int_equal(attempts_take(a, STR("ann"), MAX, 1), 0);
    attempts_give_back(a, STR("nobody"));
    attempts_forget(a, STR("nobody"));
    attempts_destroy(a);
}

static void a_flood_of_names_is_bounded(void **state UNUSED)
{
    struct attempts *a = attempts_create();
    char name[32];

    for (int i = 0; i < 100000; i++) {
        (void)snprintf(name, sizeof name, "user%d@example.com", i);
        assert_int_equal(attempts_take(a, str_c(name), 1, 1000 + i), 0);
    }
    assert_true(attempts_take(a, str_c(name), 1, 101000) > 0); // the newest is still known
    attempts_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_opens_again),
        cmocka_unit_test(what_was_no_failure_does_not_count),
        cmocka_unit_test(a_flood_of_names_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
