// SPDX-License-Identifier: MIT
// The small SQL interface over SQLite, its errors for people, and the migration runner.
#include "base/arena.h"
#include "sql/migrate.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char dir[64], path[80];
    struct arena *arena;
    struct ctx ctx;
    struct sql *db;
};

static void reopen(struct fixture *f)
{
    const struct sql_options opt = {.create = true, .full_sync = true};

    sql_close(f->db);
    assert_int_equal(sql_open(&f->ctx, f->path, &opt, &f->db), ERR_OK);
}

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    f->arena = arena_create(1u << 20);
    ctx_init(&f->ctx, f->arena);
    snprintf(f->dir, sizeof(f->dir), "/tmp/rushlight-test-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    snprintf(f->path, sizeof(f->path), "%s/x.db", f->dir);
    reopen(f);
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    struct fixture *f = *state;
    char path[96];

    sql_close(f->db);
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        snprintf(path, sizeof(path), "%s%s", f->path, suffixes[i]);
        unlink(path);
    }
    rmdir(f->dir);
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static int64_t ask(struct fixture *f, const char *text)
{
    struct sql_stmt *st;
    bool row;

    assert_int_equal(sql_prepare(f->db, &f->ctx, str_c(text), &st), ERR_OK);
    assert_int_equal(sql_step(st, &f->ctx, &row), ERR_OK);
    assert_true(row);
    int64_t n = sql_i64(st, 0);
    sql_reset(st);
    return n;
}

static void test_values_come_back(void **state)
{
    struct fixture *f = *state;
    struct sql_stmt *st;
    bool row;

    assert_int_equal(sql_prepare(f->db, &f->ctx, STR("SELECT ?, ?, ?, ?, ?, ?, ?"), &st), ERR_OK);
    sql_bind_i64(st, 1, INT64_MIN);
    sql_bind_double(st, 2, 0.5);
    sql_bind_str(st, 3, STR("a\0b"));
    sql_bind_str(st, 4, STR_NONE);
    sql_bind_str(st, 5, STR(""));
    sql_bind_time(st, 6, MILLIS_NONE);
    sql_bind_blob(st, 7, STR("\xff\0"));
    assert_int_equal(sql_step(st, &f->ctx, &row), ERR_OK);
    assert_true(row);
    assert_true(sql_i64(st, 0) == INT64_MIN);
    assert_true(sql_double(st, 1) > 0.4 && sql_double(st, 1) < 0.6);
    assert_true(str_eq(sql_str(st, 2), STR("a\0b")));
    assert_true(sql_is_null(st, 3));
    assert_false(str_some(sql_str(st, 3)));
    assert_false(sql_is_null(st, 4)); // an empty text is not an absent one
    assert_true(sql_time(st, 5) == MILLIS_NONE);
    assert_true(str_eq(sql_blob(st, 6), STR("\xff\0")));
    assert_int_equal(sql_step(st, &f->ctx, &row), ERR_OK);
    assert_false(row);
}

static void test_a_rollback_undoes(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(sql_exec(f->db, &f->ctx, "CREATE TABLE t(x)"), ERR_OK);
    assert_int_equal(sql_begin(f->db, &f->ctx, true), ERR_OK);
    assert_int_equal(sql_exec(f->db, &f->ctx, "INSERT INTO t VALUES (1)"), ERR_OK);
    sql_rollback(f->db);
    assert_int_equal(ask(f, "SELECT count(*) FROM t"), 0);
    assert_int_equal(sql_begin(f->db, &f->ctx, true), ERR_OK);
    assert_int_equal(sql_exec(f->db, &f->ctx, "INSERT INTO t VALUES (1)"), ERR_OK);
    assert_int_equal(sql_commit(f->db, &f->ctx), ERR_OK);
    reopen(f);
    assert_int_equal(ask(f, "SELECT count(*) FROM t"), 1);
}

