// SPDX-License-Identifier: MIT
// One-object writes: POST /scores, the pre-batch routes (ingestion.md 2.11) and OTLP exports. Each is a
// short way into the same decoding and the same durable write.
#include "base/id.h"
#include "ingest/batch_int.h"
#include "ingest/score_config.h"
#include "json/write.h"

static const str single_types[] = {
    [SINGLE_TRACE] = STR_INIT("trace-create"),
    [SINGLE_SPAN_CREATE] = STR_INIT("span-create"),
    [SINGLE_SPAN_UPDATE] = STR_INIT("span-update"),
    [SINGLE_GENERATION_CREATE] = STR_INIT("generation-create"),
    [SINGLE_GENERATION_UPDATE] = STR_INIT("generation-update"),
    [SINGLE_EVENT] = STR_INIT("event-create"),
};

static enum errc store_events(struct ingest *in, struct ctx *ctx,
                              const struct ingest_record *record, const struct event_list *list)
{
    if (arena_failed(ctx->arena))
        return fail(
            ctx, ERR_TOO_LARGE,
            "The request needs more memory than one request may use: send it in smaller parts");
    TRY(events_store(in, ctx, record, list));
    atomic_fetch_add_explicit(&in->counters.accepted, list->n, memory_order_relaxed);
    return ERR_OK;
}

static enum errc decode_one(struct ctx *ctx, const struct ingest_request *rq, str type,
                            const struct json *body, struct event_list *list)
{
    struct body_source src = body_source_of(rq, rq->now);

    if (!batch_body(ctx, NULL, &src, batch_type_find(type), body, list))
        return fail(ctx, ERR_INVALID, "Invalid request data");
    return ERR_OK;
}

// Only this server's own evaluators may say EVAL.
static enum errc source_check(struct ctx *ctx, const struct score *s)
{
    static const char *const options[] = {"API", "ANNOTATION", NULL};
    const struct path at = {NULL, STR("source")};

    if (s->source != SCORE_EVAL)
        return ERR_OK;
    issue_option(ctx, &at, options);
    return fail(ctx, ERR_INVALID, "Invalid request data");
}

enum errc score_decode(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                       str body, struct event_list *out)
{
    const struct json *doc;

    TRY(json_parse(ctx, body, &doc));
    TRY(decode_one(ctx, rq, STR("score-create"), doc, out));
    TRY(source_check(ctx, &out->items[0]->score));
    return score_inflate(in, ctx, rq->project_id, &out->items[0]->score);
}

enum errc ingest_score(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                       str body, str *id)
{
    const struct ingest_record record = {INGEST_SCORE, request_seeded(in, ctx, rq), body};
    struct event_list list = {0};

    TRY(score_decode(in, ctx, &record.request, body, &list));
    TRY(store_events(in, ctx, &record, &list));
    *id = list.items[0]->score.id;
    return ERR_OK;
}

enum errc ingest_annotation(struct ingest *in, struct ctx *ctx, str project, struct score *s)
{
    struct event_list list = {0};
    struct write_result res;

    s->source = SCORE_API; // annotations of the API need a config, those by hand do not
    TRY(score_inflate(in, ctx, project, s));
    s->source = SCORE_ANNOTATION;
    struct event *e = event_add(ctx->arena, &list, EVENT_SCORE);
    if (!e)
        return fail(ctx, ERR_NOMEM, "Out of memory for this request");
    e->score = *s;
    e->at = s->timestamp;
    e->present = BIT(SCORE_FIELD_COUNT) - 1;
    TRY(in->store->ops->write(in->store, ctx, project, &list, &res));
    pace_note(&in->pace, clock_now(), 1);
    atomic_fetch_add_explicit(&in->counters.accepted, 1, memory_order_relaxed);
    return ERR_OK;
}

// The old names: spanId / generationId on updates, prompt and completion for input and output.
static void single_rename(struct ctx *ctx, enum ingest_single kind, const struct json *doc,
                          struct event *e)
{
    const struct json *prompt = json_get(doc, STR("prompt")),
                      *completion = json_get(doc, STR("completion"));
    struct observation *o = &e->observation;

