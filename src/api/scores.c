// SPDX-License-Identifier: MIT
// Scores, v1 and v2: list, get, delete (api.md 5.2-5.4). Creating is an ingestion route.
#include "api/score_json.h"
#include "api/tables.h"
#include "base/limits.h"

#include <math.h>

static const char *const source_names[] = {"API", "EVAL", "ANNOTATION", NULL};
static const char *const type_names[] = {"NUMERIC", "BOOLEAN",    "CATEGORICAL",
                                         "TEXT",    "CORRECTION", NULL};
static const char *const operators[] = {"<", ">", "<=", ">=", "!=", "=", NULL};
static const char *const field_names[] = {"score", "trace", NULL};
enum score_fields { FIELD_SCORE = 1, FIELD_TRACE = 2 };

struct score_params {
    int64_t page, limit;
    str user_id, name, config_id, queue_id, session_id, run_id, trace_id, fields, filter;
    struct str_list environments, ids, tags, observation_ids;
    int32_t source, type, op;
    double value;
    millis from, to;
};
#define P(member) .offset = offsetof(struct score_params, member)
#define COMMON_PARAMS                                                                              \
    {.name = "page",                                                                               \
     .type = PARAM_INT,                                                                            \
     P(page),                                                                                      \
     .min = 1,                                                                                     \
     .max = INT64_MAX,                                                                             \
     .def = 1,                                                                                     \
     .doc = "Page, from 1"},                                                                       \
        {.name = "limit",                                                                          \
         .type = PARAM_INT,                                                                        \
         P(limit),                                                                                 \
         .min = 1,                                                                                 \
         .max = LIMIT_PAGE,                                                                        \
         .def = 50,                                                                                \
         .doc = "Rows per page"},                                                                  \
        {.name = "userId", .type = PARAM_STR, P(user_id), .doc = "User of the score's trace"},     \
        {.name = "name", .type = PARAM_STR, P(name), .doc = "Exact name"},                         \
        {.name = "fromTimestamp", .type = PARAM_TIME, P(from), .doc = "At or after"},              \
        {.name = "toTimestamp", .type = PARAM_TIME, P(to), .doc = "Before"},                       \
        {.name = "environment",                                                                    \
         .type = PARAM_LIST,                                                                       \
         P(environments),                                                                          \
         .doc = "Any of these environments"},                                                      \
        {.name = "source", .type = PARAM_ENUM, P(source), .names = source_names, .doc = "Source"}, \
        {.name = "operator",                                                                       \
         .type = PARAM_ENUM,                                                                       \
         P(op),                                                                                    \
         .names = operators,                                                                       \
         .doc = "Comparison with value"},                                                          \
        {.name = "value", .type = PARAM_NUMBER, P(value), .doc = "Number to compare with"},        \
        {.name = "scoreIds",                                                                       \
         .type = PARAM_LIST,                                                                       \
         .flags = PARAM_COMMA,                                                                     \
         P(ids),                                                                                   \
         .doc = "Any of these ids"},                                                               \
        {.name = "configId", .type = PARAM_STR, P(config_id), .doc = "Exact score config"},        \
        {.name = "queueId", .type = PARAM_STR, P(queue_id), .doc = "Exact annotation queue"},      \
        {.name = "dataType",                                                                       \
         .type = PARAM_ENUM,                                                                       \
         P(type),                                                                                  \
         .names = type_names,                                                                      \
         .doc = "Data type"},                                                                      \
        {.name = "traceTags",                                                                      \
         .type = PARAM_LIST,                                                                       \
         .flags = PARAM_COMMA,                                                                     \
         P(tags),                                                                                  \
         .doc = "Tags of the trace, all of"},                                                      \
    {                                                                                              \
        .name = "filter", .type = PARAM_STR, P(filter), .doc = "JSON list of conditions"           \
    }

static const struct param v1_params[] = {COMMON_PARAMS};
static const struct param v2_params[] = {
    COMMON_PARAMS,
    {.name = "sessionId", .type = PARAM_STR, P(session_id), .doc = "Exact session"},
    {.name = "datasetRunId", .type = PARAM_STR, P(run_id), .doc = "Exact dataset run"},
    {.name = "traceId", .type = PARAM_STR, P(trace_id), .doc = "Exact trace"},
    {.name = "observationId",
     .type = PARAM_LIST,
     .flags = PARAM_COMMA,
     P(observation_ids),
     .doc = "Any of these observations"},
    {.name = "fields", .type = PARAM_STR, P(fields), .doc = "score,trace"},
};

static struct str_set one_of(const str *s)
{
    return (struct str_set){s, s->n ? 1 : 0};
}

