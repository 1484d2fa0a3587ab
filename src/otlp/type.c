// SPDX-License-Identifier: MIT
// The observation's type (ingestion.md 4.5): mappers in order of priority; the first that applies and
// knows the value wins, otherwise the next is asked. A mapper is a row: the function, and the words it
// understands.
#include "otlp/mapping.h"

struct word {
    str text;
    int32_t type;
};

struct mapper {
    int32_t (*fn)(const struct converter *c, const struct mapper *m);
    enum key key; // for by_word
    const struct word *words;
    size_t n_words;
};

static int32_t word_type(const struct word *words, size_t n, str text)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(words[i].text, text))
            return words[i].type;
    }
    return OBSERVATION_NONE;
}

// An attribute whose value is one of the mapper's words.
static int32_t by_word(const struct converter *c, const struct mapper *m)
{
    const struct any *v = attrs_get(&c->span.attrs, m->key);

    return v && v->type == ANY_STRING ? word_type(m->words, m->n_words, v->text) : OBSERVATION_NONE;
}

static bool has_any(const struct converter *c, const enum key *keys)
{
    for (; *keys != KEY_NONE; keys++) {
        if (attrs_has(&c->span.attrs, *keys))
            return true;
    }
    return false;
}

// langfuse-sdk 3.3 and older (python) says "span" for everything.
static bool version_at_most_3_3(str version)
{
    int64_t major, minor;
    str rest = version, part;

    if (!version.n)
        return true;
    if (!str_next(&rest, '.', &part) || !str_to_i64(part, &major))
        return false;
    if (!str_next(&rest, '.', &part) || !str_to_i64(part, &minor))
        minor = 0;
    return major < 3 || (major == 3 && minor <= 3);
}

static int32_t old_python_sdk(const struct converter *c, const struct mapper *m)
{
    static const enum key generation_keys[] = {
        KEY_LF_OBS_MODEL_NAME,       KEY_LF_OBS_COST_DETAILS,
        KEY_LF_OBS_USAGE_DETAILS,    KEY_LF_OBS_COMPLETION_START_TIME,
        KEY_LF_OBS_MODEL_PARAMETERS, KEY_LF_OBS_PROMPT_NAME,
        KEY_LF_OBS_PROMPT_VERSION,
    };
    const struct attr_set *set = &c->span.attrs;

    if (!str_eq(attrs_text(c->a, set, m->key), STR("span")) || !scope_is(c, STR(SCOPE_LANGFUSE)) ||
        !str_eq(attrs_text(c->a, &c->resource, KEY_TELEMETRY_SDK_LANGUAGE), STR("python")) ||
        !version_at_most_3_3(c->scope.version))
        return OBSERVATION_NONE;
    for (size_t i = 0; i < ARRAY_LEN(generation_keys); i++) {
        if (attrs_get(set, generation_keys[i]))
            return OBSERVATION_GENERATION;
    }
    return OBSERVATION_NONE;
}

// The AI SDK's operation: operation.name starts with it, or ai.operationId is it.
static int32_t operation_type(const struct converter *c, const struct mapper *m)
{
    str name = attrs_text(c->a, &c->span.attrs, KEY_OPERATION_NAME);
    str id = attrs_text(c->a, &c->span.attrs, KEY_AI_OPERATION_ID);

    for (size_t i = 0; i < m->n_words; i++) {
        if (str_starts(name, m->words[i].text) || str_eq(id, m->words[i].text))
            return m->words[i].type;
    }
    return OBSERVATION_NONE;
}

static int32_t ai_sdk_call(const struct converter *c, const struct mapper *m)
{
    static const enum key model_keys[] = {KEY_LF_OBS_MODEL_NAME, KEY_AI_MODEL_ID,
                                          KEY_GEN_AI_REQUEST_MODEL, KEY_GEN_AI_RESPONSE_MODEL,
                                          KEY_NONE};

    return has_any(c, model_keys) ? operation_type(c, m) : OBSERVATION_NONE;
}

static int32_t gen_ai_tool(const struct converter *c, const struct mapper *m UNUSED)
{
    static const enum key keys[] = {KEY_GEN_AI_TOOL_NAME, KEY_GEN_AI_TOOL_CALL_ID, KEY_NONE};

    return has_any(c, keys) ? OBSERVATION_TOOL : OBSERVATION_NONE;
}

static int32_t flue(const struct converter *c, const struct mapper *m UNUSED)
{
    static const enum key tool[] = {KEY_FLUE_TOOL_NAME, KEY_FLUE_TOOL_CALL_ID, KEY_NONE};
    static const enum key agent[] = {KEY_FLUE_TASK_ID, KEY_FLUE_TASK_AGENT, KEY_NONE};

    if (has_any(c, tool))
        return OBSERVATION_TOOL;
    return has_any(c, agent) ? OBSERVATION_AGENT : OBSERVATION_NONE;
}

static int32_t livekit(const struct converter *c, const struct mapper *m)
{
    return scope_is(c, STR(SCOPE_LIVEKIT)) ? word_type(m->words, m->n_words, c->span.name)
                                           : OBSERVATION_NONE;
}

