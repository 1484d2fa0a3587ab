// SPDX-License-Identifier: MIT
// Usage shapes as clients send them, each counted once.
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

static str details(struct arena *a, const char *json)
{
    struct usage_map m = {0};
    AUTO(buf_fini) struct buf b = {0};

    if (usage_details_read(a, json_try(a, str_c(json)), &m) != ERR_OK)
        return STR("refused");
    buf_init(&b, 4096);
    usage_write(&b, &m);
    return arena_str(a, buf_str(&b));
}

static void test_details(void **state)
{
    static const struct {
        const char *sent, *stored;
    } rows[] = {
        {"{\"prompt_tokens\":5,\"completion_tokens\":11,\"total_tokens\":16,"
         "\"prompt_tokens_details\":{\"cached_tokens\":2,\"audio_tokens\":3},"
         "\"completion_tokens_details\":{\"text_tokens\":3,\"audio_tokens\":4,\"reasoning_tokens\":"
         "4}}",
         "{\"input\":0,\"output\":0,\"total\":16,\"input_cached_tokens\":2,\"input_audio_tokens\":"
         "3,"
         "\"output_text_tokens\":3,\"output_audio_tokens\":4,\"output_reasoning_tokens\":4}"},
        {"{\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7}",
         "{\"input\":3,\"output\":4,\"total\":7}"},
        {"{\"prompt_tokens\":8,\"total_tokens\":8}", "{\"input\":8,\"total\":8}"}, // not 16
        {"{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3,\"extra\":9}",
         "{\"input\":1,\"output\":2,\"total\":3,\"extra\":9}"},
        {"{\"input_tokens\":3,\"output_tokens\":4}",
         "{\"input_tokens\":3,\"output_tokens\":4}"}, // Anthropic's own keys
        {"{\"input\":1,\"x\":-2,\"y\":1.5,\"z\":\"12abc\",\"o\":{},\"b\":true}",
         "{\"input\":1,\"z\":12}"},
        {"{\"input\":1e21}", "{\"input\":9007199254740992}"},
        {"[1]", "refused"},
        {"{}", "{}"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str got = details(*state, rows[i].sent);
        if (!str_eq(got, str_c(rows[i].stored)))
            fail_msg("%s -> %.*s", rows[i].sent, STR_ARG(got));
    }
}

static str legacy(struct arena *a, const char *usage, const char *usage_details)
{
    struct usage_map u = {0};
    struct cost_map c = {0};
    AUTO(buf_fini) struct buf b = {0};

    if (usage_details)
        assert_int_equal(usage_details_read(a, json_try(a, str_c(usage_details)), &u), ERR_OK);
    usage_legacy_apply(a, json_try(a, str_c(usage)), &u, &c);
    buf_init(&b, 4096);
    usage_write(&b, &u);
    cost_write(&b, &c);
    return arena_str(a, buf_str(&b));
}

static void test_legacy(void **state)
{
    static const struct {
        const char *usage, *details, *stored;
    } rows[] = {
        {"{\"input\":4,\"output\":6}", NULL, "{\"input\":4,\"output\":6,\"total\":10}{}"},
        {"{\"input\":1}", "{\"input\":1,\"cached\":2,\"reasoning\":3}",
         "{\"input\":1,\"cached\":2,\"reasoning\":3}{}"},
        {"{\"promptTokens\":10,\"completionTokens\":5,\"input\":99}", NULL,
         "{\"input\":10,\"output\":5,\"total\":15}{}"},
        {"{\"total\":7,\"inputCost\":0.5,\"totalCost\":1.25}", NULL,
         "{\"total\":7}{\"input\":0.5,\"total\":1.25}"},
        {"{\"input\":0,\"output\":5}", NULL, "{\"input\":0,\"output\":5,\"total\":5}{}"},
        {"{}", NULL, "{}{}"},
        {"null", NULL, "{}{}"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str got = legacy(*state, rows[i].usage, rows[i].details);
        if (!str_eq(got, str_c(rows[i].stored)))
            fail_msg("%s -> %.*s", rows[i].usage, STR_ARG(got));
    }
}

static void test_totals_follow_the_words(void **state)
{
    struct usage_map m = {0};

    usage_set(*state, &m, STR("input"), 1);
    usage_set(*state, &m, STR("Input_cached"), 2);
    usage_set(*state, &m, STR("output_reasoning"), 4);
    usage_set(*state, &m, STR("reasoning"), 8);
    struct usage_totals t = usage_totals(&m);
    assert_int_equal(t.input, 1); // words are lower case in usage ...
    assert_int_equal(t.output, 4);
    assert_int_equal(t.total, 0); // only the key says so

    struct cost_map cost = {0};

    cost_set(*state, &cost, STR("Input_cached"), 2);
    cost_set(*state, &cost, STR("OUTPUT"), 4);
    struct cost_totals c = cost_totals(&cost);
    assert_int_equal(c.input, 2); // ... and in any case in costs
    assert_int_equal(c.output, 4);
}

static void test_costs(void **state)
{
    struct cost_map m;
    AUTO(buf_fini) struct buf b = {0};

    const struct json *said = json_try(*state, STR("{\"input\":0.0105,\"bad\":-1,\"huge\":1e400,"
                                                   "\"t\":true,\"s\":\"2\",\"total\":1e-12}"));

    cost_details_read(*state, said, false, &m);
    buf_init(&b, 4096);
    cost_write(&b, &m);
    assert_true(str_starts(buf_str(&b), STR("{\"input\":0.0105,")));
    picos total;
    assert_true(cost_get(&m, STR("total"), &total));
    assert_int_equal(total, 1);
    assert_false(cost_get(&m, STR("bad"), &total));
    assert_false(cost_get(&m, STR("s"), &total));
    cost_details_read(*state, said, true, &m);
    assert_true(cost_get(&m, STR("s"), &total));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_details, setup, teardown),
        cmocka_unit_test_setup_teardown(test_legacy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_totals_follow_the_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_costs, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
