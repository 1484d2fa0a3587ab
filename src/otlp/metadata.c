// SPDX-License-Identifier: MIT
// Metadata of an observation and of its trace as nested JSON (ingestion.md 4.7):
//   { own keys, "attributes": {...}, "resourceAttributes": {...}, "scope": {...} }
// One stored text serves both read models: what a span says of its trace's metadata stands under
// METADATA_TRACE_KEY, which v2 reads overlay (flatten.c) and v1 reads leave out. Texts are composed in
// one reused buffer; resource and scope are rendered once for all their spans.
#include "otlp/mapping.h"

#define OWN_UNIQUE_MAX 64 // own keys checked for duplicates; beyond, readers take the last one
#define FAMILIES_LEFT_OUT                                                       \
    (FAMILY_PROMPT | FAMILY_COMPLETION | FAMILY_LLM_INPUT | FAMILY_LLM_OUTPUT | \
     FAMILY_TRACE_METADATA | FAMILY_OBS_METADATA | FAMILY_AI_METADATA)

// The text in the scratch buffer; "{}" when it went over its maximum, which the caller asks for later.
static str composed(const struct converter *c)
{
    return buf_ok(&c->scratch) ? arena_str(c->a, buf_str(&c->scratch)) : STR("{}");
}

// ---- own keys

struct member {
    str key;
    const struct any *any;   // or
    const struct json *json; // of the JSON object in <prefix>
};

struct members {
    struct arena *a;
    struct member *items;
    size_t n, cap;
    bool failed;
};

static struct member *member_find(struct members *m, str key)
{
    for (size_t i = 0; i < m->n && i < OWN_UNIQUE_MAX; i++) {
        if (str_eq(m->items[i].key, key))
            return &m->items[i];
    }
    return NULL;
}

static void member_set(struct members *m, struct member value)
{
    struct member *at = member_find(m, value.key);

    if (at) {
        *at = value;
        return;
    }
    if (m->n == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 16;
        struct member *items = ARENA_ARRAY(m->a, struct member, cap);
        m->failed = m->failed || !items;
        if (!items)
            return;
        if (m->n)
            memcpy(items, m->items, m->n * sizeof(items[0]));
        m->items = items;
        m->cap = cap;
    }
    m->items[m->n++] = value;
}

// Keys of the AI SDK's telemetry metadata that have a place of their own.
static bool has_own_place(enum key id)
{
    return id == KEY_AI_TELEMETRY_METADATA_USER_ID || id == KEY_AI_TELEMETRY_METADATA_SESSION_ID ||
           id == KEY_AI_TELEMETRY_METADATA_TAGS || id == KEY_AI_TELEMETRY_METADATA_LANGFUSE_PROMPT;
}

// <prefix>.<k> of the given families, in attribute order.
static void members_below(struct members *m, const struct attr_set *set, unsigned families)
{
    if (!(set->families & families))
        return;
    for (size_t i = 0; i < set->n; i++) {
        const struct attr *item = &set->items[i];
        size_t n = key_family_prefix(item->families & families).n;
        if (n && item->key.n > n + 1 && item->key.p[n] == '.' && !has_own_place((enum key)item->id))
            member_set(m, (struct member){.key = str_skip(item->key, n + 1), .any = &item->value});
    }
}

static void members_of_json(struct members *m, const struct any *v)
{
    const struct json *doc = any_json(m->a, v);

    for (struct json_iter it = json_iter(json_is(doc, JSON_OBJECT) ? doc : NULL); json_next(&it);)
        member_set(m, (struct member){.key = it.key, .json = it.value});
}

// A metadata domain: the object in `whole` (else in langfuse.metadata), overlaid by single keys.
static void members_domain(struct members *m, const struct attr_set *set, enum key whole,
                           unsigned family)
{
    const struct any *base = attrs_truthy(set, whole);

    if (!(set->families & (family | FAMILY_METADATA | FAMILY_AI_METADATA)))
        return;
    members_of_json(m, base ? base : attrs_truthy(set, KEY_LF_METADATA));
    members_below(m, set, family | FAMILY_METADATA | FAMILY_AI_METADATA);
}

static void members_write(struct jw *w, struct arena *a, const struct members *m)
{
    for (size_t i = 0; i < m->n; i++) {
        str key = m->items[i].key;
        // The fixed parts come later and win.
        if (str_eq(key, STR("attributes")) || str_eq(key, STR("resourceAttributes")) ||
            str_eq(key, STR("scope")))
            continue;
        jw_key(w, key);
        if (m->items[i].any)
            any_write(w, m->items[i].any);
        else
            jw_raw(w, json_text(a, m->items[i].json));
    }
}

// ---- fixed parts

