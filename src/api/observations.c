// SPDX-License-Identifier: MIT
// Observations, v1: list and get (api.md 3.1).
#include "api/observation_query.h"
#include "api/tables.h"
#include "api/trace_json.h"
#include "base/limits.h"

struct writer {
    struct jw w;
    struct api *api;
    struct http_req *rq;
    str project;
    enum v1_place place;
};

static enum errc write_row(void *user, const struct observation_row *row)
{
    struct writer *ow = user;
    struct price_view prices = price_view_of(ow->api->pricing, ow->project, &row->observation);

    observation_v1_write(&ow->w, ow->rq->ctx->arena, ow->project, &row->observation, &prices,
                         ow->place);
    return ERR_OK;
}

static enum errc observations_list(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct observation_params p = {0};
    struct observation_query q;
    struct writer ow = {.api = api, .rq = rq, .project = caller(rq)->project_id, .place = V1_LIST};
    int64_t total = 0;

    TRY(req_params(rq, &p));
    TRY(observation_query_of(rq, &p, VIEW_OBSERVATIONS, &q));
    q.limit = p.limit;
    q.offset = p.page - 1 > INT64_MAX / LIMIT_PAGE ? INT64_MAX : (p.page - 1) * p.limit;
    q.want = WANT_IO | WANT_METADATA | WANT_TOTAL;
    reply_object(rs, &ow.w);
    jw_key(&ow.w, STR("data"));
    jw_array(&ow.w);
    TRY(api->store->ops->observation_list(api->store, rq->ctx, &q, write_row, &ow, &total));
    reply_page_end(&ow.w, p.page, p.limit, total);
    return reply_check(rq->ctx, rs);
}

static enum errc observation_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct writer ow = {.api = api, .rq = rq, .project = caller(rq)->project_id};

    jw_init(&ow.w, &rs->body);
    enum errc rc = api->store->ops->observation_get(api->store, rq->ctx, ow.project, rq->vars[0],
                                                    write_row, &ow);
    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "Observation with id %.*s not found", STR_ARG(rq->vars[0]));
    TRY(rc);
    return reply_check(rq->ctx, rs);
}

#define P(member) .offset = offsetof(struct observation_params, member)
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
    OBSERVATION_COMMON_PARAMS,
};

const struct route observation_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/public/observations",
     .handler = observations_list,
     .auth = AUTH_PROJECT,
     .params = list_params,
     .n_params = ARRAY_LEN(list_params),
     .doc = "List observations"},
    {.method = HTTP_GET,
     .path = "/api/public/observations/{observationId}",
     .handler = observation_get,
     .auth = AUTH_PROJECT,
     .doc = "One observation"},
};
const size_t observation_routes_n = ARRAY_LEN(observation_routes);
