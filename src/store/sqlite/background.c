// SPDX-License-Identifier: MIT
// Work that can wait, done by the writer in small steps: repacking quiet traces, sealing quiet days,
// storing counted tokens. Each call from the jobs room queues one step.
#include "base/limits.h"
#include "model/usage.h"
#include "store/sqlite/store_priv.h"

#define REPACK_LEVEL     9
#define REPACK_STEP      64 // traces per step
#define QUIET_DEFAULT_MS 60000

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

    TRY(stats_recompute(d, w->ctx, trace, &t));
    TRY(sql_prepare(d->db, w->ctx,
                    STR("UPDATE trace SET input_tokens = ?, output_tokens = ?, total_tokens = ?, "
                        "input_cost = ?,"
                        " output_cost = ?, total_cost = ?, updated = ? WHERE id = ?"),
                    &st));
    const int64_t sums[] = {t.input_tokens, t.output_tokens, t.total_tokens,
                            t.input_cost,   t.output_cost,   t.total_cost};
    for (int i = 0; i < 6; i++)
        sql_bind_i64(st, 1 + i, sums[i]);
    sql_bind_i64(st, 7, store_now(s));
    sql_bind_i64(st, 8, trace);
    return sql_run(st, w->ctx);
}

enum errc usage_apply(struct sqlite_store *s, struct work *w)
{
    str trace_id = w->observation->trace_id;
    struct row_at at;
    int64_t row = 0;
    struct day_writer *d;

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

// ---- repack: all bodies of one quiet trace into one pack

struct body { // a record to move, and the row that points at it
    bool is_trace;
    int64_t row;
    str record;
};

struct repack { // one trace being repacked
    struct sqlite_store *s;
    struct work *w;
    struct day_writer *d;
    struct ctx own; // errors of packs stay here
    struct body *bodies;
    int64_t *packs; // pairs of pack and slot, one per body
    size_t n, cap;
    int64_t memo_id[16]; // packs opened already
    struct pack memo[16];
    size_t n_memo;
};

static enum errc pack_of(struct repack *r, int64_t id, struct pack *out)
{
    struct sql_stmt *st;
    bool found;

    for (size_t i = 0; i < r->n_memo; i++) {
        if (r->memo_id[i] == id) {
            *out = r->memo[i];
            return ERR_OK;
        }
    }
    TRY(sql_prepare(r->d->db, r->w->ctx, STR("SELECT data FROM pack WHERE id = ?"), &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, r->w->ctx, &found));
    enum errc rc = found ? pack_open(&r->own, r->s->zstd, sql_blob(st, 0), out) : ERR_CORRUPT;
    sql_reset(st);
    if (rc == ERR_OK && r->n_memo < ARRAY_LEN(r->memo)) {
        r->memo_id[r->n_memo] = id;
        r->memo[r->n_memo++] = *out;
    }
    return rc;
}

static bool bodies_grow(struct repack *r)
{
    size_t cap = r->cap ? r->cap * 2 : 64;
    struct body *b = ARENA_ARRAY(r->s->scratch, struct body, cap);
    int64_t *p = ARENA_ARRAY(r->s->scratch, int64_t, cap * 2);

    if (!b || !p)
        return false;
    if (r->n) {
        memcpy(b, r->bodies, r->n * sizeof(*b));
        memcpy(p, r->packs, r->n * 2 * sizeof(*p));
    }
    r->bodies = b;
    r->packs = p;
    r->cap = cap;
    return true;
}

static enum errc bodies_list(struct repack *r, int64_t trace)
{
    struct sql_stmt *st;
    bool row = true;

    TRY(sql_prepare(
        r->d->db, r->w->ctx,
        STR("SELECT 1, id, pack, slot FROM trace WHERE id = ?1 AND pack IS NOT NULL UNION ALL"
            " SELECT 0, id, pack, slot FROM observation WHERE trace = ?1 AND pack IS NOT NULL"),
        &st));
    sql_bind_i64(st, 1, trace);
    while (row) {
        TRY(sql_step(st, r->w->ctx, &row));
        if (!row)
            break;
        if (r->n == r->cap && !bodies_grow(r)) {
            sql_reset(st);
            return ERR_LIMIT;
        }
        r->bodies[r->n] = (struct body){.is_trace = sql_i64(st, 0), .row = sql_i64(st, 1)};
        r->packs[r->n * 2] = sql_i64(st, 2);
        r->packs[r->n++ * 2 + 1] = sql_i64(st, 3);
    }
    return ERR_OK;
}

static enum errc point_at(struct work *w, struct day_writer *d, const struct body *b, int64_t pack,
                          int64_t slot)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, w->ctx,
                    b->is_trace ? STR("UPDATE trace SET pack = ?, slot = ? WHERE id = ?")
                                : STR("UPDATE observation SET pack = ?, slot = ? WHERE id = ?"),
                    &st));
    sql_bind_i64(st, 1, pack);
    sql_bind_i64(st, 2, slot);
    sql_bind_i64(st, 3, b->row);
    return sql_run(st, w->ctx);
}

static enum errc packs_delete(struct work *w, struct day_writer *d, const int64_t *packs, size_t n)
{
    struct sql_stmt *st;

