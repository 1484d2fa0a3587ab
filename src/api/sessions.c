// SPDX-License-Identifier: MIT
// Sessions: list and get (api.md 4). A session exists once any trace carried its id.
#include "api/tables.h"
#include "api/trace_json.h"
#include "base/limits.h"

struct writer {
    struct jw w;
    struct http_req *rq;
    str project;
};

static void session_members(struct writer *sw, const struct session_row *row)
{
    jw_kstr(&sw->w, STR("id"), row->id);
    jw_ktime(&sw->w, STR("createdAt"), row->created_at);
    jw_kstr(&sw->w, STR("projectId"), sw->project);
    jw_kstr(&sw->w, STR("environment"),
            str_some(row->environment) ? row->environment : STR("default"));
}

static enum errc list_row(void *user, const struct session_row *row)
{
    struct writer *sw = user;

    jw_object(&sw->w);
    session_members(sw, row);
    jw_object_end(&sw->w);
    return ERR_OK;
}

struct session_params {
    int64_t page, limit;
    millis from, to;
    struct str_list environments;
};
#define P(member) .offset = offsetof(struct session_params, member)
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
    {.name = "fromTimestamp", .type = PARAM_TIME, P(from), .doc = "Created at or after"},
    {.name = "toTimestamp", .type = PARAM_TIME, P(to), .doc = "Created before"},
    {.name = "environment",
     .type = PARAM_LIST,
     P(environments),
     .doc = "Any of these environments"},
};

static enum errc sessions_list(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct session_params p = {0};
    struct writer sw = {.rq = rq, .project = caller(rq)->project_id};
    int64_t total = 0;

    TRY(req_params(rq, &p));
    struct session_query q = {
        .project = sw.project,
        .limit = p.limit,
        .from = p.from,
        .to = p.to,
        .offset = p.page - 1 > INT64_MAX / LIMIT_PAGE ? INT64_MAX : (p.page - 1) * p.limit,
        .environments = str_set_of(&p.environments)};
    reply_object(rs, &sw.w);
    jw_key(&sw.w, STR("data"));
    jw_array(&sw.w);
    TRY(api->store->ops->session_list(api->store, rq->ctx, &q, list_row, &sw, &total));
    reply_page_end(&sw.w, p.page, p.limit, total);
    return reply_check(rq->ctx, rs);
}

static enum errc get_row(void *user, const struct session_row *row)
{
    session_members(user, row);
    return ERR_OK;
}

static enum errc get_trace(void *user, const struct trace_row *row)
{
    struct writer *sw = user;

    jw_object(&sw->w);
    trace_core_write(&sw->w, sw->rq->ctx->arena, sw->project, &row->trace, GROUP_CORE | GROUP_IO);
    jw_object_end(&sw->w);
    return reply_check(sw->rq->ctx, &(struct http_res){.body = *sw->w.b});
}

static enum errc session_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct writer sw = {.rq = rq, .project = caller(rq)->project_id};
    struct trace_query q = {.project = sw.project,
                            .limit = INT64_MAX,
                            .session_id = rq->vars[0],
                            .from = MILLIS_NONE,
                            .to = MILLIS_NONE,
                            .want = WANT_IO | WANT_METADATA};
    int64_t total;

    reply_object(rs, &sw.w);
    enum errc rc =
        api->store->ops->session_get(api->store, rq->ctx, sw.project, rq->vars[0], get_row, &sw);
    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "Session not found within authorized project");
    TRY(rc);
    jw_key(&sw.w, STR("traces"));
    jw_array(&sw.w);
    TRY(api->store->ops->trace_list(api->store, rq->ctx, &q, get_trace, &sw, &total));
    jw_array_end(&sw.w);
    jw_object_end(&sw.w);
    return reply_check(rq->ctx, rs);
}

const struct route session_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/public/sessions",
     .handler = sessions_list,
     .auth = AUTH_PROJECT,
     .params = list_params,
     .n_params = ARRAY_LEN(list_params),
     .doc = "List sessions"},
    {.method = HTTP_GET,
     .path = "/api/public/sessions/{sessionId}",
     .handler = session_get,
     .auth = AUTH_PROJECT,
     .doc = "One session with its traces"},
};
const size_t session_routes_n = ARRAY_LEN(session_routes);
