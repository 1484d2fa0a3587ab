// SPDX-License-Identifier: MIT
// One call: address, headers, signature, attempts. Bodies go whole, with Content-Length and their real
// SHA-256: what Alibaba OSS, proxies and old gateways refuse (aws-chunked, UNSIGNED-PAYLOAD) is never
// sent. The bucket's name stands in the host's, except where the host is an address or the setting says
// path style; a store that refuses that one as OSS does is called the other way from there on.
#include "base/codec.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "base/log.h"
#include "blob/s3/s3_int.h"
#include "blob/xml.h"

enum { MAX_HEADERS = 12, CALL_MS = 60000, READ_MS = 600000, SLOWEST_BYTES_PER_MS = 64 };

struct s3_address s3_address(const struct s3 *s, struct arena *a, const struct blob_endpoint *e,
                             bool path_style, str key)
{
    str object = str_some(key) ? arena_cat(a, s->opt.prefix, key) : STR("");
    str path = percent_encode_but(a, object, "/");

    if (!path_style)
        return (struct s3_address){
            arena_fmt(a, "%.*s.%.*s", STR_ARG(s->opt.bucket), STR_ARG(e->host)),
            arena_fmt(a, "%.*s/%.*s", STR_ARG(e->path), STR_ARG(path))};
    return (struct s3_address){e->host, arena_fmt(a, "%.*s/%.*s%s%.*s", STR_ARG(e->path),
                                                  STR_ARG(s->opt.bucket), str_some(key) ? "/" : "",
                                                  STR_ARG(path))};
}

struct attempt {
    struct s3 *s;
    const struct s3_call *call;
    bool path_style;
    str payload; // sha256 in hex
};

static int64_t patience(const struct s3_call *call)
{
    return (call->out ? READ_MS : CALL_MS) + (int64_t)(call->body.n / SLOWEST_BYTES_PER_MS);
}

// Signs, and sends everything but `host`, which the client writes itself.
static enum errc send_signed(struct attempt *t, struct ctx *ctx, struct sigv4_request *rq,
                             struct web_answer *answer)
{
    struct s3 *s = t->s;
    struct arena *a = ctx->arena;
    struct web_header headers[MAX_HEADERS + 1];
    size_t n = 0;
    str query = sigv4_query(a, rq->query, rq->n_query);
    str proof = sigv4_authorization(a, &s->keys, rq);
    str url = arena_fmt(a, "%.*s://%.*s%.*s%s%.*s", STR_ARG(s->endpoint.scheme),
                        STR_ARG(rq->headers[0].value), STR_ARG(rq->path), query.n ? "?" : "",
                        STR_ARG(query));

    if (!str_some(proof) || !str_some(url))
        return fail(ctx, ERR_NOMEM, "out of memory for a request to the object store");
    for (size_t i = 1; i < rq->n_headers; i++)
        headers[n++] = (struct web_header){rq->headers[i].name, rq->headers[i].value};
    headers[n++] = (struct web_header){STR("authorization"), proof};
    const struct web_call call = {.method = rq->method,
                                  .url = url,
                                  .headers = headers,
                                  .n_headers = n,
                                  .body = t->call->body,
                                  .timeout_ms = patience(t->call)};
    return web_call(s->web, ctx, &call, answer);
}

static enum errc attempt(void *user, struct ctx *ctx, struct web_answer *answer)
{
    struct attempt *t = user;
    const struct s3_call *call = t->call;
    struct arena *a = ctx->arena;
    millis now = clock_now();
    struct s3_address to = s3_address(t->s, a, &t->s->endpoint, t->path_style, call->key);
    struct sigv4_pair headers[MAX_HEADERS] = {
        {STR("host"), to.host},
        {STR("x-amz-date"), sigv4_date(a, now)},
        {STR("x-amz-content-sha256"), t->payload},
    };
    size_t n = 3;

    if (str_some(t->s->keys.session_token))
        headers[n++] = (struct sigv4_pair){STR("x-amz-security-token"), t->s->keys.session_token};
    CHECK(n + call->n_headers <= MAX_HEADERS);
    for (size_t i = 0; i < call->n_headers; i++)
        headers[n++] = call->headers[i];
    struct sigv4_request rq = {.method = call->method,
                               .path = to.path,
                               .query = call->query,
                               .headers = headers,
                               .n_query = call->n_query,
                               .n_headers = n,
                               .payload = t->payload,
                               .now = now};
    return send_signed(t, ctx, &rq, answer);
}

// OSS: "The bucket you are attempting to access must be addressed using OSS third level domain."
static bool wants_virtual_host(const struct attempt *t, struct arena *a, str text)
{
    return t->path_style && t->s->endpoint.named &&
           str_eq(xml_text(a, text, "Code"), STR("SecondLevelDomainForbidden"));
}

enum errc s3_send(struct s3 *s, struct ctx *ctx, const struct s3_call *call)
{
    struct buf fault;
    struct web_answer answer = {.body = call->out, .fault = &fault};
    struct attempt t = {s, call, atomic_load(&s->path_style), sha256_hex(ctx->arena, call->body)};

    buf_init(&fault, LIMIT_BLOB_FAULT_BYTES);
    enum errc rc = blob_attempts(ctx, attempt, &t, &answer);
    if (rc == ERR_OK && answer.status >= 300 &&
        wants_virtual_host(&t, ctx->arena, buf_str(&fault))) {
        log_debug("blob.style", "%.*s refuses path style; the bucket goes into the host's name",
                  STR_ARG(s->endpoint.host));
        atomic_store(&s->path_style, false);
        t.path_style = false;
        buf_clear(&fault);
        rc = blob_attempts(ctx, attempt, &t, &answer);
    }
    if (rc == ERR_OK && answer.status >= 300)
        rc = s3_failed(s, ctx, call, &answer, buf_str(&fault));
    buf_fini(&fault);
    return rc;
}
