// SPDX-License-Identifier: MIT
// The built-in table, and which model definition a name finds.
#include "pricing/pricing_int.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

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
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    pricing_destroy(f->pricing);
    arena_destroy(f->arena);
    return 0;
}

static void assert_str(str got, str want)
{
    if (!str_eq(got, want))
        fail_msg("got \"%.*s\", want \"%.*s\"", STR_ARG(got), STR_ARG(want));
}

static str match_id(struct fixture *f, str project, str name)
{
    struct price_pin pin = {0};
    const struct price_model *m = pricing_match(f->pricing, project, name, &pin);
    str id = m != NULL ? arena_str(f->arena, m->id) : STR_NONE;
    pricing_unpin(&pin);
    return id;
}

// ---- Built-in table -----------------------------------------------------------------------------

static void every_model_reads_and_prices_something(void **state)
{
    struct fixture *f = *state;
    size_t n = pricing_builtin_count(f->pricing);
    size_t n_priced = 0;
    for (size_t i = 0; i < n; i++) {
        const struct price_model *m = pricing_builtin(f->pricing, i);
        size_t defaults = 0;
        assert_true(m->created_at > 0 && m->id.n > 0);
        n_priced += m->n_tiers > 0;
        for (size_t t = 0; t < m->n_tiers; t++) {
            const struct price_tier *tier = &m->tiers[t];
            defaults += tier->is_default;
            if (tier->n_prices == 0 || tier->is_default != (tier->n_conditions == 0))
                fail_msg("%.*s: tier %.*s", STR_ARG(m->name), STR_ARG(tier->name));
            for (size_t k = 0; k < tier->n_prices; k++)
                assert_true(tier->prices[k].price > 0 && tier->prices[k].key.n > 0);
            for (size_t k = 0; k < tier->n_conditions; k++)
                assert_true(str_some(tier->conditions[k].pattern) ==
                            (tier->conditions[k].compiled != NULL));
        }
        assert_int_equal(defaults, m->n_tiers > 0);
        assert_ptr_equal(pricing_builtin_by_id(f->pricing, m->id), m);
    }
    assert_true(n_priced >= 160);
}

// price / 10^6 must be exact: at most 12 decimals in the text.
static void no_price_loses_digits(void **state)
{
    (void)state;
    str line, text = str_make((const char *)price_text, price_text_len);
    for (str rest = text; str_next(&rest, '\n', &line);) {
        str word, number;
        if (!str_next(&line, ' ', &word) || !str_eq(word, STR("price")))
            continue;
        assert_true(str_next(&line, ' ', &number));
        attos price;
        assert_true(attos_parse(number, &price));
        assert_true(price % 1000000 == 0);
    }
}

static void a_model_reads_as_written(void **state)
{
    struct fixture *f = *state;
    const struct price_model *m =
        pricing_builtin_by_id(f->pricing, STR("b9854a5c92dc496b997d99d20"));
    assert_non_null(m);
    assert_str(m->name, STR("gpt-4o"));
    assert_str(m->match_pattern, STR("(?i)^(openai/)?(gpt-4o)$"));
    assert_str(m->tokenizer_id, STR("openai"));
    assert_true(str_has(m->tokenizer_config, STR("\"tokensPerMessage\":3")));
    assert_true(m->n_tiers >= 2 && m->tiers[0].is_default);
    assert_str(m->tiers[0].id, STR("b9854a5c92dc496b997d99d20_tier_default"));
    assert_str(m->tiers[1].name, STR("Fast mode"));
    assert_str(m->tiers[1].conditions[0].source, STR("model_parameters"));
    assert_str(m->tiers[1].conditions[0].key, STR("service_tier"));
    assert_int_equal(m->tiers[1].conditions[0].n_values, 2);
    assert_str(m->tiers[1].conditions[0].values[1], STR("priority"));
}

static void a_block_ends_at_the_next_model(void **state)
{
    struct fixture *f = *state;
    str rest = STR("# head\n\nmodel a\nid 1\nmatch ^a$\ntier default - S\nprice 1 input output\n"
                   "model b b\nid 2\nmatch ^b b$\nunit -\ntier default x Two words\n"
                   "when usage gte 5 case ^in put$\nprice 0.5 total");
    struct price_block block;
    assert_true(price_text_next(&rest, &block));
    const struct price_model *a = price_text_model(f->arena, &block);
    assert_str(a->id, STR("1"));
    assert_int_equal(a->tiers[0].n_prices, 2);
    assert_true(a->tiers[0].prices[1].price == (attos)1000000000000);
    assert_true(price_text_next(&rest, &block));
    const struct price_model *b = price_text_model(f->arena, &block);
    assert_str(b->name, STR("b b"));
    assert_false(str_some(b->unit));
    assert_str(b->tiers[0].id, STR("x"));
    assert_str(b->tiers[0].name, STR("Two words"));
    assert_str(b->tiers[0].conditions[0].pattern, STR("^in put$"));
    assert_true(b->tiers[0].conditions[0].case_sensitive);
    assert_false(price_text_next(&rest, &block));
}

static void malformed_blocks_are_refused(void **state)
{
    struct fixture *f = *state;
    static const str cases[] = {
        STR_INIT("model a\nid 1\nmatch a\ntier default - S\nprice x input"),
        STR_INIT("model a\nid 1\nmatch a\ntier first - S\nprice 1 input"),
        STR_INIT("model a\nid 1\nmatch a\ncreated yesterday"),
        STR_INIT("model a\nid 1\nmatch a\ntier 1 - S\nwhen usage gt many nocase x"),
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str rest = cases[i];
        struct price_block block;
        assert_true(price_text_next(&rest, &block));
        if (price_text_model(f->arena, &block) != NULL)
            fail_msg("case %zu was read", i);
    }
}