static int32_t any_model(const struct converter *c, const struct mapper *m UNUSED)
{
    static const enum key keys[] = {KEY_LF_OBS_MODEL_NAME,
                                    KEY_GEN_AI_REQUEST_MODEL,
                                    KEY_GEN_AI_RESPONSE_MODEL,
                                    KEY_LLM_MODEL_NAME,
                                    KEY_MODEL,
                                    KEY_NONE};

    return has_any(c, keys) ? OBSERVATION_GENERATION : OBSERVATION_NONE;
}

static const struct word langfuse_words[] = {
    {STR_INIT("span"), OBSERVATION_SPAN},
    {STR_INIT("event"), OBSERVATION_EVENT},
    {STR_INIT("generation"), OBSERVATION_GENERATION},
    {STR_INIT("embedding"), OBSERVATION_EMBEDDING},
    {STR_INIT("agent"), OBSERVATION_AGENT},
    {STR_INIT("tool"), OBSERVATION_TOOL},
    {STR_INIT("chain"), OBSERVATION_CHAIN},
    {STR_INIT("retriever"), OBSERVATION_RETRIEVER},
    {STR_INIT("guardrail"), OBSERVATION_GUARDRAIL},
    {STR_INIT("evaluator"), OBSERVATION_EVALUATOR},
};
static const struct word openinference_words[] = {
    {STR_INIT("CHAIN"), OBSERVATION_CHAIN},         {STR_INIT("RETRIEVER"), OBSERVATION_RETRIEVER},
    {STR_INIT("LLM"), OBSERVATION_GENERATION},      {STR_INIT("EMBEDDING"), OBSERVATION_EMBEDDING},
    {STR_INIT("AGENT"), OBSERVATION_AGENT},         {STR_INIT("TOOL"), OBSERVATION_TOOL},
    {STR_INIT("GUARDRAIL"), OBSERVATION_GUARDRAIL}, {STR_INIT("EVALUATOR"), OBSERVATION_EVALUATOR},
};
static const struct word gen_ai_words[] = {
    {STR_INIT("chat"), OBSERVATION_GENERATION},
    {STR_INIT("completion"), OBSERVATION_GENERATION},
    {STR_INIT("text_completion"), OBSERVATION_GENERATION},
    {STR_INIT("generate_content"), OBSERVATION_GENERATION},
    {STR_INIT("generate"), OBSERVATION_GENERATION},
    {STR_INIT("embeddings"), OBSERVATION_EMBEDDING},
    {STR_INIT("invoke_agent"), OBSERVATION_AGENT},
    {STR_INIT("create_agent"), OBSERVATION_AGENT},
    {STR_INIT("execute_tool"), OBSERVATION_TOOL},
};
static const struct word genkit_words[] = {
    {STR_INIT("model"), OBSERVATION_GENERATION},
    {STR_INIT("background-model"), OBSERVATION_GENERATION},
    {STR_INIT("embedder"), OBSERVATION_EMBEDDING},
    {STR_INIT("tool"), OBSERVATION_TOOL},
    {STR_INIT("tool.v2"), OBSERVATION_TOOL},
    {STR_INIT("retriever"), OBSERVATION_RETRIEVER},
    {STR_INIT("evaluator"), OBSERVATION_EVALUATOR},
};
static const struct word ai_call_words[] = {
    {STR_INIT("ai.generateText.doGenerate"), OBSERVATION_GENERATION},
    {STR_INIT("ai.streamText.doStream"), OBSERVATION_GENERATION},
    {STR_INIT("ai.generateObject.doGenerate"), OBSERVATION_GENERATION},
    {STR_INIT("ai.streamObject.doStream"), OBSERVATION_GENERATION},
    {STR_INIT("ai.embedMany.doEmbed"), OBSERVATION_EMBEDDING},
    {STR_INIT("ai.embed.doEmbed"), OBSERVATION_EMBEDDING},
};
static const struct word ai_other_words[] = {{STR_INIT("ai.toolCall"), OBSERVATION_TOOL}};
static const struct word livekit_words[] = {
    {STR_INIT("agent_turn"), OBSERVATION_AGENT},
    {STR_INIT("start_agent_activity"), OBSERVATION_AGENT},
    {STR_INIT("function_tool"), OBSERVATION_TOOL},
};

#define WORDS(list) (list), ARRAY_LEN(list)
static const struct mapper mappers[] = {
    {old_python_sdk, KEY_LF_OBS_TYPE, NULL, 0},
    {by_word, KEY_LF_OBS_TYPE, WORDS(langfuse_words)},
    {by_word, KEY_OPENINFERENCE_SPAN_KIND, WORDS(openinference_words)},
    {by_word, KEY_GEN_AI_OPERATION_NAME, WORDS(gen_ai_words)},
    {by_word, KEY_GENKIT_METADATA_SUBTYPE, WORDS(genkit_words)},
    {ai_sdk_call, KEY_NONE, WORDS(ai_call_words)},
    {operation_type, KEY_NONE, WORDS(ai_other_words)},
    {gen_ai_tool, KEY_NONE, NULL, 0},
    {flue, KEY_NONE, NULL, 0},
    {livekit, KEY_NONE, WORDS(livekit_words)},
    {any_model, KEY_NONE, NULL, 0},
};

int32_t map_type(const struct converter *c)
{
    for (size_t i = 0; i < ARRAY_LEN(mappers); i++) {
        int32_t type = mappers[i].fn(c, &mappers[i]);
        if (type != OBSERVATION_NONE)
            return type;
    }
    return OBSERVATION_SPAN;
}
