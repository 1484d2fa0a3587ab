// SPDX-License-Identifier: MIT
// What is special about the embedded store: day files that outlive a restart, repacking, sealing,
// retention, and files or directories that fail.
#include "contract/event_fixture.h"
#include "sql/sql.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void day_file(const struct fixture *f, int64_t back, char path[128])
{
    char name[16];

    name[time_format_day(time_day(NOW) - back, name)] = 0;
    snprintf(path, 128, "%s/%s.db", f->dir, name);
}

static void say_bodies(struct fixture *f, const char *trace, millis at)
{
    static const char *const ids[] = {"a", "b", "c", "d"};

    for (size_t i = 0; i < ARRAY_LEN(ids); i++) { // one commit each: one pack each
        struct event *e = say_observation(f, trace, ids[i], at);
        e->observation.input =
            arena_fmt(f->arena, "input of %s: the same long words again and again", ids[i]);
        e->observation.metadata = STR("{\"k\":[1,2,3]}");
        e->present |= BIT(OBS_INPUT) | BIT(OBS_METADATA);
        commit(f);
    }
}

static void check_bodies(struct fixture *f)
{
    struct observation_query q = all_observations(VIEW_OBSERVATIONS);
    struct rows r = list_observations(f, &q);

    assert_int_equal(r.n, 4);
    assert_ids(&r, "d c b a");
    assert_str(r.observation.observation.input, "input of a: the same long words again and again");
    assert_str(r.observation.observation.metadata, "{\"k\":[1,2,3]}");
}

static void test_everything_is_there_after_a_restart(void **state)
{
    struct fixture *f = *state;
    struct sqlite_store_options opt = options_of(f);

    say_trace(f, "t1", NOW - 48 * HOUR);
    say_bodies(f, "t1", NOW - 48 * HOUR);
    store_reopen(f, &opt);
    check_bodies(f);
    say_observation(f, "t1", "late", NOW); // the restarted store still knows where t1 lives
    commit(f);
    assert_int_equal(get_trace(f, "t1").trace.stats.n_observations, 5);
    struct store_status st;
    assert_int_equal(f->store->ops->status(f->store, &f->ctx, &st), ERR_OK);
    assert_int_equal(st.n_files, 1);
}

static void test_repacking_keeps_the_bodies(void **state)
{
    struct fixture *f = *state;
    int64_t n = 0;

    say_bodies(f, "t1", NOW);
    assert_int_equal(sqlite_store_repack(f->store, &f->ctx, &n), ERR_OK);
    assert_int_equal(n, 1);
    check_bodies(f);
    assert_int_equal(sqlite_store_repack(f->store, &f->ctx, &n), ERR_OK);
    assert_int_equal(n, 0);
    struct event *e = say_observation(f, "t1", "a", NOW); // an update after the repack
    e->observation.output = STR("done");
    e->present |= BIT(OBS_OUTPUT);
    commit(f);
    check_bodies(f);
}

static void repack_all(struct fixture *f)
{
    int64_t n = 0;

    do
        assert_int_equal(sqlite_store_repack(f->store, &f->ctx, &n), ERR_OK);
    while (n);
}

// A number from the day's file, as the sqlite3 shell would tell it.
static int64_t ask(struct fixture *f, int64_t back, const char *question)
{
    const struct sql_options opt = {.readonly = true};
    struct sql_stmt *st;
    struct sql *db;
    char path[128];
    bool row;

    day_file(f, back, path);
    assert_int_equal(sql_open(&f->ctx, path, &opt, &db), ERR_OK);
    assert_int_equal(sql_prepare(db, &f->ctx, str_c(question), &st), ERR_OK);
    assert_int_equal(sql_step(st, &f->ctx, &row), ERR_OK);
    int64_t n = row ? sql_i64(st, 0) : -1;
    sql_close(db);
    return n;
}

