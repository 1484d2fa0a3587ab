// SPDX-License-Identifier: MIT
// Observation bodies (ingestion.md 2.6-2.8): Event, Span and Generation share one table (each member
// knows the schema that first has it); LegacyObservation is Generation with a type of its own.
#include "ingest/body.h"
#include "model/usage.h"

#define ROW(name, kind, since, member, bit)                                    \
    {                                                                          \
        STR_INIT(name), kind, since, bit, offsetof(struct observation, member) \
    }

static const struct body_field fields[] = {
    ROW("id", BODY_ID_REQUIRED, SINCE_EVENT, id, BODY_NO_BIT),
    ROW("traceId", BODY_ID, SINCE_EVENT, trace_id, BODY_NO_BIT),
    ROW("environment", BODY_ENVIRONMENT, SINCE_EVENT, environment, OBS_ENVIRONMENT),
    ROW("name", BODY_STR, SINCE_EVENT, name, OBS_NAME),
    ROW("startTime", BODY_TIME, SINCE_EVENT, start_time, OBS_START_TIME),
    ROW("metadata", BODY_METADATA, SINCE_EVENT, metadata, OBS_METADATA),
    ROW("input", BODY_IO, SINCE_EVENT, input, OBS_INPUT),
    ROW("output", BODY_IO, SINCE_EVENT, output, OBS_OUTPUT),
    ROW("level", BODY_LEVEL, SINCE_EVENT, level, OBS_LEVEL),
    ROW("statusMessage", BODY_STR, SINCE_EVENT, status_message, OBS_STATUS_MESSAGE),
    ROW("parentObservationId", BODY_STR, SINCE_EVENT, parent_id, OBS_PARENT_ID),
    ROW("version", BODY_STR, SINCE_EVENT, version, OBS_VERSION),
    ROW("endTime", BODY_TIME, SINCE_SPAN, end_time, OBS_END_TIME),
    ROW("completionStartTime", BODY_TIME, SINCE_GENERATION, completion_start_time,
        OBS_COMPLETION_START_TIME),
    ROW("model", BODY_STR, SINCE_GENERATION, model, OBS_MODEL),
    ROW("modelParameters", BODY_PARAMETERS, SINCE_GENERATION, model_parameters,
        OBS_MODEL_PARAMETERS),
    ROW("promptName", BODY_STR, SINCE_GENERATION, prompt_name, OBS_PROMPT_NAME),
    ROW("promptVersion", BODY_INT, SINCE_GENERATION, prompt_version, OBS_PROMPT_VERSION),
};

static const struct body_field legacy_id = ROW("id", BODY_ID, SINCE_EVENT, id, BODY_NO_BIT);

static const char *const units[] = {"TOKENS",   "CHARACTERS", "MILLISECONDS", "SECONDS", "IMAGES",
                                    "REQUESTS", NULL};

static void check_unit(struct ctx *ctx, const struct path *at, const struct json *v)
{
    for (size_t i = 0; units[i]; i++) {
        if (str_eq(json_str(v), str_c(units[i])))
            return;
    }
    issue_option(ctx, at, units);
}

// The deprecated shape (2.7): integers, unit, numbers; nulls are fine, unknown members are dropped.
static void usage_check(struct ctx *ctx, const struct path *at, const struct json *v)
{
    static const str ints[] = {
        STR_INIT("input"),        STR_INIT("output"),           STR_INIT("total"),
        STR_INIT("promptTokens"), STR_INIT("completionTokens"), STR_INIT("totalTokens")};
    static const str numbers[] = {STR_INIT("inputCost"), STR_INIT("outputCost"),
                                  STR_INIT("totalCost")};
    int64_t n;

    for (size_t i = 0; i < ARRAY_LEN(ints); i++) {
        const struct json *m = json_get(v, ints[i]);
        struct path leaf = {at, ints[i]};
        if (m && !json_is(m, JSON_NULL) && !json_i64(m, &n))
            issue_int(ctx, &leaf, m);
    }
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct json *m = json_get(v, numbers[i]);
        struct path leaf = {at, numbers[i]};
        if (m && !json_is(m, JSON_NULL) && !json_is(m, JSON_NUMBER))
            issue_expected(ctx, &leaf, "number", m);
    }
    const struct json *unit = json_get(v, STR("unit"));
    struct path leaf = {at, STR("unit")};
    if (unit && !json_is(unit, JSON_NULL))
        check_unit(ctx, &leaf, unit);
}

