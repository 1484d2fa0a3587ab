// SPDX-License-Identifier: MIT
// ExportTraceServiceRequest (opentelemetry-proto 1.x) from protobuf into the converter's structs: one
// pass over ids, one over everything. Zero copy: strings stay slices of the body unless they are not
// UTF-8. Unknown fields and fields of an unexpected wire type are skipped. kind, trace_state, links,
// flags and dropped counts are not read: nothing stores them (ingestion.md 4.4).
#include "otlp/convert.h"

#include "base/codec.h"
#include "base/utf8.h"
#include "otlp/id_check.h"
#include "otlp/wire.h"

// Field numbers of the messages on the way down.
enum { REQUEST_RESOURCE_SPANS = 1 };
enum { RESOURCE_SPANS_RESOURCE = 1, RESOURCE_SPANS_SCOPE_SPANS = 2, RESOURCE_ATTRIBUTES = 1 };
enum { SCOPE_SPANS_SCOPE = 1, SCOPE_SPANS_SPANS = 2 };
enum { SCOPE_NAME = 1, SCOPE_VERSION = 2, SCOPE_ATTRIBUTES = 3 };
enum { KEY_VALUE_KEY = 1, KEY_VALUE_VALUE = 2 };
enum { EVENT_NAME = 2, EVENT_ATTRIBUTES = 3 };
enum { STATUS_MESSAGE = 2, STATUS_CODE = 3, STATUS_CODE_ERROR = 2 };
enum {
    SPAN_TRACE_ID = 1,
    SPAN_ID = 2,
    SPAN_PARENT_ID = 4,
    SPAN_NAME = 5,
    SPAN_START = 7,
    SPAN_END = 8,
    SPAN_ATTRIBUTES = 9,
    SPAN_EVENTS = 11,
    SPAN_STATUS = 15,
};

static enum errc malformed(struct ctx *ctx)
{
    return fail(ctx, ERR_INVALID, "Failed to parse OTel Protobuf Trace");
}

// ---- first pass

static bool check_span(str message, str scope_name, struct id_check *check)
{
    bool trace_id = false, span_id = false;
    struct wire cursor;
    struct wire_field f;

    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        trace_id = trace_id || (wire_is(&f, SPAN_TRACE_ID, WIRE_BYTES) && f.bytes.n);
        span_id = span_id || (wire_is(&f, SPAN_ID, WIRE_BYTES) && f.bytes.n);
    }
    if (!trace_id)
        id_check_fault(check, STR("traceId:absent"));
    if (!span_id)
        id_check_fault(check, STR("spanId:absent"));
    id_check_span(check, scope_name);
    return !cursor.bad;
}

// The last field `number` of a message, or none. False when the message is malformed.
static bool last_field(str message, uint32_t number, str *out)
{
    struct wire cursor;
    struct wire_field f;

    *out = STR_NONE;
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, number, WIRE_BYTES))
            *out = f.bytes;
    }
    return !cursor.bad;
}

static bool check_scope(str message, struct id_check *check)
{
    str at, name = STR_NONE;
    struct wire cursor;
    struct wire_field f;

    if (!last_field(message, SCOPE_SPANS_SCOPE, &at) || !last_field(at, SCOPE_NAME, &name))
        return false;
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, SCOPE_SPANS_SPANS, WIRE_BYTES) && !check_span(f.bytes, name, check))
            return false;
    }
    return true;
}

static bool check_resource(str message, struct id_check *check)
{
    struct wire cursor;
    struct wire_field f;

    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, RESOURCE_SPANS_SCOPE_SPANS, WIRE_BYTES) && !check_scope(f.bytes, check))
            return false;
    }
    return !cursor.bad;
}

enum errc trace_pb_check(struct ctx *ctx, str body, struct id_check *check)
{
    struct wire cursor;
    struct wire_field f;

    wire_init(&cursor, body);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, REQUEST_RESOURCE_SPANS, WIRE_BYTES) && !check_resource(f.bytes, check))
            return malformed(ctx);
    }
    return cursor.bad ? malformed(ctx) : ERR_OK;
}

// ---- second pass

static enum errc attribute(struct arena *a, str message, str *key, struct any *value)
{
    struct wire cursor;
    struct wire_field f;

    *key = STR("");
    *value = (struct any){.type = ANY_NULL};
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, KEY_VALUE_KEY, WIRE_BYTES))
            *key = utf8_clean(a, f.bytes);
        else if (wire_is(&f, KEY_VALUE_VALUE, WIRE_BYTES))
            TRY(any_from_pb(a, f.bytes, 1, value));
    }
    return cursor.bad ? ERR_INVALID : ERR_OK;
}

// Adds one KeyValue; pairs without a key or value are skipped.
static enum errc attribute_add(struct arena *a, struct attr_set *set, str message)
{
    struct any value;
    str key;

    TRY(attribute(a, message, &key, &value));
    return key.n && value.type != ANY_NULL ? attrs_add(a, set, key, &value) : ERR_OK;
}

// All fields `number` of a message, which are KeyValues.
static enum errc attributes(struct arena *a, struct attr_set *set, str message, uint32_t number)
{
    struct wire cursor;
    struct wire_field f;

    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, number, WIRE_BYTES))
            TRY(attribute_add(a, set, f.bytes));
    }
    return cursor.bad ? ERR_INVALID : ERR_OK;
}