static void test_repacking_leaves_one_pack(void **state)
{
    struct fixture *f = *state;

    say_trace(f, "t1", NOW)->trace.input = STR("the trace's own");
    f->events.items[0]->present |= BIT(TRACE_INPUT);
    commit(f);
    say_bodies(f, "t1", NOW);
    say_bodies(f, "t2", NOW);
    assert_int_equal(ask(f, 0, "SELECT count(*) FROM pack"), 9);
    repack_all(f);
    assert_int_equal(ask(f, 0, "SELECT count(*) FROM pack"), 2);
    assert_str(get_trace(f, "t1").trace.trace.input, "the trace's own");
    say_observation(f, "t1", "late", NOW); // a trace that goes on is packed again
    commit(f);
    assert_int_equal(ask(f, 0, "SELECT count(*) FROM pack"), 3);
    repack_all(f);
    assert_int_equal(ask(f, 0, "SELECT count(*) FROM pack"), 2);
    assert_int_equal(ask(f, 0, "SELECT count(*) FROM trace WHERE flags & 64 = 0"), 0);
}

static void test_a_day_is_sealed_when_it_is_packed(void **state)
{
    static const char indexed[] =
        "SELECT count(*) FROM sqlite_schema WHERE name = 'observation_hash'";
    struct fixture *f = *state;
    char path[128];
    struct stat st;

    say_bodies(f, "t1", NOW - 72 * HOUR);
    assert_int_equal(sqlite_store_seal(f->store, &f->ctx), ERR_OK);
    assert_int_equal(ask(f, 3, indexed), 0);
    repack_all(f);
    assert_int_equal(sqlite_store_seal(f->store, &f->ctx), ERR_OK);
    assert_int_equal(ask(f, 3, indexed), 1);
    day_file(f, 3, path);
    snprintf(path + strlen(path), 8, "-wal");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 0);
    say_observation(f, "t1", "late", NOW); // follows its trace: the day is packed and sealed again
    commit(f);
    assert_int_equal(ask(f, 3, "SELECT count(*) FROM trace WHERE flags & 64 = 0"), 1);
    repack_all(f);
    assert_int_equal(ask(f, 3, "SELECT count(*) FROM trace WHERE flags & 64 = 0"), 0);
    assert_int_equal(ask(f, 3, "SELECT count(*) FROM pack"), 1);
}

static void test_a_sealed_day_finds_observations(void **state)
{
    struct fixture *f = *state;
    struct rows r = {.f = f};

    say_bodies(f, "t1", NOW - 72 * HOUR);
    repack_all(f);
    assert_int_equal(sqlite_store_seal(f->store, &f->ctx), ERR_OK);
    assert_int_equal(
        f->store->ops->observation_get(f->store, &f->ctx, PROJECT, STR("c"), take_observation, &r),
        ERR_OK);
    assert_ids(&r, "c");
    assert_int_equal(
        f->store->ops->observation_get(f->store, &f->ctx, PROJECT, STR("zz"), take_observation, &r),
        ERR_NOT_FOUND);
}

static void test_old_days_go(void **state)
{
    struct fixture *f = *state;
    struct sqlite_store_options opt = options_of(f);
    struct trace_query tq = all_traces();
    int64_t days = 0;
    char path[128];

    for (int i = 0; i < 4; i++) {
        static const char *const ids[] = {"t0", "t1", "t2", "t3"};
        struct event *e = say_trace(f, ids[i], NOW - (3 - i) * 24 * HOUR); // oldest first
        e->trace.session_id = STR("s");
        e->present |= BIT(TRACE_SESSION_ID);
        commit(f);
    }
    opt.retention_days = 2;
    store_reopen(f, &opt);
    assert_int_equal(sqlite_store_retain(f->store, &f->ctx, &days), ERR_OK);
    assert_int_equal(days, 1);
    day_file(f, 3, path);
    assert_int_not_equal(access(path, F_OK), 0);
    struct rows r = list_traces(f, &tq);
    assert_ids(&r, "t3 t2 t1");
    assert_int_equal(r.total, 3);
}

static enum errc ignore_session(void *user, const struct session_row *row)
{
    (void)row;
    ++*(int64_t *)user;
    return ERR_OK;
}

static void test_sessions_outlive_their_first_day(void **state)
{
    struct fixture *f = *state;
    struct sqlite_store_options opt = options_of(f);
    struct session_query q = {
        .project = PROJECT, .limit = 10, .from = MILLIS_NONE, .to = MILLIS_NONE};
    int64_t days = 0, total = 0, seen = 0;

    for (int i = 0; i < 2; i++) {
        struct event *e = say_trace(f, i ? "new" : "old", i ? NOW : NOW - 96 * HOUR);
        e->trace.session_id = STR("s");
        e->present |= BIT(TRACE_SESSION_ID);
        commit(f);
    }
    opt.retention_days = 2;
    store_reopen(f, &opt);
    assert_int_equal(sqlite_store_retain(f->store, &f->ctx, &days), ERR_OK);
    assert_int_equal(days, 1);
    assert_int_equal(
        f->store->ops->session_list(f->store, &f->ctx, &q, ignore_session, &seen, &total), ERR_OK);
    assert_int_equal(seen, 1);
    assert_int_equal(total, 1);
}

