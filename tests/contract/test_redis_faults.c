// SPDX-License-Identifier: MIT
// The queue on a Redis that is emptied, killed, stopped, full, wrong or somebody else's: it says what is
// wrong, and goes on by itself when that is over.
#include "contract/queue_fixture.h"

#define SECRET "pa=ss@w/o?r:d%41#"

static struct redis_server server_of(struct fixture *f)
{
    struct redis_server s = test_server(&f->ctx);

    s.timeout_ms = 300;
    return s;
}

static int impatient_open(void **state)
{
    if (fixture_open(state) != 0)
        return -1;
    struct fixture *f = *state;
    struct redis_server server = server_of(f);
    f->q->ops->close(f->q);
    f->q = redis_queue_create(&server, NULL);
    return 0;
}

static void say(struct fixture *f, const char *line)
{
    struct redis_server server = server_of(f);

    server.timeout_ms = 5000;
    (void)redis_say(&f->ctx, &server, line);
}

// The error of a push, which must come and must name what is wrong.
static void expect_fault(struct fixture *f, enum errc code, const char *words)
{
    enum errc rc = f->q->ops->push(f->q, &f->ctx, STR("lost"));

    if (rc != code || !str_has(f->ctx.message, str_c(words)))
        fail_msg("got %s: %.*s; expected %s: %s", errc_name(rc), STR_ARG(f->ctx.message),
                 errc_name(code), words);
    assert_false(str_has(f->ctx.message, STR(SECRET)));
    ctx_clear_error(&f->ctx);
}

static void until_pushed(struct fixture *f, const char *body)
{
    int64_t ends = clock_mono_ms() + DEADLINE;

    while (f->q->ops->push(f->q, &f->ctx, str_c(body)) != ERR_OK) {
        assert_true(clock_mono_ms() < ends);
        ctx_clear_error(&f->ctx);
        usleep(20000);
    }
}

// ---- Emptied ------------------------------------------------------------------------------------

static void a_flushed_queue_goes_on(void **state)
{
    struct fixture *f = *state;
    struct work_lease l, next;

    push(f, "a");
    push(f, "b");
    struct taken t = claim(f, 1);
    assert_ok(f->q->ops->lease(f->q, &f->ctx, STR("p"), NEVER_IDLE, &l));
    say(f, "FLUSHDB");
    done(f, &t);
    assert_int_equal(f->q->ops->renew(f->q, &f->ctx, &l, 1000), ERR_CONFLICT);
    expect_status(f, 0, 0, 0);
    push(f, "c");
    expect_status(f, 1, 0, 0);
    assert_string_equal(claim(f, 10).bodies, "c");
    assert_ok(f->q->ops->lease(f->q, &f->ctx, STR("p"), NEVER_IDLE, &next));
    assert_true(next.fence > l.fence);
    say(f, "FLUSHDB");
    assert_int_equal(claim(f, 10).n, 0);
    bury(f, &t.works[0], "buried all the same");
    assert_string_equal(graves(f, 0).bodies, "a");
}

static void flushing_under_one_who_waits(void **state)
{
    struct fixture *f = *state;
    struct waiter w = {.f = f};

    push(f, "before");
    done(f, &(struct taken){.n = 1, .works = {claim(f, 1).works[0]}});
    struct thread *t = thread_start("waiter", STACK, wait_for_one, &w);
    usleep(50000);
    say(f, "FLUSHDB");
    push(f, "after");
    thread_join(t);
    if (w.got.n == 0) // the flush ended its wait
        w.got = claim(f, 1);
    assert_string_equal(w.got.bodies, "after");
}

static void keys_are_ours_in_our_database_alone(void **state)
{
    struct fixture *f = *state;
    struct redis_server server = server_of(f);
    struct work_lease l;

    push(f, "a");
    push(f, "b");
    bury(f, &claim(f, 1).works[0], "why");
    assert_ok(f->q->ops->lease(f->q, &f->ctx, STR("p"), NEVER_IDLE, &l));
    struct redis_value keys = redis_say(&f->ctx, &server, "KEYS *");
    assert_int_equal(keys.n, 4);
    for (size_t i = 0; i < keys.n; i++)
        assert_true(str_starts(keys.items[i].text, STR("rushlight:{queue}:")));
    server.db = STR("0");
    assert_int_equal(redis_say(&f->ctx, &server, "DBSIZE").number, 0);
    server.db = STR("2");
    assert_int_equal(redis_say(&f->ctx, &server, "DBSIZE").number, 0);
}

static void keys_of_another_program_are_left_alone(void **state)
{
    struct fixture *f = *state;

    say(f, "SET rushlight:{queue}:work business");
    expect_fault(f, ERR_CONFLICT, "REDIS_KEY_PREFIX");
    struct redis_server server = server_of(f);
    assert_true(
        str_eq(redis_say(&f->ctx, &server, "GET rushlight:{queue}:work").text, STR("business")));
}

