// SPDX-License-Identifier: MIT
// The streaming writer: commas, escapes, numbers as JavaScript prints them, overflow.
#include "json/write.h"

#include "unit/base/expect.h"

#include <math.h>

static void commas_and_nesting(void **state UNUSED)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, 4096);
    jw_init(&w, &b);
    jw_object(&w);
    jw_kstr(&w, STR("s"), STR("x"));
    jw_kstr(&w, STR("none"), STR_NONE);
    jw_ki64(&w, STR("i"), -5);
    jw_kbool(&w, STR("b"), true);
    jw_kdouble(&w, STR("d"), 0.5);
    jw_ktime(&w, STR("t"), 0);
    jw_ktime(&w, STR("never"), MILLIS_NONE);
    jw_kraw(&w, STR("raw"), STR("[1]"));
    jw_knull(&w, STR("n"));
    jw_key(&w, STR("a"));
    jw_array(&w);
    jw_i64(&w, 1);
    jw_array(&w);
    jw_array_end(&w);
    jw_object(&w);
    jw_object_end(&w);
    jw_money(&w, INT64_C(10500000000));
    jw_null(&w);
    jw_array_end(&w);
    jw_kbool(&w, STR("last"), false);
    jw_object_end(&w);
    expect_text(buf_str(&b),
                "{\"s\":\"x\",\"none\":null,\"i\":-5,\"b\":true,\"d\":0.5,"
                "\"t\":\"1970-01-01T00:00:00.000Z\",\"never\":null,\"raw\":[1],\"n\":null,"
                "\"a\":[1,[],{},0.0105,null],\"last\":false}");
}

static void escapes(void **state UNUSED)
{
    static const struct {
        str in;
        const char *out;
    } cases[] = {
        {STR_INIT(""), ""},
        {STR_INIT("plain"), "plain"},
        {STR_INIT("\"\\/"), "\\\"\\\\/"},
        {STR_INIT("\b\f\n\r\t"), "\\b\\f\\n\\r\\t"},
        {STR_INIT("\0\x01\x1f\x7f"), "\\u0000\\u0001\\u001f\x7f"},
        {STR_INIT("\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80"), "\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80"},
        {STR_INIT("1234567\"8"), "1234567\\\"8"}, // last of eight, first of the next
        {STR_INIT("12345678\"9"), "12345678\\\"9"},
        {STR_INIT("\n\n\n\n\n\n\n\n\n"), "\\n\\n\\n\\n\\n\\n\\n\\n\\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf_fini) struct buf b = {0};
        buf_init(&b, 4096);
        json_escape(&b, cases[i].in);
        expect_text(buf_str(&b), cases[i].out);
    }
}

// Every byte at every place of the eight that are looked at together.
static void escapes_each_byte_anywhere(void **state UNUSED)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 4096);
    for (size_t at = 0; at < 19; at++) {
        for (int c = 0; c < 256; c++) {
            char text[20];
            bool escaped = c < 0x20 || c == '"' || c == '\\';
            memset(text, 0xe9, sizeof(text));
            text[at] = (char)c;
            buf_clear(&b);
            json_escape(&b, str_make(text, sizeof(text)));
            assert_int_equal(b.len > sizeof(text), escaped);
            assert_memory_equal(b.data, text, at);
            assert_memory_equal(b.data + b.len - (19 - at), text + at + 1, 19 - at);
        }
    }
}

static void numbers_look_like_javascripts(void **state UNUSED)
{
    static const struct {
        double v;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {123456.789, "123456.789"},
        {100, "100"},
        {1e20, "100000000000000000000"},
        {1e21, "1e+21"},
        {1.5e21, "1.5e+21"},
        {123456789012345680000.0, "123456789012345680000"},
        {9007199254740991, "9007199254740991"},
        {-9007199254740992, "-9007199254740992"},
        {18014398509481984.0, "18014398509481984"},
        {0.000001, "0.000001"},
        {0.0000015, "0.0000015"},
        {1e-7, "1e-7"},
        {1.5e-7, "1.5e-7"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {4.35, "4.35"},
        {0.000123456789, "0.000123456789"},
        {HUGE_VAL, "null"},
        {-HUGE_VAL, "null"},
        {__builtin_nan(""), "null"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf_fini) struct buf b = {0};
        struct jw w;
        buf_init(&b, 4096);
        jw_init(&w, &b);
        jw_double(&w, cases[i].v);
        expect_text(buf_str(&b), cases[i].text);
    }
}

static void every_double_reads_back(void **state UNUSED)
{
    uint64_t x = 1;

    for (int i = 0; i < 20000; i++) {
        AUTO(buf_fini) struct buf b = {0};
        struct jw w;
        double v, back;
        x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        memcpy(&v, &x, sizeof(v));
        if (!isfinite(v))
            continue;
        buf_init(&b, 4096);
        jw_init(&w, &b);
        jw_double(&w, v);
        assert_true(str_to_double(buf_str(&b), &back));
        assert_memory_equal(&v, &back, sizeof(v));
    }
}

static void overflow_shows_at_the_end(void **state UNUSED)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, 10);
    jw_init(&w, &b);
    jw_array(&w);
    for (int i = 0; i < 100; i++)
        jw_str(&w, STR("abc"));
    jw_array_end(&w);
    assert_false(buf_ok(&b));
    assert_true(b.len <= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_and_nesting),
        cmocka_unit_test(escapes),
        cmocka_unit_test(escapes_each_byte_anywhere),
        cmocka_unit_test(numbers_look_like_javascripts),
        cmocka_unit_test(every_double_reads_back),
        cmocka_unit_test(overflow_shows_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
