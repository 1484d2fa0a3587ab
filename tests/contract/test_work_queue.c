// SPDX-License-Identifier: MIT
// Work queues: what is pushed is given out, once at a time, until it is done.
#include "contract/queue_fixture.h"

// ---- Work ---------------------------------------------------------------------------------------

static void work_comes_in_order_once(void **state)
{
    struct fixture *f = *state;
    millis before = clock_now();

    push(f, "a");
    push(f, "b");
    push(f, "c");
    expect_status(f, 3, 0, 0);
    struct taken t = claim(f, 2);
    assert_string_equal(t.bodies, "a b");
    assert_int_equal(t.works[0].deliveries, 1);
    assert_true(t.works[0].pushed >= before - 1000 && t.works[0].pushed <= clock_now() + 1000);
    assert_false(str_eq(t.works[0].id, t.works[1].id));
    expect_status(f, 1, 2, 0);
    assert_string_equal(claim_as(f, "two", 10, NEVER_IDLE, 0).bodies, "c");
    assert_int_equal(claim(f, 10).n, 0);
    expect_status(f, 0, 3, 0);
}

static void done_work_is_gone(void **state)
{
    struct fixture *f = *state;

    push(f, "a");
    push(f, "b");
    struct taken t = claim(f, 10);
    const str ids[] = {t.works[0].id, t.works[1].id};
    assert_ok(f->q->ops->done(f->q, &f->ctx, ids, 2));
    expect_status(f, 0, 0, 0);
    assert_ok(f->q->ops->done(f->q, &f->ctx, ids, 2)); // again: nothing
    assert_ok(f->q->ops->done(f->q, &f->ctx, NULL, 0));
    usleep(2000 * IDLE_SOON);
    assert_int_equal(claim_as(f, "two", 10, IDLE_SOON, 0).n, 0);
}

static void bodies_are_bytes(void **state)
{
    struct fixture *f = *state;
    static const char bytes[] = "a\0b\r\n\xff{\"x\":1} ";
    str body = str_make(bytes, sizeof bytes - 1);

    assert_ok(f->q->ops->push(f->q, &f->ctx, body));
    assert_ok(f->q->ops->push(f->q, &f->ctx, STR("")));
    struct taken t = claim(f, 10);
    assert_int_equal(t.n, 2);
    assert_true(str_eq(t.works[0].body, body));
    assert_int_equal(t.works[1].body.n, 0);
}

static void too_long_a_body_is_refused(void **state)
{
    struct fixture *f = *state;
    char *long_one = arena_alloc(f->arena, LIMIT_WORK_BYTES + 1);

    assert_int_equal(f->q->ops->push(f->q, &f->ctx, str_make(long_one, LIMIT_WORK_BYTES + 1)),
                     ERR_TOO_LARGE);
    assert_true(str_has(f->ctx.message, STR("2048")));
    ctx_clear_error(&f->ctx);
    assert_ok(f->q->ops->push(f->q, &f->ctx, str_make(long_one, LIMIT_WORK_BYTES)));
    assert_int_equal(claim(f, 1).works[0].body.n, LIMIT_WORK_BYTES);
}

static void a_full_queue_says_so(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 5; i++)
        push(f, "x");
    struct taken t = claim(f, 2); // taken work counts
    assert_int_equal(f->q->ops->push(f->q, &f->ctx, STR("y")), ERR_UNAVAILABLE);
    assert_true(str_has(f->ctx.message, STR("full")));
    ctx_clear_error(&f->ctx);
    done(f, &t);
    push(f, "y");
    expect_status(f, 4, 0, 0);
}

static void what_is_not_done_comes_again(void **state)
{
    struct fixture *f = *state;

    push(f, "a");
    push(f, "b");
    struct taken first = claim(f, 1);
    assert_int_equal(claim_as(f, "two", 1, NEVER_IDLE, 0).works[0].deliveries, 1);
    struct taken again = claim_left(f, "three");
    assert_string_equal(again.bodies, "a b");
    assert_int_equal(again.works[0].deliveries, 2);
    assert_true(str_eq(again.works[0].id, first.works[0].id));
    assert_int_equal(again.works[0].pushed, first.works[0].pushed);
    done(f, &first); // the slow one is done after all: so it is for everybody
    expect_status(f, 0, 1, 0);
}

static void what_was_left_comes_before_new_work(void **state)
{
    struct fixture *f = *state;

    push(f, "old");
    assert_int_equal(claim(f, 1).n, 1);
    push(f, "new");
    usleep(2000 * IDLE_SOON);
    assert_string_equal(claim_as(f, "two", 10, IDLE_SOON, 0).bodies, "old new");
}

