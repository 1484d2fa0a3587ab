// SPDX-License-Identifier: MIT
// Typed attribute values to text, JSON, numbers and truth, with JavaScript's rules (ingestion.md 4.2),
// because that is what clients of the recorded system saw. An empty array is the one odd case: its text
// is the AnyValue's own JSON, as recorded.
#include "otlp/span.h"

#include <math.h>

static const str empty_array_text = STR_INIT("{\"arrayValue\":{\"values\":[]}}");

bool any_truthy(const struct any *v)
{
    if (!v)
        return false;
    switch (v->type) {
    case ANY_NULL: return false;
    case ANY_STRING: return v->text.n > 0;
    case ANY_BOOL: return v->boolean;
    case ANY_INT: return v->integer != 0;
    case ANY_DOUBLE: return v->number != 0;
    case ANY_ARRAY: return true;
    }
    return false;
}

bool any_is_true(const struct any *v)
{
    if (!v)
        return false;
    return v->type == ANY_BOOL ? v->boolean : v->type == ANY_STRING && str_eq(v->text, STR("true"));
}

bool any_number(const struct any *v, double *out)
{
    if (!v)
        return false;
    switch (v->type) {
    case ANY_STRING: return str_to_double(str_trim(v->text), out);
    case ANY_BOOL: *out = v->boolean; return true;
    case ANY_INT: *out = (double)v->integer; return true;
    case ANY_DOUBLE: *out = v->number; return true;
    case ANY_NULL:
    case ANY_ARRAY: return false;
    }
    return false;
}

bool any_i64(const struct any *v, int64_t *out)
{
    double d;

    if (v && v->type == ANY_INT) {
        *out = v->integer;
        return true;
    }
    if (v && v->type == ANY_STRING && str_to_i64(str_trim(v->text), out))
        return true;
    if (!any_number(v, &d) || floor(d) < d)
        return false;
    if (fabs(d) >= 9223372036854775808.0)
        *out = d > 0 ? INT64_MAX : INT64_MIN;
    else
        *out = (int64_t)d;
    return true;
}

void any_write(struct jw *w, const struct any *v)
{
    switch (v ? v->type : ANY_NULL) {
    case ANY_NULL: jw_null(w); return;
    case ANY_STRING: jw_str(w, v->text); return;
    case ANY_BOOL: jw_bool(w, v->boolean); return;
    case ANY_INT: jw_i64(w, v->integer); return;
    case ANY_DOUBLE: jw_double(w, v->number); return;
    case ANY_ARRAY: break;
    }
    if (v->array.n == 0) {
        jw_str(w, empty_array_text);
        return;
    }
    jw_array(w);
    for (size_t i = 0; i < v->array.n; i++)
        any_write(w, &v->array.items[i]);
    jw_array_end(w);
}

// The JSON text of a value that is not a string.
static void compact(struct buf *b, const struct any *v)
{
    struct jw w;

    jw_init(&w, b);
    any_write(&w, v);
}

void any_write_text(struct jw *w, const struct any *v)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, w->b->max);
    if (v->type == ANY_STRING || (v->type == ANY_ARRAY && v->array.n == 0)) {
        any_write(w, v);
        return;
    }
    if (v->type != ANY_ARRAY) { // nothing to escape
        jw_raw(w, STR("\""));
        compact(w->b, v);
        buf_add_char(w->b, '"');
        return;
    }
    compact(&b, v);
    if (!buf_ok(&b))
        w->b->failed = true;
    jw_str(w, b.len ? buf_str(&b) : STR(""));
}

str any_text(struct arena *a, const struct any *v)
{
    AUTO(buf_fini) struct buf b = {0};

    if (!v || v->type == ANY_NULL)
        return STR_NONE;
    if (v->type == ANY_STRING)
        return v->text;
    if (v->type == ANY_ARRAY && v->array.n == 0)
        return empty_array_text;
    buf_init(&b, 64u << 20);
    compact(&b, v);
    return arena_str(a, buf_str(&b));
}

const struct json *any_json(struct arena *a, const struct any *v)
{
    return v && v->type == ANY_STRING ? json_try(a, v->text) : NULL;
}
