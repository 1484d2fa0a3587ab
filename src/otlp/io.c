// SPDX-License-Identifier: MIT
// Input and output of a span (ingestion.md 4.6): rules in order; the first that fires gives both sides.
// Most rules are pairs of key lists; frameworks that need code have a function (io_frameworks.c,
// io_events.c). Values stay text: strings verbatim, anything else compact JSON. `0`, `false` and "" are
// values here, unlike in the recorded system, but they do not make a rule fire.
#include "otlp/io_int.h"

// The first truthy value of a list, else the first that is there at all.
str io_pick(const struct source *s, const enum key *keys)
{
    const struct any *v = attrs_first(s->set, keys);

    for (; !v && *keys != KEY_NONE; keys++)
        v = attrs_get(s->set, *keys);
    return any_text(s->a, v);
}

bool io_pair(const struct source *s, const struct rule *r, struct io *out)
{
    if (!attrs_first(s->set, r->input) && !attrs_first(s->set, r->output))
        return false;
    *out = (struct io){io_pick(s, r->input), io_pick(s, r->output)};
    return true;
}

static bool langfuse(const struct source *s, const struct rule *r UNUSED, struct io *out)
{
    *out = (struct io){attrs_text(s->a, s->set, KEY_LF_OBS_INPUT),
                       attrs_text(s->a, s->set, KEY_LF_OBS_OUTPUT)};
    return io_any(out);
}

bool io_gen_ai(const struct source *s, const struct rule *r UNUSED, struct io *out)
{
    static const struct rule tool_call = {.input = {KEY_GEN_AI_TOOL_CALL_ARGUMENTS, KEY_NONE},
                                          .output = {KEY_GEN_AI_TOOL_CALL_RESULT, KEY_NONE}};

    if (!attrs_truthy(s->set, KEY_GEN_AI_INPUT_MESSAGES) &&
        !attrs_truthy(s->set, KEY_GEN_AI_OUTPUT_MESSAGES))
        return io_pair(s, &tool_call, out);
    out->input = messages_with_system(s->a, s->set, KEY_GEN_AI_INPUT_MESSAGES);
    out->output = attrs_text(s->a, s->set, KEY_GEN_AI_OUTPUT_MESSAGES);
    return true;
}

// True when P or P.<k> is there; names that only begin like P (gen_ai.prompt_id) do not count.
static bool has_family(const struct attr_set *set, unsigned family)
{
    size_t n = key_family_prefix(family).n;

    for (size_t i = 0; (set->families & family) && i < set->n; i++) {
        str key = set->items[i].key;
        if ((set->items[i].families & family) && (key.n == n || key.p[n] == '.'))
            return true;
    }
    return false;
}

static bool families(const struct source *s, unsigned input, unsigned output, struct io *out)
{
    if (!has_family(s->set, input) && !has_family(s->set, output))
        return false;
    out->input = nested_text(s->a, s->set->items, s->set->n, input);
    out->output = nested_text(s->a, s->set->items, s->set->n, output);
    return true;
}

static bool gen_ai_prompt(const struct source *s, const struct rule *r UNUSED, struct io *out)
{
    return families(s, FAMILY_PROMPT, FAMILY_COMPLETION, out);
}

static bool llm_messages(const struct source *s, const struct rule *r UNUSED, struct io *out)
{
    return families(s, FAMILY_LLM_INPUT, FAMILY_LLM_OUTPUT, out);
}

