// SPDX-License-Identifier: MIT
// Model parameters (ingestion.md 4.10) as one JSON object: numbers stay numbers, text stays text,
// anything else becomes its JSON text. The first source that has any wins.
#include "otlp/mapping.h"

static const struct ai_parameter {
    str name;
    enum key key, fallback;
} ai_parameters[] = {
    {STR_INIT("maxSteps"), KEY_AI_SETTINGS_MAX_STEPS, KEY_NONE},
    {STR_INIT("toolChoice"), KEY_AI_PROMPT_TOOL_CHOICE, KEY_NONE},
    {STR_INIT("maxTokens"), KEY_GEN_AI_REQUEST_MAX_TOKENS, KEY_NONE},
    {STR_INIT("finishReason"), KEY_GEN_AI_RESPONSE_FINISH_REASONS, KEY_GEN_AI_FINISH_REASON},
    {STR_INIT("system"), KEY_GEN_AI_SYSTEM, KEY_AI_MODEL_PROVIDER},
    {STR_INIT("maxRetries"), KEY_AI_SETTINGS_MAX_RETRIES, KEY_NONE},
    {STR_INIT("mode"), KEY_AI_SETTINGS_MODE, KEY_NONE},
    {STR_INIT("temperature"), KEY_GEN_AI_REQUEST_TEMPERATURE, KEY_NONE},
};

// A JSON value as a parameter: other than string and number becomes text; null stays (scope ai only).
static void parameter_write(struct jw *w, struct arena *a, str key, const struct json *v)
{
    jw_key(w, key);
    if (json_is(v, JSON_STRING) || json_is(v, JSON_NUMBER))
        jw_raw(w, json_text(a, v));
    else
        jw_str(w, json_text(a, v));
}

static void object_write(struct jw *w, struct arena *a, const struct json *object)
{
    for (struct json_iter it = json_iter(object); json_next(&it);)
        parameter_write(w, a, it.key, it.value);
}

static bool is_object(const struct json *v)
{
    return json_is(v, JSON_OBJECT);
}

// request.config sits deeper in the output of older Genkit versions.
static const struct json *genkit_config(const struct converter *c)
{
    const struct json *input = any_json(c->a, attrs_get(&c->span.attrs, KEY_GENKIT_INPUT));
    const struct json *output = any_json(c->a, attrs_get(&c->span.attrs, KEY_GENKIT_OUTPUT));
    const struct json *config = json_get(input, STR("config"));

    if (!config)
        config = json_get(json_get(output, STR("request")), STR("config"));
    return is_object(config) ? config : NULL;
}

static str ai_service_tier(const struct converter *c)
{
    const struct json *meta =
        any_json(c->a, attrs_get(&c->span.attrs, KEY_AI_RESPONSE_PROVIDER_METADATA));
    const struct json *tier = json_get(json_get(meta, STR("openai")), STR("serviceTier"));

    if (json_truthy(tier))
        return json_stored(c->a, tier);
    return any_text(c->a, attrs_truthy(&c->span.attrs, KEY_GEN_AI_REQUEST_SERVICE_TIER));
}

// The AI SDK: always the same keys, text or null, overlaid by the client's own parameters.
static void ai_write(const struct converter *c, struct jw *w, const struct json *over)
{
    const struct attr_set *set = &c->span.attrs;

    for (size_t i = 0; i < ARRAY_LEN(ai_parameters); i++) {
        const struct ai_parameter *p = &ai_parameters[i];
        const struct any *v = attrs_get(set, p->key);
        if (!v && p->fallback != KEY_NONE)
            v = attrs_get(set, p->fallback);
        if (!json_get(over, p->name))
            jw_kstr(w, p->name, any_text(c->a, v));
    }
    if (!json_get(over, STR("service_tier")))
        jw_kstr(w, STR("service_tier"), ai_service_tier(c));
    object_write(w, c->a, over);
}

static void any_parameter_write(struct jw *w, str key, const struct any *v)
{
    jw_key(w, key);
    if (v->type == ANY_INT || v->type == ANY_DOUBLE)
        any_write(w, v);
    else
        any_write_text(w, v);
}

// gen_ai.request.* and llm.invocation_parameters.* except the model.
static void request_write(const struct converter *c, struct jw *w)
{
    const struct attr_set *set = &c->span.attrs;

    for (size_t i = 0; i < set->n; i++) {
        unsigned family = set->items[i].families & (FAMILY_GEN_AI_REQUEST | FAMILY_LLM_PARAMS);
        str name = family ? str_skip(set->items[i].key, key_family_prefix(family).n) : STR_NONE;
        if (name.n && !str_eq(name, STR("model")))
            any_parameter_write(w, name, &set->items[i].value);
    }
}

static const struct json *json_object(const struct converter *c, enum key key)
{
    const struct json *v = any_json(c->a, attrs_get(&c->span.attrs, key));

    return is_object(v) ? v : NULL;
}

static void parameters_write(const struct converter *c, struct jw *w)
{
    const struct json *own = json_object(c, KEY_LF_OBS_MODEL_PARAMETERS), *found = own;

    if (scope_is(c, STR(SCOPE_AI))) {
        ai_write(c, w, own);
        return;
    }
    if (!found && scope_is(c, STR(SCOPE_GENKIT)))
        found = genkit_config(c);
    if (!found)
        found = json_object(c, KEY_LLM_INVOCATION_PARAMETERS);
    if (!found)
        found = json_object(c, KEY_MODEL_CONFIG);
    if (found)
        object_write(w, c->a, found);
    else
        request_write(c, w);
}

str map_parameters(const struct converter *c)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, 16u << 20);
    jw_init(&w, &b);
    jw_object(&w);
    parameters_write(c, &w);
    jw_object_end(&w);
    if (b.len <= 2 || !buf_ok(&b))
        return STR("{}");
    return arena_str(c->a, buf_str(&b));
}
