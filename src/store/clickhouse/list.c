// SPDX-License-Identifier: MIT
// Pieces of the lists' statements (list_int.h).
#include "store/clickhouse/list_int.h"

void ch_with_project(struct sql_text *t, str project)
{
    sql_text_add(t, CH_WITH);
    sql_text_str(t, project);
    sql_text_add(t, CH_PID);
}

void ch_limit(struct sql_text *t, int64_t limit, int64_t offset)
{
    sql_text_add(t, " LIMIT ");
    sql_text_i64(t, limit);
    sql_text_add(t, " OFFSET ");
    sql_text_i64(t, offset);
}

void ch_equals(struct sql_text *t, const char *column, int64_t v)
{
    sql_text_add(t, " AND ");
    sql_text_add(t, column);
    sql_text_add(t, " = ");
    sql_text_i64(t, v);
}

enum errc ch_total(struct ch_store *s, struct ctx *ctx, str project, ch_where_fn *where,
                   void *query, int64_t *out)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, project);
    sql_text_add(&t, " SELECT toInt64(count())");
    TRY(where(query, ctx, &t));
    TRY(ch_select(s->ch, ctx, &t, &answer));
    *out = ch_get_i64(&answer.rows);
    return answer.rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

const struct ch_trace *ch_traces_find(const struct ch_traces *traces, str id)
{
    for (size_t i = 0; i < traces->n; i++) {
        if (str_eq(traces->items[i].t.id, id))
            return &traces->items[i];
    }
    return NULL;
}
