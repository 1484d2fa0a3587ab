// SPDX-License-Identifier: MIT
// The page of costs (ui.ts Cost): what `rushlight cost` prints, of this server, for the instance's
// admin. Figures come from the server's own metrics, so both say the same.
#include "base/limits.h"
#include "cost/cost.h"
#include "ui/tables.h"
#include "ui/ui.h"

struct cost_params {
    str provider;
    int64_t users;
};
static const struct param cost_params[] = {
    {.name = "provider",
     .type = PARAM_STR,
     .offset = offsetof(struct cost_params, provider),
     .doc = "Whose prices; the first of the table by default"},
    {.name = "users",
     .type = PARAM_INT,
     .offset = offsetof(struct cost_params, users),
     .max = LIMIT_COST_USERS,
     .doc = "Project to so many users; 0: as it is"},
};

static enum errc cost_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct cost_params q = {0};
    struct cost_question question = {0};
    struct cost_table *table = arena_alloc(rq->ctx->arena, sizeof *table);
    AUTO(buf_fini) struct buf metrics = {0};
    struct jw w;

    TRY(req_params(rq, &q));
    if (!ui_caller(rq)->who.user.admin)
        return fail(rq->ctx, ERR_FORBIDDEN,
                    "Only the administrator of the instance sees its costs");
    if (!table)
        return ERR_NOMEM;
    TRY(cost_table_parse(rq->ctx, cost_table_builtin(), table));
    question.table = table;
    question.provider = str_some(q.provider) && !str_empty(q.provider)
                            ? cost_provider_find(table, q.provider)
                            : &table->providers[0];
    if (!question.provider)
        return fail(rq->ctx, ERR_INVALID, "There are no prices of \"%.*s\"", STR_ARG(q.provider));
    buf_init(&metrics, LIMIT_INNER_BYTES);
    api->metrics_write(api->app, &metrics);
    question.metrics = buf_str(&metrics);
    question.users = (double)q.users;
    reply_object(rs, &w);
    cost_write_json(&w, &question);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

const struct route ui_cost_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/cost",
     .handler = cost_get,
     .params = cost_params,
     .n_params = ARRAY_LEN(cost_params),
     .auth = AUTH_SESSION,
     .doc = "What the deployment costs a month"},
};
const size_t ui_cost_routes_n = ARRAY_LEN(ui_cost_routes);
