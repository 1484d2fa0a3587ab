// SPDX-License-Identifier: MIT
// Reads the tools a model was offered (input) and the calls it made (output), whatever the framework's
// spelling (ingestion.md 4.7). Results: definitions {name: '{"description":..,"parameters":".."}'},
// calls [{"id","arguments","type","index"}] and, in parallel, the names called. Texts that are not JSON
// or name no tool are not parsed.
#include "otlp/tools_int.h"

#include "base/limits.h"

#define WALK_DEPTH_MAX 6 // calls sit at most this deep: choices[].message.content[]

// ---- definitions

static const struct json *first_of(const struct json *v, const str *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct json *found = json_get(v, names[i]);
        if (found && !json_is(found, JSON_NULL))
            return found;
    }
    return NULL;
}

static str definition_text(struct arena *a, const struct json *tool)
{
    static const str schemas[] = {STR_INIT("parameters"), STR_INIT("input_schema"),
                                  STR_INIT("inputSchema"), STR_INIT("parameters_json_schema")};
    AUTO(buf_fini) struct buf b = {0};
    const struct json *inner = json_get(tool, STR("function"));
    const struct json *at = json_is(inner, JSON_OBJECT) ? inner : tool;
    const struct json *schema = first_of(at, schemas, ARRAY_LEN(schemas));
    struct jw w;

    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    jw_object(&w);
    str description = json_str(json_get(at, STR("description")));
    jw_kstr(&w, STR("description"), description.n ? description : STR(""));
    jw_kstr(&w, STR("parameters"), schema ? json_stored(a, schema) : STR(""));
    jw_object_end(&w);
    return arena_str(a, buf_str(&b));
}

static void definitions_of(struct tool_list *l, const struct json *tools)
{
    for (struct json_iter it = json_iter(json_is(tools, JSON_ARRAY) ? tools : NULL);
         json_next(&it);) {
        if (tool_name(it.value).n)
            tool_list_add(l, tool_name(it.value), tool_name(it.value), it.value);
    }
}

// Tools beside the messages, in a message, or (LangGraph) as the content of a "tool" message.
static void definitions_collect(struct tool_list *l, const struct json *input)
{
    const struct json *messages =
        json_is(input, JSON_ARRAY) ? input : json_get(input, STR("messages"));

    definitions_of(l, json_get(input, STR("tools")));
    for (struct json_iter it = json_iter(json_is(messages, JSON_ARRAY) ? messages : NULL);
         json_next(&it);) {
        const struct json *content = json_get(it.value, STR("content"));
        definitions_of(l, json_get(it.value, STR("tools")));
        if (str_eq(json_str(json_get(it.value, STR("role"))), STR("tool")) &&
            json_is(json_get(content, STR("function")), JSON_OBJECT) && tool_name(content).n)
            tool_list_add(l, tool_name(content), tool_name(content), content);
    }
}

// ---- calls

struct call {
    str id, name, type;
    const struct json *arguments;
    const struct json *index;
};

// An object that is one call, in any of the known spellings.
static bool call_read(const struct json *v, struct call *c)
{
    static const str ids[] = {STR_INIT("id"), STR_INIT("call_id"), STR_INIT("toolCallId"),
                              STR_INIT("tool_call_id")};
    static const str names[] = {STR_INIT("name"), STR_INIT("toolName")};
    static const str arguments[] = {STR_INIT("arguments"), STR_INIT("args"), STR_INIT("input")};
    const struct json *function = json_get(v, STR("function"));
    const struct json *at = json_is(function, JSON_OBJECT) ? function : v;
    str type = json_str(json_get(v, STR("type")));

    *c = (struct call){
        .id = json_str(first_of(v, ids, ARRAY_LEN(ids))),
        .name = json_str(first_of(at, names, ARRAY_LEN(names))),
        .type = type,
        .arguments = first_of(at, arguments, ARRAY_LEN(arguments)),
        .index = json_get(v, STR("index")),
    };
    if (!c->name.n || json_get(v, STR("role")))
        return false;
    if (json_get(v, STR("toolName")) || str_eq(type, STR("tool_use")) ||
        str_eq(type, STR("tool-call")) || str_eq(type, STR("tool_call")) ||
        json_get(v, STR("call_id")))
        return !str_eq(type, STR("tool-result"));
    return c->arguments && !json_is(c->arguments, JSON_NULL) && json_get(at, STR("arguments"));
}

