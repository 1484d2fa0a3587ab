// SPDX-License-Identifier: MIT
// Both sides of an observation as one conversation, and the tools that it offered.
#include "base/limits.h"
#include "base/map.h"
#include "chat/chat_int.h"

static const str role_names[CHAT_ROLE_COUNT] = {STR_INIT("system"), STR_INIT("user"),
                                                STR_INIT("assistant"), STR_INIT("tool"),
                                                STR_INIT("other")};
static const str part_names[CHAT_PART_COUNT] = {STR_INIT("text"),  STR_INIT("thinking"),
                                                STR_INIT("image"), STR_INIT("audio"),
                                                STR_INIT("file"),  STR_INIT("json")};

str chat_role_name(int32_t role)
{
    return role_names[role];
}

str chat_part_type_name(int32_t type)
{
    return part_names[type];
}

static void text_message(struct chat_reader *r, int32_t role, int32_t type, str text)
{
    if (text.n && message_open(r, role))
        part_add(r, role, (struct chat_part){.type = type, .text = text});
}

// "user: ...\nassistant: ...": a buffer of a conversation. Where the words of the line's speaker end.
static int32_t line_speaker(str line, size_t *skip)
{
    static const struct {
        str word;
        int32_t role;
    } speakers[] = {{STR_INIT("user: "), CHAT_USER},
                    {STR_INIT("human: "), CHAT_USER},
                    {STR_INIT("assistant: "), CHAT_ASSISTANT},
                    {STR_INIT("ai: "), CHAT_ASSISTANT},
                    {STR_INIT("system: "), CHAT_SYSTEM}};

    for (size_t i = 0; i < ARRAY_LEN(speakers); i++) {
        *skip = speakers[i].word.n;
        if (str_eq_nocase(str_sub(line, 0, *skip), speakers[i].word))
            return speakers[i].role;
    }
    return -1;
}

static bool buffer_collect(struct chat_reader *r, str text)
{
    size_t skip;
    str words = STR_NONE;
    int32_t role = -1;

    if (line_speaker(text, &skip) < 0)
        return false;
    for (str rest = text, line; str_next(&rest, '\n', &line);) {
        int32_t next = line_speaker(line, &skip);
        if (next < 0) {
            words.n = (size_t)(line.p + line.n - words.p);
            continue;
        }
        if (role >= 0)
            text_message(r, role, CHAT_TEXT, str_trim(words));
        role = next;
        words = str_skip(line, skip);
    }
    text_message(r, role, CHAT_TEXT, str_trim(words));
    return true;
}

static bool texts_only(const struct json *array)
{
    bool any = false;

    for (struct json_iter it = json_iter(array); json_next(&it); any = true) {
        if (!json_is(it.value, JSON_STRING))
            return false;
    }
    return any;
}

// What is no conversation: a text under its one key, a list of texts, or JSON.
static void data_message(struct chat_reader *r, const struct json *v, int32_t role)
{
    const struct key_list *keys = role == CHAT_USER ? &keys_preview_input : &keys_preview_output;
    str text = json_len(v) == 1 ? keys_str(v, keys) : STR_NONE;

    if (text.n) {
        text_message(r, role, CHAT_TEXT, text);
    } else if (json_is(v, JSON_ARRAY) && texts_only(v)) {
        for (struct json_iter it = json_iter(v); json_next(&it);)
            text_message(r, role, CHAT_TEXT, json_str(it.value));
    } else if (json_len(v)) {
        text_message(r, role, CHAT_JSON, json_text(r->a, v));
    }
}

// True when the side has messages, not only data.
static bool side_read(struct chat_reader *r, str stored, const struct json *v, int32_t role)
{
    if (!str_some(stored))
        return false;
    if (messages_collect(r, v, role, 0))
        return true;
    if (v) {
        data_message(r, v, role);
        return false;
    }
    if (buffer_collect(r, stored))
        return true;
    text_message(r, role, CHAT_TEXT, stored);
    return false;
}

