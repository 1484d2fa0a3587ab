// SPDX-License-Identifier: MIT
// The last step of every write: decoded events into the store. What the limits cut off events that are
// stored all the same is counted here, once they are durable.
#include "ingest/batch_int.h"

struct cuts {
    uint64_t tags, usage_keys;
};

static void cuts_add(struct cuts *c, const struct event *e)
{
    if (e->kind == EVENT_TRACE) {
        c->tags += e->trace.tags.n_cut;
    } else if (e->kind == EVENT_OBSERVATION) {
        c->tags += e->observation.tags.n_cut;
        c->usage_keys += e->observation.provided_usage.n_cut + e->observation.provided_cost.n_cut;
    }
}

enum errc events_store(struct ingest *in, struct ctx *ctx, str project,
                       const struct event_list *events)
{
    struct write_result res;
    struct cuts cuts = {0};

    if (events->n == 0)
        return ERR_OK;
    for (size_t i = 0; i < events->n; i++)
        cuts_add(&cuts, events->items[i]);
    TRY(in->store->ops->write(in->store, ctx, project, events, &res));
    pace_note(&in->pace, clock_now(), events->n);
    atomic_fetch_add_explicit(&in->counters.tags_cut, cuts.tags, memory_order_relaxed);
    atomic_fetch_add_explicit(&in->counters.usage_keys_cut, cuts.usage_keys, memory_order_relaxed);
    return ERR_OK;
}
