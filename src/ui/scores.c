// SPDX-License-Identifier: MIT
// Scores that people give by hand: names to choose from, giving one, taking it back. A name that a
// score config of the project has is held to that config; any other name takes a number or a text.
#include "base/id.h"
#include "ui/form.h"
#include "ui/message_json.h"
#include "ui/tables.h"

enum { CONFIGS = 1000, COMMENT_BYTES = 4000 };

// ---- names

static enum errc write_name(void *user, const struct meta_score_config *c)
{
    struct jw *w = user;

    if (c->is_archived)
        return ERR_OK;
    jw_object(w);
    jw_kstr(w, STR("name"), c->name);
    jw_kstr(w, STR("type"), score_type_name(c->data_type));
    if (str_some(c->categories))
        jw_kraw(w, STR("categories"), c->categories);
    jw_object_end(w);
    return ERR_OK;
}

static enum errc names_get(void *app, struct http_req *rq, struct http_res *rs)
{
    struct meta_page page = {.limit = CONFIGS};
    struct api *api = app;
    str project;
    struct jw w;

    TRY(ui_project(api, rq, &project));
    reply_object(rs, &w);
    jw_key(&w, STR("names"));
    jw_array(&w);
    TRY(meta_score_config_list(api->meta, rq->ctx, project, &page, write_name, &w));
    jw_array_end(&w);
    jw_object_end(&w);
    return reply_check(rq->ctx, rs);
}

// ---- giving one

struct wanted_config {
    struct arena *a;
    str name, id;
};

static enum errc find_config(void *user, const struct meta_score_config *c)
{
    struct wanted_config *wanted = user;

    if (!c->is_archived && str_eq(c->name, wanted->name))
        wanted->id = arena_str(wanted->a, c->id);
    return ERR_OK;
}

static enum errc config_find(struct api *api, struct ctx *ctx, str project, struct score *s)
{
    struct wanted_config wanted = {.a = ctx->arena, .name = s->name};
    struct meta_page page = {.limit = CONFIGS};

    TRY(meta_score_config_list(api->meta, ctx, project, &page, find_config, &wanted));
    s->config_id = wanted.id;
    return ERR_OK;
}

static enum errc value_read(struct ctx *ctx, const struct json *form, struct score *s)
{
    const struct json *value = json_get(form, STR("value")), *text = json_get(form, STR("text"));

    if (!value == !text)
        return fail(ctx, ERR_INVALID, "A score takes either `value`, a number, or `text`");
    if (value && !(json_is(value, JSON_NUMBER) && json_double(value, &s->value)))
        return fail(ctx, ERR_INVALID, "`value` must be a number");
    if (text && !json_is(text, JSON_STRING))
        return fail(ctx, ERR_INVALID, "`text` must be a text");
    s->string_value = text ? json_str(text) : STR_NONE;
    return text && (s->string_value.n == 0 || s->string_value.n > COMMENT_BYTES)
               ? fail(ctx, ERR_INVALID, "`text` takes 1 to %d bytes", COMMENT_BYTES)
               : ERR_OK;
}

static enum errc form_score(struct ctx *ctx, const struct json *form, struct score *s)
{
    s->trace_id = form_text(form, "trace");
    s->observation_id = form_text(form, "observation");
    s->comment = form_text(form, "comment");
    if (!s->trace_id.n)
        return fail(ctx, ERR_INVALID, "`trace` is missing: the id of the trace to score");
    if (!s->observation_id.n)
        s->observation_id = STR_NONE;
    if (!s->comment.n)
        s->comment = STR_NONE;
    if (s->comment.n > COMMENT_BYTES)
        return fail(ctx, ERR_INVALID, "A comment has at most %d bytes", COMMENT_BYTES);
    TRY(form_name(ctx, form, &s->name));
    return value_read(ctx, form, s);
}

static enum errc take_environment(void *user, const struct trace_line *line)
{
    struct score *s = user;

    s->environment = line->environment;
    return ERR_OK;
}

static enum errc take_nothing(void *user, int64_t position, const struct observation_row *row)
{
    (void)user, (void)position, (void)row;
    return ERR_OK;
}

static enum errc subject_check(struct api *api, struct ctx *ctx, str project, struct score *s)
{
    const struct trace_part part = {project, s->trace_id, s->observation_id};
    struct event_store *store = api->store;
    enum errc rc =
        store->insight->trace_line(store, ctx, project, s->trace_id, take_environment, s);

    s->environment = arena_str(ctx->arena, s->environment);
    if (rc == ERR_OK && str_some(part.id))
        rc = store->ops->trace_observation(store, ctx, &part, 0, take_nothing, NULL);
    return rc == ERR_NOT_FOUND ? fail(ctx, ERR_NOT_FOUND, "There is no such trace or observation")
                               : rc;
}

static enum errc score_post(void *app, struct http_req *rq, struct http_res *rs)
{
    const struct signed_in *who = &ui_caller(rq)->who;
    struct score s = {.id = id_uuid(rq->ctx->arena), .timestamp = rq->received_at};
    str project = ui_caller(rq)->project.id;
    struct api *api = app;
    const struct json *form;
    struct jw w;

    TRY(form_read(rq, &form));
    TRY(form_score(rq->ctx, form, &s));
    TRY(subject_check(api, rq->ctx, project, &s));
    TRY(config_find(api, rq->ctx, project, &s));
    s.author_user_id = who->user.id.n ? who->user.id : STR_NONE;
    TRY(ingest_annotation(api->ingest, rq->ctx, project, &s));
    jw_init(&w, &rs->body);
    score_write(&w, &s, false);
    return reply_check(rq->ctx, rs);
}

// ---- taking it back

static enum errc take_source(void *user, const struct score_row *row)
{
    int32_t *source = user;

    *source = row->score.source;
    return ERR_OK;
}

static enum errc score_delete(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    int32_t source = SCORE_SOURCE_NONE;
    str project;

    TRY(ui_project(api, rq, &project));
    enum errc rc =
        api->store->ops->score_get(api->store, rq->ctx, project, rq->vars[1], take_source, &source);
    if (rc == ERR_NOT_FOUND)
        return fail(rq->ctx, ERR_NOT_FOUND, "There is no such score");
    TRY(rc);
    if (source != SCORE_ANNOTATION)
        return fail(rq->ctx, ERR_FORBIDDEN,
                    "Only scores given by hand can be taken back here: this one came from %s",
                    source == SCORE_EVAL ? "an evaluator" : "the API");
    TRY(api->store->ops->score_delete(api->store, rq->ctx, project, rq->vars[1]));
    return answer_nothing(rs);
}

const struct route ui_score_routes[] = {
    SESSION_ROUTE(HTTP_GET, "{projectId}/score-names", names_get, "Score configs to score by"),
    SESSION_ROUTE(HTTP_POST, "{projectId}/scores", score_post, "Score by hand"),
    SESSION_ROUTE(HTTP_DELETE, "{projectId}/scores/{scoreId}", score_delete,
                  "Take back a score given by hand"),
};
const size_t ui_score_routes_n = ARRAY_LEN(ui_score_routes);
