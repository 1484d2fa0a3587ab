// SPDX-License-Identifier: MIT
// GET traces/call: what a list shows as a call of the public API, for scripts. Conditions that the public
// API does not know are named instead of being dropped in silence.
#include "base/codec.h"
#include "base/limits.h"
#include "ui/question.h"
#include "ui/tables.h"

static const struct {
    enum filter_view view;
    const char *path, *from, *to;
} calls[] = {
    [LENS_TRACES] = {VIEW_TRACES, "traces", "fromTimestamp", "toTimestamp"},
    [LENS_OBSERVATIONS] = {VIEW_OBSERVATIONS_V2, "v2/observations", "fromStartTime", "toStartTime"},
};

static void value_write(struct jw *w, const struct filter_cond *c)
{
    switch (c->type) {
    case FILTER_DATETIME: jw_time(w, c->time); break;
    case FILTER_STRING:
    case FILTER_STRING_OBJECT: jw_str(w, c->text); break;
    case FILTER_NUMBER:
    case FILTER_NUMBER_OBJECT:
    case FILTER_POSITION: jw_double(w, c->number); break;
    case FILTER_BOOLEAN:
    case FILTER_BOOLEAN_OBJECT: jw_bool(w, c->boolean); break;
    case FILTER_STRING_OPTIONS:
    case FILTER_CATEGORY_OPTIONS:
    case FILTER_ARRAY_OPTIONS:
        jw_array(w);
        for (size_t i = 0; i < c->n_values; i++)
            jw_str(w, c->values[i]);
        jw_array_end(w);
        break;
    case FILTER_NULL:
    case FILTER_TYPE_COUNT: jw_str(w, STR("")); break;
    }
}

static void cond_write(struct jw *w, const struct filter_cond *c, str column)
{
    jw_object(w);
    jw_kstr(w, STR("type"), filter_type_name(c->type));
    jw_kstr(w, STR("column"), column);
    if (str_some(c->key))
        jw_kstr(w, STR("key"), c->key);
    jw_kstr(w, STR("operator"), filter_op_name(c->op));
    jw_key(w, STR("value"));
    value_write(w, c);
    jw_object_end(w);
}

// Writes the conditions that the public view has; names the others in `left`.
static void filter_write(struct jw *w, const struct insight_query *q, struct jw *left)
{
    jw_array(w);
    for (size_t i = 0; i < q->filter.n; i++) {
        const struct filter_cond *c = &q->filter.conds[i];
        str column;
        if (filter_column_by_key(calls[q->lens].view, c->column->key, &column))
            cond_write(w, c, column);
        else
            jw_str(left, str_c(c->column->key));
    }
    jw_array_end(w);
}

static str call_path(struct arena *a, const struct insight_query *q, str filter)
{
    str from = percent_encode(a, time_iso(a, q->from)), to = percent_encode(a, time_iso(a, q->to));
    str more = str_eq(filter, STR("[]"))
                   ? STR("")
                   : arena_fmt(a, "&filter=%.*s", STR_ARG(percent_encode(a, filter)));

    return arena_fmt(a, "api/public/%s?limit=50&%s=%.*s&%s=%.*s%.*s", calls[q->lens].path,
                     calls[q->lens].from, STR_ARG(from), calls[q->lens].to, STR_ARG(to),
                     STR_ARG(more));
}

static enum errc call_get(void *app, struct http_req *rq, struct http_res *rs)
{
    AUTO(buf_fini) struct buf filter = {0}, names = {0};
    struct question question;
    struct jw w, conditions, left;

    TRY(question_read(app, rq, &question));
    buf_init(&filter, LIMIT_TARGET_BYTES);
    buf_init(&names, LIMIT_TARGET_BYTES);
    jw_init(&conditions, &filter);
    jw_init(&left, &names);
    filter_write(&conditions, &question.query, &left);
    if (!buf_ok(&filter) || !buf_ok(&names))
        return fail(rq->ctx, ERR_LIMIT, "These conditions are too long for one address");
    reply_object(rs, &w);
    jw_kstr(&w, STR("path"), call_path(rq->ctx->arena, &question.query, buf_str(&filter)));
    if (names.len)
        jw_kraw(&w, STR("left"), arena_fmt(rq->ctx->arena, "[%.*s]", STR_ARG(buf_str(&names))));
    query_problems_write(&w, &question.read);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

static const struct param params[] = {QUESTION_Q, QUESTION_RANGE, QUESTION_LENS};

const struct route ui_call_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/{projectId}/traces/call",
     .handler = call_get,
     .auth = AUTH_SESSION,
     .params = params,
     .n_params = ARRAY_LEN(params),
     .doc = "The list as a call of the public API"},
};
const size_t ui_call_routes_n = ARRAY_LEN(ui_call_routes);
