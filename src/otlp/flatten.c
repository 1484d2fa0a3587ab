// SPDX-License-Identifier: MIT
// The two read views of stored OTLP metadata (ingestion.md 3.6, 4.7). v2 shows dotted names with text
// leaves; v1 shows the nested object. Both come from one stored text (metadata.c).
#include "otlp/mapping.h"

#include "base/limits.h"
#include "otlp/otlp.h"

static const str trace_key = STR_INIT(METADATA_TRACE_KEY);

struct flat {
    struct jw w;
    struct arena *scratch;
};

static void leaf_write(struct flat *f, str name, const struct json *v)
{
    jw_key(&f->w, name);
    if (json_is(v, JSON_NULL))
        jw_str(&f->w, STR(""));
    else
        jw_str(&f->w, json_stored(f->scratch, v));
}

static void value_write(struct flat *f, str name, const struct json *v, unsigned depth)
{
    if (!json_is(v, JSON_OBJECT) || depth == LIMIT_OTLP_DEPTH) {
        leaf_write(f, name, v);
        return;
    }
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        str inner = arena_cat(f->scratch, arena_cat(f->scratch, name, STR(".")), it.key);
        value_write(f, inner, it.value, depth + 1);
    }
}

static void members_write(struct flat *f, const struct json *object)
{
    for (struct json_iter it = json_iter(object); json_next(&it);)
        value_write(f, it.key, it.value, 1);
}

// Of equal names the last written counts, as readers take it: own keys over the fixed parts.
void otlp_metadata_flatten(struct buf *b, struct arena *scratch, str metadata)
{
    static const str parts[] = {STR_INIT("attributes"), STR_INIT("resourceAttributes"),
                                STR_INIT("scope")};
    const struct json *doc = str_some(metadata) ? json_try(scratch, metadata) : NULL;
    struct flat f = {.scratch = scratch};

    jw_init(&f.w, b);
    jw_object(&f.w);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (json_get(doc, parts[i]))
            value_write(&f, parts[i], json_get(doc, parts[i]), 1);
    }
    for (struct json_iter it = json_iter(doc); json_next(&it);) {
        if (!str_eq(it.key, parts[0]) && !str_eq(it.key, parts[1]) && !str_eq(it.key, parts[2]) &&
            !str_eq(it.key, trace_key))
            value_write(&f, it.key, it.value, 1);
    }
    if (json_is(json_get(doc, trace_key), JSON_OBJECT))
        members_write(&f, json_get(doc, trace_key));
    jw_object_end(&f.w);
}

// Metadata that the resource carries for all its traces (langfuse.[trace.]metadata as JSON, or one key
// each) shows as own keys in v1 only.
static void resource_member_write(struct jw *w, struct arena *scratch, const struct json_iter *at)
{
    static const str prefixes[] = {STR_INIT(METADATA_TRACE_KEY), STR_INIT("langfuse.metadata")};

    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (!str_starts(at->key, prefixes[i]))
            continue;
        str rest = str_skip(at->key, prefixes[i].n), name = str_skip(rest, 1);
        const struct json *whole = rest.n || !json_is(at->value, JSON_STRING)
                                       ? NULL
                                       : json_try(scratch, json_str(at->value));
        for (struct json_iter it = json_iter(json_is(whole, JSON_OBJECT) ? whole : NULL);
             json_next(&it);) {
            jw_key(w, it.key);
            jw_raw(w, json_text(scratch, it.value));
        }
        if (name.n && rest.p[0] == '.') {
            jw_key(w, name);
            jw_raw(w, json_text(scratch, at->value));
        }
    }
}

void otlp_metadata_nested(struct buf *b, struct arena *scratch, str metadata)
{
    const struct json *doc;
    struct jw w;

    if (!str_has(metadata, STR("\"langfuse.trace.metadata")) &&
        !str_has(metadata, STR("\"langfuse.metadata"))) {
        buf_add(b, metadata);
        return;
    }
    doc = json_try(scratch, metadata);
    jw_init(&w, b);
    jw_object(&w);
    for (struct json_iter it = json_iter(json_get(doc, STR("resourceAttributes"))); json_next(&it);)
        resource_member_write(&w, scratch, &it);
    for (struct json_iter it = json_iter(doc); json_next(&it);) {
        if (str_eq(it.key, trace_key))
            continue;
        jw_key(&w, it.key);
        jw_raw(&w, json_text(scratch, it.value));
    }
    jw_object_end(&w);
}
