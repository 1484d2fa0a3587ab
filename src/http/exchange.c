// SPDX-License-Identifier: MIT
// One request from its head to its answer, without naming the server library. Runs on the
// connection's thread; server.c calls begin, data..., finish, (sends), end.
//
//   begin:  guard -> base path -> preflight -> route -> refusing -> authorize -> length, encoding
//           any refusal makes rs the answer (STAGE_DECIDED) before a byte of the body is read
//   data:   bytes into one buffer, at most the route's limit; what exceeds it is swallowed for a
//           while, because the library cannot answer in the middle of a body
//   finish: gunzip -> handler -> error answer -> headers, entity tag, compression
//   end:    hooks, and everything of the request is freed but a little arena
//
// Rejected: answering a refused request and keeping the connection. The rest of its body would have
// to be read first, and whoever is refused is not owed that.
#include "base/clock.h"
#include "base/compress.h"
#include "http/http_int.h"

#define BODY_RESERVE         (1u << 20)  // trusted of a Content-Length before a byte has arrived
#define SWALLOW_BYTES        (64u << 20) // of a body over its limit
#define SLOWEST_BYTES_PER_MS 8           // a client may send and read as slowly as this

static void set_deadline(struct http_conn *c, uint64_t bytes)
{
    int64_t extra = (int64_t)(bytes / SLOWEST_BYTES_PER_MS);

    atomic_store(&c->deadline_ms, clock_mono_ms() + c->server->timeout_ms + extra);
}

static void decide_error(struct http_conn *c, enum errc code)
{
    res_error(&c->rq, &c->rs, code);
    c->stage = STAGE_DECIDED;
}

static bool reads(const struct http_req *rq)
{
    return rq->method == HTTP_GET || rq->method == HTTP_HEAD;
}

static void start(struct http_conn *c, const struct request_head *head)
{
    c->rq = (struct http_req){
        .target = head->target,
        .path = STR("/"),
        .query = STR(""),
        .base_path = c->server->cfg.base_path,
        .body = STR(""),
        .peer = str_c(c->peer),
        .ctx = &c->ctx,
        .received_at = clock_now(),
        .conn = c,
        .headers = head->headers,
    };
    c->rs = (struct http_res){0};
    buf_init(&c->rs.body, LIMIT_ANSWER_BYTES);
    c->body = (struct buf){0};
    ctx_init(&c->ctx, c->arena);
    c->ctx.request_id = request_id_pick(c->arena, http_header(&c->rq, "x-request-id"));
    c->rq.content_type = http_header(&c->rq, "content-type");
    c->started_ns = clock_mono_ns();
    c->framing = (struct framing){0};
    c->handler = NULL;
    c->dropped = 0;
    c->sent = 0;
    c->stream_at = 0;
    c->stream_over = false;
    c->close = atomic_load(&c->server->stopping);
    c->linger = false;
}

static bool pass_guard(struct http_conn *c, const struct request_head *head)
{
    struct verdict v = guard_check(head, &c->framing);

    (void)method_parse(head->method, &c->rq.method);
    if (v.status == 0 && !arena_failed(c->arena)) {
        c->close = c->close || c->framing.chunked; // see server.c
        return true;
    }
    c->close = true;
    if (v.status)
        res_error_status(&c->rq, &c->rs, v.status, v.message);
    else
        res_error(&c->rq, &c->rs, ERR_NOMEM);
    c->stage = STAGE_DECIDED;
    return false;
}

static bool find_path(struct http_conn *c)
{
    struct http_req *rq = &c->rq;
    struct target t = {0};

    if (!target_split(c->arena, rq->target, c->server->cfg.base_path,
                      http_header(rq, "x-forwarded-prefix"), &t)) {
        res_error_status(rq, &c->rs, 400, "The request target must be a path");
        c->stage = STAGE_DECIDED;
        return false;
    }
    rq->path = t.path;
    rq->query = t.query;
    rq->base_path = t.base_path;
    if (t.to_slash) {
        str to = arena_fmt(c->arena, "%.*s/%s%.*s", STR_ARG(t.base_path), t.query.n ? "?" : "",
                           STR_ARG(t.query));

        res_redirect(rq, &c->rs, 308, to);
        c->stage = STAGE_DECIDED;
        return false;
    }
    return true;
}

