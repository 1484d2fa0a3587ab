// SPDX-License-Identifier: MIT
#pragma once
// Test exports: a short JSON case -> OTLP/JSON (otlp_pb.h makes protobuf of that). A case:
//   {"resource":{k:v}, "scope":{"name":..,"version":..,"attrs":{k:v}}, "spans":[{"id":..,"parent":..,
//    "name":..,"start":ms,"end":ms,"attrs":{k:v},"events":[{"name":..,"attrs":{k:v}}],
//    "status":{"code":2,"message":".."}}]}     v: JSON scalar or array, or an AnyValue object
// For a single span the span's members may stand at the top.
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BUILD_TRACE_ID "0af7651916cd43dd8448eb211c80319c"
#define BUILD_SPAN_ID  "b7ad6b7169203331"

// ---- case -> OTLP/JSON

static void build_value(struct jw *w, struct arena *a, const struct json *v)
{
    jw_object(w);
    switch (json_type(v)) {
    case JSON_STRING: jw_kstr(w, STR("stringValue"), json_str(v)); break;
    case JSON_BOOL: jw_kbool(w, STR("boolValue"), json_bool(v)); break;
    case JSON_NUMBER:
        if (str_find_char(json_number(v), '.') >= 0)
            jw_kraw(w, STR("doubleValue"), json_number(v));
        else
            jw_kstr(w, STR("intValue"), json_number(v));
        break;
    case JSON_ARRAY:
        jw_key(w, STR("arrayValue"));
        jw_object(w);
        jw_key(w, STR("values"));
        jw_array(w);
        for (struct json_iter it = json_iter(v); json_next(&it);)
            build_value(w, a, it.value);
        jw_array_end(w);
        jw_object_end(w);
        break;
    case JSON_OBJECT: // an AnyValue as it is
        for (struct json_iter it = json_iter(v); json_next(&it);)
            jw_kraw(w, it.key, json_text(a, it.value));
        break;
    case JSON_NULL:
    case JSON_ABSENT: break;
    }
    jw_object_end(w);
}

static void build_attributes(struct jw *w, struct arena *a, const struct json *attrs)
{
    jw_key(w, STR("attributes"));
    jw_array(w);
    for (struct json_iter it = json_iter(attrs); json_next(&it);) {
        jw_object(w);
        jw_kstr(w, STR("key"), it.key);
        jw_key(w, STR("value"));
        build_value(w, a, it.value);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void build_time(struct jw *w, struct arena *a, str key, const struct json *ms)
{
    int64_t v;

    if (json_i64(ms, &v))
        jw_kstr(w, key, arena_fmt(a, "%lld000000", (long long)v));
}

static str build_text(const struct json *v, str fallback)
{
    return json_is(v, JSON_STRING) ? json_str(v) : fallback;
}

static void build_span(struct jw *w, struct arena *a, const struct json *s)
{
    jw_object(w);
    jw_kstr(w, STR("traceId"), build_text(json_get(s, STR("traceId")), STR(BUILD_TRACE_ID)));
    jw_kstr(w, STR("spanId"), build_text(json_get(s, STR("id")), STR(BUILD_SPAN_ID)));
    if (json_get(s, STR("parent")))
        jw_kstr(w, STR("parentSpanId"), json_str(json_get(s, STR("parent"))));
    jw_kstr(w, STR("name"), build_text(json_get(s, STR("name")), STR("span")));
    build_time(w, a, STR("startTimeUnixNano"), json_get(s, STR("start")));
    build_time(w, a, STR("endTimeUnixNano"), json_get(s, STR("end")));
    build_attributes(w, a, json_get(s, STR("attrs")));
    jw_key(w, STR("events"));
    jw_array(w);
    for (struct json_iter it = json_iter(json_get(s, STR("events"))); json_next(&it);) {
        jw_object(w);
        jw_kstr(w, STR("name"), json_str(json_get(it.value, STR("name"))));
        build_attributes(w, a, json_get(it.value, STR("attrs")));
        jw_object_end(w);
    }
    jw_array_end(w);
    if (json_get(s, STR("status")))
        jw_kraw(w, STR("status"), json_text(a, json_get(s, STR("status"))));
    jw_object_end(w);
}

static void build_scope(struct jw *w, struct arena *a, const struct json *scope)
{
    jw_key(w, STR("scope"));
    jw_object(w);
    if (json_get(scope, STR("name")))
        jw_kstr(w, STR("name"), json_str(json_get(scope, STR("name"))));
    if (json_get(scope, STR("version")))
        jw_kstr(w, STR("version"), json_str(json_get(scope, STR("version"))));
    build_attributes(w, a, json_get(scope, STR("attrs")));
    jw_object_end(w);
}

UNUSED static str build_export(struct arena *a, const struct json *c)
{
    AUTO(buf_fini) struct buf b = {0};
    const struct json *spans = json_get(c, STR("spans"));
    struct jw w;

    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    BUF_ADD(&b, "{\"resourceSpans\":[{\"resource\":");
    jw_object(&w);
    build_attributes(&w, a, json_get(c, STR("resource")));
    jw_object_end(&w);
    BUF_ADD(&b, ",\"scopeSpans\":[");
    jw_init(&w, &b);
    jw_object(&w);
    build_scope(&w, a, json_get(c, STR("scope")));
    jw_key(&w, STR("spans"));
    jw_array(&w);
    if (!spans)
        build_span(&w, a, c);
    for (struct json_iter it = json_iter(spans); json_next(&it);)
        build_span(&w, a, it.value);
    jw_array_end(&w);
    jw_object_end(&w);
    BUF_ADD(&b, "]}]}");
    assert_true(buf_ok(&b));
    return arena_str(a, buf_str(&b));
}
