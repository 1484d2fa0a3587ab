// SPDX-License-Identifier: MIT
// What is done to chosen traces: tags, bookmarks, public links, deleting. A delete waits ten seconds and
// can be taken back until then; meanwhile the lists leave its traces out.
#include "base/limits.h"
#include "base/log.h"
#include "ui/form.h"
#include "ui/pending.h"
#include "ui/question.h"
#include "ui/tables.h"

enum { UNDO_MS = 10000, ACTION_BODY = 1 << 20, TAG_BYTES = 200 };

struct action {
    const char *name;
    int what; // enum trace_mark_what, or -1: delete
    bool on;
};
static const struct action actions[] = {
    {"tag", MARK_TAG, true},
    {"untag", MARK_TAG, false},
    {"bookmark", MARK_BOOKMARKED, true},
    {"unbookmark", MARK_BOOKMARKED, false},
    {"publish", MARK_PUBLIC, true},
    {"unpublish", MARK_PUBLIC, false},
    {"delete", -1, false},
};

// ---- Which traces ---------------------------------------------------------------------------------

struct chosen {
    struct arena *a;
    str *ids;
    size_t n;
};

static enum errc take_line(void *user, const struct trace_line *line)
{
    struct chosen *c = user;

    if (c->n < LIMIT_ACTION_TRACES)
        c->ids[c->n++] = arena_str(c->a, line->id);
    return ERR_OK;
}

// Everything that the question matches, page by page.
static enum errc choose_matching(struct api *api, struct http_req *rq, const struct json *form,
                                 struct chosen *c)
{
    struct insight_query q = {.project = ui_caller(rq)->project.id, .lens = LENS_TRACES};
    struct line_page page = {.limit = 500};
    struct line_cursor after;
    struct query read;

    TRY(range_read(rq->ctx, form_text(form, "range"), rq->received_at, &q.from, &q.to));
    str text = form_text(form, "q");
    TRY(query_read(rq->ctx, LENS_TRACES, str_some(text) ? text : STR(""), &read));
    if (read.n_problems)
        return fail(rq->ctx, ERR_INVALID, "%.*s", STR_ARG(read.problems[0].message));
    q.filter = read.filter;
    do {
        TRY(api->store->insight->trace_lines(api->store, rq->ctx, &q, &page, take_line, c));
        after = page.end.next;
        page.after = &after;
    } while (page.end.more && c->n < LIMIT_ACTION_TRACES);
    return page.end.more
               ? fail(rq->ctx, ERR_LIMIT, "More than %u traces match; narrow the question",
                      LIMIT_ACTION_TRACES)
               : ERR_OK;
}

static enum errc choose(struct api *api, struct http_req *rq, const struct json *form,
                        struct chosen *c)
{
    const struct json *list = json_get(form, STR("ids"));

    c->ids = ARENA_ARRAY(c->a, str, LIMIT_ACTION_TRACES);
    if (!c->ids)
        return fail(rq->ctx, ERR_NOMEM, "Out of memory for this request");
    if (!list)
        return choose_matching(api, rq, form, c);
    if (!json_is(list, JSON_ARRAY) || json_len(list) > LIMIT_ACTION_TRACES)
        return fail(rq->ctx, ERR_INVALID, "`ids` is a list of at most %u ids", LIMIT_ACTION_TRACES);
    for (struct json_iter it = json_iter(list); json_next(&it);) {
        str id = json_str(it.value);
        if (!str_some(id) || id.n == 0)
            return fail(rq->ctx, ERR_INVALID, "`ids` is a list of texts");
        c->ids[c->n++] = id;
    }
    return ERR_OK;
}

// ---- Doing it -------------------------------------------------------------------------------------

static enum errc answer_done(struct http_res *rs, size_t n, const struct meta_pending *p)
{
    struct jw w;

    reply_object(rs, &w);
    jw_ki64(&w, STR("n"), (int64_t)n);
    if (p) {
        jw_kstr(&w, STR("undo"), p->id);
        jw_ki64(&w, STR("at"), p->due_at);
    }
    jw_object_end(&w);
    return ERR_OK;
}

