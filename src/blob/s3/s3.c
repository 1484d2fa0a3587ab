// SPDX-License-Identifier: MIT
// The S3 store: its settings, single objects, links. Opening asks nothing of the network, so that a
// store that is away keeps nobody from starting.
#include "base/crypto.h"
#include "base/limits.h"
#include "blob/s3/s3_int.h"

enum { TEXTS_MAX = 256 << 10, LINK_SECONDS_MAX = 604800 };

static struct s3 *s3_of(struct blob_store *b)
{
    return (struct s3 *)b;
}

// ---- Objects ------------------------------------------------------------------------------------

static enum errc s3_put(struct blob_store *b, struct ctx *ctx, const struct blob_object *object)
{
    struct s3 *s = s3_of(b);
    const struct sigv4_pair all[] = {
        {STR("content-type"),
         str_some(object->content_type) ? object->content_type : STR("application/octet-stream")},
        {STR("x-amz-server-side-encryption"), s->opt.sse},
        {STR("x-amz-server-side-encryption-aws-kms-key-id"), s->opt.sse_key},
    };
    size_t n = str_some(s->opt.sse_key) ? 3 : str_some(s->opt.sse) ? 2 : 1;

    TRY(blob_key_check(ctx, object->key));
    const struct s3_call call = {.method = "PUT",
                                 .key = object->key,
                                 .headers = all,
                                 .n_headers = n,
                                 .body = object->body.p ? object->body : STR("")};
    return s3_send(s, ctx, &call);
}

static enum errc s3_get(struct blob_store *b, struct ctx *ctx, str key, struct buf *out)
{
    TRY(blob_key_check(ctx, key));
    const struct s3_call call = {.method = "GET", .key = key, .out = out};
    return s3_send(s3_of(b), ctx, &call);
}

// The bytes of an upload are not known yet: UNSIGNED-PAYLOAD, the only value that a signed address
// can have, and a checksum header that binds them where the caller knows their digest.
static enum errc s3_link(struct blob_store *b, struct ctx *ctx, const struct blob_link *link,
                         str *url)
{
    struct s3 *s = s3_of(b);
    struct arena *a = ctx->arena;
    struct s3_address to = s3_address(s, a, &s->links, atomic_load(&s->path_style), link->key);
    str length = STR_NONE;
    size_t n = 0;

    TRY(blob_key_check(ctx, link->key));
    if (link->seconds < 1 || link->seconds > LINK_SECONDS_MAX)
        return fail(ctx, ERR_INVALID, "a link works for 1 to %d seconds", LINK_SECONDS_MAX);
    if (link->bytes >= 0)
        length = arena_fmt(a, "%lld", (long long)link->bytes);
    const struct sigv4_pair all[] = {{STR("host"), to.host},
                                     {STR("content-length"), length},
                                     {STR("content-type"), link->content_type},
                                     {STR("x-amz-checksum-sha256"), link->sha256_base64}};
    struct sigv4_pair headers[ARRAY_LEN(all)];
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (i == 0 || (link->upload && str_some(all[i].value)))
            headers[n++] = all[i];
    const struct sigv4_request rq = {.method = link->upload ? "PUT" : "GET",
                                     .path = to.path,
                                     .headers = headers,
                                     .n_headers = n,
                                     .payload = STR("UNSIGNED-PAYLOAD"),
                                     .now = clock_now()};
    str query = sigv4_presigned_query(a, &s->keys, &rq, link->seconds);
    str text = arena_fmt(a, "%.*s://%.*s%.*s?%.*s", STR_ARG(s->links.scheme), STR_ARG(to.host),
                         STR_ARG(rq.path), STR_ARG(query));
    if (!str_some(query) || !str_some(text))
        return fail(ctx, ERR_NOMEM, "out of memory for a link");
    *url = text;
    return ERR_OK;
}

// ---- Opening ------------------------------------------------------------------------------------

static void s3_close(struct blob_store *b)
{
    struct s3 *s = s3_of(b);
    arena_destroy(s->arena);
    free(s);
}

static enum errc need(struct ctx *ctx, str value, str setting, const char *name)
{
    return str_empty(value) ? fail(ctx, ERR_INVALID, "%.*s%s is not set", STR_ARG(setting), name)
                            : ERR_OK;
}