// ---- Matching -----------------------------------------------------------------------------------

static void names_find_built_in_models(void **state)
{
    struct fixture *f = *state;
    static const struct {
        str name, id;
    } cases[] = {
        {STR_INIT("gpt-4o"), STR_INIT("b9854a5c92dc496b997d99d20")},
        {STR_INIT("GPT-4O"), STR_INIT("b9854a5c92dc496b997d99d20")},
        {STR_INIT("openai/gpt-4o"), STR_INIT("b9854a5c92dc496b997d99d20")},
        {STR_INIT("gpt-4o\n"), {NULL, 0}},
        {STR_INIT("gpt-3.5-turbo"), STR_INIT("clruwnahl00040al78f1lb0at")}, // not a retired one
        {STR_INIT("xgpt-4o"), {NULL, 0}},
        {STR_INIT("no such model"), {NULL, 0}},
        {STR_INIT(""), {NULL, 0}},
    };
    for (int twice = 0; twice < 2; twice++) { // the second time from the cache
        for (size_t i = 0; i < ARRAY_LEN(cases); i++)
            assert_str(match_id(f, STR("p"), cases[i].name), cases[i].id);
    }
}

static struct price_model own_model(const char *id, const char *pattern, millis start)
{
    return (struct price_model){
        .id = str_c(id), .name = str_c(id), .match_pattern = str_c(pattern), .start_date = start};
}

static void set_models(struct fixture *f, str project, const struct price_model *models, size_t n)
{
    assert_int_equal(pricing_set_project(f->pricing, &f->ctx, project, models, n), ERR_OK);
}

static void a_projects_own_models_come_first(void **state)
{
    struct fixture *f = *state;
    const struct price_model models[] = {
        own_model("undated", "^gpt-4o$", MILLIS_NONE), own_model("old", "^gpt-4o$", 1000),
        own_model("new", "^gpt-4o$", 2000), own_model("broken", "((", 3000)};
    assert_str(match_id(f, STR("p"), STR("gpt-4o")), STR("b9854a5c92dc496b997d99d20"));
    set_models(f, STR("p"), models, 4);
    set_models(f, STR("q"), models, 1);
    assert_str(match_id(f, STR("p"), STR("gpt-4o")), STR("new"));
    assert_str(match_id(f, STR("q"), STR("gpt-4o")), STR("undated"));
    assert_str(match_id(f, STR("r"), STR("gpt-4o")), STR("b9854a5c92dc496b997d99d20"));
    assert_str(match_id(f, STR("p"), STR("gpt-4")), match_id(f, STR("r"), STR("gpt-4")));
    set_models(f, STR("p"), NULL, 0);
    assert_str(match_id(f, STR("p"), STR("gpt-4o")), STR("b9854a5c92dc496b997d99d20"));
    assert_str(match_id(f, STR("q"), STR("gpt-4o")), STR("undated"));
}

static void a_pinned_model_outlives_its_removal(void **state)
{
    struct fixture *f = *state;
    const struct price_model model = own_model("mine", "^mine$", MILLIS_NONE);
    set_models(f, STR("p"), &model, 1);
    struct price_pin pin = {0};
    const struct price_model *m = pricing_match(f->pricing, STR("p"), STR("mine"), &pin);
    assert_non_null(m);
    set_models(f, STR("p"), NULL, 0);
    assert_str(m->id, STR("mine"));
    pricing_unpin(&pin);
    pricing_unpin(&pin); // a zeroed pin is fine
    assert_false(str_some(match_id(f, STR("p"), STR("mine"))));
}

// More names than the cache holds: it starts again and goes on answering.
static void the_cache_is_bounded(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 10000; i++) {
        struct arena_mark mark = arena_mark(f->arena);
        assert_false(str_some(match_id(f, STR("p"), arena_fmt(f->arena, "unknown-%d", i))));
        arena_rewind(f->arena, mark);
    }
    assert_str(match_id(f, STR("p"), STR("gpt-4o")), STR("b9854a5c92dc496b997d99d20"));
}

// ---- Threads ------------------------------------------------------------------------------------

enum { READERS = 3, ROUNDS = 4000 };

static void *read_models(void *arg)
{
    struct pricing *p = arg;
    static const str names[] = {STR_INIT("gpt-4o"), STR_INIT("mine"), STR_INIT("claude-2.1"),
                                STR_INIT("unknown")};
    size_t wrong = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct price_pin pin = {0};
        str name = names[i % ARRAY_LEN(names)];
        const struct price_model *m = pricing_match(p, STR("p"), name, &pin);
        if (m != NULL && m->id.n == 0)
            wrong++;
        if (i % 4 == 0 && m == NULL)
            wrong++;
        pricing_unpin(&pin);
    }
    return wrong == 0 ? NULL : arg;
}

static void readers_and_a_writer_do_not_disturb_each_other(void **state)
{
    struct fixture *f = *state;
    const struct price_model model = own_model("mine", "^mine$", MILLIS_NONE);
    pthread_t readers[READERS];
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_models, f->pricing), 0);
    for (size_t i = 0; i < 200; i++)
        set_models(f, STR("p"), &model, i % 2);
    for (size_t i = 0; i < READERS; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(readers[i], &wrong), 0);
        assert_null(wrong);
    }
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_model_reads_and_prices_something),
        TEST(no_price_loses_digits),
        TEST(a_model_reads_as_written),
        TEST(a_block_ends_at_the_next_model),
        TEST(malformed_blocks_are_refused),
        TEST(names_find_built_in_models),
        TEST(a_projects_own_models_come_first),
        TEST(a_pinned_model_outlives_its_removal),
        TEST(the_cache_is_bounded),
        TEST(readers_and_a_writer_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests_name("pricing/match", tests, NULL, NULL);
}
