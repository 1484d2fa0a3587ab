// SPDX-License-Identifier: MIT
// Ordered lists over day files. Days are asked newest range first; a day whose whole range lies behind
// the worst row kept is never opened, and without conditions whole days are skipped by their counters.
#include "base/limits.h"
#include "store/sqlite/read_int.h"

#include <stdlib.h>

enum errc sql_text_prepare(struct reader *r, struct ctx *ctx, const struct sql_text *t,
                           struct sql_stmt **out)
{
    if (!buf_ok(&t->text))
        return fail(ctx, ERR_LIMIT, "The query is too large");
    TRY(sql_prepare(r->db, ctx, buf_str(&t->text), out));
    for (size_t i = 0; i < t->n; i++) {
        const struct sql_value *v = &t->values[i];
        if (v->type == SQL_VALUE_STR)
            sql_bind_str(*out, (int)i + 1, v->s);
        else if (v->type == SQL_VALUE_I64)
            sql_bind_i64(*out, (int)i + 1, v->i);
        else
            sql_bind_double(*out, (int)i + 1, v->d);
    }
    return ERR_OK;
}

void sql_text_in(struct sql_text *t, const char *column, const struct str_set *values)
{
    if (values->n == 0)
        return;
    sql_text_add(t, " AND ");
    sql_text_add(t, column);
    sql_text_add(t, " IN (");
    for (size_t i = 0; i < values->n; i++) {
        if (i)
            sql_text_add(t, ", ");
        sql_text_str(t, values->items[i]);
    }
    sql_text_add(t, ")");
}

void sql_text_eq(struct sql_text *t, const char *column, str value)
{
    if (!value.n)
        return;
    sql_text_add(t, " AND ");
    sql_text_add(t, column);
    sql_text_add(t, " = ");
    sql_text_str(t, value);
}

void sql_text_range(struct sql_text *t, const char *column, millis from, millis to)
{
    if (from != MILLIS_NONE) {
        sql_text_add(t, " AND ");
        sql_text_add(t, column);
        sql_text_add(t, " >= ");
        sql_text_i64(t, from);
    }
    if (to != MILLIS_NONE) {
        sql_text_add(t, " AND ");
        sql_text_add(t, column);
        sql_text_add(t, " < ");
        sql_text_i64(t, to);
    }
}

enum errc hit_add(struct merge *m, struct hit h)
{
    if (m->n == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 128;
        struct hit *p = ARENA_ARRAY(m->ctx->arena, struct hit, cap);
        if (!p)
            return fail(m->ctx, ERR_LIMIT, "The page lies too deep: use a time range or a cursor");
        if (m->n)
            memcpy(p, m->hits, m->n * sizeof(*p));
        m->hits = p;
        m->cap = cap;
    }
    h.day = m->day->day;
    h.c = arena_str(m->ctx->arena, h.c);
    m->hits[m->n++] = h;
    return ERR_OK;
}

enum errc hits_add(struct merge *m, struct reader *r, const struct sql_text *t, hit_of_row *hit_of)
{
    struct sql_stmt *st = NULL;
    bool row = true;

    TRY(sql_text_prepare(r, m->ctx, t, &st));
    while (row) {
        TRY(sql_step(st, m->ctx, &row));
        if (row)
            TRY(hit_add(m, hit_of(st)));
    }
    return ERR_OK;
}

static enum errc rows_count(struct merge *m, struct reader *r, int64_t *n)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct sql_stmt *st = NULL;
    bool row;

    sql_text_init(&t, m->ctx->arena);
    sql_text_add(&t, "SELECT count(*)");
    TRY(m->conditions(m, &t));
    TRY(sql_text_prepare(r, m->ctx, &t, &st));
    TRY(sql_step(st, m->ctx, &row));
    *n = row ? sql_i64(st, 0) : 0;
    sql_reset(st);
    return ERR_OK;
}

static int cmp_i64(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

// Ascending comparison by the list's keys.
static int hit_cmp(const struct merge *m, const struct hit *x, const struct hit *y)
{
    int c = m->by_text ? str_cmp(x->c, y->c) : cmp_i64(x->a, y->a);

    if (!c)
        c = m->by_text ? cmp_i64(x->a, y->a) : cmp_i64(x->b, y->b);
    if (!c)
        c = m->by_text ? cmp_i64(x->b, y->b) : str_cmp(x->c, y->c);
    if (!c)
        c = cmp_i64(x->day, y->day);
    return c ? c : cmp_i64(x->row, y->row);
}

static int sort_cmp(const void *x, const void *y, void *user)
{
    const struct merge *m = user;
    int c = hit_cmp(m, x, y);

    return m->ascending ? c : -c;
}

static void keep_best(struct merge *m)
{
    if (m->n > 1)
        qsort_r(m->hits, m->n, sizeof(m->hits[0]), sort_cmp, m);
    if ((int64_t)m->n > m->need)
        m->n = (size_t)m->need;
}

struct ranged { // a day with rows of the project inside the wanted range
    const struct day_entry *day;
    const struct day_project *p;
    int64_t min, max;
};

static int ranged_desc(const void *x, const void *y)
{
    return -cmp_i64(((const struct ranged *)x)->max, ((const struct ranged *)y)->max);
}

static int ranged_asc(const void *x, const void *y)
{
    return cmp_i64(((const struct ranged *)x)->min, ((const struct ranged *)y)->min);
}

static size_t days_choose(struct merge *m, const struct catalog *c, struct ranged *out)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        const struct day_project *p = day_project_find(&c->days[i], m->project);
        struct ranged r = {&c->days[i], p, INT64_MIN, INT64_MAX};
        if (!p || (m->only_day != INT64_MIN && c->days[i].day != m->only_day))
            continue;
        if (m->range)
            m->range(p, &r.min, &r.max);
        if (r.min > r.max || r.max < m->from || r.min >= m->to)
            continue;
        out[n++] = r;
    }
    qsort(out, n, sizeof(out[0]), m->ascending ? ranged_asc : ranged_desc);
    return n;
}

