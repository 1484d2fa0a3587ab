// SPDX-License-Identifier: MIT
// The two paths that every table uses: reading rows, and a write transaction. Rows are copied to the
// caller's arena first, so that no connection (connect.c) is held while a callback runs. What failed
// because a server's connection broke is tried once more: a read, or the begin of a transaction.
//
// Every change of accounts, keys, models or settings moves the counter in table `change_counter`, so
// that caches above notice changes of other processes by reading one number. Rejected: PRAGMA
// data_version, which also moves for last-used times and which PostgreSQL doesn't have.
#include "store/meta/meta_int.h"
#include "base/id.h"

// ---- Rows ---------------------------------------------------------------------------------------

void row_bind(struct sql_stmt *st, const struct columns *cols, const void *row)
{
    for (size_t i = 0; i < cols->n; i++) {
        const char *at = (const char *)row + cols->items[i].offset;
        int k = (int)i + 1;
        switch ((enum column_type)cols->items[i].type) {
        case COLUMN_STR: sql_bind_str(st, k, *(const str *)(const void *)at); break;
        case COLUMN_TIME: sql_bind_time(st, k, *(const millis *)(const void *)at); break;
        case COLUMN_I64: sql_bind_i64(st, k, *(const int64_t *)(const void *)at); break;
        case COLUMN_I32: sql_bind_i64(st, k, *(const int32_t *)(const void *)at); break;
        case COLUMN_BOOL: sql_bind_i64(st, k, *(const bool *)(const void *)at); break;
        case COLUMN_DOUBLE: sql_bind_double(st, k, *(const double *)(const void *)at); break;
        }
    }
}

static void row_load(struct sql_stmt *st, struct arena *a, const struct columns *cols, void *row)
{
    for (size_t i = 0; i < cols->n; i++) {
        char *at = (char *)row + cols->items[i].offset;
        int k = (int)i;
        switch ((enum column_type)cols->items[i].type) {
        case COLUMN_STR: *(str *)(void *)at = arena_str(a, sql_str(st, k)); break;
        case COLUMN_TIME: *(millis *)(void *)at = sql_time(st, k); break;
        case COLUMN_I64: *(int64_t *)(void *)at = sql_i64(st, k); break;
        case COLUMN_I32: *(int32_t *)(void *)at = (int32_t)sql_i64(st, k); break;
        case COLUMN_BOOL: *(bool *)(void *)at = sql_i64(st, k) != 0; break;
        case COLUMN_DOUBLE: *(double *)(void *)at = sql_double(st, k); break;
        }
    }
}

void row_stamp(struct ctx *ctx, str *id, millis *created_at, millis *updated_at)
{
    millis now = clock_now();
    if (!str_some(*id))
        *id = id_cuid(ctx->arena);
    if (*created_at == MILLIS_NONE || *created_at == 0)
        *created_at = now;
    if (updated_at && (*updated_at == MILLIS_NONE || *updated_at == 0))
        *updated_at = now;
}

static enum errc prepare(struct sql *db, struct ctx *ctx, const struct query *q,
                         struct sql_stmt **out)
{
    TRY(sql_prepare(db, ctx, q->text, out));
    for (size_t i = 0; i < q->n_args; i++) {
        const struct arg *arg = &q->args[i];
        int k = (int)i + 1;
        if (arg->type == COLUMN_STR)
            sql_bind_str(*out, k, arg->text);
        else if (arg->type == COLUMN_TIME)
            sql_bind_time(*out, k, arg->number);
        else
            sql_bind_i64(*out, k, arg->number);
    }
    return ERR_OK;
}

// Room for one more row at the end of `rows`, doubling as it grows; NULL when the arena is full.
static void *rows_next(struct arena *a, struct rows *rows, size_t *cap, size_t row_bytes)
{
    if (rows->n == *cap) {
        size_t more = *cap ? *cap * 2 : 8;
        void *items = arena_array(a, more, row_bytes);
        if (!items)
            return NULL;
        if (rows->n > 0)
            memcpy(items, rows->items, rows->n * row_bytes);
        rows->items = items;
        *cap = more;
    }
    return (char *)rows->items + rows->n++ * row_bytes;
}

static enum errc select_rows(struct sql *db, struct ctx *ctx, const struct query *q,
                             struct rows *out)
{
    struct sql_stmt *st = NULL;
    struct rows rows = {0};
    size_t cap = 0;
    TRY(prepare(db, ctx, q, &st));
    for (bool more = true;;) {
        TRY(sql_step(st, ctx, &more));
        if (!more)
            break;
        void *row = rows_next(ctx->arena, &rows, &cap, q->cols->row_bytes);
        if (row)
            row_load(st, ctx->arena, q->cols, row);
        if (arena_failed(ctx->arena)) {
            sql_reset(st);
            return fail(ctx, ERR_LIMIT, "the list is too long for one answer; ask for less");
        }
    }
    *out = rows;
    return ERR_OK;
}