static enum errc delete_later(struct api *api, struct http_req *rq, struct http_res *rs,
                              const struct chosen *c)
{
    AUTO(buf_fini) struct buf b = {0};
    struct meta_pending p = {.project_id = ui_caller(rq)->project.id,
                             .due_at = rq->received_at + UNDO_MS};
    struct jw w;

    TRY(ui_require(rq, ROLE_ADMIN));
    if (c->n == 0)
        return answer_done(rs, 0, NULL);
    buf_init(&b, LIMIT_ACTION_TRACES * (LIMIT_ID_UNITS * 3 + 4));
    jw_init(&w, &b);
    jw_array(&w);
    for (size_t i = 0; i < c->n; i++)
        jw_str(&w, c->ids[i]);
    jw_array_end(&w);
    p.trace_ids = buf_str(&b);
    TRY(meta_pending_create(api->meta, rq->ctx, &p));
    log_info("traces.delete", "%zu of project %.*s by user %.*s", c->n, STR_ARG(p.project_id),
             STR_ARG(ui_caller(rq)->who.user.id));
    return answer_done(rs, c->n, &p);
}

static enum errc mark(struct api *api, struct http_req *rq, struct http_res *rs,
                      const struct trace_mark *m, const struct chosen *c)
{
    int64_t n = 0;

    if (m->what == MARK_TAG && (m->tag.n == 0 || m->tag.n > TAG_BYTES))
        return fail(rq->ctx, ERR_INVALID, "`tag` is a text of 1 to %d bytes", TAG_BYTES);
    TRY(api->store->ops->trace_mark(api->store, rq->ctx, ui_caller(rq)->project.id,
                                    (struct str_set){c->ids, c->n}, m, &n));
    return answer_done(rs, (size_t)n, NULL);
}

static enum errc actions_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct chosen c = {.a = rq->ctx->arena};
    const struct json *form;
    struct api *api = app;

    TRY(form_read(rq, &form));
    str name = form_text(form, "action");
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        const struct action *a = &actions[i];
        if (!str_eq(name, str_c(a->name)))
            continue;
        TRY(choose(api, rq, form, &c));
        const struct trace_mark m = {(enum trace_mark_what)(a->what < 0 ? 0 : a->what), a->on,
                                     form_text(form, "tag")};
        return a->what < 0 ? delete_later(api, rq, rs, &c) : mark(api, rq, rs, &m, &c);
    }
    return fail(rq->ctx, ERR_INVALID, "There is no action \"%.*s\"", STR_ARG(name));
}

static enum errc undo_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    enum errc rc = meta_pending_delete(api->meta, rq->ctx, ui_caller(rq)->project.id, rq->vars[1]);

    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "It is too late to undo this: the traces are deleted");
    TRY(rc);
    return answer_nothing(rs);
}

// ---- What is about to go ----------------------------------------------------------------------------

static enum errc take_pending(void *user, const struct meta_pending *p)
{
    struct pending *out = user;
    const struct json *list = json_try(out->ctx->arena, p->trace_ids);

    if (!out->ids)
        out->ids = map_create(out->ctx->arena, json_len(list));
    for (struct json_iter it = json_iter(list); out->ids && json_next(&it);) {
        void **slot = map_slot(out->ids, json_str(it.value));
        if (slot)
            *slot = out;
    }
    return ERR_OK;
}

enum errc pending_read(struct api *api, struct ctx *ctx, str project, struct pending *out)
{
    *out = (struct pending){.ctx = ctx};
    return meta_pending_list(api->meta, ctx, project, take_pending, out);
}

const struct route ui_action_routes[] = {
    {.method = HTTP_POST,
     .path = "/api/ui/{projectId}/traces/actions",
     .handler = actions_post,
     .auth = AUTH_SESSION,
     .body_limit = ACTION_BODY,
     .doc = "Tag, bookmark, publish or delete traces"},
    SESSION_ROUTE(HTTP_POST, "{projectId}/undo/{token}", undo_post, "Take a delete back"),
};
const size_t ui_action_routes_n = ARRAY_LEN(ui_action_routes);
