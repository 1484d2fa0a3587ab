// SPDX-License-Identifier: MIT
// Reading: what is JSON and what is not, repair of broken Unicode, accessors, duplicates, depth.
#include "base/limits.h"
#include "json/json.h"

#include "unit/base/expect.h"

#define FFFD "\xef\xbf\xbd"

static int setup(void **state)
{
    *state = arena_create(64u << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(*state);
    return 0;
}

static const struct json *parsed(struct arena *a, str text)
{
    const struct json *v = NULL;
    struct ctx ctx;

    ctx_init(&ctx, a);
    if (json_parse(&ctx, text, &v) != ERR_OK)
        fail_msg("%.*s: %.*s", STR_ARG(text), STR_ARG(ctx.message));
    return v;
}

static void reads_and_writes_back(void **state)
{
    static const struct {
        str in;
        const char *out; // NULL: the same text
    } cases[] = {
        {STR_INIT("null"), NULL},
        {STR_INIT("true"), NULL},
        {STR_INIT(" false\n"), "false"},
        {STR_INIT("0"), NULL},
        {STR_INIT("-0"), NULL},
        {STR_INIT("1.0"), NULL}, // numbers stay as they came
        {STR_INIT("1E+2"), NULL},
        {STR_INIT("1e400"), NULL},
        {STR_INIT("12345678901234567890123"), NULL},
        {STR_INIT("0.10000000000000000000000000001"), NULL},
        {STR_INIT("\"\""), NULL},
        {STR_INIT("\"a\\u0041\\/\""), "\"aA/\""},
        {STR_INIT("\"\\b\\f\\n\\r\\t\\\"\\\\\\u001f\""), NULL},
        {STR_INIT("\"\\u00e9\\ud83d\\ude00\""), "\"\xc3\xa9\xf0\x9f\x98\x80\""},
        {STR_INIT("\"\x7f\xe2\x80\xa8\""), NULL},
        {STR_INIT("[]"), NULL},
        {STR_INIT("{}"), NULL},
        {STR_INIT("[ 1 , [ ] , { } ]"), "[1,[],{}]"},
        {STR_INIT("{\"b\":1,\"a\":{\"c\":[1,2,{\"d\":null}]},\"\":0}"), NULL},
        {STR_INIT("{\"a\":1,\"b\":2,\"a\":3}"), "{\"b\":2,\"a\":3}"},
        {STR_INIT("{\"\":1,\"\":2}"), "{\"\":2}"},
        {STR_INIT("{\"a\":{\"x\":1},\"a\":{\"y\":{\"z\":1,\"z\":2}}}"),
         "{\"a\":{\"y\":{\"z\":2}}}"},
        {STR_INIT("{\"a\":1,\"\\u0061\":2}"), "{\"a\":2}"}, // the same key, escaped
        {STR_INIT("[{\"a\":1,\"a\":2},{\"a\":3}]"), "[{\"a\":2},{\"a\":3}]"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct json *v = parsed(*state, cases[i].in);
        expect_str(json_text(*state, v), cases[i].out ? str_c(cases[i].out) : cases[i].in);
    }
}

static const str broken[] = {
    STR_INIT(""),
    STR_INIT("   "),
    STR_INIT("nul"),
    STR_INIT("nulll"),
    STR_INIT("True"),
    STR_INIT("NaN"),
    STR_INIT("Infinity"),
    STR_INIT("undefined"),
    STR_INIT("01"),
    STR_INIT("+1"),
    STR_INIT("1."),
    STR_INIT(".5"),
    STR_INIT("1e"),
    STR_INIT("0x1"),
    STR_INIT("-"),
    STR_INIT("'a'"),
    STR_INIT("\"a"),
    STR_INIT("\"\\x41\""),
    STR_INIT("\"\\u12\""),
    STR_INIT("\"\\u00g0\""),
    STR_INIT("\"tab\tinside\""),
    STR_INIT("\"nul\0inside\""),
    STR_INIT("[1,]"),
    STR_INIT("[1 2]"),
    STR_INIT("[,1]"),
    STR_INIT("["),
    STR_INIT("]"),
    STR_INIT("{\"a\":1,}"),
    STR_INIT("{\"a\"}"),
    STR_INIT("{a:1}"),
    STR_INIT("{1:1}"),
    STR_INIT("{\"a\":1"),
    STR_INIT("[1}"),
    STR_INIT("1 2"),
    STR_INIT("[1] // no comments"),
    STR_INIT("\xef\xbb\xbf[1]"), // byte order mark
    STR_INIT("\xff"),
    STR_INIT("[\xff]"),
    STR_INIT("[\"\\ud800\",}"),
};

static void refuses_what_is_not_json(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        const struct json *v = NULL;
        struct ctx ctx;
        ctx_init(&ctx, *state);
        if (json_parse(&ctx, broken[i], &v) != ERR_INVALID)
            fail_msg("%.*s", STR_ARG(broken[i]));
        assert_null(v);
        assert_true(str_starts(ctx.message, STR("Invalid JSON: ")));
        assert_null(json_try(*state, broken[i]));
        assert_false(json_valid(*state, broken[i]));
    }
    assert_null(json_try(*state, STR_NONE));
}

static void errors_say_where(void **state)
{
    const struct json *v;
    struct ctx ctx;

    ctx_init(&ctx, *state);
    assert_int_equal(json_parse(&ctx, STR("{\"a\":tru}"), &v), ERR_INVALID);
    assert_true(str_ends(ctx.message, STR("at byte 5")));
}

// What is not Unicode becomes U+FFFD; all around it stays.
static void repairs_broken_unicode(void **state)
{
    static const struct {
        str in;
        const char *out;
    } cases[] = {
        {STR_INIT("[\"a\\u0000b\"]"), "[\"a" FFFD "b\"]"},
        {STR_INIT("[\"\\ud83d\"]"), "[\"" FFFD "\"]"},             // an emoji cut in two
        {STR_INIT("[\"\\ude00\\ud83d\"]"), "[\"" FFFD FFFD "\"]"}, // halves in the wrong order
        {STR_INIT("[\"\\ud83d\\ud83d\\ude00\"]"), "[\"" FFFD "\xf0\x9f\x98\x80\"]"},
        {STR_INIT("[\"\\ud83d\\n\"]"), "[\"" FFFD "\\n\"]"},
        {STR_INIT("[\"\\ud83dx\\uDE00\"]"), "[\"" FFFD "x" FFFD "\"]"},
        {STR_INIT("[\"x\xff\xc3\xa9\"]"), "[\"x" FFFD "\xc3\xa9\"]"},
        {STR_INIT("[\"\xed\xa0\xbd\"]"), "[\"" FFFD FFFD FFFD "\"]"},
        {STR_INIT("{\"k\\u0000\":\"\xc3\"}"), "{\"k" FFFD "\":\"" FFFD "\"}"},
        {STR_INIT("[\"\\\\u0000\"]"), "[\"\\\\u0000\"]"}, // an escaped backslash, then letters
        {STR_INIT("[\"\\\\ud800\",\"\\ud800\"]"), "[\"\\\\ud800\",\"" FFFD "\"]"},
        {STR_INIT("[\"\\\"\\u0000\\\"\"]"), "[\"\\\"" FFFD "\\\"\"]"},
        {STR_INIT("{\"a\\u0000\":1,\"a\xff\":2}"), "{\"a" FFFD "\":2}"}, // equal once repaired
        {STR_INIT("[\"\\uFFFD\"]"), "[\"" FFFD "\"]"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_text(json_text(*state, parsed(*state, cases[i].in)), cases[i].out);
}

static void types(void **state)
{
    static const struct {
        const char *text;
        enum json_type type;
        bool truthy;
        size_t len;
    } cases[] = {
        {"null", JSON_NULL, false, 0},       {"true", JSON_BOOL, true, 0},
        {"false", JSON_BOOL, false, 0},      {"0", JSON_NUMBER, false, 0},
        {"-0.0", JSON_NUMBER, false, 0},     {"2", JSON_NUMBER, true, 0},
        {"1e400", JSON_NUMBER, true, 0},     {"\"\"", JSON_STRING, false, 0},
        {"\"0\"", JSON_STRING, true, 0},     {"[]", JSON_ARRAY, true, 0},
        {"[1,2,3]", JSON_ARRAY, true, 3},    {"{}", JSON_OBJECT, true, 0},
        {"{\"a\":1}", JSON_OBJECT, true, 1}, {"{\"a\":1,\"a\":1}", JSON_OBJECT, true, 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct json *v = parsed(*state, str_c(cases[i].text));
        assert_int_equal(json_type(v), cases[i].type);
        assert_true(json_is(v, cases[i].type));
        assert_int_equal(json_truthy(v), cases[i].truthy);
        assert_int_equal(json_len(v), cases[i].len);
        assert_int_equal(json_bool(v), i == 1);
        assert_int_equal(str_some(json_str(v)), cases[i].type == JSON_STRING);
        assert_int_equal(str_some(json_number(v)), cases[i].type == JSON_NUMBER);
    }
}

static void absent_values_answer(void **state UNUSED)
{
    struct json_iter it = json_iter(NULL);
    int64_t i;
    double d;

    assert_int_equal(json_type(NULL), JSON_ABSENT);
    assert_false(json_bool(NULL) || json_truthy(NULL) || json_i64(NULL, &i) ||
                 json_double(NULL, &d));
    assert_int_equal(json_len(NULL), 0);
    assert_null(json_get(NULL, STR("a")));
    assert_null(json_at(NULL, 0));
    assert_false(json_next(&it));
    expect_str(json_str(NULL), STR_NONE);
    expect_str(json_number(NULL), STR_NONE);
}

static void integers(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t v;
    } cases[] = {
        {"5", true, 5},
        {"-0", true, 0},
        {"5.0", true, 5},
        {"5e0", true, 5},
        {"-1.5e1", true, -15},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"9007199254740992.0", true, INT64_C(9007199254740992)},
        {"1e16", false, 0}, // a double no longer tells neighbours apart
        {"5.5", false, 0},
        {"1e400", false, 0},
        {"\"5\"", false, 0},
        {"true", false, 0},
        {"null", false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t v = 77;
        if (json_i64(parsed(*state, str_c(cases[i].text)), &v) != cases[i].ok)
            fail_msg("%s", cases[i].text);
        assert_int_equal(v, cases[i].ok ? cases[i].v : 77);
    }
}

static void members_and_items(void **state)
{
    const struct json *v =
        parsed(*state, STR("{\"a\":1,\"b\":[10,[20],{\"c\":30}],\"\":4,\"b2\":5}"));
    static const char *const keys[] = {"a", "b", "", "b2"};
    size_t n = 0;

    for (struct json_iter it = json_iter(v); json_next(&it); n++) {
        expect_text(it.key, keys[n]);
        assert_ptr_equal(json_get(v, it.key), it.value);
    }
    assert_int_equal(n, 4);
    assert_null(json_get(v, STR("c")));
    const struct json *b = json_get(v, STR("b"));
    expect_text(json_number(json_at(b, 0)), "10");
    expect_text(json_number(json_at(json_at(b, 1), 0)), "20");
    expect_text(json_number(json_get(json_at(b, 2), STR("c"))), "30");
    assert_null(json_at(b, 3));
    assert_null(json_get(b, STR("a")));
    assert_null(json_at(v, 0)); // an object has no items
    n = 0;
    for (struct json_iter it = json_iter(b); json_next(&it); n++) {
        expect_str(it.key, STR_NONE);
        assert_ptr_equal(it.value, json_at(b, n));
    }
    assert_int_equal(n, 3);
}

// Around the size where comparing pairs gives way to a map, with duplicates at both ends.
static void duplicates_in_objects_of_any_size(void **state)
{
    for (int n = 1; n <= 40; n++) {
        AUTO(buf_fini) struct buf b = {0};
        int64_t i, seen = 0;
        buf_init(&b, 1u << 20);
        for (int round = 0; round < 3; round++) {
            for (int k = 0; k < n; k++)
                buf_add_fmt(&b, "%c\"k%d\":[%d]", b.len ? ',' : '{', k, round * 100 + k);
        }
        buf_add_char(&b, '}');
        const struct json *v = parsed(*state, buf_str(&b));
        assert_int_equal(json_len(v), n);
        for (struct json_iter it = json_iter(v); json_next(&it); seen++) {
            assert_true(json_i64(json_at(it.value, 0), &i));
            assert_int_equal(i, 200 + seen); // the last of each
            assert_ptr_equal(json_get(v, it.key), it.value);
        }
        assert_int_equal(seen, n);
    }
}

static void nest(struct buf *b, const char *open, const char *close, size_t depth)
{
    buf_clear(b);
    for (size_t i = 0; i < depth; i++)
        buf_add(b, str_c(open));
    for (size_t i = 0; i < depth; i++)
        buf_add(b, str_c(close));
}

static void depth_is_limited(void **state)
{
    static const struct {
        const char *open, *close;
        size_t levels;
    } shapes[] = {
        {"[", "]", 1},
        {"[1,[", "]]", 2},
        {"{\"a\":[", "]}", 2},
        {"[[],{\"]\":\"[[[\",\"x\":[", "]}]", 3},
    };
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 64u << 20);
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        const struct json *v = NULL;
        struct ctx ctx;
        ctx_init(&ctx, *state);
        nest(&b, shapes[i].open, shapes[i].close, LIMIT_JSON_DEPTH / shapes[i].levels);
        assert_int_equal(json_parse(&ctx, buf_str(&b), &v), ERR_OK);
        nest(&b, shapes[i].open, shapes[i].close, LIMIT_JSON_DEPTH / shapes[i].levels + 1);
        assert_int_equal(json_parse(&ctx, buf_str(&b), &v), ERR_INVALID);
        expect_text(ctx.message, "Invalid JSON: nested deeper than 256");
        assert_null(json_try(*state, buf_str(&b)));
    }
    nest(&b, "[", "]", 1000000);
    assert_null(json_try(*state, buf_str(&b)));
}

static void many_containers_are_not_deep(void **state)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 1u << 20);
    BUF_ADD(&b, "[0");
    for (int i = 0; i < 5000; i++)
        BUF_ADD(&b, ",[{}]");
    BUF_ADD(&b, "]");
    assert_int_equal(json_len(parsed(*state, buf_str(&b))), 5001);
}

