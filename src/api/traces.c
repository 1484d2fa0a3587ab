// SPDX-License-Identifier: MIT
// Traces: list, get, delete, bulk delete (api.md 2).
#include "api/score_json.h"
#include "api/tables.h"
#include "api/trace_json.h"
#include "base/limits.h"

#include <math.h>

static const char *const group_names[] = {"core", "io", "scores", "observations", "metrics", NULL};
static const char *const order_columns[] = {"id",        "timestamp", "name",   "userId",
                                            "release",   "version",   "public", "bookmarked",
                                            "sessionId", NULL};

struct trace_params {
    int64_t page, limit;
    str user_id, name, session_id, version, release, order_by, fields, filter;
    struct str_list tags, environments;
    millis from, to;
};
#define P(member) .offset = offsetof(struct trace_params, member)
static const struct param list_params[] = {
    {.name = "page",
     .type = PARAM_INT,
     P(page),
     .min = 1,
     .max = INT64_MAX,
     .def = 1,
     .doc = "Page, from 1"},
    {.name = "limit",
     .type = PARAM_INT,
     P(limit),
     .min = 1,
     .max = LIMIT_PAGE,
     .def = 50,
     .doc = "Rows per page"},
    {.name = "userId", .type = PARAM_STR, P(user_id), .doc = "Exact user id"},
    {.name = "name", .type = PARAM_STR, P(name), .doc = "Exact trace name"},
    {.name = "sessionId", .type = PARAM_STR, P(session_id), .doc = "Exact session id"},
    {.name = "version", .type = PARAM_STR, P(version), .doc = "Exact version"},
    {.name = "release", .type = PARAM_STR, P(release), .doc = "Exact release"},
    {.name = "tags", .type = PARAM_LIST, P(tags), .doc = "Tags the trace must all carry"},
    {.name = "environment",
     .type = PARAM_LIST,
     P(environments),
     .doc = "Any of these environments"},
    {.name = "fromTimestamp", .type = PARAM_TIME, P(from), .doc = "Timestamp at or after"},
    {.name = "toTimestamp", .type = PARAM_TIME, P(to), .doc = "Timestamp before"},
    {.name = "orderBy", .type = PARAM_STR, P(order_by), .doc = "column.asc or column.desc"},
    {.name = "fields",
     .type = PARAM_STR,
     .flags = PARAM_KEEP_EMPTY,
     P(fields),
     .doc = "core,io,scores,observations,metrics"},
    {.name = "filter", .type = PARAM_STR, P(filter), .doc = "JSON list of conditions"},
};

// A list without any known group means all of them, as recorded.
static unsigned groups_of(str fields, str defaults)
{
    unsigned groups = groups_parse(str_some(fields) ? fields : defaults, group_names);

    return groups ? groups | GROUP_CORE : GROUP_ALL;
}

static unsigned want_of(unsigned groups)
{
    unsigned want = WANT_TOTAL;

    if (groups & GROUP_IO)
        want |= WANT_IO | WANT_METADATA;
    if (groups & GROUP_SCORES)
        want |= WANT_SCORE_IDS;
    if (groups & GROUP_OBSERVATIONS)
        want |= WANT_OBSERVATION_IDS;
    if (groups & GROUP_METRICS)
        want |= WANT_STATS;
    return want;
}

struct trace_writer {
    struct jw w;
    struct api *api;
    struct http_req *rq;
    unsigned groups;
    str project;
};

static void ids_write(struct jw *w, str key, const struct str_set *ids)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < ids->n; i++)
        jw_str(w, ids->items[i]);
    jw_array_end(w);
}

// Lists: latest of starts and ends minus the earliest start (api.md 2.1).
static double list_latency(const struct trace_stats *s)
{
    millis last = s->last_end > s->last_start ? s->last_end : s->last_start;
    return s->n_observations ? (double)(last - s->first_start) / 1000 : 0;
}

static enum errc list_row(void *user, const struct trace_row *row)
{
    struct trace_writer *tw = user;
    struct jw *w = &tw->w;
    bool metrics = tw->groups & GROUP_METRICS;

    jw_object(w);
    trace_core_write(w, tw->rq->ctx->arena, tw->project, &row->trace, tw->groups);
    ids_write(w, STR("observations"), &row->observation_ids);
    ids_write(w, STR("scores"), &row->score_ids);
    jw_key(w, STR("totalCost"));
    if (metrics)
        jw_money(w, row->stats.total_cost);
    else
        jw_i64(w, -1);
    jw_kdouble(w, STR("latency"), metrics ? list_latency(&row->stats) : -1);
    trace_path_write(w, tw->project, row->trace.id);
    jw_object_end(w);
    return reply_check(tw->rq->ctx, &(struct http_res){.body = *w->b});
}

