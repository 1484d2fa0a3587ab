// SPDX-License-Identifier: MIT
// What is stored of the ids of a write (write.h). A trace is found by its id over all time (a bloom
// filter per granule); its observations then within the hours that its row names, so that a small part
// of the key is read. Bodies are read where a merge needs them: a span that replaces needs none.
#include "store/clickhouse/write.h"

#include "base/limits.h"

#define IDS_BYTES (48u << 10) // of the ids in one value: servers cap a field of a form at 128 KiB

struct ch_answer *ch_write_answer(struct ch_write *w)
{
    if (!arena_grow(w->a, (void **)&w->answers, w->n_answers, &w->cap_answers, sizeof *w->answers))
        return NULL;
    struct ch_answer *answer = &w->answers[w->n_answers++];
    *answer = (struct ch_answer){0};
    return answer;
}

struct ids { // of one statement
    str *items;
    size_t n, bytes;
};

static bool ids_full(const struct ids *ids)
{
    return ids->n == LIMIT_STORE_IDS || ids->bytes >= IDS_BYTES;
}

static void ids_add(struct ids *ids, str id)
{
    CHECK(ids->items && ids->n < LIMIT_STORE_IDS);
    ids->items[ids->n++] = id;
    ids->bytes += id.n + 4;
}

static enum errc ids_init(struct ch_write *w, struct ids *ids)
{
    *ids = (struct ids){.items = ARENA_ARRAY(w->a, str, LIMIT_STORE_IDS)};
    return ids->items ? ERR_OK : ch_too_much(w->ctx);
}

static void ids_condition(struct sql_text *t, const char *column, const struct ids *ids)
{
    ch_text_in(t, column, &(struct str_set){ids->items, ids->n});
}

static void select_begin(struct ch_write *w, struct sql_text *t, enum ch_table table, unsigned want)
{
    sql_text_init(t, w->a);
    sql_text_add(t, "SELECT ");
    ch_columns_add(t, table, want, "");
    sql_text_add(t, " FROM ");
    sql_text_add(t, ch_table_names[table]);
    sql_text_add(t, " FINAL WHERE project_id = ");
    sql_text_str(t, w->project);
}

static enum errc run(struct ch_write *w, const struct sql_text *t, struct ch_reader *rows)
{
    struct ch_answer *answer = ch_write_answer(w);

    if (!answer)
        return ch_too_much(w->ctx);
    TRY(ch_select_ids(w->s->ch, w->ctx, t, answer));
    *rows = answer->rows;
    return ERR_OK;
}

// ---- Traces -------------------------------------------------------------------------------------

static enum errc traces_read(struct ch_write *w, struct ids *ids)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_reader rows;
    struct ch_trace row;

    if (!ids->n)
        return ERR_OK;
    select_begin(w, &t, CH_TRACES, ~0u);
    ids_condition(&t, "trace_id", ids);
    *ids = (struct ids){.items = ids->items};
    TRY(run(w, &t, &rows));
    while (ch_more(&rows)) {
        TRY(ch_trace_read(&rows, w->ctx, ~0u, &row));
        struct ch_group *g = map_get(w->groups, row.t.id);
        if (!g)
            continue;
        g->row = row;
        g->stored = true;
        g->old_hour = row.place.hour;
        g->old_session = row.t.session_id;
    }
    return ERR_OK;
}

static enum errc traces_load(struct ch_write *w)
{
    struct ids ids;

    TRY(ids_init(w, &ids));
    for (size_t i = 0; i < map_len(w->groups); i++) {
        ids_add(&ids, ch_group_at(w, i)->trace_id);
        if (ids_full(&ids))
            TRY(traces_read(w, &ids));
    }
    return traces_read(w, &ids);
}

// ---- Observations -------------------------------------------------------------------------------

struct hours {
    millis first, last;
};

struct asked { // of one statement
    struct ids traces, ids;
    struct hours hours;
    bool replacing; // only spans that replace, or only what merges
    unsigned want;
};

