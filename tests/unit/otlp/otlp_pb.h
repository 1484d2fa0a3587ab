// SPDX-License-Identifier: MIT
#pragma once
// OTLP/JSON -> protobuf, for tests: whatever a case says, both encodings carry it. Hex ids become bytes.
#include "base/codec.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void pb_varint(struct buf *b, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        buf_add_char(b, (char)(v | 0x80));
    buf_add_char(b, (char)v);
}

static void pb_bytes(struct buf *b, uint32_t field, str bytes)
{
    pb_varint(b, field << 3 | 2);
    pb_varint(b, bytes.n);
    buf_add(b, bytes);
}

static void pb_fixed64(struct buf *b, uint32_t field, uint64_t v)
{
    pb_varint(b, field << 3 | 1);
    for (int i = 0; i < 8; i++)
        buf_add_char(b, (char)(v >> (8 * i)));
}

// A sub-message written by fn(inner, a, v).
static void pb_message(struct buf *b, struct arena *a, uint32_t field, const struct json *v,
                       void (*fn)(struct buf *, struct arena *, const struct json *))
{
    AUTO(buf_fini) struct buf inner = {0};

    buf_init(&inner, 64u << 20);
    fn(&inner, a, v);
    pb_bytes(b, field, inner.len ? buf_str(&inner) : STR(""));
}

static void pb_messages(struct buf *b, struct arena *a, uint32_t field, const struct json *list,
                        void (*fn)(struct buf *, struct arena *, const struct json *))
{
    for (struct json_iter it = json_iter(list); json_next(&it);)
        pb_message(b, a, field, it.value, fn);
}

static int64_t pb_int(const struct json *v)
{
    int64_t n = 0;

    assert_true(json_is(v, JSON_STRING) ? str_to_i64(json_str(v), &n) : json_i64(v, &n));
    return n;
}

static void pb_pair(struct buf *b, struct arena *a, const struct json *pair);
static void pb_any(struct buf *b, struct arena *a, const struct json *v);

static void pb_values(struct buf *b, struct arena *a, const struct json *v)
{
    pb_messages(b, a, 1, json_get(v, STR("values")), pb_any);
}

static void pb_pairs(struct buf *b, struct arena *a, const struct json *v)
{
    pb_messages(b, a, 1, json_get(v, STR("values")), pb_pair);
}

static void pb_any(struct buf *b, struct arena *a, const struct json *v)
{
    const struct json *f;
    double d;

    if ((f = json_get(v, STR("stringValue")))) {
        pb_bytes(b, 1, json_str(f));
    } else if ((f = json_get(v, STR("boolValue")))) {
        pb_varint(b, 2 << 3);
        pb_varint(b, json_bool(f));
    } else if ((f = json_get(v, STR("intValue")))) {
        pb_varint(b, 3 << 3);
        pb_varint(b, (uint64_t)pb_int(f));
    } else if ((f = json_get(v, STR("doubleValue")))) {
        uint64_t bits;
        assert_true(json_double(f, &d));
        memcpy(&bits, &d, sizeof(bits));
        pb_fixed64(b, 4, bits);
    } else if ((f = json_get(v, STR("arrayValue")))) {
        pb_message(b, a, 5, f, pb_values);
    } else if ((f = json_get(v, STR("kvlistValue")))) {
        pb_message(b, a, 6, f, pb_pairs);
    } else if ((f = json_get(v, STR("bytesValue")))) {
        str raw;
        assert_true(base64_decode(a, json_str(f), &raw));
        pb_bytes(b, 7, raw);
    }
}

static void pb_pair(struct buf *b, struct arena *a, const struct json *pair)
{
    pb_bytes(b, 1, json_str(json_get(pair, STR("key"))));
    if (json_get(pair, STR("value")))
        pb_message(b, a, 2, json_get(pair, STR("value")), pb_any);
}

static void pb_string(struct buf *b, uint32_t field, const struct json *v)
{
    if (json_is(v, JSON_STRING))
        pb_bytes(b, field, json_str(v));
}

static void pb_id(struct buf *b, struct arena *a, uint32_t field, const struct json *v)
{
    str raw;

    if (!v)
        return;
    assert_true(hex_decode(a, json_str(v), &raw));
    pb_bytes(b, field, raw);
}

static void pb_event(struct buf *b, struct arena *a, const struct json *e)
{
    pb_string(b, 2, json_get(e, STR("name")));
    pb_messages(b, a, 3, json_get(e, STR("attributes")), pb_pair);
}

static void pb_status(struct buf *b, struct arena *a UNUSED, const struct json *s)
{
    pb_string(b, 2, json_get(s, STR("message")));
    if (json_get(s, STR("code"))) {
        pb_varint(b, 3 << 3);
        pb_varint(b, (uint64_t)pb_int(json_get(s, STR("code"))));
    }
}

static void pb_span(struct buf *b, struct arena *a, const struct json *s)
{
    pb_id(b, a, 1, json_get(s, STR("traceId")));
    pb_id(b, a, 2, json_get(s, STR("spanId")));
    pb_id(b, a, 4, json_get(s, STR("parentSpanId")));
    pb_string(b, 5, json_get(s, STR("name")));
    if (json_get(s, STR("startTimeUnixNano")))
        pb_fixed64(b, 7, (uint64_t)pb_int(json_get(s, STR("startTimeUnixNano"))));
    if (json_get(s, STR("endTimeUnixNano")))
        pb_fixed64(b, 8, (uint64_t)pb_int(json_get(s, STR("endTimeUnixNano"))));
    pb_messages(b, a, 9, json_get(s, STR("attributes")), pb_pair);
    pb_messages(b, a, 11, json_get(s, STR("events")), pb_event);
    if (json_get(s, STR("status")))
        pb_message(b, a, 15, json_get(s, STR("status")), pb_status);
}

static void pb_scope(struct buf *b, struct arena *a, const struct json *s)
{
    pb_string(b, 1, json_get(s, STR("name")));
    pb_string(b, 2, json_get(s, STR("version")));
    pb_messages(b, a, 3, json_get(s, STR("attributes")), pb_pair);
}

static void pb_scope_spans(struct buf *b, struct arena *a, const struct json *s)
{
    pb_message(b, a, 1, json_get(s, STR("scope")), pb_scope);
    pb_messages(b, a, 2, json_get(s, STR("spans")), pb_span);
}

static void pb_resource(struct buf *b, struct arena *a, const struct json *r)
{
    pb_messages(b, a, 1, json_get(r, STR("attributes")), pb_pair);
}

static void pb_resource_spans(struct buf *b, struct arena *a, const struct json *r)
{
    pb_message(b, a, 1, json_get(r, STR("resource")), pb_resource);
    pb_messages(b, a, 2, json_get(r, STR("scopeSpans")), pb_scope_spans);
}

UNUSED static str build_protobuf(struct arena *a, str otlp_json)
{
    AUTO(buf_fini) struct buf b = {0};
    const struct json *doc = json_try(a, otlp_json);

    assert_non_null(doc);
    buf_init(&b, 64u << 20);
    pb_messages(&b, a, 1, json_get(doc, STR("resourceSpans")), pb_resource_spans);
    assert_true(buf_ok(&b));
    return arena_str(a, buf_str(&b));
}
