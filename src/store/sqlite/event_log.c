// SPDX-License-Identifier: MIT
// One connection under one lock: a note per segment, a few a second at most. A note that a crash takes back
// costs one segment that is stored a second time, so commits do not wait for the disk.
#include "store/sqlite/event_log.h"

#include "base/thread.h"
#include "sql/sql.h"

#include <stdlib.h>

#define SCHEMA                                                                           \
    "CREATE TABLE IF NOT EXISTS segment(key TEXT PRIMARY KEY, records INTEGER NOT NULL," \
    " events INTEGER NOT NULL, stored INTEGER NOT NULL) STRICT, WITHOUT ROWID;"          \
    "CREATE INDEX IF NOT EXISTS segment_stored ON segment(stored);"

struct sqlite_log {
    struct event_log base;
    struct lock lock; // guards the connection
    struct sql *db;
    int64_t keep_ms;
};

static enum errc insert(struct sqlite_log *log, struct ctx *ctx, const struct segment_note *note)
{
    struct sql_stmt *st;

    TRY(sql_prepare(log->db, ctx,
                    STR("INSERT OR REPLACE INTO segment(key, records, events, stored)"
                        " VALUES(?, ?, ?, ?)"),
                    &st));
    sql_bind_str(st, 1, note->key);
    sql_bind_i64(st, 2, note->records);
    sql_bind_i64(st, 3, note->events);
    sql_bind_time(st, 4, note->stored);
    return sql_run(st, ctx);
}

static enum errc forget(struct sqlite_log *log, struct ctx *ctx, millis before)
{
    struct sql_stmt *st;

    TRY(sql_prepare(log->db, ctx, STR("DELETE FROM segment WHERE stored < ?"), &st));
    sql_bind_time(st, 1, before);
    return sql_run(st, ctx);
}

static enum errc note(struct event_log *base, struct ctx *ctx, const struct segment_note *note)
{
    struct sqlite_log *log = (struct sqlite_log *)base;

    lock_acquire(&log->lock);
    enum errc rc = insert(log, ctx, note);
    if (rc == ERR_OK)
        rc = forget(log, ctx, note->stored - log->keep_ms);
    lock_release(&log->lock);
    return rc;
}

static enum errc look_up(struct sqlite_log *log, struct ctx *ctx, str key, bool *known)
{
    struct sql_stmt *st;

    TRY(sql_prepare(log->db, ctx, STR("SELECT 1 FROM segment WHERE key = ?"), &st));
    sql_bind_str(st, 1, key);
    enum errc rc = sql_step(st, ctx, known);
    sql_reset(st);
    return rc;
}

static enum errc known(struct event_log *base, struct ctx *ctx, const str *keys, size_t n,
                       bool *known)
{
    struct sqlite_log *log = (struct sqlite_log *)base;
    enum errc rc = ERR_OK;

    lock_acquire(&log->lock);
    for (size_t i = 0; i < n && rc == ERR_OK; i++)
        rc = look_up(log, ctx, keys[i], &known[i]);
    lock_release(&log->lock);
    return rc;
}

static const struct event_log_ops ops = {.note = note, .known = known};

enum errc sqlite_event_log_open(struct ctx *ctx, const struct sqlite_event_log_options *opt,
                                struct event_log **out)
{
    const struct sql_options sql = {.create = true};
    struct sql *db;

    TRY(sql_open(ctx, opt->path, &sql, &db));
    enum errc rc = sql_exec(db, ctx, SCHEMA);
    if (rc != ERR_OK) {
        sql_close(db);
        return rc;
    }
    struct sqlite_log *log = calloc(1, sizeof *log);
    CHECK(log);
    *log = (struct sqlite_log){.base.ops = &ops, .db = db, .keep_ms = opt->keep_ms};
    lock_init(&log->lock);
    *out = &log->base;
    return ERR_OK;
}

void sqlite_event_log_close(struct event_log *base)
{
    struct sqlite_log *log = (struct sqlite_log *)base;

    if (!log)
        return;
    sql_close(log->db);
    lock_fini(&log->lock);
    free(log);
}
