// SPDX-License-Identifier: MIT
// Users and sessions: traces grouped by one of them, a page in order.
#include "base/map.h"
#include "store/clickhouse/insight_int.h"

#define GROUPS_MS 4000

enum { CHIPS_SHOWN = 6, USERS_SHOWN = 4 };

static void order_add(struct sql_text *t, const struct group_page *page,
                      const char *const columns[SORT_COUNT])
{
    sql_text_add(t, " ORDER BY ");
    sql_text_add(t, columns[page->sort]);
    sql_text_add(t, page->ascending ? " ASC, k" : " DESC, k");
    ch_limit(t, page->limit + 1, page->offset);
}

#define SUMS                                                                                    \
    "toInt64(count()) AS n, toInt64(countIf(t.n_error > 0)) AS errors,"                         \
    " toInt64(sum(t.total_tokens)) AS tokens, toInt64(sum(t.total_cost)) AS cost, min(t.ts) AS" \
    " first, max(t.ts) AS last"

// ---- Users --------------------------------------------------------------------------------------

static const char *const user_orders[SORT_COUNT] = {
    [SORT_START] = "last",    [SORT_LATENCY] = "n",     [SORT_COST] = "cost",
    [SORT_TOKENS] = "tokens", [SORT_ERRORS] = "errors", [SORT_NAME] = "k"};

struct users {
    struct user_line *items;
    str *ids;
    size_t n, n_buckets;
    struct map *by_id;
};

static enum errc users_find(struct ch_store *s, struct ctx *ctx, const struct insight_query *q,
                            const struct group_page *page, struct ch_answer *answer)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    sql_text_add(&t, " SELECT toString(assumeNotNull(t.user_id)) AS k, " SUMS
                     ", toInt64(uniqExact(t.session_id)) AS sessions");
    TRY(ch_page_where(ctx, q, NULL, &t));
    sql_text_add(&t, " AND ifNull(t.user_id, '') != '' GROUP BY k");
    order_add(&t, page, user_orders);
    return ch_select(s->ch, ctx, &t, answer);
}

static enum errc users_take(struct ctx *ctx, struct ch_answer *answer, size_t most,
                            struct users *out)
{
    size_t width = out->n_buckets + 1;
    picos *sparks = ARENA_ARRAY(ctx->arena, picos, most * width);

    out->items = ARENA_ARRAY(ctx->arena, struct user_line, most);
    out->ids = ARENA_ARRAY(ctx->arena, str, most);
    out->by_id = map_create(ctx->arena, most);
    if (!sparks || !out->items || !out->ids || !out->by_id)
        return ch_cut_short(ctx);
    memset(sparks, 0, most * width * sizeof(sparks[0]));
    for (; out->n < most && ch_more(&answer->rows); out->n++) {
        struct user_line *u = &out->items[out->n];
        *u = (struct user_line){.id = ch_get_str(&answer->rows), .spark = sparks + out->n * width};
        u->traces = ch_get_i64(&answer->rows);
        u->errors = ch_get_i64(&answer->rows);
        u->tokens = ch_get_i64(&answer->rows);
        u->cost = ch_get_i64(&answer->rows);
        u->first = ch_get_i64(&answer->rows);
        u->last = ch_get_i64(&answer->rows);
        u->sessions = ch_get_i64(&answer->rows);
        void **slot = map_slot(out->by_id, u->id);
        if (!slot)
            return ch_cut_short(ctx);
        *slot = u;
        out->ids[out->n] = u->id;
    }
    return answer->rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

static enum errc sparks_read(struct ch_store *s, struct ctx *ctx, const struct insight_query *q,
                             const struct users *users)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    const struct str_set ids = {users->ids, users->n};

