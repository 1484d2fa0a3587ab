// SPDX-License-Identifier: MIT
// What an observation used and what that costs (ingestion.md 5.6). Called by the writer for every
// stored observation, and again once its tokens are counted; any thread, pure but for the price
// snapshot it pins.
//
// Usage is what the client said plus a total; cost is what the client said, or price times usage
// for each priced key. One cost the client gave switches computing off. Each product is exact
// decimal, rounded once to 10^-12 USD; a computed total is the sum of those.
//
// Deviation: a client's own word for the total ("total_tokens", "totalTokenCount", ...) is taken as
// the total instead of being added to the parts it already covers.
#include "pricing/pricing_int.h"

#include "model/usage.h"

static bool is_total_alias(str key)
{
    static const str aliases[] = {STR_INIT("total_tokens"), STR_INIT("totalTokens"),
                                  STR_INIT("total_token_count"), STR_INIT("totalTokenCount")};
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        if (str_eq(key, aliases[i]))
            return true;
    }
    return false;
}

static int64_t add_clamped(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

// The values a client gave, none of them negative, and their total.
static struct usage_map usage_with_total(struct arena *a, const struct usage_map *provided)
{
    struct usage_map usage = {0};
    int64_t sum = 0, said = -1, total;
    for (size_t i = 0; i < provided->n; i++) {
        const struct usage_item *item = &provided->items[i];
        if (item->value < 0)
            continue;
        usage_set(a, &usage, item->key, item->value);
        sum = add_clamped(sum, item->value);
        if (is_total_alias(item->key))
            said = item->value;
    }
    if (usage.n > 0 && !usage_get(&usage, STR("total"), &total))
        usage_set(a, &usage, STR("total"), said >= 0 ? said : sum);
    return usage;
}

// The client's costs as they are; a total only when the keys leave no doubt what it is.
static struct cost_map cost_provided(struct arena *a, const struct cost_map *provided)
{
    struct cost_map cost = {0};
    picos total = 0, sum = 0;
    bool only_in_out = true;
    for (size_t i = 0; i < provided->n; i++) {
        const struct cost_item *item = &provided->items[i];
        cost_set(a, &cost, item->key, item->value);
        sum = picos_add(sum, item->value);
        only_in_out &= str_eq(item->key, STR("input")) || str_eq(item->key, STR("output"));
    }
    if (only_in_out && !cost_get(&cost, STR("total"), &total))
        cost_set(a, &cost, STR("total"), sum);
    return cost;
}

static const struct price_item *price_of(const struct price_tier *t, str key)
{
    for (size_t i = 0; i < t->n_prices; i++) {
        if (str_eq(t->prices[i].key, key))
            return &t->prices[i];
    }
    return NULL;
}

static struct cost_map cost_computed(struct arena *a, const struct price_tier *tier,
                                     const struct usage_map *usage)
{
    struct cost_map cost = {0};
    picos sum = 0, total;
    for (size_t i = 0; i < usage->n; i++) {
        const struct price_item *price = price_of(tier, usage->items[i].key);
        if (price == NULL)
            continue;
        picos value = attos_times(price->price, usage->items[i].value);
        cost_set(a, &cost, price->key, value);
        sum = picos_add(sum, value);
    }
    if (cost.n > 0 && !cost_get(&cost, STR("total"), &total))
        cost_set(a, &cost, STR("total"), sum);
    return cost;
}

// Tier and cost for o->usage. Strings of the model are copied: it may go with its project's set.
static void price_usage(struct arena *a, const struct price_model *m, struct observation *o)
{
    o->tier_id = STR_NONE;
    o->tier_name = STR_NONE;
    o->cost = o->provided_cost.n > 0 ? cost_provided(a, &o->provided_cost) : (struct cost_map){0};
    if (m == NULL || o->usage.n == 0)
        return;
    const struct price_tier *tier = tier_choose(a, m, o, &o->usage);
    if (tier == NULL)
        return;
    o->tier_id = arena_str(a, tier->id);
    o->tier_name = arena_str(a, tier->name);
    if (o->provided_cost.n > 0)
        return;
    o->cost = cost_computed(a, tier, &o->usage);
    for (size_t i = 0; i < o->cost.n; i++)
        o->cost.items[i].key = arena_str(a, o->cost.items[i].key);
}

static const struct price_model *match(struct pricing *p, struct arena *a, str project_id,
                                       struct observation *o, struct price_pin *pin)
{
    const struct price_model *m =
        str_empty(o->model) ? NULL : pricing_match(p, project_id, o->model, pin);
    o->model_id = m != NULL ? arena_str(a, m->id) : STR_NONE;
    return m;
}

void enrich_observation(struct pricing *p, struct arena *a, str project_id, struct observation *o)
{
    AUTO(pricing_unpin) struct price_pin pin = {0};
    const struct price_model *m = match(p, a, project_id, o, &pin);
    o->usage = usage_with_total(a, &o->provided_usage);
    o->needs_tokens = m != NULL && str_some(m->tokenizer_id) && o->usage.n == 0 &&
                      o->provided_cost.n == 0 && o->level != LEVEL_ERROR &&
                      (str_some(o->input) || str_some(o->output));
    price_usage(a, m, o);
}

// A text without tokens says nothing, like one that is absent: its key is left out.
void enrich_tokens(struct pricing *p, struct arena *a, str project_id, struct observation *o,
                   int64_t input, int64_t output)
{
    AUTO(pricing_unpin) struct price_pin pin = {0};
    const struct price_model *m = match(p, a, project_id, o, &pin);
    struct usage_map usage = {0};
    int64_t in = input > 0 ? input : 0, out = output > 0 ? output : 0;
    if (in > 0)
        usage_set(a, &usage, STR("input"), in);
    if (out > 0)
        usage_set(a, &usage, STR("output"), out);
    if (usage.n > 0)
        usage_set(a, &usage, STR("total"), add_clamped(in, out));
    o->usage = usage;
    o->needs_tokens = false;
    price_usage(a, m, o);
}
