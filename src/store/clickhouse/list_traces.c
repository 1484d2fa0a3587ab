// SPDX-License-Identifier: MIT
// The list of traces.
#include "store/clickhouse/list_int.h"
#include "store/yield.h"

static enum errc where(void *query, struct ctx *ctx, struct sql_text *t)
{
    const struct trace_query *q = query;

    sql_text_add(t, " FROM traces AS t FINAL WHERE t.project_id = pid");
    ch_text_eq(t, "t.user_id", q->user_id);
    ch_text_eq(t, "t.name", q->name);
    ch_text_eq(t, "t.session_id", q->session_id);
    ch_text_eq(t, "t.version", q->version);
    ch_text_eq(t, "t.release", q->release);
    ch_text_in(t, "coalesce(t.environment, 'default')", &q->environments);
    ch_text_range(t, "t.hour", "t.ts", q->from, q->to);
    if (q->tags.n) {
        sql_text_add(t, " AND hasAll(t.tags, ");
        sql_text_strs(t, q->tags.items, q->tags.n);
        sql_text_add(t, ")");
    }
    return filter_sql(ctx, &q->filter, &ch_trace_dialect, t);
}

// Order columns beside the time; texts compare as texts, flags as numbers.
static const struct {
    const char *key, *sql;
} orders[] = {
    {"id", "t.trace_id"},
    {"name", "coalesce(t.name, '')"},
    {"userId", "coalesce(t.user_id, '')"},
    {"release", "coalesce(t.release, '')"},
    {"version", "coalesce(t.version, '')"},
    {"sessionId", "coalesce(t.session_id, '')"},
    {"public", "t.public"},
    {"bookmarked", "t.bookmarked"},
};

static void order_add(struct sql_text *t, const struct order_by *order)
{
    const char *sign = order->ascending ? " ASC, " : " DESC, ";

    sql_text_add(t, " ORDER BY ");
    for (size_t i = 0; order->key && i < ARRAY_LEN(orders); i++) {
        if (strcmp(orders[i].key, order->key) != 0)
            continue;
        sql_text_add(t, orders[i].sql);
        sql_text_add(t, sign);
    }
    sql_text_add(t, order->ascending ? "t.hour ASC, t.ts ASC, t.arrival ASC"
                                     : "t.hour DESC, t.ts DESC, t.arrival DESC");
}

static enum errc ids_take(struct ctx *ctx, struct ch_answer *answer, struct str_set *out)
{
    str *ids = NULL;
    size_t n = 0, cap = 0;

    while (ch_more(&answer->rows)) {
        if (!arena_grow(ctx->arena, (void **)&ids, n, &cap, sizeof *ids))
            return ch_cut_short(ctx);
        ids[n++] = arena_str(ctx->arena, ch_get_str(&answer->rows));
    }
    *out = (struct str_set){ids, n};
    return answer->rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

static enum errc page_ids(struct ch_store *s, struct ctx *ctx, struct trace_query *q,
                          struct str_set *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    sql_text_add(&t, " SELECT t.trace_id");
    TRY(where(q, ctx, &t));
    order_add(&t, &q->order);
    ch_limit(&t, q->limit, q->offset);
    TRY(ch_select(s->ch, ctx, &t, &answer));
    return ids_take(ctx, &answer, out);
}

// Rows in the order of `ids`, those that went away meanwhile left out.
static size_t rows_make(const struct ch_traces *traces, struct str_set ids, struct trace_row *rows)
{
    size_t n = 0;

    for (size_t i = 0; i < ids.n; i++) {
        const struct ch_trace *t = ch_traces_find(traces, ids.items[i]);
        if (t)
            rows[n++] = (struct trace_row){.trace = t->t, .stats = t->s};
    }
    return n;
}

static enum errc deliver(struct ch_store *s, struct ctx *ctx, const struct trace_query *q,
                         struct str_set ids, trace_row_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct trace_row *rows = ARENA_ARRAY(ctx->arena, struct trace_row, ids.n + 1);
    struct ch_traces traces;

    if (!rows)
        return ch_cut_short(ctx);
    TRY(ch_traces_load(s, ctx, &(struct ch_refs){q->project, ids, q->want}, &answer, &traces));
    size_t n = rows_make(&traces, ids, rows);
    TRY(ch_trace_ids_load(s, ctx, q->project, rows, n, q->want));
    for (size_t i = 0; i < n; i++)
        TRY(fn(user, &rows[i]));
    return ERR_OK;
}

enum errc ch_trace_list(struct event_store *store, struct ctx *ctx, const struct trace_query *q,
                        trace_row_fn *fn, void *user, int64_t *total)
{
    struct ch_store *s = ch_self(store);
    struct trace_query own = *q;
    struct str_set ids = {0};

    *total = 0;
    TRY(ch_ready(s, ctx));
    trace_query_yield(&own);
    if (own.limit > 0)
        TRY(page_ids(s, ctx, &own, &ids));
    if (own.want & WANT_TOTAL)
        TRY(ch_total(s, ctx, own.project, where, &own, total));
    return ids.n ? deliver(s, ctx, &own, ids, fn, user) : ERR_OK;
}