static void set_write(struct jw *w, const struct attr_set *set)
{
    jw_object(w);
    for (size_t i = 0; i < set->n; i++) {
        jw_key(w, set->items[i].key);
        any_write(w, &set->items[i].value);
    }
    jw_object_end(w);
}

// All attributes as text, but those that are shown as input, output or own keys.
static void attributes_write(struct jw *w, const struct attr_set *set)
{
    jw_object(w);
    for (size_t i = 0; i < set->n; i++) {
        const struct attr *item = &set->items[i];
        if ((item->families & FAMILIES_LEFT_OUT) || key_is_io((enum key)item->id))
            continue;
        jw_key(w, item->key);
        any_write_text(w, &item->value);
    }
    jw_object_end(w);
}

str metadata_resource(struct converter *c)
{
    struct jw w;

    buf_clear(&c->scratch);
    jw_init(&w, &c->scratch);
    set_write(&w, &c->resource);
    return composed(c);
}

str metadata_scope(struct converter *c)
{
    struct jw w;

    buf_clear(&c->scratch);
    jw_init(&w, &c->scratch);
    jw_object(&w);
    if (c->scope.name.n)
        jw_kstr(&w, STR("name"), c->scope.name);
    if (c->scope.version.n)
        jw_kstr(&w, STR("version"), c->scope.version);
    jw_key(&w, STR("attributes"));
    set_write(&w, &c->scope_attrs);
    jw_object_end(&w);
    return composed(c);
}

static void resource_and_scope_write(struct jw *w, const struct converter *c)
{
    jw_kraw(w, STR("resourceAttributes"), c->resource_json);
    jw_kraw(w, STR("scope"), c->scope_json);
}

// ---- composition

static void observation_members(const struct converter *c, struct members *m)
{
    members_domain(m, &c->span.attrs, KEY_LF_OBS_METADATA, FAMILY_OBS_METADATA);
}

static void trace_key_write(struct jw *w, const struct converter *c)
{
    const struct attr_set *set = &c->span.attrs;
    struct members m = {.a = c->a};

    if (!(set->families & FAMILY_TRACE_METADATA))
        return;
    members_of_json(&m, attrs_truthy(set, KEY_LF_TRACE_METADATA));
    members_below(&m, set, FAMILY_TRACE_METADATA);
    jw_key(w, STR(METADATA_TRACE_KEY));
    jw_object(w);
    members_write(w, c->a, &m);
    jw_object_end(w);
}

// Returns the text; *attributes is the slice `"attributes":{...}` of it, or none.
static str observation_text(struct converter *c, str *attributes)
{
    struct members m = {.a = c->a};
    size_t from = 0, to = 0;
    struct jw w;

    buf_clear(&c->scratch);
    jw_init(&w, &c->scratch);
    jw_object(&w);
    observation_members(c, &m);
    members_write(&w, c->a, &m);
    if (!c->scope_is_sdk) {
        jw_key(&w, STR("attributes"));
        from = c->scratch.len;
        attributes_write(&w, &c->span.attrs);
        to = c->scratch.len;
    }
    resource_and_scope_write(&w, c);
    trace_key_write(&w, c);
    jw_object_end(&w);
    str text = composed(c);
    *attributes = to && buf_ok(&c->scratch) ? str_sub(text, from, to - from) : STR_NONE;
    return text;
}

static str trace_text(struct converter *c, bool root, str attributes)
{
    struct members m = {.a = c->a};
    struct jw w;

    members_domain(&m, &c->resource, KEY_LF_TRACE_METADATA, FAMILY_TRACE_METADATA);
    members_domain(&m, &c->span.attrs, KEY_LF_TRACE_METADATA, FAMILY_TRACE_METADATA);
    if (root)
        observation_members(c, &m);
    bool plain = m.n == 0 && !str_some(attributes);
    if (plain && str_some(c->plain_trace_json))
        return c->plain_trace_json;
    buf_clear(&c->scratch);
    jw_init(&w, &c->scratch);
    jw_object(&w);
    members_write(&w, c->a, &m);
    if (str_some(attributes))
        jw_kraw(&w, STR("attributes"), attributes);
    resource_and_scope_write(&w, c);
    jw_object_end(&w);
    str text = composed(c);
    if (plain)
        c->plain_trace_json = text;
    return text;
}

enum errc map_metadata(struct converter *c, bool root, bool says_trace, struct metadata_texts *out)
{
    str attributes;

    out->observation = observation_text(c, &attributes);
    if (!buf_ok(&c->scratch))
        return ERR_LIMIT;
    out->trace = STR_NONE;
    if (root)
        out->trace = trace_text(c, true, attributes);
    else if (says_trace)
        out->trace = trace_text(c, false, STR_NONE);
    if (!buf_ok(&c->scratch))
        return ERR_LIMIT;
    return arena_failed(c->a) ? ERR_NOMEM : ERR_OK;
}
