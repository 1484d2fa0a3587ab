// SPDX-License-Identifier: MIT
// Sessions: only the row of their first day counts (`first`), so lists need no deduplication.
#include "store/sqlite/read_int.h"

struct session_list {
    const struct session_query *q;
    session_row_fn *fn;
    void *user;
};

static void range_of(const struct day_project *p, int64_t *min, int64_t *max)
{
    *min = p->min_session;
    *max = p->max_session;
}

static int64_t count_of(const struct day_project *p)
{
    return p->n_sessions;
}

static enum errc conditions(struct merge *m, struct sql_text *t)
{
    const struct session_query *q = ((struct session_list *)m->user)->q;

    sql_text_add(t, " FROM session WHERE first = 1 AND project = ");
    sql_text_i64(t, m->project);
    sql_text_in(t, "coalesce(environment, 'default')", &q->environments);
    sql_text_range(t, "created", q->from, q->to);
    return ERR_OK;
}

static struct hit hit_of(struct sql_stmt *st)
{
    return (struct hit){.a = sql_i64(st, 0), .b = sql_i64(st, 1), .row = sql_i64(st, 1)};
}

static enum errc fetch(struct merge *m, struct reader *r, int64_t need)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, m->ctx->arena);
    sql_text_add(&t, "SELECT created, id");
    TRY(conditions(m, &t));
    sql_text_add(&t, " ORDER BY created DESC, id DESC LIMIT ");
    sql_text_i64(&t, need);
    return hits_add(m, r, &t, hit_of);
}

static enum errc row_load(struct reader *r, struct ctx *ctx, int64_t id, struct session_row *out,
                          bool *found)
{
    struct sql_stmt *st;

    TRY(sql_prepare(r->db, ctx,
                    STR("SELECT session_id, environment, created FROM session WHERE id = ?"), &st));
    sql_bind_i64(st, 1, id);
    TRY(sql_step(st, ctx, found));
    if (*found)
        *out = (struct session_row){arena_str(ctx->arena, sql_str(st, 0)),
                                    arena_str(ctx->arena, sql_str(st, 1)), sql_i64(st, 2)};
    sql_reset(st);
    return ERR_OK;
}

static enum errc deliver(struct merge *m, struct reader *r, const struct hit *h)
{
    const struct session_list *l = m->user;
    struct session_row row;
    bool found;

    TRY(row_load(r, m->ctx, h->row, &row, &found));
    return found ? l->fn(l->user, &row) : ERR_OK;
}

enum errc read_session_list(struct event_store *s, struct ctx *ctx, const struct session_query *q,
                            session_row_fn *fn, void *user, int64_t *total_out)
{
    struct session_list l = {.q = q, .fn = fn, .user = user};
    struct merge m = {
        .s = (struct sqlite_store *)s,
        .ctx = ctx,
        .project = (int64_t)str_hash(q->project),
        .offset = q->offset,
        .limit = q->limit,
        .range = range_of,
        .count = q->environments.n ? NULL : count_of,
        .from = q->from == MILLIS_NONE ? INT64_MIN : q->from,
        .to = q->to == MILLIS_NONE ? INT64_MAX : q->to,
        .only_day = INT64_MIN,
        .fetch = fetch,
        .conditions = conditions,
        .want_total = true,
        .user = &l,
    };

    TRY(merge_run(&m));
    *total_out = m.n_total;
    return merge_deliver(&m, deliver);
}

enum errc read_session_get(struct event_store *s, struct ctx *ctx, str project, str id,
                           session_row_fn *fn, void *user)
{
    struct sqlite_store *store = (struct sqlite_store *)s;
    struct session_row row;
    struct reader *r;
    int64_t day, at;
    bool found = false;

    TRY(store_find_session(store, ctx, project, id, &day, &at));
    TRY(reader_acquire(store, ctx, day, &r));
    enum errc rc = row_load(r, ctx, at, &row, &found);
    reader_release(r);
    if (rc == ERR_OK && !found)
        return ERR_NOT_FOUND;
    TRY(rc);
    return fn(user, &row);
}