    if (kind != SINGLE_GENERATION_CREATE && kind != SINGLE_GENERATION_UPDATE)
        return;
    if (prompt) {
        o->input = json_stored(ctx->arena, prompt);
        e->present |= BIT(OBS_INPUT);
    }
    if (completion) {
        o->output = json_stored(ctx->arena, completion);
        e->present |= BIT(OBS_OUTPUT);
    }
}

// A body with its id where the schema wants it: an update's old name wins, a create without id gets one.
static enum errc single_body(struct ctx *ctx, const struct ingest_request *rq,
                             enum ingest_single kind, const struct json *doc,
                             const struct json **out)
{
    static const str old_names[] = {[SINGLE_SPAN_UPDATE] = STR_INIT("spanId"),
                                    [SINGLE_GENERATION_UPDATE] = STR_INIT("generationId")};
    bool update = kind == SINGLE_SPAN_UPDATE || kind == SINGLE_GENERATION_UPDATE;
    str id = update ? json_str(json_get(doc, old_names[kind])) : STR_NONE;

    *out = doc;
    if (!json_is(doc, JSON_OBJECT) || json_get(doc, STR("id")) || kind == SINGLE_TRACE)
        return ERR_OK;
    if (update && !str_some(id))
        return ERR_OK; // the schema will ask for it
    if (!update)
        id = str_some(rq->seed) ? id_uuid_of(ctx->arena, rq->seed, 0) : id_uuid(ctx->arena);
    str text = json_text(ctx->arena, doc);
    AUTO(buf_fini) struct buf b = {0};
    buf_init(&b, text.n + id.n * 6 + 64);
    BUF_ADD(&b, "{\"id\":\"");
    json_escape(&b, id);
    buf_add_fmt(&b, "\"%s", text.n > 2 ? "," : "");
    buf_add(&b, str_skip(text, 1));
    return json_parse(ctx, buf_str(&b), out);
}

enum errc single_decode(struct ctx *ctx, const struct ingest_request *rq, enum ingest_single kind,
                        str body, struct event_list *out)
{
    const struct json *doc, *full;

    TRY(json_parse(ctx, body, &doc));
    TRY(single_body(ctx, rq, kind, doc, &full));
    TRY(decode_one(ctx, rq, single_types[kind], full, out));
    single_rename(ctx, kind, doc, out->items[0]);
    return ERR_OK;
}

enum errc ingest_single(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                        enum ingest_single kind, str body, str *id)
{
    const struct ingest_record record = {INGEST_SINGLE + (int)kind, request_seeded(in, ctx, rq),
                                         body};
    struct event_list list = {0};

    TRY(single_decode(ctx, &record.request, kind, body, &list));
    TRY(store_events(in, ctx, &record, &list));
    *id = kind == SINGLE_TRACE ? list.items[0]->trace.id : list.items[0]->observation.id;
    return ERR_OK;
}

enum errc export_decode(struct ctx *ctx, const struct ingest_request *rq, str body,
                        enum otlp_encoding encoding, struct event_list *out,
                        struct otlp_result *res)
{
    struct body_source src = body_source_of(rq, rq->now);
    struct otlp_request o = {.body = body,
                             .encoding = encoding,
                             .sdk_name = src.sdk_name,
                             .sdk_version = src.sdk_version,
                             .api_key = src.api_key,
                             .now = rq->now};

    return otlp_decode(ctx, &o, out, res);
}

enum errc ingest_otlp(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq, str body,
                      enum otlp_encoding encoding, struct otlp_result *res)
{
    const struct ingest_record record = {
        encoding == OTLP_PROTOBUF ? INGEST_OTLP_PROTOBUF : INGEST_OTLP_JSON, *rq, body};
    struct event_list list = {0};

    TRY(export_decode(ctx, rq, body, encoding, &list, res));
    atomic_fetch_add_explicit(&in->counters.spans_refused, res->n_refused, memory_order_relaxed);
    return store_events(in, ctx, &record, &list);
}
