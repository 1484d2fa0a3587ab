// SPDX-License-Identifier: MIT
// Scores: list and get. Scores of a trace lie in the trace's file, so conditions on the trace are a join
// within one file. Order is timestamp, then day and arrival (score_ts has it), or the id where a cursor
// names one.
#include "store/sqlite/read_int.h"
#include "store/yield.h"

#include <math.h>

struct found { // a trace asked for, and where it is
    int64_t day, row;
};

struct score_list {
    const struct score_query *q;
    score_row_fn *fn;
    void *user;
    struct found *traces; // of q->trace_ids
    size_t n_traces;
};

static void range_of(const struct day_project *p, int64_t *min, int64_t *max)
{
    *min = p->min_score;
    *max = p->max_score;
}

static int64_t count_of(const struct day_project *p)
{
    return p->n_scores;
}

static void bits_add(struct sql_text *t, const char *column, uint32_t bits)
{
    if (!bits)
        return;
    sql_text_add(t, " AND (1 << ");
    sql_text_add(t, column);
    sql_text_add(t, ") & ");
    sql_text_i64(t, bits);
    sql_text_add(t, " <> 0");
}

static void bound_add(struct sql_text *t, const char *op, double v)
{
    if (isnan(v))
        return;
    sql_text_add(t, " AND s.value ");
    sql_text_add(t, op);
    sql_text_add(t, " ");
    sql_text_double(t, v);
}

static void values_add(struct sql_text *t, const struct score_query *q)
{
    static const char *const ops[] = {"<", ">", "<=", ">=", "!=", "="};

    for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
        if (str_eq(q->value_op, str_c(ops[i])))
            bound_add(t, ops[i], q->value);
    }
    bound_add(t, ">=", q->value_min);
    bound_add(t, "<=", q->value_max);
    sql_text_in(t, "s.string_value", &q->string_values);
    if (q->number_values.n == 0)
        return;
    sql_text_add(t, " AND s.value IN (");
    for (size_t i = 0; i < q->number_values.n; i++) {
        if (i)
            sql_text_add(t, ", ");
        sql_text_double(t, q->number_values.items[i]);
    }
    sql_text_add(t, ")");
}

static void cursor_add(struct sql_text *t, const struct score_cursor *c)
{
    if (!c)
        return;
    sql_text_add(t, " AND s.ts <= ");
    sql_text_i64(t, c->timestamp);
    sql_text_add(t, " AND (s.ts, s.score_id) < (");
    sql_text_i64(t, c->timestamp);
    sql_text_add(t, ", ");
    sql_text_str(t, c->id);
    sql_text_add(t, ")");
}

// Scores of traces and scores by id are few: found by the trace's row or the id's hash. The `+` keeps
// the planner from walking the project's whole day in order instead.
static void keys_add(struct merge *m, struct sql_text *t)
{
    const struct score_list *l = m->user;
    const struct score_query *q = l->q;
    const char *sep = "";

    sql_text_add(t, q->trace_ids.n || q->ids.n ? "+s.project = " : "s.project = ");
    sql_text_i64(t, m->project);
    if (q->trace_ids.n) {
        sql_text_add(t, " AND s.trace IN (");
        for (size_t i = 0; i < l->n_traces; i++) {
            if (l->traces[i].day != m->day->day)
                continue;
            sql_text_add(t, sep);
            sql_text_i64(t, l->traces[i].row);
            sep = ", ";
        }
        sql_text_add(t, ")");
    }
    if (!q->ids.n)
        return;
    sql_text_add(t, " AND s.hash IN (");
    for (size_t i = 0; i < q->ids.n; i++) {
        if (i)
            sql_text_add(t, ", ");
        sql_text_i64(t, row_hash(q->project, q->ids.items[i]));
    }
    sql_text_add(t, ")");
    sql_text_in(t, "s.score_id", &q->ids);
}

static enum errc conditions(struct merge *m, struct sql_text *t)
{
    const struct score_query *q = ((struct score_list *)m->user)->q;

