// SPDX-License-Identifier: MIT
// The filter language: what is accepted, how it is coerced, and the messages of what is not.
#include "model/filter.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena *arena;
static struct ctx ctx;

static int setup(void **state)
{
    (void)state;
    arena = arena_create(1u << 20);
    ctx_init(&ctx, arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static void test_accepts(void **state)
{
    struct filter f;
    (void)state;

    assert_int_equal(filter_parse(&ctx, VIEW_TRACES, STR("  "), &f), ERR_OK);
    assert_int_equal(f.n, 0);
    assert_int_equal(filter_parse(&ctx, VIEW_TRACES,
                                  STR("[{\"type\":\"datetime\",\"column\":\"Timestamp\","
                                      "\"operator\":\">=\",\"value\":\"2026-11-20T00:00:00Z\"},"
                                      "{\"type\":\"stringOptions\",\"column\":\"name\","
                                      "\"operator\":\"any of\",\"value\":[\"a\",\"b\"]},"
                                      "{\"type\":\"stringOptions\",\"column\":\"tags\","
                                      "\"operator\":\"none of\",\"value\":[\"x\"]}]"),
                                  &f),
                     ERR_OK);
    assert_int_equal(f.n, 3);
    assert_string_equal(f.conds[0].column->key, "timestamp");
    assert_int_equal(f.conds[0].op, OP_GE);
    assert_int_equal(f.conds[1].n_values, 2);
    assert_int_equal(f.conds[2].type, FILTER_ARRAY_OPTIONS); // coerced to what the column is
    assert_true(filter_has_column(&f, "name"));
    assert_false(filter_has_column(&f, "userId"));
}

static void test_refuses_with_the_recorded_words(void **state)
{
    static const struct {
        enum filter_view view;
        const char *text, *message;
    } rows[] = {
        {VIEW_TRACES, "{bad", "Invalid JSON in filter parameter"},
        {VIEW_TRACES,
         "[{\"type\":\"string\",\"column\":\"nope\",\"operator\":\"=\",\"value\":\"x\"}]",
         "Column nope does not match a UI / CH table mapping."},
        {VIEW_TRACES, "[{\"type\":\"number\",\"column\":\"name\",\"operator\":\"=\",\"value\":1}]",
         "Invalid filter type 'number' for column 'name'. Expected filter type 'string'."},
        {VIEW_OBSERVATIONS_V2,
         "[{\"type\":\"string\",\"column\":\"name\",\"operator\":\"matches\",\"value\":\"x\"}]",
         "`matches` is only supported for input, output, and metadata filters."},
        {VIEW_OBSERVATIONS_V2,
         "[{\"type\":\"string\",\"column\":\"input\",\"operator\":\"matches\",\"value\":\"--\"}]",
         "`matches` requires at least one search token."},
        {VIEW_OBSERVATIONS_V2,
         "[{\"type\":\"string\",\"column\":\"input\",\"operator\":\"contains\",\"value\":\"x\"}]",
         "Input/output filters require at least one `matches` or `=` operator."},
        {VIEW_TRACES,
         "[{\"type\":\"string\",\"column\":\"name\",\"operator\":\">\",\"value\":\"x\"}]",
         "Invalid request data"},
        {VIEW_TRACES,
         "[{\"type\":\"what\",\"column\":\"name\",\"operator\":\"=\",\"value\":\"x\"}]",
         "Invalid request data"},
        {VIEW_TRACES, "[7]", "Invalid request data"},
        {VIEW_TRACES, "{}", "Invalid request data"},
    };
    struct filter f;
    (void)state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(filter_parse(&ctx, rows[i].view, str_c(rows[i].text), &f), ERR_INVALID);
        if (!str_eq(ctx.message, str_c(rows[i].message)))
            fail_msg("%s -> %.*s", rows[i].text, STR_ARG(ctx.message));
        ctx_clear_error(&ctx);
    }
}

static void test_score_columns_of_observations_are_dropped(void **state)
{
    struct filter f;
    (void)state;

    assert_int_equal(filter_parse(&ctx, VIEW_OBSERVATIONS,
                                  STR("[{\"type\":\"numberObject\",\"column\":\"scores_avg\","
                                      "\"key\":\"q\",\"operator\":\">\",\"value\":1}]"),
                                  &f),
                     ERR_OK);
    assert_int_equal(f.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_accepts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refuses_with_the_recorded_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_score_columns_of_observations_are_dropped, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
