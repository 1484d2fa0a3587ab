// SPDX-License-Identifier: MIT
// The last step before an answer leaves: headers that every answer carries (api.md 0.1), CORS,
// entity tag and 304, compression. Runs on the connection's thread, after the handler.
//
// Only the public API is shared with other origins; the pages and the session routes are not.
// Entity tags are weak: they stand for the JSON, not for its compressed form. Level 1 is enough
// for JSON and four times faster than the default.
#include "base/compress.h"
#include "base/id.h"
#include "http/http_int.h"

#include <inttypes.h>

#define COMPRESS_FROM_BYTES 1024
#define COMPRESS_LEVEL      1
#define JSON_TYPE           "application/json; charset=utf-8"

static str clean_value(struct arena *a, str value)
{
    char *copy = arena_alloc(a, value.n + 1);

    if (!copy)
        return STR_NONE;
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];

        copy[i] = c < 0x20 || c == 0x7f ? ' ' : value.p[i];
    }
    return str_make(copy, value.n);
}

void res_header(struct http_req *rq, struct http_res *rs, str name, str value)
{
    struct http_header_pair *h = ARENA_NEW(rq->ctx->arena, struct http_header_pair);
    struct http_header_pair **tail = &rs->headers;

    if (!h)
        return;
    h->name = clean_value(rq->ctx->arena, name);
    h->value = clean_value(rq->ctx->arena, value);
    if (!str_some(h->name) || !str_some(h->value))
        return;
    while (*tail)
        tail = &(*tail)->next;
    *tail = h;
}

bool res_has_header(const struct http_res *rs, str name)
{
    for (const struct http_header_pair *h = rs->headers; h; h = h->next) {
        if (str_eq_nocase(h->name, name))
            return true;
    }
    return false;
}

str res_body(const struct http_res *rs)
{
    return str_some(rs->lent) ? rs->lent : buf_str(&rs->body);
}

static void default_header(struct http_req *rq, struct http_res *rs, str name, str value)
{
    if (!res_has_header(rs, name))
        res_header(rq, rs, name, value);
}

static void fixed_headers(struct http_req *rq, struct http_res *rs)
{
    static const str fixed[][2] = {
        {STR_INIT("X-Content-Type-Options"), STR_INIT("nosniff")},
        {STR_INIT("Referrer-Policy"), STR_INIT("strict-origin-when-cross-origin")},
        {STR_INIT("X-Frame-Options"), STR_INIT("SAMEORIGIN")},
        {STR_INIT("Permissions-Policy"), STR_INIT("autoplay=*, fullscreen=*, microphone=*")},
    };

    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        default_header(rq, rs, fixed[i][0], fixed[i][1]);
    if (!str_eq(rq->path, STR("/")) && !str_starts(rq->path, STR("/auth")))
        default_header(rq, rs, STR("X-Robots-Tag"), STR("noindex"));
    default_header(rq, rs, STR("X-Request-Id"), rq->ctx->request_id);
}

bool answer_cors(const struct http_req *rq)
{
    return path_under(rq->path, STR("/api/public"));
}

static void allow_origin(struct http_req *rq, struct http_res *rs)
{
    str origin = http_header(rq, "origin");

    if (origin.n > 0)
        default_header(rq, rs, STR("Access-Control-Allow-Origin"), origin);
}

void res_preflight(struct http_req *rq, struct http_res *rs)
{
    str wanted = http_header(rq, "access-control-request-headers");

    res_reset(rs);
    rs->status = 204;
    allow_origin(rq, rs);
    res_header(rq, rs, STR("Access-Control-Allow-Methods"), STR("GET,HEAD,PUT,PATCH,POST,DELETE"));
    if (wanted.n > 0)
        res_header(rq, rs, STR("Access-Control-Allow-Headers"), wanted);
    res_header(rq, rs, STR("Vary"), STR("Origin, Access-Control-Request-Headers"));
}

static bool is_json(const struct http_res *rs)
{
    return !str_some(rs->content_type) || str_starts(rs->content_type, STR("application/json"));
}

