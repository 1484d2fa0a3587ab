// SPDX-License-Identifier: MIT
// OTLP/JSON (and what SDKs make of it) into the converter's structs: one pass over ids and shapes, one
// over everything. More lenient than the specification, as the recorded system is: ids as hex text,
// integer arrays or {"type":"Buffer"}; 64-bit numbers as text, number or {low, high}.
#include "otlp/convert.h"

#include "base/codec.h"
#include "base/limits.h"
#include "otlp/id_check.h"

#define ID_BYTES_MAX 64u // bytes of an id given as an array

// ---- ids

// The array behind an id given as bytes, or NULL.
static const struct json *id_bytes(const struct json *v)
{
    if (json_is(v, JSON_ARRAY))
        return v;
    if (str_eq(json_str(json_get(v, STR("type"))), STR("Buffer")) &&
        json_is(json_get(v, STR("data")), JSON_ARRAY))
        return json_get(v, STR("data"));
    return NULL;
}

static str id_text(struct arena *a, const struct json *v)
{
    unsigned char raw[ID_BYTES_MAX];
    int64_t byte;
    size_t n = 0;

    if (json_is(v, JSON_STRING))
        return json_str(v);
    for (struct json_iter it = json_iter(id_bytes(v)); n < sizeof(raw) && json_next(&it);)
        raw[n++] = json_i64(it.value, &byte) ? (unsigned char)byte : 0;
    return n ? hex_encode(a, raw, n) : STR("");
}

enum id_state { ID_GOOD, ID_ABSENT, ID_WRONG };

static enum id_state id_state(const struct json *v)
{
    if (!v || json_is(v, JSON_NULL))
        return ID_ABSENT;
    if (json_is(v, JSON_STRING))
        return json_str(v).n ? ID_GOOD : ID_ABSENT;
    if (!id_bytes(v))
        return ID_WRONG;
    return json_len(id_bytes(v)) ? ID_GOOD : ID_ABSENT;
}

// ---- first pass

static void check_id(const struct json *span, str name, const str reasons[2],
                     struct id_check *check)
{
    enum id_state state = id_state(json_get(span, name));

    if (state != ID_GOOD)
        id_check_fault(check, reasons[state == ID_WRONG]);
}

static bool not_array(const struct json *v)
{
    return v && !json_is(v, JSON_NULL) && !json_is(v, JSON_ARRAY);
}

static void check_span(const struct json *span, str scope, struct id_check *check)
{
    static const str trace_id[2] = {STR_INIT("traceId:absent"), STR_INIT("traceId:not_an_id")};
    static const str span_id[2] = {STR_INIT("spanId:absent"), STR_INIT("spanId:not_an_id")};
    const struct json *parent = json_get(span, STR("parentSpanId"));

    check_id(span, STR("traceId"), trace_id, check);
    check_id(span, STR("spanId"), span_id, check);
    if (json_truthy(parent) && id_state(parent) == ID_WRONG)
        id_check_fault(check, STR("parentSpanId:not_an_id"));
    if (not_array(json_get(span, STR("attributes"))))
        id_check_fault(check, STR("attributes:not_an_array"));
    if (not_array(json_get(span, STR("events"))))
        id_check_fault(check, STR("events:not_an_array"));
    for (struct json_iter it = json_iter(json_get(span, STR("events"))); json_next(&it);) {
        if (not_array(json_get(it.value, STR("attributes"))))
            id_check_fault(check, STR("events.attributes:not_an_array"));
    }
    id_check_span(check, scope);
}

static void check_scope(const struct json *scope_spans, struct id_check *check)
{
    const struct json *scope = json_get(scope_spans, STR("scope")),
                      *spans = json_get(scope_spans, STR("spans"));
    str name = json_str(json_get(scope, STR("name")));

    if (not_array(json_get(scope, STR("attributes"))))
        id_check_container(check, STR("scope.attributes:not_an_array"), name);
    if (not_array(spans))
        id_check_container(check, STR("spans:not_an_array"), name);
    for (struct json_iter it = json_iter(json_is(spans, JSON_ARRAY) ? spans : NULL);
         json_next(&it);)
        check_span(it.value, name, check);
}

// The items of an array member; none when it is absent or no array.
static struct json_iter items(const struct json *object, str key)
{
    const struct json *v = json_get(object, key);

    return json_iter(json_is(v, JSON_ARRAY) ? v : NULL);
}

void trace_json_check(const struct json *doc, struct id_check *check)
{
    for (struct json_iter it = items(doc, STR("resourceSpans")); json_next(&it);) {
        if (not_array(json_get(json_get(it.value, STR("resource")), STR("attributes"))))
            id_check_container(check, STR("resource.attributes:not_an_array"), STR_NONE);
        if (not_array(json_get(it.value, STR("scopeSpans"))))
            id_check_container(check, STR("scopeSpans:not_an_array"), STR_NONE);
        for (struct json_iter s = items(it.value, STR("scopeSpans")); json_next(&s);)
            check_scope(s.value, check);
    }
}