static void a_full_arena_is_no_syntax_error(void **state UNUSED)
{
    struct arena *a = arena_create(20000);
    AUTO(buf_fini) struct buf b = {0};
    const struct json *v;
    struct ctx ctx;

    buf_init(&b, 1u << 20);
    BUF_ADD(&b, "[0");
    for (int i = 0; i < 20000; i++)
        BUF_ADD(&b, ",1");
    BUF_ADD(&b, "]");
    ctx_init(&ctx, a);
    assert_int_equal(json_parse(&ctx, buf_str(&b), &v), ERR_TOO_LARGE);
    arena_reset(a);
    assert_false(json_valid(a, buf_str(&b)));
    arena_destroy(a);
}

static void validity_leaves_the_arena_alone(void **state)
{
    size_t used = arena_used(*state);

    assert_true(json_valid(*state, STR(" {\"a\":[1,2,3]} ")));
    assert_false(json_valid(*state, STR("{\"a\":[1,2,3]")));
    assert_true(json_valid(*state, STR("\"\\u0000\"")));
    assert_int_equal(arena_used(*state), used);
}

// Reading, counting and writing must stay linear: with quadratic work this takes minutes.
static void many_keys_are_quick(void **state)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 16u << 20);
    for (int i = 0; i < 200000; i++)
        buf_add_fmt(&b, "%c\"%x\":%d", i ? ',' : '{', (unsigned)i, i % 10);
    buf_add_char(&b, '}');
    const struct json *v = parsed(*state, buf_str(&b));
    assert_int_equal(json_len(v), 200000);
    expect_str(json_text(*state, v), buf_str(&b));
}

