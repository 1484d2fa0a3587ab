// SPDX-License-Identifier: MIT
// Chat messages of the GenAI conventions: system instructions travel in an attribute of their own and
// are shown as the first message (ingestion.md 4.6, "System instructions").
#include "otlp/mapping.h"

static bool has_system(const struct json *messages)
{
    for (struct json_iter it = json_iter(messages); json_next(&it);) {
        if (str_eq(json_str(json_get(it.value, STR("role"))), STR("system")))
            return true;
    }
    return false;
}

static void instruction_add(struct buf *b, struct arena *a, const struct json *item)
{
    const struct json *content = json_is(item, JSON_OBJECT) ? json_get(item, STR("content")) : item;

    if (!content)
        content = json_get(item, STR("text"));
    if (!content)
        return;
    if (b->len)
        buf_add_char(b, '\n');
    buf_add(b, json_stored(a, content));
}

// The instructions as text: of an array, the items' contents, one a line.
static str instructions(struct arena *a, const struct any *v)
{
    AUTO(buf_fini) struct buf b = {0};
    str text = any_text(a, v);
    const struct json *doc = json_try(a, text);

    if (!json_is(doc, JSON_ARRAY))
        return doc ? json_stored(a, doc) : text;
    buf_init(&b, text.n + 1024);
    for (struct json_iter it = json_iter(doc); json_next(&it);)
        instruction_add(&b, a, it.value);
    return b.len ? arena_str(a, buf_str(&b)) : STR("");
}

static str prepend(struct arena *a, const struct json *messages, str first, size_t size)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, size);
    jw_init(&w, &b);
    jw_array(&w);
    jw_object(&w);
    jw_kstr(&w, STR("role"), STR("system"));
    jw_kstr(&w, STR("content"), first);
    jw_object_end(&w);
    for (struct json_iter it = json_iter(messages); json_next(&it);) {
        jw_raw(&w, STR(""));
        json_dump(&b, it.value);
    }
    jw_array_end(&w);
    return arena_str(a, buf_str(&b));
}

str messages_with_system(struct arena *a, const struct attr_set *set, enum key messages)
{
    const struct any *said = attrs_truthy(set, KEY_GEN_AI_SYSTEM_INSTRUCTIONS);
    str text = attrs_text(a, set, messages);

    if (!said || !text.n)
        return text;
    const struct json *list = json_try(a, text);
    if (!json_is(list, JSON_ARRAY) || has_system(list))
        return text;
    str first = instructions(a, said);
    return first.n ? prepend(a, list, first, 2 * text.n + 6 * first.n + 256) : text;
}
