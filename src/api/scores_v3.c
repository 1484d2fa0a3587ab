// SPDX-License-Identifier: MIT
// Scores, v3: strict cursor list (api.md 5.5). `value` is a number, a boolean or a text by data type.
#include "api/cursor.h"
#include "api/score_json.h"
#include "api/tables.h"
#include "api/trace_json.h"
#include "base/limits.h"
#include "ingest/issues.h"

#include <math.h>

enum v3_group { V3_CORE = 1, V3_DETAILS = 2, V3_SUBJECT = 4, V3_ANNOTATION = 8 };
static const char *const group_names[] = {"core", "details", "subject", "annotation", NULL};

struct v3_params {
    int64_t limit;
    str cursor, user_id, trace_tags;
    struct str_list fields, ids, names, environments, config_ids, queue_ids, author_ids, sources,
        types, values;
    struct str_list trace_ids, session_ids, experiment_ids, observation_ids;
    double min, max;
    millis from, to;
};
#define P(member) .offset = offsetof(struct v3_params, member)
#define COMMA(n, m, d)                                                      \
    {                                                                       \
        .name = n, .type = PARAM_LIST, .flags = PARAM_COMMA, P(m), .doc = d \
    }
static const struct param params[] = {
    {.name = "limit",
     .type = PARAM_INT,
     P(limit),
     .min = 1,
     .max = LIMIT_PAGE,
     .def = 50,
     .doc = "Rows per page"},
    {.name = "cursor", .type = PARAM_STR, P(cursor), .doc = "meta.cursor of the page before"},
    COMMA("fields", fields, "core,details,subject,annotation"),
    COMMA("id", ids, "Any of these ids"),
    COMMA("name", names, "Any of these names"),
    COMMA("environment", environments, "Any of these environments"),
    COMMA("configId", config_ids, "Any of these score configs"),
    COMMA("queueId", queue_ids, "Any of these annotation queues"),
    COMMA("authorUserId", author_ids, "Any of these authors"),
    COMMA("source", sources, "API, EVAL, ANNOTATION"),
    COMMA("dataType", types, "NUMERIC, BOOLEAN, CATEGORICAL, TEXT, CORRECTION"),
    COMMA("value", values, "Any of these values; needs one dataType"),
    {.name = "valueMin",
     .type = PARAM_NUMBER,
     P(min),
     .doc = "Value at least; needs dataType NUMERIC"},
    {.name = "valueMax",
     .type = PARAM_NUMBER,
     P(max),
     .doc = "Value at most; needs dataType NUMERIC"},
    COMMA("traceId", trace_ids, "Any of these traces"),
    COMMA("sessionId", session_ids, "Any of these sessions"),
    COMMA("experimentId", experiment_ids, "Any of these dataset runs"),
    COMMA("observationId", observation_ids, "Any of these observations; needs traceId"),
    {.name = "fromTimestamp", .type = PARAM_TIME, P(from), .doc = "At or after"},
    {.name = "toTimestamp", .type = PARAM_TIME, P(to), .doc = "Before"},
    {.name = "userId",
     .type = PARAM_STR,
     P(user_id),
     .doc = "Not offered here: see /api/public/v2/scores"},
    {.name = "traceTags",
     .type = PARAM_STR,
     P(trace_tags),
     .doc = "Not offered here: see /api/public/v2/scores"},
};

struct writer {
    struct jw w;
    struct http_req *rq;
    str project;
    unsigned groups;
    int64_t limit, n;
    struct score_cursor last;
};

static void subject_write(struct jw *w, const struct score *s)
{
    static const char *const kinds[] = {"experiment", "observation", "session", "trace"};
    const str ids[] = {s->dataset_run_id, s->observation_id, s->session_id, s->trace_id};

    jw_key(w, STR("subject"));
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        if (!str_some(ids[i]))
            continue;
        jw_object(w);
        jw_kstr(w, STR("kind"), str_c(kinds[i]));
        jw_kstr(w, STR("id"), ids[i]);
        if (i == 1)
            jw_kstr(w, STR("traceId"), s->trace_id);
        jw_object_end(w);
        return;
    }
    jw_null(w);
}

static void value_write(struct jw *w, const struct score *s)
{
    jw_kstr(w, STR("dataType"), score_type_name(s->data_type));
    if (s->data_type == SCORE_NUMERIC)
        jw_kdouble(w, STR("value"), s->value);
    else if (s->data_type == SCORE_BOOLEAN)
        jw_kbool(w, STR("value"), s->value != 0);
    else
        jw_kstr(w, STR("value"),
                s->data_type == SCORE_CORRECTION ? s->long_string_value : s->string_value);
}

