// SPDX-License-Identifier: MIT
// Level, status message, first-token time, prompt link and experiment fields of an observation
// (ingestion.md 4.3, 4.4).
#include "otlp/mapping.h"

#include <math.h>

#define PROMPT_VERSION_MAX 65535

static const struct level_alias {
    str name;
    int32_t level;
} level_aliases[] = {
    {STR_INIT("DEBUG"), LEVEL_DEBUG},     {STR_INIT("TRACE"), LEVEL_DEBUG},
    {STR_INIT("VERBOSE"), LEVEL_DEBUG},   {STR_INIT("DEFAULT"), LEVEL_DEFAULT},
    {STR_INIT("INFO"), LEVEL_DEFAULT},    {STR_INIT("LOG"), LEVEL_DEFAULT},
    {STR_INIT("NOTICE"), LEVEL_DEFAULT},  {STR_INIT("OK"), LEVEL_DEFAULT},
    {STR_INIT("SUCCESS"), LEVEL_DEFAULT}, {STR_INIT("WARNING"), LEVEL_WARNING},
    {STR_INIT("WARN"), LEVEL_WARNING},    {STR_INIT("ERROR"), LEVEL_ERROR},
    {STR_INIT("FATAL"), LEVEL_ERROR},     {STR_INIT("CRITICAL"), LEVEL_ERROR},
};

// LiveKit spans of plumbing rather than of the conversation.
static const str livekit_debug[] = {
    STR_INIT("user_speaking"),
    STR_INIT("eou_detection"),
    STR_INIT("llm_request_run"),
    STR_INIT("tts_node"),
    STR_INIT("tts_request"),
    STR_INIT("tts_request_run"),
    STR_INIT("tts_stream_adapter"),
    STR_INIT("agent_speaking"),
    STR_INIT("drain_agent_activity"),
    STR_INIT("on_exit"),
    STR_INIT("on_enter"),
    STR_INIT("llm_fallback_adapter"),
    STR_INIT("tts_fallback_adapter"),
    STR_INIT("start_agent_activity"),
};

int32_t map_level(const struct converter *c)
{
    str said = str_trim(attrs_text(c->a, &c->span.attrs, KEY_LF_OBS_LEVEL));

    for (size_t i = 0; said.n && i < ARRAY_LEN(level_aliases); i++) {
        if (str_eq_nocase(said, level_aliases[i].name))
            return level_aliases[i].level;
    }
    if (c->span.error)
        return LEVEL_ERROR;
    for (size_t i = 0; scope_is(c, STR(SCOPE_LIVEKIT)) && i < ARRAY_LEN(livekit_debug); i++) {
        if (str_eq(c->span.name, livekit_debug[i]))
            return LEVEL_DEBUG;
    }
    return LEVEL_DEFAULT;
}

str map_status_message(const struct converter *c)
{
    str said = attrs_text(c->a, &c->span.attrs, KEY_LF_OBS_STATUS_MESSAGE);

    return str_some(said) ? said : c->span.status_message;
}

// An ISO time, or (old SDKs) the same as JSON text.
static millis time_from_text(const struct converter *c, str text)
{
    const struct json *quoted = text.n && text.p[0] == '"' ? json_try(c->a, text) : NULL;
    millis t;

    return time_parse_iso(quoted ? json_str(quoted) : text, &t) ? t : MILLIS_NONE;
}

millis map_completion_start(const struct converter *c, millis start)
{
    const struct attr_set *set = &c->span.attrs;
    const struct any *wait = attrs_get(set, KEY_AI_RESPONSE_MS_TO_FIRST_CHUNK);
    double ms;

    if (attrs_truthy(set, KEY_LF_OBS_COMPLETION_START_TIME))
        return time_from_text(c, attrs_text(c->a, set, KEY_LF_OBS_COMPLETION_START_TIME));
    if (!wait)
        wait = attrs_get(set, KEY_AI_STREAM_MS_TO_FIRST_CHUNK);
    if (!any_number(wait, &ms) || ms < 0 || ms > (double)MILLIS_DAY * 365)
        return MILLIS_NONE;
    ms = ceil(ms);
    return start + (millis)ms;
}