// Nothing in this day or behind it can beat what is kept.
static bool beaten(const struct merge *m, const struct ranged *r)
{
    if (!m->range || m->by_text || (int64_t)m->n < m->need)
        return false;
    const struct hit *worst = &m->hits[m->n - 1];
    return m->ascending ? r->min > worst->a : r->max < worst->a;
}

static bool whole(const struct merge *m, const struct ranged *r)
{
    return m->count && r->min >= m->from && r->max < m->to;
}

// Skips days that lie wholly before the page: their rows are all earlier in the order than the next's.
static size_t days_skip(struct merge *m, const struct ranged *days, size_t n)
{
    size_t i = 0;

    for (; i + 1 < n && m->range && m->n == 0; i++) {
        bool apart = m->ascending ? days[i].max < days[i + 1].min : days[i].min > days[i + 1].max;
        if (!apart || !whole(m, &days[i]) || m->count(days[i].p) > m->offset)
            break;
        m->offset -= m->count(days[i].p);
    }
    return i;
}

// A damaged day, or a row of one, is left out of lists; the status names it. Whoever asks for one
// trace is told instead: half a trace would look like a whole one.
static bool damaged(const struct merge *m, enum errc rc)
{
    if ((rc != ERR_CORRUPT && rc != ERR_IO) || m->only_day != INT64_MIN)
        return false;
    ctx_clear_error(m->ctx);
    return true;
}

static enum errc day_run(struct merge *m, const struct ranged *r, bool fetch, bool total)
{
    struct reader *reader;
    int64_t n = 0;

    enum errc rc = reader_acquire(m->s, m->ctx, r->day->day, &reader);
    if (rc == ERR_OK) {
        m->day = r->day;
        if (fetch)
            rc = m->fetch(m, reader, m->need);
        if (rc == ERR_OK && total)
            rc = rows_count(m, reader, &n);
        reader_release(reader);
    }
    m->n_total += n;
    return damaged(m, rc) ? ERR_OK : rc;
}

static enum errc run(struct merge *m, const struct ranged *days, size_t n)
{
    size_t first = days_skip(m, days, n);

    m->need = m->limit > INT64_MAX - m->offset ? INT64_MAX : m->offset + m->limit;
    for (size_t i = 0; i < n; i++) {
        bool fetch = i >= first && m->need > 0 && !beaten(m, &days[i]);
        bool total = m->want_total && !whole(m, &days[i]);
        if (m->want_total && !total)
            m->n_total += m->count(days[i].p);
        if (!fetch && !total)
            continue;
        TRY(day_run(m, &days[i], fetch, total));
        if (fetch)
            keep_best(m);
    }
    return ERR_OK;
}

enum errc merge_run(struct merge *m)
{
    const struct catalog *c = catalog_pin(m->s);
    struct ranged *days = ARENA_ARRAY(m->ctx->arena, struct ranged, c->n + 1);
    enum errc rc = days ? run(m, days, days_choose(m, c, days))
                        : fail(m->ctx, ERR_NOMEM, "Out of memory for this request");

    catalog_unpin(c);
    m->day = NULL;
    size_t skip = m->offset > (int64_t)m->n ? m->n : (size_t)m->offset;
    m->hits = m->hits ? m->hits + skip : NULL;
    m->n -= skip;
    return rc;
}

enum errc merge_deliver(struct merge *m,
                        enum errc (*fn)(struct merge *m, struct reader *r, const struct hit *h))
{
    struct reader *r = NULL;
    enum errc rc = ERR_OK;

    for (size_t i = 0; i < m->n && rc == ERR_OK; i++) {
        if (r && r->day != m->hits[i].day) {
            reader_release(r);
            r = NULL;
        }
        if (!r)
            rc = reader_acquire(m->s, m->ctx, m->hits[i].day, &r);
        if (rc == ERR_OK)
            rc = fn(m, r, &m->hits[i]);
        if (damaged(m, rc))
            rc = ERR_OK;
    }
    reader_release(r);
    return rc;
}
