// SPDX-License-Identifier: MIT
// Model definitions: create, list, get, delete (api.md 12). Built-in ones are listed after a project's
// own by name and cannot be deleted.
#include "api/model_price.h"
#include "api/reply.h"
#include "api/tables.h"
#include "base/limits.h"

#include <stdlib.h>

static void price_number(struct jw *w, attos v)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 128);
    attos_write(&b, v);
    jw_raw(w, buf_str(&b));
}

static void flat_price(struct jw *w, str key, const struct price_model *p, str usage)
{
    const struct price_tier *t = p->n_tiers ? &p->tiers[0] : NULL;

    jw_key(w, key);
    for (size_t i = 0; t && i < t->n_prices; i++) {
        if (str_eq(t->prices[i].key, usage)) {
            price_number(w, t->prices[i].price);
            return;
        }
    }
    jw_null(w);
}

static void condition_write(struct jw *w, const struct price_condition *c)
{
    jw_object(w);
    jw_kstr(w, STR("operator"), c->op);
    if (str_some(c->source)) {
        jw_kstr(w, STR("source"), c->source);
        jw_kstr(w, STR("key"), c->key);
        jw_key(w, STR("values"));
        jw_array(w);
        for (size_t i = 0; i < c->n_values; i++)
            jw_str(w, c->values[i]);
        jw_array_end(w);
    } else {
        jw_kdouble(w, STR("value"), c->value);
        jw_kbool(w, STR("caseSensitive"), c->case_sensitive);
        jw_kstr(w, STR("usageDetailPattern"), c->pattern);
    }
    jw_object_end(w);
}

// {"input":0.1}, or nested as {"input":{"price":0.1}}.
static void prices_write(struct jw *w, const struct price_tier *t, bool nested)
{
    jw_object(w);
    for (size_t i = 0; t && i < t->n_prices; i++) {
        jw_key(w, t->prices[i].key);
        if (!nested) {
            price_number(w, t->prices[i].price);
            continue;
        }
        jw_object(w);
        jw_key(w, STR("price"));
        price_number(w, t->prices[i].price);
        jw_object_end(w);
    }
    jw_object_end(w);
}

static void tier_write(struct jw *w, const struct price_tier *t)
{
    jw_object(w);
    jw_kstr(w, STR("id"), t->id);
    jw_kstr(w, STR("name"), t->name);
    jw_kbool(w, STR("isDefault"), t->is_default);
    jw_ki64(w, STR("priority"), t->priority);
    jw_key(w, STR("conditions"));
    jw_array(w);
    for (size_t i = 0; i < t->n_conditions; i++)
        condition_write(w, &t->conditions[i]);
    jw_array_end(w);
    jw_key(w, STR("prices"));
    prices_write(w, t, false);
    jw_object_end(w);
}

void model_write(struct jw *w, const struct price_model *p, bool managed)
{
    jw_object(w);
    jw_kstr(w, STR("id"), p->id);
    jw_ktime(w, STR("createdAt"), p->created_at);
    jw_kstr(w, STR("modelName"), p->name);
    jw_kstr(w, STR("matchPattern"), p->match_pattern);
    jw_ktime(w, STR("startDate"), p->start_date);
    jw_kstr(w, STR("tokenizerId"), p->tokenizer_id);
    jw_kraw(w, STR("tokenizerConfig"),
            str_some(p->tokenizer_config) ? p->tokenizer_config : STR("null"));
    jw_kstr(w, STR("unit"), p->unit);
    flat_price(w, STR("inputPrice"), p, STR("input"));
    flat_price(w, STR("outputPrice"), p, STR("output"));
    flat_price(w, STR("totalPrice"), p, STR("total"));
    jw_key(w, STR("prices"));
    prices_write(w, p->n_tiers ? &p->tiers[0] : NULL, true);
    jw_kbool(w, STR("isLangfuseManaged"), managed);
    jw_key(w, STR("pricingTiers"));
    jw_array(w);
    for (size_t i = 0; i < p->n_tiers; i++)
        tier_write(w, &p->tiers[i]);
    jw_array_end(w);
    jw_object_end(w);
}

struct listed { // a model of the list: own or built-in
    struct price_model price;
    bool managed;
};
struct listing {
    struct ctx *ctx;
    struct listed *items;
    size_t n, cap;
};

static enum errc list_own(void *user, const struct meta_model *row)
{
    struct listing *l = user;

    if (l->n == l->cap)
        return ERR_OK; // more own models than one page could ever show
    return model_price_of(l->ctx, row, &l->items[l->n++].price);
}

// Name, unit (none last), start date descending (none last).
static int listed_cmp(const void *x, const void *y)
{
    const struct price_model *a = &((const struct listed *)x)->price;
    const struct price_model *b = &((const struct listed *)y)->price;
    int c = str_cmp(a->name, b->name);

    if (!c)
        c = str_some(a->unit) && str_some(b->unit) ? str_cmp(a->unit, b->unit)
                                                   : str_some(b->unit) - str_some(a->unit);
    return c ? c : (a->start_date < b->start_date) - (a->start_date > b->start_date);
}

