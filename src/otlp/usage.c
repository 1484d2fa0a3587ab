// SPDX-License-Identifier: MIT
// Usage and cost of a span (ingestion.md 4.11): what the client says outright, else the conventions of
// its framework. Token counts of conventions include their details (cached, reasoning ...), ours do
// not: details are taken off, so that every token is counted once.
#include "otlp/mapping.h"

#include "model/usage.h"

#define COUNTS_MAX  64u
#define ALIASES_MAX 8

enum alias_role { ROLE_INPUT, ROLE_OUTPUT, ROLE_TOTAL, ROLE_OF_INPUT, ROLE_OF_OUTPUT };

// One result key and the names that mean it, best first.
static const struct alias {
    str key;
    enum alias_role role;
    str names[ALIASES_MAX];
} aliases[] = {
    {STR_INIT("input"),
     ROLE_INPUT,
     {STR_INIT("prompt_tokens"), STR_INIT("input_tokens"), STR_INIT("prompt")}},
    {STR_INIT("output"),
     ROLE_OUTPUT,
     {STR_INIT("completion_tokens"), STR_INIT("output_tokens"), STR_INIT("completion")}},
    {STR_INIT("total"), ROLE_TOTAL, {STR_INIT("total_tokens"), STR_INIT("total")}},
    {STR_INIT("input_cached_tokens"),
     ROLE_OF_INPUT,
     {STR_INIT("cache_read.input_tokens"), STR_INIT("cache_read_input_tokens"),
      STR_INIT("cache_read_tokens"), STR_INIT("details.cache_read_tokens"),
      STR_INIT("details.cache_read_input_tokens"), STR_INIT("prompt_details.cache_read"),
      STR_INIT("input_cached_tokens")}},
    {STR_INIT("input_cache_creation"),
     ROLE_OF_INPUT,
     {STR_INIT("cache_creation.input_tokens"), STR_INIT("cache_creation_input_tokens"),
      STR_INIT("cache_write_tokens"), STR_INIT("details.cache_write_tokens"),
      STR_INIT("details.cache_creation_input_tokens"), STR_INIT("prompt_details.cache_write"),
      STR_INIT("input_cache_creation")}},
    {STR_INIT("output_reasoning_tokens"),
     ROLE_OF_OUTPUT,
     {STR_INIT("reasoning.output_tokens"), STR_INIT("completion_details.reasoning")}},
    {STR_INIT("output_audio_tokens"), ROLE_OF_OUTPUT, {STR_INIT("completion_details.audio")}},
};

struct count {
    str name; // without the prefix
    int64_t value;
};

struct counts {
    struct count items[COUNTS_MAX];
    size_t n;
};

static void count_set(struct counts *c, str name, int64_t value)
{
    for (size_t i = 0; i < c->n; i++) {
        if (str_eq(c->items[i].name, name)) {
            c->items[i].value = value;
            return;
        }
    }
    if (c->n < COUNTS_MAX)
        c->items[c->n++] = (struct count){name, value};
}

static bool count_get(const struct counts *c, str name, int64_t *out)
{
    for (size_t i = 0; i < c->n; i++) {
        if (str_eq(c->items[i].name, name)) {
            *out = c->items[i].value;
            return true;
        }
    }
    return false;
}

static void counts_collect(const struct attr_set *set, struct counts *out)
{
    out->n = 0;
    for (size_t i = 0; i < set->n; i++) {
        const struct attr *item = &set->items[i];
        unsigned family = item->families & (FAMILY_GEN_AI_USAGE | FAMILY_LLM_TOKENS);
        int64_t value;
        if (family && item->id != KEY_GEN_AI_USAGE_COST && any_i64(&item->value, &value) &&
            value >= 0)
            count_set(out, str_skip(item->key, key_family_prefix(family).n), value);
    }
}

static bool alias_value(const struct alias *alias, const struct counts *c, int64_t *out)
{
    for (size_t i = 0; i < ALIASES_MAX && alias->names[i].p; i++) {
        if (count_get(c, alias->names[i], out))
            return true;
    }
    return false;
}

static bool is_alias(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        for (size_t j = 0; j < ALIASES_MAX && aliases[i].names[j].p; j++) {
            if (str_eq(aliases[i].names[j], name))
                return true;
        }
    }
    return false;
}

static int64_t floor_zero(int64_t v)
{
    return v > 0 ? v : 0;
}

