// SPDX-License-Identifier: MIT
// Members of an organization and invitations into it. Nobody gives or takes a role above the own, and
// the last owner stays (api.md section 21).
#include "base/codec.h"
#include "base/crypto.h"
#include "base/log.h"
#include "ui/boot.h"
#include "ui/form.h"
#include "ui/tables.h"

enum { TOKEN_BYTES = 24, INVITE_DAYS = 7 };

struct place { // the organization of the path, and who the caller is in it
    struct ui *ui;
    struct http_req *rq;
    struct meta_org org;
    enum role role;
};

static enum errc place_find(void *app, struct http_req *rq, enum role need, struct place *out)
{
    *out = (struct place){.ui = ui_of(app), .rq = rq};
    return ui_org(out->ui, rq, need, &out->org, &out->role);
}

static enum errc role_read(const struct place *p, const struct json *form, enum role *out)
{
    *out = role_of(form_text(form, "role"));
    if (*out == ROLE_NONE)
        return fail(p->rq->ctx, ERR_INVALID, "The role is OWNER, ADMIN, MEMBER or VIEWER");
    return *out <= p->role
               ? ERR_OK
               : fail(p->rq->ctx, ERR_FORBIDDEN, "Your role is %s: you cannot make anybody %s",
                      role_text(p->role), role_text(*out));
}

// ---- Members --------------------------------------------------------------------------------------

static enum errc write_member(void *user, const struct meta_member *row)
{
    struct jw *w = user;

    jw_object(w);
    jw_kstr(w, STR("id"), row->user_id);
    jw_kstr(w, STR("email"), row->email);
    jw_kstr(w, STR("name"), str_some(row->name) ? row->name : STR(""));
    jw_kstr(w, STR("role"), row->role);
    if (row->last_seen > 0)
        jw_ki64(w, STR("lastSeen"), row->last_seen);
    jw_object_end(w);
    return ERR_OK;
}

static enum errc write_invite(void *user, const struct meta_invite *row)
{
    struct jw *w = user;

    if (row->expires_at <= clock_now())
        return ERR_OK;
    jw_object(w);
    jw_kstr(w, STR("id"), row->id);
    jw_kstr(w, STR("email"), row->email);
    jw_kstr(w, STR("role"), row->role);
    jw_ki64(w, STR("created"), row->created_at);
    jw_ki64(w, STR("expires"), row->expires_at);
    jw_kstr(w, STR("by"), row->invited_by);
    jw_object_end(w);
    return ERR_OK;
}

static enum errc members_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct place p;
    struct jw w;

    TRY(place_find(app, rq, ROLE_MEMBER, &p));
    reply_object(rs, &w);
    jw_key(&w, STR("members"));
    jw_array(&w);
    TRY(meta_member_list(p.ui->api->meta, rq->ctx, p.org.id, write_member, &w));
    jw_array_end(&w);
    jw_key(&w, STR("invites"));
    jw_array(&w);
    TRY(meta_invite_list(p.ui->api->meta, rq->ctx, p.org.id, write_invite, &w));
    jw_array_end(&w);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

// The member of the path; whose role is above the caller's is out of reach.
static enum errc member_reach(const struct place *p)
{
    str role = STR_NONE;

    TRY(meta_member_role(p->ui->api->meta, p->rq->ctx, p->org.id, p->rq->vars[1], &role));
    if (!str_some(role))
        return fail(p->rq->ctx, ERR_NOT_FOUND, "There is no such member");
    return role_of(role) <= p->role
               ? ERR_OK
               : fail(p->rq->ctx, ERR_FORBIDDEN, "That member's role is above yours");
}

static enum errc member_put(void *app, struct http_req *rq, struct http_res *rs)
{
    const struct json *form;
    enum role role;
    struct place p;

    TRY(place_find(app, rq, ROLE_ADMIN, &p));
    TRY(form_read(rq, &form));
    TRY(role_read(&p, form, &role));
    TRY(member_reach(&p));
    TRY(meta_member_set(p.ui->api->meta, rq->ctx, p.org.id, rq->vars[1], str_c(role_text(role))));
    log_info("member.role", "user %.*s is %s of %.*s by %.*s", STR_ARG(rq->vars[1]),
             role_text(role), STR_ARG(p.org.id), STR_ARG(ui_caller(rq)->who.user.id));
    return answer_nothing(rs);
}

static enum errc member_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct place p;

    TRY(place_find(app, rq, ROLE_VIEWER, &p));
    bool self = str_eq(rq->vars[1], ui_caller(rq)->who.user.id);
    if (!self && p.role < ROLE_ADMIN)
        return fail(rq->ctx, ERR_FORBIDDEN, "Only administrators remove others");
    TRY(member_reach(&p));
    TRY(meta_member_delete(p.ui->api->meta, rq->ctx, p.org.id, rq->vars[1]));
    log_info("member.removed", "user %.*s from %.*s by %.*s", STR_ARG(rq->vars[1]),
             STR_ARG(p.org.id), STR_ARG(ui_caller(rq)->who.user.id));
    return answer_nothing(rs);
}

