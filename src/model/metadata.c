// SPDX-License-Identifier: MIT
// Deep merge of metadata objects (ingestion.md 3.4): objects merge by key, arrays index by index,
// null is assigned, anything else replaces. Works on texts so that numbers keep their digits; when
// one side is absent nothing is parsed.
#include "base/limits.h"
#include "json/write.h"
#include "model/merge.h"

#define DEPTH_MAX 64 // deeper parts replace instead of merging

static void merge_values(struct jw *w, const struct json *base, const struct json *over, int depth);

static void value(struct jw *w, const struct json *v)
{
    jw_raw(w, STR("")); // takes care of the comma
    json_dump(w->b, v);
}

static void merge_objects(struct jw *w, const struct json *base, const struct json *over, int depth)
{
    jw_object(w);
    for (struct json_iter it = json_iter(base); json_next(&it);) {
        const struct json *o = json_get(over, it.key);
        if (json_get(base, it.key) != it.value)
            continue; // an earlier duplicate
        jw_key(w, it.key);
        if (o)
            merge_values(w, it.value, o, depth + 1);
        else
            value(w, it.value);
    }
    for (struct json_iter it = json_iter(over); json_next(&it);) {
        if (json_get(base, it.key) || json_get(over, it.key) != it.value)
            continue;
        jw_key(w, it.key);
        value(w, it.value);
    }
    jw_object_end(w);
}

static void merge_arrays(struct jw *w, const struct json *base, const struct json *over, int depth)
{
    struct json_iter b = json_iter(base), o = json_iter(over);
    bool more_b = json_next(&b), more_o = json_next(&o);

    jw_array(w);
    while (more_b || more_o) {
        if (more_b && more_o)
            merge_values(w, b.value, o.value, depth + 1);
        else
            value(w, more_b ? b.value : o.value);
        more_b = more_b && json_next(&b);
        more_o = more_o && json_next(&o);
    }
    jw_array_end(w);
}

static void merge_values(struct jw *w, const struct json *base, const struct json *over, int depth)
{
    enum json_type t = json_type(over);

    if (depth < DEPTH_MAX && t == JSON_OBJECT && json_is(base, JSON_OBJECT))
        merge_objects(w, base, over, depth);
    else if (depth < DEPTH_MAX && t == JSON_ARRAY && json_is(base, JSON_ARRAY))
        merge_arrays(w, base, over, depth);
    else
        value(w, over);
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
    struct jw w;
    buf_init(&out, base.n + over.n + 64);
    jw_init(&w, &out);
    merge_values(&w, b, o, 0);
    return buf_ok(&out) ? arena_str(a, buf_str(&out)) : over;
}
