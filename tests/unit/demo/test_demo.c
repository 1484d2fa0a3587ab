// SPDX-License-Identifier: MIT
// The demo's month: the same seed tells the same stories, every request is a valid batch, and what a
// first look wants to see is in it.
#include "demo/demo.h"
#include "json/json.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ARENA = 256 << 20, KINDS = 10 };
#define NOW INT64_C(1767268800000) // 2026-01-01T12:00:00Z, a Thursday

static const char *const event_types[KINDS] = {
    "trace-create", "score-create",     "generation-create", "span-create",  "agent-create",
    "tool-create",  "retriever-create", "embedding-create",  "event-create", "guardrail-create",
};

struct seen {
    struct arena *arena; // of parsed bodies
    uint64_t hash;       // of all bodies
    size_t bytes_max;
    size_t of_type[KINDS];
    size_t errors, later_than_now, on_session;
    int64_t first_day, last_day;
};

static void look_at(struct seen *s, const struct json *event)
{
    millis at = 0;
    const struct json *body = json_get(event, STR("body"));
    assert_true(time_parse_iso(json_str(json_get(event, STR("timestamp"))), &at));
    s->first_day = time_day(at) < s->first_day ? time_day(at) : s->first_day;
    s->last_day = time_day(at) > s->last_day ? time_day(at) : s->last_day;
    s->later_than_now += at > NOW + 5 * 60000;
    s->errors += str_eq(json_str(json_get(body, STR("level"))), STR("ERROR"));
    s->on_session += str_eq(json_str(json_get(body, STR("name"))), STR("session-solved"));
    for (size_t i = 0; i < KINDS; i++)
        s->of_type[i] += str_eq(json_str(json_get(event, STR("type"))), str_c(event_types[i]));
}

static enum errc receive(void *user, struct ctx *ctx, str body)
{
    (void)ctx;
    struct seen *s = user;
    const struct json *v = json_try(s->arena, body);
    assert_non_null(v);
    s->hash = s->hash * 31 + str_hash(body);
    s->bytes_max = body.n > s->bytes_max ? body.n : s->bytes_max;
    for (struct json_iter it = json_iter(json_get(v, STR("batch"))); json_next(&it);)
        look_at(s, it.value);
    return ERR_OK;
}

static struct demo_result play(struct seen *s, uint64_t seed)
{
    struct ctx ctx;
    struct demo_result r;
    struct arena *arena = arena_create(ARENA);
    *s = (struct seen){.arena = arena_create(ARENA), .first_day = INT64_MAX};
    const struct demo_options o = {
        .days = 30, .traces = 600, .seed = seed, .now = NOW, .send = receive, .user = s};
    ctx_init(&ctx, arena);
    assert_int_equal(demo_run(&ctx, &o, &r), ERR_OK);
    arena_destroy(s->arena);
    arena_destroy(arena);
    return r;
}

static void test_a_month_has_everything(void **state)
{
    (void)state;
    struct seen s;
    struct demo_result r = play(&s, 1);
    for (size_t i = 0; i < KINDS; i++)
        if (s.of_type[i] == 0)
            fail_msg("there is no %s", event_types[i]);
    assert_in_range(r.traces, 450, 700);
    assert_int_equal(s.of_type[0], r.traces);
    assert_int_equal(s.of_type[1], r.scores);
    assert_int_equal(s.errors, r.errors);
    assert_true(r.errors > 0 && r.sessions > 0 && s.on_session > 0);
    assert_int_equal(s.last_day - s.first_day, 30);
    assert_int_equal(s.later_than_now, 0);
    assert_true(s.bytes_max < 4500000);
}

static void test_the_same_seed_tells_the_same(void **state)
{
    (void)state;
    struct seen one;
    struct seen two;
    struct seen other;
    (void)play(&one, 5);
    (void)play(&two, 5);
    (void)play(&other, 6);
    assert_int_equal(one.hash, two.hash);
    assert_int_not_equal(one.hash, other.hash);
}

static enum errc refuse(void *user, struct ctx *ctx, str body)
{
    (void)body;
    (void)ctx;
    ++*(int *)user;
    return ERR_UNAVAILABLE;
}

static void test_a_refusal_ends_the_run(void **state)
{
    (void)state;
    int calls = 0;
    struct ctx ctx;
    struct demo_result r;
    struct arena *arena = arena_create(ARENA);
    const struct demo_options o = {
        .days = 3, .traces = 60, .now = NOW, .send = refuse, .user = &calls};
    ctx_init(&ctx, arena);
    assert_int_equal(demo_run(&ctx, &o, &r), ERR_UNAVAILABLE);
    assert_int_equal(calls, 1);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_month_has_everything),
        cmocka_unit_test(test_the_same_seed_tells_the_same),
        cmocka_unit_test(test_a_refusal_ends_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
