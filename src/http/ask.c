// SPDX-License-Identifier: MIT
// A request inside a request: a page that carries the answer of the first question it would ask. The
// same route, the same checks with the same headers, the same handler; only the wire is left out.
#include "base/limits.h"
#include "http/http_int.h"

// The inner request's own path and query, with everything else of the outer one.
static struct http_req inner_request(const struct http_req *rq, struct ctx *ctx, str path)
{
    struct http_req inner = *rq;
    ptrdiff_t mark = str_find_char(path, '?');
    size_t n = mark < 0 ? path.n : (size_t)mark;

    ctx_init(ctx, rq->ctx->arena);
    ctx->deadline_ms = rq->ctx->deadline_ms;
    ctx->request_id = rq->ctx->request_id;
    inner.method = HTTP_GET;
    inner.path = arena_fmt(ctx->arena, "/%.*s", (int)n, path.p);
    inner.query = mark < 0 ? STR("") : str_skip(path, n + 1);
    inner.body = STR("");
    inner.ctx = ctx;
    inner.principal = NULL;
    inner.n_vars = 0;
    return inner;
}

static enum errc answer(const struct http_config *cfg, struct http_req *rq, struct http_res *rs)
{
    if (cfg->authorize) {
        enum errc rc = cfg->authorize(cfg->app, rq);
        if (rc != ERR_OK)
            return rc;
    }
    TRY(rq->route->handler(cfg->app, rq, rs));
    return buf_ok(&rs->body) ? ERR_OK : fail(rq->ctx, ERR_LIMIT, "The answer is too long");
}

bool http_ask(const struct http_req *rq, str path, struct http_inner *out)
{
    const struct http_server *server = ((const struct http_conn *)rq->conn)->server;
    struct ctx ctx;
    struct http_req inner = inner_request(rq, &ctx, path);
    struct http_res rs = {0};
    struct match m = {0};

    if (router_match(server->router, HTTP_GET, inner.path, &m) != MATCH_OK)
        return false;
    inner.route = m.route;
    if (!router_decode_vars(ctx.arena, &m, &inner))
        return false;
    buf_init(&rs.body, LIMIT_INNER_BYTES);
    enum errc rc = answer(&server->cfg, &inner, &rs);
    if (rc != ERR_OK) {
        res_reset(&rs);
        res_error(&inner, &rs, rc);
    }
    out->status = rs.status ? rs.status : 200;
    out->body = arena_str(ctx.arena, res_body(&rs));
    buf_fini(&rs.body);
    return str_some(out->body) && !rs.stream;
}
