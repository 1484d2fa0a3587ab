// SPDX-License-Identifier: MIT
// Users and sessions: lists of groups of traces, and one user's page (UserList, User, SessionList of
// web/src/api/ui.ts).
#include "api/reply.h"
#include "base/limits.h"
#include "ui/message_json.h"
#include "ui/question.h"
#include "ui/tables.h"

#include <math.h>

struct rows {
    struct jw *w;
    const struct insight_query *q;
    size_t n_buckets;
};

static size_t buckets_n(const struct insight_query *q)
{
    return (size_t)((q->to - q->from + q->bucket_ms - 1) / q->bucket_ms);
}

static void user_write(struct jw *w, const struct user_line *u, size_t n_buckets)
{
    jw_object(w);
    jw_kstr(w, STR("id"), u->id);
    jw_ki64(w, STR("traces"), u->traces);
    jw_ki64(w, STR("sessions"), u->sessions);
    jw_ki64(w, STR("errors"), u->errors);
    jw_ki64(w, STR("tokens"), u->tokens);
    money_member(w, STR("cost"), u->cost);
    jw_ki64(w, STR("first"), u->first);
    jw_ki64(w, STR("last"), u->last);
    picos_array_write(w, STR("spark"), u->spark, n_buckets);
    jw_object_end(w);
}

static enum errc take_user(void *user, const struct user_line *line)
{
    struct rows *r = user;

    user_write(r->w, line, r->n_buckets);
    return ERR_OK;
}

static enum errc take_session(void *user, const struct session_line *line)
{
    session_line_write(((struct rows *)user)->w, line);
    return ERR_OK;
}

static void page_end(struct jw *w, struct arena *a, const struct group_page *page)
{
    int64_t next = page->offset + page->limit;

    jw_array_end(w);
    if (page->more && next <= LIMIT_GROUP_OFFSET)
        jw_kstr(w, STR("next"), arena_fmt(a, "%lld", (long long)next));
    if (page->partial)
        jw_kbool(w, STR("partial"), true);
}