// A bucket's name becomes part of a host's.
static enum errc check_bucket(struct ctx *ctx, const struct blob_s3_options *o)
{
    bool fine = o->bucket.n >= 2 && o->bucket.n <= 63;
    for (size_t i = 0; fine && i < o->bucket.n; i++) {
        char c = o->bucket.p[i];
        fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || (c >= 'A' && c <= 'Z');
    }
    return fine ? ERR_OK
                : fail(ctx, ERR_INVALID, "%.*s_BUCKET is not the name of a bucket",
                       STR_ARG(o->setting));
}

static enum errc check_options(struct ctx *ctx, const struct blob_s3_options *o)
{
    TRY(need(ctx, o->bucket, o->setting, "_BUCKET"));
    TRY(need(ctx, o->access_key, o->setting, "_ACCESS_KEY_ID"));
    TRY(need(ctx, o->secret_key, o->setting, "_SECRET_ACCESS_KEY"));
    TRY(check_bucket(ctx, o));
    TRY(blob_prefix_check(ctx, o->prefix, o->setting));
    if (str_some(o->sse) && !str_eq(o->sse, STR("AES256")) && !str_eq(o->sse, STR("aws:kms")))
        return fail(ctx, ERR_INVALID, "%.*s_SSE is neither AES256 nor aws:kms",
                    STR_ARG(o->setting));
    if (str_some(o->sse_key) && !str_eq(o->sse, STR("aws:kms")))
        return fail(ctx, ERR_INVALID, "%.*s_SSE_KMS_KEY_ID needs %.*s_SSE=aws:kms",
                    STR_ARG(o->setting), STR_ARG(o->setting));
    return ERR_OK;
}

static void copy_options(struct s3 *s, const struct blob_s3_options *o)
{
    struct arena *a = s->arena;

    s->opt = (struct blob_s3_options){.bucket = arena_str(a, o->bucket),
                                      .prefix = arena_str(a, o->prefix),
                                      .sse = arena_str(a, o->sse),
                                      .sse_key = arena_str(a, o->sse_key),
                                      .setting = arena_str(a, o->setting),
                                      .path_style = o->path_style};
    s->keys = (struct sigv4_credentials){.access_key = arena_str(a, o->access_key),
                                         .secret_key = arena_str(a, o->secret_key),
                                         .session_token = arena_str(a, o->session_token),
                                         .region = str_empty(o->region) ? STR("us-east-1")
                                                                        : arena_str(a, o->region),
                                         .service = STR("s3")};
}

static enum errc parse_endpoints(struct s3 *s, struct ctx *ctx, const struct blob_s3_options *o)
{
    str aws = arena_fmt(ctx->arena, "https://s3.%.*s.amazonaws.com", STR_ARG(s->keys.region));
    const str urls[2] = {str_empty(o->endpoint) ? aws : o->endpoint, o->public_endpoint};
    struct blob_endpoints e;

    TRY(blob_endpoints_parse(ctx, s->arena, urls, o->setting, &e));
    s->endpoint = e.store;
    s->links = e.links;
    return ERR_OK;
}

// A certificate for *.host does not cover a bucket with a dot in its name. Alibaba OSS takes the bucket
// in the host's name only, whatever the setting says.
static bool wants_path_style(const struct s3 *s)
{
    bool dotted = str_has(s->opt.bucket, STR(".")) && str_eq(s->endpoint.scheme, STR("https"));
    bool oss = str_ends(s->endpoint.host, STR(".aliyuncs.com"));
    return !oss && (s->opt.path_style || !s->endpoint.named || dotted);
}

enum errc blob_s3_open(struct ctx *ctx, struct web *web, const struct blob_s3_options *opt,
                       struct blob_store **out)
{
    static const struct blob_store_ops ops = {
        .name = "s3",
        .put = s3_put,
        .get = s3_get,
        .list = s3_list,
        .remove = s3_remove,
        .link = s3_link,
        .close = s3_close,
    };

    TRY(check_options(ctx, opt));
    struct s3 *s = calloc(1, sizeof *s);
    CHECK(s);
    s->base.ops = &ops;
    s->web = web;
    s->arena = arena_create(TEXTS_MAX);
    copy_options(s, opt);
    enum errc rc = parse_endpoints(s, ctx, opt);
    if (rc == ERR_OK && arena_failed(s->arena))
        rc = fail(ctx, ERR_INVALID, "the settings of %.*s are too long", STR_ARG(opt->setting));
    if (rc != ERR_OK) {
        s3_close(&s->base);
        return rc;
    }
    atomic_init(&s->path_style, wants_path_style(s));
    *out = &s->base;
    return ERR_OK;
}
