// SPDX-License-Identifier: MIT
// A session as a conversation (ui.ts Session): its turns are its traces in order of time, each as a
// transcript that leaves out what a turn before said. A page ends at a number of turns or of bytes.
#include "api/reply.h"
#include "base/limits.h"
#include "ui/message_json.h"
#include "ui/tables.h"
#include "ui/transcript.h"
#include "ui/ui.h"

struct turn {
    str id, row; // row: JSON of the trace's row
    struct line_cursor at;
};
struct session {
    struct api *api;
    struct http_req *rq;
    struct trace_view view;
    struct insight_query query;
    struct turn turns[LIMIT_SESSION_TURNS];
    size_t n;
    bool found;
    str line; // JSON of the session's row
};

static str json_take(struct ctx *ctx, struct buf *b)
{
    return buf_ok(b) ? arena_str(ctx->arena, buf_str(b)) : STR_NONE;
}

// Rows are borrowed and their reader is busy: they are kept as the JSON that they become.
static enum errc take_session(void *user, const struct session_line *line)
{
    struct session *s = user;
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, LIMIT_ANSWER_BYTES);
    jw_init(&w, &b);
    session_line_write(&w, line);
    s->line = json_take(s->rq->ctx, &b);
    s->found = true;
    return ERR_OK;
}

static enum errc take_turn(void *user, const struct trace_line *line)
{
    struct session *s = user;
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    if (s->n == LIMIT_SESSION_TURNS)
        return ERR_OK;
    buf_init(&b, LIMIT_ANSWER_BYTES);
    jw_init(&w, &b);
    jw_object(&w);
    trace_line_write(&w, line, false);
    jw_object_end(&w);
    s->turns[s->n++] = (struct turn){.id = arena_str(s->rq->ctx->arena, line->id),
                                     .row = json_take(s->rq->ctx, &b),
                                     .at = line->at};
    return ERR_OK;
}

static enum errc filter_make(struct session *s, str session_id)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, LIMIT_TARGET_BYTES * 8);
    jw_init(&w, &b);
    jw_array(&w);
    jw_object(&w);
    jw_kstr(&w, STR("type"), STR("string"));
    jw_kstr(&w, STR("column"), STR("sessionId"));
    jw_kstr(&w, STR("operator"), STR("="));
    jw_kstr(&w, STR("value"), session_id);
    jw_object_end(&w);
    jw_array_end(&w);
    s->query = (struct insight_query){
        .project = s->view.project, .lens = LENS_TRACES, .from = MILLIS_NONE, .to = MILLIS_NONE};
    return filter_parse(s->rq->ctx, VIEW_PAGE_TRACES, json_take(s->rq->ctx, &b), &s->query.filter);
}

// ---- Where a page continues: start.day.row.trace ------------------------------------------------------

static enum errc cursor_read(struct ctx *ctx, str text, struct turn *out)
{
    int64_t *const numbers[] = {&out->at.start, &out->at.day, &out->at.row};
    str rest = text, part;

    *out = (struct turn){0};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (!str_next(&rest, '.', &part) || !str_to_i64(part, numbers[i]))
            return fail(ctx, ERR_INVALID, "Invalid after: take it from `next` of the page before");
    }
    out->id = rest;
    return ERR_OK;
}

static void cursor_write(struct jw *w, struct arena *a, const struct turn *t)
{
    jw_kstr(w, STR("next"),
            arena_fmt(a, "%lld.%lld.%lld.%.*s", (long long)t->at.start, (long long)t->at.day,
                      (long long)t->at.row, STR_ARG(t->id)));
}

// ---- Writing ------------------------------------------------------------------------------------------

static enum errc turn_write(struct session *s, struct transcript *t, const struct turn *turn,
                            struct jw *w)
{
    s->view.trace_id = turn->id;
    TRY(transcript_add(t, &s->view));
    jw_object(w);
    jw_kraw(w, STR("trace"), turn->row);
    jw_key(w, STR("blocks"));
    transcript_write(t, w);
    jw_key(w, STR("scores"));
    TRY(scores_write(&s->view, w));
    jw_object_end(w);
    return ERR_OK;
}

