// SPDX-License-Identifier: MIT
// The pure part of a request: head -> guard -> target -> route -> parameters -> error answer.
// Input: a request head as on the wire, split at line ends and at the first colon of each line.
// What must hold beside memory safety: a head that passes has exactly one way to frame its body,
// and every answer made here is free of control characters.
#include "http/http_int.h"

#define MAX_HEADERS 64

struct query {
    int64_t page, limit;
    str name;
    struct str_list tags;
    millis from;
    struct opt_bool flag;
    int32_t level;
    double value;
};

static const char *const levels[] = {"DEBUG", "ERROR", NULL};
#define P(n, t, m) .name = n, .type = t, .offset = offsetof(struct query, m)
static const struct param params[] = {
    {P("page", PARAM_INT, page), .min = 1, .max = INT64_MAX, .def = 1},
    {P("limit", PARAM_INT, limit), .min = 1, .max = 100, .def = 50},
    {P("name", PARAM_STR, name), .flags = PARAM_KEEP_EMPTY},
    {P("tags", PARAM_LIST, tags), .flags = PARAM_COMMA, .names = levels},
    {P("from", PARAM_TIME, from)},
    {P("flag", PARAM_BOOL, flag)},
    {P("level", PARAM_ENUM, level), .names = levels, .flags = PARAM_REQUIRED},
    {P("value", PARAM_NUMBER, value)},
};

static enum errc handler(void *app UNUSED, struct http_req *rq UNUSED, struct http_res *rs UNUSED)
{
    return ERR_OK;
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/api/{a}",
     .handler = handler,
     .params = params,
     .n_params = ARRAY_LEN(params),
     .strict_params = true},
    {.method = HTTP_POST,
     .path = "/api/{a}/b/{c}",
     .handler = handler,
     .dialect = DIALECT_INGESTION},
};

static void split_line(str line, struct request_head *head)
{
    str rest = line;

    str_next(&rest, ' ', &head->method);
    str_next(&rest, ' ', &head->target);
    head->version = str_some(rest) ? rest : STR("");
}

static void read_headers(str rest, struct http_header_pair *headers, struct request_head *head)
{
    const struct http_header_pair **tail = &head->headers;
    size_t n = 0;

    for (str line; n < MAX_HEADERS && str_next(&rest, '\n', &line);) {
        struct http_header_pair *h = &headers[n++];

        *h = (struct http_header_pair){0};
        h->value = str_ends(line, STR("\r")) ? str_sub(line, 0, line.n - 1) : line;
        str_next(&h->value, ':', &h->name);
        if (n > 1)
            headers[n - 2].next = h;
        else
            *tail = h;
    }
}

static void check_answer(const struct http_res *rs)
{
    str body = res_body(rs);

    CHECK(rs->status >= 200 && rs->status < 600);
    for (size_t i = 0; i < body.n; i++)
        CHECK((unsigned char)body.p[i] >= 0x20);
    for (const struct http_header_pair *h = rs->headers; h; h = h->next)
        CHECK(str_find_char(h->value, '\r') < 0 && str_find_char(h->value, '\n') < 0);
}

static void route_it(struct http_req *rq, struct http_res *rs, const struct router *router)
{
    struct match m = {0};
    struct query q = {0};
    enum errc rc = ERR_NOT_FOUND;
    enum match_kind kind = router_match(router, rq->method, rq->path, &m);

    rq->route = m.route;
    if (kind == MATCH_METHOD) {
        CHECK(router_allow(rq->ctx->arena, m.methods).n > 0);
        rc = ERR_METHOD;
    } else if (kind == MATCH_OK) {
        rc = router_decode_vars(rq->ctx->arena, &m, rq) ? req_params(rq, &q) : ERR_INVALID;
    }
    if (rc != ERR_OK)
        res_error(rq, rs, rc);
    else
        rs->status = 200;
    (void)request_encoding(rq);
    (void)req_query(rq, STR("name"));
    CHECK(req_origin(rq).n > 0);
}

static void run(struct arena *arena, const struct router *router, const struct request_head *head)
{
    struct ctx ctx;
    struct target t;
    struct framing f = {0};
    struct http_res rs = {0};
    struct http_req rq = {.headers = head->headers, .ctx = &ctx, .method = HTTP_GET};

    ctx_init(&ctx, arena);
    ctx.request_id = request_id_pick(arena, http_header(&rq, "x-request-id"));
    if (guard_check(head, &f).status)
        return;
    CHECK(!(f.chunked && f.has_length));
    CHECK(http_header_count(&rq, "host") <= 1);
    CHECK(method_parse(head->method, &rq.method));
    if (!target_split(arena, head->target, STR("/base"), http_header(&rq, "x-forwarded-prefix"),
                      &t))
        return;
    rq.path = t.path;
    rq.query = t.query;
    rq.base_path = t.base_path;
    buf_init(&rs.body, 1u << 20);
    route_it(&rq, &rs, router);
    answer_finish(&rq, &rs);
    if (!res_has_header(&rs, STR("content-encoding")))
        check_answer(&rs);
    buf_fini(&rs.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct route *const tables[] = {routes, NULL};
    static const size_t lens[] = {ARRAY_LEN(routes)};
    struct http_header_pair headers[MAX_HEADERS];
    struct arena *arena = arena_create(16u << 20);
    struct router *router = router_create(tables, lens);
    struct request_head head = {.bytes = size};
    str rest = str_make((const char *)data, size);
    str line = STR("");

    str_next(&rest, '\n', &line);
    if (str_ends(line, STR("\r")))
        line.n--;
    split_line(line, &head);
    if (str_some(rest))
        read_headers(rest, headers, &head);
    run(arena, router, &head);
    router_destroy(router);
    arena_destroy(arena);
    return 0;
}
