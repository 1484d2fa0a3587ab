// SPDX-License-Identifier: MIT
// Work that can wait, done by the writer in small steps: storing counted tokens, sealing quiet days
// (repack.c packs their traces before). Each call from the jobs room queues one step.
#include "model/usage.h"
#include "store/sqlite/store_priv.h"

static struct sqlite_store *self(struct event_store *s)
{
    return (struct sqlite_store *)s;
}

// ---- tokens

static enum errc usage_row(struct work *w, struct day_writer *d, int64_t trace, int64_t *row)
{
    const struct observation *o = w->observation;
    struct sql_stmt *st;
    bool found;

    TRY(sql_prepare(d->db, w->ctx,
                    STR("SELECT id FROM observation WHERE trace = ? AND hash = ? AND "
                        "observation_id = ? AND flags & 8"),
                    &st));
    sql_bind_i64(st, 1, trace);
    sql_bind_i64(st, 2, row_hash(w->project, o->id));
    sql_bind_str(st, 3, o->id);
    TRY(sql_step(st, w->ctx, &found));
    *row = found ? sql_i64(st, 0) : 0;
    sql_reset(st);
    return found ? ERR_OK : ERR_NOT_FOUND;
}

static enum errc usage_update(struct sqlite_store *s, struct work *w, struct day_writer *d,
                              int64_t row)
{
    struct usage_totals u = usage_totals(&w->observation->usage);
    struct cost_totals c = cost_totals(&w->observation->cost);
    AUTO(buf_fini) struct buf usage = {0}, cost = {0};
    struct sql_stmt *st;

    buf_init(&usage, 64u << 10);
    buf_init(&cost, 64u << 10);
    usage_write(&usage, &w->observation->usage);
    cost_write(&cost, &w->observation->cost);
    TRY(sql_prepare(d->db, w->ctx,
                    STR("UPDATE observation SET flags = flags & ~8, usage = ?, cost = ?, "
                        "input_tokens = ?, output_tokens = ?,"
                        " total_tokens = ?, input_cost = ?, output_cost = ?, total_cost = ?, "
                        "tier_id = ?, tier_name = ?,"
                        " model_id = ?, updated = ? WHERE id = ?"),
                    &st));
    sql_bind_str(st, 1, w->observation->usage.n ? buf_str(&usage) : STR_NONE);
    sql_bind_str(st, 2, w->observation->cost.n ? buf_str(&cost) : STR_NONE);
    const int64_t sums[] = {u.input, u.output, u.total, c.input, c.output, c.total};
    for (int i = 0; i < 6; i++)
        sql_bind_i64(st, 3 + i, sums[i]);
    sql_bind_str(st, 9, w->observation->tier_id);
    sql_bind_str(st, 10, w->observation->tier_name);
    sql_bind_str(st, 11, w->observation->model_id);
    sql_bind_i64(st, 12, store_now(s));
    sql_bind_i64(st, 13, row);
    return sql_run(st, w->ctx);
}

static enum errc stats_store(struct sqlite_store *s, struct work *w, struct day_writer *d,
                             int64_t trace)
{
    struct trace_stats t;
    struct sql_stmt *st;

    TRY(stats_recompute(s, d, w->ctx, trace, &t));
    TRY(sql_prepare(d->db, w->ctx,
                    STR("UPDATE trace SET input_tokens = ?, output_tokens = ?, total_tokens = ?, "
                        "input_cost = ?,"
                        " output_cost = ?, total_cost = ?, updated = ?, models = ?,"
                        " flags = flags & ~64 WHERE id = ?"),
                    &st));
    const int64_t sums[] = {t.input_tokens, t.output_tokens, t.total_tokens,
                            t.input_cost,   t.output_cost,   t.total_cost};
    for (int i = 0; i < 6; i++)
        sql_bind_i64(st, 1 + i, sums[i]);
    sql_bind_i64(st, 7, store_now(s));
    sql_bind_str(st, 8, model_uses_to_json(s->scratch, &t));
    sql_bind_i64(st, 9, trace);
    d->sealed = false; // its facts are told again
    return sql_run(st, w->ctx);
}

