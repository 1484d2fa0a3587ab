// SPDX-License-Identifier: MIT
// Routes of the trace page: for members of the project, and the same answers for everybody once a trace
// was made public. Absent, private and foreign traces are told apart by nobody.
#include "api/api.h"
#include "api/reply.h"
#include "base/limits.h"
#include "ui/tables.h"
#include "ui/trace_view.h"
#include "ui/transcript.h"
#include "ui/ui.h"

#define CACHE_CONTROL STR("Cache-Control"), STR("private, no-store")

typedef enum errc view_answer(const struct trace_view *v, struct http_req *rq, struct jw *w);

// The project that the caller may see, and the trace in it, from /api/ui/{pid}/traces/{tid}...
static enum errc answer_member(struct api *api, struct http_req *rq, struct http_res *rs,
                               view_answer *fn)
{
    struct trace_view v = {
        .store = api->store, .ctx = rq->ctx, .trace_id = rq->vars[1], .meta = api->meta};
    struct jw w;

    TRY(ui_project(api, rq, &v.project));
    res_header(rq, rs, CACHE_CONTROL);
    jw_init(&w, &rs->body);
    TRY(fn(&v, rq, &w));
    return reply_check(rq->ctx, rs);
}

// ---- Public traces ----------------------------------------------------------------------------------

struct projects {
    struct arena *a;
    str *ids;
    size_t n, cap;
};

static enum errc project_take(void *user, const struct meta_project *project)
{
    struct projects *p = user;

    if (arena_grow(p->a, (void **)&p->ids, p->n, &p->cap, sizeof(*p->ids)))
        p->ids[p->n++] = arena_str(p->a, project->id);
    return ERR_OK;
}

static enum errc take_public(void *user, const struct trace_row *row)
{
    bool *is_public = user;

    *is_public = row->trace.is_public;
    return ERR_OK;
}

// The address names no project: each is asked; its filter of ids answers without reading a file.
static enum errc public_find(struct api *api, struct ctx *ctx, str trace_id, str *project)
{
    struct projects p = {.a = ctx->arena};
    bool is_public = false;

    TRY(meta_project_list(api->meta, ctx, STR_NONE, project_take, &p));
    for (size_t i = 0; i < p.n; i++) {
        struct trace_ref ref = {p.ids[i], trace_id, 0};
        enum errc rc = api->store->ops->trace_get(api->store, ctx, &ref, take_public, &is_public);
        *project = p.ids[i];
        if (rc == ERR_OK && is_public)
            return ERR_OK;
        if (rc != ERR_OK && rc != ERR_NOT_FOUND)
            return rc;
    }
    return trace_absent(ctx);
}

static enum errc answer_public(struct api *api, struct http_req *rq, struct http_res *rs,
                               view_answer *fn)
{
    struct trace_view v = {
        .store = api->store, .ctx = rq->ctx, .trace_id = rq->vars[0], .is_public = true};
    struct jw w;

    TRY(public_find(api, rq->ctx, v.trace_id, &v.project));
    res_header(rq, rs, CACHE_CONTROL);
    res_header(rq, rs, STR("X-Robots-Tag"), STR("noindex"));
    jw_init(&w, &rs->body);
    TRY(fn(&v, rq, &w));
    return reply_check(rq->ctx, rs);
}

// ---- Answers ----------------------------------------------------------------------------------------

static enum errc skeleton(const struct trace_view *v, struct http_req *rq, struct jw *w)
{
    (void)rq;
    return skeleton_write(v, w);
}

struct observation_params {
    int32_t field;
    int64_t from, to;
};
static const char *const body_fields[] = {"input", "output", "metadata", NULL};
#define P(member) .offset = offsetof(struct observation_params, member)
static const struct param observation_params[] = {
    {.name = "field",
     .type = PARAM_ENUM,
     P(field),
     .names = body_fields,
     .doc = "A part of this body instead of the observation"},
    {.name = "from", .type = PARAM_INT, P(from), .max = INT64_MAX, .doc = "Its first byte"},
    {.name = "to",
     .type = PARAM_INT,
     P(to),
     .max = INT64_MAX,
     .def = INT64_MAX,
     .doc = "The byte behind its last; at most 256 KiB come at once"},
};

static enum errc observation(const struct trace_view *v, struct http_req *rq, struct jw *w)
{
    struct observation_params p = {0};

    TRY(req_params(rq, &p));
    str id = rq->vars[rq->n_vars - 1];
    if (!p.field)
        return observation_write(v, id, w);
    const struct body_range range = {
        .id = id, .field = str_c(body_fields[p.field - 1]), .from = p.from, .to = p.to};
    return body_range_write(v, &range, w);
}

static enum errc transcript(const struct trace_view *v, struct http_req *rq, struct jw *w)
{
    struct transcript *t = transcript_create(rq->ctx->arena);

    if (!t)
        return fail(rq->ctx, ERR_NOMEM, "Out of memory for this request");
    enum errc rc = transcript_add(t, v);
    if (rc == ERR_OK) {
        jw_object(w);
        jw_key(w, STR("blocks"));
        transcript_write(t, w);
        jw_object_end(w);
    }
    transcript_destroy(t);
    return rc;
}

#define HANDLERS(name)                                                                  \
    static enum errc name##_member(void *app, struct http_req *rq, struct http_res *rs) \
    {                                                                                   \
        return answer_member(app, rq, rs, name);                                        \
    }                                                                                   \
    static enum errc name##_public(void *app, struct http_req *rq, struct http_res *rs) \
    {                                                                                   \
        return answer_public(app, rq, rs, name);                                        \
    }
HANDLERS(skeleton)
HANDLERS(observation)
HANDLERS(transcript)

#define MEMBER(path_, handler_, doc_)                                                              \
    .method = HTTP_GET, .path = "/api/ui/{projectId}/traces/{traceId}" path_, .handler = handler_, \
    .auth = AUTH_SESSION, .doc = doc_
#define PUBLIC(path_, handler_, doc_)                                                  \
    .method = HTTP_GET, .path = "/api/ui/public/{traceId}" path_, .handler = handler_, \
    .auth = AUTH_NONE, .doc = doc_
#define OBSERVATION_PARAMS .params = observation_params, .n_params = ARRAY_LEN(observation_params)

const struct route ui_trace_routes[] = {
    {MEMBER("/skeleton", skeleton_member, "A trace and its observations as columns")},
    {MEMBER("/transcript", transcript_member, "A trace read from top to bottom")},
    {MEMBER("/observations/{observationId}", observation_member, "One observation with bodies"),
     OBSERVATION_PARAMS},
    {PUBLIC("/skeleton", skeleton_public, "A public trace and its observations as columns")},
    {PUBLIC("/transcript", transcript_public, "A public trace read from top to bottom")},
    {PUBLIC("/observations/{observationId}", observation_public,
            "One observation of a public trace"),
     OBSERVATION_PARAMS},
};
const size_t ui_trace_routes_n = ARRAY_LEN(ui_trace_routes);
