// SPDX-License-Identifier: MIT
// Frameworks whose input and output take more than two keys: Genkit, the AI SDK, Flue, Google ADK,
// Logfire's event list, Pydantic AI (ingestion.md 4.6).
#include "otlp/io_int.h"

// A member of a JSON attribute, else the whole of it.
static str member_or_whole(const struct source *s, enum key key, str member)
{
    const struct json *doc = any_json(s->a, attrs_get(s->set, key));
    const struct json *inner = json_get(doc, member);

    if (inner && !json_is(inner, JSON_NULL))
        return json_stored(s->a, inner);
    return doc ? json_stored(s->a, doc) : attrs_text(s->a, s->set, key);
}

bool io_genkit(const struct source *s, const struct rule *r UNUSED, struct io *out)
{
    out->input = member_or_whole(s, KEY_GENKIT_INPUT, STR("messages"));
    out->output = member_or_whole(s, KEY_GENKIT_OUTPUT, STR("message"));
    return true;
}

// An assistant message of the AI SDK that has both text and tool calls.
static str ai_text_and_calls(const struct source *s)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    jw_object(&w);
    jw_kstr(&w, STR("role"), STR("assistant"));
    jw_key(&w, STR("content"));
    any_write(&w, attrs_get(s->set, KEY_AI_RESPONSE_TEXT));
    jw_key(&w, STR("tool_calls"));
    any_write(&w, attrs_get(s->set, KEY_AI_RESPONSE_TOOL_CALLS));
    jw_object_end(&w);
    return arena_str(s->a, buf_str(&b));
}

static str first_present(const struct source *s, const enum key *keys)
{
    for (; *keys != KEY_NONE; keys++) {
        if (attrs_get(s->set, *keys))
            return attrs_text(s->a, s->set, *keys);
    }
    return STR_NONE;
}

bool io_ai_sdk(const struct source *s, const struct rule *r, struct io *out)
{
    static const enum key outputs[] = {KEY_AI_RESULT_TEXT,
                                       KEY_AI_TOOL_CALL_RESULT,
                                       KEY_AI_RESPONSE_OBJECT,
                                       KEY_AI_RESULT_OBJECT,
                                       KEY_AI_RESPONSE_TOOL_CALLS,
                                       KEY_AI_RESULT_TOOL_CALLS,
                                       KEY_NONE};
    struct io fallback = {STR_NONE, STR_NONE};

    out->input = first_present(s, r->input);
    if (attrs_get(s->set, KEY_AI_RESPONSE_TEXT) && attrs_get(s->set, KEY_AI_RESPONSE_TOOL_CALLS))
        out->output = ai_text_and_calls(s);
    else if (attrs_truthy(s->set, KEY_AI_RESPONSE_TEXT))
        out->output = attrs_text(s->a, s->set, KEY_AI_RESPONSE_TEXT);
    else
        out->output = first_present(s, outputs);
    if (!str_some(out->input) || !str_some(out->output))
        io_gen_ai(s, r, &fallback);
    out->input = str_some(out->input) ? out->input : fallback.input;
    out->output = str_some(out->output) ? out->output : fallback.output;
    return true;
}

static str decoded(const struct source *s, str text)
{
    const struct json *doc = str_some(text) ? json_try(s->a, text) : NULL;

    return doc ? json_stored(s->a, doc) : text;
}

bool io_flue(const struct source *s, const struct rule *r, struct io *out)
{
    *out = (struct io){decoded(s, io_pick(s, r->input)), decoded(s, io_pick(s, r->output))};
    return io_any(out);
}

static bool blank(str text)
{
    return text.n == 0 || str_eq(text, STR("{}"));
}

bool io_adk(const struct source *s, const struct rule *r, struct io *out)
{
    str input = attrs_text(s->a, s->set, r->input[0]),
        output = attrs_text(s->a, s->set, r->output[0]);

    out->input = blank(input) ? attrs_text(s->a, s->set, r->input[1]) : input;
    out->output = blank(output) ? attrs_text(s->a, s->set, r->output[1]) : output;
    return out->input.n || out->output.n;
}

static bool is_choice(const struct json *item)
{
    return str_eq(json_str(json_get(item, STR("event.name"))), STR("gen_ai.choice"));
}

// Logfire: one list of events, of which the first choice is the output.
bool io_logfire_events(const struct source *s, const struct rule *r UNUSED, struct io *out)
{
    AUTO(buf_fini) struct buf b = {0};
    str text = attrs_text(s->a, s->set, KEY_EVENTS);
    const struct json *list = text.n ? json_try(s->a, text) : NULL, *choice = NULL;
    struct jw w;

    buf_init(&b, text.n + 64);
    if (!json_is(list, JSON_ARRAY) || json_len(list) == 0)
        return false;
    jw_init(&w, &b);
    jw_array(&w);
    for (struct json_iter it = json_iter(list); json_next(&it);) {
        choice = choice || !is_choice(it.value) ? choice : it.value;
        if (is_choice(it.value))
            continue;
        jw_raw(&w, STR(""));
        json_dump(&b, it.value);
    }
    jw_array_end(&w);
    out->input = arena_str(s->a, buf_str(&b));
    out->output = json_stored(s->a, choice);
    return true;
}

bool io_pydantic(const struct source *s, const struct rule *r, struct io *out)
{
    if (!attrs_first(s->set, r->input) && !attrs_first(s->set, r->output))
        return false;
    out->input = messages_with_system(s->a, s->set, r->input[0]);
    out->output = attrs_text(s->a, s->set, r->output[0]);
    return true;
}