static enum errc write_row(void *user, const struct score_row *row)
{
    struct writer *sw = user;
    const struct score *s = &row->score;
    struct jw *w = &sw->w;

    if (sw->n++ >= sw->limit)
        return ERR_OK;
    sw->last = (struct score_cursor){s->timestamp, arena_str(sw->rq->ctx->arena, s->id)};
    jw_object(w);
    jw_kstr(w, STR("id"), s->id);
    jw_kstr(w, STR("projectId"), sw->project);
    jw_kstr(w, STR("name"), s->name);
    jw_kstr(w, STR("source"), score_source_name(s->source));
    jw_ktime(w, STR("timestamp"), s->timestamp);
    jw_kstr(w, STR("environment"), str_some(s->environment) ? s->environment : STR("default"));
    jw_ktime(w, STR("createdAt"), s->created_at);
    jw_ktime(w, STR("updatedAt"), s->updated_at);
    if (sw->groups & V3_DETAILS) {
        jw_kstr(w, STR("comment"), s->comment);
        jw_kstr(w, STR("configId"), s->config_id);
        jw_key(w, STR("metadata"));
        metadata_write(w, sw->rq->ctx->arena, s->metadata);
    }
    if (sw->groups & V3_ANNOTATION) {
        jw_kstr(w, STR("authorUserId"), s->author_user_id);
        jw_kstr(w, STR("queueId"), s->queue_id);
    }
    if (sw->groups & V3_SUBJECT)
        subject_write(w, s);
    value_write(w, s);
    jw_object_end(w);
    return ERR_OK;
}

static void option_issue(struct ctx *ctx, const char *name, size_t i, const char *const *options)
{
    uint32_t before = ctx->n_issues;
    struct path at = {NULL, str_c(name)};

    issue_option(ctx, &at, options);
    struct issue *is = ctx->issues;
    while (is && is->next)
        is = is->next;
    if (is && ctx->n_issues > before)
        is->path = arena_fmt(ctx->arena, "[\"%s\",%zu]", name, i);
}

// Case-insensitive names -> bits by `parse`; unknown ones are issues at [name, index].
static uint32_t enum_bits(struct ctx *ctx, const char *name, const struct str_list *l,
                          const char *const *options, int32_t (*parse)(str))
{
    uint32_t bits = 0;

    for (size_t i = 0; i < l->n; i++) {
        int32_t v = 0;
        for (size_t k = 0; options[k]; k++) {
            if (str_eq_nocase(l->items[i], str_c(options[k])))
                v = parse(str_c(options[k]));
        }
        if (!v)
            option_issue(ctx, name, i, options);
        bits |= v ? 1u << v : 0;
    }
    return bits;
}

static unsigned groups_read(struct ctx *ctx, const struct str_list *l)
{
    unsigned groups = V3_CORE;

    for (size_t i = 0; i < l->n; i++) {
        unsigned g = groups_parse(l->items[i], group_names);
        if (!g)
            option_issue(ctx, "fields", i, group_names);
        groups |= g;
    }
    return groups;
}

static void values_read(struct ctx *ctx, const struct v3_params *p, struct score_query *q)
{
    double *numbers = ARENA_ARRAY(ctx->arena, double, p->values.n + 1);

    if (q->types == 1u << SCORE_CATEGORICAL) {
        q->string_values = str_set_of(&p->values);
        return;
    }
    for (size_t i = 0; numbers && i < p->values.n; i++) {
        str v = p->values.items[i];
        bool boolean = q->types == 1u << SCORE_BOOLEAN;
        if (boolean && (str_eq(v, STR("true")) || str_eq(v, STR("false"))))
            numbers[i] = str_eq(v, STR("true"));
        else if (boolean || !str_to_double(v, &numbers[i]))
            issue_custom_paths(ctx, STR("[\"value\"]"),
                               boolean ? "value must be true or false for dataType=BOOLEAN"
                                       : "value must be a number for dataType=NUMERIC");
    }
    q->number_values.items = numbers;
    q->number_values.n = p->values.n;
}

