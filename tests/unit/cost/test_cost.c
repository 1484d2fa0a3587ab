// SPDX-License-Identifier: MIT
// The table of prices, usage out of metrics, sums, projections and limits.
#include "cost/cost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define PROVIDER "provider p P\n"
#define GROWTH   "growth 10 0.5 20 8 12 2025-10 s\ngrowth 50 1 20 20 30 2025-10 s\n"

// Ten hours, three gigabytes of events on a volume of ten of which half is used, half a core.
static const char metrics[] = "rushlight_uptime_seconds 36000\n"
                              "rushlight_users 10\n"
                              "rushlight_store_bytes 3000000000\n"
                              "rushlight_store_files 3\n"
                              "rushlight_metadata_bytes 1000000000\n"
                              "rushlight_disk_bytes 10000000000\n"
                              "rushlight_disk_free_bytes 5000000000\n"
                              "process_cpu_seconds_total 18000.5\n"
                              "rushlight_http_requests_total{method=\"POST\",status=\"2xx\"} 90\n"
                              "rushlight_http_requests_total{method=\"POST\",status=\"4xx\"} 10\n"
                              "rushlight_http_requests_total{method=\"GET\",status=\"2xx\"} 7\n"
                              "rushlight_http_requests_total_of_another 5\n"
                              "rushlight_queue_waiting 400\n";

struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct cost_table table;
    struct cost_usage usage;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->arena = arena_create(1 << 20);
    ctx_init(&f->ctx, f->arena);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static void use_builtin(struct fixture *f)
{
    assert_int_equal(cost_table_parse(&f->ctx, cost_table_builtin(), &f->table), ERR_OK);
    cost_usage_read(&f->table, str_c(metrics), &f->usage);
}

static void assert_near(double got, double wanted)
{
    if (got < wanted * 0.999 || got > wanted * 1.001)
        fail_msg("got %g, expected %g", got, wanted);
}

// ---- Table --------------------------------------------------------------------------------------

static void builtin_table_has_the_plans_own_sum(void **state)
{
    struct fixture *f = *state;
    struct cost_sum sum;

    use_builtin(f);
    cost_usage_read(&f->table, STR(""), &f->usage);
    cost_sum(&f->table, cost_provider_find(&f->table, STR("alibaba")), &f->usage, &sum);
    assert_near(sum.lines[COST_COMPUTE].amount, 61.2);
    assert_near(sum.lines[COST_DATABASE].amount, 8.64);
    assert_near(sum.lines[COST_BACKUP].amount, 4.32);
    assert_near(sum.usd, (61.2 + 8.64 + 4.32) / 7.2);
}

static void every_price_is_dated(void **state)
{
    struct fixture *f = *state;
    use_builtin(f);
    for (size_t i = 0; i < f->table.n_providers; i++)
        for (size_t p = 0; p < COST_PARTS; p++) {
            const struct cost_price *price = &f->table.providers[i].prices[p];
            if (!price->known)
                continue;
            assert_int_equal(price->date.n, 7);
            assert_true(str_starts(price->date, STR("20")));
            assert_true(price->source.n > 3);
        }
}

static void bad_rows_name_their_line(void **state)
{
    static const char *const bad[] = {
        "price x compute 1 USD unit-hour 2025-10 s",
        "price p wine 1 USD unit-hour 2025-10 s",
        "price p compute one USD unit-hour 2025-10 s",
        "price p compute -1 USD unit-hour 2025-10 s",
        "price p compute 1 XAU unit-hour 2025-10 s",
        "price p compute 1 USD bottle 2025-10 s",
        "price p compute 1 USD unit-hour 2025-10",
        "price p compute 1 USD",
        "provider p again",
        "growth 50 1 20 20 30 2025-10 s",
        "estimate p total 9 8 USD 2025-10 s",
        "rate EUR 0 2025-10 s",
        "prices p compute 1 USD unit-hour 2025-10 s",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        str text = arena_cat(f->arena, STR("# first\n" PROVIDER GROWTH), str_c(bad[i]));
        ctx_init(&f->ctx, f->arena);
        if (cost_table_parse(&f->ctx, text, &f->table) != ERR_INVALID)
            fail_msg("accepted: %s", bad[i]);
        assert_true(str_has(f->ctx.message, STR("line 5")));
    }
}

static void too_many_rows_are_refused(void **state)
{
    struct fixture *f = *state;
    str text = STR(PROVIDER GROWTH);
    for (size_t i = 0; i < COST_PROVIDERS; i++)
        text = arena_cat(f->arena, text, arena_fmt(f->arena, "provider q%zu Q\n", i));
    assert_int_equal(cost_table_parse(&f->ctx, text, &f->table), ERR_INVALID);
}

static void an_empty_table_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(cost_table_parse(&f->ctx, STR("# nothing\n"), &f->table), ERR_INVALID);
}

static void units_become_the_quantity_of_the_part(void **state)
{
    static const struct {
        const char *row;
        enum cost_part part;
        double amount;
    } cases[] = {
        {"price p database 0.001 USD gb-hour 2025-10 s", COST_DATABASE, 0.72},
        {"price p database 2 USD gb-month 2025-10 s", COST_DATABASE, 2},
        {"price p writes 5 USD 10k 2025-10 s", COST_WRITES, 0.0005},
        {"price p writes 5 USD 1k 2025-10 s", COST_WRITES, 0.005},
        {"price p egress 5 USD gb 2025-10 s", COST_EGRESS, 5},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str text = arena_cat(f->arena, STR(PROVIDER GROWTH), str_c(cases[i].row));
        assert_int_equal(cost_table_parse(&f->ctx, text, &f->table), ERR_OK);
        assert_near(f->table.providers[0].prices[cases[i].part].amount, cases[i].amount);
    }
}

