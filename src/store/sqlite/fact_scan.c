// SPDX-License-Identifier: MIT
// Going through facts (fact_scan.h). Of a day first the rows that are not packed, which no chunk tells
// of as they are now, then the chunks from the newest: a bitmap of row numbers remembers what has been
// told, so that older words on the same trace are passed over. With conditions that facts cannot
// answer the day's rows are read instead, those conditions in SQL.
#include "store/sqlite/fact_scan.h"

#include "base/limits.h"

#include <stdlib.h>

#define BATCH_ROWS 512u

struct told { // which rows have been told of
    uint8_t *bits;
    int64_t max;
};

static bool told_set(struct told *t, int64_t row)
{
    if (row < 0 || row > t->max)
        return true; // no such row any more
    uint8_t bit = (uint8_t)(1u << (row & 7));
    bool was = t->bits[row >> 3] & bit;
    t->bits[row >> 3] |= bit;
    return was;
}

static enum errc chunk_give(struct fact_scan *scan, const struct fact_chunk *c, struct told *told)
{
    if (!fact_filter_chunk(&scan->filter, scan->scratch, c))
        return fail(scan->ctx, ERR_NOMEM, "Out of memory for this request");
    if (scan->open)
        TRY(scan->open(scan, c));
    for (uint32_t i = 0; i < c->n; i++) {
        if (told && told_set(told, c->row[i]))
            continue;
        if (!(c->flags[i] & TRACE_ROW_LISTED) || c->ts[i] < scan->from || c->ts[i] >= scan->to)
            continue;
        TRY(scan->take(scan, c, i, fact_filter_fails(&scan->filter, c, i)));
    }
    return ERR_OK;
}

static enum errc chunk_of_rows(struct fact_scan *scan, struct fact_builder *b, struct told *told)
{
    AUTO(buf_fini) struct buf raw = {0};
    struct fact_chunk c;
    struct ctx own;

    if (b->n == 0)
        return ERR_OK;
    buf_init(&raw, LIMIT_PACK_BYTES);
    ctx_init(&own, scan->scratch);
    if (!fact_finish(b, &raw) || fact_open(&own, buf_str(&raw), &c) != ERR_OK)
        return fail(scan->ctx, ERR_NOMEM, "Out of memory for this request");
    return chunk_give(scan, &c, told);
}

static bool time_is_up(const struct fact_scan *scan)
{
    return scan->ctx->deadline_ms && clock_mono_ms() >= scan->ctx->deadline_ms;
}

// Up to a batch of rows; *row: there are more, *last: the last one's time.
static enum errc batch_fill(struct fact_scan *scan, struct sql_stmt *st, struct fact_builder *b,
                            bool *row, millis *last)
{
    while (b->n < BATCH_ROWS) {
        TRY(sql_step(st, scan->ctx, row));
        if (!*row)
            break;
        *last = sql_i64(st, 1);
        fact_add_row(b, st);
    }
    return ERR_OK;
}

// Rows in order of time: those behind `last` may be of no use any more.
static bool rows_enough(struct fact_scan *scan, millis last)
{
    if (!scan->in_order || last == MILLIS_NONE)
        return false;
    scan->reached = last;
    return scan->enough && scan->enough(scan, scan->ascending ? last : INT64_MIN,
                                        scan->ascending ? INT64_MAX : last);
}

// Rows of a statement over the lens's columns, in batches.
static enum errc rows_give(struct fact_scan *scan, struct sql_stmt *st, struct told *told)
{
    bool row = true;

    while (row) {
        AUTO(fact_builder_fini) struct fact_builder b;
        millis last = MILLIS_NONE;
        fact_builder_init(&b, scan->scratch);
        b.single = scan->lens == LENS_OBSERVATIONS;
        TRY(batch_fill(scan, st, &b, &row, &last));
        TRY(chunk_of_rows(scan, &b, told));
        arena_reset(scan->scratch);
        if (rows_enough(scan, last))
            break;
    }
    sql_reset(st);
    return ERR_OK;
}

// ---- rows that chunks do not tell of

static enum errc fresh_rows(struct fact_scan *scan, struct told *told)
{
    struct sql_stmt *st;

    TRY(sql_prepare(scan->reader->db, scan->ctx,
                    arena_fmt(scan->ctx->arena,
                              "SELECT %s FROM trace t INDEXED BY trace_unpacked"
                              " WHERE t.flags & 64 = 0 AND t.project = ?",
                              fact_columns),
                    &st));
    sql_bind_i64(st, 1, scan->project);
    scan->in_order = false;
    return rows_give(scan, st, told);
}

// ---- chunks

