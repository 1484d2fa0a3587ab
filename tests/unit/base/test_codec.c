// SPDX-License-Identifier: MIT
// Hex, base64 and percent coding against known vectors and against malformed input.
#include "base/codec.h"

#include "unit/base/expect.h"

static int setup(void **state)
{
    *state = arena_create(1u << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

static void hex(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        str data;
    } cases[] = {
        {"", true, STR_INIT("")},
        {"00ff7f", true, STR_INIT("\x00\xff\x7f")},
        {"DeadBEEF", true, STR_INIT("\xde\xad\xbe\xef")},
        {"0", false, STR_INIT("")},
        {"0g", false, STR_INIT("")},
        {"g0", false, STR_INIT("")},
        {"0x", false, STR_INIT("")},
        {"@0", false, STR_INIT("")}, // '@' | 0x20 is '`', just below 'a'
        {" 0", false, STR_INIT("")},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str out = STR("untouched");
        assert_int_equal(hex_decode(*state, str_c(cases[i].text), &out), cases[i].ok);
        expect_str(out, cases[i].ok ? cases[i].data : STR("untouched"));
    }
    expect_text(hex_encode(*state, "\x00\xff\x7f", 3), "00ff7f");
}

// RFC 4648, section 10, and bytes that need the last two letters.
static const struct {
    str data;
    const char *standard, *url;
} vectors[] = {
    {STR_INIT(""), "", ""},
    {STR_INIT("f"), "Zg==", "Zg"},
    {STR_INIT("fo"), "Zm8=", "Zm8"},
    {STR_INIT("foo"), "Zm9v", "Zm9v"},
    {STR_INIT("foob"), "Zm9vYg==", "Zm9vYg"},
    {STR_INIT("fooba"), "Zm9vYmE=", "Zm9vYmE"},
    {STR_INIT("foobar"), "Zm9vYmFy", "Zm9vYmFy"},
    {STR_INIT("\xfb\xff\xfe"), "+//+", "-__-"},
    {STR_INIT("\0\0\0\0"), "AAAAAA==", "AAAAAA"},
};

static void base64_vectors(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        str out;
        expect_text(base64_encode(*state, vectors[i].data), vectors[i].standard);
        expect_text(base64url_encode(*state, vectors[i].data), vectors[i].url);
        assert_true(base64_decode(*state, str_c(vectors[i].standard), &out));
        expect_str(out, vectors[i].data);
        assert_true(base64_decode(*state, str_c(vectors[i].url), &out));
        expect_str(out, vectors[i].data);
    }
}

static void base64_faults(void **state)
{
    static const char *const bad[] = {"A",     "AAAAA",  "A===", "=",   "Zg=a",
                                      "Zm 9v", "Zm9v\n", "Z*==", "===="};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        str out = STR("untouched");
        if (base64_decode(*state, str_c(bad[i]), &out))
            fail_msg("\"%s\"", bad[i]);
        expect_text(out, "untouched");
    }
}

static void percent_decoding(void **state)
{
    static const struct {
        const char *text;
        bool plus, ok;
        str out;
    } cases[] = {
        {"plain", true, true, STR_INIT("plain")},
        {"a+b", true, true, STR_INIT("a b")},
        {"a+b", false, true, STR_INIT("a+b")},
        {"a%20b%2B", true, true, STR_INIT("a b+")},
        {"%00%ff%Af", true, true, STR_INIT("\x00\xff\xaf")},
        {"%41", false, true, STR_INIT("A")},
        {"100%25", true, true, STR_INIT("100%")},
        {"%", true, false, STR_INIT("")},
        {"%4", true, false, STR_INIT("")},
        {"a%4", true, false, STR_INIT("")},
        {"%4g", true, false, STR_INIT("")},
        {"%g4", true, false, STR_INIT("")},
        {"%%41", true, false, STR_INIT("")},
        {"%u0041", true, false, STR_INIT("")},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str out = STR("untouched");
        assert_int_equal(percent_decode(*state, str_c(cases[i].text), cases[i].plus, &out),
                         cases[i].ok);
        expect_str(out, cases[i].ok ? cases[i].out : STR("untouched"));
    }
}

static void percent_encoding(void **state)
{
    char all[256];
    str back;

    expect_text(percent_encode(*state, STR("aZ09-_.~")), "aZ09-_.~");
    expect_text(percent_encode(*state, STR("a b/c?\xc3\xa9%")), "a%20b%2Fc%3F%C3%A9%25");
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (char)i;
    assert_true(
        percent_decode(*state, percent_encode(*state, str_make(all, sizeof(all))), true, &back));
    expect_str(back, str_make(all, sizeof(all)));
}

static void a_full_arena_gives_none(void **state UNUSED)
{
    struct arena *a = arena_create(16);
    str out = STR("untouched"), twenty = STR("01234567890123456789");

    expect_str(hex_encode(a, twenty.p, twenty.n), STR_NONE);
    expect_str(base64_encode(a, twenty), STR_NONE);
    expect_str(percent_encode(a, twenty), STR_NONE);
    assert_false(hex_decode(a, twenty, &out));
    assert_false(base64_decode(a, twenty, &out));
    assert_false(percent_decode(a, STR("%20"), true, &out));
    expect_text(out, "untouched");
    arena_destroy(a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hex),
        TEST(base64_vectors),
        TEST(base64_faults),
        TEST(percent_decoding),
        TEST(percent_encoding),
        cmocka_unit_test(a_full_arena_gives_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
