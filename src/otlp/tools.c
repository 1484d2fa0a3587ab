// SPDX-License-Identifier: MIT
// Frameworks put the tools that a model could call into attributes; readers look for them beside the
// messages. This moves them from metadata into the input, once, when an observation arrives
// (ingestion.md 4.7). Runs on request threads; does nothing, and parses nothing, for observations
// whose texts do not mention tools. A batch event without an input of its own is left alone: its input
// may be stored already and would be replaced.
#include "otlp/tools_int.h"

#include "otlp/otlp.h"

#define TOOLS_MAX        512u // of one observation; what comes after is not looked at
#define LLM_TOOLS_PREFIX "llm.tools."
#define LLM_TOOLS_SUFFIX ".tool.json_schema"

void tool_list_add(struct tool_list *l, str id, str name, const struct json *value)
{
    for (size_t i = 0; i < l->n; i++) {
        if (l->n >= TOOLS_MAX || str_eq(l->items[i].id, id))
            return;
    }
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 8;
        struct tool_item *items = ARENA_ARRAY(l->a, struct tool_item, cap);
        if (!items)
            return;
        if (l->n)
            memcpy(items, l->items, l->n * sizeof(items[0]));
        l->items = items;
        l->cap = cap;
    }
    l->items[l->n++] = (struct tool_item){id, name, value};
}

str tool_name(const struct json *tool)
{
    str name = json_str(json_get(tool, STR("name")));

    return name.n ? name : json_str(json_get(json_get(tool, STR("function")), STR("name")));
}

const struct json *tool_json(struct arena *a, str text)
{
    return text.n > 1 && (text.p[0] == '{' || text.p[0] == '[') ? json_try(a, text) : NULL;
}

// A value that may be JSON text of what it means.
static const struct json *unquoted(struct arena *a, const struct json *v)
{
    return json_is(v, JSON_STRING) ? tool_json(a, json_str(v)) : v;
}

// Adds an array of tools. All must have names: otherwise it is something else. True when any was added.
static bool add_array(struct tool_list *l, const struct json *v)
{
    const struct json *list = unquoted(l->a, v);

    if (!json_is(list, JSON_ARRAY) || json_len(list) == 0)
        return false;
    for (struct json_iter it = json_iter(list); json_next(&it);) {
        if (!tool_name(unquoted(l->a, it.value)).n)
            return false;
    }
    for (struct json_iter it = json_iter(list); json_next(&it);) {
        const struct json *tool = unquoted(l->a, it.value);
        tool_list_add(l, tool_name(tool), tool_name(tool), tool);
    }
    return true;
}

// ---- collecting

static bool is_llm_tool(str key)
{
    return str_starts(key, STR(LLM_TOOLS_PREFIX)) && str_ends(key, STR(LLM_TOOLS_SUFFIX));
}

static int64_t llm_tool_number(str key)
{
    size_t head = STR(LLM_TOOLS_PREFIX).n, tail = STR(LLM_TOOLS_SUFFIX).n;
    int64_t n;

    return str_to_i64(str_sub(key, head, key.n - head - tail), &n) ? n : INT64_MAX;
}

// The llm tool with the lowest number above `done`, which is updated; NULL when there is none.
static const struct json *next_llm_tool(const struct json *attributes, int64_t *done)
{
    const struct json *tool = NULL;
    int64_t next = INT64_MAX;

    for (struct json_iter it = json_iter(attributes); json_next(&it);) {
        int64_t n = is_llm_tool(it.key) ? llm_tool_number(it.key) : INT64_MAX;
        if (n > *done && n < next) {
            next = n;
            tool = it.value;
        }
    }
    *done = next;
    return tool;
}

// llm.tools.<n>.tool.json_schema in order of n.
static void add_llm_tools(struct tool_list *l, const struct json *attributes)
{
    int64_t done = INT64_MIN;

    for (size_t round = 0; round < TOOLS_MAX; round++) {
        const struct json *tool = unquoted(l->a, next_llm_tool(attributes, &done));
        if (done == INT64_MAX)
            return;
        if (tool_name(tool).n)
            tool_list_add(l, tool_name(tool), tool_name(tool), tool);
    }
}

struct moved { // what was found where, so that it can be left out
    bool own, prompt_tools, definitions, function_tools, llm_tools;
};

static void collect(struct tool_list *l, const struct json *metadata, struct moved *m)
{
    const struct json *attributes = json_get(metadata, STR("attributes"));
    const struct json *request =
        unquoted(l->a, json_get(attributes, STR("model_request_parameters")));
    size_t before;

    m->own = add_array(l, json_get(metadata, STR("tools")));
    m->prompt_tools = add_array(l, json_get(attributes, STR("ai.prompt.tools")));
    m->definitions = add_array(l, json_get(attributes, STR("gen_ai.tool.definitions")));
    m->function_tools = add_array(l, json_get(request, STR("function_tools")));
    before = l->n;
    add_llm_tools(l, json_is(attributes, JSON_OBJECT) ? attributes : NULL);
    m->llm_tools = l->n > before;
}

// ---- the new input

static void tools_write(struct jw *w, const struct tool_list *l, const struct json *already)
{
    jw_key(w, STR("tools"));
    jw_array(w);
    for (struct json_iter it = json_iter(already); json_next(&it);)
        jw_raw(w, json_text(l->a, it.value));
    for (size_t i = 0; i < l->n; i++) {
        bool there = false;
        for (struct json_iter it = json_iter(already); json_next(&it);)
            there = there || str_eq(tool_name(it.value), l->items[i].name);
        if (!there)
            jw_raw(w, json_text(l->a, l->items[i].value));
    }
    jw_array_end(w);
}