    for (size_t i = 0; i < n; i++) {
        TRY(sql_prepare(d->db, w->ctx, STR("DELETE FROM pack WHERE id = ?"), &st));
        sql_bind_i64(st, 1, packs[i * 2]);
        TRY(sql_run(st, w->ctx));
    }
    return ERR_OK;
}

static enum errc mark_packed(struct work *w, struct day_writer *d, int64_t trace)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, w->ctx, STR("UPDATE trace SET flags = flags | 64 WHERE id = ?"), &st));
    sql_bind_i64(st, 1, trace);
    return sql_run(st, w->ctx);
}

static enum errc bodies_collect(struct repack *r, int64_t trace, struct pack_builder *b)
{
    TRY(bodies_list(r, trace));
    for (size_t i = 0; i < r->n; i++) {
        struct pack p;
        TRY(pack_of(r, r->packs[i * 2], &p));
        pack_add_raw(b, pack_record(&p, (uint32_t)r->packs[i * 2 + 1]));
    }
    return ERR_OK;
}

static enum errc repack_trace(struct sqlite_store *s, struct work *w, struct day_writer *d,
                              int64_t trace)
{
    AUTO(pack_fini) struct pack_builder b = {0};
    AUTO(buf_fini) struct buf out = {0};
    struct repack r = {.s = s, .w = w, .d = d};
    int64_t pack;

    ctx_init(&r.own, s->scratch);
    pack_init(&b, LIMIT_PACK_BYTES);
    buf_init(&out, LIMIT_PACK_BYTES + (1u << 20));
    enum errc rc = bodies_collect(&r, trace, &b);
    if (rc == ERR_OK && r.n)
        rc = pack_finish(&b, s->zstd, REPACK_LEVEL, &out);
    if (rc == ERR_TOO_LARGE || rc == ERR_LIMIT || rc == ERR_NOMEM || rc == ERR_CORRUPT || r.n == 0)
        return mark_packed(w, d, trace); // too large for one pack, or damaged: stays as it is
    TRY(rc);
    TRY(packs_delete(w, d, r.packs, r.n));
    TRY(pack_insert(d, w->ctx, buf_str(&out), &pack));
    for (size_t i = 0; i < r.n; i++)
        TRY(point_at(w, d, &r.bodies[i], pack, (int64_t)i));
    return mark_packed(w, d, trace);
}

static enum errc quiet_traces(struct sqlite_store *s, struct work *w, struct day_writer *d,
                              int64_t *rows, int64_t *n)
{
    int64_t quiet = s->opt.quiet_ms ? s->opt.quiet_ms : QUIET_DEFAULT_MS;
    struct sql_stmt *st;
    bool row = true;

    *n = 0;
    TRY(sql_prepare(d->db, w->ctx,
                    STR("SELECT id FROM trace WHERE flags & 64 = 0 AND updated < ? LIMIT ?"), &st));
    sql_bind_i64(st, 1, store_now(s) - quiet);
    sql_bind_i64(st, 2, REPACK_STEP);
    while (row) {
        TRY(sql_step(st, w->ctx, &row));
        if (row)
            rows[(*n)++] = sql_i64(st, 0);
    }
    return ERR_OK;
}

enum errc repack_apply(struct sqlite_store *s, struct work *w)
{
    int64_t rows[REPACK_STEP], n;
    struct day_writer *d;

    TRY(day_writer_get(s, w->ctx, w->day, &d));
    TRY(quiet_traces(s, w, d, rows, &n));
    for (int64_t i = 0; i < n; i++) {
        TRY(repack_trace(s, w, d, rows[i]));
        arena_reset(s->scratch);
    }
    w->done = n;
    return ERR_OK;
}

enum errc sqlite_store_repack(struct event_store *store, struct ctx *ctx, int64_t *n_traces)
{
    struct sqlite_store *s = self(store);
    const struct catalog *c = catalog_pin(s);
    enum errc rc = ERR_OK;

    *n_traces = 0;
    for (size_t i = 0; i < c->n && rc == ERR_OK && *n_traces == 0 && queue_len(s->queue) == 0;
         i++) {
        struct work w = {.kind = WORK_REPACK, .ctx = ctx, .day = c->days[i].day};
        if (c->days[i].sealed)
            continue; // repacked before it was sealed
        rc = work_submit(s, &w);
        *n_traces = w.done;
    }
    catalog_unpin(c);
    return rc;
}

// ---- seal: a past day that was quiet gets its observation index, its WAL is folded in

enum errc seal_apply(struct sqlite_store *s, struct work *w)
{
    struct day_writer *d;

    TRY(day_writer_get(s, w->ctx, w->day, &d));
    TRY(sql_exec(d->db, w->ctx,
                 "CREATE INDEX IF NOT EXISTS observation_hash ON observation(hash)"));
    d->sealed = true;
    return ERR_OK;
}

enum errc sqlite_store_seal(struct event_store *store, struct ctx *ctx)
{
    struct sqlite_store *s = self(store);
    const struct catalog *c = catalog_pin(s);
    int64_t today = time_day(store_now(s));
    enum errc rc = ERR_OK;

    for (size_t i = 0; i < c->n && rc == ERR_OK; i++) {
        struct work w = {.kind = WORK_SEAL, .ctx = ctx, .day = c->days[i].day};
        if (c->days[i].sealed || c->days[i].day >= today - 1)
            continue;
        rc = work_submit(s, &w);
        break; // one day a step
    }
    catalog_unpin(c);
    return rc;
}
