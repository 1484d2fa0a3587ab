// SPDX-License-Identifier: MIT
// Tier choice, usage and cost of an observation, on models of a project with known prices.
#include "model/usage.h"
#include "pricing/pricing.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ATTOS(micros) ((attos)(micros)*1000000000000) // USD per million units

// ---- The project's models -----------------------------------------------------------------------

static struct price_item flat_prices[] = {{STR_INIT("input"), ATTOS(2)},
                                          {STR_INIT("output"), ATTOS(10)},
                                          {STR_INIT("input_cached"), ATTOS(1) / 2}};
static struct price_item double_prices[] = {{STR_INIT("input"), ATTOS(4)},
                                            {STR_INIT("output"), ATTOS(20)}};
static struct price_item total_prices[] = {{STR_INIT("total"), ATTOS(3)}};
static str fast_values[] = {STR_INIT("fast"), STR_INIT("1"), STR_INIT("true")};
static struct price_condition large[] = {
    {.pattern = STR_INIT("INPUT"), .op = STR_INIT("gt"), .value = 1000}};
static struct price_condition exact_case[] = {
    {.pattern = STR_INIT("INPUT"), .op = STR_INIT("gt"), .value = 1, .case_sensitive = true}};
static struct price_condition fast[] = {{.op = STR_INIT("in"),
                                         .source = STR_INIT("model_parameters"),
                                         .key = STR_INIT("speed"),
                                         .values = fast_values,
                                         .n_values = 3}};
static struct price_condition gold_and_large[] = {
    {.pattern = STR_INIT("^in"), .op = STR_INIT("gte"), .value = 5},
    {.op = STR_INIT("in"),
     .source = STR_INIT("metadata"),
     .key = STR_INIT("plan"),
     .values = fast_values,
     .n_values = 1}};
static struct price_condition broken[] = {
    {.pattern = STR_INIT("(("), .op = STR_INIT("gte"), .value = 0}};
static struct price_condition unknown_op[] = {
    {.pattern = STR_INIT("input"), .op = STR_INIT("about"), .value = 0}};

#define TIER(label, order, when, costs)                                                            \
    {                                                                                              \
        .id = STR_INIT(label), .name = STR_INIT(label), .priority = (order), .conditions = (when), \
        .n_conditions = ARRAY_LEN(when), .prices = (costs), .n_prices = ARRAY_LEN(costs)           \
    }
#define STANDARD(costs)                                                          \
    {                                                                            \
        .id = STR_INIT("std"), .name = STR_INIT("Standard"), .is_default = true, \
        .prices = (costs), .n_prices = ARRAY_LEN(costs)                          \
    }

static struct price_tier flat_tiers[] = {STANDARD(flat_prices)};
static struct price_tier total_tiers[] = {STANDARD(total_prices)};
static struct price_tier many_tiers[] = { // out of order on purpose
    TIER("large", 7, large, double_prices),
    TIER("fast", 2, fast, total_prices),
    STANDARD(flat_prices),
    TIER("gold", 1, gold_and_large, double_prices),
    TIER("broken", 0, broken, total_prices),
    TIER("op", 0, unknown_op, total_prices),
    TIER("case", 0, exact_case, total_prices)};

static const struct price_model models[] = {
    {.id = STR_INIT("m-flat"),
     .match_pattern = STR_INIT("^flat$"),
     .start_date = MILLIS_NONE,
     .tokenizer_id = STR_INIT("openai"),
     .tiers = flat_tiers,
     .n_tiers = 1},
    {.id = STR_INIT("m-total"),
     .match_pattern = STR_INIT("^total$"),
     .start_date = MILLIS_NONE,
     .tiers = total_tiers,
     .n_tiers = 1},
    {.id = STR_INIT("m-many"),
     .match_pattern = STR_INIT("^many$"),
     .start_date = MILLIS_NONE,
     .tiers = many_tiers,
     .n_tiers = ARRAY_LEN(many_tiers)},
};

// ---- Cases --------------------------------------------------------------------------------------

