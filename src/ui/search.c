// SPDX-License-Identifier: MIT
// The palette's search (Search of web/src/api/ui.ts): what has this very id, then traces, sessions and
// users of the last 30 days whose name or id contains the text. Asked with every key, so only narrow
// rows are looked at; texts of inputs and outputs are found by the lists.
#include "ui/question.h"
#include "ui/tables.h"

enum { HITS = 5, SEARCH_DAYS = 30, TEXT_BYTES = 200 };

struct search {
    struct api *api;
    struct http_req *rq;
    struct jw *w;
    str project, text;
    str exact; // the trace that has the text as its id, written already
};

static enum errc absent_is_fine(enum errc rc)
{
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static void hit_open(struct jw *w, const char *kind, str id, str title)
{
    jw_object(w);
    jw_kstr(w, STR("kind"), str_c(kind));
    jw_kstr(w, STR("id"), id);
    jw_kstr(w, STR("title"), title.n ? title : id);
}

static enum errc write_trace(void *user, const struct trace_line *line)
{
    struct search *s = user;

    if (str_some(s->exact) && str_eq(s->exact, line->id))
        return ERR_OK;
    hit_open(s->w, "trace", line->id, line->name);
    if (line->input.n)
        jw_kstr(s->w, STR("detail"), line->input);
    jw_ki64(s->w, STR("at"), line->start);
    jw_object_end(s->w);
    return ERR_OK;
}

static enum errc write_exact(void *user, const struct trace_line *line)
{
    struct search *s = user;
    enum errc rc = write_trace(s, line);

    s->exact = s->text;
    return rc;
}

static enum errc write_observation(void *user, const struct observation_row *row)
{
    struct search *s = user;
    const struct observation *o = &row->observation;

    hit_open(s->w, "observation", o->id, o->name);
    jw_kstr(s->w, STR("trace"), o->trace_id);
    if (row->trace_name.n)
        jw_kstr(s->w, STR("detail"), row->trace_name);
    jw_ki64(s->w, STR("at"), o->start_time);
    jw_object_end(s->w);
    return ERR_OK;
}

static enum errc by_id(struct search *s)
{
    struct event_store *store = s->api->store;
    struct ctx *ctx = s->rq->ctx;

    TRY(absent_is_fine(
        store->insight->trace_line(store, ctx, s->project, s->text, write_exact, s)));
    return absent_is_fine(
        store->ops->observation_get(store, ctx, s->project, s->text, write_observation, s));
}

static enum errc by_name(struct search *s, const struct insight_query *recent)
{
    struct event_store *store = s->api->store;
    struct line_page page = {.limit = HITS};
    struct insight_query q = *recent;
    struct filter_cond cond = {.column = filter_column_find(VIEW_PAGE_TRACES, STR("name")),
                               .type = FILTER_STRING,
                               .op = OP_CONTAINS,
                               .text = s->text};

    q.filter = (struct filter){&cond, 1};
    return store->insight->trace_lines(store, s->rq->ctx, &q, &page, write_trace, s);
}

static enum errc by_value(struct search *s, const struct insight_query *recent,
                          enum insight_dimension dimension, const char *kind)
{
    struct event_store *store = s->api->store;
    struct facet facet = {.dimension = dimension};

    TRY(store->insight->values(store, s->rq->ctx, recent, s->text, &facet));
    for (size_t i = 0; i < facet.n && i < HITS; i++) {
        hit_open(s->w, kind, facet.values[i].value, STR_NONE);
        jw_object_end(s->w);
    }
    return ERR_OK;
}

static enum errc hits_write(struct search *s)
{
    struct insight_query recent = {.project = s->project,
                                   .from = s->rq->received_at - SEARCH_DAYS * MILLIS_DAY,
                                   .to = s->rq->received_at + MILLIS_DAY};

    recent.bucket_ms = bucket_width(recent.from, recent.to);
    TRY(by_id(s));
    TRY(by_name(s, &recent));
    TRY(by_value(s, &recent, BY_SESSION, "session"));
    return by_value(s, &recent, BY_USER, "user");
}

static enum errc search_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct jw w;
    struct search s = {.api = app, .rq = rq, .w = &w};
    struct question_params p = {0};

    TRY(ui_project(app, rq, &s.project));
    TRY(req_params(rq, &p));
    s.text = str_trim(p.q);
    if (s.text.n > TEXT_BYTES)
        return fail(rq->ctx, ERR_INVALID, "A search has at most %d bytes, got %zu", TEXT_BYTES,
                    s.text.n);
    reply_object(rs, &w);
    jw_key(&w, STR("hits"));
    jw_array(&w);
    if (s.text.n)
        TRY(hits_write(&s));
    jw_array_end(&w);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

static const struct param params[] = {QUESTION_Q};

const struct route ui_search_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/{projectId}/search",
     .handler = search_get,
     .auth = AUTH_SESSION,
     .params = params,
     .n_params = ARRAY_LEN(params),
     .doc = "What has a text as its id or in its name"},
};
const size_t ui_search_routes_n = ARRAY_LEN(ui_search_routes);
