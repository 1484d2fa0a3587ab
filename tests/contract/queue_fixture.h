// SPDX-License-Identifier: MIT
#pragma once
// What the tests of work queues share. Each runs for the queue in process and for the one on Redis: a
// server of its own, or RUSHLIGHT_TEST_REDIS=<URL> (with RUSHLIGHT_TEST_REDIS_CA=<file> for TLS), whose
// database is emptied before each test.
#include "base/crypto.h"
#include "base/limits.h"
#include "base/thread.h"
#include "contract/redis_program.h"
#include "queue/memory/memory_queue.h"

#define STACK      (256u << 10)
#define DEADLINE   10000 // ms that anything may take here
#define NEVER_IDLE 600000
#define IDLE_SOON  50

#define assert_ok(expr) assert_int_equal((expr), ERR_OK)

typedef struct work_queue *open_fn(struct ctx *ctx, const struct work_bounds *bounds);
struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct work_queue *q;
};
static open_fn *opener; // of the group that runs

static inline struct work_queue *open_memory(struct ctx *ctx, const struct work_bounds *bounds)
{
    (void)ctx;
    return memory_queue_create(bounds);
}

static struct redis_program redis_of_ours;

static inline struct redis_server test_server(struct ctx *ctx)
{
    const char *url = getenv("RUSHLIGHT_TEST_REDIS");
    struct redis_server server = {.timeout_ms = 5000,
                                  .tls.ca_file = str_c(getenv("RUSHLIGHT_TEST_REDIS_CA"))};

    if (url)
        assert_ok(redis_url_parse(ctx, str_c(url), &server));
    else
        server.host = str_c(redis_of_ours.socket);
    if (str_empty(server.db))
        server.db = STR("1");
    assert_ok(redis_server_check(ctx, &server));
    return server;
}

static inline struct work_queue *open_redis(struct ctx *ctx, const struct work_bounds *bounds)
{
    struct redis_server server = test_server(ctx);

    (void)redis_say(ctx, &server, "FLUSHDB");
    return redis_queue_create(&server, bounds);
}

static inline int open_fixture(void **state, const struct work_bounds *bounds)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->arena = arena_create(64u << 20);
    ctx_init(&f->ctx, f->arena);
    f->q = opener(&f->ctx, bounds);
    assert_non_null(f->q);
    *state = f;
    return 0;
}

static inline int fixture_open(void **state)
{
    return open_fixture(state, NULL);
}

static inline int fixture_open_small(void **state)
{
    static const struct work_bounds small = {.work = 5, .dead = 3};

    return open_fixture(state, &small);
}

static inline int fixture_close(void **state)
{
    struct fixture *f = *state;

    f->q->ops->close(f->q);
    arena_destroy(f->arena);
    free(f);
    return 0;
}

// ---- Shorthands ---------------------------------------------------------------------------------

static inline void push(struct fixture *f, const char *body)
{
    assert_ok(f->q->ops->push(f->q, &f->ctx, str_c(body)));
}

struct taken { // by one claim; texts live in the fixture's arena
    struct fixture *f;
    struct work works[32];
    size_t n;
    char bodies[512]; // "a b c"
};

static inline enum errc keep_work(void *user, const struct work *w)
{
    struct taken *t = user;

    assert_true(t->n < ARRAY_LEN(t->works));
    t->works[t->n] = *w;
    t->works[t->n].id = arena_str(t->f->arena, w->id);
    t->works[t->n].body = arena_str(t->f->arena, w->body);
    size_t used = strlen(t->bodies);
    (void)snprintf(t->bodies + used, sizeof t->bodies - used, "%s%.*s", t->n ? " " : "",
                   STR_ARG(w->body));
    t->n++;
    return ERR_OK;
}

static inline struct taken claim_as(struct fixture *f, const char *who, int64_t max,
                                    int64_t idle_ms, int64_t wait_ms)
{
    struct taken t = {.f = f};
    const struct work_claim claim = {str_c(who), max, wait_ms, idle_ms};

    assert_ok(f->q->ops->claim(f->q, &f->ctx, &claim, keep_work, &t));
    return t;
}

