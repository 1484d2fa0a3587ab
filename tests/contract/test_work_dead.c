// SPDX-License-Identifier: MIT
// Work queues: work that was given up, and leases.
#include "contract/queue_fixture.h"

// ---- Dead work ----------------------------------------------------------------------------------

static void dead_work_can_be_seen_and_given_out_again(void **state)
{
    struct fixture *f = *state;
    millis before = clock_now();

    push(f, "a");
    push(f, "b");
    struct taken t = claim(f, 10);
    bury(f, &t.works[0], "cannot be read");
    bury(f, &t.works[1], "");
    expect_status(f, 0, 0, 2);
    struct graves g = graves(f, 0);
    assert_string_equal(g.bodies, "b a"); // the latest first
    assert_true(str_eq(g.list[1].reason, STR("cannot be read")));
    assert_true(str_empty(g.list[0].reason));
    assert_int_equal(g.list[1].pushed, t.works[0].pushed);
    assert_int_equal(g.list[1].deliveries, 1);
    assert_true(g.list[1].buried >= before - 1000 && g.list[1].buried <= clock_now() + 1000);
    assert_string_equal(graves(f, 1).bodies, "b");

    int64_t n = -1;
    assert_ok(f->q->ops->dead_retry(f->q, &f->ctx, &g.list[1].id, 1, &n));
    assert_int_equal(n, 1);
    expect_status(f, 1, 0, 1);
    t = claim(f, 10);
    assert_string_equal(t.bodies, "a");
    assert_int_equal(t.works[0].deliveries, 1);
    assert_ok(f->q->ops->dead_retry(f->q, &f->ctx, &g.list[1].id, 1, &n)); // no longer dead
    assert_int_equal(n, 0);
}

static void all_dead_work_at_once(void **state)
{
    struct fixture *f = *state;
    int64_t n = -1;

    push(f, "a");
    push(f, "b");
    push(f, "c");
    struct taken t = claim(f, 10);
    for (size_t i = 0; i < t.n; i++)
        bury(f, &t.works[i], "why");
    struct graves g = graves(f, 0);
    assert_ok(f->q->ops->dead_drop(f->q, &f->ctx, &g.list[2].id, 1, &n));
    assert_int_equal(n, 1);
    assert_ok(f->q->ops->dead_retry(f->q, &f->ctx, NULL, 0, &n));
    assert_int_equal(n, 2);
    t = claim(f, 10);
    assert_string_equal(t.bodies, "b c");
    bury(f, &t.works[0], "again");
    assert_ok(f->q->ops->dead_drop(f->q, &f->ctx, NULL, 0, &n));
    assert_int_equal(n, 1);
    assert_ok(f->q->ops->dead_drop(f->q, &f->ctx, NULL, 0, &n));
    assert_int_equal(n, 0);
    expect_status(f, 0, 1, 0);
}

static void unknown_dead_work_is_no_error(void **state)
{
    struct fixture *f = *state;
    static const str ids[] = {STR_INIT("1-1"), STR_INIT("99"), STR_INIT("no id"), STR_INIT(""),
                              STR_INIT("-")};
    int64_t n = -1;

    push(f, "a");
    bury(f, &claim(f, 1).works[0], "why");
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        assert_ok(f->q->ops->dead_retry(f->q, &f->ctx, &ids[i], 1, &n));
        assert_int_equal(n, 0);
        assert_ok(f->q->ops->dead_drop(f->q, &f->ctx, &ids[i], 1, &n));
        assert_int_equal(n, 0);
    }
    expect_status(f, 0, 0, 1);
}

static void the_oldest_dead_work_goes(void **state) // at most 3
{
    struct fixture *f = *state;
    static const char *const bodies[] = {"a", "b", "c", "d"};

    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        push(f, bodies[i]);
        bury(f, &claim(f, 1).works[0], "why");
    }
    assert_string_equal(graves(f, 0).bodies, "d c b");
}

static void a_full_queue_takes_no_dead_work_back(void **state) // at most 5
{
    struct fixture *f = *state;
    int64_t n = -1;

    push(f, "dead");
    bury(f, &claim(f, 1).works[0], "why");
    for (int i = 0; i < 5; i++)
        push(f, "x");
    assert_int_equal(f->q->ops->dead_retry(f->q, &f->ctx, NULL, 0, &n), ERR_UNAVAILABLE);
    assert_true(str_has(f->ctx.message, STR("full")));
    ctx_clear_error(&f->ctx);
    expect_status(f, 5, 0, 1);
}