// ---- second pass

static enum errc attributes(struct arena *a, struct attr_set *set, const struct json *holder)
{
    for (struct json_iter it = items(holder, STR("attributes")); json_next(&it);) {
        const struct json *value = json_get(it.value, STR("value"));
        str key = json_str(json_get(it.value, STR("key")));
        struct any v;
        if (!key.n || !json_is(value, JSON_OBJECT))
            continue;
        TRY(any_from_json(a, value, 1, &v));
        if (v.type != ANY_NULL)
            TRY(attrs_add(a, set, key, &v));
    }
    return ERR_OK;
}

static enum errc events(struct arena *a, struct otlp_span *s, const struct json *span)
{
    for (struct json_iter it = items(span, STR("events")); json_next(&it);) {
        str name = json_str(json_get(it.value, STR("name")));
        if (!span_event_wanted(name))
            continue;
        struct span_event *e = span_event_add(a, s);
        struct attr_set *set = ARENA_NEW(a, struct attr_set);
        if (!e || !set)
            return ERR_NOMEM;
        TRY(attributes(a, set, it.value));
        *e = (struct span_event){.name = name, .items = set->items, .n = set->n};
    }
    return ERR_OK;
}

// 64-bit numbers as JSON carries them. False when absent or not a number.
static bool number_u64(const struct json *v, uint64_t *out)
{
    int64_t low, high, n;
    double d;

    if (json_is(v, JSON_OBJECT)) {
        if (!json_i64(json_get(v, STR("low")), &low) || !json_i64(json_get(v, STR("high")), &high))
            return false;
        *out = (uint64_t)(uint32_t)high << 32 | (uint32_t)low;
        return true;
    }
    str text = json_is(v, JSON_STRING) ? str_trim(json_str(v)) : json_number(v);
    if (str_to_i64(text, &n)) {
        *out = n > 0 ? (uint64_t)n : 0;
        return true;
    }
    if (!text.n || !str_to_double(text, &d))
        return false;
    *out = d <= 0 ? 0 : d >= 0x1p64 ? UINT64_MAX : (uint64_t)d;
    return true;
}

static millis time_of(const struct json *span, str key)
{
    uint64_t ns;

    return number_u64(json_get(span, key), &ns) ? span_time(ns) : MILLIS_NONE;
}

static bool status_is_error(const struct json *code)
{
    int64_t n;

    return json_i64(code, &n) ? n == 2 : str_eq(json_str(code), STR("STATUS_CODE_ERROR"));
}

static enum errc span_fields(struct arena *a, struct otlp_span *s, const struct json *span)
{
    const struct json *status = json_get(span, STR("status"));
    str message = json_str(json_get(status, STR("message")));

    s->trace_id = id_text(a, json_get(span, STR("traceId")));
    s->span_id = id_text(a, json_get(span, STR("spanId")));
    s->parent_id = id_text(a, json_get(span, STR("parentSpanId")));
    s->name = json_str(json_get(span, STR("name")));
    s->start = time_of(span, STR("startTimeUnixNano"));
    s->end = time_of(span, STR("endTimeUnixNano"));
    s->error = status_is_error(json_get(status, STR("code")));
    s->status_message = message.n ? message : STR_NONE;
    TRY(attributes(a, &s->attrs, span));
    return events(a, s, span);
}

static enum errc scope_spans(struct converter *c, const struct json *v)
{
    const struct json *scope = json_get(v, STR("scope"));

    attrs_clear(&c->scope_attrs);
    c->scope.name = json_str(json_get(scope, STR("name")));
    c->scope.version = json_str(json_get(scope, STR("version")));
    TRY(convert_scope(c, attributes(c->a, &c->scope_attrs, scope)));
    for (struct json_iter it = items(v, STR("spans")); json_next(&it);) {
        span_clear(&c->span);
        TRY(convert_span(c, span_fields(c->a, &c->span, it.value)));
    }
    return ERR_OK;
}

enum errc trace_json_decode(struct converter *c, const struct json *doc)
{
    for (struct json_iter it = items(doc, STR("resourceSpans")); json_next(&it);) {
        attrs_clear(&c->resource);
        TRY(convert_resource(c,
                             attributes(c->a, &c->resource, json_get(it.value, STR("resource")))));
        for (struct json_iter s = items(it.value, STR("scopeSpans")); json_next(&s);)
            TRY(scope_spans(c, s.value));
    }
    return ERR_OK;
}