static int64_t prompt_version(const struct any *v)
{
    int64_t n;

    return any_i64(v, &n) && n >= 0 && n <= PROMPT_VERSION_MAX ? n : INT64_MIN;
}

// The AI SDK carries the link as JSON text in its telemetry metadata.
static void prompt_from_ai(const struct converter *c, str *name, int64_t *version)
{
    const struct json *v =
        any_json(c->a, attrs_get(&c->span.attrs, KEY_AI_TELEMETRY_METADATA_LANGFUSE_PROMPT));
    int64_t n;

    *name = json_str(json_get(v, STR("name")));
    if (json_i64(json_get(v, STR("version")), &n) && n >= 0 && n <= PROMPT_VERSION_MAX)
        *version = n;
}

void map_prompt(const struct converter *c, str *name, int64_t *version)
{
    const struct attr_set *set = &c->span.attrs;
    const struct any *n = attrs_truthy(set, KEY_LF_OBS_PROMPT_NAME),
                     *v = attrs_truthy(set, KEY_LF_OBS_PROMPT_VERSION);

    if (!n)
        n = attrs_truthy(set, KEY_LF_PROMPT_NAME);
    if (!v)
        v = attrs_truthy(set, KEY_LF_PROMPT_VERSION);
    *name = any_text(c->a, n);
    *version = prompt_version(v);
    if (!n)
        prompt_from_ai(c, name, version);
}

// ---- experiments

static const struct experiment_field {
    enum key key;
    str name;
} experiment_fields[] = {
    {KEY_LF_EXP_ID, STR_INIT("id")},
    {KEY_LF_EXP_NAME, STR_INIT("name")},
    {KEY_LF_EXP_DESCRIPTION, STR_INIT("description")},
    {KEY_LF_EXP_DATASET_ID, STR_INIT("datasetId")},
    {KEY_LF_EXP_ITEM_ID, STR_INIT("itemId")},
    {KEY_LF_EXP_ITEM_EXPECTED_OUTPUT, STR_INIT("itemExpectedOutput")},
    {KEY_LF_EXP_ITEM_ROOT_OBSERVATION_ID, STR_INIT("itemRootSpanId")},
};

// langfuse.experiment[.item].metadata (JSON text) overlaid by .metadata.<k>.
static void experiment_metadata(const struct converter *c, struct jw *w, str name, enum key whole)
{
    const struct attr_set *set = &c->span.attrs;
    str prefix = key_text(whole);

    jw_key(w, name);
    jw_object(w);
    const struct json *base = any_json(c->a, attrs_get(set, whole));
    for (struct json_iter it = json_iter(json_is(base, JSON_OBJECT) ? base : NULL);
         json_next(&it);) {
        jw_key(w, it.key);
        jw_raw(w, json_text(c->a, it.value));
    }
    for (size_t i = 0; i < set->n; i++) {
        str key = set->items[i].key;
        if (key.n <= prefix.n + 1 || !str_starts(key, prefix) || key.p[prefix.n] != '.')
            continue;
        jw_key(w, str_skip(key, prefix.n + 1));
        any_write(w, &set->items[i].value);
    }
    jw_object_end(w);
}

static void experiment_write(const struct converter *c, struct jw *w)
{
    const struct attr_set *set = &c->span.attrs;
    millis version;

    jw_object(w);
    for (size_t i = 0; i < ARRAY_LEN(experiment_fields); i++) {
        const struct any *v = attrs_get(set, experiment_fields[i].key);
        if (v)
            jw_kstr(w, experiment_fields[i].name, any_text(c->a, v));
    }
    version = time_from_text(c, attrs_text(c->a, set, KEY_LF_EXP_ITEM_VERSION));
    if (version != MILLIS_NONE)
        jw_ktime(w, STR("itemVersion"), version);
    experiment_metadata(c, w, STR("metadata"), KEY_LF_EXP_METADATA);
    experiment_metadata(c, w, STR("itemMetadata"), KEY_LF_EXP_ITEM_METADATA);
    jw_object_end(w);
}

str map_experiment(const struct converter *c)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    if (!(c->span.attrs.families & FAMILY_EXPERIMENT))
        return STR_NONE;
    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    experiment_write(c, &w);
    return buf_ok(&b) ? arena_str(c->a, buf_str(&b)) : STR_NONE;
}
