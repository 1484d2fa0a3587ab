// SPDX-License-Identifier: MIT
// Comments on traces and observations, and saved views of the lists.
#include "base/utf8.h"
#include "ui/form.h"
#include "ui/notes.h"
#include "ui/tables.h"

enum { COMMENT_UNITS = 5000, VIEWS_MAX = 200, SEARCH_BYTES = 8192 };

// ---- Comments -------------------------------------------------------------------------------------

static void comment_write(struct jw *w, const struct meta_comment *c)
{
    jw_object(w);
    jw_kstr(w, STR("id"), c->id);
    if (str_eq(c->object_type, STR("OBSERVATION")))
        jw_kstr(w, STR("observation"), c->object_id);
    str name = str_some(c->author_name) && c->author_name.n ? c->author_name : c->author_email;
    jw_kstr(w, STR("author"), str_some(name) ? name : STR(""));
    if (str_some(c->author_id))
        jw_kstr(w, STR("authorId"), c->author_id);
    jw_kstr(w, STR("text"), c->content);
    jw_ki64(w, STR("at"), c->created_at);
    jw_object_end(w);
}

static enum errc take_comment(void *user, const struct meta_comment *row)
{
    comment_write(user, row);
    return ERR_OK;
}

enum errc comments_write(struct meta *meta, struct ctx *ctx, str project, str trace_id,
                         struct jw *w)
{
    jw_array(w);
    TRY(meta_comment_list(meta, ctx, project, trace_id, take_comment, w));
    jw_array_end(w);
    return ERR_OK;
}

static enum errc comment_post(void *app, struct http_req *rq, struct http_res *rs)
{
    const struct signed_in *who = &ui_caller(rq)->who;
    struct api *api = app;
    const struct json *form;
    struct jw w;

    TRY(form_read(rq, &form));
    str trace = form_text(form, "trace"), observation = form_text(form, "observation");
    bool on_trace = !str_some(observation) || observation.n == 0;
    struct meta_comment c = {.project_id = ui_caller(rq)->project.id,
                             .object_type = on_trace ? STR("TRACE") : STR("OBSERVATION"),
                             .object_id = on_trace ? trace : observation,
                             .trace_id = trace,
                             .content = form_text(form, "text"),
                             .author_id = who->user.id,
                             .author_name = who->user.name,
                             .author_email = who->user.email};
    if (!str_some(trace) || trace.n == 0)
        return fail(rq->ctx, ERR_INVALID, "`trace` is needed");
    if (c.content.n == 0 || utf8_units(c.content) > COMMENT_UNITS)
        return fail(rq->ctx, ERR_INVALID, "A comment has 1 to %d characters", COMMENT_UNITS);
    TRY(meta_comment_create(api->meta, rq->ctx, &c));
    jw_init(&w, &rs->body);
    comment_write(&w, &c);
    return ERR_OK;
}

static enum errc comment_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct meta_comment c;
    struct api *api = app;
    str project = ui_caller(rq)->project.id;
    enum errc rc = meta_comment_get(api->meta, rq->ctx, project, rq->vars[1], &c);

    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "There is no such comment");
    TRY(rc);
    if (!str_some(c.author_id) || !str_eq(c.author_id, ui_caller(rq)->who.user.id))
        TRY(ui_require(rq, ROLE_ADMIN));
    TRY(meta_comment_delete(api->meta, rq->ctx, project, c.id));
    return answer_nothing(rs);
}

// ---- Saved views ------------------------------------------------------------------------------------

struct view_rows {
    struct jw *w;
    str list; // none: of every list
    size_t n;
};

static enum errc take_view(void *user, const struct meta_view *row)
{
    struct view_rows *v = user;

    v->n++;
    if (!v->w || (str_some(v->list) && !str_eq(v->list, row->list)))
        return ERR_OK;
    jw_object(v->w);
    jw_kstr(v->w, STR("id"), row->id);
    jw_kstr(v->w, STR("name"), row->name);
    jw_kstr(v->w, STR("table"), row->list);
    jw_kraw(v->w, STR("search"), row->search);
    if (str_some(row->by_name))
        jw_kstr(v->w, STR("by"), row->by_name);
    jw_object_end(v->w);
    return ERR_OK;
}

