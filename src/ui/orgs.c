// SPDX-License-Identifier: MIT
// Organizations and projects: making them, their names, retention, and the end of a project.
#include "base/log.h"
#include "ui/form.h"
#include "ui/tables.h"

enum { MAX_RETENTION_DAYS = 36500 };

static enum errc org_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct meta *meta = ui_of(app)->api->meta;
    const struct meta_user *user = &ui_caller(rq)->who.user;
    struct meta_org org = {0};
    const struct json *form;

    TRY(form_read(rq, &form));
    TRY(form_name(rq->ctx, form, &org.name));
    TRY(meta_org_create(meta, rq->ctx, &org));
    TRY(meta_member_set(meta, rq->ctx, org.id, user->id, STR("OWNER")));
    log_info("org.created", "%.*s by user %.*s", STR_ARG(org.id), STR_ARG(user->id));
    return answer_id(rs, org.id);
}

static enum errc org_patch(void *app, struct http_req *rq, struct http_res *rs)
{
    struct meta_org org = {0};
    const struct json *form;
    enum role role;

    TRY(ui_org(ui_of(app), rq, ROLE_ADMIN, &org, &role));
    TRY(form_read(rq, &form));
    TRY(form_name(rq->ctx, form, &org.name));
    TRY(meta_org_update(ui_of(app)->api->meta, rq->ctx, &org));
    return answer_nothing(rs);
}

static enum errc project_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct meta_org org = {0};
    struct meta_project project = {0};
    const struct json *form;
    enum role role;

    TRY(ui_org(ui_of(app), rq, ROLE_ADMIN, &org, &role));
    TRY(form_read(rq, &form));
    TRY(form_name(rq->ctx, form, &project.name));
    project.org_id = org.id;
    TRY(meta_project_create(ui_of(app)->api->meta, rq->ctx, &project));
    log_info("project.created", "%.*s by user %.*s", STR_ARG(project.id),
             STR_ARG(ui_caller(rq)->who.user.id));
    return answer_id(rs, project.id);
}

// ---- One project ----------------------------------------------------------------------------------

static enum errc project_get(void *app, struct http_req *rq, struct http_res *rs)
{
    const struct meta_project *p = &ui_caller(rq)->project;
    struct jw w;

    (void)app;
    reply_object(rs, &w);
    jw_kstr(&w, STR("id"), p->id);
    jw_kstr(&w, STR("name"), p->name);
    jw_kstr(&w, STR("org"), p->org_name);
    jw_ki64(&w, STR("retentionDays"), p->retention_days);
    jw_ki64(&w, STR("created"), p->created_at);
    jw_object_end(&w);
    return ERR_OK;
}

static enum errc project_patch(void *app, struct http_req *rq, struct http_res *rs)
{
    struct meta_project p = ui_caller(rq)->project;
    const struct json *form, *days;

    TRY(ui_require(rq, ROLE_ADMIN));
    TRY(form_read(rq, &form));
    if (json_get(form, STR("name")))
        TRY(form_name(rq->ctx, form, &p.name));
    days = json_get(form, STR("retentionDays"));
    if (days && (!json_i64(days, &p.retention_days) || p.retention_days < 0 ||
                 p.retention_days > MAX_RETENTION_DAYS))
        return fail(rq->ctx, ERR_INVALID,
                    "Retention is a number of days up to %d; 0 keeps everything",
                    MAX_RETENTION_DAYS);
    TRY(meta_project_update(ui_of(app)->api->meta, rq->ctx, &p));
    return answer_nothing(rs);
}

static enum errc project_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    const struct meta_project *p = &ui_caller(rq)->project;
    struct api *api = ui_of(app)->api;
    const struct json *form;

    TRY(ui_require(rq, ROLE_OWNER));
    TRY(form_read(rq, &form));
    if (!str_eq(form_text(form, "name"), p->name))
        return fail(rq->ctx, ERR_INVALID, "Type the project's name to delete it: %.*s",
                    STR_ARG(p->name));
    TRY(meta_project_delete(api->meta, rq->ctx, p->id));
    auth_invalidate(api->auth);
    log_info("project.deleted", "%.*s by user %.*s", STR_ARG(p->id),
             STR_ARG(ui_caller(rq)->who.user.id));
    return answer_nothing(rs);
}

const struct route ui_org_routes[] = {
    SESSION_ROUTE(HTTP_POST, "orgs", org_post, "Make an organization"),
    SESSION_ROUTE(HTTP_PATCH, "orgs/{orgId}", org_patch, "Rename an organization"),
    SESSION_ROUTE(HTTP_POST, "orgs/{orgId}/projects", project_post, "Make a project"),
    SESSION_ROUTE(HTTP_GET, "{projectId}/project", project_get, "A project's settings"),
    SESSION_ROUTE(HTTP_PATCH, "{projectId}/project", project_patch, "Change a project's settings"),
    SESSION_ROUTE(HTTP_DELETE, "{projectId}/project", project_delete, "Delete a project"),
};
const size_t ui_org_routes_n = ARRAY_LEN(ui_org_routes);
