// SPDX-License-Identifier: MIT
// The check that runs before a request's body is read: credentials -> principal, principal -> route
// (api.md 0.2). Texts and statuses are the recorded ones.
#include "api/api.h"

static bool level_fits(enum http_auth need, enum access_level have)
{
    switch (need) {
    case AUTH_NONE:
    case AUTH_SESSION: return true;
    case AUTH_SCORES: return have == ACCESS_SCORES || have == ACCESS_PROJECT;
    case AUTH_PROJECT: return have == ACCESS_PROJECT || have == ACCESS_ADMIN;
    case AUTH_ORGANIZATION: return have == ACCESS_ORGANIZATION;
    case AUTH_ADMIN: return have == ACCESS_ADMIN;
    }
    return false;
}

static enum errc refuse(struct http_req *rq, const struct principal *p)
{
    enum http_dialect dialect = rq->route->dialect;

    if (dialect == DIALECT_INGESTION)
        return fail(rq->ctx, ERR_UNAUTHENTICATED,
                    "Missing projectId in scope. Are you using an organization key?");
    if (dialect == DIALECT_MESSAGE && p->level == ACCESS_ORGANIZATION)
        return fail(rq->ctx, ERR_FORBIDDEN, "Invalid API key. Are you using an organization key?");
    return fail(rq->ctx, ERR_FORBIDDEN,
                "Access denied - insufficient permissions for this endpoint");
}

enum errc api_authorize(void *context, struct http_req *rq)
{
    struct api *api = context;
    struct principal *p;

    if (rq->route->auth == AUTH_NONE)
        return ERR_OK;
    p = ARENA_NEW(rq->ctx->arena, struct principal);
    if (!p)
        return fail(rq->ctx, ERR_NOMEM, "Out of memory for this request");
    TRY(auth_check(api->auth, rq->ctx, http_header(rq, "authorization"),
                   http_header(rq, "x-langfuse-admin-api-key"),
                   http_header(rq, "x-langfuse-project-id"), p));
    rq->principal = p;
    return level_fits(rq->route->auth, p->level) ? ERR_OK : refuse(rq, p);
}
