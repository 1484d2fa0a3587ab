// SPDX-License-Identifier: MIT
// GET /projects: the route SDKs call first (auth_check, trace URLs). Exactly one element (api.md 15.1).
#include "api/reply.h"
#include "api/tables.h"

static enum errc projects_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct meta_project p = {0};
    struct jw w;

    TRY(meta_project_get(api->meta, rq->ctx, caller(rq)->project_id, &p));
    reply_object(rs, &w);
    jw_key(&w, STR("data"));
    jw_array(&w);
    jw_object(&w);
    jw_kstr(&w, STR("id"), p.id);
    jw_kstr(&w, STR("name"), p.name);
    jw_key(&w, STR("organization"));
    jw_object(&w);
    jw_kstr(&w, STR("id"), p.org_id);
    jw_kstr(&w, STR("name"), p.org_name);
    jw_object_end(&w);
    jw_kraw(&w, STR("metadata"), str_some(p.metadata) ? p.metadata : STR("{}"));
    if (p.retention_days > 0)
        jw_ki64(&w, STR("retentionDays"), p.retention_days);
    jw_object_end(&w);
    jw_array_end(&w);
    jw_object_end(&w);
    return ERR_OK;
}

const struct route project_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/public/projects",
     .handler = projects_get,
     .auth = AUTH_PROJECT,
     .dialect = DIALECT_MESSAGE,
     .doc = "The project of the key"},
};
const size_t project_routes_n = ARRAY_LEN(project_routes);
