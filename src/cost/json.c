// SPDX-License-Identifier: MIT
// The report as JSON (web/src/api/ui.ts Cost), for the page and for `rushlight cost --json`.
#include "cost/cost.h"

static void write_quantity(struct jw *w, const struct cost_quantity *q)
{
    jw_kdouble(w, STR("quantity"), q->amount);
    jw_kstr(w, STR("origin"), str_c(cost_origin_names[q->origin]));
    jw_kstr(w, STR("note"), str_c(q->note));
}

static void write_parts(struct jw *w, const struct cost_provider *p, const struct cost_usage *usage,
                        const struct cost_sum *sum)
{
    jw_key(w, STR("parts"));
    jw_array(w);
    for (size_t i = 0; i < COST_PARTS; i++) {
        const struct cost_price *price = &p->prices[i];
        jw_object(w);
        jw_kstr(w, STR("part"), str_c(cost_part_kinds[i].name));
        jw_kstr(w, STR("doc"), str_c(cost_part_kinds[i].doc));
        jw_kstr(w, STR("unit"), str_c(cost_part_kinds[i].quantity));
        write_quantity(w, &usage->parts[i]);
        if (price->known) {
            jw_kstr(w, STR("price"), price->text);
            jw_kstr(w, STR("date"), price->date);
            jw_kstr(w, STR("source"), price->source);
        }
        if (sum->lines[i].priced) {
            jw_kdouble(w, STR("amount"), sum->lines[i].amount);
            jw_kstr(w, STR("currency"), price->currency);
            jw_kdouble(w, STR("usd"), sum->lines[i].usd);
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_estimates(struct jw *w, const struct cost_question *q)
{
    jw_key(w, STR("estimates"));
    jw_array(w);
    for (size_t i = 0; i < q->table->n_estimates; i++) {
        const struct cost_estimate *e = &q->table->estimates[i];
        if (!str_eq(e->provider, q->provider->id))
            continue;
        jw_object(w);
        jw_kstr(w, STR("part"), e->part);
        jw_kdouble(w, STR("low"), e->low);
        jw_kdouble(w, STR("high"), e->high);
        jw_kstr(w, STR("currency"), e->currency);
        jw_kstr(w, STR("date"), e->date);
        jw_kstr(w, STR("source"), e->source);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_triggers(struct jw *w, const struct cost_usage *usage)
{
    enum cost_trigger nearest = cost_trigger_nearest(usage);

    jw_key(w, STR("triggers"));
    jw_array(w);
    for (enum cost_trigger i = 0; i < COST_TRIGGERS; i++) {
        const struct cost_trigger_kind *k = &cost_trigger_kinds[i];
        jw_object(w);
        jw_kstr(w, STR("name"), str_c(k->name));
        jw_kstr(w, STR("doc"), str_c(k->doc));
        jw_kstr(w, STR("cure"), str_c(k->cure));
        jw_kdouble(w, STR("limit"), k->limit);
        jw_kbool(w, STR("share"), k->is_share);
        if (usage->triggers[i].known)
            jw_kdouble(w, STR("value"), usage->triggers[i].value);
        jw_kbool(w, STR("reached"), usage->triggers[i].known && cost_trigger_share(usage, i) >= 1);
        jw_kbool(w, STR("nearest"), i == nearest);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_providers(struct jw *w, const struct cost_table *t)
{
    jw_key(w, STR("providers"));
    jw_array(w);
    for (size_t i = 0; i < t->n_providers; i++) {
        jw_object(w);
        jw_kstr(w, STR("id"), t->providers[i].id);
        jw_kstr(w, STR("name"), t->providers[i].name);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_growth(struct jw *w, const struct cost_table *t)
{
    jw_key(w, STR("growth"));
    jw_array(w);
    for (size_t i = 0; i < t->n_growth; i++) {
        jw_object(w);
        jw_kdouble(w, STR("users"), t->growth[i].users);
        jw_kdouble(w, STR("low"), t->growth[i].low_usd);
        jw_kdouble(w, STR("high"), t->growth[i].high_usd);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void cost_write_json(struct jw *w, const struct cost_question *q)
{
    struct cost_usage usage;
    struct cost_sum sum;
    const struct cost_growth *plan;

    cost_usage_read(q->table, q->metrics, &usage);
    plan = cost_growth_for(q->table, usage.users);
    if (q->users > 0)
        cost_usage_project(q->table, q->users, &usage, &plan);
    cost_sum(q->table, q->provider, &usage, &sum);
    jw_kstr(w, STR("provider"), q->provider->id);
    jw_kdouble(w, STR("users"), usage.users);
    jw_kbool(w, STR("projected"), q->users > 0);
    jw_kdouble(w, STR("hours"), usage.hours);
    jw_kbool(w, STR("embedded"), usage.embedded);
    jw_kdouble(w, STR("usd"), sum.usd);
    jw_ki64(w, STR("unpriced"), (int64_t)sum.unpriced);
    jw_key(w, STR("plan"));
    jw_object(w);
    jw_kdouble(w, STR("users"), plan->users);
    jw_kdouble(w, STR("low"), plan->low_usd);
    jw_kdouble(w, STR("high"), plan->high_usd);
    jw_object_end(w);
    write_parts(w, q->provider, &usage, &sum);
    write_estimates(w, q);
    write_triggers(w, &usage);
    write_providers(w, q->table);
    write_growth(w, q->table);
}