static void query_of(const struct score_params *p, struct score_query *q)
{
    *q = (struct score_query){
        .offset = p->page - 1 > INT64_MAX / LIMIT_PAGE ? INT64_MAX : (p->page - 1) * p->limit,
        .limit = p->limit,
        .ids = str_set_of(&p->ids),
        .names = one_of(&p->name),
        .environments = str_set_of(&p->environments),
        .config_ids = one_of(&p->config_id),
        .queue_ids = one_of(&p->queue_id),
        .trace_ids = one_of(&p->trace_id),
        .session_ids = one_of(&p->session_id),
        .run_ids = one_of(&p->run_id),
        .observation_ids = str_set_of(&p->observation_ids),
        .trace_tags = str_set_of(&p->tags),
        .user_id = p->user_id,
        .sources = p->source ? 1u << p->source : 0,
        .types = p->type ? 1u << p->type : 0,
        .value_op = p->op && !isnan(p->value) ? str_c(operators[p->op - 1]) : STR_NONE,
        .value = p->value,
        .value_min = (double)NAN,
        .value_max = (double)NAN,
        .from = p->from,
        .to = p->to,
        .want = WANT_STATS | WANT_TOTAL,
    };
}

static enum errc fields_check(struct http_req *rq, const struct score_params *p, unsigned fields)
{
    if (!(fields & FIELD_SCORE))
        return fail(rq->ctx, ERR_INVALID, "Scores needs to be selected always.");
    if (!(fields & FIELD_TRACE) && (p->user_id.n || p->tags.n))
        return fail(
            rq->ctx, ERR_INVALID,
            "Cannot filter by trace properties (userId, traceTags) without the trace field");
    return ERR_OK;
}

static enum errc list(struct api *api, struct http_req *rq, struct http_res *rs, bool v1)
{
    struct score_params p = {0};
    struct score_query q;
    struct jw w;
    int64_t total = 0;

    TRY(req_params(rq, &p));
    unsigned fields = p.fields.n ? groups_parse(p.fields, field_names) : FIELD_SCORE | FIELD_TRACE;
    TRY(fields_check(rq, &p, fields));
    query_of(&p, &q);
    q.project = caller(rq)->project_id;
    q.only_trace_scores = v1;
    TRY(filter_parse(rq->ctx, VIEW_SCORES, p.filter, &q.filter));
    struct score_writer sw = {.w = &w,
                              .rq = rq,
                              .project = q.project,
                              .v1 = v1,
                              .with_trace = true,
                              .trace_null = !(fields & FIELD_TRACE)};
    reply_object(rs, &w);
    jw_key(&w, STR("data"));
    jw_array(&w);
    TRY(api->store->ops->score_list(api->store, rq->ctx, &q, score_write_row, &sw, &total));
    reply_page_end(&w, p.page, p.limit, total);
    return reply_check(rq->ctx, rs);
}

static enum errc list_v1(void *app, struct http_req *rq, struct http_res *rs)
{
    return list(app, rq, rs, true);
}

static enum errc list_v2(void *app, struct http_req *rq, struct http_res *rs)
{
    return list(app, rq, rs, false);
}

struct get_state {
    struct score_writer sw;
    bool hidden; // v1 does not show it
};

static enum errc get_row(void *user, const struct score_row *row)
{
    struct get_state *g = user;
    const struct score *s = &row->score;

    g->hidden = g->sw.v1 && (!str_some(s->trace_id) || s->data_type == SCORE_CORRECTION);
    return g->hidden ? ERR_OK : score_write_row(&g->sw, row);
}

static enum errc get(struct api *api, struct http_req *rq, struct http_res *rs, bool v1)
{
    struct jw w;
    struct get_state g = {.sw = {.w = &w, .rq = rq, .project = caller(rq)->project_id, .v1 = v1}};

    jw_init(&w, &rs->body);
    enum errc rc =
        api->store->ops->score_get(api->store, rq->ctx, g.sw.project, rq->vars[0], get_row, &g);
    if (rc == ERR_NOT_FOUND || (rc == ERR_OK && g.hidden))
        return fail(rq->ctx, ERR_NOT_FOUND, "Score not found");
    return rc;
}

static enum errc get_v1(void *app, struct http_req *rq, struct http_res *rs)
{
    return get(app, rq, rs, true);
}

static enum errc get_v2(void *app, struct http_req *rq, struct http_res *rs)
{
    return get(app, rq, rs, false);
}

static enum errc score_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;

    TRY(api->store->ops->score_delete(api->store, rq->ctx, caller(rq)->project_id, rq->vars[0]));
    return res_message(rs, 202, "Score deletion queued successfully");
}

const struct route score_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/public/scores",
     .handler = list_v1,
     .auth = AUTH_PROJECT,
     .params = v1_params,
     .n_params = ARRAY_LEN(v1_params),
     .doc = "List trace and observation scores"},
    {.method = HTTP_GET,
     .path = "/api/public/scores/{scoreId}",
     .handler = get_v1,
     .auth = AUTH_PROJECT,
     .doc = "One score"},
    {.method = HTTP_DELETE,
     .path = "/api/public/scores/{scoreId}",
     .handler = score_delete,
     .auth = AUTH_PROJECT,
     .doc = "Delete a score"},
    {.method = HTTP_GET,
     .path = "/api/public/v2/scores",
     .handler = list_v2,
     .auth = AUTH_PROJECT,
     .params = v2_params,
     .n_params = ARRAY_LEN(v2_params),
     .doc = "List scores of every subject"},
    {.method = HTTP_GET,
     .path = "/api/public/v2/scores/{scoreId}",
     .handler = get_v2,
     .auth = AUTH_PROJECT,
     .doc = "One score"},
};
const size_t score_routes_n = ARRAY_LEN(score_routes);
