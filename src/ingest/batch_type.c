// SPDX-License-Identifier: MIT
// The table of event types (ingestion.md 2.4) and the decoding of one body.
#include "base/id.h"
#include "base/log.h"
#include "ingest/batch_int.h"
#include "ingest/score_config.h"

static const struct batch_type types[] = {
    {STR_INIT("trace-create"), BATCH_TRACE, 0, false},
    {STR_INIT("score-create"), BATCH_SCORE, 0, false},
    {STR_INIT("event-create"), BATCH_OBSERVATION, OBSERVATION_EVENT, false},
    {STR_INIT("span-create"), BATCH_OBSERVATION, OBSERVATION_SPAN, false},
    {STR_INIT("span-update"), BATCH_OBSERVATION, OBSERVATION_SPAN, true},
    {STR_INIT("generation-create"), BATCH_OBSERVATION, OBSERVATION_GENERATION, false},
    {STR_INIT("generation-update"), BATCH_OBSERVATION, OBSERVATION_GENERATION, true},
    {STR_INIT("agent-create"), BATCH_OBSERVATION, OBSERVATION_AGENT, false},
    {STR_INIT("tool-create"), BATCH_OBSERVATION, OBSERVATION_TOOL, false},
    {STR_INIT("chain-create"), BATCH_OBSERVATION, OBSERVATION_CHAIN, false},
    {STR_INIT("retriever-create"), BATCH_OBSERVATION, OBSERVATION_RETRIEVER, false},
    {STR_INIT("evaluator-create"), BATCH_OBSERVATION, OBSERVATION_EVALUATOR, false},
    {STR_INIT("embedding-create"), BATCH_OBSERVATION, OBSERVATION_EMBEDDING, false},
    {STR_INIT("guardrail-create"), BATCH_OBSERVATION, OBSERVATION_GUARDRAIL, false},
    {STR_INIT("sdk-log"), BATCH_LOG, 0, false},
    {STR_INIT("observation-create"), BATCH_OBSERVATION, 0, false},
    {STR_INIT("observation-update"), BATCH_OBSERVATION, 0, true},
    {STR_INIT("dataset-run-item-create"), BATCH_INTERNAL, 0, false},
};

const struct batch_type *batch_type_find(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (str_eq(types[i].name, name))
            return &types[i];
    }
    return NULL;
}

struct body_source body_source_of(const struct ingest_request *rq, millis envelope)
{
    return (struct body_source){
        .envelope = envelope,
        .sdk_name = str_some(rq->sdk_name) ? rq->sdk_name : STR("unknown"),
        .sdk_version = str_some(rq->sdk_version) ? rq->sdk_version : STR("unknown"),
        .api_key = rq->api_key,
        .seed = rq->seed,
    };
}

// `number`: how many events stand before this one.
static void ensure_id(struct ctx *ctx, const struct body_source *src, size_t number, str *id)
{
    if (id->n == 0)
        *id = str_some(src->seed) ? id_uuid_of(ctx->arena, src->seed, number) : id_uuid(ctx->arena);
}

// Tools move from metadata to input (4.7): what that fills was said by this event.
static void observation_finish(struct ctx *ctx, struct event *e)
{
    struct observation *o = &e->observation;
    bool had_input = str_some(o->input);

    tools_extract(ctx->arena, o);
    if (str_some(o->tool_definitions))
        e->present |= BIT(OBS_TOOL_DEFINITIONS);
    if (str_some(o->tool_calls))
        e->present |= BIT(OBS_TOOL_CALLS) | BIT(OBS_TOOL_CALL_NAMES);
    if (!had_input && str_some(o->input))
        e->present |= BIT(OBS_INPUT);
}

bool batch_body(struct ctx *ctx, const struct path *at, const struct body_source *src,
                const struct batch_type *t, const struct json *body, struct event_list *out)
{
    static const enum event_kind kinds[] = {[BATCH_TRACE] = EVENT_TRACE,
                                            [BATCH_OBSERVATION] = EVENT_OBSERVATION,
                                            [BATCH_SCORE] = EVENT_SCORE};
    uint32_t before = ctx->n_issues;

    if (!json_is(body, JSON_OBJECT)) {
        issue_expected(ctx, at, "object", body);
        return false;
    }
    struct event *e = event_add(ctx->arena, out, kinds[t->entity]);
    if (!e)
        return false;
    if (t->entity == BATCH_TRACE) {
        trace_body_read(ctx, at, src, body, e);
        ensure_id(ctx, src, out->n, &e->trace.id);
    } else if (t->entity == BATCH_SCORE) {
        score_body_read(ctx, at, src, body, e);
        ensure_id(ctx, src, out->n, &e->score.id);
    } else {
        observation_body_read(ctx, at, src, t->type, body, e);
        ensure_id(ctx, src, out->n, &e->observation.id);
        observation_finish(ctx, e);
    }
    if (ctx->n_issues == before)
        return true;
    out->n--;
    return false;
}

static void score_refused(struct ingest *in, struct ctx *ctx, const struct score *score)
{
    atomic_fetch_add_explicit(&in->counters.scores_refused, 1, memory_order_relaxed);
    log_debug("score.refused", "%.*s: %.*s", STR_ARG(score->id), STR_ARG(ctx->message));
    ctx_clear_error(ctx);
}

enum errc batch_inflate_scores(struct ingest *in, struct ctx *ctx, str project,
                               struct event_list *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->n; i++) {
        struct event *e = list->items[i];
        enum errc rc = e->kind == EVENT_SCORE ? score_inflate(in, ctx, project, &e->score) : ERR_OK;
        if (rc != ERR_OK && rc != ERR_INVALID)
            return rc;
        if (rc == ERR_OK)
            list->items[kept++] = e;
        else
            score_refused(in, ctx, &e->score);
    }
    list->n = kept;
    return ERR_OK;
}
