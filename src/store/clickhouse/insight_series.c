// SPDX-License-Identifier: MIT
// The overview's lines over time: costs of the costliest models, users and names, latencies of the most
// frequent names, scores.
#include "store/clickhouse/insight_overview.h"

#include <math.h>

#define COST_KEYS 9 // and "other"

// ---- Costs --------------------------------------------------------------------------------------

static const struct {
    const char *key, *cost, *from; // `from` opens one row per model
} kinds[] = {
    {"m.1", "m.4", ", arrayJoin(t.models) AS m"},
    {"toString(ifNull(t.user_id, ''))", "t.total_cost", ""},
    {"toString(ifNull(t.name, ''))", "t.total_cost", ""},
};

static void cost_begin(struct ch_view *v, int kind, struct sql_text *t)
{
    ch_overview_begin(v, t, kinds[kind].from);
    sql_text_add(t, " SELECT ");
    sql_text_add(t, kinds[kind].key);
    sql_text_add(t, " AS k, ");
}

// The costliest keys have a series each; "other" is all the rest, if there is one.
static enum errc cost_keys(struct ch_view *v, int kind)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct series *series = v->out->cost[kind];
    size_t n = 0;

    cost_begin(v, kind, &t);
    sql_text_add(&t, "toInt64(sum(");
    sql_text_add(&t, kinds[kind].cost);
    sql_text_add(&t, ")) AS c");
    TRY(ch_overview_where(v, false, &t));
    sql_text_add(&t, " GROUP BY k HAVING k != '' AND c > 0 ORDER BY c DESC, k");
    ch_limit(&t, COST_KEYS + 1, 0);
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    for (; n <= COST_KEYS && ch_more(&answer.rows); n++) {
        str key = arena_str(v->ctx->arena, ch_get_str(&answer.rows));
        (void)ch_get_i64(&answer.rows);
        series[n] = (struct series){.key = n < COST_KEYS ? key : STR("other"),
                                    .values = ARENA_ARRAY(v->ctx->arena, picos, v->out->n_buckets)};
        if (!series[n].values)
            return ch_cut_short(v->ctx);
        memset(series[n].values, 0, v->out->n_buckets * sizeof(picos));
    }
    v->out->n_cost[kind] = n;
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

static void cost_take(struct ch_view *v, int kind, str key, uint32_t bucket, picos cost)
{
    struct series *series = v->out->cost[kind];
    size_t n = v->out->n_cost[kind], at = 0;

    while (at < n && at < COST_KEYS && !str_eq(series[at].key, key))
        at++;
    if (at >= n || bucket >= v->out->n_buckets)
        return;
    series[at].sum = picos_add(series[at].sum, cost);
    series[at].values[bucket] = picos_add(series[at].values[bucket], cost);
}

static enum errc cost_values(struct ch_view *v, int kind)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    cost_begin(v, kind, &t);
    ch_bucket_add(&t, v->q, "t.ts");
    sql_text_add(&t, " AS b, toInt64(sum(");
    sql_text_add(&t, kinds[kind].cost);
    sql_text_add(&t, ")) AS c");
    TRY(ch_overview_where(v, false, &t));
    sql_text_add(&t, " GROUP BY k, b HAVING k != '' AND c > 0");
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        str key = ch_get_str(&answer.rows);
        uint32_t b = ch_get_u32(&answer.rows);
        cost_take(v, kind, key, b, ch_get_i64(&answer.rows));
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

enum errc ch_overview_costs(struct ch_view *v)
{
    for (int kind = 0; kind < (int)ARRAY_LEN(kinds); kind++) {
        TRY(cost_keys(v, kind));
        if (v->out->n_cost[kind])
            TRY(cost_values(v, kind));
    }
    return ERR_OK;
}

// ---- Latencies of names -------------------------------------------------------------------------

static double *nothing(struct ch_view *v)
{
    double *values = ARENA_ARRAY(v->ctx->arena, double, v->out->n_buckets);

    for (size_t b = 0; values && b < v->out->n_buckets; b++)
        values[b] = (double)NAN;
    return values;
}

// The most frequent names, with room for their lines.
static enum errc lines_begin(struct ch_view *v, str *keys)
{
    struct overview *out = v->out;

    for (size_t k = 0; k < out->n_names && k < ARRAY_LEN(out->names_p95); k++) {
        keys[k] = out->names_p95[k].name = out->names[k].key;
        out->names_p95[k].p95 = nothing(v);
        if (!out->names_p95[k].p95)
            return ch_cut_short(v->ctx);
        out->n_names_p95 = k + 1;
    }
    return ERR_OK;
}

static void line_take(struct overview *out, str key, uint32_t bucket, double p95)
{
    for (size_t k = 0; k < out->n_names_p95 && bucket < out->n_buckets; k++) {
        if (str_eq(key, out->names_p95[k].name))
            out->names_p95[k].p95[bucket] = p95;
    }
}