#define ONE(in, out)        \
    {KEY_##in, KEY_NONE},   \
    {                       \
        KEY_##out, KEY_NONE \
    }
#define ANY_SCOPE \
    {             \
        NULL, 0   \
    }
#define NO_KEYS  \
    {KEY_NONE},  \
    {            \
        KEY_NONE \
    }
static const struct rule rules[] = {
    {langfuse, NO_KEYS, ANY_SCOPE},
    {io_genkit, NO_KEYS, STR_INIT(SCOPE_GENKIT)},
    {io_ai_sdk,
     {KEY_AI_PROMPT_MESSAGES, KEY_AI_PROMPT, KEY_AI_TOOL_CALL_ARGS, KEY_NONE},
     {KEY_NONE},
     STR_INIT(SCOPE_AI)},
    {io_flue,
     {KEY_FLUE_TURN_INPUT, KEY_FLUE_TOOL_ARGUMENTS, KEY_FLUE_TASK_PROMPT, KEY_FLUE_WORKFLOW_PAYLOAD,
      KEY_NONE},
     {KEY_FLUE_TURN_OUTPUT, KEY_FLUE_TOOL_RESULT, KEY_FLUE_TASK_RESULT, KEY_FLUE_OPERATION_RESULT,
      KEY_FLUE_WORKFLOW_RESULT, KEY_NONE},
     STR_INIT(SCOPE_FLUE)},
    {io_event_details, NO_KEYS, ANY_SCOPE},
    {io_event_messages, NO_KEYS, ANY_SCOPE},
    {io_event_content, NO_KEYS, ANY_SCOPE},
    {io_adk,
     {KEY_GCP_VERTEX_AGENT_LLM_REQUEST, KEY_GCP_VERTEX_AGENT_TOOL_CALL_ARGS, KEY_NONE},
     {KEY_GCP_VERTEX_AGENT_LLM_RESPONSE, KEY_GCP_VERTEX_AGENT_TOOL_RESPONSE, KEY_NONE},
     ANY_SCOPE},
    {io_pair, ONE(PROMPT, ALL_MESSAGES_EVENTS), ANY_SCOPE},
    {io_pair,
     {KEY_LK_INPUT_TEXT, KEY_LK_USER_TRANSCRIPT, KEY_LK_CHAT_CTX, KEY_NONE},
     {KEY_LK_FUNCTION_TOOL_OUTPUT, KEY_LK_RESPONSE_TEXT, KEY_NONE},
     ANY_SCOPE},
    {io_logfire_events, NO_KEYS, ANY_SCOPE},
    {io_pair, ONE(MLFLOW_SPAN_INPUTS, MLFLOW_SPAN_OUTPUTS), ANY_SCOPE},
    {io_pair, ONE(TRACELOOP_ENTITY_INPUT, TRACELOOP_ENTITY_OUTPUT), ANY_SCOPE},
    {io_pair, ONE(INPUT_VALUE, OUTPUT_VALUE), ANY_SCOPE},
    {io_pair, ONE(INPUT, OUTPUT), ANY_SCOPE},
    {io_pydantic, ONE(PYDANTIC_AI_ALL_MESSAGES, FINAL_RESULT), STR_INIT(SCOPE_PYDANTIC)},
    {io_pair, ONE(TOOL_ARGUMENTS, TOOL_RESPONSE), ANY_SCOPE},
    {gen_ai_prompt, NO_KEYS, ANY_SCOPE},
    {llm_messages, NO_KEYS, ANY_SCOPE},
    {io_gen_ai, NO_KEYS, ANY_SCOPE},
};

bool io_source(const struct source *s, struct io *out)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (str_some(rules[i].scope) && !str_eq(s->scope, rules[i].scope))
            continue;
        *out = (struct io){STR_NONE, STR_NONE};
        if (rules[i].fn(s, &rules[i], out))
            return true;
    }
    *out = (struct io){STR_NONE, STR_NONE};
    return false;
}

static str truthy_or(const struct source *s, enum key key, str other)
{
    const struct any *v = attrs_truthy(s->set, key);

    return v ? any_text(s->a, v) : other;
}

void map_io(const struct converter *c, struct io *observation, struct io *trace)
{
    struct source s = {c->a, &c->span.attrs, c->span.events, c->span.n_events, c->scope.name};

    io_source(&s, observation);
    trace->input = truthy_or(&s, KEY_LF_TRACE_INPUT, attrs_text(c->a, s.set, KEY_LF_OBS_INPUT));
    trace->output = truthy_or(&s, KEY_LF_TRACE_OUTPUT, attrs_text(c->a, s.set, KEY_LF_OBS_OUTPUT));
    if (!io_any(trace))
        *trace = *observation;
}

void map_trace_io(const struct converter *c, struct io *trace)
{
    trace->input = any_text(c->a, attrs_truthy(&c->span.attrs, KEY_LF_TRACE_INPUT));
    trace->output = any_text(c->a, attrs_truthy(&c->span.attrs, KEY_LF_TRACE_OUTPUT));
}