static bool is_text(const struct http_res *rs)
{
    return is_json(rs) || str_starts(rs->content_type, STR("text/")) ||
           str_has(rs->content_type, STR("json")) || str_has(rs->content_type, STR("javascript"));
}

bool etag_listed(str if_none_match, str etag)
{
    str bare = str_starts(etag, STR("W/")) ? str_skip(etag, 2) : etag;

    for (str rest = if_none_match, part; str_next(&rest, ',', &part);) {
        part = str_trim(part);
        if (str_eq(part, STR("*")))
            return true;
        if (str_starts(part, STR("W/")))
            part = str_skip(part, 2);
        if (str_eq(part, bare))
            return true;
    }
    return false;
}

static void entity_tag(struct http_req *rq, struct http_res *rs)
{
    bool reads = rq->method == HTTP_GET || rq->method == HTTP_HEAD;
    str body = res_body(rs);
    str etag;

    if (!reads || rs->status != 200 || rs->is_static || !is_json(rs) ||
        res_has_header(rs, STR("etag")))
        return;
    etag = arena_fmt(rq->ctx->arena, "W/\"%zx-%" PRIx64 "\"", body.n, str_hash(body));
    if (!str_some(etag))
        return;
    res_header(rq, rs, STR("ETag"), etag);
    if (!etag_listed(http_header(rq, "if-none-match"), etag))
        return;
    res_reset(rs);
    rs->status = 304;
}

// Does the list take this coding? "gzip;q=0" refuses it; "*" means any that is not named.
bool accepts_encoding(const struct http_req *rq, str coding)
{
    bool any = false;

    for (str rest = http_header(rq, "accept-encoding"), part; str_next(&rest, ',', &part);) {
        str name = STR_NONE;
        double q = 1;

        str_next(&part, ';', &name);
        part = str_trim(part);
        if (str_starts(part, STR("q=")) && !str_to_double(str_skip(part, 2), &q))
            q = 0;
        if (str_eq_nocase(str_trim(name), coding))
            return q > 0;
        if (str_eq(str_trim(name), STR("*")))
            any = q > 0;
    }
    return any;
}

static void compress(struct http_req *rq, struct http_res *rs)
{
    AUTO(buf_fini) struct buf packed = {0};
    struct buf plain = rs->body;

    if (rs->no_compress || rs->status == 204 || !is_text(rs) ||
        res_body(rs).n <= COMPRESS_FROM_BYTES || !accepts_encoding(rq, STR("gzip")) ||
        res_has_header(rs, STR("content-encoding")))
        return;
    buf_init(&packed, LIMIT_ANSWER_BYTES);
    if (gzip_compress(rq->ctx, res_body(rs), COMPRESS_LEVEL, &packed) != ERR_OK)
        return; // as it is, then
    rs->body = packed;
    rs->lent = STR_NONE;
    packed = plain;
    res_header(rq, rs, STR("Content-Encoding"), STR("gzip"));
}

static bool harmless_id(str id)
{
    if (id.n == 0 || id.n > 64)
        return false;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              c == '-' || c == '_' || c == '.'))
            return false;
    }
    return true;
}

str request_id_pick(struct arena *a, str incoming)
{
    return harmless_id(incoming) ? arena_str(a, incoming) : id_hex(a, 8);
}

void answer_finish(struct http_req *rq, struct http_res *rs)
{
    bool cors = answer_cors(rq) && !rs->is_static;

    if (cors)
        allow_origin(rq, rs);
    if (!rs->is_static)
        default_header(rq, rs, STR("Vary"),
                       cors ? STR("Origin, Accept-Encoding") : STR("Accept-Encoding"));
    if (!rs->stream) {
        entity_tag(rq, rs);
        compress(rq, rs);
    }
    fixed_headers(rq, rs);
    if (rs->status != 204 && rs->status != 304)
        default_header(rq, rs, STR("Content-Type"),
                       str_some(rs->content_type) ? rs->content_type : STR(JSON_TYPE));
}
