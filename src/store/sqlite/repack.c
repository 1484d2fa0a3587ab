// SPDX-License-Identifier: MIT
// Repacking: the bodies of a trace that went quiet, which came in several requests, are put into one
// pack at a higher level, and a chunk of facts (fact.h) tells of it from then on. The caller's thread (jobs) reads and compresses, from a read connection; the
// writer only exchanges the pointers, after looking that the rows still are as they were read. A trace
// that changed meanwhile is left for a later step, one that cannot be packed (too large, damaged)
// stays as it is.
//
// Rejected: doing all of it in the writer - compressing 64 traces holds every write up for 20 ms.
#include "base/limits.h"
#include "store/sqlite/store_priv.h"

#define REPACK_LEVEL     9
#define REPACK_STEP      64                // traces per step
#define REPACK_BYTES     ((size_t)4 << 20) // of bodies per step, about
#define QUIET_DEFAULT_MS 60000
#define PACKS_REMEMBERED 16u
#define QUEUE_CALM       16u // waiting requests, at most, or repacking waits

static const char bodies_sql[] =
    "SELECT 1, id, pack, slot FROM trace WHERE id = ?1 AND pack IS NOT NULL UNION ALL"
    " SELECT 0, id, pack, slot FROM observation WHERE trace = ?1 AND pack IS NOT NULL";

struct repack { // one step on the caller's thread
    struct sqlite_store *s;
    struct ctx *ctx;
    struct reader *r;
    struct zstd *zstd;
    struct repack_plan *plans;
    size_t n, bytes;
};

struct packs_open { // of one trace
    int64_t id[PACKS_REMEMBERED];
    struct pack pack[PACKS_REMEMBERED];
    size_t n;
};

// ---- reading and compressing, on the caller's thread

static enum errc quiet_traces(struct repack *p)
{
    int64_t quiet = p->s->opt.quiet_ms ? p->s->opt.quiet_ms : QUIET_DEFAULT_MS;
    struct sql_stmt *st;
    bool row = true;

    TRY(sql_prepare(p->r->db, p->ctx,
                    STR("SELECT id, project, updated FROM trace WHERE flags & 64 = 0"
                        " AND updated < ? LIMIT ?"),
                    &st));
    sql_bind_i64(st, 1, store_now(p->s) - quiet);
    sql_bind_i64(st, 2, REPACK_STEP);
    while (row) {
        TRY(sql_step(st, p->ctx, &row));
        if (row)
            p->plans[p->n++] = (struct repack_plan){
                .trace = sql_i64(st, 0), .project = sql_i64(st, 1), .updated = sql_i64(st, 2)};
    }
    return ERR_OK;
}

static struct body_move move_read(struct sql_stmt *st)
{
    return (struct body_move){.is_trace = sql_i64(st, 0) != 0,
                              .row = sql_i64(st, 1),
                              .pack = sql_i64(st, 2),
                              .slot = sql_i64(st, 3)};
}

static bool moves_grow(struct arena *a, struct repack_plan *plan, size_t *cap)
{
    if (plan->n < *cap)
        return true;
    size_t next = *cap ? *cap * 2 : 16;
    struct body_move *m = ARENA_ARRAY(a, struct body_move, next);
    if (!m)
        return false;
    if (plan->n)
        memcpy(m, plan->moves, plan->n * sizeof(*m));
    plan->moves = m;
    *cap = next;
    return true;
}

static enum errc moves_list(struct repack *p, struct repack_plan *plan)
{
    struct sql_stmt *st;
    size_t cap = 0;
    bool row = true;

    TRY(sql_prepare(p->r->db, p->ctx, str_c(bodies_sql), &st));
    sql_bind_i64(st, 1, plan->trace);
    while (row) {
        TRY(sql_step(st, p->ctx, &row));
        if (row && !moves_grow(p->ctx->arena, plan, &cap)) {
            sql_reset(st);
            return fail(p->ctx, ERR_NOMEM, "A trace has too many bodies to repack");
        }
        if (row)
            plan->moves[plan->n++] = move_read(st);
    }
    return ERR_OK;
}

static enum errc pack_fetch(struct repack *p, int64_t id, struct pack *out)
{
    struct sql_stmt *st;
    bool found;

    TRY(sql_prepare(p->r->db, p->ctx, STR("SELECT data FROM pack WHERE id = ?"), &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, p->ctx, &found));
    if (!found)
        return ERR_CORRUPT;
    enum errc rc = pack_open(p->ctx, p->zstd, sql_blob(st, 0), out);
    sql_reset(st);
    return rc;
}

