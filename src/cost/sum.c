// SPDX-License-Identifier: MIT
// Sums and projections: a quantity times its price; more users, more of everything that users cause.
#include "cost/cost.h"

#include <math.h>

// Half a unit of what is sold whole is one.
static double rented(const struct cost_price *price, enum cost_part part,
                     const struct cost_usage *usage)
{
    if (part == COST_COMPUTE && price->whole)
        return ceil(usage->units) * COST_HOURS;
    return usage->parts[part].amount;
}

void cost_sum(const struct cost_table *t, const struct cost_provider *p,
              const struct cost_usage *usage, struct cost_sum *out)
{
    struct cost_sum s = {0};

    for (enum cost_part i = 0; i < COST_PARTS; i++) {
        const struct cost_price *price = &p->prices[i];
        struct cost_line *line = &s.lines[i];
        line->amount = rented(price, i, usage) * price->amount;
        line->priced = price->known && cost_in_usd(t, line->amount, price->currency, &line->usd);
        s.unpriced += !line->priced && usage->parts[i].amount > 0;
        s.usd += line->usd;
    }
    *out = s;
}

const struct cost_growth *cost_growth_for(const struct cost_table *t, double users)
{
    size_t i = 0;
    while (i + 1 < t->n_growth && t->growth[i].users < users)
        i++;
    return &t->growth[i];
}

// Without an account nobody uses it; the plan's first row is what it was made for.
static double users_now(const struct cost_table *t, const struct cost_usage *usage)
{
    return usage->users > 0 ? usage->users : t->growth[0].users;
}

void cost_usage_project(const struct cost_table *t, double users, struct cost_usage *usage,
                        const struct cost_growth **plan)
{
    static const enum cost_part by_users[] = {COST_OBJECTS, COST_WRITES, COST_READS, COST_EGRESS};
    static const enum cost_trigger grow[] = {COST_TRIGGER_CPU, COST_TRIGGER_BACKLOG};
    double factor = users / users_now(t, usage);
    const struct cost_growth *g = cost_growth_for(t, users);

    for (size_t i = 0; i < ARRAY_LEN(by_users); i++) {
        struct cost_quantity *q = &usage->parts[by_users[i]];
        *q = (struct cost_quantity){q->amount * factor, COST_PROJECTED, q->note};
    }
    for (size_t i = 0; i < ARRAY_LEN(grow); i++)
        usage->triggers[grow[i]].value *= factor;
    usage->triggers[COST_TRIGGER_DISK].value += usage->store_share * (factor - 1);
    usage->units = g->units;
    usage->parts[COST_COMPUTE].amount = g->units * COST_HOURS;
    usage->parts[COST_DATABASE] =
        (struct cost_quantity){g->database_gb, COST_ASSUMED, "the plan's"};
    usage->parts[COST_BACKUP] = usage->parts[COST_DATABASE];
    usage->users = users;
    *plan = g;
}

double cost_trigger_share(const struct cost_usage *usage, enum cost_trigger trigger)
{
    return usage->triggers[trigger].value / cost_trigger_kinds[trigger].limit;
}

enum cost_trigger cost_trigger_nearest(const struct cost_usage *usage)
{
    enum cost_trigger best = COST_TRIGGERS;
    for (enum cost_trigger i = 0; i < COST_TRIGGERS; i++)
        if (usage->triggers[i].known &&
            (best == COST_TRIGGERS ||
             cost_trigger_share(usage, i) > cost_trigger_share(usage, best)))
            best = i;
    return best;
}
