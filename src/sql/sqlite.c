// SPDX-License-Identifier: MIT
// The only file that knows SQLite. A connection keeps its prepared statements in a small table by
// text; busy databases are waited for; a deadline interrupts through the progress handler. Errors name
// the file, the cause and, where there is one, the cure.
#include "base/clock.h"
#include "sql/sql_int.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define CACHED         128
#define BUSY_MS        10000
#define PROGRESS_STEPS 5000

struct lite_stmt {
    struct sql_stmt base;
    sqlite3_stmt *st;
    str text; // owned copy
};

struct lite {
    struct sql base;
    sqlite3 *db;
    char *path;
    int64_t deadline_ms;
    int64_t wal_pages;
    size_t n;
    struct lite_stmt cache[CACHED];
};

struct sql_call {
    sqlite3_context *ctx;
    sqlite3_value **args;
};

static struct lite *lite(const struct sql *db)
{
    return (struct lite *)unconst(db);
}

static sqlite3_stmt *stmt(const struct sql_stmt *st)
{
    return ((const struct lite_stmt *)st)->st;
}

struct definition {
    sql_function *fn;
    void *user;
};

static enum errc failed(const struct lite *db, struct ctx *ctx, int rc)
{
    const char *text = db->db ? sqlite3_errmsg(db->db) : sqlite3_errstr(rc);

    switch (rc & 0xff) {
    case SQLITE_FULL:
        return fail(ctx, ERR_UNAVAILABLE,
                    "The disk is full: %s cannot grow. Free space or lower the retention",
                    db->path);
    case SQLITE_READONLY:
        return fail(ctx, ERR_FORBIDDEN,
                    "%s is read-only: make it and its directory writable for this user", db->path);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return fail(
            ctx, ERR_IO,
            "Cannot open %s: %s. Check that the directory exists and this user may write to it",
            db->path, strerror(db->db ? sqlite3_system_errno(db->db) : 0));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return fail(ctx, ERR_CORRUPT,
                    "%s is damaged (%s): restore it from a backup or move it away", db->path, text);
    case SQLITE_IOERR: return fail(ctx, ERR_IO, "Reading or writing %s failed: %s", db->path, text);
    case SQLITE_INTERRUPT:
        return fail(ctx, ERR_TIMEOUT,
                    "The query took too long: ask for a shorter time range or fewer conditions");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail(ctx, ERR_UNAVAILABLE, "%s is locked by another process", db->path);
    case SQLITE_NOMEM: return fail(ctx, ERR_NOMEM, "Out of memory in the database");
    case SQLITE_CONSTRAINT: return fail(ctx, ERR_CONFLICT, "%s", text);
    default: return fail(ctx, ERR_INTERNAL, "Database error in %s: %s", db->path, text);
    }
}

static int on_progress(void *user)
{
    const struct lite *db = user;

    return db->deadline_ms && clock_mono_ms() > db->deadline_ms;
}

static enum errc pragma(struct lite *db, struct ctx *ctx, const char *name, int64_t value)
{
    char text[96];

    snprintf(text, sizeof(text), "PRAGMA %s=%lld", name, (long long)value);
    return sql_exec(&db->base, ctx, text);
}

static int on_commit(void *user, sqlite3 *handle, const char *name, int pages)
{
    struct lite *db = user;

    (void)handle, (void)name;
    db->wal_pages = pages;
    return SQLITE_OK;
}

int64_t sql_wal_pages(const struct sql *db)
{
    return lite(db)->wal_pages;
}

static enum errc configure_writer(struct lite *db, struct ctx *ctx, const struct sql_options *opt)
{
    if (opt->page_size)
        TRY(pragma(db, ctx, "page_size", opt->page_size));
    TRY(sql_exec(&db->base, ctx, "PRAGMA journal_mode=WAL"));
    TRY(sql_full_sync(&db->base, ctx, opt->full_sync));
    TRY(sql_exec(&db->base, ctx, "PRAGMA foreign_keys=ON"));
    if (opt->wal_pages < 0) {
        sqlite3_wal_hook(db->db, on_commit, db);
        return ERR_OK;
    }
    return pragma(db, ctx, "wal_autocheckpoint", opt->wal_pages ? opt->wal_pages : 1000);
}

static enum errc configure(struct lite *db, struct ctx *ctx, const struct sql_options *opt)
{
    TRY(pragma(db, ctx, "cache_size", -(opt->cache_kib ? opt->cache_kib : 512)));
    if (opt->mmap_bytes)
        TRY(pragma(db, ctx, "mmap_size", opt->mmap_bytes));
    return opt->readonly ? ERR_OK : configure_writer(db, ctx, opt);
}

static void lite_close(struct sql *base)
{
    struct lite *db = lite(base);

    for (size_t i = 0; i < db->n; i++) {
        sqlite3_finalize(db->cache[i].st);
        free(unconst(db->cache[i].text.p));
    }
    sqlite3_close_v2(db->db);
    free(db->path);
    free(db);
}