struct chunk_ref {
    int64_t id;
    millis first, last;
    bool again;
};

static enum errc chunk_read(struct fact_scan *scan, int64_t id, struct told *told)
{
    struct sql_stmt *st;
    struct fact_chunk c;
    struct ctx own;
    bool row;
    str raw;

    TRY(sql_prepare(scan->reader->db, scan->ctx, STR("SELECT data FROM fact WHERE id = ?"), &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, scan->ctx, &row));
    if (!row)
        return ERR_OK;
    ctx_init(&own, scan->scratch);
    enum errc rc =
        zstd_decompress(scan->reader->zstd, &own, sql_blob(st, 0), LIMIT_PACK_BYTES, &raw);
    sql_reset(st);
    if (rc == ERR_OK)
        rc = fact_open(&own, raw, &c);
    if (rc != ERR_OK)
        return fail(scan->ctx, rc, "%.*s", STR_ARG(own.message));
    rc = chunk_give(scan, &c, told);
    arena_reset(scan->scratch);
    return rc;
}

static bool chunk_wanted(const struct fact_scan *scan, const struct chunk_ref *c)
{
    return c->again || (c->first < scan->to && c->last >= scan->from);
}

struct chunk_refs {
    struct chunk_ref *items;
    size_t n, cap;
};

static bool refs_add(struct chunk_refs *refs, struct arena *a, const struct chunk_ref *ref)
{
    if (refs->n == refs->cap) {
        size_t cap = refs->cap ? refs->cap * 2 : 64;
        struct chunk_ref *p = ARENA_ARRAY(a, struct chunk_ref, cap);
        if (!p)
            return false;
        if (refs->n)
            memcpy(p, refs->items, refs->n * sizeof(*p));
        refs->items = p;
        refs->cap = cap;
    }
    refs->items[refs->n++] = *ref;
    return true;
}

static enum errc refs_list(struct fact_scan *scan, struct chunk_refs *refs)
{
    struct sql_stmt *st;
    bool row = true;

    TRY(sql_prepare(
        scan->reader->db, scan->ctx,
        STR("SELECT id, first, last, again FROM fact WHERE project = ? ORDER BY id DESC"), &st));
    sql_bind_i64(st, 1, scan->project);
    while (row) {
        TRY(sql_step(st, scan->ctx, &row));
        if (!row)
            break;
        struct chunk_ref ref = {sql_i64(st, 0), sql_i64(st, 1), sql_i64(st, 2),
                                sql_i64(st, 3) != 0};
        if (!refs_add(refs, scan->ctx->arena, &ref))
            return fail(scan->ctx, ERR_NOMEM, "Out of memory for this request");
    }
    return ERR_OK;
}

static enum errc chunks_give(struct fact_scan *scan, struct told *told)
{
    struct chunk_refs refs = {0};

    TRY(refs_list(scan, &refs));
    for (size_t i = 0; i < refs.n; i++) {
        if (time_is_up(scan))
            return fail(scan->ctx, ERR_TIMEOUT, "The time for this read is up");
        if (chunk_wanted(scan, &refs.items[i]))
            TRY(chunk_read(scan, refs.items[i].id, told));
    }
    return ERR_OK;
}

static enum errc told_init(struct fact_scan *scan, struct told *told)
{
    struct sql_stmt *st;
    bool row;

    TRY(sql_prepare(scan->reader->db, scan->ctx, STR("SELECT coalesce(max(id), 0) FROM trace"),
                    &st));
    TRY(sql_step(st, scan->ctx, &row));
    told->max = row ? sql_i64(st, 0) : 0;
    sql_reset(st);
    told->bits = ARENA_ARRAY(scan->ctx->arena, uint8_t, (size_t)(told->max >> 3) + 1);
    if (!told->bits)
        return fail(scan->ctx, ERR_NOMEM, "Out of memory for this request");
    memset(told->bits, 0, (size_t)(told->max >> 3) + 1);
    return ERR_OK;
}

static enum errc day_by_facts(struct fact_scan *scan)
{
    struct told told;

    TRY(told_init(scan, &told));
    TRY(fresh_rows(scan, &told));
    return chunks_give(scan, &told);
}

// What rows are read of, by lens.
static const struct source {
    const char *columns, *from, *time, *down, *up;
    const struct filter_dialect *dialect;
} sources[] = {
    [LENS_TRACES] = {fact_columns, " FROM trace t WHERE t.flags & 8 <> 0 AND t.project = ", "t.ts",
                     " ORDER BY t.ts DESC, t.id DESC", " ORDER BY t.ts, t.id", &page_trace_dialect},
    [LENS_OBSERVATIONS] = {fact_observation_columns,
                           " FROM observation o JOIN trace t ON t.id = o.trace WHERE o.project = ",
                           "o.start", " ORDER BY o.start DESC, o.id DESC",
                           " ORDER BY o.start, o.id", &page_observation_dialect},
};

