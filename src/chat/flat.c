// SPDX-License-Identifier: MIT
// Messages spread over flat keys, as OpenInference and Traceloop exporters write them:
//   llm.input_messages.0.message.role, llm.input_messages.0.message.tool_calls.0.tool_call.function.name
//   gen_ai.prompt.0.role, gen_ai.completion.0.content, gen_ai.prompt.1.tool_calls.0.arguments
// Numbers and the words "message", "tool_call", "function", "message_content" only say where a field
// belongs; the last word says which it is.
#include "base/limits.h"
#include "chat/chat_int.h"

struct flat_key {
    size_t message, item; // positions: of the message, and of the call or part in it
    bool call, part;
    str field;
};

static bool prefix_strip(str *key)
{
    static const str prefixes[] = {STR_INIT("llm.input_messages."),
                                   STR_INIT("llm.output_messages."), STR_INIT("gen_ai.prompt."),
                                   STR_INIT("gen_ai.completion.")};

    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (!str_starts(*key, prefixes[i]))
            continue;
        *key = str_skip(*key, prefixes[i].n);
        return true;
    }
    return false;
}

static bool flat_parse(str key, struct flat_key *out)
{
    bool first = true;
    int64_t n;

    *out = (struct flat_key){0};
    if (!prefix_strip(&key))
        return false;
    for (str rest = key, word; str_next(&rest, '.', &word);) {
        bool number = str_to_i64(word, &n) && n >= 0 && n < LIMIT_CHAT_MESSAGES;
        if (number && first)
            out->message = (size_t)n;
        else if (number)
            out->item = (size_t)n;
        else if (first)
            return false;
        out->call = out->call || str_eq(word, STR("tool_calls"));
        out->part = out->part || str_eq(word, STR("contents"));
        out->field = word;
        first = false;
    }
    return true;
}

static struct chat_message *flat_message(struct chat_reader *r, size_t base, size_t at,
                                         int32_t role)
{
    while (r->n <= base + at) {
        if (!message_open(r, role))
            return NULL;
    }
    return &r->messages[base + at];
}

static struct chat_call *flat_call(struct chat_reader *r, struct chat_message *m, size_t at)
{
    while (m->n_calls <= at) {
        if (at >= LIMIT_CHAT_PARTS || r->n_parts++ >= LIMIT_CHAT_PARTS ||
            !arena_grow(r->a, (void **)&m->calls, m->n_calls, &m->cap_calls, sizeof(*m->calls)))
            return NULL;
        m->calls[m->n_calls++] = (struct chat_call){0};
    }
    return &m->calls[at];
}

static void call_field(struct chat_call *call, str field, str value)
{
    if (str_eq(field, STR("name")))
        call->name = value;
    else if (str_eq(field, STR("arguments")))
        call->args = value;
    else if (str_eq(field, STR("id")))
        call->id = value;
}

static void part_field(struct chat_reader *r, struct chat_message *m, str field, str value)
{
    bool text = str_eq(field, STR("text")) || str_eq(field, STR("content"));
    bool url = str_eq(field, STR("url"));
    struct chat_part part = {.type = url ? CHAT_IMAGE : CHAT_TEXT};

    if ((!text && !url) || r->n_parts++ >= LIMIT_CHAT_PARTS ||
        !arena_grow(r->a, (void **)&m->parts, m->n_parts, &m->cap_parts, sizeof(part)))
        return;
    *(url ? &part.url : &part.text) = value;
    m->parts[m->n_parts++] = part;
}

static void message_field(struct chat_reader *r, struct chat_message *m, str field, str value)
{
    int32_t role = str_eq(field, STR("role")) ? role_parse(value, true) : -1;

    if (role >= 0)
        m->role = role;
    else if (str_eq(field, STR("name")))
        m->name = value;
    else if (str_eq(field, STR("tool_call_id")))
        m->call_id = value;
    else
        part_field(r, m, field, value);
}

static void flat_take(struct chat_reader *r, size_t base, const struct json_iter *it, int32_t role)
{
    struct flat_key key;

    if (!flat_parse(it->key, &key))
        return;
    str value = json_is(it->value, JSON_STRING) ? json_str(it->value) : json_text(r->a, it->value);
    struct chat_message *m = flat_message(r, base, key.message, role);
    struct chat_call *call = m && key.call ? flat_call(r, m, key.item) : NULL;
    if (call)
        call_field(call, key.field, value);
    else if (m && key.part)
        part_field(r, m, key.field, value);
    else if (m && !key.call)
        message_field(r, m, key.field, value);
}

bool messages_collect_flat(struct chat_reader *r, const struct json *object, int32_t role)
{
    struct flat_key key;
    struct json_iter first = json_iter(object);
    size_t base = r->n;

    if (!json_next(&first) || !flat_parse(first.key, &key))
        return false;
    for (struct json_iter it = json_iter(object); json_next(&it) && !r->cut;)
        flat_take(r, base, &it, role);
    return r->n > base;
}
