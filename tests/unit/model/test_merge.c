// SPDX-License-Identifier: MIT
// The merge rule, by the worked examples of the wire: null clears, absent keeps, immutable stays.
#include "model/merge.h"

#include "model/usage.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

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

static struct event *observation_event(struct arena *a, uint64_t present)
{
    struct event_list list = {0};
    struct event *e = event_add(a, &list, EVENT_OBSERVATION);

    assert_non_null(e);
    e->present = present;
    return e;
}

#define assert_str(s, expected) assert_true(str_eq((s), STR(expected)))

static void test_worked_example(void **state)
{
    struct arena *a = *state;
    struct observation row;

    observation_init(&row, STR("g"), STR("t"));
    struct event *e = observation_event(a, BIT(OBS_START_TIME) | BIT(OBS_MODEL) |
                                               BIT(OBS_METADATA) | BIT(OBS_ENVIRONMENT));
    e->observation.start_time = 1;
    e->observation.model = STR("m");
    e->observation.metadata = STR("{\"a\":{\"x\":1}}");
    e->observation.environment = STR("prod");
    assert_true(observation_merge(a, &row, e));

    e = observation_event(a, BIT(OBS_END_TIME) | BIT(OBS_OUTPUT) | BIT(OBS_METADATA) |
                                 BIT(OBS_PROVIDED_USAGE));
    e->observation.end_time = 2;
    e->observation.output = STR("o");
    e->observation.metadata = STR("{\"a\":{\"y\":2}}");
    usage_set(a, &e->observation.provided_usage, STR("input"), 4);
    assert_true(observation_merge(a, &row, e));

    e = observation_event(a, BIT(OBS_START_TIME) | BIT(OBS_MODEL) | BIT(OBS_ENVIRONMENT) |
                                 BIT(OBS_PROVIDED_USAGE));
    e->observation.start_time = 9;
    e->observation.environment = STR("dev");
    assert_true(observation_merge(a, &row, e)); // model null, usage empty

    assert_int_equal(row.start_time, 1);
    assert_int_equal(row.end_time, 2);
    assert_str(row.environment, "prod");
    assert_str(row.output, "o");
    assert_str(row.metadata, "{\"a\":{\"x\":1,\"y\":2}}");
    assert_false(str_some(row.model));
    assert_int_equal(row.provided_usage.n, 1);
    assert_int_equal(row.level, LEVEL_DEFAULT);
}

static void test_input_and_output_keep_their_newest_value(void **state)
{
    struct arena *a = *state;
    struct observation row;
    static const str values[] = {STR_INIT("first"), STR_INIT(""), STR_INIT("0"), STR_INIT("false")};

    observation_init(&row, STR("o"), STR("t"));
    for (size_t i = 0; i < ARRAY_LEN(values); i++) { // falsy values are values
        struct event *e = observation_event(a, BIT(OBS_INPUT));
        e->observation.input = values[i];
        assert_true(observation_merge(a, &row, e));
        assert_true(str_some(row.input) && str_eq(row.input, values[i]));
    }
    assert_true(observation_merge(a, &row, observation_event(a, BIT(OBS_INPUT)))); // null
    assert_str(row.input, "false");
}

static void test_an_end_before_the_start_is_the_start(void **state)
{
    struct observation row;
    struct event *e = observation_event(*state, BIT(OBS_START_TIME) | BIT(OBS_END_TIME));

    observation_init(&row, STR("o"), STR("t"));
    e->observation.start_time = 10;
    e->observation.end_time = 5;
    assert_true(observation_merge(*state, &row, e));
    assert_int_equal(row.end_time, 10);
}

// A create and its update, accepted one after the other.
static struct event *told(struct arena *a, bool update)
{
    struct event *e = observation_event(a, BIT(OBS_OUTPUT) | BIT(OBS_METADATA));

    e->at = update ? 50 : 10;
    e->accepted = update ? 200 : 100;
    e->observation.output = update ? STR("final") : STR("partial");
    e->observation.metadata = update ? STR("{\"b\":2}") : STR("{\"a\":1,\"b\":1}");
    if (update) {
        e->present |= BIT(OBS_END_TIME);
        e->observation.end_time = 60;
    } else {
        e->present |= BIT(OBS_START_TIME) | BIT(OBS_LEVEL) | BIT(OBS_INPUT);
        e->observation.start_time = 10;
        e->observation.level = LEVEL_WARNING;
        e->observation.input = STR("in");
    }
    return e;
}