    if (!users->n || !users->n_buckets)
        return ERR_OK;
    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    sql_text_add(&t, " SELECT toString(assumeNotNull(t.user_id)) AS k, ");
    ch_bucket_add(&t, q, "t.ts");
    sql_text_add(&t, " AS b, toInt64(sum(t.total_cost))");
    TRY(ch_page_where(ctx, q, NULL, &t));
    ch_text_in(&t, "t.user_id", &ids);
    sql_text_add(&t, " GROUP BY k, b");
    TRY(ch_select(s->ch, ctx, &t, &answer));
    while (ch_more(&answer.rows)) {
        struct user_line *u = map_get(users->by_id, ch_get_str(&answer.rows));
        uint32_t b = ch_get_u32(&answer.rows);
        picos cost = ch_get_i64(&answer.rows);
        if (u && b < users->n_buckets)
            u->spark[b] = cost;
    }
    return answer.rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

enum errc ch_user_lines(struct event_store *store, struct ctx *ctx, const struct insight_query *q,
                        struct group_page *page, user_line_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_store *s = ch_self(store);
    struct users users = {.n_buckets = ch_buckets(q)};

    page->more = page->partial = false;
    TRY(ch_ready(s, ctx));
    int64_t deadline = ch_deadline(ctx, GROUPS_MS);
    enum errc rc = users_find(s, ctx, q, page, &answer);
    if (rc == ERR_OK)
        rc = users_take(ctx, &answer, (size_t)page->limit + 1, &users);
    page->more = users.n > (size_t)page->limit;
    users.n -= page->more;
    if (rc == ERR_OK)
        rc = sparks_read(s, ctx, q, &users);
    ctx->deadline_ms = deadline;
    TRY(ch_in_time(ctx, rc, &page->partial));
    for (size_t i = 0; i < users.n; i++)
        TRY(fn(user, &users.items[i]));
    return ERR_OK;
}

// ---- Sessions -----------------------------------------------------------------------------------

static const char *const session_orders[SORT_COUNT] = {
    [SORT_START] = "last",    [SORT_LATENCY] = "ended - first", [SORT_COST] = "cost",
    [SORT_TOKENS] = "tokens", [SORT_ERRORS] = "errors",         [SORT_NAME] = "k"};

static enum errc sessions_find(struct ch_store *s, struct ctx *ctx, const struct insight_query *q,
                               const struct group_page *page, struct ch_answer *answer)
{
    AUTO(sql_text_fini) struct sql_text t = {0};

    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, q->project);
    sql_text_add(
        &t, " SELECT assumeNotNull(t.session_id) AS k, " SUMS
            ", max(t.ts + greatest(ifNull(" CH_LATENCY ", 0), 0)) AS ended, "
            // A tuple, or rows without a preview would not count.
            "tupleElement(argMin(tuple(t.preview_in), (t.ts, t.arrival)), 1), "
            "tupleElement(argMax(tuple(t.preview_out), (t.ts, t.arrival)), 1), "
            "toString(argMax(coalesce(t.environment, 'default'), t.ts)), "
            "groupUniqArrayIf(4)(toString(ifNull(t.user_id, '')), ifNull(t.user_id, '') != '')");
    TRY(ch_page_where(ctx, q, NULL, &t));
    sql_text_add(&t, " AND ifNull(t.session_id, '') != '' GROUP BY k");
    order_add(&t, page, session_orders);
    return ch_select(s->ch, ctx, &t, answer);
}

static struct session_line session_read(struct ch_reader *r)
{
    struct session_line l = {.id = ch_get_str(r), .turns = ch_get_i64(r)};

    l.errors = ch_get_i64(r);
    l.tokens = ch_get_i64(r);
    l.cost = ch_get_i64(r);
    l.start = ch_get_i64(r);
    (void)ch_get_i64(r); // the last one's start
    l.end = ch_get_i64(r);
    l.first = ch_get_text(r);
    l.last = ch_get_text(r);
    l.environment = ch_get_str(r);
    size_t n = ch_get_count(r);
    for (size_t i = 0; i < n; i++) {
        str user = ch_get_str(r);
        if (user.n && l.n_users < USERS_SHOWN)
            l.users[l.n_users++] = user;
    }
    return l;
}

// Numeric scores of a session's traces by name.
static enum errc chips_read(struct ch_store *s, struct ctx *ctx, str project,
                            struct session_line *l)
{
    AUTO(sql_text_fini) struct sql_text t = {0};
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct score_chip *items = ARENA_ARRAY(ctx->arena, struct score_chip, CHIPS_SHOWN);

    if (!items)
        return ch_cut_short(ctx);
    sql_text_init(&t, ctx->arena);
    ch_with_project(&t, project);
    sql_text_add(&t, " SELECT toString(name) AS k, toInt64(count()), avg(value) FROM scores FINAL"
                     " WHERE project_id = pid AND type IN (1, 2) AND trace_id IN (SELECT trace_id"
                     " FROM traces FINAL WHERE project_id = pid");
    ch_text_eq(&t, "session_id", l->id);
    sql_text_add(&t, ") GROUP BY k ORDER BY k");
    ch_limit(&t, CHIPS_SHOWN, 0);
    TRY(ch_select(s->ch, ctx, &t, &answer));
    for (; l->scores.n < CHIPS_SHOWN && ch_more(&answer.rows); l->scores.n++) {
        struct score_chip *c = &items[l->scores.n];
        *c = (struct score_chip){.name = arena_str(ctx->arena, ch_get_str(&answer.rows))};
        c->n = ch_get_i64(&answer.rows);
        c->mean = ch_get_double(&answer.rows);
    }
    l->scores.items = items;
    return answer.rows.bad ? ch_cut_short(ctx) : ERR_OK;
}

enum errc ch_session_lines(struct event_store *store, struct ctx *ctx,
                           const struct insight_query *q, struct group_page *page,
                           session_line_fn *fn, void *user)
{
    AUTO(ch_answer_fini) struct ch_answer answer = {0};
    struct ch_store *s = ch_self(store);
    int64_t n = 0;

    page->more = page->partial = false;
    TRY(ch_ready(s, ctx));
    int64_t deadline = ch_deadline(ctx, GROUPS_MS);
    enum errc rc = sessions_find(s, ctx, q, page, &answer);
    ctx->deadline_ms = deadline;
    TRY(ch_in_time(ctx, rc, &page->partial));
    while (!page->partial && ch_more(&answer.rows)) {
        struct session_line line = session_read(&answer.rows);
        if (answer.rows.bad)
            return ch_cut_short(ctx);
        if (n++ == page->limit) {
            page->more = true;
            break;
        }
        TRY(chips_read(s, ctx, q->project, &line));
        TRY(fn(user, &line));
    }
    return ERR_OK;
}
