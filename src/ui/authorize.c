// SPDX-License-Identifier: MIT
// Who may call a route of the pages: session, CSRF token, membership of the project in the path. Runs
// before a byte of the body is read.
#include "ui/ui.h"

#define COOKIE_NAME "rushlight_session"
#define NO_PROJECT  "There is no such project, or you may not see it"

static bool in_project(const struct http_req *rq)
{
    return str_starts(str_c(rq->route->path), STR("/api/ui/{projectId}/"));
}

static bool secure(struct http_req *rq)
{
    return str_starts(req_origin(rq), STR("https://"));
}

str session_cookie(const struct http_req *rq)
{
    static const str name = STR_INIT(COOKIE_NAME "=");
    str part;

    for (str rest = http_header(rq, "cookie"); str_next(&rest, ';', &part);) {
        part = str_trim(part);
        if (str_starts(part, name))
            return str_skip(part, name.n);
    }
    return STR_NONE;
}

void session_cookie_set(struct http_req *rq, struct http_res *rs, str token)
{
    str path = rq->base_path.n ? rq->base_path : STR("/");
    str text = arena_fmt(rq->ctx->arena, COOKIE_NAME "=%.*s; Path=%.*s; HttpOnly; SameSite=Lax%s%s",
                         STR_ARG(str_some(token) ? token : STR("")), STR_ARG(path),
                         secure(rq) ? "; Secure" : "",
                         str_some(token) ? "; Max-Age=2592000" : "; Max-Age=0");

    res_header(rq, rs, STR("Set-Cookie"), text);
}

enum errc session_cookie_turn(struct ui *ui, struct http_req *rq, struct http_res *rs,
                              struct signed_in *who)
{
    bool turned;

    TRY(session_turn(ui->api->auth, rq->ctx, who, &turned));
    if (turned)
        session_cookie_set(rq, rs, who->token);
    return ERR_OK;
}

static bool changes(const struct http_req *rq)
{
    return rq->method != HTTP_GET && rq->method != HTTP_HEAD && rq->method != HTTP_OPTIONS;
}

// A request that changes something must come from our own pages: browsers say where it comes from.
static enum errc same_origin(struct http_req *rq)
{
    str site = http_header(rq, "sec-fetch-site");
    str origin = http_header(rq, "origin");
    str own = req_origin(rq);

    if (!changes(rq) || str_eq(site, STR("same-origin")))
        return ERR_OK;
    own.n -= rq->base_path.n <= own.n && str_ends(own, rq->base_path) ? rq->base_path.n : 0;
    if (!str_some(site) && (!str_some(origin) || str_eq(origin, own)))
        return ERR_OK;
    return fail(rq->ctx, ERR_FORBIDDEN, "This request came from another site");
}

enum errc ui_org_role(struct ui *ui, const struct http_req *rq, str org_id, enum role *out)
{
    const struct ui_caller *c = ui_caller(rq);
    str role = STR_NONE;

    TRY(meta_member_role(ui->api->meta, rq->ctx, org_id, c->who.user.id, &role));
    *out = c->who.user.admin ? ROLE_OWNER : role_of(role);
    return *out > ROLE_NONE ? ERR_OK : ERR_NOT_FOUND;
}

static enum errc role_refused(struct ctx *ctx, enum role need, enum role have)
{
    return fail(ctx, ERR_FORBIDDEN, "This needs the role %s; yours is %s", role_text(need),
                role_text(have));
}

enum errc ui_require(const struct http_req *rq, enum role role)
{
    return ui_caller(rq)->role >= role ? ERR_OK : role_refused(rq->ctx, role, ui_caller(rq)->role);
}

enum errc ui_org(struct ui *ui, struct http_req *rq, enum role need, struct meta_org *out,
                 enum role *role)
{
    enum errc rc = meta_org_get(ui->api->meta, rq->ctx, rq->vars[0], out);

    if (rc == ERR_OK)
        rc = ui_org_role(ui, rq, out->id, role);
    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "There is no such organization, or you are not a member of it");
    TRY(rc);
    return *role >= need ? ERR_OK : role_refused(rq->ctx, need, *role);
}

// The project in the path, as far as the caller may see it.
static enum errc enter_project(struct ui *ui, struct http_req *rq, struct ui_caller *c)
{
    if (!in_project(rq))
        return ERR_OK;
    enum errc rc = meta_project_get(ui->api->meta, rq->ctx, rq->vars[0], &c->project);
    if (rc == ERR_OK)
        rc = ui_org_role(ui, rq, c->project.org_id, &c->role);
    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, ERR_NOT_FOUND, NO_PROJECT);
    TRY(rc);
    return ui_require(rq, changes(rq) ? ROLE_MEMBER : ROLE_VIEWER);
}

enum errc ui_project(struct api *api, struct http_req *rq, str *out)
{
    (void)api;
    *out = ui_caller(rq)->project.id;
    return ERR_OK;
}

// Scripts may ask with the key of the project in the path; a browser never sends that by itself.
static enum errc check_key(struct ui *ui, struct http_req *rq, struct ui_caller *c)
{
    struct principal p = {0};

    TRY(auth_check(ui->api->auth, rq->ctx, http_header(rq, "authorization"), STR_NONE, STR_NONE,
                   &p));
    if (p.level != ACCESS_PROJECT || !in_project(rq) || !str_eq(p.project_id, rq->vars[0]))
        return fail(rq->ctx, ERR_NOT_FOUND, NO_PROJECT);
    c->role = ROLE_MEMBER;
    rq->principal = c;
    return meta_project_get(ui->api->meta, rq->ctx, p.project_id, &c->project);
}

static enum errc check_session(struct ui *ui, struct http_req *rq)
{
    struct ui_caller *c = ARENA_NEW(rq->ctx->arena, struct ui_caller);
    str token = session_cookie(rq);

    if (!c)
        return fail(rq->ctx, ERR_NOMEM, "Out of memory for this request");
    if (str_some(http_header(rq, "authorization")))
        return check_key(ui, rq, c);
    if (str_empty(token))
        return fail(rq->ctx, ERR_UNAUTHENTICATED, "Sign in first");
    TRY(session_check(ui->api->auth, rq->ctx, token, &c->who));
    rq->principal = c;
    if (changes(rq) && !session_csrf_fits(&c->who, http_header(rq, "x-csrf-token")))
        return fail(rq->ctx, ERR_FORBIDDEN, "The page is out of date; reload it");
    return enter_project(ui, rq, c);
}

bool ui_still_allowed(struct ui *ui, struct http_req *rq, struct ctx *ctx)
{
    struct ctx *own = rq->ctx;
    void *principal = rq->principal;

    rq->ctx = ctx;
    enum errc rc = check_session(ui, rq);
    rq->ctx = own;
    rq->principal = principal;
    return rc != ERR_UNAUTHENTICATED && rc != ERR_FORBIDDEN && rc != ERR_NOT_FOUND;
}

enum errc ui_authorize(void *app, struct http_req *rq)
{
    bool ours = str_starts(str_c(rq->route->path), STR("/api/ui/"));

    if (ours)
        TRY(same_origin(rq));
    return rq->route->auth == AUTH_SESSION ? check_session(ui_of(app), rq) : api_authorize(app, rq);
}