static enum errc pack_get(struct repack *p, struct packs_open *open, int64_t id, struct pack *out)
{
    for (size_t i = 0; i < open->n; i++) {
        if (open->id[i] == id) {
            *out = open->pack[i];
            return ERR_OK;
        }
    }
    TRY(pack_fetch(p, id, out));
    if (open->n < PACKS_REMEMBERED) {
        open->id[open->n] = id;
        open->pack[open->n++] = *out;
    }
    return ERR_OK;
}

static enum errc bodies_collect(struct repack *p, const struct repack_plan *plan,
                                struct pack_builder *b)
{
    struct packs_open open = {0};

    for (size_t i = 0; i < plan->n; i++) {
        struct pack pack;
        TRY(pack_get(p, &open, plan->moves[i].pack, &pack));
        str record = pack_record(&pack, (uint32_t)plan->moves[i].slot);
        if (!str_some(record))
            return ERR_CORRUPT;
        pack_add_raw(b, record);
    }
    return ERR_OK;
}

static bool stays_as_it_is(enum errc rc)
{
    return rc == ERR_TOO_LARGE || rc == ERR_LIMIT || rc == ERR_NOMEM || rc == ERR_CORRUPT;
}

// Fills plan->pack, or leaves it none when the trace's bodies stay where they are.
static enum errc plan_compress(struct repack *p, struct repack_plan *plan)
{
    AUTO(pack_fini) struct pack_builder b = {0};
    AUTO(buf_fini) struct buf out = {0};
    struct arena_mark mark = arena_mark(p->ctx->arena);

    pack_init(&b, LIMIT_PACK_BYTES);
    buf_init(&out, LIMIT_PACK_BYTES + (1u << 20));
    enum errc rc = bodies_collect(p, plan, &b);
    p->bytes += b.records.len;
    if (rc == ERR_OK)
        rc = pack_finish(&b, p->zstd, REPACK_LEVEL, &out);
    if (stays_as_it_is(rc))
        ctx_clear_error(p->ctx);
    else if (rc != ERR_OK)
        return rc;
    arena_rewind(p->ctx->arena, mark); // the opened packs
    if (rc == ERR_OK)
        plan->pack = arena_str(p->ctx->arena, buf_str(&out));
    return ERR_OK;
}

static enum errc plans_make(struct repack *p)
{
    size_t all, i = 0;

    TRY(quiet_traces(p));
    for (all = p->n; i < all && p->bytes < REPACK_BYTES; i++) {
        TRY(moves_list(p, &p->plans[i]));
        if (p->plans[i].n)
            TRY(plan_compress(p, &p->plans[i]));
    }
    p->n = i;
    return ERR_OK;
}

// ---- exchanging the pointers, in the writer

static bool same_move(const struct body_move *a, const struct body_move *b)
{
    return a->is_trace == b->is_trace && a->row == b->row && a->pack == b->pack &&
           a->slot == b->slot;
}

static enum errc row_stands(struct work *w, struct day_writer *d, const struct repack_plan *plan,
                            bool *stands)
{
    struct sql_stmt *st;
    bool row;

    TRY(sql_prepare(d->db, w->ctx, STR("SELECT updated FROM trace WHERE id = ?"), &st));
    sql_bind_i64(st, 1, plan->trace);
    TRY(sql_step(st, w->ctx, &row));
    if (!row)
        return ERR_NOT_FOUND;
    *stands = sql_i64(st, 0) == plan->updated;
    sql_reset(st);
    return ERR_OK;
}

static enum errc plan_stands(struct work *w, struct day_writer *d, const struct repack_plan *plan,
                             bool *stands)
{
    struct sql_stmt *st;
    size_t n = 0;
    bool row = true;

    TRY(row_stands(w, d, plan, stands));
    TRY(sql_prepare(d->db, w->ctx, str_c(bodies_sql), &st));
    sql_bind_i64(st, 1, plan->trace);
    while (row) {
        TRY(sql_step(st, w->ctx, &row));
        if (!row)
            break;
        struct body_move now = move_read(st);
        *stands &= n < plan->n && same_move(&now, &plan->moves[n]);
        n++;
    }
    *stands &= n == plan->n;
    return ERR_OK;
}

