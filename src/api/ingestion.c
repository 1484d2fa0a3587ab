// SPDX-License-Identifier: MIT
// The write endpoints: batch, OTLP traces, OTLP metrics (taken and ignored), single objects. Handlers
// only translate between HTTP and ingest/.
#include "api/reply.h"
#include "api/tables.h"
#include "base/limits.h"

static struct ingest_request request_of(const struct http_req *rq)
{
    return (struct ingest_request){
        .project_id = caller(rq)->project_id,
        .api_key = caller(rq)->public_key,
        .scores_only = caller(rq)->level == ACCESS_SCORES,
        .sdk_name = http_header(rq, "x-langfuse-sdk-name"),
        .sdk_version = http_header(rq, "x-langfuse-sdk-version"),
        .now = rq->received_at,
    };
}

static bool content_has(const struct http_req *rq, const char *what)
{
    str s = rq->content_type, w = str_c(what);

    for (size_t i = 0; i + w.n <= s.n; i++) {
        if (str_eq_nocase(str_sub(s, i, w.n), w))
            return true;
    }
    return false;
}

static enum errc batch_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct ingest_request ir = request_of(rq);

    if (str_empty(rq->content_type) || content_has(rq, "text/plain")) {
        issue_add(rq->ctx, STR("invalid_type"), STR("[]"),
                  STR("Invalid input: expected object, received string"),
                  STR("\"expected\":\"object\""));
        return fail(rq->ctx, ERR_INVALID, "Invalid request data");
    }
    rs->status = 207;
    return ingest_batch(api->ingest, rq->ctx, &ir, rq->body, &rs->body);
}

// The part of x-langfuse-ingestion-version that matters: a number up to 4 (ingestion.md 4.9).
static enum errc version_check(struct http_req *rq)
{
    str v = http_header(rq, "x-langfuse-ingestion-version");
    double n;

    if (str_empty(v) || (str_to_double(str_trim(v), &n) && n <= 4))
        return ERR_OK;
    return fail(rq->ctx, ERR_INVALID,
                "Unsupported x-langfuse-ingestion-version: \"%.*s\". Maximum supported: \"4\".",
                STR_ARG(v));
}

static enum errc otlp_answer(struct http_res *rs, enum otlp_encoding encoding,
                             const struct otlp_result *res)
{
    struct jw w;

    if (encoding == OTLP_PROTOBUF) {
        rs->content_type = STR("application/x-protobuf");
        otlp_partial_success(&rs->body, res);
        return ERR_OK;
    }
    reply_object(rs, &w);
    if (res->n_refused) {
        jw_key(&w, STR("partialSuccess"));
        jw_object(&w);
        jw_ki64(&w, STR("rejectedSpans"), (int64_t)res->n_refused);
        jw_kstr(&w, STR("errorMessage"), res->refusal);
        jw_object_end(&w);
    }
    jw_object_end(&w);
    return ERR_OK;
}

static enum errc otlp_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct ingest_request ir = request_of(rq);
    struct otlp_result res = {0};
    enum otlp_encoding encoding;

    if (content_has(rq, "application/x-protobuf"))
        encoding = OTLP_PROTOBUF;
    else if (content_has(rq, "application/json"))
        encoding = OTLP_JSON;
    else
        return fail(rq->ctx, ERR_INVALID, "Invalid content type");
    TRY(version_check(rq));
    TRY(ingest_otlp(api->ingest, rq->ctx, &ir, rq->body, encoding, &res));
    return otlp_answer(rs, encoding, &res);
}

static enum errc otlp_metrics_post(void *app UNUSED, struct http_req *rq UNUSED,
                                   struct http_res *rs)
{
    return res_message(rs, 200, "OK");
}

static enum errc answer_id(struct http_res *rs, str id)
{
    struct jw w;

    reply_object(rs, &w);
    jw_kstr(&w, STR("id"), id);
    jw_object_end(&w);
    return ERR_OK;
}

static enum errc score_post(void *app, struct http_req *rq, struct http_res *rs)
{
    struct api *api = app;
    struct ingest_request ir = request_of(rq);
    str id = STR_NONE;

    TRY(ingest_score(api->ingest, rq->ctx, &ir, rq->body, &id));
    return answer_id(rs, id);
}

static enum errc single(struct api *api, struct http_req *rq, struct http_res *rs,
                        enum ingest_single kind)
{
    struct ingest_request ir = request_of(rq);
    str id = STR_NONE;

    TRY(ingest_single(api->ingest, rq->ctx, &ir, kind, rq->body, &id));
    return answer_id(rs, id);
}

#define SINGLE(fn, kind)                                                     \
    static enum errc fn(void *app, struct http_req *rq, struct http_res *rs) \
    {                                                                        \
        return single(app, rq, rs, kind);                                    \
    }
SINGLE(trace_post, SINGLE_TRACE)
SINGLE(span_post, SINGLE_SPAN_CREATE)
SINGLE(span_patch, SINGLE_SPAN_UPDATE)
SINGLE(generation_post, SINGLE_GENERATION_CREATE)
SINGLE(generation_patch, SINGLE_GENERATION_UPDATE)
SINGLE(event_post, SINGLE_EVENT)

#define PROJECT(m, p, h, text)                                                     \
    {                                                                              \
        .method = m, .path = "/api/public/" p, .handler = h, .auth = AUTH_PROJECT, \
        .body_limit = LIMIT_BODY_INGESTION, .doc = text                            \
    }

const struct route ingestion_routes[] = {
    {.method = HTTP_POST,
     .path = "/api/public/ingestion",
     .handler = batch_post,
     .auth = AUTH_SCORES,
     .dialect = DIALECT_INGESTION,
     .body_limit = LIMIT_BODY_INGESTION,
     .doc = "Batch of trace, observation and score events"},
    {.method = HTTP_POST,
     .path = "/api/public/otel/v1/traces",
     .handler = otlp_post,
     .auth = AUTH_PROJECT,
     .dialect = DIALECT_OTLP,
     .body_limit = LIMIT_BODY_OTLP,
     .doc = "OTLP/HTTP trace export, protobuf or JSON"},
    {.method = HTTP_POST,
     .path = "/api/public/otel/v1/metrics",
     .handler = otlp_metrics_post,
     .auth = AUTH_PROJECT,
     .dialect = DIALECT_OTLP,
     .body_limit = LIMIT_BODY_OTLP,
     .doc = "OTLP/HTTP metrics: accepted and ignored"},
    {.method = HTTP_POST,
     .path = "/api/public/scores",
     .handler = score_post,
     .auth = AUTH_SCORES,
     .doc = "Create or overwrite a score"},
    PROJECT(HTTP_POST, "traces", trace_post, "Create or update a trace"),
    PROJECT(HTTP_POST, "spans", span_post, "Create a span"),
    PROJECT(HTTP_PATCH, "spans", span_patch, "Update a span"),
    PROJECT(HTTP_POST, "generations", generation_post, "Create a generation"),
    PROJECT(HTTP_PATCH, "generations", generation_patch, "Update a generation"),
    PROJECT(HTTP_POST, "events", event_post, "Create an event"),
};
const size_t ingestion_routes_n = ARRAY_LEN(ingestion_routes);
