// SPDX-License-Identifier: MIT
// The overview's scores and its slowest model calls: both from rows, by index.
#include "store/sqlite/insight_overview.h"

#include <math.h>
#include <stdlib.h>

#define SCORE_VALUES 20000u // per name, for the distribution
#define SCORES_SHOWN ARRAY_LEN(((struct overview *)0)->scores)
#define STRIP_BARS   10u
_Static_assert(STRIP_BARS == ARRAY_LEN(((struct score_figures *)0)->strip), "one number");

struct scored { // one name
    int64_t n, n_before;
    double sum, sum_before, min, max;
    double *sums; // per bucket
    uint32_t *counts;
    float *values;
    size_t n_values;
};
struct scores {
    struct view *v;
    struct groups names;
    struct scored *items;
    size_t cap;
};

static struct scored *scored_of(struct scores *s, str name)
{
    struct arena *a = s->v->ctx->arena;
    size_t known = s->names.n, at = group_of(&s->names, name), n = s->v->buckets.n;

    if (at == GROUP_NONE || at >= s->cap)
        return NULL;
    struct scored *it = &s->items[at];
    if (at < known)
        return it;
    *it = (struct scored){.min = HUGE_VAL, .max = -HUGE_VAL};
    it->sums = ARENA_ARRAY(a, double, n);
    it->counts = ARENA_ARRAY(a, uint32_t, n);
    it->values = ARENA_ARRAY(a, float, SCORE_VALUES);
    if (!it->sums || !it->counts || !it->values) {
        s->cap = at;
        return NULL;
    }
    memset(it->sums, 0, n * sizeof(it->sums[0]));
    memset(it->counts, 0, n * sizeof(it->counts[0]));
    return it;
}

static void scored_add(struct scores *s, str name, millis ts, double value)
{
    struct scored *it = scored_of(s, name);

    if (!it)
        return;
    if (ts < s->v->q->from) {
        it->n_before++;
        it->sum_before += value;
        return;
    }
    size_t b = bucket_at(&s->v->buckets, ts);
    it->n++;
    it->sum += value;
    it->sums[b] += value;
    it->counts[b]++;
    it->min = value < it->min ? value : it->min;
    it->max = value > it->max ? value : it->max;
    if (it->n_values < SCORE_VALUES)
        it->values[it->n_values++] = (float)value;
}

static enum errc day_scores(struct scores *s, struct reader *r)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    const struct insight_query *q = s->v->q;
    struct ctx *ctx = s->v->ctx;
    struct sql_stmt *st;
    bool row = true;

    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, q->filter.n ? "SELECT s.name, s.ts, s.value FROM score s JOIN trace t ON"
                                   " t.id = s.trace WHERE s.type IN (1, 2) AND s.project = "
                                 : "SELECT s.name, s.ts, s.value FROM score s WHERE"
                                   " s.type IN (1, 2) AND s.project = ");
    sql_text_i64(&t, (int64_t)str_hash(q->project));
    sql_text_range(&t, "s.ts", q->from - (q->to - q->from), q->to);
    TRY(filter_sql(ctx, &q->filter, &page_trace_dialect, &t));
    TRY(sql_text_prepare(r, ctx, &t, &st));
    while (row) {
        TRY(sql_step(st, ctx, &row));
        if (row)
            scored_add(s, sql_str(st, 0), sql_i64(st, 1), sql_double(st, 2));
    }
    return ERR_OK;
}

static enum errc days_scores(struct scores *s)
{
    const struct insight_query *q = s->v->q;
    const struct catalog *c = catalog_pin(s->v->s);
    millis from = q->from - (q->to - q->from);
    enum errc rc = ERR_OK;

    for (size_t i = 0; i < c->n && rc == ERR_OK; i++) {
        const struct day_project *p = day_project_find(&c->days[i], (int64_t)str_hash(q->project));
        struct reader *r;
        if (!p || p->min_score > p->max_score || p->max_score < from || p->min_score >= q->to)
            continue;
        rc = reader_acquire(s->v->s, s->v->ctx, c->days[i].day, &r);
        if (rc == ERR_OK) {
            rc = day_scores(s, r);
            reader_release(r);
        }
        if (rc == ERR_CORRUPT || rc == ERR_IO || rc == ERR_TIMEOUT) {
            ctx_clear_error(s->v->ctx);
            s->v->out->partial |= rc == ERR_TIMEOUT;
            rc = ERR_OK;
        }
    }
    catalog_unpin(c);
    return rc;
}