static str call_key(struct arena *a, const struct call *c)
{
    if (c->id.n)
        return c->id;
    return arena_cat(a, arena_cat(a, c->name, STR("\n")),
                     c->arguments ? json_stored(a, c->arguments) : STR(""));
}

static void calls_walk(struct tool_list *l, const struct json *v, unsigned depth);

static void calls_in(struct tool_list *l, const struct json *v, str member, unsigned depth)
{
    const struct json *inner = json_get(v, member);

    if (json_is(inner, JSON_STRING))
        inner = tool_json(l->a, json_str(inner));
    if (inner)
        calls_walk(l, inner, depth + 1);
}

// Follows only the members that are known to hold calls, so that data that looks alike is not taken.
static void calls_walk(struct tool_list *l, const struct json *v, unsigned depth)
{
    static const str members[] = {
        STR_INIT("tool_calls"), STR_INIT("toolCalls"), STR_INIT("choices"),
        STR_INIT("message"),    STR_INIT("content"),   STR_INIT("additional_kwargs"),
        STR_INIT("messages"),   STR_INIT("output"),    STR_INIT("parts")};
    struct call call;

    if (depth > WALK_DEPTH_MAX)
        return;
    if (json_is(v, JSON_ARRAY)) {
        for (struct json_iter it = json_iter(v); json_next(&it);)
            calls_walk(l, it.value, depth + 1);
        return;
    }
    if (!json_is(v, JSON_OBJECT))
        return;
    if (call_read(v, &call)) {
        tool_list_add(l, call_key(l->a, &call), call.name, v);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        calls_in(l, v, members[i], depth);
}

static void call_write(struct jw *w, struct arena *a, const struct json *v, size_t position)
{
    struct call c;
    int64_t index;

    call_read(v, &c);
    jw_object(w);
    jw_kstr(w, STR("id"), c.id.n ? c.id : STR(""));
    jw_kstr(w, STR("arguments"), c.arguments ? json_stored(a, c.arguments) : STR(""));
    jw_kstr(w, STR("type"), c.type.n ? c.type : STR(""));
    jw_ki64(w, STR("index"), json_i64(c.index, &index) ? index : (int64_t)position);
    jw_object_end(w);
}

// ---- results

static void definitions_set(struct arena *a, struct observation *o, const struct tool_list *l)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    if (l->n == 0)
        return;
    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    jw_object(&w);
    for (size_t i = 0; i < l->n; i++)
        jw_kstr(&w, l->items[i].name, definition_text(a, l->items[i].value));
    jw_object_end(&w);
    if (buf_ok(&b))
        o->tool_definitions = arena_str(a, buf_str(&b));
}

static void calls_set(struct arena *a, struct observation *o, const struct tool_list *l)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    if (l->n == 0)
        return;
    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    jw_array(&w);
    for (size_t i = 0; i < l->n; i++)
        call_write(&w, a, l->items[i].value, i);
    jw_array_end(&w);
    if (!buf_ok(&b))
        return;
    o->tool_calls = arena_str(a, buf_str(&b));
    buf_clear(&b);
    jw_init(&w, &b);
    jw_array(&w);
    for (size_t i = 0; i < l->n; i++)
        jw_str(&w, l->items[i].name);
    jw_array_end(&w);
    o->tool_call_names = arena_str(a, buf_str(&b));
}

static bool looks_json(str text)
{
    return text.n > 1 && (text.p[0] == '{' || text.p[0] == '[');
}

void tools_read(struct arena *a, struct observation *o)
{
    struct tool_list definitions = {.a = a}, calls = {.a = a};

    if (looks_json(o->input) && str_has(o->input, STR("tool")))
        definitions_collect(&definitions, tool_json(a, o->input));
    if (looks_json(o->output) &&
        (str_has(o->output, STR("tool")) || str_has(o->output, STR("arguments"))))
        calls_walk(&calls, tool_json(a, o->output), 0);
    definitions_set(a, o, &definitions);
    calls_set(a, o, &calls);
}