static void an_index_finds_what_a_search_finds(void **state)
{
    for (int n = 0; n < 40; n++) {
        AUTO(buf_fini) struct buf b = {0};
        buf_init(&b, 1u << 20);
        buf_add_char(&b, '{');
        for (int k = 0; k < n; k++)
            buf_add_fmt(&b, "%s\"k%d\":%d", k ? "," : "", k, k);
        buf_add_char(&b, '}');
        const struct json *v = parsed(*state, buf_str(&b));
        struct json_index ix = json_index(*state, v);
        for (int k = 0; k < 40; k++) {
            str key = arena_fmt(*state, "k%d", k);
            assert_ptr_equal(json_index_get(&ix, key), json_get(v, key));
            assert_int_equal(json_index_get(&ix, key) != NULL, k < n);
        }
    }
    struct json_index none = json_index(*state, NULL);
    struct json_index array = json_index(*state, parsed(*state, STR("[\"a\"]")));
    assert_null(json_index_get(&none, STR("a")));
    assert_null(json_index_get(&array, STR("a")));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_and_writes_back),
        TEST(refuses_what_is_not_json),
        TEST(errors_say_where),
        TEST(repairs_broken_unicode),
        TEST(types),
        TEST(absent_values_answer),
        TEST(integers),
        TEST(members_and_items),
        TEST(duplicates_in_objects_of_any_size),
        TEST(depth_is_limited),
        TEST(many_containers_are_not_deep),
        TEST(a_full_arena_is_no_syntax_error),
        TEST(validity_leaves_the_arena_alone),
        TEST(many_keys_are_quick),
        TEST(an_index_finds_what_a_search_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
