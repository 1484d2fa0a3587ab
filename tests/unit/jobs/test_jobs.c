// SPDX-License-Identifier: MIT
// Background jobs: the purge of deleted projects against a store that only counts, when keys were
// last used, starting and stopping the thread.
#include "base/codec.h"
#include "jobs/jobs.h"
#include "store/sqlite/sqlite_store.h"
#include "unit/meta/meta_fixture.h"

// ---- A store that holds numbered traces and scores of one project -------------------------------

struct fake_store {
    struct event_store base;
    int traces, scores;
    millis to; // of the last list
    int trace_calls, score_calls;
};

static enum errc fake_trace_list(struct event_store *s, struct ctx *ctx,
                                 const struct trace_query *q, trace_row_fn *fn, void *user,
                                 int64_t *total)
{
    struct fake_store *f = (struct fake_store *)s;
    assert_str(q->project, "project");
    *total = f->traces;
    f->to = q->to;
    for (int64_t i = 0; i < f->traces && i < q->limit; i++) {
        struct trace_row row = {.trace = {.id = arena_fmt(ctx->arena, "t%lld", (long long)i)}};
        TRY(fn(user, &row));
    }
    return ERR_OK;
}

static enum errc fake_trace_delete(struct event_store *s, struct ctx *ctx, str project,
                                   const str *ids, size_t n)
{
    struct fake_store *f = (struct fake_store *)s;
    (void)ctx;
    assert_str(project, "project");
    assert_str(ids[0], "t0");
    f->traces -= (int)n;
    f->trace_calls++;
    return ERR_OK;
}

static enum errc fake_score_list(struct event_store *s, struct ctx *ctx,
                                 const struct score_query *q, score_row_fn *fn, void *user,
                                 int64_t *total)
{
    const struct fake_store *f = (const struct fake_store *)s;
    assert_false(q->value_min == q->value_min); // open: NAN
    *total = f->scores;
    for (int64_t i = 0; i < f->scores && i < q->limit; i++) {
        struct score_row row = {.score = {.id = arena_fmt(ctx->arena, "s%lld", (long long)i)}};
        TRY(fn(user, &row));
    }
    return ERR_OK;
}

static enum errc fake_score_delete(struct event_store *s, struct ctx *ctx, str project, str id)
{
    struct fake_store *f = (struct fake_store *)s;
    (void)ctx;
    assert_str(project, "project");
    assert_true(str_starts(id, STR("s")));
    f->scores--;
    f->score_calls++;
    return ERR_OK;
}

static const struct event_store_ops fake_ops = {
    .name = "fake",
    .trace_list = fake_trace_list,
    .trace_delete = fake_trace_delete,
    .score_list = fake_score_list,
    .score_delete = fake_score_delete,
};

struct fixture {
    struct meta_fixture *m;
    struct auth *auth;
    struct fake_store store;
    struct jobs_counters counters;
    struct jobs_context context;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->m = meta_fixture_create();
    const struct auth_options opt = {.meta = f->m->meta, .salt = STR("salt")};
    f->auth = auth_create(&opt);
    f->store.base.ops = &fake_ops;
    f->context = (struct jobs_context){
        .store = &f->store.base, .meta = f->m->meta, .auth = f->auth, .counters = &f->counters};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    auth_destroy(f->auth);
    meta_fixture_destroy(f->m);
    free(f);
    return 0;
}

static bool step(struct fixture *f, enum job_kind kind)
{
    bool more = false;
    assert_ok(jobs_step(&f->context, kind, fresh(f->m), &more));
    return more;
}

static struct meta_project project_to_delete(struct fixture *f)
{
    struct meta_org org = fixture_org(f->m, STR("O"));
    struct meta_project p = {.id = STR("project"), .org_id = org.id, .name = STR("P")};
    assert_ok(meta_project_create(f->m->meta, fresh(f->m), &p));
    return p;
}

// ---- Tests --------------------------------------------------------------------------------------

static void living_projects_are_not_purged(void **state)
{
    struct fixture *f = *state;
    (void)project_to_delete(f);
    f->store.traces = 5;
    assert_false(step(f, JOB_PURGE));
    assert_int_equal(f->store.traces, 5);
}

