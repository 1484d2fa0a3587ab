// SPDX-License-Identifier: MIT
// Free values: what the store keeps of them, and how stored texts come back in an answer.
#include "json/write.h"

#include "unit/base/expect.h"

static int setup(void **state)
{
    *state = arena_create(16u << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

static void what_is_stored(void **state)
{
    static const struct {
        const char *in, *out; // NULL: none
    } cases[] = {
        {"null", NULL},
        {"\"text\"", "text"},
        {"\"\"", ""},
        {"\"{\\\"a\\\":1}\"", "{\"a\":1}"}, // a string that holds JSON is stored as it is
        {"12345678901234567890", "12345678901234567890"},
        {"1.0", "1.0"},
        {"true", "true"},
        {"false", "false"},
        {"[ 1, \"a\" ]", "[1,\"a\"]"},
        {"{ \"a\" : null }", "{\"a\":null}"},
        {"{\"a\":1,\"a\":2}", "{\"a\":2}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_text(json_stored(*state, json_try(*state, str_c(cases[i].in))), cases[i].out);
    expect_str(json_stored(*state, NULL), STR_NONE);
}

static void how_it_comes_back(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {NULL, "null"},
        {"", "\"\""},
        {"text", "\"text\""},
        {"1. First, open the door", "\"1. First, open the door\""},
        {"[INFO] \"quoted\"", "\"[INFO] \\\"quoted\\\"\""},
        {"{not json}", "\"{not json}\""},
        {"true", "true"},
        {"truth", "\"truth\""},
        {"null", "null"},
        {"-", "\"-\""},
        {"5", "5"},
        {"1.0", "1.0"},
        {"\"a\"", "\"a\""},
        {" [1, 2] ", "[1,2]"},
        {"{\"a\":{\"b\":[1,true,null,\"x\"]}}", "{\"a\":{\"b\":[1,true,null,\"x\"]}}"},
        {"{\"a\":1,\"a\":2}", "{\"a\":2}"},
        {"999999999999999", "999999999999999"},
        {"9007199254740991", "9007199254740991"},
        {"9007199254740993", "\"9007199254740993\""}, // no double holds it
        {"-9007199254740993", "\"-9007199254740993\""},
        {"9007199254740994", "9007199254740994"},
        {"12345678901234567890", "\"12345678901234567890\""},
        {"100000000000000000000", "100000000000000000000"},
        {"1000000000000000000000", "\"1000000000000000000000\""}, // prints as 1e+21
        {"[9007199254740993,{\"n\":-12345678901234567890}]",
         "[\"9007199254740993\",{\"n\":\"-12345678901234567890\"}]"},
        {"123456789012345678901234567890.5", "123456789012345678901234567890.5"},
        {"1e400", "1e400"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(buf_fini) struct buf b = {0};
        size_t used = arena_used(*state);
        struct jw w;
        buf_init(&b, 4096);
        jw_init(&w, &b);
        jw_array(&w);
        jw_stored(&w, *state, str_c(cases[i].in));
        jw_i64(&w, 0); // the comma behind a value is right, whatever it was
        jw_array_end(&w);
        expect_str(buf_str(&b), arena_fmt(*state, "[%s,0]", cases[i].out));
        assert_true(arena_used(*state) <= used + 65536);
    }
}

static void very_long_integers_are_texts(void **state)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;
    str digits = arena_fmt(*state, "1%02000d", 7);

    buf_init(&b, 8192);
    jw_init(&w, &b);
    jw_stored(&w, *state, digits);
    expect_str(buf_str(&b), arena_fmt(*state, "\"%.*s\"", STR_ARG(digits)));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_stored),
        TEST(how_it_comes_back),
        TEST(very_long_integers_are_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