static enum errc range_default(const struct api *api, struct http_req *rq, struct trace_params *p)
{
    if (p->from != MILLIS_NONE)
        return ERR_OK;
    if (api->settings.traces_need_range)
        return fail(
            rq->ctx, ERR_INVALID,
            "fromTimestamp is required: this server only lists traces of a given time range");
    if (api->settings.traces_default_days > 0)
        p->from = rq->received_at - api->settings.traces_default_days * MILLIS_DAY;
    return ERR_OK;
}

// A plain parameter gives way to a filter on the same column (api.md 0.6).
static void plain_drop(struct trace_query *q)
{
    const struct {
        const char *key;
        str *plain;
    } texts[] = {
        {"userId", &q->user_id},  {"name", &q->name},       {"sessionId", &q->session_id},
        {"version", &q->version}, {"release", &q->release},
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (filter_has_column(&q->filter, texts[i].key))
            *texts[i].plain = STR_NONE;
    }
    if (filter_has_column(&q->filter, "timestamp"))
        q->from = q->to = MILLIS_NONE;
    if (filter_has_column(&q->filter, "environment"))
        q->environments.n = 0;
    if (filter_has_column(&q->filter, "tags"))
        q->tags.n = 0;
}

static enum errc traces_list(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct trace_params p = {0};
    int64_t total = 0;

    TRY(req_params(rq, &p));
    TRY(range_default(api, rq, &p));
    struct trace_writer tw = {.api = api,
                              .rq = rq,
                              .groups = groups_of(p.fields, api->settings.traces_default_fields),
                              .project = caller(rq)->project_id};
    struct trace_query q = {
        .project = tw.project,
        .offset = (p.page - 1) * p.limit,
        .limit = p.limit,
        .user_id = p.user_id,
        .name = p.name,
        .session_id = p.session_id,
        .version = p.version,
        .release = p.release,
        .tags = str_set_of(&p.tags),
        .environments = str_set_of(&p.environments),
        .from = p.from,
        .to = p.to,
        .want = want_of(tw.groups),
    };
    TRY(order_parse(rq->ctx, p.order_by, order_columns, &q.order));
    TRY(filter_parse(rq->ctx, VIEW_TRACES, p.filter, &q.filter));
    plain_drop(&q);
    if (p.page - 1 > INT64_MAX / LIMIT_PAGE)
        q.offset = INT64_MAX;
    reply_object(rs, &tw.w);
    jw_key(&tw.w, STR("data"));
    jw_array(&tw.w);
    TRY(api->store->ops->trace_list(api->store, rq->ctx, &q, list_row, &tw, &total));
    reply_page_end(&tw.w, p.page, p.limit, total);
    return reply_check(rq->ctx, rs);
}

static enum errc get_observation(void *user, const struct observation_row *row)
{
    struct trace_writer *tw = user;
    struct price_view prices = price_view_of(tw->api->pricing, tw->project, &row->observation);

    observation_v1_write(&tw->w, tw->rq->ctx->arena, tw->project, &row->observation, &prices,
                         V1_TRACE);
    if (tw->w.b->len > (size_t)tw->api->settings.trace_bytes)
        return fail(tw->rq->ctx, ERR_LIMIT,
                    "Observations in trace are too large: %.2f MB exceeds limit of %.2f MB. Ask "
                    "for fields=core,metrics, "
                    "or read the observations page by page",
                    (double)tw->w.b->len / 1e6, (double)tw->api->settings.trace_bytes / 1e6);
    return ERR_OK;
}

static enum errc trace_observations(struct trace_writer *tw, str id)
{
    struct observation_query q = {.project = tw->project,
                                  .limit = INT64_MAX,
                                  .trace_id = id,
                                  .from = MILLIS_NONE,
                                  .to = MILLIS_NONE,
                                  .view = VIEW_OBSERVATIONS,
                                  .ascending = true,
                                  .want = WANT_IO | WANT_METADATA};
    int64_t total;