enum errc ch_overview_names_over_time(struct ch_view *v)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct overview *out = v->out;
    str keys[ARRAY_LEN(out->names_p95)];

    TRY(lines_begin(v, keys));
    if (!out->n_names_p95)
        return ERR_OK;
    ch_overview_begin(v, &t,
                      " SELECT k, b, if(empty(l), nan, toFloat64(l[toUInt32(ceil(0.95 *"
                      " length(l)))])) FROM (SELECT toString(assumeNotNull(t.name)) AS k, ");
    ch_bucket_add(&t, v->q, "t.ts");
    sql_text_add(&t, " AS b, arraySort(groupArray(" CH_LATENCY ")) AS l");
    TRY(ch_overview_where(v, false, &t));
    ch_text_in(&t, "t.name", &(struct str_set){keys, out->n_names_p95});
    sql_text_add(&t, " GROUP BY k, b)");
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        str key = ch_get_str(&answer.rows);
        uint32_t b = ch_get_u32(&answer.rows);
        line_take(out, key, b, ch_get_double(&answer.rows));
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

// ---- Scores -------------------------------------------------------------------------------------

// Numeric scores of the window, and with `both` of the one before; with conditions, of the traces
// that satisfy them.
static enum errc scores_where(struct ch_view *v, bool both, struct sql_text *t)
{
    const struct insight_query *q = v->q;

    sql_text_add(t, " FROM scores AS s FINAL WHERE s.project_id = pid AND s.type IN (1, 2)");
    ch_text_range(t, "s.hour", "s.ts", both ? q->from - (q->to - q->from) : q->from, q->to);
    if (!q->filter.n)
        return ERR_OK;
    struct insight_query any = *q;
    any.from = any.to = MILLIS_NONE;
    sql_text_add(t, " AND s.trace_id IN (SELECT t.trace_id");
    TRY(ch_page_where(v->ctx, &any, NULL, t));
    sql_text_add(t, ")");
    return ERR_OK;
}

static enum errc scores_find(struct ch_view *v)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct overview *out = v->out;

    ch_overview_begin(v, &t, ", s.ts >= ");
    sql_text_i64(&t, v->q->from);
    sql_text_add(&t, " AS now_ SELECT toString(s.name) AS k, toInt64(countIf(now_)) AS n, "
                     "toInt64(countIf(NOT now_)),"
                     " avgIf(s.value, now_), avgIf(s.value, NOT now_), minIf(s.value, now_),"
                     " maxIf(s.value, now_)");
    TRY(scores_where(v, true, &t));
    sql_text_add(&t, " GROUP BY k HAVING n > 0 ORDER BY n DESC, k");
    ch_limit(&t, ARRAY_LEN(out->scores), 0);
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    while (ch_more(&answer.rows) && out->n_scores < ARRAY_LEN(out->scores)) {
        struct score_figures *f = &out->scores[out->n_scores++];
        f->name = arena_str(v->ctx->arena, ch_get_str(&answer.rows));
        f->n = ch_get_i64(&answer.rows);
        f->n_before = ch_get_i64(&answer.rows);
        f->mean = ch_get_double(&answer.rows);
        f->mean_before = ch_get_double(&answer.rows);
        f->min = ch_get_double(&answer.rows);
        f->max = ch_get_double(&answer.rows);
        f->values = nothing(v);
        if (!f->values)
            return ch_cut_short(v->ctx);
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

static enum errc score_over_time(struct ch_view *v, struct score_figures *f)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    ch_overview_begin(v, &t, " SELECT ");
    ch_bucket_add(&t, v->q, "s.ts");
    sql_text_add(&t, " AS b, avg(s.value)");
    TRY(scores_where(v, false, &t));
    ch_text_eq(&t, "s.name", f->name);
    sql_text_add(&t, " GROUP BY b");
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        uint32_t b = ch_get_u32(&answer.rows);
        double mean = ch_get_double(&answer.rows);
        if (b < v->out->n_buckets)
            f->values[b] = mean;
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

static enum errc score_strip(struct ch_view *v, struct score_figures *f)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    double width = f->max > f->min ? f->max - f->min : 1;

    ch_overview_begin(v, &t, " SELECT toUInt32(least(9, greatest(0, floor((s.value - ");
    sql_text_double(&t, f->min);
    sql_text_add(&t, ") / ");
    sql_text_double(&t, width);
    sql_text_add(&t, " * 10)))) AS bar, toInt64(count())");
    TRY(scores_where(v, false, &t));
    ch_text_eq(&t, "s.name", f->name);
    sql_text_add(&t, " GROUP BY bar");
    TRY(ch_select(v->s->ch, v->ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        uint32_t bar = ch_get_u32(&answer.rows);
        int64_t n = ch_get_i64(&answer.rows);
        if (bar < ARRAY_LEN(f->strip))
            f->strip[bar] = n;
    }
    return answer.rows.bad ? ch_cut_short(v->ctx) : ERR_OK;
}

enum errc ch_overview_scores(struct ch_view *v)
{
    TRY(scores_find(v));
    for (size_t i = 0; i < v->out->n_scores; i++) {
        TRY(score_over_time(v, &v->out->scores[i]));
        TRY(score_strip(v, &v->out->scores[i]));
    }
    return ERR_OK;
}