static enum errc lite_exec(struct sql *db, struct ctx *ctx, const char *text)
{
    int rc = sqlite3_exec(lite(db)->db, text, NULL, NULL, NULL);

    return rc == SQLITE_OK ? ERR_OK : failed(lite(db), ctx, rc);
}

// A full cache drops its oldest entry; callers hold at most a handful of statements at once.
static struct lite_stmt *cache_slot(struct lite *db)
{
    if (db->n < CACHED)
        return &db->cache[db->n++];
    for (size_t i = 0; i < CACHED; i++) {
        if (sqlite3_stmt_busy(db->cache[i].st))
            continue;
        sqlite3_finalize(db->cache[i].st);
        free(unconst(db->cache[i].text.p));
        return &db->cache[i];
    }
    return NULL;
}

static enum errc lite_prepare(struct sql *base, struct ctx *ctx, str text, struct sql_stmt **out)
{
    struct lite *db = lite(base);
    sqlite3_stmt *st;

    for (size_t i = 0; i < db->n; i++) {
        if (!str_eq(db->cache[i].text, text))
            continue;
        sqlite3_reset(db->cache[i].st);
        sqlite3_clear_bindings(db->cache[i].st);
        *out = &db->cache[i].base;
        return ERR_OK;
    }
    int rc = sqlite3_prepare_v3(db->db, text.p, (int)text.n, SQLITE_PREPARE_PERSISTENT, &st, NULL);
    if (rc != SQLITE_OK)
        return failed(db, ctx, rc);
    struct lite_stmt *slot = cache_slot(db);
    CHECK(slot != NULL);
    char *copy = malloc(text.n + 1);
    CHECK(copy != NULL);
    memcpy(copy, text.p, text.n);
    *slot = (struct lite_stmt){.base = {base}, .st = st, .text = {copy, text.n}};
    *out = &slot->base;
    return ERR_OK;
}

static void lite_bind_i64(struct sql_stmt *st, int i, int64_t v)
{
    sqlite3_bind_int64(stmt(st), i, v);
}

static void lite_bind_double(struct sql_stmt *st, int i, double v)
{
    sqlite3_bind_double(stmt(st), i, v);
}

static void lite_bind_str(struct sql_stmt *st, int i, str v)
{
    if (str_some(v))
        sqlite3_bind_text64(stmt(st), i, v.p, v.n, SQLITE_STATIC, SQLITE_UTF8);
    else
        sqlite3_bind_null(stmt(st), i);
}

static void lite_bind_blob(struct sql_stmt *st, int i, str v)
{
    if (str_some(v))
        sqlite3_bind_blob64(stmt(st), i, v.p, v.n, SQLITE_STATIC);
    else
        sqlite3_bind_null(stmt(st), i);
}

static void lite_bind_null(struct sql_stmt *st, int i)
{
    sqlite3_bind_null(stmt(st), i);
}

static enum errc lite_step(struct sql_stmt *st, struct ctx *ctx, bool *row)
{
    int rc = sqlite3_step(stmt(st));

    *row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW)
        return ERR_OK;
    enum errc e = rc == SQLITE_DONE ? ERR_OK : failed(lite(st->db), ctx, rc);
    sqlite3_reset(stmt(st));
    return e;
}

static void lite_reset(struct sql_stmt *st)
{
    sqlite3_reset(stmt(st));
}

static int64_t lite_i64(struct sql_stmt *st, int i)
{
    return sqlite3_column_int64(stmt(st), i);
}

static double lite_real(struct sql_stmt *st, int i)
{
    return sqlite3_column_double(stmt(st), i);
}

static str lite_text(struct sql_stmt *st, int i)
{
    const char *p = (const char *)sqlite3_column_text(stmt(st), i);

    return p ? str_make(p, (size_t)sqlite3_column_bytes(stmt(st), i)) : STR_NONE;
}

static str lite_blob(struct sql_stmt *st, int i)
{
    const char *p = sqlite3_column_blob(stmt(st), i);
    size_t n = (size_t)sqlite3_column_bytes(stmt(st), i);

    if (p)
        return str_make(p, n);
    return sql_is_null(st, i) ? STR_NONE : STR("");
}

static bool lite_is_null(struct sql_stmt *st, int i)
{
    return sqlite3_column_type(stmt(st), i) == SQLITE_NULL;
}

int64_t sql_last_id(struct sql *db)
{
    return sqlite3_last_insert_rowid(lite(db)->db);
}

static int64_t lite_changes(struct sql *db)
{
    return sqlite3_changes64(lite(db)->db);
}

static enum errc lite_begin(struct sql *db, struct ctx *ctx, bool write)
{
    struct sql_stmt *st = NULL;

    TRY(sql_prepare(db, ctx, write ? STR("BEGIN IMMEDIATE") : STR("BEGIN"), &st));
    return sql_run(st, ctx);
}

static enum errc lite_commit(struct sql *db, struct ctx *ctx)
{
    struct sql_stmt *st = NULL;

