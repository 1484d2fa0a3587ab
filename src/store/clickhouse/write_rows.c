// SPDX-License-Identifier: MIT
// Rows as they become from what was said and what is stored (write.h): the merge rule, prices, previews,
// and what a trace takes from its spans. No I/O; the caller has loaded everything.
#include "store/clickhouse/write.h"

#include "chat/chat.h"
#include "model/merge.h"

// A row's version is higher than that of the one it replaces, whatever clock made that one.
static void place_settle(struct ch_write *w, struct ch_place *p, bool stored, millis at)
{
    uint64_t version = w->version;

    if (stored && p->row_version >= version)
        version = p->row_version + 1;
    if (!stored)
        p->arrival = w->arrival++;
    p->row_version = version;
    p->hour = ch_hour_of(at);
}

millis ch_said_at(const struct ch_write *w, struct event *const *events, size_t n)
{
    millis at = MILLIS_NONE;

    for (size_t i = 0; i < n; i++)
        take_max_time(&at, events[i]->accepted ? events[i]->accepted : w->now);
    return at == MILLIS_NONE ? w->now : at;
}

// ---- Observations -------------------------------------------------------------------------------

static enum errc item_merge(struct ch_write *w, struct ch_item *it)
{
    struct observation *o = &it->row.o;

    if (!it->stored) {
        *o = it->said;
        o->created_at = ch_said_at(w, it->events, 1);
        return ERR_OK;
    }
    it->kept = it->events[0]->replace && event_older(it->events[it->n_events - 1], o->updated_at);
    if (it->kept)
        return ERR_OK;
    if (it->events[0]->replace) { // a span sent again: creation time and bookmark stay
        millis created = o->created_at;
        bool bookmarked = o->bookmarked;
        *o = it->said;
        o->created_at = created;
        o->bookmarked = bookmarked;
        return ERR_OK;
    }
    for (size_t i = 0; i < it->n_events; i++)
        if (!observation_merge(w->a, o, it->events[i]))
            return ch_too_much(w->ctx);
    return ERR_OK;
}

static void counted_take(struct observation *o, const struct observation *counted)
{
    o->needs_tokens = false;
    o->usage = counted->usage;
    o->cost = counted->cost;
    o->tier_id = counted->tier_id;
    o->tier_name = counted->tier_name;
    o->model_id = counted->model_id;
}

enum errc ch_item_settle(struct ch_write *w, struct ch_item *it)
{
    struct observation *o = &it->row.o;

    if (it->counted)
        counted_take(o, it->counted);
    else
        TRY(item_merge(w, it));
    if (it->kept)
        return ERR_OK;
    if (w->s->opt.enrich && !it->counted)
        w->s->opt.enrich(w->s->opt.enrich_user, w->a, w->project, o);
    if (!str_some(o->parent_id)) { // lists show what the root says
        o->preview_in = chat_preview_input(w->a, o->input);
        o->preview_out = chat_preview_output(w->a, o->output);
    }
    take_max_time(&o->updated_at, ch_said_at(w, it->events, it->n_events));
    place_settle(w, &it->row.place, it->stored, o->start_time);
    w->result.n_new += !it->stored;
    w->result.n_merged += it->stored;
    return arena_failed(w->a) ? ch_too_much(w->ctx) : ERR_OK;
}

// ---- Scores -------------------------------------------------------------------------------------

enum errc ch_score_settle(struct ch_write *w, struct ch_score_item *it)
{
    struct score *s = &it->row.s;

    for (size_t i = 0; i < it->n_events; i++)
        if (!score_merge(w->a, s, it->events[i]))
            return ch_too_much(w->ctx);
    if (!it->stored)
        s->created_at = ch_said_at(w, it->events, 1);
    take_max_time(&s->updated_at, ch_said_at(w, it->events, it->n_events));
    if (s->timestamp == MILLIS_NONE)
        s->timestamp = s->created_at;
    place_settle(w, &it->row.place, it->stored, s->timestamp);
    w->result.n_new += !it->stored;
    w->result.n_merged += it->stored;
    return ERR_OK;
}

// ---- Traces -------------------------------------------------------------------------------------

static enum errc events_merge(struct ch_write *w, struct ch_group *g)
{
    if (!g->row.has_event)
        g->row.t.updated_at = MILLIS_NONE; // nothing was said that an event could be older than
    for (size_t i = 0; i < g->n_events; i++)
        if (!trace_merge(w->a, &g->row.t, g->events[i]))
            return ch_too_much(w->ctx);
    g->row.has_event |= g->n_events > 0;
    return ERR_OK;
}

// Its own input and output, else those of its root.
static void previews_settle(struct ch_write *w, struct ch_group *g)
{
    struct trace *t = &g->row.t;

    if (g->n_events && str_some(t->input)) {
        t->preview_in = chat_preview_input(w->a, t->input);
        g->row.own_in = true;
    }
    if (g->n_events && str_some(t->output)) {
        t->preview_out = chat_preview_output(w->a, t->output);
        g->row.own_out = true;
    }
    if (str_some(g->root.in) && !g->row.own_in)
        t->preview_in = g->root.in;
    if (str_some(g->root.out) && !g->row.own_out)
        t->preview_out = g->root.out;
}

// What a trace without own words takes from its spans: time and environment.
static void derive(struct ch_write *w, struct ch_group *g)
{
    struct trace *t = &g->row.t;

    for (size_t i = 0; i < g->n_items; i++) {
        const struct observation *o = &g->items[i]->row.o;
        if (!t->timestamp_explicit)
            take_min_time(&t->timestamp, o->start_time);
        if (!str_some(t->environment))
            t->environment = o->environment;
        g->row.has_root |= !str_some(o->parent_id);
        root_note(&g->root, o);
    }
    if (t->timestamp == MILLIS_NONE)
        t->timestamp = g->first != MILLIS_NONE ? g->first : ch_said_at(w, g->events, g->n_events);
}

// New observations are added to the sums; where a stored one changed, or sums do not tell which error
// was first, all rows are summed again once they are stored.
static void sums_settle(struct ch_group *g)
{
    struct trace_stats delta, *s = &g->row.s;

    stats_init(&delta);
    for (size_t i = 0; i < g->n_items; i++) {
        g->recompute |= g->items[i]->stored;
        stats_add(&delta, &g->items[i]->row.o);
    }
    if (g->root.kind && (s->kind == 0 || g->root.start <= s->first_start))
        s->kind = g->root.kind;
    g->recompute |= stats_sum(s, &delta);
}

// The trace's own words move its time; spans, when they are all that there is.
static void stamps_settle(const struct ch_write *w, struct ch_group *g)
{
    struct trace *t = &g->row.t;
    millis at = ch_said_at(w, g->events, g->n_events);

    if (!g->n_events && g->n_items)
        at = ch_said_at(w, g->items[0]->events, 1);
    if (!g->stored)
        t->created_at = at;
    if (g->n_events || !g->stored)
        take_max_time(&t->updated_at, at);
}

enum errc ch_group_settle(struct ch_write *w, struct ch_group *g)
{
    struct trace *t = &g->row.t;

    TRY(events_merge(w, g));
    derive(w, g);
    previews_settle(w, g);
    sums_settle(g);
    stamps_settle(w, g);
    place_settle(w, &g->row.place, g->stored, t->timestamp);
    return arena_failed(w->a) ? ch_too_much(w->ctx) : ERR_OK;
}