struct test_case {
    const char *name, *model, *usage, *cost; // what the client sent (maps as usage_write writes)
    const char *parameters, *metadata;
    const char *want_usage, *want_cost, *want_tier;
};
static const struct test_case cases[] = {
    {"priced per key", "flat", "{\"input\":100,\"output\":50}", NULL, NULL, NULL,
     "{\"input\":100,\"output\":50,\"total\":150}",
     "{\"input\":0.0002,\"output\":0.0005,\"total\":0.0007}", "Standard"},
    {"keys without a price cost nothing", "flat", "{\"input\":5,\"foo\":10}", NULL, NULL, NULL,
     "{\"input\":5,\"foo\":10,\"total\":15}", "{\"input\":0.00001,\"total\":0.00001}", "Standard"},
    {"nothing priced, no cost", "flat", "{\"foo\":10}", NULL, NULL, NULL,
     "{\"foo\":10,\"total\":10}", "{}", "Standard"},
    {"a given total stays", "flat", "{\"input\":5,\"total\":9}", NULL, NULL, NULL,
     "{\"input\":5,\"total\":9}", "{\"input\":0.00001,\"total\":0.00001}", "Standard"},
    {"zero is priced", "flat", "{\"input\":0}", NULL, NULL, NULL, "{\"input\":0,\"total\":0}",
     "{\"input\":0,\"total\":0}", "Standard"},
    {"another word for total counts once", "flat", "{\"promptTokens\":10,\"totalTokens\":15}", NULL,
     NULL, NULL, "{\"promptTokens\":10,\"totalTokens\":15,\"total\":15}", "{}", "Standard"},
    {"negative values are dropped", "flat", "{\"input\":-5,\"output\":2}", NULL, NULL, NULL,
     "{\"output\":2,\"total\":2}", "{\"output\":0.00002,\"total\":0.00002}", "Standard"},
    {"sums are clamped", "flat", "{\"a\":9223372036854775807,\"b\":9223372036854775807}", NULL,
     NULL, NULL,
     "{\"a\":9223372036854775807,\"b\":9223372036854775807,\"total\":9223372036854775807}", "{}",
     "Standard"},
    {"total price on the derived total", "total", "{\"input\":4,\"output\":6}", NULL, NULL, NULL,
     "{\"input\":4,\"output\":6,\"total\":10}", "{\"total\":0.00003}", "Standard"},
    {"exact where doubles are not", "flat", "{\"input\":1,\"output\":1,\"input_cached\":1}", NULL,
     NULL, NULL, "{\"input\":1,\"output\":1,\"input_cached\":1,\"total\":3}",
     "{\"input\":0.000002,\"output\":0.00001,\"input_cached\":0.0000005,\"total\":0.0000125}",
     "Standard"},
    {"unknown model keeps usage", "none", "{\"input\":4}", NULL, NULL, NULL,
     "{\"input\":4,\"total\":4}", "{}", NULL},
    {"no model keeps usage", NULL, "{\"input\":4}", NULL, NULL, NULL, "{\"input\":4,\"total\":4}",
     "{}", NULL},
    {"no usage, no tier", "flat", NULL, NULL, NULL, NULL, "{}", "{}", NULL},

    {"one given cost ends computing", "flat", "{\"input\":100,\"output\":50}", "{\"input\":0.1}",
     NULL, NULL, "{\"input\":100,\"output\":50,\"total\":150}", "{\"input\":0.1,\"total\":0.1}",
     "Standard"},
    {"given input and output add up", "flat", "{\"input\":1}", "{\"input\":0.1,\"output\":0.2}",
     NULL, NULL, "{\"input\":1,\"total\":1}", "{\"input\":0.1,\"output\":0.2,\"total\":0.3}",
     "Standard"},
    {"other given keys have no known total", "flat", "{\"input\":1}",
     "{\"input\":0.1,\"cached\":0.2}", NULL, NULL, "{\"input\":1,\"total\":1}",
     "{\"input\":0.1,\"cached\":0.2}", "Standard"},
    {"a given total of zero stays", "flat", "{\"input\":1}", "{\"total\":0}", NULL, NULL,
     "{\"input\":1,\"total\":1}", "{\"total\":0}", "Standard"},
    {"cost without usage or model", NULL, NULL, "{\"total\":2}", NULL, NULL, "{}", "{\"total\":2}",
     NULL},

    {"at the threshold", "many", "{\"input\":1000}", NULL, NULL, NULL,
     "{\"input\":1000,\"total\":1000}", "{\"input\":0.002,\"total\":0.002}", "Standard"},
    {"above the threshold", "many", "{\"input\":1001}", NULL, NULL, NULL,
     "{\"input\":1001,\"total\":1001}", "{\"input\":0.004004,\"total\":0.004004}", "large"},
    {"matching keys are summed", "many", "{\"input\":600,\"my_input\":401}", NULL, NULL, NULL,
     "{\"input\":600,\"my_input\":401,\"total\":1001}", "{\"input\":0.0024,\"total\":0.0024}",
     "large"},
    {"lower priority number first", "many", "{\"input\":1001}", NULL, "{\"speed\":\"fast\"}", NULL,
     "{\"input\":1001,\"total\":1001}", "{\"total\":0.003003}", "fast"},
    {"numbers compare as text", "many", "{\"input\":1}", NULL, "{\"speed\":1.0}", NULL,
     "{\"input\":1,\"total\":1}", "{\"total\":0.000003}", "fast"},
    {"booleans compare as text", "many", "{\"input\":1}", NULL, "{\"speed\":true}", NULL,
     "{\"input\":1,\"total\":1}", "{\"total\":0.000003}", "fast"},
    {"values are case-sensitive", "many", "{\"input\":1}", NULL, "{\"speed\":\"FAST\"}", NULL,
     "{\"input\":1,\"total\":1}", "{\"input\":0.000002,\"total\":0.000002}", "Standard"},
    {"parameters that are no object", "many", "{\"input\":1}", NULL, "\"speed fast\"", NULL,
     "{\"input\":1,\"total\":1}", "{\"input\":0.000002,\"total\":0.000002}", "Standard"},
    {"only own top-level keys", "many", "{\"input\":1}", NULL, "{\"x\":{\"speed\":\"fast\"}}", NULL,
     "{\"input\":1,\"total\":1}", "{\"input\":0.000002,\"total\":0.000002}", "Standard"},
    {"all conditions must hold", "many", "{\"input\":4}", NULL, NULL, "{\"plan\":\"fast\"}",
     "{\"input\":4,\"total\":4}", "{\"input\":0.000008,\"total\":0.000008}", "Standard"},
    {"all conditions hold", "many", "{\"input\":5}", NULL, NULL, "{\"plan\":\"fast\"}",
     "{\"input\":5,\"total\":5}", "{\"input\":0.00002,\"total\":0.00002}", "gold"},
    {"case-sensitive pattern", "many", "{\"INPUT\":2}", NULL, NULL, NULL,
     "{\"INPUT\":2,\"total\":2}", "{\"total\":0.000006}", "case"},
};