static void rules_check(struct ctx *ctx, const struct v3_params *p, struct score_query *q)
{
    bool one_type = q->types == 1u << SCORE_NUMERIC || q->types == 1u << SCORE_BOOLEAN ||
                    q->types == 1u << SCORE_CATEGORICAL;
    int subjects = (p->trace_ids.n > 0) + (p->session_ids.n > 0) + (p->experiment_ids.n > 0);

    if (p->values.n && !one_type)
        issue_custom_paths(
            ctx, STR("[]"),
            "value requires exactly one dataType among NUMERIC, BOOLEAN, CATEGORICAL");
    else if (p->values.n)
        values_read(ctx, p, q);
    if ((!isnan(p->min) || !isnan(p->max)) && q->types != 1u << SCORE_NUMERIC)
        issue_custom_paths(ctx, STR("[]"),
                           "valueMin and valueMax require dataType=NUMERIC as a single value");
    if (subjects > 1)
        issue_custom_paths(ctx, STR("[]"),
                           "traceId, sessionId and experimentId are mutually exclusive");
    if (p->observation_ids.n && !p->trace_ids.n)
        issue_custom_paths(ctx, STR("[]"), "observationId requires traceId");
    if (p->user_id.n || p->trace_tags.n)
        issue_custom_paths(
            ctx, STR("[]"),
            "userId and traceTags are not offered by v3: use GET /api/public/v2/scores");
}

static enum errc query_of(struct http_req *rq, const struct v3_params *p, struct score_query *q,
                          unsigned *groups)
{
    static const char *const sources[] = {"API", "EVAL", "ANNOTATION", NULL};
    static const char *const types[] = {"NUMERIC", "BOOLEAN",    "CATEGORICAL",
                                        "TEXT",    "CORRECTION", NULL};
    struct ctx *ctx = rq->ctx;

    *q = (struct score_query){
        .project = caller(rq)->project_id,
        .limit = p->limit + 1,
        .ids = str_set_of(&p->ids),
        .names = str_set_of(&p->names),
        .environments = str_set_of(&p->environments),
        .config_ids = str_set_of(&p->config_ids),
        .queue_ids = str_set_of(&p->queue_ids),
        .author_ids = str_set_of(&p->author_ids),
        .trace_ids = str_set_of(&p->trace_ids),
        .session_ids = str_set_of(&p->session_ids),
        .run_ids = str_set_of(&p->experiment_ids),
        .observation_ids = str_set_of(&p->observation_ids),
        .value_min = p->min,
        .value_max = p->max,
        .from = p->from,
        .to = p->to,
        .by_id = true,
    };
    *groups = groups_read(ctx, &p->fields);
    q->sources = enum_bits(ctx, "source", &p->sources, sources, score_source_parse);
    q->types = enum_bits(ctx, "dataType", &p->types, types, score_type_parse);
    rules_check(ctx, p, q);
    return ctx->n_issues ? fail(ctx, ERR_INVALID, "Invalid request data") : ERR_OK;
}

static enum errc page_write(struct api *api, struct writer *sw, const struct score_query *q,
                            struct http_res *rs)
{
    int64_t total;

    reply_object(rs, &sw->w);
    jw_key(&sw->w, STR("data"));
    jw_array(&sw->w);
    TRY(api->store->ops->score_list(api->store, sw->rq->ctx, q, write_row, sw, &total));
    jw_array_end(&sw->w);
    jw_key(&sw->w, STR("meta"));
    jw_object(&sw->w);
    jw_ki64(&sw->w, STR("limit"), sw->limit);
    if (sw->n > sw->limit)
        jw_kstr(&sw->w, STR("cursor"), score_cursor_text(sw->rq->ctx->arena, &sw->last));
    jw_object_end(&sw->w);
    jw_object_end(&sw->w);
    return reply_check(sw->rq->ctx, rs);
}

static enum errc list_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct v3_params p = {0};
    struct score_query q;
    struct score_cursor after;
    unsigned groups;

    TRY(req_params(rq, &p));
    TRY(query_of(rq, &p, &q, &groups));
    if (p.cursor.n) {
        TRY(score_cursor_parse(rq->ctx, p.cursor, &after));
        q.after = &after;
    }
    struct writer sw = {.rq = rq, .project = q.project, .groups = groups, .limit = p.limit};
    return page_write(app, &sw, &q, rs);
}

const struct route score_v3_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/public/v3/scores",
     .handler = list_get,
     .auth = AUTH_PROJECT,
     .params = params,
     .n_params = ARRAY_LEN(params),
     .strict_params = true,
     .doc = "List scores by cursor"},
};
const size_t score_v3_routes_n = ARRAY_LEN(score_v3_routes);
