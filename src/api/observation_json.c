// SPDX-License-Identifier: MIT
// JSON of an observation as the v1 routes show it (api.md 3.1).
#include "api/trace_json.h"
#include "model/usage.h"

#include <math.h>

static struct price_amount tier_price(const struct price_model *m, str key)
{
    for (size_t i = 0; m->n_tiers && i < m->tiers[0].n_prices; i++) {
        if (str_eq(m->tiers[0].prices[i].key, key))
            return (struct price_amount){true, m->tiers[0].prices[i].price};
    }
    return (struct price_amount){false, 0};
}

struct price_view price_view_of(struct pricing *p, str project, const struct observation *o)
{
    struct price_view v = {0};
    struct price_pin pin = {0};

    if (!str_some(o->model_id))
        return v;
    const struct price_model *m = pricing_match(p, project, o->model, &pin);
    if (m && str_eq(m->id, o->model_id)) {
        v.found = true;
        v.input = tier_price(m, STR("input"));
        v.output = tier_price(m, STR("output"));
        v.total = tier_price(m, STR("total"));
    }
    pricing_unpin(&pin);
    return v;
}

void jw_price(struct jw *w, const struct price_amount *p, bool zero)
{
    AUTO(buf_fini) struct buf b;

    buf_init(&b, 128);
    if (p->some)
        attos_write(&b, p->v);
    else
        buf_add(&b, zero ? STR("0") : STR("null"));
    jw_raw(w, buf_str(&b));
}

static void identity_write(struct jw *w, str project, const struct observation *o)
{
    jw_kstr(w, STR("id"), o->id);
    jw_kstr(w, STR("traceId"), o->trace_id);
    jw_ktime(w, STR("startTime"), o->start_time);
    jw_ktime(w, STR("endTime"), o->end_time);
    jw_kstr(w, STR("projectId"), project);
    jw_kstr(w, STR("parentObservationId"), o->parent_id);
    jw_kstr(w, STR("type"), observation_type_name(o->type));
    jw_kstr(w, STR("environment"), str_some(o->environment) ? o->environment : STR("default"));
    jw_kstr(w, STR("name"), o->name);
    jw_kstr(w, STR("level"), observation_level_name(o->level));
    jw_kstr(w, STR("statusMessage"), o->status_message);
    jw_kstr(w, STR("version"), o->version);
    jw_ktime(w, STR("createdAt"), o->created_at);
    jw_ktime(w, STR("updatedAt"), o->updated_at);
}

static void body_write(struct jw *w, struct arena *scratch, const struct observation *o)
{
    jw_key(w, STR("input"));
    jw_stored(w, scratch, o->input);
    jw_key(w, STR("output"));
    jw_stored(w, scratch, o->output);
    jw_key(w, STR("metadata"));
    metadata_write(w, scratch, o->metadata);
    jw_kstr(w, STR("model"), o->model);
    jw_kraw(w, STR("modelParameters"), str_some(o->model_parameters) ? o->model_parameters : STR("null"));
    jw_ktime(w, STR("completionStartTime"), o->completion_start_time);
    jw_kstr(w, STR("promptId"), o->prompt_id);
    jw_kstr(w, STR("promptName"), o->prompt_name);
    jw_key(w, STR("promptVersion"));
    if (o->prompt_version == INT64_MIN)
        jw_null(w);
    else
        jw_i64(w, o->prompt_version);
    jw_seconds(w, STR("latency"), seconds_between(o->start_time, o->end_time));
    jw_seconds(w, STR("timeToFirstToken"), seconds_between(o->start_time, o->completion_start_time));
}

static void cost_member(struct jw *w, str key, bool some, picos v)
{
    jw_key(w, key);
    if (some)
        jw_money(w, v);
    else
        jw_null(w);
}

static bool cost_has(const struct cost_map *c, const char *word)
{
    for (size_t i = 0; i < c->n; i++) {
        if (str_has(c->items[i].key, str_c(word)))
            return true;
    }
    return false;
}

static void maps_write(struct jw *w, const struct observation *o)
{
    AUTO(buf_fini) struct buf b;

    buf_init(&b, 64u << 10);
    usage_write(&b, &o->usage);
    jw_kraw(w, STR("usageDetails"), buf_str(&b));
    buf_clear(&b);
    cost_write(&b, &o->cost);
    jw_kraw(w, STR("costDetails"), buf_str(&b));
    jw_kstr(w, STR("usagePricingTierId"), o->tier_id);
    jw_kstr(w, STR("usagePricingTierName"), o->tier_name);
}

static void amounts_write(struct jw *w, const struct observation *o)
{
    struct usage_totals u = usage_totals(&o->usage);
    struct cost_totals c = cost_totals(&o->cost);

    cost_member(w, STR("calculatedInputCost"), cost_has(&o->cost, "input"), c.input);
    cost_member(w, STR("calculatedOutputCost"), cost_has(&o->cost, "output"), c.output);
    cost_member(w, STR("calculatedTotalCost"), cost_has(&o->cost, "total"), c.total);
    jw_kstr(w, STR("unit"), STR("TOKENS"));
    jw_ki64(w, STR("promptTokens"), u.input);
    jw_ki64(w, STR("completionTokens"), u.output);
    jw_ki64(w, STR("totalTokens"), u.total);
    jw_key(w, STR("usage"));
    jw_object(w);
    jw_kstr(w, STR("unit"), STR("TOKENS"));
    jw_ki64(w, STR("input"), u.input);
    jw_ki64(w, STR("output"), u.output);
    jw_ki64(w, STR("total"), u.total);
    jw_object_end(w);
}

void observation_v1_write(struct jw *w, struct arena *scratch, str project, const struct observation *o,
                          const struct price_view *prices, bool prices_zero)
{
    jw_object(w);
    identity_write(w, project, o);
    body_write(w, scratch, o);
    maps_write(w, o);
    jw_kstr(w, STR("modelId"), o->model_id);
    jw_key(w, STR("inputPrice"));
    jw_price(w, &prices->input, prices_zero);
    jw_key(w, STR("outputPrice"));
    jw_price(w, &prices->output, prices_zero);
    jw_key(w, STR("totalPrice"));
    jw_price(w, &prices->total, prices_zero);
    amounts_write(w, o);
    jw_object_end(w);
}
