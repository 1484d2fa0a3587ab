// SPDX-License-Identifier: MIT
// The list of sessions: the earliest row of a session is the one that counts (schema.c).
#include "store/clickhouse/list_int.h"

static enum errc where(void *query, struct ctx *ctx UNUSED, struct sql_text *t)
{
    const struct session_query *q = query;

    sql_text_add(t, " FROM sessions FINAL WHERE project_id = pid");
    ch_text_in(t, "coalesce(environment, 'default')", &q->environments);
    if (q->from != MILLIS_NONE) {
        sql_text_add(t, " AND created >= ");
        sql_text_i64(t, q->from);
    }
    if (q->to != MILLIS_NONE) {
        sql_text_add(t, " AND created < ");
        sql_text_i64(t, q->to);
    }
    return ERR_OK;
}

static enum errc page(struct ch_store *s, struct ctx *ctx, struct session_query *q,
                      struct ch_answer *answer)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    sql_text_add(&t, " SELECT session_id, environment, created");
    TRY(where(q, ctx, &t));
    sql_text_add(&t, " ORDER BY created DESC, arrival DESC");
    ch_limit(&t, q->limit, q->offset);
    return ch_select(s->ch, ctx, &t, answer);
}

enum errc ch_session_list(struct event_store *store, struct ctx *ctx, const struct session_query *q,
                          session_row_fn *fn, void *user, int64_t *total)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_store *s = ch_self(store);
    struct session_query own = *q;

    *total = 0;
    TRY(ch_ready(s, ctx));
    TRY(ch_total(s, ctx, q->project, where, &own, total));
    TRY(page(s, ctx, &own, &answer));
    while (ch_more(&answer.rows)) {
        struct session_row row = {.id = ch_get_str(&answer.rows)};
        row.environment = ch_get_text(&answer.rows);
        row.created_at = ch_get_i64(&answer.rows);
        if (answer.rows.bad)
            return ch_cut_short(ctx);
        TRY(fn(user, &row));
    }
    return ERR_OK;
}
