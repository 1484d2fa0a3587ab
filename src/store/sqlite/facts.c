// SPDX-License-Identifier: MIT
// Writing facts (fact.h). Chunks are made beside the repacking of quiet traces, on the background's
// thread; the writer only stores them. Small chunks of a day are joined as they become many, so that
// a day keeps a few: newer words on a trace replace older ones then.
#include "base/limits.h"
#include "store/sqlite/fact.h"
#include "store/sqlite/store_priv.h"

#define FACT_LEVEL  3
#define JOIN_CHUNKS 16u    // so many chunks of one project in a day are joined
#define JOIN_FACTS  65536u // facts in one chunk, at most
#define CALM        16u    // waiting requests, at most, or joining waits

static enum errc blob_make(struct ctx *ctx, struct zstd *z, struct fact_builder *b,
                           struct fact_blob *out)
{
    AUTO(buf_fini) struct buf raw = {0}, packed = {0};

    buf_init(&raw, LIMIT_PACK_BYTES);
    buf_init(&packed, LIMIT_PACK_BYTES);
    if (!fact_finish(b, &raw) || zstd_compress(z, buf_str(&raw), FACT_LEVEL, &packed) != ERR_OK)
        return fail(ctx, ERR_NOMEM, "Facts of %u traces need too much memory", (unsigned)b->n);
    out->n = b->n;
    out->first = b->first;
    out->last = b->last;
    out->again = b->again;
    out->data = arena_str(ctx->arena, buf_str(&packed));
    return str_some(out->data) ? ERR_OK : fail(ctx, ERR_NOMEM, "Facts need too much memory");
}

// ---- of traces that went quiet

static enum errc plan_add(struct reader *r, struct ctx *ctx, const struct repack_plan *plan,
                          struct fact_builder *b)
{
    struct sql_stmt *st;
    bool row;

    TRY(sql_prepare(r->db, ctx,
                    arena_fmt(ctx->arena, "SELECT %s FROM trace t WHERE t.id = ?", fact_columns),
                    &st));
    sql_bind_i64(st, 1, plan->trace);
    TRY(sql_step(st, ctx, &row));
    if (row)
        fact_add_row(b, st);
    sql_reset(st);
    return ERR_OK;
}

static bool seen_before(const struct repack_plan *plans, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (plans[k].project == plans[i].project)
            return true;
    }
    return false;
}

// One project's chunk, of the plans from `plans` on.
static enum errc project_facts(struct reader *r, struct ctx *ctx, const struct repack_plan *plans,
                               size_t n, struct fact_blob *out)
{
    AUTO(fact_builder_fini) struct fact_builder b;

    fact_builder_init(&b, ctx->arena);
    for (size_t k = 0; k < n; k++) {
        if (plans[k].project == plans[0].project)
            TRY(plan_add(r, ctx, &plans[k], &b));
    }
    *out = (struct fact_blob){.project = plans[0].project};
    return blob_make(ctx, r->zstd, &b, out);
}

enum errc facts_of_plans(struct reader *r, struct ctx *ctx, const struct repack_plan *plans,
                         size_t n, struct fact_blob **out, size_t *n_out)
{
    *out = ARENA_ARRAY(ctx->arena, struct fact_blob, n);
    *n_out = 0;
    if (!*out)
        return fail(ctx, ERR_NOMEM, "Facts need too much memory");
    for (size_t i = 0; i < n; i++) {
        if (!seen_before(plans, i))
            TRY(project_facts(r, ctx, &plans[i], n - i, &(*out)[(*n_out)++]));
    }
    return ERR_OK;
}

// ---- storing, in the writer

static enum errc blob_insert(struct ctx *ctx, struct day_writer *d, const struct fact_blob *f)
{
    struct sql_stmt *st;

    TRY(sql_prepare(d->db, ctx,
                    STR("INSERT INTO fact(id, project, n, first, last, again, data)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?)"),
                    &st));
    if (f->n_replaces)
        sql_bind_i64(st, 1, f->replaces[0]);
    else
        sql_bind_null(st, 1);
    sql_bind_i64(st, 2, f->project);
    sql_bind_i64(st, 3, f->n);
    sql_bind_i64(st, 4, f->first);
    sql_bind_i64(st, 5, f->last);
    sql_bind_i64(st, 6, f->again);
    sql_bind_blob(st, 7, f->data);
    return sql_run(st, ctx);
}