static void asked_clear(struct asked *q)
{
    q->traces = (struct ids){.items = q->traces.items};
    q->ids = (struct ids){.items = q->ids.items};
    q->hours = (struct hours){MILLIS_NONE, MILLIS_NONE};
}

static enum errc items_read(struct ch_write *w, struct asked *q)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_observation row;
    struct ch_reader rows;

    if (!q->ids.n)
        return ERR_OK;
    select_begin(w, &t, CH_OBSERVATIONS, q->want);
    ch_text_hours(&t, "hour", q->hours.first, q->hours.last);
    ids_condition(&t, "trace_id", &q->traces);
    ids_condition(&t, "observation_id", &q->ids);
    asked_clear(q);
    TRY(run(w, &t, &rows));
    while (ch_more(&rows)) {
        TRY(ch_observation_read(&rows, w->ctx, q->want, &row));
        struct ch_item *it = map_get(w->items, row.o.id);
        if (!it || !str_eq(it->said.trace_id, row.o.trace_id))
            continue;
        it->row = row;
        it->stored = true;
        it->old_hour = row.place.hour;
    }
    return ERR_OK;
}

static enum errc group_items_load(struct ch_write *w, const struct ch_group *g, struct asked *q)
{
    bool named = false;

    for (size_t i = 0; i < g->n_items; i++) {
        if (g->items[i]->events[0]->replace != q->replacing)
            continue;
        if (!named || !q->traces.n)
            ids_add(&q->traces, g->trace_id);
        named = true;
        ids_add(&q->ids, g->items[i]->said.id);
        take_min_time(&q->hours.first, g->row.s.first_start);
        take_max_time(&q->hours.last, g->row.s.last_start);
        if (ids_full(&q->ids))
            TRY(items_read(w, q));
    }
    return ERR_OK;
}

static enum errc items_load(struct ch_write *w, bool replacing, unsigned want)
{
    struct asked q = {.replacing = replacing, .want = want};

    TRY(ids_init(w, &q.traces));
    TRY(ids_init(w, &q.ids));
    asked_clear(&q);
    for (size_t i = 0; i < map_len(w->groups); i++) {
        const struct ch_group *g = ch_group_at(w, i);
        if (g->stored && g->row.s.n_observations)
            TRY(group_items_load(w, g, &q));
    }
    return items_read(w, &q);
}

// ---- Scores -------------------------------------------------------------------------------------

static enum errc scores_read(struct ch_write *w, struct ids *ids)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_reader rows;
    struct ch_score row;

    if (!ids->n)
        return ERR_OK;
    select_begin(w, &t, CH_SCORES, ~0u);
    ids_condition(&t, "score_id", ids);
    *ids = (struct ids){.items = ids->items};
    TRY(run(w, &t, &rows));
    while (ch_more(&rows)) {
        TRY(ch_score_read(&rows, w->ctx, &row));
        struct ch_score_item *it = map_get(w->scores, row.s.id);
        if (!it)
            continue;
        it->row = row;
        it->stored = true;
        it->old_hour = row.place.hour;
    }
    return ERR_OK;
}

static enum errc scores_load(struct ch_write *w)
{
    struct ids ids;

    TRY(ids_init(w, &ids));
    for (size_t i = 0; i < map_len(w->scores); i++) {
        ids_add(&ids, map_at(w->scores, i)->key);
        if (ids_full(&ids))
            TRY(scores_read(w, &ids));
    }
    return scores_read(w, &ids);
}

enum errc ch_write_load(struct ch_write *w)
{
    TRY(traces_load(w));
    TRY(items_load(w, true, 0));
    TRY(items_load(w, false, ~0u));
    return scores_load(w);
}

// ---- Sums ---------------------------------------------------------------------------------------