    sql_text_add(t, " FROM score s LEFT JOIN trace t ON t.id = s.trace WHERE ");
    keys_add(m, t);
    sql_text_in(t, "s.name", &q->names);
    sql_text_in(t, "coalesce(s.environment, 'default')", &q->environments);
    sql_text_in(t, "s.config_id", &q->config_ids);
    sql_text_in(t, "s.queue_id", &q->queue_ids);
    sql_text_in(t, "s.author_id", &q->author_ids);
    sql_text_in(t, "s.session_id", &q->session_ids);
    sql_text_in(t, "s.run_id", &q->run_ids);
    sql_text_in(t, "s.observation_id", &q->observation_ids);
    sql_text_eq(t, "t.user_id", q->user_id);
    for (size_t i = 0; i < q->trace_tags.n; i++) {
        sql_text_add(t,
                     " AND EXISTS (SELECT 1 FROM json_each(coalesce(t.tags, '[]')) WHERE value = ");
        sql_text_str(t, q->trace_tags.items[i]);
        sql_text_add(t, ")");
    }
    bits_add(t, "s.source", q->sources);
    bits_add(t, "s.type", q->types);
    // coalesce() keeps the join a left one: scores are walked in order, not looked up trace by trace.
    if (q->only_trace_scores)
        sql_text_add(t, " AND coalesce(t.flags, 0) & 8 <> 0 AND s.session_id IS NULL AND "
                        "s.run_id IS NULL AND s.type <> 5");
    values_add(t, q);
    sql_text_range(t, "s.ts", q->from, q->to);
    cursor_add(t, q->after);
    return filter_sql(m->ctx, &q->filter, &score_dialect, t);
}

static struct hit hit_of(struct sql_stmt *st)
{
    return (struct hit){.a = sql_i64(st, 0), .c = sql_str(st, 1), .row = sql_i64(st, 2)};
}

static enum errc fetch(struct merge *m, struct reader *r, int64_t need)
{
    const struct score_query *q = ((struct score_list *)m->user)->q;
    bool by_id = q->by_id || q->after;
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, m->ctx->arena);
    sql_text_add(&t, by_id ? "SELECT s.ts, s.score_id, s.id" : "SELECT s.ts, NULL, s.id");
    TRY(conditions(m, &t));
    sql_text_add(&t, by_id ? " ORDER BY s.ts DESC, s.score_id DESC LIMIT "
                           : " ORDER BY s.ts DESC, s.id DESC LIMIT ");
    sql_text_i64(&t, need);
    return hits_add(m, r, &t, hit_of);
}

static enum errc row_load(struct reader *r, struct ctx *ctx, int64_t id, struct score_row *out,
                          bool *found)
{
    struct sql_stmt *st;
    int64_t trace;

    TRY(sql_prepare(r->db, ctx,
                    arena_fmt(ctx->arena, "SELECT %s FROM score WHERE id = ?", score_columns),
                    &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, ctx, found));
    if (!*found)
        return ERR_OK;
    score_load(st, 0, ctx->arena, &out->score, &trace);
    sql_reset(st);
    if (trace < 0)
        return ERR_OK;
    TRY(sql_prepare(r->db, ctx,
                    STR("SELECT user_id, coalesce(environment, 'default'), session_id, name, tags "
                        "FROM trace WHERE id = ? AND flags & 8 <> 0"),
                    &st));
    sql_bind_i64(st, 1, trace);
    TRY(sql_step(st, ctx, &out->has_trace));
    if (out->has_trace) {
        out->trace_user_id = arena_str(ctx->arena, sql_str(st, 0));
        out->trace_environment = arena_str(ctx->arena, sql_str(st, 1));
        out->trace_session_id = arena_str(ctx->arena, sql_str(st, 2));
        out->trace_name = arena_str(ctx->arena, sql_str(st, 3));
        out->trace_tags = tags_from_json(ctx->arena, sql_str(st, 4));
    }
    sql_reset(st);
    return ERR_OK;
}

