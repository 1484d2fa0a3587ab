// SPDX-License-Identifier: MIT
// Regular expressions: what matches, where, bad patterns, patterns that would run for ever.
#include "base/regex.h"

#include "base/clock.h"
#include "unit/base/expect.h"

static struct regex *compile(const char *pattern, bool caseless)
{
    struct arena *a = arena_create(1u << 16);
    struct regex *re = NULL;
    struct ctx ctx;

    ctx_init(&ctx, a);
    if (regex_compile(&ctx, str_c(pattern), caseless, &re) != ERR_OK)
        fail_msg("\"%s\": %.*s", pattern, STR_ARG(ctx.message));
    arena_destroy(a);
    return re;
}

static void matches(void **state UNUSED)
{
    static const struct {
        const char *pattern;
        bool caseless;
        const char *subject;
        bool match;
    } cases[] = {
        {"^(openai/)?(gpt-4o)$", false, "gpt-4o", true},
        {"^(openai/)?(gpt-4o)$", false, "openai/gpt-4o", true},
        {"^(openai/)?(gpt-4o)$", false, "gpt-4o-mini", false},
        {"^(openai/)?(gpt-4o)$", false, "GPT-4o", false},
        {"(?i)^(openai/)?(gpt-4o)$", false, "GPT-4O", true},
        {"^gpt$", true, "GPT", true},
        {"^gpt$", false, "gpt\n", false},
        {"b", false, "abc", true}, // a search, unanchored
        {"", false, "", true},
        {"^.{3}$", false, "\xc3\xa9t\xc3\xa9", true}, // characters, not bytes
        {"^\xc3\xa9$", true, "\xc3\x89", true},
        {"^a.c$", false,
         "a\xff"
         "c",
         false}, // broken text matches nothing
        {"c$", false,
         "\xff"
         "abc",
         true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct regex *re = compile(cases[i].pattern, cases[i].caseless);
        if (regex_match(re, str_c(cases[i].subject)) != cases[i].match)
            fail_msg("case %zu: %s", i, cases[i].pattern);
        regex_free(re);
    }
    regex_free(NULL);
}

static void finds_one_after_the_other(void **state UNUSED)
{
    struct regex *re = compile("[0-9]+", false);
    str s = STR("a12b345c6");
    size_t at = 0, n = 0, end = 0;
    static const size_t want[][2] = {{1, 3}, {4, 7}, {8, 9}};

    for (; regex_find(re, s, end, &at, &end); n++) {
        assert_int_equal(at, want[n][0]);
        assert_int_equal(end, want[n][1]);
    }
    assert_int_equal(n, ARRAY_LEN(want));
    assert_false(regex_find(re, s, s.n + 1, &at, &end));
    assert_false(regex_match(re, STR_NONE));
    regex_free(re);
}

static void bad_patterns_are_explained(void **state UNUSED)
{
    static const char *const bad[] = {"(", "[a", "a**", "(?<n", "\\", "\xff"};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arena *a = arena_create(1u << 16);
        struct regex *re = NULL;
        struct ctx ctx;
        ctx_init(&ctx, a);
        if (regex_compile(&ctx, str_c(bad[i]), false, &re) != ERR_INVALID)
            fail_msg("\"%s\"", bad[i]);
        assert_null(re);
        assert_true(str_has(ctx.message, STR("regular expression")));
        arena_destroy(a);
    }
}

static void runaway_patterns_end(void **state UNUSED)
{
    static const char *const patterns[] = {"^(a+)+$", "^(a|aa)+$", "(.*)*x",
                                           "^(([a-z])+.)+[A-Z]+$"};
    char text[5001];
    int64_t start = clock_mono_ms();

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '!';
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
        struct regex *re = compile(patterns[i], false);
        assert_false(regex_match(re, str_make(text, sizeof(text))));
        regex_free(re);
    }
    assert_true(clock_mono_ms() - start < 10000); // unlimited: longer than the universe
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches),
        cmocka_unit_test(finds_one_after_the_other),
        cmocka_unit_test(bad_patterns_are_explained),
        cmocka_unit_test(runaway_patterns_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