// ---- Invitations ----------------------------------------------------------------------------------

static bool like_an_address(str email)
{
    ptrdiff_t at = str_find_char(email, '@');

    return at > 0 && (size_t)at + 1 < email.n && email.n <= 254 && str_find_char(email, ' ') < 0;
}

static enum errc invite_post(void *app, struct http_req *rq, struct http_res *rs)
{
    uint8_t random[TOKEN_BYTES];
    struct arena *a = rq->ctx->arena;
    const struct json *form;
    enum role role;
    struct place p;
    struct jw w;

    TRY(place_find(app, rq, ROLE_ADMIN, &p));
    TRY(form_read(rq, &form));
    TRY(role_read(&p, form, &role));
    str email = arena_lower(a, form_text(form, "email"));
    if (!like_an_address(email))
        return fail(rq->ctx, ERR_INVALID, "Give the e-mail address of the person to invite");
    crypto_random(random, sizeof random);
    str token = base64url_encode(a, str_make((const char *)random, sizeof random));
    struct meta_invite invite = {.token_hash = sha256_hex(a, token),
                                 .org_id = p.org.id,
                                 .email = email,
                                 .role = str_c(role_text(role)),
                                 .invited_by = ui_caller(rq)->who.user.email,
                                 .expires_at = clock_now() + INVITE_DAYS * MILLIS_DAY};
    TRY(meta_invite_create(p.ui->api->meta, rq->ctx, &invite));
    log_info("invite.created", "into %.*s by %.*s", STR_ARG(p.org.id),
             STR_ARG(ui_caller(rq)->who.user.id));
    reply_object(rs, &w);
    jw_kstr(&w, STR("id"), invite.id);
    jw_kstr(&w, STR("url"),
            arena_fmt(a, "%.*s/invite/%.*s", STR_ARG(req_origin(rq)), STR_ARG(token)));
    jw_object_end(&w);
    return ERR_OK;
}

static enum errc invite_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct place p;

    TRY(place_find(app, rq, ROLE_ADMIN, &p));
    enum errc rc = meta_invite_delete(p.ui->api->meta, rq->ctx, p.org.id, rq->vars[1]);
    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "There is no such invitation");
    TRY(rc);
    return answer_nothing(rs);
}

static enum errc invite_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct meta_invite invite;
    struct meta_org org = {0};
    struct meta_user user;
    struct jw w;

    TRY(invite_find(ui_of(app), rq->ctx, rq->vars[0], &invite));
    TRY(meta_org_get(api->meta, rq->ctx, invite.org_id, &org));
    enum errc rc = meta_user_by_email(api->meta, rq->ctx, invite.email, &user);
    if (rc != ERR_OK && rc != ERR_NOT_FOUND)
        return rc;
    reply_object(rs, &w);
    jw_kstr(&w, STR("org"), org.name);
    jw_kstr(&w, STR("email"), invite.email);
    jw_kstr(&w, STR("role"), invite.role);
    jw_ki64(&w, STR("expires"), invite.expires_at);
    jw_kbool(&w, STR("registered"), rc == ERR_OK);
    jw_object_end(&w);
    return ERR_OK;
}

static enum errc invite_accept(void *app, struct http_req *rq, struct http_res *rs)
{
    const struct signed_in *who = &ui_caller(rq)->who;
    struct meta_invite invite;
    struct jw w;

    TRY(invite_find(ui_of(app), rq->ctx, rq->vars[0], &invite));
    TRY(invite_use(ui_of(app), rq->ctx, &invite, &who->user));
    reply_object(rs, &w);
    TRY(boot_write(ui_of(app), rq->ctx, who, &w));
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

const struct route ui_member_routes[] = {
    SESSION_ROUTE(HTTP_GET, "orgs/{orgId}/members", members_get, "Members and invitations"),
    SESSION_ROUTE(HTTP_PUT, "orgs/{orgId}/members/{userId}", member_put, "Change a role"),
    SESSION_ROUTE(HTTP_DELETE, "orgs/{orgId}/members/{userId}", member_delete, "Remove a member"),
    SESSION_ROUTE(HTTP_POST, "orgs/{orgId}/invites", invite_post, "Invite somebody"),
    SESSION_ROUTE(HTTP_DELETE, "orgs/{orgId}/invites/{id}", invite_delete, "Take it back"),
    {.method = HTTP_GET,
     .path = "/api/ui/invites/{token}",
     .handler = invite_get,
     .doc = "What an invitation is for"},
    SESSION_ROUTE(HTTP_POST, "invites/{token}/accept", invite_accept, "Become a member"),
};
const size_t ui_member_routes_n = ARRAY_LEN(ui_member_routes);
