// SPDX-License-Identifier: MIT
// The line above a list, and the completion of values. A facet counts under all conditions but those
// on its own column, so that its other values can be chosen, too: one statement each.
#include "store/clickhouse/insight_int.h"

#include <math.h>

#define FIGURES_MS 4000

// How a dimension's values are spelled; several for models and tags.
static const struct {
    const char *sql;
    bool list;
} dimensions[BY_COUNT] = {
    [BY_LEVEL] = {.sql = "transform(" CH_LEVEL
                         ", [1, 2, 3, 4], ['DEBUG', 'DEFAULT', 'WARNING', 'ERROR'],"
                         " '')"},
    [BY_ENVIRONMENT] = {.sql = "toString(coalesce(t.environment, 'default'))"},
    [BY_NAME] = {.sql = "toString(ifNull(t.name, ''))"},
    [BY_USER] = {.sql = "toString(ifNull(t.user_id, ''))"},
    [BY_SESSION] = {.sql = "ifNull(t.session_id, '')"},
    [BY_MODEL] = {.sql = "arrayDistinct(t.models.model)", .list = true},
    [BY_TAG] = {.sql = "arrayDistinct(t.tags)", .list = true},
    [BY_VERSION] = {.sql = "toString(ifNull(t.version, ''))"},
    [BY_RELEASE] = {.sql = "toString(ifNull(t.release, ''))"},
    [BY_KIND] =
        {.sql = "transform(if(t.kind = 0, 1, t.kind), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], ['SPAN',"
                " 'GENERATION', 'EVENT', 'AGENT', 'TOOL', 'CHAIN', 'RETRIEVER', 'EVALUATOR',"
                " 'EMBEDDING', 'GUARDRAIL'], 'SPAN')"},
};

// ---- Values -------------------------------------------------------------------------------------

struct facet_query {
    const struct insight_query *q;
    const char *but; // conditions on this column are left out; NULL: none
    str part;        // of the values; none = all
};

static enum errc facet_read(struct ch_store *s, struct ctx *ctx, const struct facet_query *f,
                            struct facet *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    bool list = dimensions[out->dimension].list;

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, f->q->project);
    sql_text_add(&t, " SELECT v, toInt64(count()) AS n FROM (SELECT ");
    sql_text_add(&t, list ? "arrayJoin(" : "");
    sql_text_add(&t, dimensions[out->dimension].sql);
    sql_text_add(&t, list ? ") AS v" : " AS v");
    TRY(ch_page_where(ctx, f->q, f->but, &t));
    sql_text_add(&t, ") WHERE v != ''");
    if (f->part.n) {
        sql_text_add(&t, " AND positionCaseInsensitiveUTF8(v, ");
        sql_text_str(&t, f->part);
        sql_text_add(&t, ") > 0");
    }
    sql_text_add(&t, " GROUP BY v ORDER BY n DESC, v");
    ch_limit(&t, INSIGHT_TOP, 0);
    TRY(ch_select(s->ch, ctx, &t, &answer));
    for (out->n = 0; out->n < INSIGHT_TOP && ch_more(&answer.rows); out->n++) {
        struct value_count *v = &out->values[out->n];
        v->value = arena_str(ctx->arena, ch_get_str(&answer.rows));
        v->n = ch_get_i64(&answer.rows);
    }
    return answer.rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

enum errc ch_values(struct event_store *store, struct ctx *ctx, const struct insight_query *q,
                    str part, struct facet *out)
{
    struct ch_store *s = ch_self(store);
    const struct facet_query f = {q, NULL, part};
    bool partial;

    out->n = 0;
    TRY(ch_ready(s, ctx));
    int64_t deadline = ch_deadline(ctx, FIGURES_MS);
    enum errc rc = facet_read(s, ctx, &f, out);
    ctx->deadline_ms = deadline;
    return ch_in_time(ctx, rc, &partial);
}

// ---- The summary --------------------------------------------------------------------------------

// Nearest rank, as everywhere.
#define RANK(share) "toFloat64(if(empty(l), nan, l[toUInt32(ceil(" share " * length(l)))]))"