static void a_claim_waits_for_the_first(void **state)
{
    struct fixture *f = *state;
    int64_t from = clock_mono_ms();

    assert_int_equal(claim_as(f, "one", 1, NEVER_IDLE, 100).n, 0);
    assert_true(clock_mono_ms() - from >= 90);
    assert_true(clock_mono_ms() - from < DEADLINE);
}

static void a_push_wakes_who_waits(void **state)
{
    struct fixture *f = *state;
    struct waiter w = {.f = f};
    int64_t from = clock_mono_ms();

    struct thread *t = thread_start("waiter", STACK, wait_for_one, &w);
    usleep(20000);
    push(f, "here");
    thread_join(t);
    assert_string_equal(w.got.bodies, "here");
    assert_true(clock_mono_ms() - from < DEADLINE / 2);
}

static enum errc refuse(void *user, const struct work *w)
{
    struct ctx *ctx = user;

    return (fail)(ctx, ERR_IO, "cannot do %.*s", STR_ARG(w->body)); // cmocka has a macro fail
}

static void an_error_of_the_callback_ends_the_claim(void **state)
{
    struct fixture *f = *state;
    const struct work_claim c = {STR("one"), 10, 0, NEVER_IDLE};

    push(f, "a");
    push(f, "b");
    assert_int_equal(f->q->ops->claim(f->q, &f->ctx, &c, refuse, &f->ctx), ERR_IO);
    assert_true(str_eq(f->ctx.message, STR("cannot do a")));
    ctx_clear_error(&f->ctx);
    expect_status(f, 0, 2, 0);
    assert_string_equal(claim_left(f, "two").bodies, "a b");
}

// ---- Many ---------------------------------------------------------------------------------------

enum { THREADS = 4, EACH = 100 };
struct crew {
    struct work_queue *q;
    atomic_int number, done, twice;
    atomic_bool seen[THREADS * EACH];
};

static enum errc mark(void *user, const struct work *w)
{
    struct crew *c = user;
    int64_t i = -1;

    assert_true(str_to_i64(w->body, &i) && i >= 0 && i < THREADS * EACH);
    if (atomic_exchange(&c->seen[i], true))
        atomic_fetch_add(&c->twice, 1);
    return ERR_OK;
}

struct member {
    struct crew *crew;
    struct fixture f;
    char name[16];
};

static enum errc mark_and_finish(void *user, const struct work *w)
{
    struct member *m = user;

    TRY(mark(m->crew, w));
    TRY(m->crew->q->ops->done(m->crew->q, &m->f.ctx, &w->id, 1));
    atomic_fetch_add(&m->crew->done, 1);
    return ERR_OK;
}

static void *work_along(void *arg)
{
    struct crew *c = arg;
    struct member m = {.crew = c, .f = {.q = c->q, .arena = arena_create(64u << 20)}};
    int me = atomic_fetch_add(&c->number, 1);

    ctx_init(&m.f.ctx, m.f.arena);
    (void)snprintf(m.name, sizeof m.name, "member %hhd", (signed char)me);
    for (int i = 0; i < EACH; i++)
        push(&m.f, arena_cstr(m.f.arena, arena_fmt(m.f.arena, "%d", me * EACH + i)));
    int64_t ends = clock_mono_ms() + 3 * DEADLINE;
    while (atomic_load(&c->done) < THREADS * EACH && clock_mono_ms() < ends) {
        const struct work_claim wanted = {str_c(m.name), 7, 20, NEVER_IDLE};
        assert_ok(c->q->ops->claim(c->q, &m.f.ctx, &wanted, mark_and_finish, &m));
    }
    arena_destroy(m.f.arena);
    return NULL;
}

static void many_workers_share_the_work(void **state)
{
    struct fixture *f = *state;
    struct crew c = {.q = f->q};
    struct thread *threads[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        threads[i] = thread_start("member", STACK, work_along, &c);
    for (size_t i = 0; i < THREADS; i++)
        thread_join(threads[i]);
    assert_int_equal(atomic_load(&c.done), THREADS * EACH);
    assert_int_equal(atomic_load(&c.twice), 0);
    expect_status(f, 0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(work_comes_in_order_once),
        CASE(done_work_is_gone),
        CASE(bodies_are_bytes),
        CASE(too_long_a_body_is_refused),
        SMALL(a_full_queue_says_so),
        CASE(what_is_not_done_comes_again),
        CASE(what_was_left_comes_before_new_work),
        CASE(a_claim_waits_for_the_first),
        CASE(a_push_wakes_who_waits),
        CASE(an_error_of_the_callback_ends_the_claim),
        CASE(many_workers_share_the_work),
    };
    return run_for_every_queue(tests, ARRAY_LEN(tests));
}
