// SPDX-License-Identifier: MIT
// The events of one write by trace, observation and score, in order of arrival (write.h).
#include "store/clickhouse/write.h"

#include "model/merge.h"

// An observation without a trace belongs to its stored row's trace; a new one gets a trace named after
// it, so that sending it again finds the same. Only the first few of a write are looked for.
#define ORPHANS_LOOKED_FOR 16

enum errc ch_too_much(struct ctx *ctx)
{
    return fail(ctx, ERR_TOO_LARGE,
                "The events need more memory than one request may use: send it in smaller parts");
}

struct ch_group *ch_group_at(const struct ch_write *w, size_t i)
{
    return map_at(w->groups, i)->value;
}

struct ch_item *ch_item_at(const struct ch_write *w, size_t i)
{
    return map_at(w->items, i)->value;
}

static bool event_push(struct arena *a, struct event ***list, size_t *n, size_t *cap,
                       struct event *e)
{
    if (!arena_grow(a, (void **)list, *n, cap, sizeof(void *)))
        return false;
    (*list)[(*n)++] = e;
    return true;
}

static struct ch_group *group_get(struct ch_write *w, str trace_id)
{
    void **slot = map_slot(w->groups, trace_id);

    if (!slot || *slot)
        return slot ? *slot : NULL;
    struct ch_group *g = *slot = ARENA_NEW(w->a, struct ch_group);
    if (!g)
        return NULL;
    g->trace_id = trace_id;
    g->first = g->root.start = MILLIS_NONE;
    trace_init(&g->row.t, trace_id);
    stats_init(&g->row.s);
    return g;
}

static bool add_trace(struct ch_write *w, struct event *e)
{
    struct ch_group *g = group_get(w, e->trace.id);

    if (!g)
        return false;
    take_min_time(&g->first, e->trace.timestamp);
    return event_push(w->a, &g->events, &g->n_events, &g->cap_events, e);
}

static struct ch_item *item_get(struct ch_write *w, const struct observation *o)
{
    void **slot = map_slot(w->items, o->id);

    if (!slot || *slot)
        return slot ? *slot : NULL;
    struct ch_group *g = group_get(w, o->trace_id);
    struct ch_item *it = *slot = ARENA_NEW(w->a, struct ch_item);
    if (!g || !it ||
        !arena_grow(w->a, (void **)&g->items, g->n_items, &g->cap_items, sizeof(void *)))
        return NULL;
    g->items[g->n_items++] = it;
    observation_init(&it->said, o->id, o->trace_id);
    return it;
}

static bool add_observation(struct ch_write *w, struct event *e)
{
    struct ch_item *it = item_get(w, &e->observation);

    if (!it || !event_push(w->a, &it->events, &it->n_events, &it->cap_events, e) ||
        !observation_merge(w->a, &it->said, e))
        return false;
    if (it->said.start_time == MILLIS_NONE)
        it->said.start_time = e->at != MILLIS_NONE ? e->at : ch_said_at(w, &e, 1);
    take_min_time(&group_get(w, it->said.trace_id)->first, it->said.start_time);
    return true;
}

static bool add_score(struct ch_write *w, struct event *e)
{
    void **slot = map_slot(w->scores, e->score.id);

    if (!slot)
        return false;
    struct ch_score_item *it = *slot ? *slot : ARENA_NEW(w->a, struct ch_score_item);
    if (!it)
        return false;
    if (!*slot)
        score_init(&it->row.s, e->score.id);
    *slot = it;
    return event_push(w->a, &it->events, &it->n_events, &it->cap_events, e);
}

static enum errc stored_trace_id(struct ch_write *w, str id, str *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_answer *answer = ch_write_answer(w);

    if (!answer)
        return ch_too_much(w->ctx);
    sql_text_init(&t, w->a);
    sql_text_add(&t, "SELECT trace_id FROM observations FINAL WHERE project_id = ");
    sql_text_str(&t, w->project);
    ch_text_eq(&t, "observation_id", id);
    sql_text_add(&t, " ORDER BY arrival LIMIT 1");
    TRY(ch_select_ids(w->s->ch, w->ctx, &t, answer));
    if (ch_more(&answer->rows))
        *out = ch_get_str(&answer->rows);
    return ERR_OK;
}

static enum errc trace_id_ensure(struct ch_write *w, struct event *e, size_t *n_orphans)
{
    struct observation *o = &e->observation;
    const struct ch_item *known = o->trace_id.n ? NULL : map_get(w->items, o->id);

    if (o->trace_id.n)
        return ERR_OK;
    o->trace_id = known ? known->said.trace_id : arena_cat(w->a, STR("trace-"), o->id);
    if (known || (*n_orphans)++ >= ORPHANS_LOOKED_FOR)
        return ERR_OK;
    return stored_trace_id(w, o->id, &o->trace_id);
}

static enum errc add_event(struct ch_write *w, struct event *e, size_t *n_orphans)
{
    bool ok = false;

    switch (e->kind) {
    case EVENT_TRACE: ok = add_trace(w, e); break;
    case EVENT_OBSERVATION:
        TRY(trace_id_ensure(w, e, n_orphans));
        ok = add_observation(w, e);
        break;
    case EVENT_SCORE: ok = add_score(w, e); break;
    }
    return ok ? ERR_OK : ch_too_much(w->ctx);
}

enum errc ch_write_collect(struct ch_write *w, const struct event_list *events)
{
    size_t n_orphans = 0;

    w->groups = map_create(w->a, 16);
    w->items = map_create(w->a, events->n);
    w->scores = map_create(w->a, 16);
    if (!w->groups || !w->items || !w->scores)
        return ch_too_much(w->ctx);
    for (size_t i = 0; i < events->n; i++)
        TRY(add_event(w, events->items[i], &n_orphans));
    return ERR_OK;
}
