// SPDX-License-Identifier: MIT
// Reads while the writer commits. A batch adds a trace to each of several days; every answer must hold
// each row once, in order, with its own trace and body, and at least the rows that were acknowledged
// before it was asked for.
#include "base/thread.h"
#include "contract/event_fixture.h"

#define BATCHES 40
#define DAYS    4
#define READERS 3

struct shared {
    struct fixture *f;
    _Atomic(int) acknowledged; // batches
    _Atomic(int) faults;
};

struct answer {
    struct shared *shared;
    int n;
    millis last;
    str last_id;
};

static enum errc take(void *user, const struct observation_row *row)
{
    struct answer *a = user;
    const struct observation *o = &row->observation;

    bool ordered = a->n == 0 || o->start_time < a->last ||
                   (o->start_time == a->last && !str_eq(o->id, a->last_id));
    if (!ordered || !str_eq(o->input, o->id) || !str_eq(o->trace_id, str_skip(o->id, 2)))
        a->shared->faults++;
    a->n++;
    a->last = o->start_time;
    a->last_id = o->id;
    return ERR_OK;
}

static void ask_once(struct shared *s, struct ctx *ctx)
{
    struct event_store *store = s->f->store;
    struct observation_query q = all_observations(VIEW_OBSERVATIONS);
    struct answer a = {.shared = s};
    int before = s->acknowledged;
    int64_t total;

    q.limit = 1000;
    enum errc rc = store->ops->observation_list(store, ctx, &q, take, &a, &total);
    if (rc != ERR_OK || a.n < before * DAYS || total < before * DAYS)
        s->faults++;
}

static void *reader(void *arg)
{
    struct shared *s = arg;
    struct arena *arena = arena_create(64u << 20);

    while (s->acknowledged < BATCHES) {
        struct ctx ctx;
        arena_reset(arena);
        ctx_init(&ctx, arena);
        ask_once(s, &ctx);
    }
    arena_destroy(arena);
    return NULL;
}

static void say_batch(struct fixture *f, int batch)
{
    for (int day = 0; day < DAYS; day++) {
        const char *trace = arena_fmt(f->arena, "%d-%d", batch, day).p;
        str id = arena_fmt(f->arena, "o-%s", trace);
        struct event *e = say_observation(f, trace, id.p, NOW - day * MILLIS_DAY - batch);
        e->observation.input = id;
        e->present |= BIT(OBS_INPUT);
    }
}

static void test_answers_are_whole(void **state)
{
    struct shared s = {.f = *state};
    struct thread *threads[READERS];

    for (int i = 0; i < READERS; i++)
        threads[i] = thread_start("reader", 1u << 20, reader, &s);
    for (int i = 0; i < BATCHES; i++) {
        say_batch(s.f, i);
        commit(s.f);
        s.acknowledged = i + 1;
    }
    for (int i = 0; i < READERS; i++)
        thread_join(threads[i]);
    assert_int_equal(s.faults, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answers_are_whole, fixture_open, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