#define OWN_MODELS_MAX 10000

static enum errc list_build(struct api *api, struct http_req *rq, struct listing *l)
{
    size_t builtin = pricing_builtin_count(api->pricing);

    l->ctx = rq->ctx;
    l->cap = OWN_MODELS_MAX;
    l->items = ARENA_ARRAY(rq->ctx->arena, struct listed, l->cap + builtin);
    if (!l->items)
        return fail(rq->ctx, ERR_NOMEM, "Out of memory for this request");
    TRY(meta_model_list(api->meta, rq->ctx, caller(rq)->project_id, list_own, l));
    for (size_t i = 0; i < builtin; i++)
        l->items[l->n++] =
            (struct listed){.price = *pricing_builtin(api->pricing, i), .managed = true};
    qsort(l->items, l->n, sizeof(l->items[0]), listed_cmp);
    return ERR_OK;
}

struct page_params {
    int64_t page, limit;
};
static const struct param page_params[] = {
    {.name = "page",
     .type = PARAM_INT,
     .offset = offsetof(struct page_params, page),
     .min = 1,
     .max = INT64_MAX,
     .def = 1,
     .doc = "Page, from 1"},
    {.name = "limit",
     .type = PARAM_INT,
     .offset = offsetof(struct page_params, limit),
     .min = 1,
     .max = LIMIT_PAGE,
     .def = 50,
     .doc = "Rows per page"},
};

static enum errc models_list(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct page_params p = {0};
    struct listing l = {0};
    struct jw w;

    TRY(req_params(rq, &p));
    TRY(list_build(api, rq, &l));
    size_t from = (uint64_t)(p.page - 1) > l.n ? l.n : (size_t)((p.page - 1) * p.limit);
    reply_object(rs, &w);
    jw_key(&w, STR("data"));
    jw_array(&w);
    for (size_t i = from; i < l.n && i < from + (size_t)p.limit; i++)
        model_write(&w, &l.items[i].price, l.items[i].managed);
    reply_page_end(&w, p.page, p.limit, (int64_t)l.n);
    return reply_check(rq->ctx, rs);
}

static enum errc own_write(struct http_req *rq, struct http_res *rs, const struct meta_model *row)
{
    struct price_model price;
    struct jw w;

    TRY(model_price_of(rq->ctx, row, &price));
    jw_init(&w, &rs->body);
    model_write(&w, &price, false);
    return ERR_OK;
}

static enum errc model_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    const struct price_model *builtin = pricing_builtin_by_id(api->pricing, rq->vars[0]);
    struct meta_model row;
    struct jw w;

    if (builtin) {
        jw_init(&w, &rs->body);
        model_write(&w, builtin, true);
        return ERR_OK;
    }
    enum errc rc = meta_model_get(api->meta, rq->ctx, caller(rq)->project_id, rq->vars[0], &row);
    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "No model with this id found.");
    TRY(rc);
    return own_write(rq, rs, &row);
}

static enum errc model_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct meta_model row = {.project_id = caller(rq)->project_id};
    const struct json *doc;

    TRY(json_parse(rq->ctx, rq->body, &doc));
    TRY(model_body_read(rq->ctx, doc, &row));
    enum errc rc = meta_model_create(api->meta, rq->ctx, &row);
    if (rc == ERR_CONFLICT) {
        ctx_clear_error(rq->ctx);
        return fail(rq->ctx, ERR_INVALID, "Model name '%.*s' already exists in project",
                    STR_ARG(row.name));
    }
    TRY(rc);
    TRY(api_models_load(api->meta, api->pricing, rq->ctx, row.project_id));
    return own_write(rq, rs, &row);
}

static enum errc model_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    str project = caller(rq)->project_id;

    enum errc rc = meta_model_delete(api->meta, rq->ctx, project, rq->vars[0]);
    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "No model with this id found.");
    TRY(rc);
    TRY(api_models_load(api->meta, api->pricing, rq->ctx, project));
    return res_message(rs, 200, "Model successfully deleted");
}

const struct route model_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/public/models",
     .handler = models_list,
     .auth = AUTH_PROJECT,
     .params = page_params,
     .n_params = ARRAY_LEN(page_params),
     .doc = "List model definitions"},
    {.method = HTTP_POST,
     .path = "/api/public/models",
     .handler = model_post,
     .auth = AUTH_PROJECT,
     .doc = "Create a model definition"},
    {.method = HTTP_GET,
     .path = "/api/public/models/{id}",
     .handler = model_get,
     .auth = AUTH_PROJECT,
     .doc = "One model definition"},
    {.method = HTTP_DELETE,
     .path = "/api/public/models/{id}",
     .handler = model_delete,
     .auth = AUTH_PROJECT,
     .doc = "Delete an own model definition"},
};
const size_t model_routes_n = ARRAY_LEN(model_routes);
