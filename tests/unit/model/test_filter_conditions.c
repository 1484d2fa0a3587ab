// SPDX-License-Identifier: MIT
// Filter conditions one by one: spellings of columns, coercions, values, and every kind of mistake.
#include "model/filter.h"
#include "unit/base/expect.h"

struct fixture {
    struct arena *arena;
    struct ctx ctx;
};

static int setup(void **state)
{
    static struct fixture f;
    f.arena = arena_create(16 << 20);
    ctx_init(&f.ctx, f.arena);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_destroy(f->arena);
    return 0;
}

static struct filter parse(struct fixture *f, enum filter_view view, const char *text)
{
    struct filter out;
    ctx_init(&f->ctx, f->arena);
    if (filter_parse(&f->ctx, view, str_c(text), &out) != ERR_OK)
        fail_msg("%s: %.*s", text, STR_ARG(f->ctx.message));
    return out;
}

// ---- Accepted -----------------------------------------------------------------------------------

static const struct {
    enum filter_view view;
    const char *text, *key;
    enum filter_type type;
    enum filter_op op;
} accepted[] = {
    {VIEW_TRACES, "[{\"type\":\"string\",\"column\":\"name\",\"operator\":\"=\",\"value\":\"x\"}]",
     "name", FILTER_STRING, OP_EQ},
    {VIEW_TRACES,
     "[{\"type\":\"string\",\"column\":\"Name\",\"operator\":\"contains\",\"value\":\"x\"}]",
     "name", FILTER_STRING, OP_CONTAINS},
    {VIEW_TRACES,
     "[{\"type\":\"string\",\"column\":\"User ID\",\"operator\":\"starts with\",\"value\":\"x\"}]",
     "userId", FILTER_STRING, OP_STARTS},
    {VIEW_TRACES,
     "[{\"type\":\"number\",\"column\":\"Latency (s)\",\"operator\":\">=\",\"value\":1.5}]",
     "latency", FILTER_NUMBER, OP_GE},
    {VIEW_TRACES, "[{\"type\":\"number\",\"column\":\"tokens\",\"operator\":\"<\",\"value\":1}]",
     "totalTokens", FILTER_NUMBER, OP_LT},
    {VIEW_TRACES,
     "[{\"type\":\"datetime\",\"column\":\"timestamp\",\"operator\":\">\",\"value\":\"2026-11-"
     "20T10:"
     "00:00Z\"}]",
     "timestamp", FILTER_DATETIME, OP_GT},
    {VIEW_TRACES,
     "[{\"type\":\"arrayOptions\",\"column\":\"tags\",\"operator\":\"all of\",\"value\":[\"a\"]}]",
     "tags", FILTER_ARRAY_OPTIONS, OP_ALL_OF},
    {VIEW_TRACES,
     "[{\"type\":\"stringOptions\",\"column\":\"tags\",\"operator\":\"any of\",\"value\":[\"a\"]}]",
     "tags", FILTER_ARRAY_OPTIONS, OP_ANY_OF}, // coerced
    {VIEW_TRACES,
     "[{\"type\":\"stringOptions\",\"column\":\"name\",\"operator\":\"none "
     "of\",\"value\":[\"a\"]}]",
     "name", FILTER_STRING_OPTIONS, OP_NONE_OF}, // on a string column
    {VIEW_TRACES,
     "[{\"type\":\"string\",\"column\":\"level\",\"operator\":\"=\",\"value\":\"ERROR\"}]", "level",
     FILTER_STRING, OP_EQ}, // on an options column
    {VIEW_TRACES, "[{\"type\":\"null\",\"column\":\"userId\",\"operator\":\"is null\"}]", "userId",
     FILTER_NULL, OP_IS_NULL},
    {VIEW_TRACES,
     "[{\"type\":\"booleanObject\",\"column\":\"score_booleans\",\"key\":\"ok\",\"operator\":\"<>"
     "\","
     "\"value\":true}]",
     "score_booleans", FILTER_BOOLEAN_OBJECT, OP_NE},
    {VIEW_TRACES,
     "[{\"type\":\"categoryOptions\",\"column\":\"score_categories\",\"key\":\"c\",\"operator\":"
     "\"any of\",\"value\":[\"x\"]}]",
     "score_categories", FILTER_CATEGORY_OPTIONS, OP_ANY_OF},
    {VIEW_OBSERVATIONS,
     "[{\"type\":\"string\",\"column\":\"providedModelName\",\"operator\":\"=\",\"value\":\"m\"}]",
     "model", FILTER_STRING, OP_EQ},
    {VIEW_OBSERVATIONS_V2,
     "[{\"type\":\"boolean\",\"column\":\"hasInput\",\"operator\":\"=\",\"value\":true}]",
     "hasInput", FILTER_BOOLEAN, OP_EQ},
    {VIEW_OBSERVATIONS_V2,
     "[{\"type\":\"string\",\"column\":\"input\",\"operator\":\"matches\",\"value\":\"w\"}]",
     "input", FILTER_STRING, OP_MATCHES},
    {VIEW_OBSERVATIONS_V2,
     "[{\"type\":\"stringObject\",\"column\":\"metadata\",\"key\":\"k\",\"operator\":\"matches\","
     "\"value\":\"w\"}]",
     "metadata", FILTER_STRING_OBJECT, OP_MATCHES},
    {VIEW_SCORES,
     "[{\"type\":\"arrayOptions\",\"column\":\"trace_tags\",\"operator\":\"any of\",\"value\":[]}]",
     "traceTags", FILTER_ARRAY_OPTIONS, OP_ANY_OF},
};