static void object_with_tools(struct jw *w, const struct tool_list *l, const struct json *object)
{
    const struct json *already = json_get(object, STR("tools"));

    for (struct json_iter it = json_iter(object); json_next(&it);) {
        if (str_eq(it.key, STR("tools")))
            continue;
        jw_key(w, it.key);
        jw_raw(w, json_text(l->a, it.value));
    }
    tools_write(w, l, json_is(already, JSON_ARRAY) ? already : NULL);
}

// False when the input has no place for tools (numbers, booleans, a long list of its own).
static bool input_write(struct jw *w, const struct tool_list *l, str input)
{
    const struct json *doc = str_some(input) ? json_try(l->a, input) : NULL;
    enum json_type type = str_some(input) ? (doc ? json_type(doc) : JSON_STRING) : JSON_NULL;

    if (type == JSON_NUMBER || type == JSON_BOOL ||
        json_len(json_get(doc, STR("tools"))) > TOOLS_MAX)
        return false;
    jw_object(w);
    if (type == JSON_OBJECT) {
        object_with_tools(w, l, doc);
        jw_object_end(w);
        return true;
    }
    if (type == JSON_ARRAY)
        jw_kraw(w, STR("messages"), json_text(l->a, doc));
    else if (type == JSON_STRING)
        jw_kstr(w, STR("prompt"), doc ? json_str(doc) : input);
    tools_write(w, l, NULL);
    jw_object_end(w);
    return true;
}

// ---- the new metadata

static bool attribute_moved(str key, const struct moved *m)
{
    return (m->prompt_tools && str_eq(key, STR("ai.prompt.tools"))) ||
           (m->definitions && str_eq(key, STR("gen_ai.tool.definitions"))) ||
           (m->llm_tools && is_llm_tool(key));
}

// model_request_parameters without its function_tools, as text again.
static str request_without_tools(struct arena *a, const struct json *v)
{
    AUTO(buf_fini) struct buf b = {0};
    const struct json *request = unquoted(a, v);
    struct jw w;

    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    jw_object(&w);
    for (struct json_iter it = json_iter(request); json_next(&it);) {
        if (str_eq(it.key, STR("function_tools")))
            continue;
        jw_key(&w, it.key);
        jw_raw(&w, json_text(a, it.value));
    }
    jw_object_end(&w);
    return arena_str(a, buf_str(&b));
}

static size_t attributes_left(const struct json *attributes, const struct moved *m)
{
    size_t n = 0;

    for (struct json_iter it = json_iter(attributes); json_next(&it);)
        n += !attribute_moved(it.key, m);
    return n;
}

static void attributes_write(struct jw *w, struct arena *a, const struct json *attributes,
                             const struct moved *m)
{
    if (attributes_left(attributes, m) == 0)
        return;
    jw_key(w, STR("attributes"));
    jw_object(w);
    for (struct json_iter it = json_iter(attributes); json_next(&it);) {
        if (attribute_moved(it.key, m))
            continue;
        jw_key(w, it.key);
        if (m->function_tools && str_eq(it.key, STR("model_request_parameters")))
            jw_str(w, request_without_tools(a, it.value));
        else
            jw_raw(w, json_text(a, it.value));
    }
    jw_object_end(w);
}

static void metadata_write(struct jw *w, struct arena *a, const struct json *metadata,
                           const struct moved *m)
{
    bool attributes = m->prompt_tools || m->definitions || m->function_tools || m->llm_tools;

    jw_object(w);
    for (struct json_iter it = json_iter(metadata); json_next(&it);) {
        if (m->own && str_eq(it.key, STR("tools")))
            continue;
        if (attributes && str_eq(it.key, STR("attributes"))) {
            attributes_write(w, a, it.value, m);
            continue;
        }
        jw_key(w, it.key);
        jw_raw(w, json_text(a, it.value));
    }
    jw_object_end(w);
}

void tools_move(struct arena *a, struct observation *o)
{
    AUTO(buf_fini) struct buf input = {0};
    AUTO(buf_fini) struct buf metadata = {0};
    const struct json *doc = tool_json(a, o->metadata);
    struct tool_list tools = {.a = a};
    struct moved moved;
    struct jw w;

    collect(&tools, doc, &moved);
    if (tools.n == 0)
        return;
    buf_init(&input, 128u << 20);
    buf_init(&metadata, 128u << 20);
    jw_init(&w, &input);
    if (!input_write(&w, &tools, o->input))
        return;
    jw_init(&w, &metadata);
    metadata_write(&w, a, doc, &moved);
    str new_input = arena_str(a, buf_str(&input)), new_metadata = arena_str(a, buf_str(&metadata));
    if (!buf_ok(&input) || !buf_ok(&metadata) || !str_some(new_input) || !str_some(new_metadata))
        return;
    o->input = new_input;
    o->metadata = new_metadata;
}

void tools_extract(struct arena *a, struct observation *o)
{
    bool may_move = o->source == SOURCE_OTLP || str_some(o->input);

    if (may_move && str_some(o->metadata) && str_has(o->metadata, STR("tool")))
        tools_move(a, o);
    tools_read(a, o);
}
