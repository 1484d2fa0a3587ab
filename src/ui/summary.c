// SPDX-License-Identifier: MIT
// The line above a list (Summary of web/src/api/ui.ts) and the completion of values (Values).
#include "api/reply.h"
#include "ui/question.h"
#include "ui/tables.h"

static void values_write(struct jw *w, const struct facet *f)
{
    jw_key(w, STR("values"));
    jw_array(w);
    for (size_t i = 0; i < f->n; i++) {
        jw_object(w);
        jw_kstr(w, STR("value"), f->values[i].value);
        jw_ki64(w, STR("n"), f->values[i].n);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void facets_write(struct jw *w, const struct summary *s)
{
    jw_key(w, STR("facets"));
    jw_array(w);
    for (size_t i = 0; i < s->n_facets; i++) {
        jw_object(w);
        jw_kstr(w, STR("field"), insight_dimension_name(s->facets[i].dimension));
        values_write(w, &s->facets[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static enum errc summary(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct question question;
    struct summary s;
    struct jw w;

    TRY(question_read(api, rq, &question));
    TRY(api->store->insight->summary(api->store, rq->ctx, &question.query, &s));
    reply_object(rs, &w);
    jw_ki64(&w, STR("total"), s.total.n);
    range_write(&w, &question.query, true);
    amounts_write(&w, STR("n"), s.buckets, s.n_buckets, AMOUNT_N);
    amounts_write(&w, STR("errors"), s.buckets, s.n_buckets, AMOUNT_ERRORS);
    amounts_write(&w, STR("warnings"), s.buckets, s.n_buckets, AMOUNT_WARNINGS);
    number_some(&w, STR("p50"), s.latency.p50);
    number_some(&w, STR("p95"), s.latency.p95);
    number_some(&w, STR("p99"), s.latency.p99);
    money_member(&w, STR("cost"), s.total.cost);
    jw_ki64(&w, STR("tokens"), s.total.tokens);
    facets_write(&w, &s);
    if (s.newest != MILLIS_NONE)
        jw_ki64(&w, STR("newest"), s.newest);
    if (s.partial)
        jw_kbool(&w, STR("partial"), true);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

static enum errc dimension_read(struct ctx *ctx, str name, enum insight_dimension *out)
{
    for (int d = 0; d < BY_COUNT; d++) {
        if (!str_eq(insight_dimension_name((enum insight_dimension)d), name))
            continue;
        *out = (enum insight_dimension)d;
        return ERR_OK;
    }
    return fail(ctx, ERR_INVALID, "The values of \"%.*s\" cannot be completed", STR_ARG(name));
}

static enum errc values(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct question question;
    struct facet f = {0};
    struct jw w;

    TRY(question_read(api, rq, &question));
    TRY(dimension_read(rq->ctx, question.params.field, &f.dimension));
    TRY(api->store->insight->values(api->store, rq->ctx, &question.query, question.params.prefix,
                                    &f));
    reply_object(rs, &w);
    values_write(&w, &f);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

static const struct param summary_params[] = {QUESTION_Q, QUESTION_RANGE, QUESTION_LENS};
static const struct param values_params[] = {
    QUESTION_PARAM(field, "Field of the query language: level, env, name, user, model ..."),
    QUESTION_PARAM(prefix, "Part of the value, in any case"), QUESTION_RANGE, QUESTION_LENS};

const struct route ui_summary_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/{projectId}/traces/summary",
     .handler = summary,
     .auth = AUTH_SESSION,
     .params = summary_params,
     .n_params = ARRAY_LEN(summary_params),
     .doc = "How many over time, latencies, sums and facets"},
    {.method = HTTP_GET,
     .path = "/api/ui/{projectId}/values",
     .handler = values,
     .auth = AUTH_SESSION,
     .params = values_params,
     .n_params = ARRAY_LEN(values_params),
     .doc = "Values of a field with their counts"},
};
const size_t ui_summary_routes_n = ARRAY_LEN(ui_summary_routes);
