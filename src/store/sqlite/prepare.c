// SPDX-License-Identifier: MIT
// What connection threads do before they queue a write, in parallel: group the events by trace, merge
// those of one id, enrich the fresh observations, collect and compress the bodies of each trace. The
// writer thread is left with looking up and inserting rows.
#include "base/limits.h"
#include "base/map.h"
#include "model/merge.h"
#include "store/sqlite/preview.h"
#include "store/sqlite/store_priv.h"

#include <stdlib.h>

#define PACK_LEVEL 1

struct prepare {
    struct sqlite_store *s;
    struct ctx *ctx;
    struct arena *a;
    str project;
    struct write_set *set;
    struct map *groups; // trace id -> index of its group
    struct map *items;  // observation id -> item place
    size_t n_orphans;   // observations that named no trace
};

// Grows an arena list by doubling; false on overflow.
static bool grow(struct arena *a, void **items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t next = *cap ? *cap * 2 : 4;
    void *p = arena_array(a, next, size);
    if (!p)
        return false;
    if (n)
        memcpy(p, *items, n * size);
    *items = p;
    *cap = next;
    return true;
}
#define GROW(a, list, n, cap)          grow((a), (void **)&(list), (n), &(cap), sizeof(*(list)))
#define GROW_POINTERS(a, list, n, cap) grow((a), (void **)&(list), (n), &(cap), sizeof(void *))

static struct trace_group *group_get(struct prepare *p, str trace_id)
{
    struct write_set *set = p->set;
    void **slot = map_slot(p->groups, trace_id);

    if (!slot)
        return NULL;
    if (*slot)
        return &set->groups[*(size_t *)*slot];
    size_t *index = ARENA_NEW(p->a, size_t); // groups move as they grow, indexes do not
    if (!index || !GROW(p->a, set->groups, set->n_groups, set->cap_groups))
        return NULL;
    *index = set->n_groups;
    *slot = index;
    struct trace_group *g = &set->groups[set->n_groups++];
    *g = (struct trace_group){
        .trace_id = trace_id, .hash = row_hash(p->project, trace_id), .first = MILLIS_NONE};
    return g;
}

static void first_note(struct trace_group *g, millis t)
{
    if (t != MILLIS_NONE && (g->first == MILLIS_NONE || t < g->first))
        g->first = t;
}

static bool add_trace(struct prepare *p, struct event *e)
{
    struct trace_group *g = group_get(p, e->trace.id);

    if (!g || !GROW_POINTERS(p->a, g->trace_events, g->n_trace_events, g->cap_trace_events))
        return false;
    if (g->n_trace_events == 0)
        trace_init(&g->row, g->trace_id);
    g->trace_events[g->n_trace_events++] = e;
    first_note(g, e->trace.timestamp);
    return trace_merge(p->a, &g->row, e);
}

struct item_place { // where an observation of this request is collected
    size_t group, item;
};

static struct obs_item *item_get(struct prepare *p, const struct observation *o)
{
    void **slot = map_slot(p->items, o->id);

    if (!slot)
        return NULL;
    struct item_place *place = *slot;
    if (place)
        return &p->set->groups[place->group].items[place->item];
    struct trace_group *g = group_get(p, o->trace_id);
    place = ARENA_NEW(p->a, struct item_place);
    if (!g || !place || !GROW(p->a, g->items, g->n_items, g->cap_items))
        return NULL;
    *place = (struct item_place){(size_t)(g - p->set->groups), g->n_items};
    *slot = place;
    struct obs_item *it = &g->items[g->n_items++];
    *it = (struct obs_item){.id = o->id, .hash = row_hash(p->project, o->id)};
    observation_init(&it->row, o->id, o->trace_id);
    return it;
}

static bool add_observation(struct prepare *p, struct event *e)
{
    struct obs_item *it = item_get(p, &e->observation);

    if (!it || !GROW_POINTERS(p->a, it->events, it->n_events, it->cap_events))
        return false;
    it->events[it->n_events++] = e;
    if (!observation_merge(p->a, &it->row, e))
        return false;
    if (it->row.start_time == MILLIS_NONE)
        it->row.start_time = e->at != MILLIS_NONE ? e->at : store_now(p->s);
    first_note(group_get(p, it->row.trace_id), it->row.start_time);
    return true;
}

static bool score_append(struct prepare *p, struct score_item **list, size_t *n, size_t *cap,
                         struct event *e)
{
    if (!grow(p->a, (void **)list, *n, cap, sizeof(**list)))
        return false;
    struct score_item *it = &(*list)[(*n)++];
    *it = (struct score_item){.event = e, .hash = row_hash(p->project, e->score.id)};
    score_init(&it->row, e->score.id);
    return score_merge(p->a, &it->row, e);
}

static bool add_score(struct prepare *p, struct event *e)
{
    struct write_set *set = p->set;

    if (!str_some(e->score.trace_id))
        return score_append(p, &set->loose, &set->n_loose, &set->cap_loose, e);
    struct trace_group *g = group_get(p, e->score.trace_id);
    if (!g)
        return false;
    first_note(g, e->score.timestamp);
    return score_append(p, &g->scores, &g->n_scores, &g->cap_scores, e);
}