enum errc facts_insert(struct work *w, struct day_writer *d)
{
    for (size_t i = 0; i < w->n_facts; i++)
        TRY(blob_insert(w->ctx, d, &w->facts[i]));
    return ERR_OK;
}

enum errc fact_insert_gone(struct sqlite_store *s, struct work *w, struct day_writer *d,
                           int64_t row)
{
    AUTO(fact_builder_fini) struct fact_builder b;
    struct fact_blob blob = {.project = w->project_hash};
    struct ctx own;

    fact_builder_init(&b, s->scratch);
    fact_add_gone(&b, row);
    ctx_init(&own, s->scratch);
    enum errc rc = blob_make(&own, s->zstd, &b, &blob);
    if (rc != ERR_OK)
        return fail(w->ctx, rc, "%.*s", STR_ARG(own.message));
    return blob_insert(w->ctx, d, &blob);
}

// ---- joining

struct chunk_row {
    int64_t id, project, n;
    millis first, last;
    bool again;
};
struct join { // the newest chunks of one project in a day
    struct reader *r;
    struct ctx *ctx;
    struct chunk_row *rows; // newest first
    size_t n;
    bool whole; // no older chunk is left: words on traces that are gone can go
};

// The first project that has many chunks.
static enum errc crowded(struct reader *r, struct ctx *ctx, int64_t *project, size_t *n)
{
    struct sql_stmt *st;
    bool row;

    TRY(sql_prepare(r->db, ctx,
                    STR("SELECT project, count(*) FROM fact GROUP BY project"
                        " HAVING sum(n < 32768) >= ? LIMIT 1"),
                    &st));
    sql_bind_i64(st, 1, JOIN_CHUNKS);
    TRY(sql_step(st, ctx, &row));
    *n = row ? (size_t)sql_i64(st, 1) : 0;
    *project = row ? sql_i64(st, 0) : 0;
    sql_reset(st);
    return ERR_OK;
}

// From the newest on: all that are not much larger than what is joined so far.
static void run_choose(struct join *j, size_t all)
{
    int64_t sum = 0;
    size_t n = 0;

    while (n < all && (n < 2 || j->rows[n].n <= sum) && sum + j->rows[n].n <= JOIN_FACTS)
        sum += j->rows[n++].n;
    j->n = n;
    j->whole = n == all;
}

static enum errc chunks_list(struct join *j, int64_t project, size_t n)
{
    struct sql_stmt *st;
    size_t k = 0;
    bool row = true;

    j->rows = ARENA_ARRAY(j->ctx->arena, struct chunk_row, n);
    if (!j->rows)
        return fail(j->ctx, ERR_NOMEM, "Facts need too much memory");
    TRY(sql_prepare(j->r->db, j->ctx,
                    STR("SELECT id, project, n, first, last, again FROM fact WHERE project = ?"
                        " ORDER BY id DESC LIMIT ?"),
                    &st));
    sql_bind_i64(st, 1, project);
    sql_bind_i64(st, 2, (int64_t)n);
    while (row) {
        TRY(sql_step(st, j->ctx, &row));
        if (row)
            j->rows[k++] = (struct chunk_row){sql_i64(st, 0), sql_i64(st, 1), sql_i64(st, 2),
                                              sql_i64(st, 3), sql_i64(st, 4), sql_i64(st, 5) != 0};
    }
    run_choose(j, k);
    return ERR_OK;
}

static enum errc chunk_load(struct join *j, int64_t id, struct fact_chunk *out)
{
    struct sql_stmt *st;
    bool row;
    str raw;

    TRY(sql_prepare(j->r->db, j->ctx, STR("SELECT data FROM fact WHERE id = ?"), &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, j->ctx, &row));
    if (!row)
        return ERR_CORRUPT;
    enum errc rc = zstd_decompress(j->r->zstd, j->ctx, sql_blob(st, 0), LIMIT_PACK_BYTES, &raw);
    sql_reset(st);
    TRY(rc);
    return fact_open(j->ctx, raw, out);
}

static uint32_t largest_row(const struct fact_chunk *chunks, size_t n)
{
    uint32_t max = 0;

    for (size_t k = 0; k < n; k++) {
        for (uint32_t i = 0; i < chunks[k].n; i++)
            max = chunks[k].row[i] > max ? chunks[k].row[i] : max;
    }
    return max;
}