static void a_server_that_is_sold_whole_costs_whole_hours(void **state)
{
    struct fixture *f = *state;
    struct cost_sum sum;
    str text = STR(PROVIDER GROWTH "price p compute 0.5 USD hour 2025-10 s\n");

    assert_int_equal(cost_table_parse(&f->ctx, text, &f->table), ERR_OK);
    cost_usage_read(&f->table, STR(""), &f->usage);
    cost_sum(&f->table, &f->table.providers[0], &f->usage, &sum);
    assert_near(sum.usd, 360);
}

// ---- Usage --------------------------------------------------------------------------------------

static void usage_is_read_and_stretched_to_a_month(void **state)
{
    struct fixture *f = *state;
    use_builtin(f);
    assert_near(f->usage.hours, 10);
    assert_near(f->usage.users, 10);
    assert_true(f->usage.embedded);
    assert_near(f->usage.parts[COST_OBJECTS].amount, 3);
    assert_int_equal(f->usage.parts[COST_OBJECTS].origin, COST_MEASURED);
    assert_near(f->usage.parts[COST_WRITES].amount, 7200);
    assert_int_equal(f->usage.parts[COST_WRITES].origin, COST_EXTRAPOLATED);
    assert_near(f->usage.parts[COST_DATABASE].amount, 1);
    assert_int_equal(f->usage.parts[COST_COMPUTE].origin, COST_ASSUMED);
}

static void segments_count_before_requests(void **state)
{
    struct fixture *f = *state;
    use_builtin(f);
    str text = arena_cat(f->arena, str_c(metrics),
                         STR("rushlight_segments_put_total 50\n"
                             "rushlight_segments_bytes_total 1000000000\n"));
    cost_usage_read(&f->table, text, &f->usage);
    assert_near(f->usage.parts[COST_WRITES].amount, 3600);
    assert_near(f->usage.parts[COST_OBJECTS].amount, 72);
}

static void a_minute_says_nothing_about_a_month(void **state)
{
    struct fixture *f = *state;
    use_builtin(f);
    cost_usage_read(&f->table,
                    STR("rushlight_uptime_seconds 60\nprocess_cpu_seconds_total 60\n"
                        "rushlight_http_requests_total{method=\"POST\"} 90\n"),
                    &f->usage);
    assert_int_equal(f->usage.parts[COST_WRITES].origin, COST_ASSUMED);
    assert_false(f->usage.triggers[COST_TRIGGER_CPU].known);
}

static void nearest_trigger_is_the_largest_share(void **state)
{
    struct fixture *f = *state;
    use_builtin(f);
    assert_near(f->usage.triggers[COST_TRIGGER_DISK].value, 0.5);
    assert_near(f->usage.triggers[COST_TRIGGER_CPU].value, 0.5);
    assert_near(cost_trigger_share(&f->usage, COST_TRIGGER_BACKLOG), 0.4);
    assert_false(f->usage.triggers[COST_TRIGGER_MEMORY].known);
    assert_int_equal(cost_trigger_nearest(&f->usage), COST_TRIGGER_CPU); // 0.5 of 0.7
    cost_usage_read(&f->table, STR(""), &f->usage);
    assert_int_equal(cost_trigger_nearest(&f->usage), COST_TRIGGERS);
}

// ---- Projection ---------------------------------------------------------------------------------

static void more_users_cause_more_of_what_users_cause(void **state)
{
    struct fixture *f = *state;
    const struct cost_growth *plan;

    use_builtin(f);
    cost_usage_project(&f->table, 50, &f->usage, &plan);
    assert_near(f->usage.parts[COST_OBJECTS].amount, 15);
    assert_int_equal(f->usage.parts[COST_OBJECTS].origin, COST_PROJECTED);
    assert_near(f->usage.parts[COST_COMPUTE].amount, 720);
    assert_near(f->usage.triggers[COST_TRIGGER_DISK].value, 0.5 + 0.3 * 4); // others' files stay
    assert_near(plan->low_usd, 20);
    assert_int_equal(cost_trigger_nearest(&f->usage), COST_TRIGGER_CPU);
    assert_true(cost_trigger_share(&f->usage, COST_TRIGGER_CPU) > 1);
}

static void the_plan_is_the_row_that_covers_the_users(void **state)
{
    static const double cases[][2] = {{0, 10},  {1, 10},    {10, 10},   {11, 50},
                                      {50, 50}, {100, 100}, {101, 500}, {9000, 500}};
    struct fixture *f = *state;
    use_builtin(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_near(cost_growth_for(&f->table, cases[i][0])->users, cases[i][1]);
}

static void parts_without_a_price_are_counted(void **state)
{
    struct fixture *f = *state;
    struct cost_sum sum;
    use_builtin(f);
    cost_sum(&f->table, cost_provider_find(&f->table, STR("azure")), &f->usage, &sum);
    assert_int_equal(sum.unpriced, 6); // no egress was measured
    assert_true(sum.usd == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(builtin_table_has_the_plans_own_sum),
        TEST(every_price_is_dated),
        TEST(bad_rows_name_their_line),
        TEST(too_many_rows_are_refused),
        TEST(an_empty_table_is_refused),
        TEST(units_become_the_quantity_of_the_part),
        TEST(a_server_that_is_sold_whole_costs_whole_hours),
        TEST(usage_is_read_and_stretched_to_a_month),
        TEST(segments_count_before_requests),
        TEST(a_minute_says_nothing_about_a_month),
        TEST(nearest_trigger_is_the_largest_share),
        TEST(more_users_cause_more_of_what_users_cause),
        TEST(the_plan_is_the_row_that_covers_the_users),
        TEST(parts_without_a_price_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