// The columns after the id are read by sums_read, in this order.
#define SUMS                                                                                       \
    "SELECT trace_id, toInt64(count()), toInt64(countIf(level = 4)), toInt64(countIf(level = 3))," \
    " toInt64(countIf(level = 2)), toInt64(countIf(level = 1)), toInt64(count(end)),"              \
    " min(start), max(start), ifNull(max(end), toInt64(-9223372036854775808)),"                    \
    " sum(input_tokens), sum(output_tokens), sum(total_tokens),"                                   \
    " sum(input_cost), sum(output_cost), sum(total_cost),"                                         \
    " ifNull(maxIf(end - start, model <> ''), toInt64(0)),"                                        \
    " toInt64(argMinIf(type, (start, arrival), parent_id IS NULL)),"                               \
    " argMinIf(tuple(status_message), (-toInt32(level), status_message IS NULL, start, arrival),"  \
    " level >= 3).1,"                                                                              \
    " sumMapIf([assumeNotNull(model)], [toInt64(1)], [total_tokens], [total_cost], model <> '')"   \
    " FROM observations FINAL WHERE project_id = "

static void models_read(struct ch_reader *r, struct arena *a, struct trace_stats *s)
{
    size_t n = ch_get_count(r);
    struct model_use *uses = ARENA_ARRAY(a, struct model_use, n + 1);

    r->bad |= !uses;
    for (size_t i = 0; i < n && !r->bad; i++)
        uses[i].model = ch_get_str(r);
    for (int k = 0; k < 3 && !r->bad; k++) {
        r->bad |= ch_get_count(r) != n;
        for (size_t i = 0; i < n && !r->bad; i++) {
            int64_t *const sums[] = {&uses[i].n, &uses[i].tokens, &uses[i].cost};
            *sums[k] = ch_get_i64(r);
        }
    }
    for (size_t i = 0; i < n && !r->bad; i++)
        stats_use_add(s, &uses[i]);
}

static void sums_read(struct ch_reader *r, struct arena *a, struct trace_stats *s)
{
    int64_t kind = 0;
    int64_t *const sums[] = {&s->n_observations,
                             &s->n_error,
                             &s->n_warning,
                             &s->n_default,
                             &s->n_debug,
                             &s->n_ended,
                             &s->first_start,
                             &s->last_start,
                             &s->last_end,
                             &s->input_tokens,
                             &s->output_tokens,
                             &s->total_tokens,
                             &s->input_cost,
                             &s->output_cost,
                             &s->total_cost,
                             &s->slowest,
                             &kind};

    stats_init(s);
    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        *sums[i] = ch_get_i64(r);
    s->kind = (int32_t)kind;
    s->error = ch_get_text(r);
    models_read(r, a, s);
}

static enum errc sums_of(struct ch_write *w, struct ids *ids, struct hours *hours)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_reader rows;

    if (!ids->n)
        return ERR_OK;
    sql_text_init(&t, w->a);
    sql_text_add(&t, SUMS);
    sql_text_str(&t, w->project);
    ch_text_hours(&t, "hour", hours->first, hours->last);
    ids_condition(&t, "trace_id", ids);
    sql_text_add(&t, " GROUP BY trace_id");
    *ids = (struct ids){.items = ids->items};
    *hours = (struct hours){MILLIS_NONE, MILLIS_NONE};
    TRY(run(w, &t, &rows));
    while (ch_more(&rows)) {
        struct ch_group *g = map_get(w->groups, ch_get_str(&rows));
        struct trace_stats sums;
        sums_read(&rows, w->a, &sums);
        if (rows.bad)
            return ch_cut_short(w->ctx);
        if (g)
            g->row.s = sums;
    }
    return ERR_OK;
}

enum errc ch_sums_load(struct ch_write *w)
{
    struct hours hours = {MILLIS_NONE, MILLIS_NONE};
    struct ids ids;

    TRY(ids_init(w, &ids));
    for (size_t i = 0; i < map_len(w->groups); i++) {
        const struct ch_group *g = ch_group_at(w, i);
        if (!g->recompute)
            continue;
        ids_add(&ids, g->trace_id);
        take_min_time(&hours.first, g->row.s.first_start);
        take_max_time(&hours.last, g->row.s.last_start);
        if (ids_full(&ids))
            TRY(sums_of(w, &ids, &hours));
    }
    return sums_of(w, &ids, &hours);
}
