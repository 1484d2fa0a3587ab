// SPDX-License-Identifier: MIT
// Score configs: create, list, get, patch (api.md 6). There is no delete: archive.
#include "api/reply.h"
#include "api/tables.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "ingest/issues.h"

static const char *const type_names[] = {"NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT", NULL};

static void config_write(struct jw *w, const struct meta_score_config *c)
{
    jw_object(w);
    jw_kstr(w, STR("id"), c->id);
    jw_kstr(w, STR("name"), c->name);
    jw_kbool(w, STR("isArchived"), c->is_archived);
    jw_kstr(w, STR("description"), c->description);
    jw_ktime(w, STR("createdAt"), c->created_at);
    jw_ktime(w, STR("updatedAt"), c->updated_at);
    jw_kstr(w, STR("projectId"), c->project_id);
    jw_key(w, STR("maxValue"));
    if (c->has_max)
        jw_double(w, c->max_value);
    else
        jw_null(w);
    jw_key(w, STR("minValue"));
    if (c->has_min)
        jw_double(w, c->min_value);
    else
        jw_null(w);
    jw_kstr(w, STR("dataType"), score_type_name(c->data_type));
    jw_kraw(w, STR("categories"), str_some(c->categories) ? c->categories : STR("null"));
    jw_object_end(w);
}

static bool name_char(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c < 128 && strchr(" _.()-", (int)c) && c);
}

static void name_read(struct ctx *ctx, const struct json *v, struct meta_score_config *c)
{
    struct path at = {NULL, STR("name")};
    str s = json_str(v);

    if (!str_some(s)) {
        issue_expected(ctx, &at, "string", v);
        return;
    }
    if (s.n == 0)
        issue_too_short(ctx, &at, 1);
    if (utf8_units(s) > 35)
        issue_too_long(ctx, &at, 35);
    for (size_t i = 0; i < s.n; i++) {
        if (!name_char((unsigned char)s.p[i])) {
            issue_custom(
                ctx, &at,
                "Only letters, digits, spaces and _ . ( ) - are allowed in a score config name");
            break;
        }
    }
    c->name = s;
}

static void bound_read(struct ctx *ctx, const struct json *v, const char *name, bool *has,
                       double *out)
{
    struct path at = {NULL, str_c(name)};

    *has = json_is(v, JSON_NUMBER) && json_double(v, out);
    if (v && !json_is(v, JSON_NULL) && !*has)
        issue_expected(ctx, &at, "number", v);
}

static bool label_seen(const struct json *list, const struct json *upto, str label)
{
    for (struct json_iter it = json_iter(list); json_next(&it) && it.value != upto;) {
        if (str_eq(json_str(json_get(it.value, STR("label"))), label))
            return true;
    }
    return false;
}

static bool value_seen(const struct json *list, const struct json *upto, double value)
{
    double v;

    for (struct json_iter it = json_iter(list); json_next(&it) && it.value != upto;) {
        if (json_double(json_get(it.value, STR("value")), &v) && !(v < value) && !(v > value))
            return true;
    }
    return false;
}

static void categories_check(struct ctx *ctx, const struct json *list)
{
    struct path at = {NULL, STR("categories")};
    double value;

    for (struct json_iter it = json_iter(list); json_next(&it);) {
        str label = json_str(json_get(it.value, STR("label")));
        if (label.n == 0 || !json_double(json_get(it.value, STR("value")), &value)) {
            issue_custom(ctx, &at, "Each category needs a label and a numeric value");
            return;
        }
        str text = STR_NONE;
        if (label_seen(list, it.value, label))
            text = arena_fmt(ctx->arena,
                             "Duplicate category label: %.*s, category labels must be unique",
                             STR_ARG(label));
        else if (value_seen(list, it.value, value))
            text = arena_fmt(ctx->arena,
                             "Duplicate category value: %g, category values must be unique", value);
        if (str_some(text)) {
            issue_custom(ctx, &at, arena_cstr(ctx->arena, text));
            return;
        }
    }
}

static void categories_read(struct ctx *ctx, const struct json *v, struct meta_score_config *c)
{
    struct path at = {NULL, STR("categories")};
    bool categorical = c->data_type == SCORE_CATEGORICAL;

    if (c->data_type == SCORE_BOOLEAN)
        c->categories = STR("[{\"label\":\"True\",\"value\":1},{\"label\":\"False\",\"value\":0}]");
    if (v && !json_is(v, JSON_NULL) && !categorical)
        issue_expected(ctx, &at, "undefined", v);
    if (!categorical || !v)
        return;
    if (!json_is(v, JSON_ARRAY)) {
        issue_expected(ctx, &at, "array", v);
        return;
    }
    categories_check(ctx, v);
    c->categories = json_text(ctx->arena, v);
}

// What must hold for the whole config, new or patched.
static enum errc config_check(struct ctx *ctx, const struct meta_score_config *c)
{
    if (c->has_min && c->has_max && c->max_value <= c->min_value)
        return fail(ctx, ERR_INVALID, "Maximum value must be greater than Minimum value");
    if ((c->has_min || c->has_max) && c->data_type != SCORE_NUMERIC)
        return fail(ctx, ERR_INVALID, "minValue and maxValue are only for NUMERIC score configs");
    if (c->data_type == SCORE_CATEGORICAL &&
        (!str_some(c->categories) || str_eq(c->categories, STR("[]"))))
        return fail(ctx, ERR_INVALID, "A CATEGORICAL score config needs at least one category");
    return ERR_OK;
}