static enum errc chunks_join(struct join *j, struct fact_builder *b)
{
    struct fact_chunk *chunks = ARENA_ARRAY(j->ctx->arena, struct fact_chunk, j->n);

    if (!chunks)
        return fail(j->ctx, ERR_NOMEM, "Facts need too much memory");
    for (size_t k = 0; k < j->n; k++) {
        TRY(chunk_load(j, j->rows[k].id, &chunks[k]));
        b->again |= j->rows[k].again;
    }
    size_t bytes = (size_t)largest_row(chunks, j->n) / 8 + 1;
    uint8_t *told = ARENA_ARRAY(j->ctx->arena, uint8_t, bytes);
    if (!told)
        return fail(j->ctx, ERR_NOMEM, "Facts need too much memory");
    memset(told, 0, bytes);
    for (size_t k = 0; k < j->n; k++) { // the newest word on a trace is met first
        for (uint32_t i = 0; i < chunks[k].n; i++) {
            uint32_t row = chunks[k].row[i];
            bool was = told[row / 8] >> (row % 8) & 1, gone = !(chunks[k].flags[i] & 8);
            told[row / 8] |= (uint8_t)(1u << (row % 8));
            if (!was && !(gone && j->whole))
                fact_add_copy(b, &chunks[k], i);
        }
    }
    if (j->whole)
        b->again = false;
    return ERR_OK;
}

static enum errc blob_join(struct join *j, struct fact_blob *blob)
{
    AUTO(fact_builder_fini) struct fact_builder b;
    int64_t *ids = ARENA_ARRAY(j->ctx->arena, int64_t, j->n);

    if (!ids)
        return fail(j->ctx, ERR_NOMEM, "Facts need too much memory");
    fact_builder_init(&b, j->ctx->arena);
    for (size_t k = 0; k < j->n; k++)
        ids[k] = j->rows[k].id;
    TRY(chunks_join(j, &b));
    *blob = (struct fact_blob){.project = j->rows[0].project, .replaces = ids, .n_replaces = j->n};
    return blob_make(j->ctx, j->r->zstd, &b, blob);
}

enum errc facts_apply(struct sqlite_store *s, struct work *w)
{
    const struct fact_blob *f = w->facts;
    struct day_writer *d;
    struct sql_stmt *st;

    TRY(day_writer_get(s, w->ctx, w->day, &d));
    for (size_t i = 0; i < f->n_replaces; i++) {
        TRY(sql_prepare(d->db, w->ctx, STR("DELETE FROM fact WHERE id = ?"), &st));
        sql_bind_i64(st, 1, f->replaces[i]);
        TRY(sql_run(st, w->ctx));
    }
    return facts_insert(w, d);
}

static enum errc day_join(struct sqlite_store *s, struct ctx *ctx, int64_t day, int64_t *n)
{
    struct join j = {.ctx = ctx};
    struct fact_blob blob;
    int64_t project;
    size_t many = 0;

    TRY(reader_acquire(s, ctx, day, &j.r));
    enum errc rc = crowded(j.r, ctx, &project, &many);
    if (rc == ERR_OK && many)
        rc = chunks_list(&j, project, many);
    if (rc == ERR_OK && j.n > 1)
        rc = blob_join(&j, &blob);
    reader_release(j.r);
    if (rc != ERR_OK || j.n < 2)
        return rc;
    struct work w = {.kind = WORK_FACTS, .ctx = ctx, .day = day, .facts = &blob, .n_facts = 1};
    TRY(work_submit(s, &w));
    *n = (int64_t)j.n;
    return ERR_OK;
}

enum errc sqlite_store_join_facts(struct event_store *store, struct ctx *ctx, int64_t *n)
{
    struct sqlite_store *s = (struct sqlite_store *)store;
    const struct catalog *c = catalog_pin(s);
    enum errc rc = ERR_OK;

    *n = 0;
    for (size_t i = 0; i < c->n && rc == ERR_OK && *n == 0 && queue_len(s->queue) <= CALM; i++) {
        rc = day_join(s, ctx, c->days[i].day, n);
        if (rc == ERR_CORRUPT || rc == ERR_IO) { // a damaged day does not keep the others waiting
            ctx_clear_error(ctx);
            rc = ERR_OK;
        }
    }
    catalog_unpin(c);
    return rc;
}