static void a_long_reason_is_cut_between_characters(void **state)
{
    struct fixture *f = *state;
    char reason[602] = "x"; // and 300 times two bytes: the cut would be within one

    for (size_t i = 1; i < sizeof reason - 1; i++)
        reason[i] = (char)(i % 2 ? 0xc3 : 0xa9);
    push(f, "a");
    bury(f, &claim(f, 1).works[0], reason);
    assert_int_equal(graves(f, 0).list[0].reason.n, LIMIT_WORK_REASON - 1);
}

// ---- Leases -------------------------------------------------------------------------------------

static enum errc lease(struct fixture *f, const char *name, int64_t ttl_ms, struct work_lease *out)
{
    return f->q->ops->lease(f->q, &f->ctx, str_c(name), ttl_ms, out);
}

static enum errc renew(struct fixture *f, const struct work_lease *l, int64_t ttl_ms)
{
    return f->q->ops->renew(f->q, &f->ctx, l, ttl_ms);
}

static void one_at_a_time_holds_a_lease(void **state)
{
    struct fixture *f = *state;
    struct work_lease a, b, other;

    assert_ok(lease(f, "project-1", NEVER_IDLE, &a));
    assert_true(str_eq(a.name, STR("project-1")));
    assert_int_equal(lease(f, "project-1", NEVER_IDLE, &b), ERR_CONFLICT);
    assert_false(str_some(f->ctx.message));
    assert_ok(lease(f, "project-2", NEVER_IDLE, &other));
    assert_true(other.fence > a.fence);
    assert_ok(renew(f, &a, NEVER_IDLE));
    assert_ok(f->q->ops->release(f->q, &f->ctx, &a));
    assert_int_equal(renew(f, &a, NEVER_IDLE), ERR_CONFLICT);
    assert_ok(lease(f, "project-1", NEVER_IDLE, &b));
    assert_true(b.fence > other.fence);
    assert_string_not_equal(a.holder, b.holder);
    assert_ok(f->q->ops->release(f->q, &f->ctx, &a)); // not ours any more: nothing
    assert_ok(renew(f, &b, NEVER_IDLE));
    assert_false(str_some(f->ctx.message));
}

static void a_lease_ends_by_itself(void **state)
{
    struct fixture *f = *state;
    struct work_lease a, b;
    int64_t ends = clock_mono_ms() + DEADLINE;

    assert_ok(lease(f, "p", 60, &a));
    enum errc rc = lease(f, "p", NEVER_IDLE, &b);
    assert_int_equal(rc, ERR_CONFLICT);
    while ((rc = lease(f, "p", NEVER_IDLE, &b)) == ERR_CONFLICT) {
        assert_true(clock_mono_ms() < ends);
        usleep(5000);
    }
    assert_ok(rc);
    assert_true(b.fence > a.fence);
    assert_int_equal(renew(f, &a, NEVER_IDLE), ERR_CONFLICT);
}

static void renewing_prolongs(void **state)
{
    struct fixture *f = *state;
    struct work_lease a, b;

    assert_ok(lease(f, "p", 200, &a));
    assert_ok(renew(f, &a, NEVER_IDLE));
    usleep(300000);
    assert_int_equal(lease(f, "p", 1, &b), ERR_CONFLICT);
}

static void fences_are_microseconds_of_a_clock(void **state)
{
    struct fixture *f = *state;
    struct work_lease l, last = {0};
    uint64_t now = (uint64_t)clock_now() * 1000;

    for (int i = 0; i < 200; i++) {
        assert_ok(lease(f, "p", NEVER_IDLE, &l));
        assert_true(l.fence > last.fence);
        assert_ok(f->q->ops->release(f->q, &f->ctx, &l));
        last = l;
    }
    assert_true(last.fence > now - 5000000 && last.fence < now + 60000000);
}

static void names_of_leases_are_bounded(void **state)
{
    struct fixture *f = *state;
    char name[LIMIT_WORK_LEASE_BYTES + 2];
    struct work_lease l;

    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = 0;
    assert_int_equal(lease(f, name, 1000, &l), ERR_INVALID);
    ctx_clear_error(&f->ctx);
    assert_int_equal(lease(f, "", 1000, &l), ERR_INVALID);
    ctx_clear_error(&f->ctx);
    name[sizeof name - 2] = 0;
    assert_ok(lease(f, name, 1000, &l));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(dead_work_can_be_seen_and_given_out_again),
        CASE(all_dead_work_at_once),
        CASE(unknown_dead_work_is_no_error),
        SMALL(the_oldest_dead_work_goes),
        SMALL(a_full_queue_takes_no_dead_work_back),
        CASE(a_long_reason_is_cut_between_characters),
        CASE(one_at_a_time_holds_a_lease),
        CASE(a_lease_ends_by_itself),
        CASE(renewing_prolongs),
        CASE(fences_are_microseconds_of_a_clock),
        CASE(names_of_leases_are_bounded),
    };
    return run_for_every_queue(tests, ARRAY_LEN(tests));
}