enum errc usage_apply(struct sqlite_store *s, struct work *w)
{
    str trace_id = w->observation->trace_id;
    struct row_at at;
    int64_t row = 0;
    struct day_writer *d = NULL;

    enum errc rc = writer_find(
        s, w->ctx, &(struct id_key){ID_TRACE, row_hash(w->project, trace_id), trace_id}, &at);
    if (rc == ERR_OK)
        rc = day_writer_get(s, w->ctx, at.day, &d);
    if (rc == ERR_OK)
        rc = usage_row(w, d, at.row, &row);
    if (rc == ERR_NOT_FOUND)
        return ERR_OK; // deleted or counted meanwhile
    TRY(rc);
    TRY(usage_update(s, w, d, row));
    return stats_store(s, w, d, at.row);
}

// ---- seal: a past day that was quiet gets its observation index, its log is folded in

enum errc day_unpacked(struct sql *db, struct ctx *ctx, bool *out)
{
    struct sql_stmt *st;

    TRY(sql_prepare(db, ctx, STR("SELECT 1 FROM trace WHERE flags & 64 = 0 LIMIT 1"), &st));
    TRY(sql_step(st, ctx, out));
    sql_reset(st);
    return ERR_OK;
}

enum errc day_sealed(struct sql *db, struct ctx *ctx, bool *out)
{
    struct sql_stmt *st;
    bool unpacked = false;

    TRY(sql_prepare(db, ctx, STR("SELECT 1 FROM sqlite_schema WHERE name = 'observation_hash'"),
                    &st));
    TRY(sql_step(st, ctx, out));
    sql_reset(st);
    if (*out)
        TRY(day_unpacked(db, ctx, &unpacked));
    *out &= !unpacked;
    return ERR_OK;
}

// A day whose traces are not all packed waits for the repacking: sealed days are left alone by it.
enum errc seal_apply(struct sqlite_store *s, struct work *w)
{
    struct day_writer *d;
    bool unpacked;

    TRY(day_writer_get(s, w->ctx, w->day, &d));
    TRY(day_unpacked(d->db, w->ctx, &unpacked));
    if (unpacked)
        return ERR_OK;
    TRY(sql_exec(d->db, w->ctx,
                 "CREATE INDEX IF NOT EXISTS observation_hash ON observation(hash)"));
    d->sealed = true;
    w->done = 1;
    return ERR_OK;
}

// A log is emptied between transactions only, so what the group did so far is committed first.
enum errc checkpoint_apply(struct sqlite_store *s, struct work *w)
{
    struct day_writer *d;

    TRY(day_writer_get(s, w->ctx, w->day, &d));
    TRY(day_writers_commit(s, w->ctx));
    return sql_checkpoint(d->db, w->ctx, true);
}

static enum errc seal_day(struct sqlite_store *s, struct ctx *ctx, int64_t day, bool *done)
{
    struct work seal = {.kind = WORK_SEAL, .ctx = ctx, .day = day};
    struct work fold = {.kind = WORK_CHECKPOINT, .ctx = ctx, .day = day};

    TRY(work_submit(s, &seal));
    *done = seal.done != 0;
    return *done ? work_submit(s, &fold) : ERR_OK;
}

enum errc sqlite_store_seal(struct event_store *store, struct ctx *ctx)
{
    struct sqlite_store *s = self(store);
    const struct catalog *c = catalog_pin(s);
    int64_t today = time_day(store_now(s));
    enum errc rc = ERR_OK;
    bool done = false; // one day a step

    for (size_t i = 0; i < c->n && rc == ERR_OK && !done; i++) {
        if (!c->days[i].sealed && c->days[i].day < today - 1)
            rc = seal_day(s, ctx, c->days[i].day, &done);
    }
    catalog_unpin(c);
    return rc;
}