// ---- Running them -------------------------------------------------------------------------------

struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct pricing *pricing;
};

static int setup(void **state)
{
    static struct fixture f;
    f.arena = arena_create(16u << 20);
    ctx_init(&f.ctx, f.arena);
    f.pricing = pricing_create();
    *state = &f;
    return pricing_set_project(f.pricing, &f.ctx, STR("p"), models, ARRAY_LEN(models)) == ERR_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    pricing_destroy(f->pricing);
    arena_destroy(f->arena);
    return 0;
}

static void assert_str(const char *what, str got, str want)
{
    if (str_some(got) != str_some(want) || !str_eq(got, want))
        fail_msg("%s: got %.*s, want %.*s", what, STR_ARG(got), STR_ARG(want));
}

static str usage_text(struct arena *a, const struct usage_map *m)
{
    struct buf b;
    buf_init(&b, 1u << 16);
    usage_write(&b, m);
    str text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static str cost_text(struct arena *a, const struct cost_map *m)
{
    struct buf b;
    buf_init(&b, 1u << 16);
    cost_write(&b, m);
    str text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static struct observation observe(struct arena *a, const struct test_case *c)
{
    struct observation o = {.model = str_c(c->model),
                            .model_parameters = str_c(c->parameters),
                            .metadata = str_c(c->metadata)};
    if (c->usage != NULL)
        assert_true(usage_parse(a, str_c(c->usage), &o.provided_usage));
    if (c->cost != NULL)
        assert_true(cost_parse(a, str_c(c->cost), &o.provided_cost));
    return o;
}

static void usage_cost_and_tier(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct test_case *c = &cases[i];
        struct observation o = observe(f->arena, c);
        for (int twice = 0; twice < 2; twice++) { // idempotent
            enrich_observation(f->pricing, f->arena, STR("p"), &o);
            assert_str(c->name, usage_text(f->arena, &o.usage), str_c(c->want_usage));
            assert_str(c->name, cost_text(f->arena, &o.cost), str_c(c->want_cost));
            assert_str(c->name, o.tier_name, str_c(c->want_tier));
        }
    }
}

static void the_matched_model_is_recorded(void **state)
{
    struct fixture *f = *state;
    struct observation o = {.model = STR("flat")};
    enrich_observation(f->pricing, f->arena, STR("p"), &o);
    assert_str("own model", o.model_id, STR("m-flat"));
    enrich_observation(f->pricing, f->arena, STR("other"), &o);
    assert_str("foreign project", o.model_id, STR_NONE);
}

static void tokens_are_wanted_only_where_they_can_help(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name, *model, *usage, *cost, *input;
        int32_t level;
        bool wanted;
    } rows[] = {
        {"plain", "flat", NULL, NULL, "text", LEVEL_NONE, true},
        {"usage given", "flat", "{\"input\":1}", NULL, "text", LEVEL_NONE, false},
        {"cost given", "flat", NULL, "{\"total\":1}", "text", LEVEL_NONE, false},
        {"failed call", "flat", NULL, NULL, "text", LEVEL_ERROR, false},
        {"nothing to count", "flat", NULL, NULL, NULL, LEVEL_NONE, false},
        {"no tokenizer", "total", NULL, NULL, "text", LEVEL_NONE, false},
        {"no model", NULL, NULL, NULL, "text", LEVEL_NONE, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct test_case c = {
            rows[i].name, rows[i].model, rows[i].usage, rows[i].cost, 0, 0, 0, 0, 0};
        struct observation o = observe(f->arena, &c);
        o.input = str_c(rows[i].input);
        o.level = rows[i].level;
        enrich_observation(f->pricing, f->arena, STR("p"), &o);
        if (o.needs_tokens != rows[i].wanted)
            fail_msg("%s", rows[i].name);
    }
}

static void counted_tokens_are_priced(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int64_t input, output;
        const char *usage, *cost;
    } rows[] = {
        {2, 3, "{\"input\":2,\"output\":3,\"total\":5}",
         "{\"input\":0.000004,\"output\":0.00003,\"total\":0.000034}"},
        {2, -1, "{\"input\":2,\"total\":2}", "{\"input\":0.000004,\"total\":0.000004}"},
        {0, 3, "{\"output\":3,\"total\":3}", "{\"output\":0.00003,\"total\":0.00003}"},
        {0, 0, "{}", "{}"},
        {-1, -1, "{}", "{}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct observation o = {.model = STR("flat"), .input = STR("x")};
        enrich_observation(f->pricing, f->arena, STR("p"), &o);
        assert_true(o.needs_tokens);
        enrich_tokens(f->pricing, f->arena, STR("p"), &o, rows[i].input, rows[i].output);
        assert_false(o.needs_tokens);
        assert_int_equal(o.provided_usage.n, 0);
        assert_str("usage", usage_text(f->arena, &o.usage), str_c(rows[i].usage));
        assert_str("cost", cost_text(f->arena, &o.cost), str_c(rows[i].cost));
    }
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(usage_cost_and_tier),
        TEST(the_matched_model_is_recorded),
        TEST(tokens_are_wanted_only_where_they_can_help),
        TEST(counted_tokens_are_priced),
    };
    return cmocka_run_group_tests_name("pricing/cost", tests, NULL, NULL);
}