enum errc meta_select(struct meta *m, struct ctx *ctx, const struct query *q, struct rows *out)
{
    struct reader_slot *slot = NULL;
    TRY(meta_reader_acquire(m, ctx, &slot));
    CHECK(slot);
    enum errc rc = select_rows(slot->db, ctx, q, out);
    if (rc != ERR_OK && meta_drop_lost(&slot->db, ctx)) {
        rc = meta_reader_open(m, ctx, slot);
        if (rc == ERR_OK)
            rc = select_rows(slot->db, ctx, q, out);
    }
    meta_reader_release(m, slot);
    return rc;
}

enum errc meta_select_one(struct meta *m, struct ctx *ctx, const struct query *q, void *out)
{
    struct rows rows = {0};
    TRY(meta_select(m, ctx, q, &rows));
    if (rows.n == 0)
        return ERR_NOT_FOUND;
    memcpy(out, rows.items, q->cols->row_bytes);
    return ERR_OK;
}

enum errc meta_select_i64(struct meta *m, struct ctx *ctx, const struct query *q, int64_t *out)
{
    struct number {
        int64_t value;
    };
    static const struct column list[] = {COLUMN(I64, number, value)};
    static const struct columns cols = COLUMNS(number, list);
    struct query numbers = *q;
    struct number found = {0};
    numbers.cols = &cols;
    TRY(meta_select_one(m, ctx, &numbers, &found));
    *out = found.value;
    return ERR_OK;
}

// ---- Writing ------------------------------------------------------------------------------------

enum errc write_run(struct sql *db, struct ctx *ctx, const struct query *q)
{
    struct sql_stmt *st = NULL;
    TRY(prepare(db, ctx, q, &st));
    return sql_run(st, ctx);
}

enum errc write_row(struct sql *db, struct ctx *ctx, str sql, const struct columns *cols,
                    const void *row)
{
    struct sql_stmt *st = NULL;
    TRY(sql_prepare(db, ctx, sql, &st));
    row_bind(st, cols, row);
    return sql_run(st, ctx);
}

enum errc write_exists(struct sql *db, struct ctx *ctx, const struct query *q, bool *out)
{
    struct sql_stmt *st = NULL;
    TRY(prepare(db, ctx, q, &st));
    TRY(sql_step(st, ctx, out));
    sql_reset(st);
    return ERR_OK;
}

enum errc write_hit(struct sql *db)
{
    return sql_changes(db) > 0 ? ERR_OK : ERR_NOT_FOUND;
}

static enum errc write_in_transaction(struct meta *m, struct ctx *ctx, bool shared,
                                      meta_write_fn *fn, const void *arg)
{
    TRY(fn(m->writer, ctx, arg));
    if (!shared)
        return ERR_OK;
    return write_run(m->writer, ctx, QUERY0("UPDATE change_counter SET value = value + 1", NULL));
}

static enum errc begin_locked(struct meta *m, struct ctx *ctx)
{
    TRY(meta_writer_open_locked(m, ctx));
    enum errc rc = sql_begin(m->writer, ctx, true);
    if (rc == ERR_OK || !meta_drop_lost(&m->writer, ctx))
        return rc;
    TRY(meta_writer_open_locked(m, ctx));
    return sql_begin(m->writer, ctx, true);
}

enum errc meta_write(struct meta *m, struct ctx *ctx, bool shared, meta_write_fn *fn,
                     const void *arg)
{
    lock_acquire(&m->write_lock);
    enum errc rc = begin_locked(m, ctx);
    if (rc == ERR_OK) {
        rc = write_in_transaction(m, ctx, shared, fn, arg);
        if (rc == ERR_OK)
            rc = sql_commit(m->writer, ctx);
        if (rc != ERR_OK)
            sql_rollback(m->writer);
        m->unsynced = m->unsynced || rc == ERR_OK;
    }
    lock_release(&m->write_lock);
    return rc;
}

enum errc meta_bulk_begin(struct meta *m, struct ctx *ctx)
{
    lock_acquire(&m->write_lock);
    m->unsynced = false;
    enum errc rc = meta_writer_open_locked(m, ctx);
    if (rc == ERR_OK)
        rc = sql_full_sync(m->writer, ctx, false);
    lock_release(&m->write_lock);
    return rc;
}

static enum errc write_nothing(struct sql *db, struct ctx *ctx, const void *arg)
{
    (void)db;
    (void)ctx;
    (void)arg;
    return ERR_OK;
}

enum errc meta_bulk_end(struct meta *m, struct ctx *ctx)
{
    lock_acquire(&m->write_lock);
    bool unsynced = m->unsynced;
    enum errc rc = m->writer ? sql_full_sync(m->writer, ctx, true) : ERR_OK;
    lock_release(&m->write_lock);
    TRY(rc);
    return unsynced ? meta_write(m, ctx, true, write_nothing, NULL) : ERR_OK;
}

enum errc meta_ping(struct meta *m, struct ctx *ctx)
{
    int64_t ignored = 0;
    return meta_changes(m, ctx, &ignored);
}

enum errc meta_changes(struct meta *m, struct ctx *ctx, int64_t *out)
{
    return meta_select_i64(m, ctx, QUERY0("SELECT value FROM change_counter", NULL), out);
}
