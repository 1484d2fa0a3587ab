// SPDX-License-Identifier: MIT
// Making a bucket, for `rushlight bootstrap`. Private is what every store makes of it by default.
#include "blob/s3/s3_int.h"

#define AWS_DEFAULT "us-east-1" // the only region that must not be named

enum errc blob_s3_create_bucket(struct blob_store *b, struct ctx *ctx)
{
    struct s3 *s = (struct s3 *)(void *)b;
    bool aws = !str_some(s->opt.endpoint) || str_has(s->opt.endpoint, STR("amazonaws.com"));
    bool elsewhere = str_some(s->keys.region) && !str_eq(s->keys.region, STR(AWS_DEFAULT));
    str body = STR("");
    if (aws && elsewhere)
        body = arena_fmt(ctx->arena,
                         "<CreateBucketConfiguration"
                         " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                         "<LocationConstraint>%.*s</LocationConstraint>"
                         "</CreateBucketConfiguration>",
                         STR_ARG(s->keys.region));
    const struct s3_call call = {.method = "PUT", .body = body};
    enum errc rc = s3_send(s, ctx, &call);
    if (rc != ERR_OK && str_has(ctx->message, STR("BucketAlreadyOwnedByYou"))) {
        ctx_clear_error(ctx); // another process was faster
        return ERR_OK;
    }
    return rc;
}