static void test_a_damaged_day_is_named_and_left_out(void **state)
{
    struct fixture *f = *state;
    struct sqlite_store_options opt = options_of(f);
    struct trace_query q = all_traces();
    struct store_status st;
    char path[128];

    say_trace(f, "t1", NOW - 48 * HOUR);
    say_trace(f, "t2", NOW);
    commit(f);
    f->store->ops->close(f->store);
    f->store = NULL;
    day_file(f, 2, path);
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0 &&
                write(fd, "this is no database at all, not even a little bit of one", 50) == 50);
    close(fd);
    store_reopen(f, &opt);
    struct rows r = list_traces(f, &q);
    assert_ids(&r, "t2");
    assert_int_equal(f->store->ops->status(f->store, &f->ctx, &st), ERR_OK);
    assert_true(str_has(st.problem, STR("damaged")));
    say_trace(f, "t3", NOW);
    commit(f); // other days are written as before
}

// A newer day that cannot be read must not hide an observation of an older one.
static void test_observations_are_found_behind_a_lost_day(void **state)
{
    struct fixture *f = *state;
    struct sqlite_store_options opt = options_of(f);
    struct rows r = {.f = f};
    char path[128];

    say_observation(f, "t1", "o1", NOW - 48 * HOUR);
    say_observation(f, "t2", "o2", NOW);
    commit(f);
    store_reopen(f, &opt);
    day_file(f, 0, path);
    assert_int_equal(remove(path), 0);
    assert_int_equal(
        f->store->ops->observation_get(f->store, &f->ctx, PROJECT, STR("o1"), take_observation, &r),
        ERR_OK);
    assert_ids(&r, "o1");
    assert_int_equal(
        f->store->ops->observation_get(f->store, &f->ctx, PROJECT, STR("o2"), take_observation, &r),
        ERR_NOT_FOUND);
}

static void test_an_unwritable_directory_recovers(void **state)
{
    struct fixture *f = *state;
    struct write_result res;

    say_trace(f, "t1", NOW);
    commit(f);
    if (geteuid() == 0) { // root writes anywhere: take the directory away instead
        char moved[80];
        snprintf(moved, sizeof(moved), "%s.away", f->dir);
        assert_int_equal(rename(f->dir, moved), 0);
        say_trace(f, "t2", NOW - 24 * HOUR);
        enum errc rc = f->store->ops->write(f->store, &f->ctx, PROJECT, &f->events, &res);
        assert_int_equal(rename(moved, f->dir), 0);
        assert_int_equal(rc, ERR_UNAVAILABLE);
    } else {
        assert_int_equal(chmod(f->dir, 0500), 0);
        say_trace(f, "t2", NOW - 24 * HOUR);
        enum errc rc = f->store->ops->write(f->store, &f->ctx, PROJECT, &f->events, &res);
        assert_int_equal(chmod(f->dir, 0700), 0);
        assert_int_equal(rc, ERR_UNAVAILABLE);
    }
    assert_true(str_some(f->ctx.message));
    ctx_clear_error(&f->ctx);
    commit(f); // the same events again, now that the cause is gone
    struct trace_query q = all_traces();
    struct rows r = list_traces(f, &q);
    assert_ids(&r, "t1 t2");
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_everything_is_there_after_a_restart),
        CASE(test_repacking_keeps_the_bodies),
        CASE(test_repacking_leaves_one_pack),
        CASE(test_a_day_is_sealed_when_it_is_packed),
        CASE(test_a_sealed_day_finds_observations),
        CASE(test_old_days_go),
        CASE(test_sessions_outlive_their_first_day),
        CASE(test_a_damaged_day_is_named_and_left_out),
        CASE(test_observations_are_found_behind_a_lost_day),
        CASE(test_an_unwritable_directory_recovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
