// SPDX-License-Identifier: MIT
// Values as compact text: verbatim for the store, and with wide integers as texts for answers.
//
// Free values (input, output, metadata) are stored as text. Numbers are copied, never converted, so
// that what came in is what is stored. An answer differs in one point: JavaScript readers would
// silently change an integer that no double holds, so such integers go out as strings (api.md 0.1).
// Recursion is bounded by LIMIT_JSON_DEPTH, which parsing enforces.
#include "base/limits.h"
#include "json/write.h"

// Does an integer keep its digits when it passes through a double?
static bool keeps_digits(str number)
{
    char text[64];
    struct buf b = {.data = text, .cap = sizeof(text), .max = sizeof(text)};
    struct jw w = {.b = &b};
    double d;

    if (number.n < 16)
        return true;
    for (size_t i = 0; i < number.n; i++) {
        if (number.p[i] == '.' || number.p[i] == 'e' || number.p[i] == 'E')
            return true;
    }
    if (number.n >= sizeof(text) || !str_to_double(number, &d))
        return false;
    jw_double(&w, d);
    return str_eq(buf_str(&b), number);
}

static void write_value(struct jw *w, const struct json *v, bool answer);

static void write_container(struct jw *w, const struct json *v, bool answer)
{
    bool object = json_is(v, JSON_OBJECT);

    if (object)
        jw_object(w);
    else
        jw_array(w);
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (object)
            jw_key(w, it.key);
        write_value(w, it.value, answer);
    }
    if (object)
        jw_object_end(w);
    else
        jw_array_end(w);
}

static void write_value(struct jw *w, const struct json *v, bool answer)
{
    switch (json_type(v)) {
    case JSON_OBJECT:
    case JSON_ARRAY: write_container(w, v, answer); break;
    case JSON_NUMBER:
        if (answer && !keeps_digits(json_number(v)))
            jw_str(w, json_number(v));
        else
            jw_raw(w, json_number(v));
        break;
    case JSON_STRING: jw_str(w, json_str(v)); break;
    case JSON_BOOL: jw_bool(w, json_bool(v)); break;
    case JSON_NULL:
    case JSON_ABSENT: jw_null(w); break;
    }
}

void json_dump(struct buf *b, const struct json *v)
{
    struct jw w;

    jw_init(&w, b);
    write_value(&w, v, false);
}

str json_text(struct arena *a, const struct json *v)
{
    AUTO(buf_fini) struct buf b = {0};

    buf_init(&b, LIMIT_ANSWER_BYTES);
    json_dump(&b, v);
    return buf_ok(&b) ? arena_str(a, buf_str(&b)) : STR_NONE;
}

str json_stored(struct arena *a, const struct json *v)
{
    switch (json_type(v)) {
    case JSON_ABSENT:
    case JSON_NULL: return STR_NONE;
    case JSON_STRING: return json_str(v);
    case JSON_NUMBER: return json_number(v);
    case JSON_BOOL: return json_bool(v) ? STR("true") : STR("false");
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    return json_text(a, v);
}

void jw_stored(struct jw *w, struct arena *scratch, str text)
{
    if (!str_some(text)) {
        jw_null(w);
        return;
    }
    struct arena_mark mark = arena_mark(scratch);
    const struct json *v = json_try(scratch, text);
    if (v)
        write_value(w, v, true);
    else
        jw_str(w, text);
    arena_rewind(scratch, mark);
}