// ---- Away ---------------------------------------------------------------------------------------

static void a_killed_server_may_come_back_empty(void **state)
{
    struct fixture *f = *state;
    struct work_lease l, next;

    push(f, "a");
    assert_ok(f->q->ops->lease(f->q, &f->ctx, STR("p"), NEVER_IDLE, &l));
    redis_program_kill(&redis_of_ours);
    expect_fault(f, ERR_UNAVAILABLE, "Redis at /tmp/rushlight-redis");
    expect_fault(f, ERR_UNAVAILABLE, "there is no such socket; start the server");
    redis_program_run(&redis_of_ours);
    until_pushed(f, "b");
    assert_string_equal(claim(f, 10).bodies, "b");
    assert_ok(f->q->ops->lease(f->q, &f->ctx, STR("p"), NEVER_IDLE, &next));
    assert_true(next.fence > l.fence);
}

static void killed_connections_are_replaced_without_an_error(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 5; i++) {
        push(f, "a");
        say(f, "CLIENT KILL TYPE normal SKIPME yes");
    }
    assert_int_equal(claim(f, 10).n, 5);
}

static void a_stopped_server_is_not_waited_for_long(void **state)
{
    struct fixture *f = *state;
    int64_t from = clock_mono_ms();

    push(f, "a");
    assert_int_equal(kill(redis_of_ours.pid, SIGSTOP), 0);
    expect_fault(f, ERR_UNAVAILABLE, "no answer in time");
    assert_true(clock_mono_ms() - from < DEADLINE / 2);
    from = clock_mono_ms();
    for (int i = 0; i < 20; i++) // at 300 ms each it would take six seconds
        expect_fault(f, ERR_UNAVAILABLE, "no answer in time");
    assert_true(clock_mono_ms() - from < 3000);
    assert_int_equal(kill(redis_of_ours.pid, SIGCONT), 0);
    until_pushed(f, "b");
    struct taken t = claim(f, 10); // what was pushed without an answer may be there, too
    assert_true(str_starts(str_c(t.bodies), STR("a")));
    assert_true(str_ends(str_c(t.bodies), STR("b")));
}

static void *wait_in_vain(void *arg)
{
    struct fixture own = {.q = ((struct fixture *)arg)->q, .arena = arena_create(1u << 20)};
    const struct work_claim c = {STR("waiting"), 1, 500, NEVER_IDLE};
    struct taken t = {.f = &own};

    ctx_init(&own.ctx, own.arena);
    enum errc rc = own.q->ops->claim(own.q, &own.ctx, &c, keep_work, &t);
    assert_int_equal(rc, ERR_UNAVAILABLE);
    arena_destroy(own.arena);
    return NULL;
}

// While the server is stopped one waits for work until it gives up, and another pushes. When the server
// goes on it may hand the one to the other, who is gone.
static void work_that_was_given_to_nobody(void **state)
{
    struct fixture *f = *state;
    struct redis_server server = server_of(f);
    struct work_queue *other = redis_queue_create(&server, NULL);
    struct work_status st;
    int64_t ends = clock_mono_ms() + DEADLINE;

    assert_int_equal(claim_as(f, "waiting", 1, NEVER_IDLE, 0).n, 0);
    assert_ok(other->ops->status(other, &f->ctx, &st)); // it is connected
    struct thread *t = thread_start("waiter", STACK, wait_in_vain, f);
    usleep(100000);
    assert_int_equal(kill(redis_of_ours.pid, SIGSTOP), 0);
    assert_int_equal(other->ops->push(other, &f->ctx, STR("a")), ERR_UNAVAILABLE);
    ctx_clear_error(&f->ctx);
    thread_join(t);
    assert_int_equal(kill(redis_of_ours.pid, SIGCONT), 0);
    until_pushed(f, "b");
    struct taken got = {.f = f};
    while (got.n < 2 && clock_mono_ms() < ends) {
        const struct work_claim c = {STR("waiting"), 1, 10, NEVER_IDLE};
        assert_ok(f->q->ops->claim(f->q, &f->ctx, &c, keep_work, &got));
    }
    assert_string_equal(got.bodies, "a b");
    other->ops->close(other);
}

static void nothing_listens(void **state)
{
    struct fixture *f = *state;
    struct redis_server server = {
        .host = STR("127.0.0.1"), .port = STR("1"), .password = STR(SECRET), .timeout_ms = 300};

    f->q->ops->close(f->q);
    assert_ok(redis_server_check(&f->ctx, &server));
    f->q = redis_queue_create(&server, NULL);
    expect_fault(f, ERR_UNAVAILABLE, "Redis at 127.0.0.1:1: nothing listens there");
    expect_fault(f, ERR_UNAVAILABLE, "nothing listens there"); // in the pause that follows
}

