// SPDX-License-Identifier: MIT
// One message object: its role, who speaks, thinking, content and calls, wherever they stand.
#include "base/limits.h"
#include "chat/chat_int.h"

bool message_open(struct chat_reader *r, int32_t role)
{
    if (r->n >= LIMIT_CHAT_MESSAGES)
        r->cut = true;
    if (r->cut || !arena_grow(r->a, (void **)&r->messages, r->n, &r->cap, sizeof(*r->messages)))
        return false;
    r->messages[r->n++] = (struct chat_message){.role = role};
    return true;
}

static bool bare(const struct chat_message *m)
{
    return m->n_parts == 0 && m->n_calls == 0;
}

// Messages that were opened for parts which then spoke for others.
static void bare_drop(struct chat_reader *r, size_t first)
{
    size_t kept = first;

    for (size_t i = first; i < r->n; i++) {
        if (!bare(&r->messages[i]))
            r->messages[kept++] = r->messages[i];
    }
    r->n = kept > first ? kept : first + (r->n > first);
}

static void thinking_read(struct chat_reader *r, const struct json *v, int32_t role, unsigned depth)
{
    if (json_is(v, JSON_STRING))
        part_add(r, role, (struct chat_part){.type = CHAT_THINKING, .text = json_str(v)});
    else if (json_is(v, JSON_ARRAY))
        content_read(r, v, role, depth + 1);
}

static str speaker(const struct json *object, int32_t role)
{
    str name = json_str(json_get(object, STR("name")));

    if (name.n || role != CHAT_TOOL)
        return name;
    return keys_str(object, &keys_name);
}

static void results_read(struct chat_reader *r, const struct json *list, unsigned depth)
{
    for (struct json_iter it = json_iter(json_is(list, JSON_ARRAY) ? list : NULL); json_next(&it);)
        part_read(r, it.value, CHAT_TOOL, depth + 1);
}

void message_read(struct chat_reader *r, const struct json *object, int32_t role, unsigned depth)
{
    const struct json *more = json_get(object, STR("additional_kwargs"));
    const struct json *calls = keys_get(object, &keys_calls);
    const struct json *content = keys_get(object, &keys_content);
    size_t first = r->n;

    if (!message_open(r, role))
        return;
    r->messages[first].name = speaker(object, role);
    if (role == CHAT_TOOL)
        r->messages[first].call_id = keys_str(object, &keys_call_id);
    thinking_read(r, keys_get(object, &keys_thinking), role, depth);
    thinking_read(r, keys_get(more, &keys_thinking), role, depth);
    if (content)
        content_read(r, content, role, depth);
    if (calls || more)
        calls_read(r, calls ? calls : keys_get(more, &keys_calls), role);
    results_read(r, json_get(object, STR("toolResults")), depth);
    bare_drop(r, first);
}

static uint64_t mix(uint64_t h, str s)
{
    return (h ^ str_hash(s)) * UINT64_C(0x9e3779b97f4a7c15) + s.n;
}

void messages_hash(struct chat_message *m, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t h = mix((uint64_t)m[i].role + 1, STR_NONE);
        for (size_t k = 0; k < m[i].n_parts; k++) {
            const struct chat_part *p = &m[i].parts[k];
            if (p->type != CHAT_THINKING) // frameworks don't send it back
                h = mix(mix(h, p->text), p->url);
        }
        for (size_t k = 0; k < m[i].n_calls; k++)
            h = mix(mix(h, m[i].calls[k].name), m[i].calls[k].args);
        m[i].hash = h;
    }
}

str chat_text(struct arena *a, const struct chat_message *m)
{
    str out = STR_NONE;

    for (size_t i = 0; i < m->n_parts; i++) {
        str t = m->parts[i].type == CHAT_TEXT ? m->parts[i].text : STR_NONE;
        if (t.n)
            out = out.n ? arena_cat(a, arena_cat(a, out, STR("\n")), t) : t;
    }
    return out;
}