static enum errc views_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct jw w;
    struct view_rows v = {.w = &w, .list = req_query(rq, STR("table"))};

    reply_object(rs, &w);
    jw_key(&w, STR("views"));
    jw_array(&w);
    TRY(meta_view_list(api->meta, rq->ctx, ui_caller(rq)->project.id, take_view, &v));
    jw_array_end(&w);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

// The address of a view: an object of texts.
static enum errc search_read(struct ctx *ctx, const struct json *form, str *out)
{
    const struct json *search = json_get(form, STR("search"));

    if (!json_is(search, JSON_OBJECT))
        return fail(ctx, ERR_INVALID, "`search` is an object of texts");
    for (struct json_iter it = json_iter(search); json_next(&it);) {
        if (!json_is(it.value, JSON_STRING))
            return fail(ctx, ERR_INVALID, "`search` is an object of texts");
    }
    *out = json_text(ctx->arena, search);
    return out->n <= SEARCH_BYTES ? ERR_OK
                                  : fail(ctx, ERR_INVALID, "This view is too long to be saved");
}

static enum errc view_read(struct http_req *rq, struct meta_view *out)
{
    static const str lists[] = {STR_INIT("traces"), STR_INIT("sessions"), STR_INIT("users")};
    const struct json *form;
    bool known = false;

    TRY(form_read(rq, &form));
    TRY(form_name(rq->ctx, form, &out->name));
    TRY(search_read(rq->ctx, form, &out->search));
    out->list = form_text(form, "table");
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        known = known || str_eq(out->list, lists[i]);
    return known ? ERR_OK : fail(rq->ctx, ERR_INVALID, "`table` is traces, sessions or users");
}

static enum errc view_save(struct api *api, struct http_req *rq, struct http_res *rs, str id)
{
    struct meta_view view = {.id = id, .project_id = ui_caller(rq)->project.id};
    struct view_rows rows = {0};

    TRY(view_read(rq, &view));
    TRY(meta_view_list(api->meta, rq->ctx, view.project_id, take_view, &rows));
    if (rows.n >= VIEWS_MAX && !str_some(id))
        return fail(rq->ctx, ERR_LIMIT, "A project keeps %d views; delete one first", VIEWS_MAX);
    if (str_some(ui_caller(rq)->who.user.id))
        view.saved_by = ui_caller(rq)->who.user.id;
    TRY(meta_view_put(api->meta, rq->ctx, &view));
    return answer_id(rs, view.id);
}

static enum errc view_post(void *app, struct http_req *rq, struct http_res *rs)
{
    return view_save(app, rq, rs, STR_NONE);
}

struct view_find {
    str id;
    bool found;
};

static enum errc is_view(void *user, const struct meta_view *row)
{
    struct view_find *f = user;

    f->found = f->found || str_eq(f->id, row->id);
    return ERR_OK;
}

// Only a view of this project can be replaced.
static enum errc view_put(void *app, struct http_req *rq, struct http_res *rs)
{
    struct view_find f = {.id = rq->vars[1]};
    struct api *api = app;

    TRY(meta_view_list(api->meta, rq->ctx, ui_caller(rq)->project.id, is_view, &f));
    return f.found ? view_save(api, rq, rs, rq->vars[1])
                   : fail(rq->ctx, ERR_NOT_FOUND, "There is no such view");
}

static enum errc view_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    enum errc rc = meta_view_delete(api->meta, rq->ctx, ui_caller(rq)->project.id, rq->vars[1]);

    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, rc, "There is no such view");
    TRY(rc);
    return answer_nothing(rs);
}

const struct route ui_note_routes[] = {
    SESSION_ROUTE(HTTP_POST, "{projectId}/comments", comment_post, "Comment on a trace"),
    SESSION_ROUTE(HTTP_DELETE, "{projectId}/comments/{id}", comment_delete, "Delete a comment"),
    SESSION_ROUTE(HTTP_GET, "{projectId}/views", views_get, "Saved views of the lists"),
    SESSION_ROUTE(HTTP_POST, "{projectId}/views", view_post, "Save a view"),
    SESSION_ROUTE(HTTP_PUT, "{projectId}/views/{id}", view_put, "Change a saved view"),
    SESSION_ROUTE(HTTP_DELETE, "{projectId}/views/{id}", view_delete, "Delete a saved view"),
};
const size_t ui_note_routes_n = ARRAY_LEN(ui_note_routes);
