// SPDX-License-Identifier: MIT
// AnyValue from OTLP/JSON (ingestion.md 4.2). What has no counterpart in the mapping (lists of pairs,
// bytes, integers that do not parse) keeps the JSON text of the AnyValue itself.
#include "otlp/convert.h"

#include "base/limits.h"

#include <math.h>

static enum errc any_as_text(struct arena *a, const struct json *v, struct any *out)
{
    *out = (struct any){.type = ANY_STRING, .text = json_text(a, v)};
    return out->text.p ? ERR_OK : ERR_NOMEM;
}

static enum errc any_array(struct arena *a, const struct json *values, unsigned depth,
                           struct any *out)
{
    size_t n = json_is(values, JSON_ARRAY) ? json_len(values) : 0;

    *out = (struct any){.type = ANY_ARRAY};
    if (n == 0)
        return ERR_OK;
    out->array.items = ARENA_ARRAY(a, struct any, n);
    if (!out->array.items)
        return ERR_NOMEM;
    for (struct json_iter it = json_iter(values); json_next(&it);)
        TRY(any_from_json(a, it.value, depth + 1, &out->array.items[out->array.n++]));
    return ERR_OK;
}

static void any_double(const struct json *v, struct any *out)
{
    double d;

    *out = (struct any){.type = ANY_STRING, .text = json_str(v)};
    if (json_is(v, JSON_STRING) ? str_to_double(str_trim(json_str(v)), &d) : json_double(v, &d))
        *out = (struct any){.type = ANY_DOUBLE, .number = d};
    else if (!out->text.p)
        out->type = ANY_NULL;
}

static bool any_int(const struct json *v, struct any *out)
{
    int64_t low, high;
    double d;

    out->type = ANY_INT;
    if (json_is(v, JSON_OBJECT)) {
        if (!json_i64(json_get(v, STR("low")), &low) || !json_i64(json_get(v, STR("high")), &high))
            return false;
        out->integer = (int64_t)((uint64_t)(uint32_t)high << 32 | (uint32_t)low);
        return true;
    }
    str text = json_is(v, JSON_STRING) ? str_trim(json_str(v)) : json_number(v);
    if (str_to_i64(text, &out->integer) || json_i64(v, &out->integer))
        return true;
    if (!text.n || !str_to_double(text, &d))
        return false;
    *out = (struct any){.type = ANY_DOUBLE, .number = d}; // 1.5, or beyond 64 bits
    return true;
}

enum errc any_from_json(struct arena *a, const struct json *v, unsigned depth, struct any *out)
{
    const struct json *field;

    *out = (struct any){.type = ANY_NULL};
    if (depth > LIMIT_OTLP_DEPTH)
        return ERR_LIMIT;
    if (json_len(v) == 0)
        return ERR_OK;
    if (json_is(field = json_get(v, STR("stringValue")), JSON_STRING)) {
        out->type = ANY_STRING;
        out->text = json_str(field);
    } else if (json_is(field = json_get(v, STR("boolValue")), JSON_BOOL)) {
        out->type = ANY_BOOL;
        out->boolean = json_bool(field);
    } else if ((field = json_get(v, STR("doubleValue")))) {
        any_double(field, out);
    } else if ((field = json_get(v, STR("arrayValue")))) {
        return any_array(a, json_get(field, STR("values")), depth, out);
    } else if (!(field = json_get(v, STR("intValue"))) || !any_int(field, out)) {
        return any_as_text(a, v, out);
    }
    return ERR_OK;
}
