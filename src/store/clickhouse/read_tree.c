// SPDX-License-Identifier: MIT
// A trace as pages draw it: narrow rows of all its observations, and one observation with the model
// calls before it. Both read the hours that the trace's row names.
#include "store/clickhouse/store_int.h"

#define TREE                                                                                    \
    "SELECT observation_id, parent_id, name, model, type, level, start, end, completion_start," \
    " total_tokens, total_cost, if(level >= 3, status_message, NULL) FROM observations FINAL"   \
    " WHERE project_id = "

static void in_trace(struct sql_text *t, str project, const struct ch_trace *trace)
{
    sql_text_str(t, project);
    ch_text_hours(t, "hour", trace->s.first_start, trace->s.last_start);
    ch_text_eq(t, "trace_id", trace->t.id);
}

static void tree_row_read(struct ch_reader *r, struct tree_row *row)
{
    row->id = ch_get_str(r);
    row->parent_id = ch_get_text(r);
    row->name = ch_get_text(r);
    row->model = ch_get_text(r);
    row->type = ch_get_u8(r);
    row->level = ch_get_u8(r);
    row->start = ch_get_i64(r);
    row->end = ch_get_i64_or(r, MILLIS_NONE);
    row->completion_start = ch_get_i64_or(r, MILLIS_NONE);
    row->tokens = ch_get_i64(r);
    row->cost = ch_get_i64(r);
    row->status_message = ch_get_text(r);
}

enum errc ch_trace_tree(struct event_store *store, struct ctx *ctx, const struct tree_query *q,
                        tree_row_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0}, own = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_store *s = ch_self(store);
    const struct trace_ref ref = {q->project, q->trace_id, 0};
    struct ch_trace trace;

    TRY(ch_trace_load(s, ctx, &ref, &own, &trace));
    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, TREE);
    in_trace(&t, q->project, &trace);
    sql_text_add(&t, " ORDER BY start, arrival LIMIT ");
    sql_text_i64(&t, q->limit);
    TRY(ch_select_ids(s->ch, ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        struct tree_row row;
        tree_row_read(&answer.rows, &row);
        if (answer.rows.bad)
            return ch_cut_short(ctx);
        TRY(fn(user, &row));
    }
    return ERR_OK;
}

// ---- One observation and those before it ---------------------------------------------------------

struct chosen { // in order of delivery
    str *ids;
    int64_t *positions;
    size_t n;
};

struct place {
    str id;
    bool call; // a GENERATION
};
struct places {
    struct ch_answer answer; // what the ids point into
    struct place *items;
    size_t n;
};

static void places_fini(struct places *p)
{
    ch_answer_fini(&p->answer);
}

static enum errc places_load(struct ch_store *s, struct ctx *ctx, str project,
                             const struct ch_trace *trace, struct places *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_reader *r = &out->answer.rows;
    size_t cap = 0;

    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, "SELECT observation_id, type FROM observations FINAL WHERE project_id = ");
    in_trace(&t, project, trace);
    sql_text_add(&t, " ORDER BY start, arrival");
    TRY(ch_select_ids(s->ch, ctx, &t, &out->answer));
    while (ch_more(r)) {
        if (!arena_grow(ctx->arena, (void **)&out->items, out->n, &cap, sizeof *out->items))
            return fail(ctx, ERR_NOMEM, "The trace has too many observations");
        struct place *place = &out->items[out->n++];
        place->id = ch_get_str(r);
        place->call = ch_get_u8(r) == OBSERVATION_GENERATION;
    }
    return r->bad ? ch_cut_short(ctx) : ERR_OK;
}

static enum errc choose(struct ctx *ctx, const struct places *p, str id, size_t n_before,
                        struct chosen *out)
{
    size_t at = 0;

    while (at < p->n && !str_eq(p->items[at].id, id))
        at++;
    if (at == p->n)
        return ERR_NOT_FOUND;
    size_t most = (n_before < at ? n_before : at) + 1;
    *out = (struct chosen){.ids = ARENA_ARRAY(ctx->arena, str, most),
                           .positions = ARENA_ARRAY(ctx->arena, int64_t, most)};
    if (!out->ids || !out->positions)
        return fail(ctx, ERR_NOMEM, "Too many observations in one query");
    for (size_t i = at + 1; i-- > 0 && out->n < most;) {
        if (i != at && !p->items[i].call)
            continue;
        out->ids[out->n] = p->items[i].id;
        out->positions[out->n++] = (int64_t)i;
    }
    return ERR_OK;
}

struct loaded {
    struct ch_answer answer; // what the items point into
    struct ch_observation *items;
    size_t n;
};

static void loaded_fini(struct loaded *l)
{
    ch_answer_fini(&l->answer);
}

static enum errc chosen_load(struct ch_store *s, struct ctx *ctx, str project,
                             const struct ch_trace *trace, const struct chosen *chosen,
                             struct loaded *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    const unsigned want = WANT_IO | WANT_METADATA;

    out->items = ARENA_ARRAY(ctx->arena, struct ch_observation, chosen->n);
    if (!out->items)
        return fail(ctx, ERR_NOMEM, "Too many observations in one query");
    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, "SELECT ");
    ch_columns_add(&t, CH_OBSERVATIONS, want, "");
    sql_text_add(&t, " FROM observations FINAL WHERE project_id = ");
    in_trace(&t, project, trace);
    ch_text_in(&t, "observation_id", &(struct str_set){chosen->ids, chosen->n});
    TRY(ch_select_ids(s->ch, ctx, &t, &out->answer));
    while (ch_more(&out->answer.rows) && out->n < chosen->n)
        TRY(ch_observation_read(&out->answer.rows, ctx, want, &out->items[out->n++]));
    return ERR_OK;
}

static const struct observation *loaded_find(const struct loaded *loaded, str id)
{
    for (size_t i = 0; i < loaded->n; i++)
        if (str_eq(loaded->items[i].o.id, id))
            return &loaded->items[i].o;
    return NULL;
}

static enum errc deliver(str project, const struct ch_trace *trace, const struct chosen *chosen,
                         const struct loaded *loaded, observation_at_fn *fn, void *user)
{
    for (size_t i = 0; i < chosen->n; i++) {
        const struct observation *o = loaded_find(loaded, chosen->ids[i]);
        struct observation_row row = {.project_id = project};
        if (!o)
            continue; // gone between the two reads
        row.observation = *o;
        ch_trace_words(&row, trace);
        TRY(fn(user, chosen->positions[i], &row));
    }
    return ERR_OK;
}

enum errc ch_trace_observation(struct event_store *store, struct ctx *ctx,
                               const struct trace_part *part, size_t n_before,
                               observation_at_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer own = {0};
    struct ch_store *s = ch_self(store);
    const struct trace_ref ref = {part->project, part->trace_id, 0};
    AUTO(loaded_fini) struct loaded loaded = {0};
    struct chosen chosen;
    AUTO(places_fini) struct places places = {0};
    struct ch_trace trace;

    TRY(ch_trace_load(s, ctx, &ref, &own, &trace));
    TRY(places_load(s, ctx, part->project, &trace, &places));
    TRY(choose(ctx, &places, part->id, n_before, &chosen));
    TRY(chosen_load(s, ctx, part->project, &trace, &chosen, &loaded));
    return deliver(part->project, &trace, &chosen, &loaded, fn, user);
}
