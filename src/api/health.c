// SPDX-License-Identifier: MIT
// Health, readiness and the Prometheus page (api.md 1). Health is liveness and touches no store unless
// asked; ready turns bad as soon as a graceful stop begins or a store cannot take writes.
#include "api/reply.h"
#include "api/tables.h"
#include "doctor/doctor.h"

#define RECENT_MS (3 * 60 * 1000)

struct health_params {
    str fail_database, fail_events;
};
static const struct param health_params[] = {
    {.name = "failIfDatabaseUnavailable",
     .type = PARAM_STR,
     .offset = offsetof(struct health_params, fail_database),
     .doc = "true: answer 503 when the metadata store does not answer"},
    {.name = "failIfNoRecentEvents",
     .type = PARAM_STR,
     .offset = offsetof(struct health_params, fail_events),
     .doc = "true: answer 503 when no trace arrived in the last 3 minutes"},
};

static enum errc answer(const struct api *api, struct http_res *rs, int status, const char *text)
{
    struct jw w;

    rs->status = status;
    reply_object(rs, &w);
    jw_kstr(&w, STR("status"), str_c(text));
    jw_kstr(&w, STR("version"), api->settings.compatible_version);
    jw_object_end(&w);
    return ERR_OK;
}

static enum errc health_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct health_params q = {0};
    bool recent = true;

    TRY(req_params(rq, &q));
    if (str_eq(q.fail_database, STR("true")) && meta_ping(api->meta, rq->ctx) != ERR_OK)
        return answer(api, rs, 503, "Database not available");
    if (!str_eq(q.fail_events, STR("true")))
        return answer(api, rs, 200, "OK");
    if (api->store->ops->has_recent(api->store, rq->ctx, STR_NONE, rq->received_at - RECENT_MS,
                                    &recent) != ERR_OK)
        return answer(api, rs, 503, "Couldn't fetch recent events");
    return recent ? answer(api, rs, 200, "OK")
                  : answer(api, rs, 503, "No traces within the last 3 minutes");
}

// What doctor would say of the servers behind this one.
static void broken_parts(const struct api *api, struct http_req *rq, struct jw *w)
{
    struct report *r = arena_alloc(rq->ctx->arena, sizeof *r);

    if (!r)
        return;
    *r = (struct report){.ctx = rq->ctx, .arena = rq->ctx->arena};
    api->checks(api->app, r);
    jw_key(w, STR("checks"));
    jw_array(w);
    for (size_t i = 0; i < r->n; i++) {
        if (r->lines[i].finding != FINDING_BROKEN)
            continue;
        jw_object(w);
        jw_kstr(w, STR("part"), str_c(r->lines[i].part));
        jw_kstr(w, STR("text"), r->lines[i].text);
        jw_object_end(w);
    }
    jw_array_end(w);
}

// Beside status and version: what is wrong with which part, for people and for probes' logs.
static enum errc not_ready(const struct api *api, struct http_req *rq, struct http_res *rs,
                           str component, str problem)
{
    struct jw w;

    rs->status = 503;
    reply_object(rs, &w);
    jw_kstr(&w, STR("status"), STR("Readiness check failed"));
    jw_kstr(&w, STR("version"), api->settings.compatible_version);
    jw_kstr(&w, STR("component"), component);
    jw_kstr(&w, STR("problem"), problem);
    broken_parts(api, rq, &w);
    jw_object_end(&w);
    return ERR_OK;
}

static enum errc ready_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct store_status st = {0};

    if (api->stopping(api->app))
        return answer(api, rs, 500, "SIGTERM / SIGINT received, shutting down");
    if (meta_ping(api->meta, rq->ctx) != ERR_OK || !api->settled(api->app))
        return not_ready(api, rq, rs, STR("metadata"), rq->ctx->message);
    enum errc rc = api->store->ops->status(api->store, rq->ctx, &st);
    if (rc != ERR_OK || !st.writable)
        return not_ready(api, rq, rs, STR("events"),
                         str_some(st.problem) ? st.problem : rq->ctx->message);
    str problem = api->problem(api->app, rq->ctx->arena);
    if (str_some(problem))
        return not_ready(api, rq, rs, STR("segments"), problem);
    return answer(api, rs, 200, "OK");
}

static enum errc metrics_get(void *app, struct http_req *rq UNUSED, struct http_res *rs)
{
    struct api *api = app;

    rs->content_type = STR("text/plain; version=0.0.4; charset=utf-8");
    api->metrics_write(api->app, &rs->body);
    return ERR_OK;
}

// "any method" is recorded for health: every method has its row.
#define HEALTH(m)                                                                                  \
    {                                                                                              \
        .method = m, .path = "/api/public/health", .handler = health_get, .params = health_params, \
        .n_params = ARRAY_LEN(health_params), .doc = "Liveness"                                    \
    }
#define READY(m)                                                                           \
    {                                                                                      \
        .method = m, .path = "/api/public/ready", .handler = ready_get, .doc = "Readiness" \
    }

const struct route health_routes[] = {
    HEALTH(HTTP_GET),
    HEALTH(HTTP_POST),
    HEALTH(HTTP_PUT),
    HEALTH(HTTP_PATCH),
    HEALTH(HTTP_DELETE),
    READY(HTTP_GET),
    READY(HTTP_POST),
    {.method = HTTP_GET, .path = "/metrics", .handler = metrics_get, .doc = "Prometheus metrics"},
};
const size_t health_routes_n = ARRAY_LEN(health_routes);

// The names that the original's worker has for them.
static const struct route probe_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/health",
     .handler = health_get,
     .params = health_params,
     .n_params = ARRAY_LEN(health_params),
     .doc = "Liveness"},
    {.method = HTTP_GET, .path = "/api/ready", .handler = ready_get, .doc = "Readiness"},
    {.method = HTTP_GET, .path = "/metrics", .handler = metrics_get, .doc = "Prometheus metrics"},
};

void api_probe_routes(const struct route *rows[2], size_t lens[1])
{
    rows[0] = probe_routes;
    lens[0] = ARRAY_LEN(probe_routes);
    rows[1] = NULL;
}