static enum errc point_at(struct work *w, struct day_writer *d, const struct body_move *m,
                          int64_t pack, int64_t slot)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, w->ctx,
                    m->is_trace ? STR("UPDATE trace SET pack = ?, slot = ? WHERE id = ?")
                                : STR("UPDATE observation SET pack = ?, slot = ? WHERE id = ?"),
                    &st));
    sql_bind_i64(st, 1, pack);
    sql_bind_i64(st, 2, slot);
    sql_bind_i64(st, 3, m->row);
    return sql_run(st, w->ctx);
}

static enum errc run_on(struct work *w, struct day_writer *d, str text, int64_t id)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, w->ctx, text, &st));
    sql_bind_i64(st, 1, id);
    return sql_run(st, w->ctx);
}

static enum errc plan_apply(struct work *w, struct day_writer *d, const struct repack_plan *plan)
{
    int64_t pack, last = -1;
    bool stands;

    TRY(plan_stands(w, d, plan, &stands));
    if (!stands) // told of all the same: the row counts before the chunk
        return run_on(w, d, STR("UPDATE trace SET flags = flags | 512 WHERE id = ?"), plan->trace);
    w->done++;
    for (size_t i = 0; i < plan->n && str_some(plan->pack); i++) {
        if (plan->moves[i].pack != last)
            TRY(run_on(w, d, STR("DELETE FROM pack WHERE id = ?"), plan->moves[i].pack));
        last = plan->moves[i].pack;
    }
    TRY(pack_insert(d, w->ctx, plan->pack, &pack));
    for (size_t i = 0; i < plan->n && pack >= 0; i++)
        TRY(point_at(w, d, &plan->moves[i], pack, (int64_t)i));
    return run_on(w, d, STR("UPDATE trace SET flags = flags | 576 WHERE id = ?"), plan->trace);
}

enum errc repack_apply(struct sqlite_store *s, struct work *w)
{
    struct day_writer *d;

    w->done = 0;
    TRY(day_writer_get(s, w->ctx, w->day, &d));
    for (size_t i = 0; i < w->n_plans; i++) {
        bool stands;
        enum errc rc = row_stands(w, d, &w->plans[i], &stands);
        if (rc == ERR_NOT_FOUND) // deleted meanwhile: the chunk would tell of it
            return ERR_OK;
        TRY(rc);
    }
    for (size_t i = 0; i < w->n_plans; i++)
        TRY(plan_apply(w, d, &w->plans[i]));
    return facts_insert(w, d);
}

// ---- one step

static enum errc day_repack(struct repack *p, int64_t day, int64_t *n_traces)
{
    p->n = p->bytes = 0;
    TRY(reader_acquire(p->s, p->ctx, day, &p->r));
    struct fact_blob *facts = NULL;
    size_t n_facts = 0;
    enum errc rc = plans_make(p);
    if (rc == ERR_OK && p->n)
        rc = facts_of_plans(p->r, p->ctx, p->plans, p->n, &facts, &n_facts);
    reader_release(p->r);
    if (rc != ERR_OK || p->n == 0)
        return rc;
    struct work w = {.kind = WORK_REPACK,
                     .ctx = p->ctx,
                     .day = day,
                     .plans = p->plans,
                     .n_plans = p->n,
                     .facts = facts,
                     .n_facts = n_facts};
    rc = work_submit(p->s, &w);
    *n_traces = rc == ERR_OK ? w.done : 0;
    return rc;
}

enum errc sqlite_store_repack(struct event_store *store, struct ctx *ctx, int64_t *n_traces)
{
    struct sqlite_store *s = (struct sqlite_store *)store;
    struct repack p = {.s = s, .ctx = ctx};
    enum errc rc = ERR_OK;

    *n_traces = 0;
    p.plans = ARENA_ARRAY(ctx->arena, struct repack_plan, REPACK_STEP);
    if (!p.plans)
        return fail(ctx, ERR_NOMEM, "Repacking needs more memory than a job may use");
    p.zstd = zstd_create();
    const struct catalog *c = catalog_pin(s);
    for (size_t i = 0; i < c->n && rc == ERR_OK && *n_traces == 0; i++) {
        if (queue_len(s->queue) > QUEUE_CALM)
            break;
        if (!c->days[i].sealed)
            rc = day_repack(&p, c->days[i].day, n_traces);
        if (rc == ERR_CORRUPT) { // a damaged day does not keep the others waiting
            ctx_clear_error(ctx);
            rc = ERR_OK;
        }
    }
    catalog_unpin(c);
    zstd_destroy(p.zstd);
    return rc;
}