static void conditions_are_read(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
        struct filter f = parse(*state, accepted[i].view, accepted[i].text);
        if (f.n != 1 || strcmp(f.conds[0].column->key, accepted[i].key) != 0 ||
            f.conds[0].type != accepted[i].type || f.conds[0].op != accepted[i].op)
            fail_msg("%s: %zu conditions, type %d, operator %d", accepted[i].text, f.n,
                     f.n ? (int)f.conds[0].type : -1, f.n ? (int)f.conds[0].op : -1);
    }
}

static void values_are_read(void **state)
{
    struct filter f = parse(
        *state, VIEW_TRACES,
        "[{\"type\":\"number\",\"column\":\"latency\",\"operator\":\">\",\"value\":1.5},"
        "{\"type\":\"datetime\",\"column\":\"timestamp\",\"operator\":\"<=\",\"value\":"
        "\"1970-01-01T00:00:01.5Z\"},"
        "{\"type\":\"stringOptions\",\"column\":\"level\",\"operator\":\"any of\",\"value\":"
        "[\"ERROR\",\"WARNING\"]},"
        "{\"type\":\"stringObject\",\"column\":\"metadata\",\"key\":\"k.l\",\"operator\":\"=\","
        "\"value\":\"\"},"
        "{\"type\":\"boolean\",\"column\":\"bookmarked\",\"operator\":\"=\",\"value\":true}]");

    assert_int_equal(f.n, 5);
    assert_true(f.conds[0].number > 1.49 && f.conds[0].number < 1.51);
    assert_int_equal(f.conds[1].time, 1500);
    assert_int_equal(f.conds[2].n_values, 2);
    expect_text(f.conds[2].values[1], "WARNING");
    expect_text(f.conds[3].key, "k.l");
    expect_text(f.conds[3].text, "");
    assert_true(f.conds[4].boolean);
    assert_true(filter_has_column(&f, "level"));
    assert_false(filter_has_column(&f, "name"));
}

static void positions_are_accepted_and_dropped(void **state)
{
    assert_int_equal(parse(*state, VIEW_TRACES,
                           "[{\"type\":\"positionInTrace\",\"column\":\"x\",\"key\":\"root\","
                           "\"operator\":\"=\"}]")
                         .n,
                     0);
}

// ---- Refused ------------------------------------------------------------------------------------

