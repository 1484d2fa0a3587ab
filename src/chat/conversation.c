// SPDX-License-Identifier: MIT
// Finding the messages in an input or output. A value is tried as a message, a part, flat keys, and
// then as a container of them; the first that fits decides. Each value is looked at once, so the
// time is linear in the size of the text.
#include "base/limits.h"
#include "base/utf8.h"
#include "chat/chat_int.h"

// Pydantic AI's messages are requests and responses.
static int32_t role_of_kind(const struct json *object)
{
    str kind = json_str(json_get(object, STR("kind")));

    if (!json_is(json_get(object, STR("parts")), JSON_ARRAY))
        return -1;
    if (str_eq(kind, STR("request")))
        return CHAT_USER;
    return str_eq(kind, STR("response")) ? CHAT_ASSISTANT : -1;
}

// The keys that may tell the role. Only `role` may hold a word that we do not know (*word); the others
// are common keys of data, too.
static int32_t role_of(const struct json *object, str *word)
{
    static const str keys[] = {STR_INIT("type"), STR_INIT("from"), STR_INIT("_type"),
                               STR_INIT("author")};
    const str said = json_str(json_get(object, STR("role")));
    int32_t role = said.n ? role_parse(said, true) : -1;

    *word = said.n && role < 0 ? said : STR_NONE;
    if (said.n)
        return role < 0 ? CHAT_OTHER : role;
    for (size_t i = 0; i < ARRAY_LEN(keys) && role < 0; i++) {
        str text = json_str(json_get(object, keys[i]));
        role = text.n ? role_parse(text, false) : -1;
    }
    return role >= 0 && keys_present(object, &keys_content) ? role : role_of_kind(object);
}

static bool only_content(const struct json *object)
{
    static const str beside[] = {STR_INIT("content"), STR_INIT("index"), STR_INIT("finish_reason"),
                                 STR_INIT("finishReason"), STR_INIT("stop_reason")};
    const struct key_list known = {beside, ARRAY_LEN(beside)};

    for (struct json_iter it = json_iter(object); json_next(&it);) {
        if (!keys_have(&known, it.key))
            return false;
    }
    return json_is(json_get(object, STR("content")), JSON_STRING);
}

static bool message_try(struct chat_reader *r, const struct json *object, int32_t role,
                        unsigned depth)
{
    str word;
    int32_t own = role_of(object, &word);
    size_t first = r->n;

    if (own < 0 && !keys_get(object, &keys_calls) && !only_content(object))
        return false;
    message_read(r, object, own < 0 ? role : own, depth);
    if (word.n && r->n > first && !r->messages[first].name.n)
        r->messages[first].name = word;
    return r->n > first;
}

// LangChain: {"lc":1,"id":[...,"HumanMessage"],"kwargs":{...}} and {"type":"human","data":{...}}.
static const struct json *unwrap(const struct json *object, int32_t *role)
{
    const struct json *path = json_get(object, STR("id")), *in = json_get(object, STR("kwargs"));
    str word = json_str(json_at(path, json_len(path) ? json_len(path) - 1 : 0));

    if (!json_is(in, JSON_OBJECT) || !json_get(object, STR("lc"))) {
        in = json_get(object, STR("data"));
        word = json_str(json_get(object, STR("type")));
    }
    int32_t own = word.n ? role_parse(word, false) : -1;
    if (own < 0 || !json_is(in, JSON_OBJECT))
        return NULL;
    *role = own;
    return in;
}

static bool part_try(struct chat_reader *r, const struct json *object, int32_t role, unsigned depth)
{
    const struct json *inner;
    const struct part_shape *shape = part_shape_of(object, &inner);

    // A lone {"text": ...} is any data; beside a type or a known key it is a part.
    if (!shape || json_get(object, STR("message")) ||
        (str_eq(shape->tag, STR("text")) && !json_get(object, STR("type")) && json_len(object) > 2))
        return false;
    if (shape->what == PART_MEDIA && !json_get(object, STR("type")))
        return false;
    part_read(r, object, role, depth);
    return true;
}

static void system_read(struct chat_reader *r, const struct json *object, unsigned depth)
{
    const struct json *v = keys_get(object, &keys_system);

    if (!v)
        v = keys_get(json_get(object, STR("config")), &keys_system);
    if (!v || !message_open(r, CHAT_SYSTEM))
        return;
    content_read(r, v, CHAT_SYSTEM, depth + 1);
    if (r->messages[r->n - 1].n_parts == 0)
        r->n--;
}

// {"method":"tools/call","params":{"name":..,"arguments":..}}
static bool rpc_try(struct chat_reader *r, const struct json *object)
{
    const struct json *params = json_get(object, STR("params"));
    struct chat_call call;

    if (!str_eq(json_str(json_get(object, STR("method"))), STR("tools/call")) ||
        !call_read(r->a, params, &call))
        return false;
    call_add(r, CHAT_ASSISTANT, call);
    return true;
}

// A request's text beside its instructions is a conversation, too: {"system":..,"prompt":..}.
static bool prompt_try(struct chat_reader *r, const struct json *v, bool after_system)
{
    if (!after_system || !json_is(v, JSON_STRING) || !message_open(r, CHAT_USER))
        return false;
    content_read(r, v, CHAT_USER, 0);
    return true;
}

static bool container_try(struct chat_reader *r, const struct json *object, int32_t role,
                          unsigned depth)
{
    size_t first = r->n;

    system_read(r, object, depth);
    bool after_system = r->n > first;
    for (size_t i = 0; i < keys_containers.n; i++) {
        const struct json *v = json_get(object, keys_containers.keys[i]);
        if (v && (messages_collect(r, v, role, depth + 1) || prompt_try(r, v, after_system)))
            return true;
    }
    r->n = first;
    return false;
}

static bool object_collect(struct chat_reader *r, const struct json *object, int32_t role,
                           unsigned depth)
{
    const struct json *in = unwrap(object, &role);
    size_t first = r->n;

    if (in) {
        message_read(r, in, role, depth);
        return r->n > first;
    }
    return message_try(r, object, role, depth) || rpc_try(r, object) ||
           messages_collect_flat(r, object, role) || part_try(r, object, role, depth) ||
           container_try(r, object, role, depth);
}

// The parts of a list without roles become one message; the first item decides whether it is a list
// of messages or parts at all.
static bool array_collect(struct chat_reader *r, const struct json *array, int32_t role,
                          unsigned depth)
{
    bool any = false;

    for (struct json_iter it = json_iter(array); json_next(&it) && !r->cut; any = true) {
        if (messages_collect(r, it.value, role, depth + 1))
            continue;
        if (!any)
            return false;
        part_read(r, it.value, role, depth + 1);
    }
    return any;
}

bool messages_collect(struct chat_reader *r, const struct json *v, int32_t role, unsigned depth)
{
    if (depth >= LIMIT_CHAT_DEPTH)
        return false;
    if (json_is(v, JSON_STRING))
        v = json_inside(r->a, v);
    if (json_is(v, JSON_ARRAY))
        return array_collect(r, v, role, depth);
    return json_is(v, JSON_OBJECT) && object_collect(r, v, role, depth);
}