static enum errc event_attributes(struct arena *a, str message, struct span_event *e)
{
    struct attr_set *set = ARENA_NEW(a, struct attr_set);

    if (!set)
        return ERR_NOMEM;
    TRY(attributes(a, set, message, EVENT_ATTRIBUTES));
    e->items = set->items;
    e->n = set->n;
    return ERR_OK;
}

static enum errc event(struct arena *a, struct otlp_span *s, str message)
{
    str name;

    if (!last_field(message, EVENT_NAME, &name))
        return ERR_INVALID;
    if (!span_event_wanted(name))
        return ERR_OK;
    struct span_event *e = span_event_add(a, s);
    if (!e)
        return ERR_NOMEM;
    e->name = name;
    return event_attributes(a, message, e);
}

static enum errc status(struct arena *a, struct otlp_span *s, str message)
{
    struct wire cursor;
    struct wire_field f;

    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, STATUS_CODE, WIRE_VARINT))
            s->error = f.value == STATUS_CODE_ERROR;
        else if (wire_is(&f, STATUS_MESSAGE, WIRE_BYTES) && f.bytes.n)
            s->status_message = utf8_clean(a, f.bytes);
    }
    return cursor.bad ? ERR_INVALID : ERR_OK;
}

static enum errc span_field(struct arena *a, struct otlp_span *s, const struct wire_field *f)
{
    if (wire_is(f, SPAN_ATTRIBUTES, WIRE_BYTES))
        return attribute_add(a, &s->attrs, f->bytes);
    if (wire_is(f, SPAN_EVENTS, WIRE_BYTES))
        return event(a, s, f->bytes);
    if (wire_is(f, SPAN_STATUS, WIRE_BYTES))
        return status(a, s, f->bytes);
    if (wire_is(f, SPAN_TRACE_ID, WIRE_BYTES))
        s->trace_id = hex_encode(a, f->bytes.p, f->bytes.n);
    else if (wire_is(f, SPAN_ID, WIRE_BYTES))
        s->span_id = hex_encode(a, f->bytes.p, f->bytes.n);
    else if (wire_is(f, SPAN_PARENT_ID, WIRE_BYTES))
        s->parent_id = hex_encode(a, f->bytes.p, f->bytes.n);
    else if (wire_is(f, SPAN_NAME, WIRE_BYTES))
        s->name = utf8_clean(a, f->bytes);
    else if (wire_is(f, SPAN_START, WIRE_FIXED64))
        s->start = span_time(f->value);
    else if (wire_is(f, SPAN_END, WIRE_FIXED64))
        s->end = span_time(f->value);
    return ERR_OK;
}

static enum errc span_fields(struct arena *a, struct otlp_span *s, str message)
{
    struct wire cursor;
    struct wire_field f;

    wire_init(&cursor, message);
    while (wire_next(&cursor, &f))
        TRY(span_field(a, s, &f));
    return cursor.bad ? ERR_INVALID : ERR_OK;
}

static enum errc span(struct converter *c, str message)
{
    span_clear(&c->span);
    return convert_span(c, span_fields(c->a, &c->span, message));
}

static enum errc scope(struct converter *c, str message)
{
    str at, name, version;

    if (!last_field(message, SCOPE_SPANS_SCOPE, &at) || !last_field(at, SCOPE_NAME, &name) ||
        !last_field(at, SCOPE_VERSION, &version))
        return ERR_INVALID;
    attrs_clear(&c->scope_attrs);
    c->scope.name = utf8_clean(c->a, name);
    c->scope.version = utf8_clean(c->a, version);
    return convert_scope(c, attributes(c->a, &c->scope_attrs, at, SCOPE_ATTRIBUTES));
}

static enum errc scope_spans(struct converter *c, str message)
{
    struct wire cursor;
    struct wire_field f;

    TRY(scope(c, message));
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, SCOPE_SPANS_SPANS, WIRE_BYTES))
            TRY(span(c, f.bytes));
    }
    return ERR_OK;
}

static enum errc resource_spans(struct converter *c, str message)
{
    struct wire cursor;
    struct wire_field f;
    str resource;

    if (!last_field(message, RESOURCE_SPANS_RESOURCE, &resource))
        return ERR_INVALID;
    attrs_clear(&c->resource);
    TRY(convert_resource(c, attributes(c->a, &c->resource, resource, RESOURCE_ATTRIBUTES)));
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, RESOURCE_SPANS_SCOPE_SPANS, WIRE_BYTES))
            TRY(scope_spans(c, f.bytes));
    }
    return ERR_OK;
}

enum errc trace_pb_decode(struct converter *c, str body)
{
    enum errc rc = ERR_OK;
    struct wire cursor;
    struct wire_field f;

    wire_init(&cursor, body);
    while (rc == ERR_OK && wire_next(&cursor, &f)) {
        if (wire_is(&f, REQUEST_RESOURCE_SPANS, WIRE_BYTES))
            rc = resource_spans(c, f.bytes);
    }
    return rc == ERR_INVALID ? malformed(c->ctx) : rc;
}