static inline struct taken claim(struct fixture *f, int64_t max)
{
    return claim_as(f, "one", max, NEVER_IDLE, 0);
}

// Another thread that claims one piece and waits for it.
struct waiter {
    struct fixture *f;
    struct taken got;
};

static inline void *wait_for_one(void *arg)
{
    struct waiter *w = arg;
    struct fixture own = {.q = w->f->q, .arena = arena_create(1u << 20)};

    ctx_init(&own.ctx, own.arena);
    w->got = claim_as(&own, "waiting", 1, NEVER_IDLE, DEADLINE);
    arena_destroy(own.arena);
    return NULL;
}

// Claims until there is something that others left.
static inline struct taken claim_left(struct fixture *f, const char *who)
{
    int64_t ends = clock_mono_ms() + DEADLINE;
    struct taken t;

    do {
        t = claim_as(f, who, 10, IDLE_SOON, 10);
        assert_true(clock_mono_ms() < ends);
    } while (t.n == 0);
    return t;
}

static inline void done(struct fixture *f, const struct taken *t)
{
    for (size_t i = 0; i < t->n; i++)
        assert_ok(f->q->ops->done(f->q, &f->ctx, &t->works[i].id, 1));
}

static inline void expect_status(struct fixture *f, int64_t waiting, int64_t taken, int64_t dead)
{
    struct work_status st;

    assert_ok(f->q->ops->status(f->q, &f->ctx, &st));
    assert_int_equal(st.waiting, waiting);
    assert_int_equal(st.taken, taken);
    assert_int_equal(st.dead, dead);
    assert_true((st.oldest == MILLIS_NONE) == (waiting == 0));
}

static inline void bury(struct fixture *f, const struct work *w, const char *reason)
{
    assert_ok(f->q->ops->bury(f->q, &f->ctx, w, str_c(reason)));
}

struct graves {
    struct fixture *f;
    struct dead_work list[16];
    size_t n;
    char bodies[256];
};

static inline enum errc keep_dead(void *user, const struct dead_work *d)
{
    struct graves *g = user;

    assert_true(g->n < ARRAY_LEN(g->list));
    g->list[g->n] = *d;
    g->list[g->n].id = arena_str(g->f->arena, d->id);
    g->list[g->n].reason = arena_str(g->f->arena, d->reason);
    size_t used = strlen(g->bodies);
    (void)snprintf(g->bodies + used, sizeof g->bodies - used, "%s%.*s", g->n ? " " : "",
                   STR_ARG(d->body));
    g->n++;
    return ERR_OK;
}

static inline struct graves graves(struct fixture *f, int64_t limit)
{
    struct graves g = {.f = f};

    assert_ok(f->q->ops->dead_list(f->q, &f->ctx, limit, keep_dead, &g));
    return g;
}

#define CASE(name)  cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
#define SMALL(name) cmocka_unit_test_setup_teardown(name, fixture_open_small, fixture_close)

static inline int run_for_redis(const struct CMUnitTest *tests, size_t n)
{
    bool ours = !getenv("RUSHLIGHT_TEST_REDIS");

    if (ours && !redis_program_there()) {
        printf(
            "NOT RUN: queue on Redis: there is no redis-server; tools/deps.sh test installs it\n");
        return getenv("CI") ? EXIT_FAILURE : 0;
    }
    if (ours)
        redis_program_start(&redis_of_ours);
    opener = open_redis;
    int failed = _cmocka_run_group_tests("redis", tests, n, NULL, NULL);
    if (ours)
        redis_program_end(&redis_of_ours);
    return failed;
}

static inline int run_for_every_queue(const struct CMUnitTest *tests, size_t n)
{
    if (crypto_init() != ERR_OK)
        return EXIT_FAILURE;
    opener = open_memory;
    int failed = _cmocka_run_group_tests("memory", tests, n, NULL, NULL);
    return failed + run_for_redis(tests, n);
}