static void no_route(struct http_conn *c)
{
    const struct http_config *cfg = &c->server->cfg;

    if (cfg->fallback && reads(&c->rq) && !path_under(c->rq.path, STR("/api"))) {
        c->handler = cfg->fallback;
        return;
    }
    decide_error(c, ERR_NOT_FOUND);
}

static void wrong_method(struct http_conn *c, const struct match *m)
{
    str allow = router_allow(c->arena, m->methods);

    c->rq.route = m->route;
    if (c->rq.method == HTTP_OPTIONS) {
        res_reset(&c->rs);
        c->rs.status = 204;
        c->stage = STAGE_DECIDED;
    } else {
        decide_error(c, ERR_METHOD);
    }
    res_header(&c->rq, &c->rs, STR("Allow"), allow);
}

static void find_route(struct http_conn *c)
{
    struct http_req *rq = &c->rq;
    struct match m = {0};

    switch (router_match(c->server->router, rq->method, rq->path, &m)) {
    case MATCH_NONE: no_route(c); return;
    case MATCH_METHOD: wrong_method(c, &m); return;
    case MATCH_OK: break;
    }
    rq->route = m.route;
    c->handler = m.route->handler;
    if (!router_decode_vars(c->arena, &m, rq))
        decide_error(c, fail(&c->ctx, ERR_INVALID, "The path has a malformed percent escape"));
}

static bool refused(struct http_conn *c)
{
    const struct http_config *cfg = &c->server->cfg;
    bool stopping = atomic_load(&c->server->stopping);

    if (!c->rq.route || c->rq.route->auth == AUTH_NONE)
        return false;
    if (!stopping && !(cfg->refusing && cfg->refusing(cfg->app)))
        return false;
    (void)fail(&c->ctx, ERR_UNAVAILABLE, "The server is %s; try again in a moment",
               stopping ? "shutting down" : "overloaded or shutting down");
    decide_error(c, ERR_UNAVAILABLE);
    return true;
}

static bool authorized(struct http_conn *c)
{
    const struct http_config *cfg = &c->server->cfg;
    enum errc rc;

    if (!cfg->authorize || !c->rq.route)
        return true;
    rc = cfg->authorize(cfg->app, &c->rq);
    if (rc == ERR_OK)
        return true;
    res_error_auth(&c->rq, &c->rs, rc);
    c->stage = STAGE_DECIDED;
    return false;
}

static enum errc accept_body(struct http_conn *c)
{
    c->body_limit = route_body_limit(c->rq.route);
    if (c->framing.has_length && c->framing.length > c->body_limit)
        return body_too_large(&c->ctx, c->body_limit);
    if (request_encoding(&c->rq) == ENCODING_UNKNOWN)
        return fail(&c->ctx, ERR_UNSUPPORTED, "Content-Encoding must be gzip or identity");
    buf_init(&c->body, c->body_limit);
    if (c->framing.length > 0 &&
        !buf_reserve(&c->body, c->framing.length < BODY_RESERVE ? c->framing.length : BODY_RESERVE))
        return ERR_NOMEM;
    return ERR_OK;
}

static void choose(struct http_conn *c)
{
    enum errc rc;

    if (reads(&c->rq))
        c->ctx.deadline_ms = clock_mono_ms() + LIMIT_READ_MS;
    if (!find_path(c))
        return;
    if (c->rq.method == HTTP_OPTIONS && answer_cors(&c->rq)) {
        res_preflight(&c->rq, &c->rs);
        c->stage = STAGE_DECIDED;
        return;
    }
    find_route(c);
    if (c->stage == STAGE_DECIDED || refused(c) || !authorized(c))
        return;
    rc = accept_body(c);
    if (rc != ERR_OK)
        decide_error(c, rc);
}

