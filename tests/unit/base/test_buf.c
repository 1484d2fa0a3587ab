// SPDX-License-Identifier: MIT
// The growable buffer: growth, the maximum, formatting, moving the memory out.
#include "base/buf.h"

#include "unit/base/expect.h"

#include <stdlib.h>

static void appends_grow_it(void **state UNUSED)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 1u << 20);
    expect_text(buf_str(&b), "");
    for (int i = 0; i < 1000; i++) {
        BUF_ADD(&b, "ab");
        buf_add_char(&b, 'c');
        buf_add(&b, STR_NONE);
    }
    assert_true(buf_ok(&b));
    assert_int_equal(b.len, 3000);
    for (size_t i = 0; i < 3000; i++)
        assert_int_equal(b.data[i], "abc"[i % 3]);
}

static void the_maximum_is_exact_and_sticky(void **state UNUSED)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 10);
    BUF_ADD(&b, "0123456789");
    assert_true(buf_ok(&b));
    buf_add_char(&b, 'x');
    assert_false(buf_ok(&b));
    expect_text(buf_str(&b), "0123456789");
    buf_clear(&b);
    assert_true(buf_ok(&b));
    BUF_ADD(&b, "12345678");
    BUF_ADD(&b, "123"); // too much: nothing of it is taken
    BUF_ADD(&b, "9");   // would fit, but a hole in the middle must not go unseen
    assert_false(buf_ok(&b));
    expect_text(buf_str(&b), "12345678");
}

static void reserving_over_the_maximum_fails(void **state UNUSED)
{
    static const size_t extras[] = {101, SIZE_MAX, SIZE_MAX / 2};

    for (size_t i = 0; i < ARRAY_LEN(extras); i++) {
        AUTO(buf_fini) struct buf b = {0};
        buf_init(&b, 100);
        assert_true(buf_reserve(&b, 100));
        assert_false(buf_reserve(&b, extras[i]));
        assert_false(buf_ok(&b));
    }
}

static void formats_short_and_long(void **state UNUSED)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 1u << 20);
    buf_add_fmt(&b, "%d,", 7);
    buf_add_fmt(&b, "%0511d", 1); // fills the inner buffer up to its last byte
    buf_add_fmt(&b, "%0512d", 2);
    buf_add_fmt(&b, "%05000d", 3);
    assert_int_equal(b.len, 2 + 511 + 512 + 5000);
    assert_int_equal(b.data[2 + 510], '1');
    assert_int_equal(b.data[2 + 511 + 511], '2');
    assert_int_equal(b.data[b.len - 1], '3');
}

static void a_format_over_the_maximum_fails(void **state UNUSED)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 600);
    buf_add_fmt(&b, "%0700d", 1);
    assert_false(buf_ok(&b));
    assert_int_equal(b.len, 0);
}

static void writes_integers(void **state UNUSED)
{
    static const struct {
        int64_t v;
        const char *text;
    } cases[] = {
        {0, "0"},
        {7, "7"},
        {-1, "-1"},
        {1234567890123, "1234567890123"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf_fini) struct buf b = {0};
        buf_init(&b, 100);
        buf_add_i64(&b, cases[i].v);
        expect_text(buf_str(&b), cases[i].text);
    }
}

static void the_memory_can_be_taken(void **state UNUSED)
{
    struct buf b;
    size_t len;

    buf_init(&b, 100);
    BUF_ADD(&b, "mine");
    char *p = buf_take(&b, &len);
    assert_int_equal(len, 4);
    assert_memory_equal(p, "mine", 4);
    assert_int_equal(b.len, 0);
    BUF_ADD(&b, "next"); // still usable, with its maximum
    expect_text(buf_str(&b), "next");
    free(p);
    buf_fini(&b);
    buf_fini(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_grow_it),
        cmocka_unit_test(the_maximum_is_exact_and_sticky),
        cmocka_unit_test(reserving_over_the_maximum_fails),
        cmocka_unit_test(formats_short_and_long),
        cmocka_unit_test(a_format_over_the_maximum_fails),
        cmocka_unit_test(writes_integers),
        cmocka_unit_test(the_memory_can_be_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
