// SPDX-License-Identifier: MIT
// UTF-8: what is valid, cutting at boundaries, UTF-16 counts, cleaning, code points.
#include "base/utf8.h"

#include "unit/base/expect.h"

#define FFFD "\xef\xbf\xbd"

static const struct {
    str in;
    bool valid;
    const char *clean; // NULL: the same text
} texts[] = {
    {STR_INIT(""), true, NULL},
    {STR_INIT("plain ascii, long enough for words"), true, NULL},
    {STR_INIT("\x7f"), true, NULL},
    {STR_INIT("\xc2\x80"), true, NULL},
    {STR_INIT("\xdf\xbf"), true, NULL},
    {STR_INIT("\xe0\xa0\x80"), true, NULL},
    {STR_INIT("\xed\x9f\xbf"), true, NULL},
    {STR_INIT("\xee\x80\x80"), true, NULL},
    {STR_INIT("\xef\xbf\xbf"), true, NULL},
    {STR_INIT("\xf0\x90\x80\x80"), true, NULL},
    {STR_INIT("\xf4\x8f\xbf\xbf"), true, NULL},
    {STR_INIT("12345678\xc3\xa9"
              "12345678"),
     true, NULL},
    {STR_INIT("\x80"), false, FFFD},
    {STR_INIT("a\xffz"), false, "a" FFFD "z"},
    {STR_INIT("\xc0\x80"), false, FFFD FFFD}, // overlong NUL
    {STR_INIT("\xc1\xbf"), false, FFFD FFFD},
    {STR_INIT("\xe0\x9f\xbf"), false, FFFD FFFD FFFD},
    {STR_INIT("\xed\xa0\x80"), false, FFFD FFFD FFFD}, // a surrogate
    {STR_INIT("\xf0\x8f\xbf\xbf"), false, FFFD FFFD FFFD FFFD},
    {STR_INIT("\xf4\x90\x80\x80"), false, FFFD FFFD FFFD FFFD}, // above U+10FFFF
    {STR_INIT("\xf5\x80\x80\x80"), false, FFFD FFFD FFFD FFFD},
    {STR_INIT("x\xe2\x82"), false, "x" FFFD FFFD}, // cut off
    {STR_INIT("\xe2\x82\xac\xe2"), false, "\xe2\x82\xac" FFFD},
    {STR_INIT("\xe2(\xac"), false, FFFD "(" FFFD},
    {STR_INIT("\xf0\x9f\x98"), false, FFFD FFFD FFFD},
    {STR_INIT("a\0b"), true, "a" FFFD "b"}, // valid, but unwanted
};

static void validates_and_cleans(void **state UNUSED)
{
    struct arena *a = arena_create(1u << 20);

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        str in = texts[i].in, clean = utf8_clean(a, in);
        if (utf8_valid(in) != texts[i].valid)
            fail_msg("case %zu", i);
        assert_true(utf8_valid(clean));
        if (texts[i].clean)
            expect_text(clean, texts[i].clean);
        else
            assert_ptr_equal(clean.p, in.p);
    }
    expect_str(utf8_clean(a, STR_NONE), STR_NONE);
    arena_destroy(a);
}

static void a_full_arena_gives_none(void **state UNUSED)
{
    struct arena *a = arena_create(16);
    expect_str(utf8_clean(a, STR("\xff"
                                 "0123456789abcdef")),
               STR_NONE);
    arena_destroy(a);
}

// a, e acute (2 bytes, 1 unit), euro (3, 1), grinning face (4, 2)
#define MIXED "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"

static void cuts_on_boundaries(void **state UNUSED)
{
    static const size_t by_bytes[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    static const size_t by_units[] = {0, 1, 3, 6, 6, 10, 10};

    for (size_t max = 0; max < ARRAY_LEN(by_bytes); max++)
        assert_int_equal(utf8_cut(STR(MIXED), max).n, by_bytes[max]);
    for (size_t units = 0; units < ARRAY_LEN(by_units); units++)
        assert_int_equal(utf8_cut_units(STR(MIXED), units).n, by_units[units]);
    assert_int_equal(utf8_units(STR(MIXED)), 5);
    assert_int_equal(utf8_units(STR_NONE), 0);
    expect_str(utf8_cut(STR_NONE, 5), STR_NONE);
}

static void every_code_point_round_trips(void **state UNUSED)
{
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        char text[4];
        size_t n = utf8_put(cp, text), i = 0;
        bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
        if (utf8_valid(str_make(text, n)) == surrogate)
            fail_msg("U+%04X", cp);
        if (!surrogate && (utf8_next(str_make(text, n), &i) != cp || i != n))
            fail_msg("U+%04X", cp);
    }
}

static void walks_a_text(void **state UNUSED)
{
    static const uint32_t want[] = {'a', 0xe9, 0x20ac, 0x1f600};
    size_t i = 0, n = 0;

    while (i < STR(MIXED).n)
        assert_int_equal(utf8_next(STR(MIXED), &i), want[n++]);
    assert_int_equal(n, ARRAY_LEN(want));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validates_and_cleans), cmocka_unit_test(a_full_arena_gives_none),
        cmocka_unit_test(cuts_on_boundaries),   cmocka_unit_test(every_code_point_round_trips),
        cmocka_unit_test(walks_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
