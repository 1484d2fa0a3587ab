// SPDX-License-Identifier: MIT
// Single rows by their ids, and the words of the trace beside them. Ids are found over all time by the
// filters of the tables (schema.c).
#include "store/clickhouse/store_int.h"

#include <stdlib.h>

static void select_begin(struct sql_text *t, struct arena *a, enum ch_table table, unsigned want,
                         str project)
{
    sql_text_init(t, a);
    sql_text_add(t, "SELECT ");
    ch_columns_add(t, table, want, "");
    sql_text_add(t, " FROM ");
    sql_text_add(t, ch_table_names[table]);
    sql_text_add(t, " FINAL WHERE project_id = ");
    sql_text_str(t, project);
}

// ---- Traces -------------------------------------------------------------------------------------

enum errc ch_traces_load(struct ch_store *s, struct ctx *ctx, const struct ch_refs *refs,
                         struct ch_answer *answer, struct ch_traces *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    *out = (struct ch_traces){.items = ARENA_ARRAY(ctx->arena, struct ch_trace, refs->ids.n + 1)};
    if (!out->items)
        return fail(ctx, ERR_LIMIT, "Too many traces in one query");
    select_begin(&t, ctx->arena, CH_TRACES, refs->want, refs->project);
    ch_text_in(&t, "trace_id", &refs->ids);
    TRY(ch_select_ids(s->ch, ctx, &t, answer));
    while (ch_more(&answer->rows) && out->n < refs->ids.n)
        TRY(ch_trace_read(&answer->rows, ctx, refs->want, &out->items[out->n++]));
    return ERR_OK;
}

enum errc ch_trace_load(struct ch_store *s, struct ctx *ctx, const struct trace_ref *ref,
                        struct ch_answer *answer, struct ch_trace *out)
{
    struct ch_traces found;

    TRY(ch_ready(s, ctx));
    const struct ch_refs refs = {ref->project, {&ref->id, 1}, ref->want};
    TRY(ch_traces_load(s, ctx, &refs, answer, &found));
    if (!found.n)
        return ERR_NOT_FOUND;
    *out = found.items[0];
    return ERR_OK;
}

enum errc ch_trace_get(struct event_store *store, struct ctx *ctx, const struct trace_ref *ref,
                       trace_row_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_store *s = ch_self(store);
    struct ch_trace found;

    TRY(ch_trace_load(s, ctx, ref, &answer, &found));
    struct trace_row row = {.trace = found.t, .stats = found.s};
    TRY(ch_trace_ids_load(s, ctx, ref->project, &row, 1, ref->want));
    return fn(user, &row);
}

// ---- Ids of a trace's parts ---------------------------------------------------------------------

struct parts { // of one wish
    const char *select, *order;
    size_t offset; // of the str_set in struct trace_row
    bool hours;    // the trace's hours bound them
};
static const struct parts observation_parts = {
    "SELECT trace_id, observation_id FROM observations FINAL WHERE project_id = ",
    " ORDER BY trace_id, start, arrival", offsetof(struct trace_row, observation_ids), true};
static const struct parts score_parts = {
    "SELECT assumeNotNull(trace_id), score_id FROM scores FINAL WHERE session_id IS NULL"
    " AND run_id IS NULL AND type <> 5 AND project_id = ",
    " ORDER BY trace_id, ts DESC, arrival DESC", offsetof(struct trace_row, score_ids), false};

static int by_id(const void *a, const void *b)
{
    return str_cmp((*(struct trace_row *const *)a)->trace.id,
                   (*(struct trace_row *const *)b)->trace.id);
}

struct list { // ids of one trace, growing
    str *items;
    size_t n, cap;
};

static enum errc list_add(struct ctx *ctx, struct list *l, str id)
{
    if (!arena_grow(ctx->arena, (void **)&l->items, l->n, &l->cap, sizeof(str)))
        return fail(ctx, ERR_LIMIT, "The page holds too many observations: ask for fewer fields");
    l->items[l->n++] = arena_str(ctx->arena, id);
    return ERR_OK;
}

