// SPDX-License-Identifier: MIT
// The Azure store: its settings, single objects, links. Opening asks nothing of the network.
#include "base/codec.h"
#include "base/limits.h"
#include "blob/azure/azure_int.h"

enum { TEXTS_MAX = 256 << 10, LINK_SECONDS_MAX = 604800 };

static struct azure *azure_of(struct blob_store *b)
{
    return (struct azure *)b;
}

// ---- Objects ------------------------------------------------------------------------------------

static enum errc azure_put(struct blob_store *b, struct ctx *ctx, const struct blob_object *object)
{
    TRY(blob_key_check(ctx, object->key));
    const struct azure_call call = {
        .method = "PUT",
        .key = object->key,
        .block_blob = true,
        .content_type =
            str_some(object->content_type) ? object->content_type : STR("application/octet-stream"),
        .body = object->body.p ? object->body : STR(""),
    };
    return azure_send(azure_of(b), ctx, &call);
}

static enum errc azure_get(struct blob_store *b, struct ctx *ctx, str key, struct buf *out)
{
    TRY(blob_key_check(ctx, key));
    const struct azure_call call = {.method = "GET", .key = key, .out = out};
    return azure_send(azure_of(b), ctx, &call);
}

// One by one: Azure's batches are multipart messages, and deletes are rare.
static enum errc azure_remove(struct blob_store *b, struct ctx *ctx, const str *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(blob_key_check(ctx, keys[i]));
    for (size_t i = 0; i < n; i++) {
        struct arena_mark mark = arena_mark(ctx->arena);
        const struct azure_call call = {.method = "DELETE", .key = keys[i]};
        enum errc rc = azure_send(azure_of(b), ctx, &call);
        bool absent = rc == ERR_NOT_FOUND && !str_some(ctx->message);
        if (rc != ERR_OK && !absent)
            return rc;
        arena_rewind(ctx->arena, mark);
    }
    return ERR_OK;
}

// Azure cannot bind an upload's length, type or digest to a link.
static enum errc azure_link(struct blob_store *b, struct ctx *ctx, const struct blob_link *link,
                            str *url)
{
    const struct azure *z = azure_of(b);
    struct arena *a = ctx->arena;

    TRY(blob_key_check(ctx, link->key));
    if (link->seconds < 1 || link->seconds > LINK_SECONDS_MAX)
        return fail(ctx, ERR_INVALID, "a link works for 1 to %d seconds", LINK_SECONDS_MAX);
    str query = azure_sas(z, a, link, clock_now());
    str text =
        arena_fmt(a, "%.*s://%.*s%.*s?%.*s", STR_ARG(z->links.scheme), STR_ARG(z->links.host),
                  STR_ARG(azure_path(z, a, &z->links, link->key)), STR_ARG(query));
    if (!str_some(query) || !str_some(text))
        return fail(ctx, ERR_NOMEM, "out of memory for a link");
    *url = text;
    return ERR_OK;
}

// ---- Opening ------------------------------------------------------------------------------------

static void azure_close(struct blob_store *b)
{
    struct azure *z = azure_of(b);
    arena_destroy(z->arena);
    free(z);
}

static bool is_name(str s, size_t min, size_t max)
{
    bool fine = s.n >= min && s.n <= max;
    for (size_t i = 0; fine && i < s.n; i++)
        fine = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
               s.p[i] == '-' || s.p[i] == '$';
    return fine;
}

static enum errc check_options(struct ctx *ctx, const struct blob_azure_options *o)
{
    if (!is_name(o->account, 3, 24))
        return fail(ctx, ERR_INVALID, "%.*s_ACCESS_KEY_ID is not the name of a storage account",
                    STR_ARG(o->setting));
    if (!is_name(o->container, 3, 63))
        return fail(ctx, ERR_INVALID, "%.*s_BUCKET is not the name of a container",
                    STR_ARG(o->setting));
    return blob_prefix_check(ctx, o->prefix, o->setting);
}

static enum errc take_options(struct azure *z, struct ctx *ctx, const struct blob_azure_options *o)
{
    struct arena *a = z->arena;
    str own = arena_fmt(ctx->arena, "https://%.*s.blob.core.windows.net", STR_ARG(o->account));
    const str urls[2] = {str_empty(o->endpoint) ? own : o->endpoint, o->public_endpoint};
    struct blob_endpoints e;

    z->opt = (struct blob_azure_options){.account = arena_str(a, o->account),
                                         .container = arena_str(a, o->container),
                                         .prefix = arena_str(a, o->prefix),
                                         .setting = arena_str(a, o->setting)};
    if (!base64_decode(a, str_trim(o->key), &z->key) || z->key.n == 0)
        return fail(ctx, ERR_INVALID,
                    "%.*s_SECRET_ACCESS_KEY is not the key of a storage account: base64, as the"
                    " portal shows it under access keys",
                    STR_ARG(o->setting));
    TRY(blob_endpoints_parse(ctx, a, urls, o->setting, &e));
    z->endpoint = e.store;
    z->links = e.links;
    return arena_failed(a)
               ? fail(ctx, ERR_INVALID, "the settings of %.*s are too long", STR_ARG(o->setting))
               : ERR_OK;
}

enum errc blob_azure_open(struct ctx *ctx, struct web *web, const struct blob_azure_options *opt,
                          struct blob_store **out)
{
    static const struct blob_store_ops ops = {
        .name = "azure",
        .put = azure_put,
        .get = azure_get,
        .list = azure_list,
        .remove = azure_remove,
        .link = azure_link,
        .close = azure_close,
    };

    TRY(check_options(ctx, opt));
    struct azure *z = calloc(1, sizeof *z);
    CHECK(z);
    z->base.ops = &ops;
    z->web = web;
    z->arena = arena_create(TEXTS_MAX);
    enum errc rc = take_options(z, ctx, opt);
    if (rc == ERR_OK)
        *out = &z->base;
    else
        azure_close(&z->base);
    return rc;
}
