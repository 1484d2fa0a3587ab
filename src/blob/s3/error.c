// SPDX-License-Identifier: MIT
// The refusals of S3 and its relatives.
#include "blob/refusal.h"
#include "blob/s3/s3_int.h"
#include "blob/xml.h"

static const struct blob_refusal refusals[] = {
    {"NoSuchBucket", ERR_NOT_FOUND,
     "create the bucket, or name the right one and its region's"
     " endpoint",
     "_BUCKET"},
    {"InvalidBucketName", ERR_NOT_FOUND, "this is no name that a bucket can have", "_BUCKET"},
    {"AccessDenied", ERR_FORBIDDEN,
     "give this access key the rights to put, get, delete and list"
     " in this bucket",
     NULL},
    {"InvalidAccessKeyId", ERR_FORBIDDEN, "the store does not know this access key",
     "_ACCESS_KEY_ID"},
    {"SignatureDoesNotMatch", ERR_FORBIDDEN, "the secret does not belong to the access key",
     "_SECRET_ACCESS_KEY"},
    {"ExpiredToken", ERR_FORBIDDEN, "the access key has expired", "_ACCESS_KEY_ID"},
    {"InvalidSecurity", ERR_FORBIDDEN, "the access key is not valid", "_ACCESS_KEY_ID"},
    {"AuthorizationHeaderMalformed", ERR_FORBIDDEN, "the bucket lies in another region", "_REGION"},
    {"PermanentRedirect", ERR_FORBIDDEN, "the bucket lies behind another endpoint", "_ENDPOINT"},
    {"TemporaryRedirect", ERR_FORBIDDEN, "the bucket lies behind another endpoint", "_ENDPOINT"},
    {"IllegalLocationConstraintException", ERR_FORBIDDEN, "the bucket lies in another region",
     "_REGION"},
    {"SecondLevelDomainForbidden", ERR_FORBIDDEN,
     "this store wants the bucket in the host's name:"
     " set it to false",
     "_FORCE_PATH_STYLE"},
    {"UserDisable", ERR_FORBIDDEN, "the account is disabled: look at its bill", NULL},
    {"AllAccessDisabled", ERR_FORBIDDEN, "the bucket is disabled: look at the account", NULL},
    {"KMS.NotFoundException", ERR_FORBIDDEN, "the encryption key does not exist",
     "_SSE_KMS_KEY_ID"},
    {"EntityTooLarge", ERR_TOO_LARGE, "the store takes no object of this size at once", NULL},
    {"SlowDown", ERR_UNAVAILABLE, "too many requests; it is tried again later", NULL},
    {"RequestTimeTooSkewed", ERR_UNAVAILABLE, "set this machine's clock right (NTP)", NULL},
};

// What the store knows better: how far the clocks are apart, which region or endpoint it is.
static str detail(struct arena *a, const struct web_answer *answer, str code, str text)
{
    str region = xml_text(a, text, "Region"), endpoint = xml_text(a, text, "Endpoint");

    if (str_eq(code, STR("RequestTimeTooSkewed")))
        return blob_clock_detail(a, answer);
    str known = str_some(region) ? region : endpoint;
    return str_some(known) ? arena_fmt(a, ": %.*s", STR_ARG(known)) : STR_NONE;
}

enum errc s3_failed(const struct s3 *s, struct ctx *ctx, const struct s3_call *call,
                    const struct web_answer *answer, str text)
{
    str code = xml_text(ctx->arena, text, "Code");
    const struct blob_refused r = {.rows = refusals,
                                   .n_rows = ARRAY_LEN(refusals),
                                   .what = "bucket",
                                   .name = s->opt.bucket,
                                   .host = s->endpoint.host,
                                   .settings = s->opt.setting,
                                   .method = call->method,
                                   .answer = answer,
                                   .code = code,
                                   .words = xml_text(ctx->arena, text, "Message"),
                                   .detail = detail(ctx->arena, answer, code, text)};
    return str_eq(code, STR("NoSuchKey")) ? ERR_NOT_FOUND : blob_refused(ctx, &r);
}
