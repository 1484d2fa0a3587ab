// SPDX-License-Identifier: MIT
// JSON of an observation as the v1 routes show it (api.md 3.1).
#include "api/trace_json.h"
#include "model/usage.h"
#include "otlp/otlp.h"

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
    AUTO(buf_fini) struct buf b = {0};

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

// A span's metadata is shown without what only v2 shows of it.
static void metadata_v1_write(struct jw *w, struct arena *scratch, const struct observation *o)
{
    AUTO(buf_fini) struct buf nested = {0};

    if (o->source != SOURCE_OTLP || !str_some(o->metadata)) {
        metadata_write(w, scratch, o->metadata);
        return;
    }
    buf_init(&nested, 2 * o->metadata.n + 64);
    otlp_metadata_nested(&nested, scratch, o->metadata);
    metadata_write(w, scratch, buf_str(&nested));
}

static void body_write(struct jw *w, struct arena *scratch, const struct observation *o)
{
    jw_key(w, STR("input"));
    jw_stored(w, scratch, o->input);
    jw_key(w, STR("output"));
    jw_stored(w, scratch, o->output);
    jw_key(w, STR("metadata"));
    metadata_v1_write(w, scratch, o);
    jw_kstr(w, STR("model"), o->model);
    jw_kraw(w, STR("modelParameters"),
            str_some(o->model_parameters) ? o->model_parameters : STR("null"));
    jw_ktime(w, STR("completionStartTime"), o->completion_start_time);
    jw_kstr(w, STR("promptId"), o->prompt_id);
    jw_kstr(w, STR("promptName"), o->prompt_name);
    jw_key(w, STR("promptVersion"));
    if (o->prompt_version == INT64_MIN)
        jw_null(w);
    else
        jw_i64(w, o->prompt_version);
    jw_seconds(w, STR("latency"), seconds_between(o->start_time, o->end_time));
    jw_seconds(w, STR("timeToFirstToken"),
               seconds_between(o->start_time, o->completion_start_time));
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

static void maps_write(struct jw *w, const struct observation *o, bool tier)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, 64u << 10);
    usage_write(&b, &o->usage);
    jw_kraw(w, STR("usageDetails"), buf_str(&b));
    buf_clear(&b);
    cost_write(&b, &o->cost);
    jw_kraw(w, STR("costDetails"), buf_str(&b));
    jw_kstr(w, STR("usagePricingTierId"), tier ? o->tier_id : STR_NONE);
    jw_kstr(w, STR("usagePricingTierName"), tier ? o->tier_name : STR_NONE);
}

static void amounts_write(struct jw *w, const struct observation *o)
{
    struct usage_totals u = usage_totals(&o->usage);
    struct cost_totals c = cost_totals(&o->cost);

    cost_member(w, STR("calculatedInputCost"), cost_has(&o->cost, "input"), c.input);
    cost_member(w, STR("calculatedOutputCost"), cost_has(&o->cost, "output"), c.output);
    cost_member(w, STR("calculatedTotalCost"), true, c.total);
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

// Plain spans and events of an OTLP export have no model, usage or cost in v1 (ingestion.md 2.6, 4.8);
// v2 shows what the span said.
static struct observation v1_view(const struct observation *o)
{
    struct observation v = *o;

    if (o->source == SOURCE_OTLP && (o->type == OBSERVATION_SPAN || o->type == OBSERVATION_EVENT)) {
        v.model = v.model_id = v.model_parameters = v.prompt_id = v.prompt_name = STR_NONE;
        v.prompt_version = INT64_MIN;
        v.completion_start_time = MILLIS_NONE;
        v.usage = (struct usage_map){0};
        v.cost = (struct cost_map){0};
        v.tier_id = v.tier_name = STR_NONE;
    }
    if (o->type == OBSERVATION_EVENT)
        v.end_time = MILLIS_NONE;
    return v;
}

void observation_v1_write(struct jw *w, struct arena *scratch, str project,
                          const struct observation *shown, const struct price_view *shown_prices,
                          enum v1_place place)
{
    static const struct price_view no_prices;
    const struct observation view = v1_view(shown), *o = &view;
    const struct price_view *prices = str_some(o->model_id) ? shown_prices : &no_prices;
    bool prices_zero = place == V1_TRACE;

    jw_object(w);
    identity_write(w, project, o);
    body_write(w, scratch, o);
    maps_write(w, o, place != V1_LIST);
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
