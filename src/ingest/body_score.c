// SPDX-License-Identifier: MIT
// Score bodies (ingestion.md 2.9): the fields by table, then what depends on dataType - a table of
// value rules - and the one-subject rule. The second stage (score configs) is score_config.c.
#include "ingest/body.h"

#include "base/utf8.h"

#define ROW(name, kind, member, bit)                                           \
    {                                                                          \
        STR_INIT(name), kind, SINCE_EVENT, bit, offsetof(struct score, member) \
    }

static const struct body_field fields[] = {
    ROW("id", BODY_ID, id, BODY_NO_BIT),
    ROW("name", BODY_NAME_REQUIRED, name, SCORE_F_NAME),
    ROW("traceId", BODY_STR, trace_id, SCORE_F_TRACE_ID),
    ROW("sessionId", BODY_STR, session_id, SCORE_F_SESSION_ID),
    ROW("datasetRunId", BODY_STR, dataset_run_id, SCORE_F_RUN_ID),
    ROW("environment", BODY_ENVIRONMENT, environment, SCORE_F_ENVIRONMENT),
    ROW("observationId", BODY_STR, observation_id, SCORE_F_OBSERVATION_ID),
    ROW("comment", BODY_STR, comment, SCORE_F_COMMENT),
    ROW("metadata", BODY_METADATA, metadata, SCORE_F_METADATA),
    ROW("executionTraceId", BODY_STR, execution_trace_id, SCORE_F_EXECUTION_TRACE_ID),
    ROW("queueId", BODY_STR, queue_id, SCORE_F_QUEUE_ID),
    ROW("configId", BODY_STR, config_id, SCORE_F_CONFIG_ID),
};
static const struct body_schema schema = {fields, ARRAY_LEN(fields), SINCE_EVENT};

static void value_number(struct ctx *ctx, const struct path *at, const struct json *v,
                         struct score *s)
{
    if (!json_is(v, JSON_NUMBER) || !json_double(v, &s->value))
        issue_expected(ctx, at, "number", v);
}

static void value_boolean(struct ctx *ctx, const struct path *at, const struct json *v,
                          struct score *s)
{
    value_number(ctx, at, v, s);
    if (json_is(v, JSON_NUMBER) && s->value != 0 && s->value != 1)
        issue_custom(ctx, at,
                     "Value must be a number equal to either 0 or 1 for data type BOOLEAN");
}

static void value_label(struct ctx *ctx, const struct path *at, const struct json *v,
                        struct score *s)
{
    s->string_value = json_str(v);
    if (!str_some(s->string_value))
        issue_expected(ctx, at, "string", v);
}

static void value_text(struct ctx *ctx, const struct path *at, const struct json *v,
                       struct score *s)
{
    value_label(ctx, at, v, s);
    if (str_some(s->string_value) && s->string_value.n == 0)
        issue_too_short(ctx, at, 1);
    else if (utf8_units(s->string_value) > 500)
        issue_too_long(ctx, at, 500);
}

static void value_any(struct ctx *ctx, const struct path *at, const struct json *v, struct score *s)
{
    static const char *const branches[] = {"string", "number", NULL};

    if (json_is(v, JSON_STRING))
        value_label(ctx, at, v, s);
    else if (json_is(v, JSON_NUMBER))
        value_number(ctx, at, v, s);
    else
        issue_union(ctx, at, branches, v);
}

typedef void value_reader(struct ctx *ctx, const struct path *at, const struct json *v,
                          struct score *s);
static value_reader *const value_readers[SCORE_TYPE_COUNT] = {
    [SCORE_NONE] = value_any,        [SCORE_NUMERIC] = value_number,
    [SCORE_BOOLEAN] = value_boolean, [SCORE_CATEGORICAL] = value_label,
    [SCORE_TEXT] = value_text,       [SCORE_CORRECTION] = value_label,
};

static void read_value(struct ctx *ctx, const struct path *at, const struct json *body,
                       struct score *s)
{
    const struct json *type = json_get(body, STR("dataType"));
    struct path value = {at, STR("value")};

    s->data_type = score_type_parse(json_str(type));
    if (type && !s->data_type) {
        issue_discriminator(ctx, at, "dataType");
        return;
    }
    value_readers[s->data_type](ctx, &value, json_get(body, STR("value")), s);
    if (s->data_type == SCORE_CORRECTION && str_some(s->config_id))
        issue_custom(ctx, at, "configId must be absent for data type CORRECTION");
}

static void check_subject(struct ctx *ctx, const struct path *at, const struct score *s)
{
    static const str names[] = {STR_INIT("traceId"), STR_INIT("sessionId"),
                                STR_INIT("datasetRunId"), STR_INIT("observationId")};
    bool trace = s->trace_id.n > 0, session = s->session_id.n > 0, run = s->dataset_run_id.n > 0;
    bool observation = s->observation_id.n > 0;

    if (trace + session + run == 1 && (!observation || trace))
        return;
    str prefix = path_json(ctx->arena, at);
    str list =
        arena_fmt(ctx->arena, "%.*s%s", (int)(prefix.n - 1), prefix.p, prefix.n > 2 ? "," : "");
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        list =
            arena_fmt(ctx->arena, "%.*s%s\"%.*s\"", STR_ARG(list), i ? "," : "", STR_ARG(names[i]));
    issue_custom_paths(
        ctx, arena_cat(ctx->arena, list, STR("]")),
        "Provide exactly one of the following: traceId (with optional observationId), sessionId or "
        "datasetRunId. ObservationId requires traceId.");
}

static void read_source(struct ctx *ctx, const struct path *at, const struct json *body,
                        struct score *s)
{
    static const char *const options[] = {"API", "EVAL", "ANNOTATION", NULL};
    const struct json *v = json_get(body, STR("source"));
    struct path leaf = {at, STR("source")};

    s->source = v ? score_source_parse(json_str(v)) : SCORE_API;
    if (!s->source)
        issue_option(ctx, &leaf, options);
}

static str empty_to_none(str s)
{
    return s.n ? s : STR_NONE;
}

void score_body_read(struct ctx *ctx, const struct path *at, const struct body_source *src,
                     const struct json *body, struct event *e)
{
    struct score *s = &e->score;
    uint32_t before = ctx->n_issues;

    e->present = body_read(ctx, at, &schema, body, s);
    read_source(ctx, at, body, s);
    read_value(ctx, at, body, s);
    if (ctx->n_issues == before)
        check_subject(ctx, at, s);
    s->trace_id = empty_to_none(s->trace_id);
    s->session_id = empty_to_none(s->session_id);
    s->dataset_run_id = empty_to_none(s->dataset_run_id);
    s->observation_id = empty_to_none(s->observation_id);
    s->timestamp = e->at = src->envelope;
    s->sdk_name = src->sdk_name;
    s->sdk_version = src->sdk_version;
    s->api_key = src->api_key;
    e->present |= BIT(SCORE_F_TYPE) | BIT(SCORE_F_SOURCE) | BIT(SCORE_F_VALUE) |
                  BIT(SCORE_F_STRING_VALUE) | BIT(SCORE_F_LONG_STRING) | BIT(SCORE_F_TIMESTAMP);
}