// Both the answer and the rows are in order of ids.
static enum errc parts_deliver(struct ctx *ctx, struct ch_reader *r, struct trace_row **rows,
                               size_t n, const struct parts *p)
{
    struct list list = {0};
    size_t at = 0;

    while (ch_more(r)) {
        str trace = ch_get_str(r), id = ch_get_str(r);
        for (; at < n && str_cmp(rows[at]->trace.id, trace) < 0; at++)
            list = (struct list){0};
        if (at == n || !str_eq(rows[at]->trace.id, trace))
            continue;
        TRY(list_add(ctx, &list, id));
        struct str_set *set = (struct str_set *)(void *)((char *)rows[at] + p->offset);
        *set = (struct str_set){list.items, list.n};
    }
    return r->bad ? ch_cut_short(ctx) : ERR_OK;
}

static enum errc parts_load(struct ch_store *s, struct ctx *ctx, str project,
                            struct trace_row **rows, size_t n, const struct parts *p)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    millis first = MILLIS_NONE, last = MILLIS_NONE;
    str *ids = ARENA_ARRAY(ctx->arena, str, n + 1);

    if (!ids)
        return fail(ctx, ERR_LIMIT, "Too many traces in one query");
    for (size_t i = 0; i < n; i++) {
        ids[i] = rows[i]->trace.id;
        take_min_time(&first, rows[i]->stats.first_start);
        take_max_time(&last, rows[i]->stats.last_start);
    }
    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, p->select);
    sql_text_str(&t, project);
    if (p->hours)
        ch_text_hours(&t, "hour", first, last);
    ch_text_in(&t, "trace_id", &(struct str_set){ids, n});
    sql_text_add(&t, p->order);
    TRY(ch_select_ids(s->ch, ctx, &t, &answer));
    return parts_deliver(ctx, &answer.rows, rows, n, p);
}

enum errc ch_trace_ids_load(struct ch_store *s, struct ctx *ctx, str project,
                            struct trace_row *rows, size_t n, unsigned want)
{
    struct trace_row **sorted = ARENA_ARRAY(ctx->arena, struct trace_row *, n + 1);

    if (!n || !(want & (WANT_OBSERVATION_IDS | WANT_SCORE_IDS)))
        return ERR_OK;
    if (!sorted)
        return fail(ctx, ERR_LIMIT, "Too many traces in one query");
    for (size_t i = 0; i < n; i++)
        sorted[i] = &rows[i];
    qsort(sorted, n, sizeof(void *), by_id);
    if (want & WANT_OBSERVATION_IDS)
        TRY(parts_load(s, ctx, project, sorted, n, &observation_parts));
    return want & WANT_SCORE_IDS ? parts_load(s, ctx, project, sorted, n, &score_parts) : ERR_OK;
}

// ---- One observation, one score -----------------------------------------------------------------

void ch_trace_words(struct observation_row *row, const struct ch_trace *t)
{
    row->has_root = t->has_root;
    row->trace_user_id = t->t.user_id;
    row->trace_session_id = t->t.session_id;
    row->trace_name = t->t.name;
    row->trace_release = t->t.release;
    row->trace_version = t->t.version;
    row->trace_environment = t->t.environment;
    row->trace_tags = t->t.tags;
}

enum errc ch_observation_get(struct event_store *store, struct ctx *ctx, str project, str id,
                             observation_row_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0}, words = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    const unsigned want = WANT_IO | WANT_METADATA;
    struct ch_store *s = ch_self(store);
    struct ch_observation found;
    struct ch_trace trace;

    TRY(ch_ready(s, ctx));
    select_begin(&t, ctx->arena, CH_OBSERVATIONS, want, project);
    ch_text_eq(&t, "observation_id", id);
    sql_text_add(&t, " ORDER BY arrival LIMIT 1");
    TRY(ch_select_ids(s->ch, ctx, &t, &answer));
    if (!ch_more(&answer.rows))
        return ERR_NOT_FOUND;
    TRY(ch_observation_read(&answer.rows, ctx, want, &found));
    struct observation_row row = {.project_id = project, .observation = found.o};
    const struct trace_ref ref = {project, found.o.trace_id, 0};
    enum errc rc = ch_trace_load(s, ctx, &ref, &words, &trace);
    if (rc != ERR_OK && rc != ERR_NOT_FOUND)
        return rc;
    if (rc == ERR_OK)
        ch_trace_words(&row, &trace);
    return fn(user, &row);
}