    TRY(sql_prepare(db, ctx, STR("COMMIT"), &st));
    return sql_run(st, ctx);
}

static void lite_rollback(struct sql *base)
{
    struct lite *db = lite(base);

    for (size_t i = 0; i < db->n; i++)
        sqlite3_reset(db->cache[i].st);
    if (!sqlite3_get_autocommit(db->db))
        sqlite3_exec(db->db, "ROLLBACK", NULL, NULL, NULL);
}

void sql_deadline(struct sql *db, const struct ctx *ctx)
{
    lite(db)->deadline_ms = ctx ? ctx->deadline_ms : 0;
}

static enum errc lite_full_sync(struct sql *db, struct ctx *ctx, bool on)
{
    return sql_exec(db, ctx, on ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
}

enum errc sql_checkpoint(struct sql *db, struct ctx *ctx, bool truncate)
{
    struct lite *l = lite(db);

    sqlite3_busy_timeout(l->db, 0); // a reader in the way: another time
    int rc = sqlite3_wal_checkpoint_v2(
        l->db, NULL, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    sqlite3_busy_timeout(l->db, BUSY_MS);

    return rc == SQLITE_OK || rc == SQLITE_BUSY ? ERR_OK : failed(l, ctx, rc);
}

static bool lite_lost(const struct sql *db UNUSED)
{
    return false;
}

static const struct sql_ops lite_ops = {
    .name = "sqlite",
    .close = lite_close,
    .exec = lite_exec,
    .prepare = lite_prepare,
    .bind_i64 = lite_bind_i64,
    .bind_double = lite_bind_double,
    .bind_str = lite_bind_str,
    .bind_blob = lite_bind_blob,
    .bind_null = lite_bind_null,
    .step = lite_step,
    .reset = lite_reset,
    .i64 = lite_i64,
    .real = lite_real,
    .text = lite_text,
    .blob = lite_blob,
    .is_null = lite_is_null,
    .changes = lite_changes,
    .begin = lite_begin,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .full_sync = lite_full_sync,
    .lost = lite_lost,
};

enum errc sql_open(struct ctx *ctx, const char *path, const struct sql_options *opt,
                   struct sql **out)
{
    struct lite *db = calloc(1, sizeof(*db));
    int flags =
        SQLITE_OPEN_NOMUTEX | (opt->readonly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);

    CHECK(db != NULL);
    db->base.ops = &lite_ops;
    db->path = strdup(path);
    CHECK(db->path != NULL);
    int rc = sqlite3_open_v2(path, &db->db, flags | (opt->create ? SQLITE_OPEN_CREATE : 0), NULL);
    enum errc e = rc == SQLITE_OK ? ERR_OK : failed(db, ctx, rc);
    if (e == ERR_OK) {
        sqlite3_extended_result_codes(db->db, 1);
        sqlite3_busy_timeout(db->db, BUSY_MS);
        sqlite3_progress_handler(db->db, PROGRESS_STEPS, on_progress, db);
        e = configure(db, ctx, opt);
    }
    if (e != ERR_OK) {
        lite_close(&db->base);
        return e;
    }
    *out = &db->base;
    return ERR_OK;
}

static void on_call(sqlite3_context *c, int n, sqlite3_value **args)
{
    const struct definition *d = sqlite3_user_data(c);
    struct sql_call call = {c, args};

    (void)n;
    CHECK(d != NULL);
    d->fn(d->user, &call);
}

enum errc sql_define(struct sql *db, struct ctx *ctx, const char *name, int n_args,
                     sql_function *fn, void *user)
{
    struct lite *l = lite(db);
    struct definition *d = malloc(sizeof(*d));

    CHECK(d != NULL);
    *d = (struct definition){fn, user};
    int rc = sqlite3_create_function_v2(l->db, name, n_args, SQLITE_UTF8 | SQLITE_DETERMINISTIC, d,
                                        on_call, NULL, NULL, free);
    return rc == SQLITE_OK ? ERR_OK : failed(l, ctx, rc);
}

int64_t sql_arg_i64(struct sql_call *c, int i)
{
    return sqlite3_value_int64(c->args[i]);
}

str sql_arg_str(struct sql_call *c, int i)
{
    const char *p = (const char *)sqlite3_value_text(c->args[i]);

    return p ? str_make(p, (size_t)sqlite3_value_bytes(c->args[i])) : STR_NONE;
}

void sql_result_str(struct sql_call *c, str v)
{
    if (str_some(v))
        sqlite3_result_text64(c->ctx, v.p, v.n, SQLITE_TRANSIENT, SQLITE_UTF8);
    else
        sqlite3_result_null(c->ctx);
}

void sql_result_i64(struct sql_call *c, int64_t v)
{
    sqlite3_result_int64(c->ctx, v);
}

void sql_result_double(struct sql_call *c, double v)
{
    sqlite3_result_double(c->ctx, v);
}

void sql_result_null(struct sql_call *c)
{
    sqlite3_result_null(c->ctx);
}