static void test_requests_may_be_stored_in_any_order_and_again(void **state)
{
    struct arena *a = *state;
    static const char *const orders[] = {"01", "10", "010", "0101", "100", "1001"};

    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        struct observation row;
        observation_init(&row, STR("o"), STR("t"));
        for (const char *which = orders[i]; *which; which++) {
            struct event *e = told(a, *which == '1');
            assert_true(observation_merge(a, &row, e));
            if (row.updated_at == MILLIS_NONE || row.updated_at < e->accepted)
                row.updated_at = e->accepted;
        }
        assert_int_equal(row.start_time, 10);
        assert_int_equal(row.end_time, 60);
        assert_int_equal(row.level, LEVEL_WARNING);
        assert_str(row.input, "in");
        assert_str(row.output, "final");
        assert_str(row.metadata, "{\"a\":1,\"b\":2}");
    }
}

static void test_metadata(void **state)
{
    static const struct {
        const char *base, *over, *expected;
    } rows[] = {
        {"{\"step\":1,\"status\":\"started\"}", "{\"step\":2,\"error\":\"\"}",
         "{\"step\":2,\"status\":\"started\",\"error\":\"\"}"},
        {"{\"a\":[1,2,3]}", "{\"a\":[9]}", "{\"a\":[9,2,3]}"},
        {"{\"a\":{\"b\":1}}", "{\"a\":null}", "{\"a\":null}"},
        {"{\"a\":\"text\"}", "{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}"},
        {"{\"n\":12345678901234567890}", "{\"m\":1.0}", "{\"n\":12345678901234567890,\"m\":1.0}"},
        {"{\"a\":1}", "{}", "{\"a\":1}"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str got = metadata_merge(*state, str_c(rows[i].base), str_c(rows[i].over));
        assert_true(str_eq(got, str_c(rows[i].expected)));
    }
}

static void test_tags_unite_in_javascript_order(void **state)
{
    const str x[] = {STR("b"), STR("a"), STR("a")},
              y[] = {STR("\xf0\x9f\x98\x80"), STR("\xef\xbf\xbd"), STR("B")};
    struct tag_list t = tags_union(*state, tags_sorted(*state, x, 3), tags_sorted(*state, y, 3));

    assert_int_equal(t.n, 5);
    assert_str(t.items[0], "B");
    assert_str(t.items[1], "a");
    assert_str(t.items[2], "b");
    assert_str(t.items[3], "\xf0\x9f\x98\x80"); // a surrogate pair sorts before U+FFFD
    assert_str(t.items[4], "\xef\xbf\xbd");
}

static void test_a_trace_event_beats_what_spans_suggested(void **state)
{
    struct event_list list = {0};
    struct event *e = event_add(*state, &list, EVENT_TRACE);
    struct trace row;

    trace_init(&row, STR("t"));
    row.timestamp = 100; // derived
    e->trace.timestamp = 500;
    e->trace.timestamp_explicit = true;
    e->present = BIT(TRACE_TIMESTAMP);
    assert_true(trace_merge(*state, &row, e));
    assert_int_equal(row.timestamp, 500);
    e->trace.timestamp = 50;
    assert_true(trace_merge(*state, &row, e));
    assert_int_equal(row.timestamp, 500); // said once
}

static void test_environment(void **state)
{
    static const struct {
        const char *raw, *expected;
    } rows[] = {
        {NULL, "default"},
        {"", "default"},
        {"PROD", "prod"},
        {"langfuse-test", "test"},
        {".bad!", "default"},
        {"langfuse", "default"},
        {"langfuse_langfuse-x", "x"},
        {"a b", "default"},
        {"abcdefghijklmnopqrstuvwxyz0123456789_-abcdefgh",
         "abcdefghijklmnopqrstuvwxyz0123456789_-ab"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_true(
            str_eq(environment_normalize(*state, str_c(rows[i].raw)), str_c(rows[i].expected)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_worked_example, setup, teardown),
        cmocka_unit_test_setup_teardown(test_input_and_output_keep_their_newest_value, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_an_end_before_the_start_is_the_start, setup, teardown),
        cmocka_unit_test_setup_teardown(test_requests_may_be_stored_in_any_order_and_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_metadata, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tags_unite_in_javascript_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_trace_event_beats_what_spans_suggested, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_environment, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
