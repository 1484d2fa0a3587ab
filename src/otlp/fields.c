// SPDX-License-Identifier: MIT
// Single values of an observation and its trace: who wins when several attributes say the same thing
// (ingestion.md 4.4). Each value is a list of keys in order of precedence; lists end with KEY_NONE.
#include "otlp/mapping.h"

#include "base/limits.h"
#include "model/usage.h"

static const enum key user_keys[] = {
    KEY_LF_USER_ID,
    KEY_USER_ID,
    KEY_LF_OBS_METADATA_LANGFUSE_USER_ID,
    KEY_LF_TRACE_METADATA_LANGFUSE_USER_ID,
    KEY_AI_TELEMETRY_METADATA_USER_ID,
    KEY_NONE,
};
static const enum key session_keys[] = {
    KEY_LF_SESSION_ID,
    KEY_SESSION_ID,
    KEY_GEN_AI_CONVERSATION_ID,
    KEY_LF_OBS_METADATA_LANGFUSE_SESSION_ID,
    KEY_LF_TRACE_METADATA_LANGFUSE_SESSION_ID,
    KEY_AI_TELEMETRY_METADATA_SESSION_ID,
    KEY_NONE,
};
static const enum key tag_keys[] = {
    KEY_LF_TRACE_TAGS,
    KEY_LF_TAGS,
    KEY_LF_OBS_METADATA_LANGFUSE_TAGS,
    KEY_LF_TRACE_METADATA_LANGFUSE_TAGS,
    KEY_AI_TELEMETRY_METADATA_TAGS,
    KEY_TAG_TAGS,
    KEY_NONE,
};
static const enum key model_keys[] = {
    KEY_LF_OBS_MODEL_NAME,  KEY_GEN_AI_RESPONSE_MODEL, KEY_AI_MODEL_ID, KEY_GEN_AI_REQUEST_MODEL,
    KEY_LLM_RESPONSE_MODEL, KEY_LLM_MODEL_NAME,        KEY_MODEL,       KEY_NONE,
};
static const enum key environment_keys[] = {
    KEY_LF_ENVIRONMENT,
    KEY_DEPLOYMENT_ENVIRONMENT_NAME,
    KEY_DEPLOYMENT_ENVIRONMENT,
    KEY_NONE,
};
// Any of these, when truthy, says something of the trace (4.8).
static const enum key trace_keys[] = {
    KEY_LF_TRACE_NAME,
    KEY_LF_TRACE_INPUT,
    KEY_LF_TRACE_OUTPUT,
    KEY_LF_TRACE_METADATA,
    KEY_LF_TRACE_PUBLIC,
    KEY_LF_TRACE_TAGS,
    KEY_USER_ID,
    KEY_SESSION_ID,
    KEY_LF_USER_ID,
    KEY_LF_SESSION_ID,
    KEY_LF_OBS_METADATA_LANGFUSE_USER_ID,
    KEY_LF_OBS_METADATA_LANGFUSE_SESSION_ID,
    KEY_LF_OBS_METADATA_LANGFUSE_TAGS,
    KEY_AI_TELEMETRY_METADATA_USER_ID,
    KEY_AI_TELEMETRY_METADATA_SESSION_ID,
    KEY_AI_TELEMETRY_METADATA_TAGS,
    KEY_TAG_TAGS,
    KEY_NONE,
};

// "<functionId>:<operation>" for the AI SDK.
static str operation_name(const struct converter *c)
{
    const struct attr_set *set = &c->span.attrs;
    str operation = attrs_text(c->a, set, KEY_AI_OPERATION_ID);
    const struct any *function = attrs_truthy(set, KEY_AI_TELEMETRY_FUNCTION_ID);

    if (!function)
        return operation;
    return arena_cat(c->a, arena_cat(c->a, any_text(c->a, function), STR(":")), operation);
}

str map_name(const struct converter *c)
{
    const struct attr_set *set = &c->span.attrs;

    if (attrs_truthy(set, KEY_GEN_AI_TOOL_NAME))
        return attrs_text(c->a, set, KEY_GEN_AI_TOOL_NAME);
    if (attrs_get(set, KEY_GENKIT_NAME))
        return attrs_text(c->a, set, KEY_GENKIT_NAME);
    if (attrs_truthy(set, KEY_LOGFIRE_MSG))
        return attrs_text(c->a, set, KEY_LOGFIRE_MSG);
    if (attrs_get(set, KEY_AI_TOOL_CALL_NAME))
        return attrs_text(c->a, set, KEY_AI_TOOL_CALL_NAME);
    if (attrs_get(set, KEY_AI_OPERATION_ID))
        return operation_name(c);
    return c->span.name;
}