static enum errc day_by_rows(struct fact_scan *scan)
{
    const struct source *source = &sources[scan->lens];
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct sql_stmt *st;

    sql_text_init(&t, scan->ctx->arena);
    sql_text_add(&t, "SELECT ");
    sql_text_add(&t, source->columns);
    sql_text_add(&t, source->from);
    sql_text_i64(&t, scan->project);
    sql_text_range(&t, source->time, scan->from == INT64_MIN ? MILLIS_NONE : scan->from,
                   scan->to == INT64_MAX ? MILLIS_NONE : scan->to);
    TRY(filter_sql(scan->ctx, &scan->filter.rest, source->dialect, &t));
    sql_text_add(&t, scan->ascending ? source->up : source->down);
    TRY(sql_text_prepare(scan->reader, scan->ctx, &t, &st));
    scan->in_order = true;
    return rows_give(scan, st, NULL);
}

// ---- days

struct day_range {
    int64_t day;
    millis min, max;
};

static int newest_first(const void *x, const void *y)
{
    const struct day_range *a = x, *b = y;

    return (a->max < b->max) - (a->max > b->max);
}

static int oldest_first(const void *x, const void *y)
{
    const struct day_range *a = x, *b = y;

    return (a->min > b->min) - (a->min < b->min);
}

static size_t days_in_range(const struct fact_scan *scan, const struct catalog *c,
                            struct day_range *out)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        const struct day_project *p = day_project_find(&c->days[i], scan->project);
        bool traces = scan->lens == LENS_TRACES;
        if (!p || (scan->only_day && c->days[i].day != scan->only_day))
            continue;
        struct day_range r = {c->days[i].day, traces ? p->min_trace : p->min_observation,
                              traces ? p->max_trace : p->max_observation};
        if (r.min <= r.max && r.max >= scan->from && r.min < scan->to)
            out[n++] = r;
    }
    qsort(out, n, sizeof(out[0]), scan->ascending ? oldest_first : newest_first);
    return n;
}

static enum errc day_run(struct fact_scan *scan, int64_t day)
{
    TRY(reader_acquire(scan->s, scan->ctx, day, &scan->reader));
    bool by_rows = scan->filter.rest.n || scan->lens == LENS_OBSERVATIONS;
    scan->day = day;
    enum errc rc = by_rows ? day_by_rows(scan) : day_by_facts(scan);
    reader_release(scan->reader);
    scan->reader = NULL;
    arena_reset(scan->scratch);
    if (rc == ERR_CORRUPT || rc == ERR_IO) { // a damaged day is left out; the status names it
        ctx_clear_error(scan->ctx);
        rc = ERR_OK;
    }
    return rc;
}

static enum errc days_run(struct fact_scan *scan, const struct day_range *days, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (scan->enough && scan->enough(scan, days[i].min, days[i].max))
            continue;
        scan->reached = scan->ascending ? days[i].min : days[i].max;
        enum errc rc = time_is_up(scan) ? ERR_TIMEOUT : day_run(scan, days[i].day);
        if (rc == ERR_TIMEOUT) {
            ctx_clear_error(scan->ctx);
            scan->partial = true;
            return ERR_OK;
        }
        TRY(rc);
    }
    return ERR_OK;
}

#define SCRATCH_BYTES ((size_t)128 << 20)

enum errc fact_scan_run(struct fact_scan *scan, const struct insight_query *q)
{
    scan->project = (int64_t)str_hash(q->project);
    scan->from = q->from == MILLIS_NONE ? INT64_MIN : q->from;
    scan->to = q->to == MILLIS_NONE ? INT64_MAX : q->to;
    scan->lens = q->lens;
    TRY(fact_filter_make(scan->ctx, &q->filter, &scan->filter));
    const struct catalog *c = catalog_pin(scan->s);
    struct day_range *days = ARENA_ARRAY(scan->ctx->arena, struct day_range, c->n + 1);
    size_t n = days ? days_in_range(scan, c, days) : 0;
    catalog_unpin(c);
    if (!days)
        return fail(scan->ctx, ERR_NOMEM, "Out of memory for this request");
    scan->scratch = arena_create(SCRATCH_BYTES);
    enum errc rc = days_run(scan, days, n);
    arena_destroy(scan->scratch);
    scan->scratch = NULL;
    return rc;
}
