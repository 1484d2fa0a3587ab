// SPDX-License-Identifier: MIT
// DELETE /traces with a strict body {traceIds: string[1..1000]} (api.md 2.3).
#include "api/reply.h"
#include "base/limits.h"
#include "ingest/issues.h"

static enum errc ids_read(struct ctx *ctx, const struct json *doc, str **ids, size_t *n)
{
    const struct json *list = json_get(doc, STR("traceIds"));
    struct path at = {NULL, STR("traceIds")};

    if (!json_is(doc, JSON_OBJECT))
        issue_expected(ctx, NULL, "object", doc);
    else if (!json_is(list, JSON_ARRAY))
        issue_expected(ctx, &at, "array", list);
    else if (json_len(list) == 0 || json_len(list) > LIMIT_DELETE_IDS)
        issue_custom(ctx, &at, "traceIds must hold 1 to 1000 ids");
    for (struct json_iter it = json_iter(doc); json_next(&it);) {
        struct path leaf = {NULL, it.key};
        if (!str_eq(it.key, STR("traceIds")))
            issue_custom(ctx, &leaf, "Unrecognized key");
    }
    if (ctx->n_issues)
        return fail(ctx, ERR_INVALID, "Invalid request data");
    *ids = ARENA_ARRAY(ctx->arena, str, json_len(list));
    for (struct json_iter it = json_iter(list); *ids && json_next(&it); (*n)++) {
        (*ids)[*n] = json_str(it.value);
        if (!str_some((*ids)[*n]))
            issue_expected(ctx, &at, "string", it.value);
    }
    return ctx->n_issues ? fail(ctx, ERR_INVALID, "Invalid request data") : ERR_OK;
}

enum errc traces_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    const struct json *doc;
    str *ids = NULL;
    size_t n = 0;

    TRY(json_parse(rq->ctx, rq->body, &doc));
    TRY(ids_read(rq->ctx, doc, &ids, &n));
    TRY(api->store->ops->trace_delete(api->store, rq->ctx, caller(rq)->project_id, ids, n));
    return res_message(rs, 200, "Traces deleted successfully");
}