static void description_read(struct ctx *ctx, const struct json *v, struct meta_score_config *c)
{
    struct path at = {NULL, STR("description")};

    if (v && !json_is(v, JSON_NULL) && !json_is(v, JSON_STRING))
        issue_expected(ctx, &at, "string", v);
    c->description = json_str(v);
}

static enum errc config_answer(struct http_res *rs, const struct meta_score_config *c)
{
    struct jw w;

    jw_init(&w, &rs->body);
    config_write(&w, c);
    return ERR_OK;
}

static enum errc config_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct ctx *ctx = rq->ctx;
    struct meta_score_config c = {.project_id = caller(rq)->project_id};
    struct path at = {NULL, STR("dataType")};
    const struct json *doc;

    TRY(json_parse(ctx, rq->body, &doc));
    c.data_type = score_type_parse(json_str(json_get(doc, STR("dataType"))));
    if (!c.data_type || c.data_type == SCORE_CORRECTION)
        issue_option(ctx, &at, type_names);
    name_read(ctx, json_get(doc, STR("name")), &c);
    description_read(ctx, json_get(doc, STR("description")), &c);
    bound_read(ctx, json_get(doc, STR("minValue")), "minValue", &c.has_min, &c.min_value);
    bound_read(ctx, json_get(doc, STR("maxValue")), "maxValue", &c.has_max, &c.max_value);
    categories_read(ctx, json_get(doc, STR("categories")), &c);
    if (ctx->n_issues)
        return fail(ctx, ERR_INVALID, "Invalid request data");
    TRY(config_check(ctx, &c));
    TRY(meta_score_config_create(api->meta, ctx, &c));
    return config_answer(rs, &c);
}

static enum errc config_load(struct api *api, struct http_req *rq, struct meta_score_config *c)
{
    enum errc rc =
        meta_score_config_get(api->meta, rq->ctx, caller(rq)->project_id, rq->vars[0], c);

    return rc == ERR_NOT_FOUND
               ? fail(rq->ctx, rc, "Score config not found within authorized project")
               : rc;
}

static enum errc config_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct meta_score_config c;

    TRY(config_load(app, rq, &c));
    return config_answer(rs, &c);
}

static void patch_read(struct ctx *ctx, const struct json *doc, struct meta_score_config *c)
{
    const struct json *v = json_get(doc, STR("isArchived"));

    if (json_is(v, JSON_BOOL))
        c->is_archived = json_bool(v);
    if ((v = json_get(doc, STR("name"))))
        name_read(ctx, v, c);
    if ((v = json_get(doc, STR("description"))))
        description_read(ctx, v, c);
    if ((v = json_get(doc, STR("minValue"))))
        bound_read(ctx, v, "minValue", &c->has_min, &c->min_value);
    if ((v = json_get(doc, STR("maxValue"))))
        bound_read(ctx, v, "maxValue", &c->has_max, &c->max_value);
    if ((v = json_get(doc, STR("categories"))))
        categories_read(ctx, v, c);
}

static enum errc config_patch(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct meta_score_config c;
    const struct json *doc;

    TRY(json_parse(rq->ctx, rq->body, &doc));
    TRY(config_load(api, rq, &c));
    if (json_len(doc) == 0)
        return fail(rq->ctx, ERR_INVALID,
                    "Nothing to change: give at least one of isArchived, name, minValue, maxValue, "
                    "categories, description");
    patch_read(rq->ctx, doc, &c);
    if (rq->ctx->n_issues)
        return fail(rq->ctx, ERR_INVALID, "Invalid request data");
    TRY(config_check(rq->ctx, &c));
    TRY(meta_score_config_update(api->meta, rq->ctx, &c));
    TRY(config_load(api, rq, &c));
    return config_answer(rs, &c);
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

static enum errc list_row(void *user, const struct meta_score_config *c)
{
    config_write(user, c);
    return ERR_OK;
}

static enum errc configs_list(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct page_params p = {0};
    struct jw w;
    struct meta_page page = {0};

    TRY(req_params(rq, &p));
    page.limit = p.limit;
    page.offset = p.page - 1 > INT64_MAX / LIMIT_PAGE ? INT64_MAX : (p.page - 1) * p.limit;
    reply_object(rs, &w);
    jw_key(&w, STR("data"));
    jw_array(&w);
    TRY(meta_score_config_list(api->meta, rq->ctx, caller(rq)->project_id, &page, list_row, &w));
    reply_page_end(&w, p.page, p.limit, page.total);
    return reply_check(rq->ctx, rs);
}

const struct route score_config_routes[] = {
    {.method = HTTP_POST,
     .path = "/api/public/score-configs",
     .handler = config_post,
     .auth = AUTH_PROJECT,
     .doc = "Create a score config"},
    {.method = HTTP_GET,
     .path = "/api/public/score-configs",
     .handler = configs_list,
     .auth = AUTH_PROJECT,
     .params = page_params,
     .n_params = ARRAY_LEN(page_params),
     .doc = "List score configs"},
    {.method = HTTP_GET,
     .path = "/api/public/score-configs/{configId}",
     .handler = config_get,
     .auth = AUTH_PROJECT,
     .doc = "One score config"},
    {.method = HTTP_PATCH,
     .path = "/api/public/score-configs/{configId}",
     .handler = config_patch,
     .auth = AUTH_PROJECT,
     .doc = "Change or archive a score config"},
};
const size_t score_config_routes_n = ARRAY_LEN(score_config_routes);