void ch_score_words(struct score_row *row, const struct ch_trace *t)
{
    row->has_trace = true;
    row->trace_user_id = t->t.user_id;
    row->trace_environment = str_some(t->t.environment) ? t->t.environment : STR("default");
    row->trace_session_id = t->t.session_id;
    row->trace_name = t->t.name;
    row->trace_tags = t->t.tags;
}

enum errc ch_score_get(struct event_store *store, struct ctx *ctx, str project, str id,
                       score_row_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0}, words = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_store *s = ch_self(store);
    struct ch_score found;
    struct ch_trace trace;

    TRY(ch_ready(s, ctx));
    select_begin(&t, ctx->arena, CH_SCORES, ~0u, project);
    ch_text_eq(&t, "score_id", id);
    sql_text_add(&t, " LIMIT 1");
    TRY(ch_select_ids(s->ch, ctx, &t, &answer));
    if (!ch_more(&answer.rows))
        return ERR_NOT_FOUND;
    TRY(ch_score_read(&answer.rows, ctx, &found));
    struct score_row row = {.score = found.s};
    if (!found.s.trace_id.n)
        return fn(user, &row);
    const struct trace_ref ref = {project, found.s.trace_id, 0};
    enum errc rc = ch_trace_load(s, ctx, &ref, &words, &trace);
    if (rc != ERR_OK && rc != ERR_NOT_FOUND)
        return rc;
    if (rc == ERR_OK)
        ch_score_words(&row, &trace);
    return fn(user, &row);
}

// ---- Sessions, recent rows ----------------------------------------------------------------------

enum errc ch_session_get(struct event_store *store, struct ctx *ctx, str project, str id,
                         session_row_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_store *s = ch_self(store);

    TRY(ch_ready(s, ctx));
    sql_text_init(&t, ctx->arena);
    sql_text_add(&t, "SELECT session_id, environment, created FROM sessions FINAL"
                     " WHERE project_id = ");
    sql_text_str(&t, project);
    ch_text_eq(&t, "session_id", id);
    TRY(ch_select(s->ch, ctx, &t, &answer));
    if (!ch_more(&answer.rows))
        return ERR_NOT_FOUND;
    struct session_row row = {.id = ch_get_str(&answer.rows)};
    row.environment = ch_get_text(&answer.rows);
    row.created_at = ch_get_i64(&answer.rows);
    return answer.rows.bad ? ch_cut_short(ctx) : fn(user, &row);
}

static void recent_add(struct sql_text *t, const char *select, const char *column, str project,
                       millis since)
{
    sql_text_add(t, select);
    ch_text_range(t, "hour", column, since, MILLIS_NONE);
    ch_text_eq(t, "project_id", project);
    sql_text_add(t, " LIMIT 1)");
}

enum errc ch_has_recent(struct event_store *store, struct ctx *ctx, str project, millis since,
                        bool *out)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    AUTO(sql_text_fini) struct sql_text t = {0};
    struct ch_store *s = ch_self(store);

    TRY(ch_ready(s, ctx));
    sql_text_init(&t, ctx->arena);
    recent_add(&t, "SELECT count() FROM ((SELECT 1 FROM traces FINAL WHERE 1", "ts", project,
               since);
    recent_add(&t, " UNION ALL (SELECT 1 FROM observations FINAL WHERE 1", "start", project, since);
    sql_text_add(&t, ")");
    TRY(ch_select(s->ch, ctx, &t, &answer));
    *out = ch_get_u64(&answer.rows) > 0;
    return answer.rows.bad ? ch_cut_short(ctx) : ERR_OK;
}
