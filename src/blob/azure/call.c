// SPDX-License-Identifier: MIT
// One call to Azure: address, headers, signature, attempts; and what a refusal means.
#include "base/codec.h"
#include "base/http_date.h"
#include "base/limits.h"
#include "blob/azure/azure_int.h"
#include "blob/refusal.h"
#include "blob/xml.h"

enum { HEADERS = 6, CALL_MS = 60000, READ_MS = 600000, SLOWEST_BYTES_PER_MS = 64 };

static const struct blob_refusal refusals[] = {
    {"ContainerNotFound", ERR_NOT_FOUND, "create the container, or name the right one", "_BUCKET"},
    {"InvalidResourceName", ERR_NOT_FOUND, "this is no name that a container can have", "_BUCKET"},
    {"ContainerBeingDeleted", ERR_UNAVAILABLE, "the container is being deleted", "_BUCKET"},
    {"AuthenticationFailed", ERR_FORBIDDEN,
     "the key does not belong to the account, or this machine's clock is wrong",
     "_SECRET_ACCESS_KEY"},
    {"AuthorizationFailure", ERR_FORBIDDEN,
     "the key does not belong to the account, or the account's network rules keep this machine out",
     "_SECRET_ACCESS_KEY"},
    {"KeyBasedAuthenticationNotPermitted", ERR_FORBIDDEN,
     "allow storage account key access on the account", NULL},
    {"AccountIsDisabled", ERR_FORBIDDEN, "the account is disabled: look at its bill", NULL},
    {"ResourceNotFound", ERR_NOT_FOUND, "look at the account's name and the endpoint", "_ENDPOINT"},
    {"RequestBodyTooLarge", ERR_TOO_LARGE, "Azure takes no object of this size at once", NULL},
    {"ServerBusy", ERR_UNAVAILABLE, "too many requests; it is tried again later", NULL},
};

enum errc azure_failed(const struct azure *z, struct ctx *ctx, const struct azure_call *call,
                       const struct web_answer *answer, str text)
{
    struct arena *a = ctx->arena;
    str code = str_some(answer->error_code) ? answer->error_code : xml_text(a, text, "Code");
    str words = xml_text(a, text, "Message"), first = words;
    (void)str_next(&words, '\n', &first); // then come a request id and a time
    const struct blob_refused r = {.rows = refusals,
                                   .n_rows = ARRAY_LEN(refusals),
                                   .what = "container",
                                   .name = z->opt.container,
                                   .host = z->endpoint.host,
                                   .settings = z->opt.setting,
                                   .method = call->method,
                                   .answer = answer,
                                   .code = code,
                                   .words = first,
                                   .detail = answer->status == 403 ? blob_clock_detail(a, answer)
                                                                   : STR_NONE};
    return str_eq(code, STR("BlobNotFound")) ? ERR_NOT_FOUND : blob_refused(ctx, &r);
}

str azure_path(const struct azure *z, struct arena *a, const struct blob_endpoint *e, str key)
{
    str object = str_some(key) ? arena_cat(a, z->opt.prefix, key) : STR("");
    return arena_fmt(a, "%.*s/%.*s%s%.*s", STR_ARG(e->path), STR_ARG(z->opt.container),
                     str_some(key) ? "/" : "", STR_ARG(percent_encode_but(a, object, "/")));
}

static str url_of(const struct azure *z, struct arena *a, const struct azure_call *call, str path)
{
    str url = arena_fmt(a, "%.*s://%.*s%.*s", STR_ARG(z->endpoint.scheme),
                        STR_ARG(z->endpoint.host), STR_ARG(path));
    for (size_t i = 0; i < call->n_query; i++)
        url = arena_fmt(a, "%.*s%c%.*s=%.*s", STR_ARG(url), i ? '&' : '?',
                        STR_ARG(call->query[i].name),
                        STR_ARG(percent_encode(a, call->query[i].value)));
    return url;
}

struct attempt {
    struct azure *z;
    const struct azure_call *call;
};

static enum errc attempt(void *user, struct ctx *ctx, struct web_answer *answer)
{
    const struct attempt *t = user;
    const struct azure_call *call = t->call;
    struct arena *a = ctx->arena;
    str date = http_date(a, clock_now());
    str path = azure_path(t->z, a, &t->z->endpoint, call->key);
    struct web_header headers[HEADERS] = {
        {STR("x-ms-date"), date},
        {STR("x-ms-version"), STR(AZURE_VERSION)},
        {STR("authorization"), azure_authorization(t->z, a, call, path, date)},
    };
    size_t n = 3;

    if (call->block_blob)
        headers[n++] = (struct web_header){STR("x-ms-blob-type"), STR("BlockBlob")};
    if (str_some(call->content_type))
        headers[n++] = (struct web_header){STR("content-type"), call->content_type};
    if (arena_failed(a))
        return fail(ctx, ERR_NOMEM, "out of memory for a request to the object store");
    const struct web_call sent = {
        .method = call->method,
        .url = url_of(t->z, a, call, path),
        .headers = headers,
        .n_headers = n,
        .body = call->body,
        .timeout_ms =
            (call->out ? READ_MS : CALL_MS) + (int64_t)(call->body.n / SLOWEST_BYTES_PER_MS),
    };
    return web_call(t->z->web, ctx, &sent, answer);
}

enum errc azure_send(struct azure *z, struct ctx *ctx, const struct azure_call *call)
{
    struct buf fault;
    struct web_answer answer = {.body = call->out, .fault = &fault};
    struct attempt t = {z, call};

    buf_init(&fault, LIMIT_BLOB_FAULT_BYTES);
    enum errc rc = blob_attempts(ctx, attempt, &t, &answer);
    if (rc == ERR_OK && answer.status >= 300)
        rc = azure_failed(z, ctx, call, &answer, buf_str(&fault));
    buf_fini(&fault);
    return rc;
}
