// SPDX-License-Identifier: MIT
// The list of traces or observations (TraceList of web/src/api/ui.ts), page after page by the last
// row's place.
#include "base/codec.h"
#include "ui/message_json.h"
#include "ui/pending.h"
#include "ui/question.h"
#include "ui/tables.h"

#define PAGE_ROWS 50

// ---- `after` ------------------------------------------------------------------------------------

static str cursor_text(struct arena *a, const struct line_cursor *c)
{
    str text = arena_fmt(a, "%lld,%lld,%lld,%lld,%.*s", (long long)c->value, (long long)c->start,
                         (long long)c->day, (long long)c->row, STR_ARG(c->text));

    return base64url_encode(a, text);
}

static bool cursor_parse(struct arena *a, str text, struct line_cursor *out)
{
    int64_t *const numbers[] = {&out->value, &out->start, &out->day, &out->row};
    str rest, part;

    if (!base64_decode(a, text, &rest))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (!str_next(&rest, ',', &part) || !str_to_i64(part, numbers[i]))
            return false;
    }
    out->text = rest;
    return str_some(rest);
}

static enum errc page_read(struct ctx *ctx, const struct question_params *p,
                           struct line_cursor *after, struct line_page *out)
{
    *out = (struct line_page){.limit = PAGE_ROWS};
    TRY(sort_read(ctx, p->sort, &out->sort, &out->ascending));
    if (!p->after.n)
        return ERR_OK;
    if (!cursor_parse(ctx->arena, p->after, after))
        return fail(ctx, ERR_INVALID, "`after` is not one that a page gave: start from the first");
    out->after = after;
    return ERR_OK;
}

// ---- Rows ---------------------------------------------------------------------------------------

struct rows {
    struct jw *w;
    struct pending pending; // about to be deleted: left out
};

static enum errc take_trace(void *user, const struct trace_line *line)
{
    const struct rows *rows = user;

    if (pending_has(&rows->pending, line->id))
        return ERR_OK;
    jw_object(rows->w);
    trace_line_write(rows->w, line, false);
    jw_object_end(rows->w);
    return ERR_OK;
}

static void known(struct jw *w, const char *key, int64_t v)
{
    if (v >= 0)
        jw_ki64(w, str_c(key), v);
}

void observation_line_write(struct jw *w, const struct observation_line *l)
{
    jw_object(w);
    jw_kstr(w, STR("id"), l->id);
    jw_kstr(w, STR("trace"), l->trace_id);
    jw_some(w, STR("traceName"), l->trace_name);
    jw_ki64(w, STR("start"), l->start);
    known(w, "latency", l->latency);
    known(w, "ttft", l->ttft);
    jw_some(w, STR("name"), l->name);
    jw_kstr(w, STR("kind"), observation_type_name(l->kind));
    jw_kstr(w, STR("level"), observation_level_name(l->level));
    jw_some(w, STR("error"), l->error);
    jw_some(w, STR("input"), l->input);
    jw_some(w, STR("output"), l->output);
    jw_some(w, STR("model"), l->model);
    jw_ki64(w, STR("tokens"), l->tokens);
    money_member(w, STR("cost"), l->cost);
    jw_some(w, STR("env"), l->environment);
    jw_some(w, STR("user"), l->user_id);
    jw_some(w, STR("session"), l->session_id);
    jw_some(w, STR("version"), l->version);
    chips_write(w, &l->scores);
    jw_object_end(w);
}

static enum errc take_observation(void *user, const struct observation_line *line)
{
    const struct rows *rows = user;

    if (!pending_has(&rows->pending, line->trace_id))
        observation_line_write(rows->w, line);
    return ERR_OK;
}

static enum errc rows_read(struct api *api, struct ctx *ctx, const struct insight_query *q,
                           struct line_page *page, struct jw *w)
{
    struct event_store *s = api->store;
    struct rows rows = {.w = w};

    TRY(pending_read(api, ctx, q->project, &rows.pending));
    return q->lens == LENS_TRACES
               ? s->insight->trace_lines(s, ctx, q, page, take_trace, &rows)
               : s->insight->observation_lines(s, ctx, q, page, take_observation, &rows);
}

static enum errc lines_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct line_cursor after = {0};
    struct question question;
    struct line_page page;
    struct jw w;

    TRY(question_read(api, rq, &question));
    TRY(page_read(rq->ctx, &question.params, &after, &page));
    reply_object(rs, &w);
    jw_key(&w, STR("rows"));
    jw_array(&w);
    TRY(rows_read(api, rq->ctx, &question.query, &page, &w));
    jw_array_end(&w);
    if (page.end.more)
        jw_kstr(&w, STR("next"), cursor_text(rq->ctx->arena, &page.end.next));
    if (page.end.partial) {
        jw_kbool(&w, STR("partial"), true);
        jw_ki64(&w, STR("reached"), page.end.reached);
    }
    range_write(&w, &question.query, false);
    query_problems_write(&w, &question.read);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

static const struct param params[] = {QUESTION_Q, QUESTION_RANGE, QUESTION_SORT, QUESTION_AFTER,
                                      QUESTION_LENS};

const struct route ui_line_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/{projectId}/traces",
     .handler = lines_get,
     .auth = AUTH_SESSION,
     .params = params,
     .n_params = ARRAY_LEN(params),
     .doc = "A page of traces or observations"},
};
const size_t ui_line_routes_n = ARRAY_LEN(ui_line_routes);
