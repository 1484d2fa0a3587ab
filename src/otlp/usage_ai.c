// SPDX-License-Identifier: MIT
// Usage of Vercel AI SDK spans up to version 6 (ingestion.md 4.11, scope "ai"): counts in ai.usage.* and
// gen_ai.usage.*, details in the provider's own metadata. Input and output are always set, and the
// details are taken off them.
#include "otlp/mapping.h"

#include "model/usage.h"

// A count inside ai.response.providerMetadata; used when the key is not set yet.
static const struct detail {
    str path[4]; // provider first
    str key;
} details[] = {
    {{STR_INIT("openai"), STR_INIT("cachedPromptTokens")}, STR_INIT("input_cached_tokens")},
    {{STR_INIT("openai"), STR_INIT("acceptedPredictionTokens")},
     STR_INIT("accepted_prediction_tokens")},
    {{STR_INIT("openai"), STR_INIT("rejectedPredictionTokens")},
     STR_INIT("rejected_prediction_tokens")},
    {{STR_INIT("openai"), STR_INIT("reasoningTokens")}, STR_INIT("output_reasoning_tokens")},
    {{STR_INIT("anthropic"), STR_INIT("usage"), STR_INIT("cache_creation_input_tokens")},
     STR_INIT("input_cache_creation")},
    {{STR_INIT("anthropic"), STR_INIT("usage"), STR_INIT("cache_read_input_tokens")},
     STR_INIT("input_cached_tokens")},
    {{STR_INIT("anthropic"), STR_INIT("usage"), STR_INIT("cache_creation"),
      STR_INIT("ephemeral_5m_input_tokens")},
     STR_INIT("input_cache_creation_5m")},
    {{STR_INIT("anthropic"), STR_INIT("usage"), STR_INIT("cache_creation"),
      STR_INIT("ephemeral_1h_input_tokens")},
     STR_INIT("input_cache_creation_1h")},
    {{STR_INIT("bedrock"), STR_INIT("usage"), STR_INIT("cacheReadInputTokens")},
     STR_INIT("input_cache_read")},
    {{STR_INIT("bedrock"), STR_INIT("usage"), STR_INIT("cacheWriteInputTokens")},
     STR_INIT("input_cache_write")},
    {{STR_INIT("bedrock"), STR_INIT("usage"), STR_INIT("cacheCreationInputTokens")},
     STR_INIT("input_cache_creation")},
};

static int64_t count_of(const struct usage_map *u, str key)
{
    int64_t n;

    return usage_get(u, key, &n) ? n : 0;
}

static void subtract(struct arena *a, struct usage_map *u, str key, str detail)
{
    int64_t n = count_of(u, key), d = count_of(u, detail);

    usage_set(a, u, key, n > d ? n - d : 0);
}

static bool count_attr(const struct attr_set *set, enum key key, int64_t *out)
{
    return any_i64(attrs_get(set, key), out) && *out >= 0;
}

static void attr_set_key(struct arena *a, const struct attr_set *set, enum key key,
                         struct usage_map *u, str name)
{
    int64_t n;

    if (count_attr(set, key, &n))
        usage_set(a, u, name, n);
}

static void provider_details(struct arena *a, const struct json *meta, struct usage_map *u)
{
    int64_t n, set_already;

    for (size_t i = 0; i < ARRAY_LEN(details); i++) {
        const struct json *v = meta;
        for (size_t j = 0; j < ARRAY_LEN(details[i].path) && details[i].path[j].p; j++)
            v = json_get(v, details[i].path[j]);
        if (json_i64(v, &n) && n >= 0 && !usage_get(u, details[i].key, &set_already))
            usage_set(a, u, details[i].key, n);
    }
}

// Anthropic counts both kinds of cache writes in one number as well.
static void split_cache_creation(struct arena *a, struct usage_map *u)
{
    int64_t n;

    if (!usage_get(u, STR("input_cache_creation"), &n))
        return;
    subtract(a, u, STR("input_cache_creation"), STR("input_cache_creation_5m"));
    subtract(a, u, STR("input_cache_creation"), STR("input_cache_creation_1h"));
}

void usage_ai_sdk(struct arena *a, const struct attr_set *set, struct usage_map *usage)
{
    int64_t input = 0, output = 0;

    if (!count_attr(set, KEY_GEN_AI_USAGE_PROMPT_TOKENS, &input))
        count_attr(set, KEY_GEN_AI_USAGE_INPUT_TOKENS, &input);
    if (!count_attr(set, KEY_GEN_AI_USAGE_COMPLETION_TOKENS, &output))
        count_attr(set, KEY_GEN_AI_USAGE_OUTPUT_TOKENS, &output);
    usage_set(a, usage, STR("input"), input > 0 ? input : 0);
    usage_set(a, usage, STR("output"), output > 0 ? output : 0);
    attr_set_key(a, set, KEY_AI_USAGE_TOKENS, usage, STR("total"));
    attr_set_key(a, set, KEY_AI_USAGE_CACHED_INPUT_TOKENS, usage, STR("input_cached_tokens"));
    attr_set_key(a, set, KEY_AI_USAGE_REASONING_TOKENS, usage, STR("output_reasoning_tokens"));
    provider_details(a, any_json(a, attrs_get(set, KEY_AI_RESPONSE_PROVIDER_METADATA)), usage);
    split_cache_creation(a, usage);
    subtract(a, usage, STR("input"), STR("input_cached_tokens"));
    subtract(a, usage, STR("input"), STR("input_cache_creation"));
    subtract(a, usage, STR("input"), STR("input_cache_creation_5m"));
    subtract(a, usage, STR("input"), STR("input_cache_creation_1h"));
    subtract(a, usage, STR("input"), STR("input_cache_read"));
    subtract(a, usage, STR("output"), STR("output_reasoning_tokens"));
}
