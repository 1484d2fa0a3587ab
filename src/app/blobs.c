// SPDX-License-Identifier: MIT
// The object stores that settings name: a bucket for each use, or a directory where there is none.
#include "app/app.h"

#include "blob/azure/azure.h"
#include "blob/files/files.h"
#include "blob/s3/s3.h"

static const struct use {
    const char *setting, *directory;
    size_t offset;
} uses[] = {
    [BLOB_EVENTS] = {"LANGFUSE_S3_EVENT_UPLOAD", "segments", offsetof(struct config, events)},
    [BLOB_MEDIA] = {"LANGFUSE_S3_MEDIA_UPLOAD", "media", offsetof(struct config, media)},
    [BLOB_EXPORTS] = {"LANGFUSE_S3_BATCH_EXPORT", "exports", offsetof(struct config, exports)},
};

static struct config_bucket bucket_of(const struct config *cfg, enum blob_use use)
{
    struct config_bucket b;
    memcpy(&b, (const char *)cfg + uses[use].offset, sizeof b);
    return b;
}

bool config_on_bucket(const struct config *cfg, enum blob_use use)
{
    return !str_empty(bucket_of(cfg, use).bucket);
}

// A bucket without keys of its own is reached as that of events is.
static struct config_bucket completed(const struct config *cfg, enum blob_use use)
{
    struct config_bucket b = bucket_of(cfg, use);

    if (str_empty(b.access_key)) {
        b.access_key = cfg->events.access_key;
        b.secret_key = cfg->events.secret_key;
        b.endpoint = str_empty(b.endpoint) ? cfg->events.endpoint : b.endpoint;
        b.region = str_empty(b.region) ? cfg->events.region : b.region;
        b.path_style = b.path_style || cfg->events.path_style;
    }
    return b;
}

static enum errc open_s3(struct ctx *ctx, const struct config_bucket *b, const char *setting,
                         struct web *web, struct blob_store **out)
{
    const struct blob_s3_options opt = {.bucket = b->bucket,
                                        .prefix = b->prefix,
                                        .endpoint = b->endpoint,
                                        .public_endpoint = b->external,
                                        .region = b->region,
                                        .access_key = b->access_key,
                                        .secret_key = b->secret_key,
                                        .sse = b->sse,
                                        .sse_key = b->sse_key,
                                        .path_style = b->path_style,
                                        .setting = str_c(setting)};
    return blob_s3_open(ctx, web, &opt, out);
}

static enum errc open_azure(struct ctx *ctx, const struct config_bucket *b, const char *setting,
                            struct web *web, struct blob_store **out)
{
    const struct blob_azure_options opt = {.account = b->access_key,
                                           .key = b->secret_key,
                                           .container = b->bucket,
                                           .prefix = b->prefix,
                                           .endpoint = b->endpoint,
                                           .public_endpoint = b->external,
                                           .setting = str_c(setting)};
    return blob_azure_open(ctx, web, &opt, out);
}

enum errc app_blob_open(struct ctx *ctx, const struct config *cfg, enum blob_use use,
                        struct web **web, struct blob_store **out)
{
    static const struct web_options options = {0};

    if (!config_on_bucket(cfg, use))
        return blob_files_open(
            ctx, arena_fmt(ctx->arena, "%.*s/%s", STR_ARG(cfg->data_dir), uses[use].directory),
            out);
    const struct config_bucket b = completed(cfg, use);
    if (!*web)
        TRY(web_open(ctx, &options, web));
    return (cfg->azure ? open_azure : open_s3)(ctx, &b, uses[use].setting, *web, out);
}