static struct amounts amounts_read(struct ch_reader *r)
{
    struct amounts a = {.n = ch_get_i64(r)};

    a.errors = ch_get_i64(r);
    a.warnings = ch_get_i64(r);
    a.tokens = ch_get_i64(r);
    a.cost = ch_get_i64(r);
    return a;
}

#define AMOUNTS                                                                                  \
    "toInt64(count()) AS n, toInt64(countIf(t.n_error > 0)) AS e, toInt64(countIf(t.n_error = 0" \
    " AND t.n_warning > 0)) AS w, toInt64(sum(t.total_tokens)) AS tokens,"                       \
    " toInt64(sum(t.total_cost)) AS cost"

static enum errc totals_read(struct ch_store *s, struct ctx *ctx, const struct insight_query *q,
                             struct summary *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    sql_text_add(&t, " SELECT n, e, w, tokens, cost, " RANK("0.5") ", " RANK("0.95") ", " RANK(
                         "0.99") " FROM (SELECT " AMOUNTS ", arraySort(groupArray(" CH_LATENCY
                                 ")) AS l");
    TRY(ch_page_where(ctx, q, NULL, &t));
    sql_text_add(&t, ")");
    TRY(ch_select(s->ch, ctx, &t, &answer));
    out->total = amounts_read(&answer.rows);
    out->latency.p50 = ch_get_double(&answer.rows);
    out->latency.p95 = ch_get_double(&answer.rows);
    out->latency.p99 = ch_get_double(&answer.rows);
    return answer.rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

static enum errc buckets_read(struct ch_store *s, struct ctx *ctx, const struct insight_query *q,
                              struct summary *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    if (!out->n_buckets)
        return ERR_OK;
    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    sql_text_add(&t, " SELECT ");
    ch_bucket_add(&t, q, "t.ts");
    sql_text_add(&t, " AS b, " AMOUNTS);
    TRY(ch_page_where(ctx, q, NULL, &t));
    sql_text_add(&t, " GROUP BY b");
    TRY(ch_select(s->ch, ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        uint32_t b = ch_get_u32(&answer.rows);
        struct amounts a = amounts_read(&answer.rows);
        if (b < out->n_buckets)
            out->buckets[b] = a;
    }
    return answer.rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

static enum errc facets_read(struct ch_store *s, struct ctx *ctx, const struct insight_query *q,
                             struct summary *out)
{
    for (int d = 0; d < BY_COUNT; d++) {
        struct facet *f = &out->facets[out->n_facets];
        const struct facet_query question = {q, insight_dimension_column((enum insight_dimension)d),
                                             STR_NONE};
        if (d == BY_SESSION) // as many as traces: nothing to choose from
            continue;
        *f = (struct facet){.dimension = (enum insight_dimension)d};
        TRY(facet_read(s, ctx, &question, f));
        out->n_facets += f->n > 1;
    }
    return ERR_OK;
}

static enum errc summary_read(struct ch_store *s, struct ctx *ctx, const struct insight_query *q,
                              struct summary *out)
{
    TRY(totals_read(s, ctx, q, out));
    TRY(buckets_read(s, ctx, q, out));
    return facets_read(s, ctx, q, out);
}

enum errc ch_summary(struct event_store *store, struct ctx *ctx, const struct insight_query *q,
                     struct summary *out)
{
    struct ch_store *s = ch_self(store);

    *out = (struct summary){.newest = MILLIS_NONE,
                            .n_buckets = ch_buckets(q),
                            .latency = {(double)NAN, (double)NAN, (double)NAN}};
    TRY(ch_ready(s, ctx));
    out->buckets = ARENA_ARRAY(ctx->arena, struct amounts, out->n_buckets + 1);
    if (!out->buckets)
        return ch_cut_short(ctx);
    memset(out->buckets, 0, (out->n_buckets + 1) * sizeof(out->buckets[0]));
    int64_t deadline = ch_deadline(ctx, FIGURES_MS);
    enum errc rc = summary_read(s, ctx, q, out);
    ctx->deadline_ms = deadline;
    TRY(ch_in_time(ctx, rc, &out->partial));
    return out->total.n ? ERR_OK : ch_newest(s, ctx, q->project, &out->newest);
}
