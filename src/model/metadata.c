// SPDX-License-Identifier: MIT
// Deep merge of metadata objects (ingestion.md 3.4): objects merge by key, arrays index by index,
// null is assigned, anything else replaces. Works on texts so that numbers keep their digits; when
// one side is absent nothing is parsed.
#include "base/limits.h"
#include "json/write.h"
#include "model/merge.h"

#define DEPTH_MAX 64 // deeper parts replace instead of merging

struct merge {
    struct jw w;
    struct arena *arena;
};

static void merge_values(struct merge *m, const struct json *base, const struct json *over,
                         int depth);

static void value(struct merge *m, const struct json *v)
{
    jw_raw(&m->w, STR("")); // takes care of the comma
    json_dump(m->w.b, v);
}

static void merge_objects(struct merge *m, const struct json *base, const struct json *over,
                          int depth)
{
    struct arena_mark mark = arena_mark(m->arena);
    struct json_index in_base = json_index(m->arena, base), in_over = json_index(m->arena, over);

    jw_object(&m->w);
    for (struct json_iter it = json_iter(base); json_next(&it);) {
        const struct json *o = json_index_get(&in_over, it.key);
        jw_key(&m->w, it.key);
        if (o)
            merge_values(m, it.value, o, depth + 1);
        else
            value(m, it.value);
    }
    for (struct json_iter it = json_iter(over); json_next(&it);) {
        if (json_index_get(&in_base, it.key))
            continue;
        jw_key(&m->w, it.key);
        value(m, it.value);
    }
    jw_object_end(&m->w);
    arena_rewind(m->arena, mark);
}

static void merge_arrays(struct merge *m, const struct json *base, const struct json *over,
                         int depth)
{
    struct json_iter b = json_iter(base), o = json_iter(over);
    bool more_b = json_next(&b), more_o = json_next(&o);

    jw_array(&m->w);
    while (more_b || more_o) {
        if (more_b && more_o)
            merge_values(m, b.value, o.value, depth + 1);
        else
            value(m, more_b ? b.value : o.value);
        more_b = more_b && json_next(&b);
        more_o = more_o && json_next(&o);
    }
    jw_array_end(&m->w);
}

static void merge_values(struct merge *m, const struct json *base, const struct json *over,
                         int depth)
{
    enum json_type t = json_type(over);

    if (depth < DEPTH_MAX && t == JSON_OBJECT && json_is(base, JSON_OBJECT))
        merge_objects(m, base, over, depth);
    else if (depth < DEPTH_MAX && t == JSON_ARRAY && json_is(base, JSON_ARRAY))
        merge_arrays(m, base, over, depth);
    else
        value(m, over);
}

str metadata_merge(struct arena *a, str base, str over)
{
    if (!str_some(base) || str_eq(base, STR("{}")))
        return str_some(over) ? over : base;
    if (!str_some(over) || str_eq(over, STR("{}")) || str_eq(base, over))
        return base;
    const struct json *b = json_try(a, base), *o = json_try(a, over);
    if (!o)
        return arena_failed(a) ? STR_NONE : base;
    if (!b)
        return over;

    AUTO(buf_fini) struct buf out = {0};
    struct merge m = {.arena = a};
    buf_init(&out, base.n + over.n + 64);
    jw_init(&m.w, &out);
    merge_values(&m, b, o, 0);
    return buf_ok(&out) ? arena_str(a, buf_str(&out)) : over;
}