static enum errc deliver(struct merge *m, struct reader *r, const struct hit *h)
{
    const struct score_list *l = m->user;
    struct score_row row = {0};
    bool found;

    TRY(row_load(r, m->ctx, h->row, &row, &found));
    return found ? l->fn(l->user, &row) : ERR_OK;
}

static bool plain(const struct score_query *q)
{
    return !q->ids.n && !q->names.n && !q->environments.n && !q->config_ids.n && !q->queue_ids.n &&
           !q->author_ids.n && !q->trace_ids.n && !q->session_ids.n && !q->run_ids.n &&
           !q->observation_ids.n && !q->trace_tags.n && !q->user_id.n && !q->sources && !q->types &&
           !q->value_op.n && isnan(q->value_min) && isnan(q->value_max) && !q->string_values.n &&
           !q->number_values.n && !q->filter.n && !q->only_trace_scores && !q->after;
}

// Where the traces asked for are; ids that nobody knows are left out. One day only: no other is opened.
static enum errc traces_find(struct merge *m, struct score_list *l)
{
    const struct str_set *ids = &l->q->trace_ids;

    l->traces = ARENA_ARRAY(m->ctx->arena, struct found, ids->n);
    if (!l->traces)
        return fail(m->ctx, ERR_LIMIT, "Too many trace ids in one query");
    for (size_t i = 0; i < ids->n; i++) {
        struct found *f = &l->traces[l->n_traces];
        enum errc rc =
            store_find_trace(m->s, m->ctx, l->q->project, ids->items[i], &f->day, &f->row);
        if (rc == ERR_OK)
            l->n_traces++;
        else if (rc != ERR_NOT_FOUND)
            return rc;
    }
    bool one_day = l->n_traces > 0;
    for (size_t i = 1; i < l->n_traces; i++)
        one_day &= l->traces[i].day == l->traces[0].day;
    if (one_day)
        m->only_day = l->traces[0].day;
    return ERR_OK;
}

enum errc read_score_list(struct event_store *s, struct ctx *ctx, const struct score_query *q,
                          score_row_fn *fn, void *user, int64_t *total_out)
{
    struct score_query own = *q;

    score_query_yield(&own);
    q = &own;
    struct score_list l = {.q = q, .fn = fn, .user = user};
    struct merge m = {
        .s = (struct sqlite_store *)s,
        .ctx = ctx,
        .project = (int64_t)str_hash(q->project),
        .offset = q->offset,
        .limit = q->limit,
        .range = range_of,
        .count = plain(q) ? count_of : NULL,
        .from = q->from == MILLIS_NONE ? INT64_MIN : q->from,
        .to = q->to == MILLIS_NONE ? INT64_MAX : q->to,
        .only_day = INT64_MIN,
        .fetch = fetch,
        .conditions = conditions,
        .want_total = q->want & WANT_TOTAL,
        .user = &l,
    };

    *total_out = 0;
    if (q->trace_ids.n) { // the scores of a trace lie in its file
        TRY(traces_find(&m, &l));
        if (!l.n_traces)
            return ERR_OK;
    }
    TRY(merge_run(&m));
    *total_out = m.n_total;
    return merge_deliver(&m, deliver);
}

enum errc read_score_get(struct event_store *s, struct ctx *ctx, str project, str id,
                         score_row_fn *fn, void *user)
{
    struct sqlite_store *store = (struct sqlite_store *)s;
    struct score_row row = {0};
    struct reader *r;
    int64_t day, at;
    bool found = false;

    TRY(store_find_score(store, ctx, project, id, &day, &at));
    TRY(reader_acquire(store, ctx, day, &r));
    enum errc rc = row_load(r, ctx, at, &row, &found);
    reader_release(r);
    if (rc == ERR_OK && !found)
        return ERR_NOT_FOUND;
    TRY(rc);
    return fn(user, &row);
}