    jw_key(&tw->w, STR("observations"));
    jw_array(&tw->w);
    if (tw->groups & GROUP_OBSERVATIONS)
        TRY(tw->api->store->ops->observation_list(tw->api->store, tw->rq->ctx, &q, get_observation,
                                                  tw, &total));
    jw_array_end(&tw->w);
    return ERR_OK;
}

static enum errc trace_scores(struct trace_writer *tw, str id)
{
    struct score_query q = {.project = tw->project,
                            .limit = INT64_MAX,
                            .trace_ids = {&id, 1},
                            .from = MILLIS_NONE,
                            .to = MILLIS_NONE,
                            .value_min = (double)NAN,
                            .value_max = (double)NAN,
                            .only_trace_scores = true};
    struct score_writer sw = {.w = &tw->w, .rq = tw->rq, .project = tw->project, .v1 = true};
    int64_t total;

    jw_key(&tw->w, STR("scores"));
    jw_array(&tw->w);
    if (tw->groups & GROUP_SCORES)
        TRY(tw->api->store->ops->score_list(tw->api->store, tw->rq->ctx, &q, score_write_row, &sw,
                                            &total));
    jw_array_end(&tw->w);
    return ERR_OK;
}

// One trace: ends decide; without any end, the spread of starts (api.md 2.2).
static double get_latency(const struct trace_stats *s)
{
    if (s->n_ended)
        return (double)(s->last_end - s->first_start) / 1000;
    return s->n_observations > 1 ? (double)(s->last_start - s->first_start) / 1000 : 0;
}

static enum errc get_row(void *user, const struct trace_row *row)
{
    struct trace_writer *tw = user;
    bool metrics = tw->groups & GROUP_METRICS;

    trace_core_write(&tw->w, tw->rq->ctx->arena, tw->project, &row->trace, tw->groups);
    jw_kdouble(&tw->w, STR("latency"), metrics ? get_latency(&row->stats) : -1);
    trace_path_write(&tw->w, tw->project, row->trace.id);
    jw_key(&tw->w, STR("totalCost"));
    if (metrics)
        jw_money(&tw->w, row->stats.total_cost);
    else
        jw_i64(&tw->w, -1);
    return ERR_OK;
}

static const struct param get_params[] = {
    {.name = "fields",
     .type = PARAM_STR,
     .flags = PARAM_KEEP_EMPTY,
     P(fields),
     .doc = "core,io,scores,observations,metrics"},
};

static enum errc trace_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct trace_params p = {0};

    TRY(req_params(rq, &p));
    struct trace_writer tw = {.api = api,
                              .rq = rq,
                              .groups = groups_of(p.fields, api->settings.trace_default_fields),
                              .project = caller(rq)->project_id};
    unsigned want = (tw.groups & GROUP_IO ? WANT_IO | WANT_METADATA : 0) | WANT_STATS;
    reply_object(rs, &tw.w);
    struct trace_ref ref = {tw.project, rq->vars[0], want};
    enum errc rc = api->store->ops->trace_get(api->store, rq->ctx, &ref, get_row, &tw);
    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "Trace %.*s not found within authorized project",
                    STR_ARG(rq->vars[0]));
    TRY(rc);
    TRY(trace_observations(&tw, rq->vars[0]));
    TRY(trace_scores(&tw, rq->vars[0]));
    jw_object_end(&tw.w);
    return reply_check(rq->ctx, rs);
}

static enum errc trace_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;

    TRY(api->store->ops->trace_delete(api->store, rq->ctx, caller(rq)->project_id, &rq->vars[0],
                                      1));
    return res_message(rs, 200, "Trace deleted successfully");
}

const struct route trace_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/public/traces",
     .handler = traces_list,
     .auth = AUTH_PROJECT,
     .params = list_params,
     .n_params = ARRAY_LEN(list_params),
     .doc = "List traces"},
    {.method = HTTP_GET,
     .path = "/api/public/traces/{traceId}",
     .handler = trace_get,
     .auth = AUTH_PROJECT,
     .params = get_params,
     .n_params = ARRAY_LEN(get_params),
     .doc = "One trace with its observations and scores"},
    {.method = HTTP_DELETE,
     .path = "/api/public/traces/{traceId}",
     .handler = trace_delete,
     .auth = AUTH_PROJECT,
     .doc = "Delete a trace"},
    {.method = HTTP_DELETE,
     .path = "/api/public/traces",
     .handler = traces_delete,
     .auth = AUTH_PROJECT,
     .doc = "Delete up to 1000 traces"},
};
const size_t trace_routes_n = ARRAY_LEN(trace_routes);