// ---- Tools --------------------------------------------------------------------------------------

struct tools {
    struct arena *a;
    struct chat_tool *items;
    size_t n, cap;
    struct map *known;
};

static void tool_add(struct tools *t, str name, str description)
{
    void **slot = name.n && t->n < LIMIT_CHAT_TOOLS ? map_slot(t->known, name) : NULL;

    if (!slot || *slot || !arena_grow(t->a, (void **)&t->items, t->n, &t->cap, sizeof(*t->items)))
        return;
    t->items[t->n++] = (struct chat_tool){.name = name, .description = description};
    *slot = t; // only tells that it is known
}

static void tool_read(struct tools *t, str name, const struct json *v, unsigned depth)
{
    static const str inner[] = {STR_INIT("function"), STR_INIT("toolSpec"), STR_INIT("tool")};
    const struct json *own = json_is(v, JSON_STRING) ? json_inside(t->a, v) : v;
    const struct json *list = keys_get(own, &keys_tools);

    if (depth < 4 && json_is(list, JSON_ARRAY)) {
        for (struct json_iter it = json_iter(list); json_next(&it);)
            tool_read(t, STR_NONE, it.value, depth + 1);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(inner); i++) {
        const struct json *at = json_get(own, inner[i]);
        own = json_is(at, JSON_OBJECT) ? at : own;
    }
    str said = json_str(json_get(own, STR("name")));
    tool_add(t, said.n ? said : name, json_str(json_get(own, STR("description"))));
}

static void tools_of_input(struct tools *t, const struct json *input)
{
    const struct json *config = json_get(input, STR("config"));

    if (keys_get(input, &keys_tools))
        tool_read(t, STR_NONE, input, 0);
    if (keys_get(config, &keys_tools))
        tool_read(t, STR_NONE, config, 0);
}

static void tools_count(struct tools *t, const struct chat_message *m, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < m[i].n_calls; k++) {
            for (size_t j = 0; j < t->n; j++)
                t->items[j].called += str_eq(t->items[j].name, m[i].calls[k].name);
        }
    }
}

static void tools_read(struct arena *a, const struct json *input, str definitions, struct chat *c)
{
    struct tools t = {.a = a, .known = map_create(a, 8)};

    for (struct json_iter it = json_iter(json_try(a, definitions)); json_next(&it);)
        tool_read(&t, it.key, it.value, 0);
    tools_of_input(&t, input);
    tools_count(&t, c->messages + (c->n - c->n_answers), c->n_answers);
    c->tools = t.items;
    c->n_tools = t.n;
}

static const struct json *container(struct arena *a, str stored)
{
    str s = str_trim(stored);

    return s.n && (s.p[0] == '{' || s.p[0] == '[') ? json_try(a, s) : NULL;
}

// An agent's whole history as the input ends with the very answer that is the output.
static void answers_join(struct chat *c)
{
    size_t asked = c->n - c->n_answers;

    if (c->n_answers > asked)
        return;
    for (size_t i = 0; i < c->n_answers; i++) {
        const struct chat_message *told = &c->messages[asked - c->n_answers + i];
        if (told->role != CHAT_ASSISTANT || told->hash != c->messages[asked + i].hash)
            return;
    }
    c->n = asked;
}

bool chat_read(struct arena *a, str input, str output, str definitions, struct chat *out)
{
    struct chat_reader r = {.a = a};
    const struct json *in = container(a, input);

    *out = (struct chat){0};
    out->structured = side_read(&r, input, in, CHAT_USER);
    size_t asked = r.floor = r.n;
    if (side_read(&r, output, container(a, output), CHAT_ASSISTANT))
        out->structured = true;
    out->messages = r.messages;
    out->n = r.n;
    out->n_answers = r.n - asked;
    out->cut = r.cut;
    if (arena_failed(a) || r.n == 0)
        return false;
    messages_hash(out->messages, out->n);
    answers_join(out);
    tools_read(a, in, definitions, out);
    return !arena_failed(a);
}
