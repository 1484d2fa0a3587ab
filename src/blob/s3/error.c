// SPDX-License-Identifier: MIT
// What a store's refusal means and what puts it right. The store's own words are repeated, shortened;
// they never hold a secret key, and neither does anything that is added here.
#include "base/http_date.h"
#include "blob/s3/s3_int.h"
#include "blob/xml.h"

enum { WORDS_MAX = 300 };

static const struct refusal {
    const char *code;
    enum errc rc;
    const char *advice, *setting; // the setting's name is ours plus this; NULL: none
} refusals[] = {
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

static const struct refusal *refusal_of(str code, int status)
{
    static const struct refusal by_status[] = {
        {"401", ERR_FORBIDDEN, "look at the access key and its rights", "_ACCESS_KEY_ID"},
        {"403", ERR_FORBIDDEN, "look at the access key and its rights", "_ACCESS_KEY_ID"},
        {"404", ERR_NOT_FOUND, "this does not look like an object store", "_ENDPOINT"},
        {"413", ERR_TOO_LARGE, "a proxy on the way takes no body of this size", NULL},
        {"", ERR_UNAVAILABLE, "try again, and look at the store's own log", NULL},
    };
    char digits[12];
    size_t i = 0;

    for (size_t k = 0; k < ARRAY_LEN(refusals); k++)
        if (str_eq(code, str_c(refusals[k].code)))
            return &refusals[k];
    (void)snprintf(digits, sizeof digits, "%d", status);
    while (by_status[i].code[0] && strcmp(by_status[i].code, digits) != 0)
        i++;
    return &by_status[i];
}

// What the store knows better: how far the clocks are apart, which region or endpoint it is.
static str detail(struct arena *a, const struct web_answer *answer, str code, str text)
{
    str region = xml_text(a, text, "Region"), endpoint = xml_text(a, text, "Endpoint");
    millis theirs = 0;
    bool dated = http_date_parse(answer->date, &theirs) ||
                 time_parse_iso(xml_text(a, text, "ServerTime"), &theirs);

    if (str_eq(code, STR("RequestTimeTooSkewed")) && dated) {
        int64_t s = (clock_now() - theirs) / 1000;
        return arena_fmt(a, ": it is %lld seconds %s the store's", (long long)(s < 0 ? -s : s),
                         s < 0 ? "behind" : "ahead of");
    }
    if (str_some(region))
        return arena_fmt(a, ": %.*s", STR_ARG(str_sub(region, 0, WORDS_MAX)));
    if (str_some(endpoint))
        return arena_fmt(a, ": %.*s", STR_ARG(str_sub(endpoint, 0, WORDS_MAX)));
    return STR("");
}

enum errc s3_failed(const struct s3 *s, struct ctx *ctx, const struct s3_call *call,
                    const struct web_answer *answer, str text)
{
    struct arena *a = ctx->arena;
    str code = xml_text(a, text, "Code"), words = xml_text(a, text, "Message");
    const struct refusal *r = refusal_of(code, answer->status);
    str setting =
        r->setting ? arena_fmt(a, " (%.*s%s)", STR_ARG(s->opt.setting), r->setting) : STR("");

    if (str_eq(code, STR("NoSuchKey")))
        return ERR_NOT_FOUND;
    return fail(ctx, r->rc, "bucket %.*s at %.*s refuses %s with %d%s%.*s%s%.*s; %s%.*s%.*s",
                STR_ARG(s->opt.bucket), STR_ARG(s->endpoint.host), call->method, answer->status,
                code.n ? " " : "", STR_ARG(str_sub(code, 0, WORDS_MAX)), words.n ? ": " : "",
                STR_ARG(str_sub(words, 0, WORDS_MAX)), r->advice,
                STR_ARG(detail(a, answer, code, text)), STR_ARG(setting));
}
