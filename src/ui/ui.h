// SPDX-License-Identifier: MIT
#pragma once
// What the server answers to its own pages: the routes under /api/ui, for browsers with a session.
// web/src/api/ui.ts is the contract. One file per subject; routes.c lists their tables.
//
// A handler's `app` is struct api, as in the public API; ui_of() gives what only the pages need.
// Routes with AUTH_SESSION are reached only by signed-in people, and by the key of the project in the
// path. A `{projectId}` in the path is a project: GET needs the role VIEWER there, anything else MEMBER, before the handler runs; handlers that need
// more ask ui_require(). Whoever is no member of the project gets the answer of a project that is not
// there.
#include "api/api.h"
#include "api/reply.h"
#include "auth/session.h"

struct ui_settings {
    bool sign_up;  // anybody may make an account; with an invitation always
    bool password; // signing in with e-mail and password is allowed
};
struct ui {
    struct api *api;
    struct attempts *attempts;
    struct ui_settings settings;
    _Atomic(uint32_t) n_live; // open streams
};
struct ui *ui_create(struct api *api, const struct ui_settings *settings);
void ui_destroy(struct ui *ui); // NULL is fine

static inline struct ui *ui_of(void *app)
{
    return ((struct api *)app)->ui;
}

struct ui_caller {               // rq->principal of AUTH_SESSION routes
    struct signed_in who;        // nobody when the project's key asked
    struct meta_project project; // of {projectId}
    enum role role;              // in its organization; the instance's admin is OWNER everywhere
};
static inline const struct ui_caller *ui_caller(const struct http_req *rq)
{
    return rq->principal;
}
// The project of /api/ui/{projectId}/..., which the caller may see.
enum errc ui_project(struct api *api, struct http_req *rq, str *out) MUST_CHECK;
// ERR_FORBIDDEN naming the role that is needed.
enum errc ui_require(const struct http_req *rq, enum role role) MUST_CHECK;
// The caller's role in an organization; ERR_NOT_FOUND when not a member.
enum errc ui_org_role(struct ui *ui, const struct http_req *rq, str org_id,
                      enum role *out) MUST_CHECK;

// The organization of {orgId}, in which the caller has at least that role; *role is the caller's.
enum errc ui_org(struct ui *ui, struct http_req *rq, enum role need, struct meta_org *out,
                 enum role *role) MUST_CHECK;

// Whether a request that goes on for long may do so: false when its session or key has ended, or its
// right to the project. `ctx` is for this question only.
bool ui_still_allowed(struct ui *ui, struct http_req *rq, struct ctx *ctx);

// http_config.authorize for all routes: sessions here, API keys in api/authorize.c.
enum errc ui_authorize(void *app, struct http_req *rq);
// http_config.fallback: the pages themselves, with the boot data filled in.
http_handler ui_page;

// Fills the NULL-terminated list of route tables and their lengths.
size_t ui_routes(const struct route **rows, size_t *lens, size_t max);
#define UI_TABLES_MAX 24

// The cookie's token, none without.
str session_cookie(const struct http_req *rq);
void session_cookie_set(struct http_req *rq, struct http_res *rs, str token); // none: removes it
// Sends a new token when the session's is old.
enum errc session_cookie_turn(struct ui *ui, struct http_req *rq, struct http_res *rs,
                              struct signed_in *who) MUST_CHECK;