static void deleted_project_loses_its_events_then_its_row(void **state)
{
    struct fixture *f = *state;
    struct meta_project p = project_to_delete(f);
    f->store.traces = 450;
    f->store.scores = 3;
    assert_ok(meta_project_delete(f->m->meta, fresh(f->m), p.id));
    int steps = 0;
    while (step(f, JOB_PURGE))
        assert_true(++steps < 20);
    assert_int_equal(f->store.traces, 0);
    assert_int_equal(f->store.scores, 0);
    assert_int_equal(f->store.trace_calls, 3); // 200 + 200 + 50
    assert_int_equal(f->store.score_calls, 3);
    assert_int_equal(counter_get(&f->counters.purged_projects), 1);
    assert_false(step(f, JOB_PURGE));
}

static void retention_of_a_project_asks_for_what_is_older(void **state)
{
    struct fixture *f = *state;
    struct meta_project p = project_to_delete(f);
    f->store.traces = 250;
    f->store.scores = 2;
    assert_false(step(f, JOB_EXPIRE)); // keeps everything
    assert_int_equal(f->store.traces, 250);
    p.retention_days = 7;
    assert_ok(meta_project_update(f->m->meta, fresh(f->m), &p));
    millis before = clock_now() - 7 * MILLIS_DAY;
    int steps = 0;
    while (step(f, JOB_EXPIRE))
        assert_true(++steps < 20);
    assert_true(f->store.to >= before && f->store.to <= clock_now() - 7 * MILLIS_DAY);
    assert_int_equal(f->store.traces, 0);
    assert_int_equal(f->store.scores, 0);
    assert_int_equal(counter_get(&f->counters.expired_events), 252);
}

static void key_uses_are_stored(void **state)
{
    struct fixture *f = *state;
    struct meta_key key = {0};
    struct principal p = {0};
    str secret = STR_NONE;
    struct arena *a = f->m->arena;
    struct meta_project project = project_to_delete(f);
    key.project_id = project.id;
    assert_ok(key_generate(f->auth, fresh(f->m), &key, &secret));
    str pair = arena_fmt(a, "%.*s:%.*s", STR_ARG(key.public_key), STR_ARG(secret));
    str header = arena_cat(a, STR("Basic "), base64_encode(a, pair));
    assert_ok(auth_check(f->auth, fresh(f->m), header, STR_NONE, STR_NONE, &p));
    assert_false(step(f, JOB_KEY_USES));
    assert_ok(meta_key_by_public(f->m->meta, fresh(f->m), key.public_key, &key));
    assert_true(key.last_used_at > 0);
}

static void thread_runs_the_jobs_and_stops_at_once(void **state)
{
    struct fixture *f = *state;
    char dir[96];
    struct event_store *store = NULL;
    (void)snprintf(dir, sizeof dir, "%s/events", f->m->dir);
    const struct sqlite_store_options opt = {.dir = dir};
    assert_ok(sqlite_store_open(fresh(f->m), &opt, &store));
    f->context.store = store;
    struct jobs *jobs = jobs_start(&f->context);
    assert_non_null(jobs);
    int64_t give_up = clock_mono_ms() + 20000;
    while (counter_get(&f->counters.runs[JOB_TOKENS]) == 0) {
        assert_true(clock_mono_ms() < give_up);
        usleep(20000);
    }
    int64_t before = clock_mono_ms();
    jobs_stop(jobs);
    assert_true(clock_mono_ms() - before < 2000);
    for (size_t k = 0; k < JOB_COUNT; k++)
        assert_int_equal(counter_get(&f->counters.failures[k]), 0);
    store->ops->close(store);
    char command[128];
    (void)snprintf(command, sizeof command, "%s/ids.filter", dir);
    (void)unlink(command);
    (void)rmdir(dir);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(living_projects_are_not_purged),
        TEST(deleted_project_loses_its_events_then_its_row),
        TEST(retention_of_a_project_asks_for_what_is_older),
        TEST(key_uses_are_stored),
        TEST(thread_runs_the_jobs_and_stops_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