static double mean(double sum, int64_t n)
{
    return n ? sum / (double)n : (double)NAN;
}

static void strip_set(const struct scored *it, int64_t strip[STRIP_BARS])
{
    double width = it->max > it->min ? it->max - it->min : 1;

    for (size_t i = 0; i < it->n_values; i++) {
        double at = ((double)it->values[i] - it->min) / width * (double)STRIP_BARS;
        size_t bar = at > 0 ? (size_t)at : 0;
        strip[bar < STRIP_BARS ? bar : STRIP_BARS - 1]++;
    }
}

static bool figures_set(struct scores *s, size_t at)
{
    const struct scored *it = &s->items[at];
    struct overview *out = s->v->out;
    struct score_figures *f = &out->scores[out->n_scores];

    *f = (struct score_figures){.name = s->names.keys[at],
                                .n = it->n,
                                .n_before = it->n_before,
                                .mean = mean(it->sum, it->n),
                                .mean_before = mean(it->sum_before, it->n_before),
                                .min = it->min,
                                .max = it->max,
                                .values = ARENA_ARRAY(s->v->ctx->arena, double, s->v->buckets.n)};
    if (!f->values)
        return false;
    for (size_t b = 0; b < s->v->buckets.n; b++)
        f->values[b] = mean(it->sums[b], it->counts[b]);
    strip_set(it, f->strip);
    out->n_scores++;
    return true;
}

#define NAMES_READ 64

enum errc overview_scores(struct view *v)
{
    struct scores s = {.v = v, .cap = NAMES_READ};
    size_t top[SCORES_SHOWN];

    s.items = ARENA_ARRAY(v->ctx->arena, struct scored, NAMES_READ);
    if (!s.items || !groups_init(&s.names, v->ctx->arena, BY_NAME))
        return fail(v->ctx, ERR_NOMEM, "Out of memory for this request");
    TRY(days_scores(&s));
    for (size_t i = 0; i < s.names.n && i < s.cap; i++)
        s.names.sums[i].n = s.items[i].n;
    size_t n = groups_top(&s.names, group_n, top, SCORES_SHOWN);
    for (size_t k = 0; k < n; k++) {
        if (!figures_set(&s, top[k]))
            return fail(v->ctx, ERR_NOMEM, "Out of memory for this request");
    }
    return ERR_OK;
}

// ---- slowest model calls: the slowest traces hold them

static const char slow_sql[] =
    "SELECT o.observation_id, t.trace_id, o.name, o.model, o.end - o.start,"
    " coalesce(o.total_cost, 0) FROM observation o JOIN trace t ON t.id = o.trace"
    " WHERE o.trace = ? AND o.model <> '' AND o.end IS NOT NULL ORDER BY 5 DESC LIMIT ?";

static void slow_add(struct overview *out, const struct slow_call *call)
{
    size_t k = out->n_slowest;

    if (k == ARRAY_LEN(out->slowest) && out->slowest[k - 1].latency >= call->latency)
        return;
    if (k < ARRAY_LEN(out->slowest))
        out->n_slowest++;
    else
        k--;
    for (; k > 0 && out->slowest[k - 1].latency < call->latency; k--)
        out->slowest[k] = out->slowest[k - 1];
    out->slowest[k] = *call;
}

static enum errc slow_of(struct view *v, struct reader *r, int64_t trace)
{
    struct arena *a = v->ctx->arena;
    struct sql_stmt *st;
    bool row = true;

    TRY(sql_prepare(r->db, v->ctx, str_c(slow_sql), &st));
    sql_bind_i64(st, 1, trace);
    sql_bind_i64(st, 2, SLOW_TRACES);
    while (row) {
        TRY(sql_step(st, v->ctx, &row));
        if (row)
            slow_add(v->out, &(struct slow_call){.observation_id = arena_str(a, sql_str(st, 0)),
                                                 .trace_id = arena_str(a, sql_str(st, 1)),
                                                 .name = arena_str(a, sql_str(st, 2)),
                                                 .model = arena_str(a, sql_str(st, 3)),
                                                 .latency = sql_i64(st, 4),
                                                 .cost = sql_i64(st, 5)});
    }
    return ERR_OK;
}

enum errc overview_slowest(struct view *v)
{
    for (size_t i = 0; i < v->n_slow; i++) {
        struct reader *r;
        TRY(reader_acquire(v->s, v->ctx, v->slow[i].day, &r));
        enum errc rc = slow_of(v, r, v->slow[i].row);
        reader_release(r);
        TRY(rc);
    }
    return ERR_OK;
}