static const struct {
    enum filter_view view;
    const char *text, *message;
} refused[] = {
    {VIEW_TRACES, "[{\"type\":\"string\",\"column\":\"bogus\",\"operator\":\"=\",\"value\":\"x\"}]",
     "Column bogus does not match a UI / CH table mapping."},
    {VIEW_TRACES,
     "[{\"type\":\"string\",\"column\":\"hasInput\",\"operator\":\"=\",\"value\":\"x\"}]",
     "Column hasInput does not match a UI / CH table mapping."},
    {VIEW_TRACES, "[{\"type\":\"number\",\"column\":\"name\",\"operator\":\"=\",\"value\":1}]",
     "Invalid filter type 'number' for column 'name'. Expected filter type 'string'."},
    {VIEW_OBSERVATIONS_V2,
     "[{\"type\":\"string\",\"column\":\"input\",\"operator\":\"contains\",\"value\":\"x\"}]",
     "Input/output filters require at least one `matches` or `=` operator."},
    {VIEW_OBSERVATIONS_V2,
     "[{\"type\":\"string\",\"column\":\"input\",\"operator\":\"matches\",\"value\":\"-!\"}]",
     "`matches` requires at least one search token."},
    {VIEW_OBSERVATIONS_V2,
     "[{\"type\":\"string\",\"column\":\"name\",\"operator\":\"matches\",\"value\":\"x\"}]",
     "`matches` is only supported for input, output, and metadata filters."},
    {VIEW_TRACES, "[{\"type\":\"bogus\"}]", "Invalid request data"},
    {VIEW_TRACES, "[{\"type\":\"string\",\"column\":1,\"operator\":\"=\",\"value\":\"x\"}]",
     "Invalid request data"},
    {VIEW_TRACES, "[{\"type\":\"string\",\"column\":\"name\",\"operator\":\"=\"}]",
     "Invalid request data"},
    {VIEW_TRACES,
     "[{\"type\":\"stringObject\",\"column\":\"metadata\",\"operator\":\"=\",\"value\":\"x\"}]",
     "Invalid request data"},
    {VIEW_TRACES,
     "[{\"type\":\"stringOptions\",\"column\":\"name\",\"operator\":\"any of\",\"value\":[]}]",
     "Invalid request data"},
    {VIEW_TRACES,
     "[{\"type\":\"datetime\",\"column\":\"timestamp\",\"operator\":\">\",\"value\":\"today\"}]",
     "Invalid request data"},
};

static void mistakes_are_refused(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct filter out;
        ctx_init(&f->ctx, f->arena);
        assert_int_equal(filter_parse(&f->ctx, refused[i].view, str_c(refused[i].text), &out),
                         ERR_INVALID);
        expect_text(f->ctx.message, refused[i].message);
        assert_int_equal(out.n, 0);
    }
}

static void bad_operator_lists_the_choices(void **state)
{
    struct fixture *f = *state;
    struct filter out;

    assert_int_equal(
        filter_parse(&f->ctx, VIEW_TRACES,
                     STR("[{\"type\":\"string\",\"column\":\"name\",\"operator\":\"~~\","
                         "\"value\":\"x\"}]"),
                     &out),
        ERR_INVALID);
    assert_int_equal(f->ctx.n_issues, 1);
    expect_text(f->ctx.issues->code, "invalid_value");
    expect_text(f->ctx.issues->path, "[\"filter\",0,\"operator\"]");
    expect_text(f->ctx.issues->message,
                "Invalid option: expected one of \"=\"|\"contains\"|\"does not contain\"|"
                "\"starts with\"|\"ends with\"");
    expect_text(
        f->ctx.issues->extra,
        "\"values\":[\"=\",\"contains\",\"does not contain\",\"starts with\",\"ends with\"]");
}

static void too_many_conditions(void **state)
{
    struct fixture *f = *state;
    struct filter out;
    str text = STR("[");

    for (int i = 0; i < 51; i++)
        text =
            arena_cat(f->arena, text,
                      i ? STR(",{\"type\":\"null\",\"column\":\"name\",\"operator\":\"is null\"}")
                        : STR("{\"type\":\"null\",\"column\":\"name\",\"operator\":\"is null\"}"));
    text = arena_cat(f->arena, text, STR("]"));
    assert_int_equal(filter_parse(&f->ctx, VIEW_TRACES, text, &out), ERR_INVALID);
    assert_true(str_has(f->ctx.message, STR("50")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(conditions_are_read),
        TEST(values_are_read),
        TEST(positions_are_accepted_and_dropped),
        TEST(mistakes_are_refused),
        TEST(bad_operator_lists_the_choices),
        TEST(too_many_conditions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
