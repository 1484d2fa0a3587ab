// SPDX-License-Identifier: MIT
// From a stored model row to the price definition that pricing/ works with.
#include "api/model_price.h"

static void conditions_read(struct arena *a, const struct json *list, struct price_tier *t)
{
    t->conditions = ARENA_ARRAY(a, struct price_condition, json_len(list) + 1);
    for (struct json_iter it = json_iter(list); t->conditions && json_next(&it);
         t->n_conditions++) {
        struct price_condition *c = &t->conditions[t->n_conditions];
        const struct json *values = json_get(it.value, STR("values"));
        c->pattern = json_str(json_get(it.value, STR("usageDetailPattern")));
        c->op = json_str(json_get(it.value, STR("operator")));
        json_double(json_get(it.value, STR("value")), &c->value);
        c->case_sensitive = json_bool(json_get(it.value, STR("caseSensitive")));
        c->source = json_str(json_get(it.value, STR("source")));
        c->key = json_str(json_get(it.value, STR("key")));
        c->values = ARENA_ARRAY(a, str, json_len(values) + 1);
        for (struct json_iter v = json_iter(values); c->values && json_next(&v);)
            c->values[c->n_values++] = json_stored(a, v.value);
    }
}

static void tier_read(struct arena *a, const struct json *v, struct price_tier *t)
{
    const struct json *prices = json_get(v, STR("prices"));

    t->id = json_str(json_get(v, STR("id")));
    t->name = json_str(json_get(v, STR("name")));
    t->is_default = json_bool(json_get(v, STR("isDefault")));
    json_i64(json_get(v, STR("priority")), &t->priority);
    conditions_read(a, json_get(v, STR("conditions")), t);
    t->prices = arena_array(a, json_len(prices) + 1, sizeof(t->prices[0]));
    for (struct json_iter it = json_iter(prices); t->prices && json_next(&it);) {
        attos price;
        if (!attos_parse(json_number(it.value), &price))
            continue;
        t->prices[t->n_prices].key = it.key;
        t->prices[t->n_prices++].price = price;
    }
}

enum errc model_price_of(struct ctx *ctx, const struct meta_model *row, struct price_model *out)
{
    struct arena *a = ctx->arena;
    const struct json *tiers = json_try(a, arena_str(a, row->tiers));

    *out = (struct price_model){.id = arena_str(a, row->id),
                                .name = arena_str(a, row->name),
                                .match_pattern = arena_str(a, row->match_pattern),
                                .tokenizer_id = arena_str(a, row->tokenizer_id),
                                .tokenizer_config = arena_str(a, row->tokenizer_config),
                                .unit = arena_str(a, row->unit),
                                .start_date = row->start_date,
                                .created_at = row->created_at};
    out->tiers = ARENA_ARRAY(a, struct price_tier, json_len(tiers) + 1);
    for (int pass = 0; pass < 2; pass++) { // default first
        for (struct json_iter it = json_iter(tiers); out->tiers && json_next(&it);) {
            if (json_bool(json_get(it.value, STR("isDefault"))) == (pass == 0))
                tier_read(a, it.value, &out->tiers[out->n_tiers++]);
        }
    }
    return arena_failed(a) ? fail(ctx, ERR_NOMEM, "The model's prices need too much memory")
                           : ERR_OK;
}

struct load {
    struct ctx *ctx;
    struct price_model *items;
    size_t n, cap;
};

static enum errc load_row(void *user, const struct meta_model *row)
{
    struct load *l = user;
    struct arena *a = l->ctx->arena;

    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 16;
        struct price_model *items = ARENA_ARRAY(a, struct price_model, cap);
        if (!items)
            return fail(l->ctx, ERR_NOMEM, "Too many models");
        if (l->n)
            memcpy(items, l->items, l->n * sizeof(items[0]));
        l->items = items;
        l->cap = cap;
    }
    return model_price_of(l->ctx, row, &l->items[l->n++]);
}

enum errc api_models_load(struct meta *meta, struct pricing *pricing, struct ctx *ctx, str project)
{
    struct load l = {.ctx = ctx};

    TRY(meta_model_list(meta, ctx, project, load_row, &l));
    return pricing_set_project(pricing, ctx, project, l.items, l.n);
}