// A trace that was deleted meanwhile is left out.
static enum errc turns_write(struct session *s, struct transcript *t, bool more, struct jw *w)
{
    size_t i = 0, begun = w->b->len;

    jw_key(w, STR("turns"));
    jw_array(w);
    for (; i < s->n && w->b->len - begun < LIMIT_SESSION_BYTES; i++) {
        enum errc rc = turn_write(s, t, &s->turns[i], w);
        if (rc == ERR_NOT_FOUND)
            ctx_clear_error(s->rq->ctx);
        else
            TRY(rc);
    }
    jw_array_end(w);
    if (i && (more || i < s->n))
        cursor_write(w, s->rq->ctx->arena, &s->turns[i - 1]);
    return ERR_OK;
}

// What the last turn of the page before said is known, but not shown again.
static enum errc before_read(struct session *s, struct transcript *t, const struct turn *before)
{
    if (!before->id.n)
        return ERR_OK;
    s->view.trace_id = before->id;
    enum errc rc = transcript_add(t, &s->view);
    if (rc == ERR_NOT_FOUND)
        ctx_clear_error(s->rq->ctx);
    return rc == ERR_NOT_FOUND ? ERR_OK : rc;
}

static enum errc page_read(struct session *s, const struct turn *before, bool *more)
{
    struct event_store *store = s->api->store;
    struct ctx *ctx = s->rq->ctx;
    struct group_page one = {.sort = SORT_START, .limit = 1};
    struct line_page page = {.sort = SORT_START,
                             .ascending = true,
                             .limit = LIMIT_SESSION_TURNS,
                             .after = before->id.n ? &before->at : NULL};

    TRY(store->insight->session_lines(store, ctx, &s->query, &one, take_session, s));
    if (!s->found)
        return fail(ctx, ERR_NOT_FOUND, "There is no such session, or you may not see it");
    TRY(store->insight->trace_lines(store, ctx, &s->query, &page, take_turn, s));
    *more = page.end.more;
    return ERR_OK;
}

static const struct param session_params[] = {
    {.name = "after", .type = PARAM_STR, .offset = 0, .doc = "`next` of the page before"},
};

static enum errc session_write(struct session *s, struct transcript *t, const struct turn *before,
                               struct jw *w)
{
    bool more = false;

    TRY(page_read(s, before, &more));
    jw_object(w);
    jw_kraw(w, STR("session"), s->line);
    TRY(before_read(s, t, before));
    TRY(turns_write(s, t, more, w));
    jw_object_end(w);
    return ERR_OK;
}

static enum errc session_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct session s = {.api = app, .rq = rq};
    struct turn before = {0};
    str after = STR_NONE;
    struct jw w;

    s.view = (struct trace_view){.store = s.api->store, .ctx = rq->ctx};
    TRY(ui_project(s.api, rq, &s.view.project));
    TRY(req_params(rq, &after));
    if (after.n)
        TRY(cursor_read(rq->ctx, after, &before));
    TRY(filter_make(&s, rq->vars[1]));
    struct transcript *t = transcript_create(rq->ctx->arena);
    if (!t)
        return fail(rq->ctx, ERR_NOMEM, "Out of memory for this request");
    jw_init(&w, &rs->body);
    enum errc rc = session_write(&s, t, &before, &w);
    transcript_destroy(t);
    return rc == ERR_OK ? reply_check(rq->ctx, rs) : rc;
}

const struct route ui_session_routes[] = {
    {.method = HTTP_GET,
     .path = "/api/ui/{projectId}/sessions/{sessionId}",
     .handler = session_get,
     .auth = AUTH_SESSION,
     .params = session_params,
     .n_params = ARRAY_LEN(session_params),
     .doc = "A session as a conversation"},
};
const size_t ui_session_routes_n = ARRAY_LEN(ui_session_routes);