// An observation without a trace belongs to its stored row's trace; a new one gets a trace named after
// it, so that sending it again finds the same. Looking for a stored row may scan the current day, so
// only the first few of a request are looked for.
#define ORPHANS_LOOKED_FOR 16

static enum errc trace_id_ensure(struct prepare *p, struct event *e)
{
    struct observation *o = &e->observation;
    const struct item_place *known = o->trace_id.n ? NULL : map_get(p->items, o->id);
    int64_t day, row;

    if (o->trace_id.n)
        return ERR_OK;
    o->trace_id =
        known ? p->set->groups[known->group].trace_id : arena_cat(p->a, STR("trace-"), o->id);
    if (known || p->n_orphans++ >= ORPHANS_LOOKED_FOR)
        return ERR_OK;
    enum errc rc = store_find_trace(p->s, p->ctx, p->project, o->trace_id, &day, &row);
    if (rc != ERR_NOT_FOUND)
        return rc;
    rc = store_find_observation(p->s, p->ctx, p->project, o->id, &day, &row);
    if (rc == ERR_OK)
        rc = observation_trace_id(p->s, p->ctx, day, row, &o->trace_id);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static enum errc add_event(struct prepare *p, struct event *e)
{
    bool ok = false;

    switch (e->kind) {
    case EVENT_TRACE: ok = add_trace(p, e); break;
    case EVENT_OBSERVATION:
        TRY(trace_id_ensure(p, e));
        ok = add_observation(p, e);
        break;
    case EVENT_SCORE: ok = add_score(p, e); break;
    }
    return ok ? ERR_OK
              : fail(p->ctx, ERR_TOO_LARGE,
                     "The events need more memory than one request may use: send it in smaller "
                     "parts");
}

static bool trace_has_body(const struct trace *t)
{
    return str_some(t->input) || str_some(t->output) || str_some(t->metadata);
}

static enum errc group_pack(struct prepare *p, struct zstd *z, struct trace_group *g)
{
    AUTO(pack_fini) struct pack_builder b = {0};
    AUTO(buf_fini) struct buf out = {0};

    pack_init(&b, LIMIT_PACK_BYTES);
    buf_init(&out, LIMIT_PACK_BYTES + (1u << 20));
    g->has_trace_body = g->n_trace_events && trace_has_body(&g->row);
    g->row.preview_in = preview_text(p->a, g->row.input, false);
    g->row.preview_out = preview_text(p->a, g->row.output, true);
    if (g->has_trace_body)
        g->trace_slot = pack_add_trace(&b, &g->row);
    for (size_t i = 0; i < g->n_items; i++) {
        struct obs_item *it = &g->items[i];
        if (p->s->opt.enrich)
            p->s->opt.enrich(p->s->opt.enrich_user, p->a, p->project, &it->row);
        if (!str_some(it->row.parent_id)) { // lists show what the root says
            it->row.preview_in = preview_text(p->a, it->row.input, false);
            it->row.preview_out = preview_text(p->a, it->row.output, true);
        }
        it->slot = pack_add_observation(&b, &it->row);
    }
    if (b.n == 0)
        return ERR_OK;
    enum errc rc = pack_finish(&b, z, PACK_LEVEL, &out);
    if (rc != ERR_OK)
        return fail(p->ctx, rc, "The bodies of trace %.*s are larger than %u MB in one request",
                    STR_ARG(g->trace_id), LIMIT_PACK_BYTES >> 20);
    g->pack = arena_str(p->a, buf_str(&out));
    return str_some(g->pack) ? ERR_OK
                             : fail(p->ctx, ERR_TOO_LARGE,
                                    "The bodies need more memory than one request may use: send it "
                                    "in smaller parts");
}

// Making a compressor costs more than compressing a request: a few are kept.
static struct zstd *compressor_take(struct sqlite_store *s)
{
    struct zstd *z = NULL;

    lock_acquire(&s->lock);
    if (s->n_compressors)
        z = s->compressors[--s->n_compressors];
    lock_release(&s->lock);
    return z ? z : zstd_create();
}

static void compressor_give(struct sqlite_store *s, struct zstd *z)
{
    lock_acquire(&s->lock);
    bool keep = s->n_compressors < COMPRESSORS_MAX;
    if (keep)
        s->compressors[s->n_compressors++] = z;
    lock_release(&s->lock);
    if (!keep)
        zstd_destroy(z);
}

enum errc write_set_prepare(struct sqlite_store *s, struct ctx *ctx, str project,
                            const struct event_list *events, struct write_set *out)
{
    struct arena *a = ctx->arena;
    struct prepare p = {.s = s,
                        .ctx = ctx,
                        .a = a,
                        .project = project,
                        .set = out,
                        .groups = map_create(a, 16),
                        .items = map_create(a, events->n)};
    enum errc rc = ERR_OK;

    *out = (struct write_set){.arena = a, .n_events = events->n};
    if (!p.groups || !p.items)
        return fail(
            ctx, ERR_TOO_LARGE,
            "The events need more memory than one request may use: send it in smaller parts");
    for (size_t i = 0; i < events->n; i++)
        TRY(add_event(&p, events->items[i]));
    struct zstd *z = compressor_take(s);
    for (size_t i = 0; i < out->n_groups && rc == ERR_OK; i++)
        rc = group_pack(&p, z, &out->groups[i]);
    compressor_give(s, z);
    return rc;
}
