// SPDX-License-Identifier: MIT
// Slices: comparison, search, cutting, strict numbers, the stored hash.
#include "base/str.h"

#include "unit/base/expect.h"

#include <stdlib.h>

static void none_differs_from_empty(void **state UNUSED)
{
    assert_false(str_some(STR_NONE));
    assert_true(str_some(STR("")));
    assert_true(str_eq(STR_NONE, STR(""))); // equal as texts
    assert_false(str_some(str_c(NULL)));
    assert_true(str_some(str_c("")));
}

static void compares(void **state UNUSED)
{
    static const struct {
        str a, b;
        int order;
        bool nocase;
    } cases[] = {
        {STR_INIT("abc"), STR_INIT("abc"), 0, true},
        {STR_INIT("abc"), STR_INIT("ABC"), 1, true},
        {STR_INIT("abc"), STR_INIT("abcd"), -1, false},
        {STR_INIT(""), STR_INIT("a"), -1, false},
        {STR_INIT("b"), STR_INIT("abc"), 1, false},
        {STR_INIT("\x80"), STR_INIT("a"), 1, false}, // bytes, not signed characters
        {STR_INIT("@"), STR_INIT("`"), -1, false},   // one bit apart, but no letters
        {STR_INIT("a\0b"), STR_INIT("a\0c"), -1, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int got = str_cmp(cases[i].a, cases[i].b), back = str_cmp(cases[i].b, cases[i].a);
        assert_int_equal((got > 0) - (got < 0), cases[i].order);
        assert_int_equal((back > 0) - (back < 0), -cases[i].order);
        assert_int_equal(str_eq(cases[i].a, cases[i].b), cases[i].order == 0);
        assert_int_equal(str_eq_nocase(cases[i].a, cases[i].b), cases[i].nocase);
    }
}

static void searches(void **state UNUSED)
{
    str s = STR("hello, hello");

    assert_int_equal(str_find(s, STR("llo")), 2);
    assert_int_equal(str_find(s, STR("")), 0);
    assert_int_equal(str_find(s, STR("x")), -1);
    assert_int_equal(str_find(STR(""), STR("x")), -1);
    assert_int_equal(str_find(STR_NONE, STR("x")), -1);
    assert_int_equal(str_find_char(s, 'o'), 4);
    assert_int_equal(str_find_char(STR_NONE, 0), -1);
    assert_int_equal(str_find_char(str_make("a\0b", 3), 0), 1);
    assert_true(str_has(s, STR(", ")));
    assert_true(str_starts(s, STR("hell")) && !str_starts(s, STR("ello")));
    assert_true(str_ends(s, STR("ello")) && !str_ends(s, STR("hell")));
    assert_true(str_starts(STR_NONE, STR("")) && str_ends(STR(""), STR_NONE));
    assert_false(str_starts(STR("a"), STR("ab")) || str_ends(STR("b"), STR("ab")));
}

static void cuts_are_clamped(void **state UNUSED)
{
    str s = STR("abcdef");

    expect_text(str_sub(s, 1, 3), "bcd");
    expect_text(str_sub(s, 4, SIZE_MAX), "ef");
    expect_text(str_sub(s, 9, 1), "");
    expect_text(str_skip(s, 4), "ef");
    expect_text(str_skip(s, 7), "");
    expect_str(str_skip(STR_NONE, 3), STR_NONE);
    expect_text(str_trim(STR(" \t\r\n x y \v\f")), "x y");
    expect_text(str_trim(STR("   ")), "");
    expect_str(str_trim(STR_NONE), STR_NONE);
}

static void copies_end_in_nul(void **state UNUSED)
{
    char *copy = str_dup(str_sub(STR("abcdef"), 1, 3)), *empty = str_dup(STR(""));

    assert_string_equal(copy, "bcd");
    assert_string_equal(empty, "");
    assert_null(str_dup(STR_NONE));
    free(copy);
    free(empty);
}

static void splits(void **state UNUSED)
{
    static const struct {
        const char *text;
        const char *parts[4];
    } cases[] = {
        {"a,b,c", {"a", "b", "c"}}, {"", {""}},       {",", {"", ""}},
        {"a,", {"a", ""}},          {"abc", {"abc"}}, {NULL, {NULL}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n = 0;
        for (str rest = str_c(cases[i].text), part; str_next(&rest, ',', &part); n++)
            expect_text(part, cases[i].parts[n]);
        assert_null(cases[i].parts[n]);
    }
}

static void parses_integers_strictly(void **state UNUSED)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t v;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"42", true, 42},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1.0", false, 0},
        {"1e3", false, 0},
        {"0x10", false, 0},
        {"1-", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t v = 77;
        assert_int_equal(str_to_i64(str_c(cases[i].text), &v), cases[i].ok);
        assert_int_equal(v, cases[i].ok ? cases[i].v : 77);
    }
}

static void parses_json_numbers_only(void **state UNUSED)
{
    static const struct {
        const char *text;
        bool ok;
        double v;
    } cases[] = {
        {"0", true, 0},
        {"-1.5e3", true, -1500},
        {"1E+2", true, 100},
        {"0.1", true, 0.1},
        {"5e-324", true, 5e-324},
        {"1e-400", true, 0},
        {"1.7976931348623157e308", true, 1.7976931348623157e308},
        {"1e400", false, 0},
        {"-1e400", false, 0},
        {"NaN", false, 0},
        {"inf", false, 0},
        {"0x1p3", false, 0},
        {"1.", false, 0},
        {".5", false, 0},
        {"01", false, 0},
        {"+1", false, 0},
        {"1e", false, 0},
        {"1e+", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"-", false, 0},
        {"", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        double v = 77, want = cases[i].ok ? cases[i].v : 77;
        if (str_to_double(str_c(cases[i].text), &v) != cases[i].ok)
            fail_msg("\"%s\"", cases[i].text);
        assert_memory_equal(&v, &want, sizeof(v));
    }
}

// Values of the reference SipHash-2-4 under the fixed key. They are on users' disks: when one of
// them changes, stored hashes no longer match.
static void the_hash_never_changes(void **state UNUSED)
{
    static const struct {
        const char *text;
        uint64_t hash;
    } cases[] = {
        {"", UINT64_C(0xb78b4d92b942330e)},
        {"a", UINT64_C(0x568bfff57379ac2a)},
        {"trace-1", UINT64_C(0x479c7a8811d4faa4)},
        {"12345678", UINT64_C(0x5d9971f97848aa53)},
        {"123456789", UINT64_C(0x5c60a3f5d2b196eb)},
        {"the quick brown fox jumps over the lazy dog", UINT64_C(0x7b91f297e64eb996)},
        {"日本語", UINT64_C(0x33393cb32dc58da4)},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(str_hash(str_c(cases[i].text)), cases[i].hash);
    assert_int_equal(str_hash(STR_NONE), str_hash(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_differs_from_empty),
        cmocka_unit_test(compares),
        cmocka_unit_test(searches),
        cmocka_unit_test(cuts_are_clamped),
        cmocka_unit_test(copies_end_in_nul),
        cmocka_unit_test(splits),
        cmocka_unit_test(parses_integers_strictly),
        cmocka_unit_test(parses_json_numbers_only),
        cmocka_unit_test(the_hash_never_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
