// SPDX-License-Identifier: MIT
// The list of scores. Their traces are joined only where a condition asks for one.
#include "store/clickhouse/list_int.h"
#include "store/yield.h"

#include <math.h>

static void bits_add(struct sql_text *t, const char *column, uint32_t bits)
{
    if (!bits)
        return;
    sql_text_add(t, " AND bitAnd(bitShiftLeft(toUInt32(1), ");
    sql_text_add(t, column);
    sql_text_add(t, "), ");
    sql_text_i64(t, bits);
    sql_text_add(t, ") != 0");
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
    const char *sep = "";

    for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
        if (str_eq(q->value_op, str_c(ops[i])))
            bound_add(t, ops[i], q->value);
    }
    bound_add(t, ">=", q->value_min);
    bound_add(t, "<=", q->value_max);
    ch_text_in(t, "s.string_value", &q->string_values);
    if (q->number_values.n == 0)
        return;
    sql_text_add(t, " AND s.value IN (");
    for (size_t i = 0; i < q->number_values.n; i++, sep = ", ") {
        sql_text_add(t, sep);
        sql_text_double(t, q->number_values.items[i]);
    }
    sql_text_add(t, ")");
}

static void cursor_add(struct sql_text *t, const struct score_cursor *c)
{
    if (!c)
        return;
    ch_text_range(t, "s.hour", "s.ts", MILLIS_NONE, c->timestamp + 1);
    sql_text_add(t, " AND (s.ts, s.score_id) < (");
    sql_text_i64(t, c->timestamp);
    sql_text_add(t, ", ");
    sql_text_str(t, c->id);
    sql_text_add(t, ")");
}

static void sets_add(struct sql_text *t, const struct score_query *q)
{
    const struct {
        const char *column;
        const struct str_set *set;
    } sets[] = {
        {"s.score_id", &q->ids},         {"s.trace_id", &q->trace_ids},
        {"s.name", &q->names},           {"coalesce(s.environment, 'default')", &q->environments},
        {"s.config_id", &q->config_ids}, {"s.queue_id", &q->queue_ids},
        {"s.author_id", &q->author_ids}, {"s.session_id", &q->session_ids},
        {"s.run_id", &q->run_ids},       {"s.observation_id", &q->observation_ids},
    };
    for (size_t i = 0; i < ARRAY_LEN(sets); i++)
        ch_text_in(t, sets[i].column, sets[i].set);
}

static enum errc conditions(const struct score_query *q, struct ctx *ctx, struct sql_text *t)
{
    sql_text_add(t, " WHERE s.project_id = pid");
    sets_add(t, q);
    ch_text_eq(t, "t.user_id", q->user_id);
    if (q->trace_tags.n) {
        sql_text_add(t, " AND hasAll(t.tags, ");
        sql_text_strs(t, q->trace_tags.items, q->trace_tags.n);
        sql_text_add(t, ")");
    }
    bits_add(t, "s.source", q->sources);
    bits_add(t, "s.type", q->types);
    if (q->only_trace_scores)
        sql_text_add(t, " AND s.session_id IS NULL AND s.run_id IS NULL AND s.type != 5"
                        " AND s.trace_id IN (SELECT trace_id FROM traces FINAL WHERE"
                        " project_id = pid)");
    values_add(t, q);
    ch_text_range(t, "s.hour", "s.ts", q->from, q->to);
    cursor_add(t, q->after);
    return filter_sql(ctx, &q->filter, &ch_score_dialect, t);
}

static bool asks_of_trace(const struct score_query *q)
{
    static const char *const keys[] = {"traceName", "userId", "traceTags"};
    bool asks = q->user_id.n || q->trace_tags.n;

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        asks |= filter_has_column(&q->filter, keys[i]);
    return asks;
}

static enum errc where(void *query, struct ctx *ctx, struct sql_text *t)
{
    const struct score_query *q = query;

    sql_text_add(t, " FROM scores AS s FINAL");
    if (asks_of_trace(q))
        sql_text_add(t, CH_TRACES_BESIDE "s.trace_id");
    return conditions(q, ctx, t);
}

// ---- Rows ---------------------------------------------------------------------------------------

struct scores {
    struct ch_score *items;
    size_t n, cap;
};

static enum errc scores_take(struct ctx *ctx, struct ch_answer *answer, struct scores *out)
{
    while (ch_more(&answer->rows)) {
        if (!arena_grow(ctx->arena, (void **)&out->items, out->n, &out->cap, sizeof *out->items))
            return ch_cut_short(ctx);
        TRY(ch_score_read(&answer->rows, ctx, &out->items[out->n++]));
    }
    return ERR_OK;
}

static enum errc traces_of(struct ch_store *s, struct ctx *ctx, str project,
                           const struct scores *scores, struct ch_answer *answer,
                           struct ch_traces *out)
{
    str *ids = ARENA_ARRAY(ctx->arena, str, scores->n + 1);
    size_t n = 0;

    *out = (struct ch_traces){0};
    for (size_t i = 0; ids && i < scores->n; i++) {
        if (str_some(scores->items[i].s.trace_id))
            ids[n++] = scores->items[i].s.trace_id;
    }
    return n ? ch_traces_load(s, ctx, &(struct ch_refs){project, {ids, n}, 0}, answer, out)
             : ERR_OK;
}

static void words_of_trace(struct score_row *row, const struct ch_trace *t)
{
    row->has_trace = t != NULL;
    if (!t)
        return;
    row->trace_user_id = t->t.user_id;
    row->trace_environment = str_some(t->t.environment) ? t->t.environment : STR("default");
    row->trace_session_id = t->t.session_id;
    row->trace_name = t->t.name;
    row->trace_tags = t->t.tags;
}

static enum errc deliver(struct ch_store *s, struct ctx *ctx, str project,
                         const struct scores *scores, score_row_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_traces traces;

    TRY(traces_of(s, ctx, project, scores, &answer, &traces));
    for (size_t i = 0; i < scores->n; i++) {
        struct score_row row = {.score = scores->items[i].s};
        if (str_some(row.score.trace_id))
            words_of_trace(&row, ch_traces_find(&traces, row.score.trace_id));
        TRY(fn(user, &row));
    }
    return ERR_OK;
}

static enum errc page(struct ch_store *s, struct ctx *ctx, struct score_query *q,
                      struct ch_answer *answer, struct scores *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    sql_text_add(&t, " SELECT ");
    ch_columns_add(&t, CH_SCORES, ~0u, "s.");
    TRY(where(q, ctx, &t));
    sql_text_add(&t, q->by_id || q->after ? " ORDER BY s.ts DESC, s.score_id DESC"
                                          : " ORDER BY s.ts DESC, s.arrival DESC");
    ch_limit(&t, q->limit, q->offset);
    TRY(ch_select(s->ch, ctx, &t, answer));
    return scores_take(ctx, answer, out);
}

enum errc ch_score_list(struct event_store *store, struct ctx *ctx, const struct score_query *q,
                        score_row_fn *fn, void *user, int64_t *total)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_store *s = ch_self(store);
    struct score_query own = *q;
    struct scores scores = {0};

    *total = 0;
    TRY(ch_ready(s, ctx));
    score_query_yield(&own);
    if (own.limit > 0)
        TRY(page(s, ctx, &own, &answer, &scores));
    if (own.want & WANT_TOTAL)
        TRY(ch_total(s, ctx, own.project, where, &own, total));
    return scores.n ? deliver(s, ctx, own.project, &scores, fn, user) : ERR_OK;
}