static void test_a_deadline_ends_a_query(void **state)
{
    struct fixture *f = *state;
    struct sql_stmt *st;
    bool row;

    f->ctx.deadline_ms = clock_mono_ms() + 20;
    sql_deadline(f->db, &f->ctx);
    assert_int_equal(
        sql_prepare(f->db, &f->ctx,
                    STR("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                        " SELECT count(*) FROM n"),
                    &st),
        ERR_OK);
    assert_int_equal(sql_step(st, &f->ctx, &row), ERR_TIMEOUT);
    f->ctx.deadline_ms = 0;
    sql_deadline(f->db, &f->ctx);
}

static void test_more_statements_than_the_cache_holds(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 300; i++)
        assert_int_equal(ask(f, arena_cstr(f->arena, arena_fmt(f->arena, "SELECT %d", i))), i);
}

static void test_a_foreign_file_is_named(void **state)
{
    struct fixture *f = *state;
    const struct sql_options opt = {.create = true};
    struct sql *db;

    sql_close(f->db);
    f->db = NULL;
    int fd = open(f->path, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0 && write(fd, "no database, but long enough to look like one", 45) == 45);
    close(fd);
    assert_int_equal(sql_open(&f->ctx, f->path, &opt, &db), ERR_CORRUPT);
    assert_true(str_has(f->ctx.message, str_c(f->path)));
    ctx_clear_error(&f->ctx);
    assert_int_equal(sql_open(&f->ctx, "/nowhere/at/all.db", &opt, &db), ERR_IO);
    assert_true(str_has(f->ctx.message, STR("/nowhere/at/all.db")));
}

static const struct migration first[] = {{1, "one", "CREATE TABLE a(x)"}};
static const struct migration both[] = {{1, "one", "CREATE TABLE a(x)"},
                                        {2, "two", "CREATE TABLE b(x); INSERT INTO b VALUES (7)"}};
static const struct migration broken[] = {
    {1, "one", "CREATE TABLE a(x)"}, {2, "two", "CREATE TABLE b(x); INSERT INTO none VALUES (7)"}};
static const struct migration other[] = {{1, "one", "CREATE TABLE a(x, y)"}};

static void test_migrations_run_once_and_in_order(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(migrate(f->db, &f->ctx, first, 1), ERR_OK);
    assert_int_equal(migrate(f->db, &f->ctx, first, 1), ERR_OK);
    reopen(f);
    assert_int_equal(migrate(f->db, &f->ctx, both, 2), ERR_OK);
    assert_int_equal(migrate(f->db, &f->ctx, both, 2), ERR_OK);
    assert_int_equal(ask(f, "SELECT sum(x) FROM b"), 7);
    assert_int_equal(migrate(f->db, &f->ctx, first, 1), ERR_CORRUPT); // written by a newer program
    assert_true(str_has(f->ctx.message, STR("newer")));
}

static void test_a_changed_migration_is_refused(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(migrate(f->db, &f->ctx, first, 1), ERR_OK);
    assert_int_equal(migrate(f->db, &f->ctx, other, 1), ERR_CORRUPT);
}

static void test_a_failed_migration_leaves_nothing(void **state)
{
    struct fixture *f = *state;

    assert_int_not_equal(migrate(f->db, &f->ctx, broken, 2), ERR_OK);
    ctx_clear_error(&f->ctx);
    assert_int_equal(ask(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
    assert_int_equal(ask(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'a'"), 1);
    assert_int_equal(migrate(f->db, &f->ctx, both, 2), ERR_OK); // resumes
    assert_int_equal(ask(f, "SELECT sum(x) FROM b"), 7);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_values_come_back),
        CASE(test_a_rollback_undoes),
        CASE(test_a_deadline_ends_a_query),
        CASE(test_more_statements_than_the_cache_holds),
        CASE(test_a_foreign_file_is_named),
        CASE(test_migrations_run_once_and_in_order),
        CASE(test_a_changed_migration_is_refused),
        CASE(test_a_failed_migration_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