void exchange_begin(struct http_conn *c, const struct request_head *head)
{
    connections_busy(&c->server->conns, true);
    start(c, head);
    c->stage = STAGE_BODY;
    if (pass_guard(c, head))
        choose(c);
    set_deadline(c, c->framing.chunked ? c->body_limit : c->framing.length);
}

bool exchange_data(struct http_conn *c, str data)
{
    if (c->stage != STAGE_BODY)
        return false;
    if (c->dropped == 0 && data.n <= c->body_limit - c->body.len) {
        buf_add(&c->body, data);
        return buf_ok(&c->body);
    }
    c->dropped += data.n;
    return c->dropped <= SWALLOW_BYTES;
}

static enum errc unpack_body(struct http_conn *c)
{
    if (c->dropped > 0)
        return body_too_large(&c->ctx, c->body_limit);
    if (c->body.len > 0 && request_encoding(&c->rq) == ENCODING_GZIP)
        TRY(body_gunzip(&c->rq, &c->body, c->body_limit));
    c->rq.body = c->body.len > 0 ? buf_str(&c->body) : STR("");
    return ERR_OK;
}

static enum errc run_handler(struct http_conn *c)
{
    TRY(unpack_body(c));
    CHECK(c->handler);
    TRY(c->handler(c->server->cfg.app, &c->rq, &c->rs));
    if (arena_failed(c->arena))
        return ERR_NOMEM;
    if (!buf_ok(&c->rs.body))
        return ERR_LIMIT;
    if (c->rs.status == 0)
        c->rs.status = 200;
    if (c->rs.status == 200 && !c->rs.stream && !str_some(c->rs.content_type) &&
        res_body(&c->rs).n == 0)
        return res_message(&c->rs, 200, "OK");
    return ERR_OK;
}

void exchange_finish(struct http_conn *c)
{
    enum errc rc;

    atomic_store(&c->deadline_ms, 0); // handlers have deadlines of their own
    if (c->stage == STAGE_BODY) {
        rc = run_handler(c);
        if (rc != ERR_OK)
            res_error(&c->rq, &c->rs, rc);
        c->stage = STAGE_DECIDED;
    }
    answer_finish(&c->rq, &c->rs);
    c->sent = c->rs.stream ? 0 : res_body(&c->rs).n;
    c->decided_ns = clock_mono_ns();
    set_deadline(c, c->sent);
}

// Bytes for the next chunk; blocks in the handler's stream function.
ssize_t exchange_stream(struct http_conn *c, char *out, size_t max)
{
    struct http_res *rs = &c->rs;
    size_t n;

    while (c->stream_at == rs->body.len) {
        if (c->stream_over || atomic_load(&c->server->stopping))
            return 0;
        atomic_store(&c->deadline_ms, 0);
        buf_clear(&rs->body);
        c->stream_at = 0;
        c->stream_over = !rs->stream(rs->stream_state, &rs->body);
        if (!buf_ok(&rs->body))
            return -1;
    }
    n = rs->body.len - c->stream_at;
    n = n < max ? n : max;
    memcpy(out, rs->body.data + c->stream_at, n);
    c->stream_at += n;
    c->sent += n;
    set_deadline(c, n);
    return (ssize_t)n;
}

void exchange_end(struct http_conn *c, int status)
{
    const struct http_config *cfg = &c->server->cfg;

    if (c->stage == STAGE_BODY || c->stage == STAGE_DECIDED) {
        int64_t end_ns = c->rs.stream ? c->decided_ns : clock_mono_ns();
        if (cfg->on_done)
            cfg->on_done(cfg->app, &c->rq, status, c->sent, end_ns - c->started_ns);
        if (c->rs.stream_done)
            c->rs.stream_done(c->rs.stream_state);
        buf_fini(&c->rs.body);
        buf_fini(&c->body);
        connections_busy(&c->server->conns, false);
    }
    c->stage = STAGE_IDLE;
    c->target = STR_NONE;
    arena_reset(c->arena);
    set_deadline(c, 0);
    atomic_fetch_add(&c->deadline_ms, c->server->timeout_ms); // idle, then a head
}