static bool given(const struct json *v)
{
    return v && !json_is(v, JSON_NULL);
}

static void read_usage(struct ctx *ctx, const struct path *at, const struct json *body,
                       struct event *e)
{
    struct observation *o = &e->observation;
    const struct json *usage = json_get(body, STR("usage"));
    const struct json *details = json_get(body, STR("usageDetails"));
    const struct json *cost = json_get(body, STR("costDetails"));
    struct path p_usage = {at, STR("usage")}, p_details = {at, STR("usageDetails")},
                p_cost = {at, STR("costDetails")};

    if (given(usage) && !json_is(usage, JSON_OBJECT))
        issue_expected(ctx, &p_usage, "object", usage);
    else if (given(usage))
        usage_check(ctx, &p_usage, usage);
    if (given(details) && usage_details_read(ctx->arena, details, &o->provided_usage) != ERR_OK)
        issue_expected(ctx, &p_details, "record", details);
    if (given(cost) && !json_is(cost, JSON_OBJECT))
        issue_expected(ctx, &p_cost, "record", cost);
    cost_details_read(ctx->arena, cost, false, &o->provided_cost);
    usage_legacy_apply(ctx->arena, usage, &o->provided_usage, &o->provided_cost);
    e->present |= BIT(OBS_PROVIDED_USAGE) | BIT(OBS_PROVIDED_COST);
}

// promptName and promptVersion come together or not at all (2.6).
static void check_prompt(struct ctx *ctx, const struct path *at, const struct observation *o)
{
    bool name = o->prompt_name.n > 0,
         version = o->prompt_version != INT64_MIN && o->prompt_version != 0;

    if (name != version)
        issue_custom(ctx, at,
                     "promptName and promptVersion must be either both set or both not set");
}

static int32_t legacy_type(struct ctx *ctx, const struct path *at, const struct json *body)
{
    static const char *const options[] = {"GENERATION", "SPAN", "EVENT", NULL};
    const struct json *v = json_get(body, STR("type"));
    struct path leaf = {at, STR("type")};

    for (size_t i = 0; options[i]; i++) {
        if (str_eq(json_str(v), str_c(options[i])))
            return observation_type_parse(json_str(v));
    }
    issue_option(ctx, &leaf, options);
    return OBSERVATION_NONE;
}

static unsigned schema_of(int32_t type)
{
    if (type == OBSERVATION_EVENT)
        return SINCE_EVENT;
    return type == OBSERVATION_SPAN ? SINCE_SPAN : SINCE_GENERATION;
}

void observation_body_read(struct ctx *ctx, const struct path *at, const struct body_source *src,
                           int32_t type, const struct json *body, struct event *e)
{
    struct observation *o = &e->observation;
    bool legacy = type == OBSERVATION_NONE;
    unsigned since = legacy ? SINCE_GENERATION : schema_of(type);

    const struct body_schema id = {legacy ? &legacy_id : fields, 1, since},
                             rest = {fields + 1, ARRAY_LEN(fields) - 1, since};
    e->present = body_read(ctx, at, &id, body, o) | body_read(ctx, at, &rest, body, o);
    if (legacy)
        type = legacy_type(ctx, at, body);
    if (since == SINCE_GENERATION) {
        read_usage(ctx, at, body, e);
        check_prompt(ctx, at, o);
    }
    o->type = type;
    o->source = SOURCE_BATCH;
    o->sdk_name = src->sdk_name;
    o->sdk_version = src->sdk_version;
    o->api_key = src->api_key;
    e->at = src->envelope;
    e->present |= BIT(OBS_TYPE);
    if (o->start_time == MILLIS_NONE)
        o->start_time = src->envelope;
    e->present |= BIT(OBS_START_TIME);
}