// A failed evaluation that the OpenRouter gateway reports back: only the raw request in its completion
// still knows the environment.
static str environment_openrouter(const struct converter *c)
{
    const struct attr_set *set = &c->span.attrs;

    if (!str_eq(attrs_text(c->a, &c->resource, KEY_SERVICE_NAME), STR("openrouter")) ||
        !str_eq(attrs_text(c->a, set, KEY_OPENROUTER_SOURCE), STR("openrouter")))
        return STR_NONE;
    const struct json *completion = any_json(c->a, attrs_get(set, KEY_GEN_AI_COMPLETION));
    const struct json *trace = json_get(json_get(completion, STR("rawRequest")), STR("trace"));
    str environment = json_str(json_get(trace, STR("environment")));
    if (!json_is(json_get(completion, STR("completion")), JSON_NULL))
        return STR_NONE;
    return str_eq(environment, STR("langfuse-llm-as-a-judge")) ? environment : STR_NONE;
}

str map_environment(const struct converter *c)
{
    const struct any *v = NULL;

    for (const enum key *key = environment_keys; !v && *key != KEY_NONE; key++) {
        v = attrs_truthy(&c->span.attrs, *key);
        if (!v)
            v = attrs_truthy(&c->resource, *key);
    }
    if (v)
        return environment_normalize(c->a, v->type == ANY_STRING ? v->text : STR_NONE);
    return environment_normalize(c->a, environment_openrouter(c));
}

static str span_else_resource(const struct converter *c, enum key on_span, enum key on_resource)
{
    const struct any *v = attrs_truthy(&c->span.attrs, on_span);

    return any_text(c->a, v ? v : attrs_truthy(&c->resource, on_resource));
}

str map_version(const struct converter *c)
{
    return span_else_resource(c, KEY_LF_VERSION, KEY_SERVICE_VERSION);
}

str map_release(const struct converter *c)
{
    return span_else_resource(c, KEY_LF_RELEASE, KEY_LF_RELEASE);
}

str map_user(const struct converter *c)
{
    return any_text(c->a, attrs_first(&c->span.attrs, user_keys));
}

str map_session(const struct converter *c)
{
    return any_text(c->a, attrs_first(&c->span.attrs, session_keys));
}

str map_model(const struct converter *c)
{
    const struct attr_set *set = &c->span.attrs;
    const struct any *v = attrs_first(set, model_keys);

    if (!v && str_eq(attrs_text(c->a, set, KEY_GENKIT_METADATA_SUBTYPE), STR("model")))
        v = attrs_truthy(set, KEY_GENKIT_NAME);
    return any_text(c->a, v);
}

// ---- tags

struct tags {
    struct arena *a;
    str *items;
    size_t n, cap, n_cut;
};

static void tag_add(struct tags *t, str tag)
{
    tag = str_trim(tag);
    for (size_t i = 0; i < t->n; i++) {
        if (str_eq(t->items[i], tag))
            return;
    }
    if (t->n >= LIMIT_TAGS)
        t->n_cut++;
    if (tag.n == 0 || t->n >= LIMIT_TAGS)
        return;
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 8;
        str *items = ARENA_ARRAY(t->a, str, cap);
        if (!items)
            return;
        if (t->n)
            memcpy(items, t->items, t->n * sizeof(items[0]));
        t->items = items;
        t->cap = cap;
    }
    t->items[t->n++] = tag;
}

static void tags_from_text(struct tags *t, str text)
{
    const struct json *list = text.n && text.p[0] == '[' ? json_try(t->a, text) : NULL;
    str part;

    if (json_is(list, JSON_ARRAY)) {
        for (struct json_iter it = json_iter(list); json_next(&it);)
            tag_add(t, json_is(it.value, JSON_STRING) ? json_str(it.value)
                                                      : json_text(t->a, it.value));
        return;
    }
    for (str rest = text; str_next(&rest, ',', &part);)
        tag_add(t, part);
}

struct tag_list map_tags(const struct converter *c)
{
    const struct any *v = attrs_first(&c->span.attrs, tag_keys);
    struct tags t = {.a = c->a};

    if (!v)
        return (struct tag_list){0};
    if (v->type == ANY_ARRAY) {
        for (size_t i = 0; i < v->array.n; i++)
            tag_add(&t, any_text(c->a, &v->array.items[i]));
    } else {
        tags_from_text(&t, any_text(c->a, v));
    }
    return (struct tag_list){t.items, t.n, t.n_cut};
}

bool map_is_agent(const struct converter *c)
{
    str operation = attrs_text(c->a, &c->span.attrs, KEY_GEN_AI_OPERATION_NAME);

    return str_eq(operation, STR("invoke_agent")) || str_eq(operation, STR("agent_step"));
}

bool map_says_trace(const struct converter *c)
{
    return (c->span.attrs.families & FAMILY_TRACE_METADATA) ||
           attrs_first(&c->span.attrs, trace_keys);
}
