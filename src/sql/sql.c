// SPDX-License-Identifier: MIT
// The calls of sql.h, passed on to the database that a connection belongs to.
#include "sql/sql_int.h"

void sql_close(struct sql *db)
{
    if (db)
        db->ops->close(db);
}

enum errc sql_exec(struct sql *db, struct ctx *ctx, const char *text)
{
    return db->ops->exec(db, ctx, text);
}

enum errc sql_prepare(struct sql *db, struct ctx *ctx, str text, struct sql_stmt **out)
{
    return db->ops->prepare(db, ctx, text, out);
}

void sql_bind_i64(struct sql_stmt *st, int i, int64_t v)
{
    st->db->ops->bind_i64(st, i, v);
}

void sql_bind_double(struct sql_stmt *st, int i, double v)
{
    st->db->ops->bind_double(st, i, v);
}

void sql_bind_str(struct sql_stmt *st, int i, str v)
{
    st->db->ops->bind_str(st, i, v);
}

void sql_bind_blob(struct sql_stmt *st, int i, str v)
{
    st->db->ops->bind_blob(st, i, v);
}

void sql_bind_null(struct sql_stmt *st, int i)
{
    st->db->ops->bind_null(st, i);
}

void sql_bind_time(struct sql_stmt *st, int i, millis t)
{
    if (t == MILLIS_NONE)
        sql_bind_null(st, i);
    else
        sql_bind_i64(st, i, t);
}

enum errc sql_step(struct sql_stmt *st, struct ctx *ctx, bool *row)
{
    CHECK(st != NULL);
    return st->db->ops->step(st, ctx, row);
}

enum errc sql_run(struct sql_stmt *st, struct ctx *ctx)
{
    bool row = true;

    while (row)
        TRY(sql_step(st, ctx, &row));
    return ERR_OK;
}

void sql_reset(struct sql_stmt *st)
{
    st->db->ops->reset(st);
}

int64_t sql_i64(struct sql_stmt *st, int i)
{
    return st->db->ops->i64(st, i);
}

double sql_double(struct sql_stmt *st, int i)
{
    return st->db->ops->real(st, i);
}

str sql_str(struct sql_stmt *st, int i)
{
    return st->db->ops->text(st, i);
}

str sql_blob(struct sql_stmt *st, int i)
{
    return st->db->ops->blob(st, i);
}

bool sql_is_null(struct sql_stmt *st, int i)
{
    return st->db->ops->is_null(st, i);
}

millis sql_time(struct sql_stmt *st, int i)
{
    return sql_is_null(st, i) ? MILLIS_NONE : sql_i64(st, i);
}

int64_t sql_changes(struct sql *db)
{
    return db->ops->changes(db);
}

enum errc sql_begin(struct sql *db, struct ctx *ctx, bool write)
{
    return db->ops->begin(db, ctx, write);
}

enum errc sql_commit(struct sql *db, struct ctx *ctx)
{
    return db->ops->commit(db, ctx);
}

void sql_rollback(struct sql *db)
{
    db->ops->rollback(db);
}

enum errc sql_full_sync(struct sql *db, struct ctx *ctx, bool on)
{
    return db->ops->full_sync(db, ctx, on);
}

bool sql_lost(const struct sql *db)
{
    return db->ops->lost(db);
}