static enum errc users(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct question question;
    struct group_page page;
    struct jw w;

    TRY(question_read(api, rq, &question));
    TRY(group_page_read(rq->ctx, &question.params, &page));
    reply_object(rs, &w);
    jw_key(&w, STR("rows"));
    jw_array(&w);
    struct rows rows = {&w, &question.query, buckets_n(&question.query)};
    TRY(api->store->insight->user_lines(api->store, rq->ctx, &question.query, &page, take_user,
                                        &rows));
    page_end(&w, rq->ctx->arena, &page);
    range_write(&w, &question.query, true);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

static enum errc sessions(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct question question;
    struct group_page page;
    struct jw w;

    TRY(question_read(api, rq, &question));
    TRY(group_page_read(rq->ctx, &question.params, &page));
    reply_object(rs, &w);
    jw_key(&w, STR("rows"));
    jw_array(&w);
    struct rows rows = {.w = &w};
    TRY(api->store->insight->session_lines(api->store, rq->ctx, &question.query, &page,
                                           take_session, &rows));
    page_end(&w, rq->ctx->arena, &page);
    range_write(&w, &question.query, false);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

// ---- one user

static enum errc only_user(struct ctx *ctx, struct insight_query *q, str id)
{
    q->filter.conds = ARENA_ARRAY(ctx->arena, struct filter_cond, 1);
    if (!q->filter.conds)
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    q->filter.conds[0] =
        (struct filter_cond){.column = filter_column_find(VIEW_PAGE_TRACES, STR("userId")),
                             .type = FILTER_STRING,
                             .op = OP_EQ,
                             .text = id};
    q->filter.n = 1;
    return ERR_OK;
}

struct found_user {
    struct rows rows;
    bool any;
};

static enum errc take_only_user(void *user, const struct user_line *line)
{
    struct found_user *f = user;

    f->any = true;
    return take_user(&f->rows, line);
}

static void user_scores_write(struct jw *w, const struct overview *o)
{
    jw_key(w, STR("scores"));
    jw_array(w);
    for (size_t i = 0; i < o->n_scores; i++) {
        jw_object(w);
        jw_kstr(w, STR("name"), o->scores[i].name);
        jw_ki64(w, STR("n"), o->scores[i].n);
        number_some(w, STR("mean"), o->scores[i].mean);
        numbers_write(w, STR("values"), o->scores[i].values, o->n_buckets);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void user_series_write(struct jw *w, const struct overview *o)
{
    amounts_write(w, STR("n"), o->buckets, o->n_buckets, AMOUNT_N);
    amounts_write(w, STR("errors"), o->buckets, o->n_buckets, AMOUNT_ERRORS);
    jw_key(w, STR("cost"));
    jw_array(w);
    for (size_t b = 0; b < o->n_buckets; b++)
        jw_money(w, o->buckets[b].cost);
    jw_array_end(w);
    latencies_write(w, o->latency, o->n_buckets);
    user_scores_write(w, o);
}

// Without a trace in the range there is still a page, with zeros.
static void nobody_write(struct jw *w, str id, size_t n_buckets, struct arena *a)
{
    picos *zeros = ARENA_ARRAY(a, picos, n_buckets + 1);
    struct user_line none = {.id = id, .spark = zeros};

    if (zeros)
        memset(zeros, 0, (n_buckets + 1) * sizeof(zeros[0]));
    user_write(w, &none, zeros ? n_buckets : 0);
}

#define USER_SESSIONS 10

static enum errc user_body(struct api *api, struct http_req *rq, struct jw *w,
                           const struct insight_query *q)
{
    struct group_page one = {.limit = 1}, ten = {.limit = USER_SESSIONS};
    struct overview *o = ARENA_NEW(rq->ctx->arena, struct overview);
    struct found_user found = {.rows = {w, q, buckets_n(q)}};

    if (!o)
        return fail(rq->ctx, ERR_NOMEM, "Out of memory for this request");
    jw_key(w, STR("user"));
    TRY(api->store->insight->user_lines(api->store, rq->ctx, q, &one, take_only_user, &found));
    if (!found.any)
        nobody_write(w, rq->vars[1], found.rows.n_buckets, rq->ctx->arena);
    TRY(api->store->insight->overview(api->store, rq->ctx, q, o));
    user_series_write(w, o);
    jw_key(w, STR("sessions"));
    jw_array(w);
    TRY(api->store->insight->session_lines(api->store, rq->ctx, q, &ten, take_session,
                                           &found.rows));
    jw_array_end(w);
    return ERR_OK;
}

static enum errc user(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct question question;
    struct jw w;

    TRY(question_read(api, rq, &question));
    TRY(only_user(rq->ctx, &question.query, rq->vars[1]));
    reply_object(rs, &w);
    range_write(&w, &question.query, true);
    TRY(user_body(api, rq, &w, &question.query));
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

static const struct param list_params[] = {QUESTION_Q, QUESTION_RANGE, QUESTION_SORT,
                                           QUESTION_AFTER};
static const struct param user_params[] = {QUESTION_RANGE};

#define LIST(path_, handler_, params_, doc_)                                                 \
    {                                                                                        \
        .method = HTTP_GET, .path = "/api/ui/{projectId}/" path_, .handler = handler_,       \
        .auth = AUTH_SESSION, .params = params_, .n_params = ARRAY_LEN(params_), .doc = doc_ \
    }
const struct route ui_group_routes[] = {
    LIST("users", users, list_params, "Users of a range with their sums"),
    LIST("users/{userId}", user, user_params, "One user over time"),
    LIST("sessions", sessions, list_params, "Sessions of a range with their sums"),
};
const size_t ui_group_routes_n = ARRAY_LEN(ui_group_routes);