// ---- Refusing -----------------------------------------------------------------------------------

static void full_memory_is_named_and_work_goes_on(void **state)
{
    struct fixture *f = *state;

    push(f, "a");
    say(f, "CONFIG SET maxmemory 1");
    expect_fault(f, ERR_UNAVAILABLE, "its memory is full (maxmemory)");
    say(f, "CONFIG SET maxmemory 0");
    push(f, "b");
    struct taken t = claim(f, 10);
    say(f, "CONFIG SET maxmemory 1");
    done(f, &t); // what frees memory is allowed
    say(f, "CONFIG SET maxmemory 0");
    expect_status(f, 0, 0, 0);
}

static void a_replica_is_no_place_to_write(void **state)
{
    struct fixture *f = *state;

    say(f, "REPLICAOF 127.0.0.1 1");
    expect_fault(f, ERR_UNAVAILABLE, "name the primary");
    say(f, "REPLICAOF NO ONE");
    until_pushed(f, "a");
}

static void a_database_that_is_not_there(void **state)
{
    struct fixture *f = *state;
    struct redis_server server = server_of(f);

    server.db = STR("99");
    f->q->ops->close(f->q);
    f->q = redis_queue_create(&server, NULL);
    expect_fault(f, ERR_NOT_FOUND, "database 99: there is no database of that number");
}

static void passwords(void **state)
{
    struct fixture *f = *state;
    struct redis_server server = server_of(f);
    struct work_lease l;

    push(f, "before");
    server.user = STR("queue");
    server.password = STR(SECRET);
    f->q->ops->close(f->q);
    f->q = redis_queue_create(&server, NULL);
    expect_fault(f, ERR_FORBIDDEN, "the user or password was rejected");
    say(f, "ACL SETUSER queue on >" SECRET " ~rushlight:* +@stream +@string +@keyspace +@scripting"
           " +@connection +time"); // what the error says
    until_pushed(f, "with a password");
    bury(f, &claim(f, 1).works[0], "why");
    assert_ok(f->q->ops->lease(f->q, &f->ctx, STR("p"), NEVER_IDLE, &l));
    assert_ok(f->q->ops->release(f->q, &f->ctx, &l));
    expect_status(f, 1, 0, 1);
    say(f, "ACL SETUSER queue -xadd");
    expect_fault(f, ERR_FORBIDDEN, "the user lacks a right");
    say(f, "ACL SETUSER queue resetkeys ~other:* +@all");
    expect_fault(f, ERR_FORBIDDEN, "the user lacks a right to these keys");
    say(f, "ACL DELUSER queue");
}

static void a_password_that_is_wanted(void **state)
{
    struct fixture *f = *state;
    struct redis_server admin = server_of(f);

    (void)redis_say(&f->ctx, &admin, "CONFIG SET requirepass " SECRET);
    struct redis_server open = server_of(f);
    f->q->ops->close(f->q);
    f->q = redis_queue_create(&open, NULL);
    expect_fault(f, ERR_FORBIDDEN, "it wants a password and none is set; set REDIS_AUTH");
    admin.password = STR(SECRET);
    (void)redis_say(&f->ctx, &admin, "CONFIG RESETSTAT");
    struct redis_pool *pool = redis_pool_create(&admin);
    const str words[] = {STR("CONFIG"), STR("SET"), STR("requirepass"), STR("")};
    const struct redis_command cmd = {words, ARRAY_LEN(words), 0};
    struct redis_value v;
    assert_ok(redis_pool_call(pool, &f->ctx, &cmd, &v));
    redis_pool_destroy(pool);
    until_pushed(f, "again open");
}

#define FAULT(name) cmocka_unit_test_setup_teardown(name, impatient_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAULT(a_flushed_queue_goes_on),
        FAULT(flushing_under_one_who_waits),
        FAULT(keys_are_ours_in_our_database_alone),
        FAULT(keys_of_another_program_are_left_alone),
        FAULT(a_killed_server_may_come_back_empty),
        FAULT(killed_connections_are_replaced_without_an_error),
        FAULT(a_stopped_server_is_not_waited_for_long),
        FAULT(work_that_was_given_to_nobody),
        FAULT(nothing_listens),
        FAULT(full_memory_is_named_and_work_goes_on),
        FAULT(a_replica_is_no_place_to_write),
        FAULT(a_database_that_is_not_there),
        FAULT(passwords),
        FAULT(a_password_that_is_wanted),
    };
    unsetenv("RUSHLIGHT_TEST_REDIS"); // it is killed here: a server of our own
    return crypto_init() == ERR_OK ? run_for_redis(tests, ARRAY_LEN(tests)) : EXIT_FAILURE;
}
