// SPDX-License-Identifier: MIT
// A write: what is said is collected by id, what is stored is loaded, both become rows, and each table
// gets one insert. Observations and scores go first: a trace's row, written last, says what its
// observations add up to. A write that ends halfway is sent again by who holds the events, finds what
// is there and ends the same.
//
// Runs on the caller's thread. Writers of one project take turns here; between processes a lease sees
// to that (ctx->fence).
#include "store/clickhouse/write.h"

#include "base/limits.h"

static void write_fini(struct ch_write *w)
{
    for (size_t i = 0; i < w->n_answers; i++)
        ch_answer_fini(&w->answers[i]);
}

static enum errc insert(struct ch_write *w, enum ch_table table, const struct buf *rows)
{
    struct arena *a = w->a;

    if (!buf_ok(rows))
        return ch_too_much(w->ctx);
    if (!rows->len)
        return ERR_OK;
    str token = arena_fmt(a, "%016llx-%016llx", (unsigned long long)str_hash(buf_str(rows)),
                          (unsigned long long)w->arrival);
    return ch_insert(w->s->ch, w->ctx, ch_table_names[table], ch_insert_columns(a, table),
                     buf_str(rows), token);
}

// A row that moved to another hour takes its old place away.
static bool moved(bool stored, uint32_t old_hour, const struct ch_place *now)
{
    return stored && old_hour != now->hour;
}

static struct ch_place gone_from(uint32_t hour, const struct ch_place *now)
{
    return (struct ch_place){
        .hour = hour, .row_version = now->row_version, .arrival = now->arrival, .is_deleted = true};
}

static enum errc observations_write(struct ch_write *w)
{
    AUTO(buf_fini) struct buf rows = {0};

    buf_init(&rows, LIMIT_STORE_INSERT_BYTES);
    for (size_t i = 0; i < map_len(w->items); i++) {
        struct ch_item *it = ch_item_at(w, i);
        TRY(ch_item_settle(w, it));
        if (it->kept)
            continue;
        ch_observation_write(&rows, w->project, &it->row);
        if (!moved(it->stored, it->old_hour, &it->row.place))
            continue;
        struct ch_observation gone = {.place = gone_from(it->old_hour, &it->row.place)};
        gone.o.id = it->row.o.id;
        gone.o.trace_id = it->row.o.trace_id;
        ch_observation_write(&rows, w->project, &gone);
    }
    return insert(w, CH_OBSERVATIONS, &rows);
}

static enum errc scores_write(struct ch_write *w)
{
    AUTO(buf_fini) struct buf rows = {0};

    buf_init(&rows, LIMIT_STORE_INSERT_BYTES);
    for (size_t i = 0; i < map_len(w->scores); i++) {
        struct ch_score_item *it = map_at(w->scores, i)->value;
        TRY(ch_score_settle(w, it));
        ch_score_write(&rows, w->project, &it->row);
        if (!moved(it->stored, it->old_hour, &it->row.place))
            continue;
        const struct ch_score gone = {.place = gone_from(it->old_hour, &it->row.place),
                                      .s = {.id = it->row.s.id, .trace_id = it->row.s.trace_id}};
        ch_score_write(&rows, w->project, &gone);
    }
    return insert(w, CH_SCORES, &rows);
}

static enum errc traces_write(struct ch_write *w)
{
    AUTO(buf_fini) struct buf rows = {0};

    buf_init(&rows, LIMIT_STORE_INSERT_BYTES);
    for (size_t i = 0; i < map_len(w->groups); i++)
        TRY(ch_group_settle(w, ch_group_at(w, i)));
    TRY(ch_sums_load(w));
    for (size_t i = 0; i < map_len(w->groups); i++) {
        const struct ch_group *g = ch_group_at(w, i);
        ch_trace_write(&rows, w->project, &g->row);
        if (!moved(g->stored, g->old_hour, &g->row.place))
            continue;
        const struct ch_trace gone = {.place = gone_from(g->old_hour, &g->row.place),
                                      .t.id = g->trace_id};
        ch_trace_write(&rows, w->project, &gone);
    }
    return insert(w, CH_TRACES, &rows);
}

// Sessions that traces of this write name for the first time, or may: the earliest row of one stays.
static enum errc sessions_write(struct ch_write *w)
{
    AUTO(buf_fini) struct buf rows = {0};
    struct map *seen = map_create(w->a, 16);

    buf_init(&rows, LIMIT_STORE_INSERT_BYTES);
    for (size_t i = 0; seen && i < map_len(w->groups); i++) {
        const struct ch_group *g = ch_group_at(w, i);
        str id = g->row.t.session_id;
        if (!id.n || (g->stored && str_eq(id, g->old_session)) || map_get(seen, id))
            continue;
        void **slot = map_slot(seen, id);
        if (!slot)
            return ch_too_much(w->ctx);
        *slot = w;
        ch_put_str(&rows, w->project);
        ch_put_str(&rows, id);
        ch_put_u64(&rows, UINT64_MAX - w->arrival);
        ch_put_u8(&rows, 0);
        ch_put_u64(&rows, w->arrival);
        ch_put_text(&rows, g->row.t.environment);
        ch_put_i64(&rows, w->now);
    }
    if (!rows.len && buf_ok(&rows))
        return ERR_OK;
    return buf_ok(&rows) ? ch_insert(w->s->ch, w->ctx, "sessions",
                                     STR("project_id, session_id, row_version, is_deleted, arrival,"
                                         " environment, created"),
                                     buf_str(&rows), STR_NONE)
                         : ch_too_much(w->ctx);
}

// False when there is nothing left to count.
static bool counted_note(struct ch_write *w, const struct observation *counted)
{
    struct ch_item *it = ch_item_at(w, 0);

    it->counted = counted;
    return it->stored && it->row.o.needs_tokens;
}

static enum errc write_all(struct ch_write *w, const struct event_list *events,
                           const struct observation *counted)
{
    TRY(ch_write_collect(w, events));
    TRY(ch_write_load(w));
    if (counted && !counted_note(w, counted))
        return ERR_OK;
    TRY(observations_write(w));
    TRY(scores_write(w));
    TRY(traces_write(w));
    return sessions_write(w);
}

enum errc ch_write_run(struct ch_store *s, struct ctx *ctx, str project,
                       const struct event_list *events, const struct observation *counted,
                       struct write_result *res)
{
    TRY(ch_ready(s, ctx));
    TRY(ch_turn_take(s, ctx, project));
    // Arrival and version come from one run of numbers: a write takes as many as it may have rows.
    uint64_t first = ch_version_next(s, events->n * 2 + 1);
    AUTO(write_fini)
    struct ch_write w = {.s = s,
                         .ctx = ctx,
                         .a = ctx->arena,
                         .project = project,
                         .version = ctx->fence ? ctx->fence : first,
                         .arrival = first,
                         .now = ch_now(s)};
    enum errc rc = write_all(&w, events, counted);
    ch_turn_give(s, project);
    TRY(rc);
    atomic_fetch_add(&s->base.changes, 1);
    if (res)
        *res = w.result;
    return ERR_OK;
}

enum errc ch_store_write(struct event_store *store, struct ctx *ctx, str project,
                         const struct event_list *events, struct write_result *res)
{
    return ch_write_run(ch_self(store), ctx, project, events, NULL, res);
}