static void generic(struct arena *a, const struct counts *c, struct usage_map *usage)
{
    int64_t of_input = 0, of_output = 0, value;

    for (size_t i = 0; i < c->n; i++) {
        str name = c->items[i].name;
        if (!is_alias(name))
            usage_set(a, usage, str_starts(name, STR("details.")) ? str_skip(name, 8) : name,
                      c->items[i].value);
    }
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        if (!alias_value(&aliases[i], c, &value))
            continue;
        usage_set(a, usage, aliases[i].key, value);
        if (aliases[i].role == ROLE_OF_INPUT && __builtin_add_overflow(of_input, value, &of_input))
            of_input = INT64_MAX;
        if (aliases[i].role == ROLE_OF_OUTPUT &&
            __builtin_add_overflow(of_output, value, &of_output))
            of_output = INT64_MAX;
    }
    for (size_t i = 0; i < usage->n; i++) {
        struct usage_item *item = &usage->items[i];
        if (str_eq(item->key, STR("input")))
            item->value = floor_zero(item->value - of_input);
        else if (str_eq(item->key, STR("output")))
            item->value = floor_zero(item->value - of_output);
    }
}

// Google ADK before 2.3 reports cached tokens only inside the response it copied.
static void adk_cached(struct arena *a, const struct attr_set *set, struct usage_map *usage)
{
    const struct json *response = any_json(a, attrs_get(set, KEY_GCP_VERTEX_AGENT_LLM_RESPONSE));
    const struct json *meta = json_get(response, STR("usage_metadata"));
    int64_t cached, input;

    if (usage_get(usage, STR("input_cached_tokens"), &cached))
        return;
    if (!json_i64(json_get(meta, STR("cached_content_token_count")), &cached) || cached <= 0)
        return;
    usage_set(a, usage, STR("input_cached_tokens"), cached);
    if (usage_get(usage, STR("input"), &input))
        usage_set(a, usage, STR("input"), floor_zero(input - cached));
}

static void genkit(struct arena *a, const struct attr_set *set, struct usage_map *out)
{
    const struct json *usage =
        json_get(any_json(a, attrs_get(set, KEY_GENKIT_OUTPUT)), STR("usage"));
    int64_t input, output, total, thoughts = 0;

    json_i64(json_get(usage, STR("thoughtsTokens")), &thoughts);
    if (json_i64(json_get(usage, STR("inputTokens")), &input) && input > 0)
        usage_set(a, out, STR("input"), input);
    if (json_i64(json_get(usage, STR("outputTokens")), &output) && output > 0)
        usage_set(a, out, STR("output"), floor_zero(output - thoughts));
    if (json_i64(json_get(usage, STR("totalTokens")), &total) && total > 0)
        usage_set(a, out, STR("total"), total);
    if (thoughts > 0)
        usage_set(a, out, STR("output_reasoning"), thoughts);
}

// What the client says outright. True when it settles the matter, even with nothing.
static bool outright(const struct converter *c, enum key key, const struct json **out)
{
    const struct any *v = attrs_get(&c->span.attrs, key);

    *out = any_json(c->a, v);
    return v && (v->type != ANY_STRING || *out);
}

void map_usage(const struct converter *c, struct usage_map *usage)
{
    const struct attr_set *set = &c->span.attrs;
    const struct json *said;
    struct counts counts;

    if (outright(c, KEY_LF_OBS_USAGE_DETAILS, &said)) {
        if (usage_details_read(c->a, said, usage) != ERR_OK)
            *usage = (struct usage_map){0};
        return;
    }
    if (scope_is(c, STR(SCOPE_GENKIT))) {
        genkit(c->a, set, usage);
    } else if (scope_is(c, STR(SCOPE_AI))) {
        usage_ai_sdk(c->a, set, usage);
    } else if (set->families & (FAMILY_GEN_AI_USAGE | FAMILY_LLM_TOKENS)) {
        counts_collect(set, &counts);
        generic(c->a, &counts, usage);
        if (scope_is(c, STR(SCOPE_ADK)))
            adk_cached(c->a, set, usage);
    }
}

static bool total_cost(const struct any *v, picos *out)
{
    double d;

    if (!any_number(v, &d) || d < 0)
        return false;
    if (v->type != ANY_STRING || !picos_parse(str_trim(v->text), out))
        *out = picos_from_double(d);
    return true;
}

void map_cost(const struct converter *c, struct cost_map *cost)
{
    const struct attr_set *set = &c->span.attrs;
    const struct json *said;
    picos total;

    if (outright(c, KEY_LF_OBS_COST_DETAILS, &said))
        cost_details_read(c->a, said, true, cost);
    else if (total_cost(attrs_get(set, KEY_GEN_AI_USAGE_COST), &total) ||
             total_cost(attrs_get(set, KEY_LLM_COST_TOTAL), &total))
        cost_set(c->a, cost, STR("total"), total);
}
