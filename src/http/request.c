// SPDX-License-Identifier: MIT
// What a handler asks a request for: headers, and the body as plain bytes. Runs on the connection's
// thread; pure but for memory.
//
// Header names are compared without case and with '_' equal to '-', because SDKs in the field send
// x_langfuse_sdk_name. Every route takes gzip: the limit of a route is on what comes out, so a
// small body that unpacks to gigabytes is refused at the limit.
#include "base/compress.h"
#include "http/http_int.h"

static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '_' ? '-' : c;
}

static bool name_eq(str header, str name)
{
    if (header.n != name.n)
        return false;
    for (size_t i = 0; i < name.n; i++) {
        if (fold(header.p[i]) != fold(name.p[i]))
            return false;
    }
    return true;
}

str http_header(const struct http_req *rq, const char *name)
{
    str wanted = str_c(name);
    str value = STR_NONE;

    for (const struct http_header_pair *h = rq->headers; h; h = h->next) {
        if (name_eq(h->name, wanted))
            value = str_trim(h->value);
    }
    return value;
}

size_t http_header_count(const struct http_req *rq, const char *name)
{
    str wanted = str_c(name);
    size_t n = 0;

    for (const struct http_header_pair *h = rq->headers; h; h = h->next)
        n += name_eq(h->name, wanted);
    return n;
}

enum encoding request_encoding(const struct http_req *rq)
{
    str value = http_header(rq, "content-encoding");

    if (value.n == 0 || str_eq_nocase(value, STR("identity")))
        return ENCODING_IDENTITY;
    if (str_eq_nocase(value, STR("gzip")) || str_eq_nocase(value, STR("x-gzip")))
        return ENCODING_GZIP;
    return ENCODING_UNKNOWN;
}

uint32_t route_body_limit(const struct route *route)
{
    return route && route->body_limit ? route->body_limit : LIMIT_BODY_DEFAULT;
}

// Worded as the recorded system does: "4.5mb", "1mb", "16kb".
enum errc body_too_large(struct ctx *ctx, uint64_t limit)
{
    bool mega = limit >= 1u << 20;
    uint64_t tenths = mega ? limit * 10 >> 20 : limit * 10 >> 10;
    unsigned whole = (unsigned)(tenths / 10);
    unsigned tenth = (unsigned)(tenths % 10);
    const char *unit = mega ? "mb" : "kb";

    if (tenth)
        return fail(ctx, ERR_TOO_LARGE, "Body exceeded %u.%u%s limit", whole, tenth, unit);
    return fail(ctx, ERR_TOO_LARGE, "Body exceeded %u%s limit", whole, unit);
}

static enum errc bad_gzip(struct http_req *rq)
{
    ctx_clear_error(rq->ctx);
    if (rq->route && rq->route->dialect == DIALECT_OTLP)
        return fail(rq->ctx, ERR_INVALID, "Failed to decompress request body");
    issue_add(rq->ctx, STR("custom"), STR("[]"), STR("The gzip body is damaged or incomplete"),
              STR_NONE);
    return fail(rq->ctx, ERR_INVALID, "Invalid request data");
}

enum errc body_gunzip(struct http_req *rq, struct buf *body, uint32_t limit)
{
    AUTO(buf_fini) struct buf plain = {0};
    struct buf packed;
    enum errc rc;

    buf_init(&plain, limit);
    rc = gzip_decompress(rq->ctx, buf_str(body), &plain);
    if (rc == ERR_TOO_LARGE) {
        ctx_clear_error(rq->ctx);
        return body_too_large(rq->ctx, limit);
    }
    if (rc == ERR_INVALID)
        return bad_gzip(rq);
    TRY(rc);
    packed = *body;
    *body = plain;
    plain = packed;
    return ERR_OK;
}
