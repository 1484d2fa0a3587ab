// SPDX-License-Identifier: MIT
// Signing in, up and out, the password, and what a page has to know at its start (Boot in
// web/src/api/ui.ts).
#include "ui/boot.h"
#include "ui/form.h"
#include "ui/tables.h"
#include "ui/ui.h"

// A password is taken as it is: blanks belong to it.
static str secret_text(const struct json *form, const char *name)
{
    return json_str(json_get(form, str_c(name)));
}

static enum errc answer_boot(struct ui *ui, struct http_req *rq, struct http_res *rs,
                             const struct signed_in *who)
{
    struct jw w;

    res_header(rq, rs, STR("Cache-Control"), STR("no-store"));
    reply_object(rs, &w);
    TRY(boot_write(ui, rq->ctx, who, &w));
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

// A browser that was signed in already loses that session: no token outlives a sign-in.
static enum errc end_current(struct auth *auth, struct http_req *rq)
{
    struct signed_in who;
    str token = session_cookie(rq);

    if (str_empty(token))
        return ERR_OK;
    enum errc rc = session_check(auth, rq->ctx, token, &who);
    if (rc == ERR_UNAUTHENTICATED) {
        ctx_clear_error(rq->ctx);
        return ERR_OK;
    }
    TRY(rc);
    return session_close(auth, rq->ctx, &who);
}

static enum errc begin(struct ui *ui, struct http_req *rq, struct http_res *rs,
                       const struct meta_user *user)
{
    struct signed_in who;

    TRY(end_current(ui->api->auth, rq));
    TRY(session_open(ui->api->auth, rq->ctx, user, &who));
    session_cookie_set(rq, rs, who.token);
    return answer_boot(ui, rq, rs, &who);
}

static enum errc say_when(struct http_req *rq, struct http_res *rs, enum errc rc, int64_t wait_ms)
{
    int64_t seconds = wait_ms / 1000 + 1;

    if (rc == ERR_RATE)
        res_header(rq, rs, STR("Retry-After"),
                   arena_fmt(rq->ctx->arena, "%lld", (long long)seconds));
    return rc;
}

static enum errc sign_in_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct ui *ui = ui_of(app);
    const struct json *form;
    struct meta_user user;

    if (!ui->settings.password)
        return fail(rq->ctx, ERR_FORBIDDEN,
                    "Sign in with email and password is disabled for this instance");
    TRY(form_read(rq, &form));
    struct sign_in_form in = {.email = form_text(form, "email"),
                              .password = secret_text(form, "password"),
                              .address = rq->peer};
    if (in.email.n == 0 || in.password.n == 0)
        return fail(rq->ctx, ERR_INVALID, "Give an e-mail address and a password");
    enum errc rc = sign_in(ui->api->auth, ui->attempts, rq->ctx, &in, &user);
    TRY(say_when(rq, rs, rc, in.wait_ms));
    return begin(ui, rq, rs, &user);
}

// Whether an account may be made: with a living invitation always, for its e-mail address.
static enum errc may_sign_up(struct ui *ui, struct ctx *ctx, str token, struct meta_invite *invite,
                             str *email)
{
    if (token.n == 0)
        return ui->settings.sign_up && ui->settings.password
                   ? ERR_OK
                   : fail(ctx, ERR_FORBIDDEN, "Sign up is disabled. Ask for an invitation");
    TRY(invite_find(ui, ctx, token, invite));
    *email = invite->email;
    return ERR_OK;
}

static enum errc sign_up_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct ui *ui = ui_of(app);
    struct meta_invite invite = {0};
    const struct json *form;
    struct meta_user user;
    int64_t wait_ms = 0;

    enum errc rc = sign_up_allowed(ui->attempts, rq->ctx, rq->peer, &wait_ms);
    TRY(say_when(rq, rs, rc, wait_ms));
    TRY(form_read(rq, &form));
    str email = form_text(form, "email"), token = form_text(form, "invite");
    TRY(may_sign_up(ui, rq->ctx, token, &invite, &email));
    TRY(sign_up(ui->api->auth, rq->ctx, email, form_text(form, "name"),
                secret_text(form, "password"), &user));
    if (token.n)
        TRY(invite_use(ui, rq->ctx, &invite, &user));
    return begin(ui, rq, rs, &user);
}

static enum errc sign_out_post(void *app, struct http_req *rq, struct http_res *rs)
{
    session_cookie_set(rq, rs, STR_NONE);
    TRY(session_close(ui_of(app)->api->auth, rq->ctx, &ui_caller(rq)->who));
    return answer_nothing(rs);
}

static enum errc sign_out_everywhere_post(void *app, struct http_req *rq, struct http_res *rs)
{
    session_cookie_set(rq, rs, STR_NONE);
    TRY(session_close_others(ui_of(app)->api->auth, rq->ctx, &ui_caller(rq)->who, true));
    return answer_nothing(rs);
}

static enum errc password_post(void *app, struct http_req *rq, struct http_res *rs)
{
    const struct json *form;

    TRY(form_read(rq, &form));
    TRY(password_change(ui_of(app)->api->auth, rq->ctx, &ui_caller(rq)->who,
                        secret_text(form, "current"), secret_text(form, "next")));
    return answer_nothing(rs);
}

static enum errc me_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct signed_in who = ui_caller(rq)->who;

    TRY(session_cookie_turn(ui_of(app), rq, rs, &who));
    return answer_boot(ui_of(app), rq, rs, &who);
}

#define OPEN_POST(p, h, d)                                                                 \
    {                                                                                      \
        .method = HTTP_POST, .path = "/api/ui/" p, .handler = h, .body_limit = FORM_BYTES, \
        .doc = d                                                                           \
    }
const struct route ui_sign_in_routes[] = {
    OPEN_POST("auth/sign-in", sign_in_post, "Sign in with e-mail and password"),
    OPEN_POST("auth/sign-up", sign_up_post, "Make an account"),
    SESSION_ROUTE(HTTP_POST, "auth/sign-out", sign_out_post, "End this session"),
    SESSION_ROUTE(HTTP_POST, "auth/sign-out-everywhere", sign_out_everywhere_post,
                  "End all sessions of the user"),
    SESSION_ROUTE(HTTP_POST, "auth/password", password_post, "Change the password"),
    SESSION_ROUTE(HTTP_GET, "me", me_get, "Who is signed in, and what a page needs to know"),
};
const size_t ui_sign_in_routes_n = ARRAY_LEN(ui_sign_in_routes);
