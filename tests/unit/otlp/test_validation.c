// SPDX-License-Identifier: MIT
// What an export must be: ids and shapes are checked for all spans before any is taken; limits refuse
// single spans and keep their neighbours.
#include "otlp_fixture.h"

#define SPANS(list) \
    "{\"resourceSpans\":[{\"scopeSpans\":[{\"scope\":{\"name\":\"sc\"},\"spans\":[" list "]}]}]}"
#define IDS "\"traceId\":\"" BUILD_TRACE_ID "\",\"spanId\":\"" BUILD_SPAN_ID "\""

static const struct {
    const char *body;
    const char *reasons; // "n of m ...(reasons)", or NULL when it is fine
    const char *scopes;
} shapes[] = {
    {SPANS("{" IDS "}"), NULL, NULL},
    {SPANS("{\"name\":\"x\"}"),
     "1 of 1 span(s) cannot be processed (traceId:absent, spanId:absent)", "sc"},
    {SPANS("{" IDS "},{\"traceId\":7,\"spanId\":null}"),
     "1 of 2 span(s) cannot be processed (traceId:not_an_id, spanId:absent)", "sc"},
    {SPANS("{\"traceId\":\"\",\"spanId\":[]}"),
     "1 of 1 span(s) cannot be processed (traceId:absent, spanId:absent)", "sc"},
    {SPANS("{" IDS ",\"parentSpanId\":{\"data\":[1]}}"),
     "1 of 1 span(s) cannot be processed (parentSpanId:not_an_id)", "sc"},
    {SPANS("{" IDS ",\"parentSpanId\":0}"), NULL, NULL},
    {SPANS("{" IDS ",\"attributes\":{}}"),
     "1 of 1 span(s) cannot be processed (attributes:not_an_array)", "sc"},
    {SPANS("{" IDS ",\"events\":\"x\"}"),
     "1 of 1 span(s) cannot be processed (events:not_an_array)", "sc"},
    {"{\"resourceSpans\":[{\"scopeSpans\":\"x\"}]}",
     "0 of 0 span(s) cannot be processed (scopeSpans:not_an_array)", "unknown"},
    {"{\"resourceSpans\":[{\"resource\":{\"attributes\":{}},\"scopeSpans\":[]}]}",
     "0 of 0 span(s) cannot be processed (resource.attributes:not_an_array)", "unknown"},
    {"{\"resourceSpans\":\"x\"}", NULL, NULL},
    {"{\"resourceSpans\":[null,1,{\"scopeSpans\":[null]}]}", NULL, NULL},
    {"{}", NULL, NULL},
    {"[]", NULL, NULL},
};

static void test_shapes(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct decoded d = decode(*state, str_c(shapes[i].body), OTLP_JSON);
        if (!shapes[i].reasons) {
            assert_int_equal(d.rc, ERR_OK);
            continue;
        }
        assert_int_equal(d.rc, ERR_INVALID);
        assert_int_equal(d.events.n, 0);
        assert_str(d.ctx.message,
                   arena_cstr(*state, arena_fmt(*state,
                                                "Invalid OTLP trace export: %s. traceId and spanId "
                                                "are required on every span, and "
                                                "each must be a string or a byte array. The entire "
                                                "export was rejected and no spans "
                                                "were ingested. Instrumentation scopes: %s. This "
                                                "endpoint accepts OpenTelemetry "
                                                "traces only \xe2\x80\x94 if you are exporting "
                                                "OpenTelemetry logs, point your log "
                                                "exporter elsewhere.",
                                                shapes[i].reasons, shapes[i].scopes)));
    }
}

static void test_undecodable(void **state)
{
    struct decoded d = decode(*state, STR(""), OTLP_JSON);
    assert_int_equal(d.rc, ERR_INVALID);
    assert_str(d.ctx.message, "Failed to parse OTel JSON Trace");
    d = decode(*state, STR("{bad"), OTLP_JSON);
    assert_str(d.ctx.message, "Failed to parse OTel JSON Trace");
    d = decode(*state, STR("\xff\xff\xff\xff\xff"), OTLP_PROTOBUF);
    assert_int_equal(d.rc, ERR_INVALID);
    assert_str(d.ctx.message, "Failed to parse OTel Protobuf Trace");
    d = decode(*state, STR(""), OTLP_PROTOBUF);
    assert_int_equal(d.rc, ERR_OK);
}

// Cut anywhere, a good message is either malformed, without ids, or a smaller good message.
static void test_truncated_protobuf(void **state)
{
    const struct json *c = json_try(*state, STR("{\"attrs\":{\"k\":[1,\"x\",true,0.5]},\"events\":["
                                                "{\"name\":\"gen_ai.choice\",\"attrs\":{\"a\":1}}],"
                                                "\"status\":{\"code\":2,\"message\":\"m\"}}"));
    str pb = build_protobuf(*state, build_export(*state, c));

    for (size_t n = 1; n < pb.n; n++) {
        struct decoded d = decode(*state, str_sub(pb, 0, n), OTLP_PROTOBUF);
        assert_int_equal(d.rc, ERR_INVALID);
        assert_int_equal(d.events.n, 0);
    }
}

static void test_id_forms(void **state)
{
    static const struct {
        const char *id, *want;
    } forms[] = {
        {"\"ABCdef\"", "ABCdef"}, // text is kept as it is
        {"[1,171,255]", "01abff"},
        {"{\"type\":\"Buffer\",\"data\":[0,16]}", "0010"},
        {"\"q83vEjRWeJA=\"", "q83vEjRWeJA="},
        {"\"0000000000000000\"", "0000000000000000"},
    };

    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        str body = arena_fmt(*state, SPANS("{\"traceId\":\"t\",\"spanId\":%s,\"parentSpanId\":%s}"),
                             forms[i].id, forms[i].id);
        struct decoded d = decode(*state, body, OTLP_JSON);
        assert_int_equal(d.rc, ERR_OK);
        assert_int_equal(d.events.n, 1);
        assert_str(d.events.items[0]->observation.id, forms[i].want);
        assert_str(d.events.items[0]->observation.parent_id, forms[i].want);
    }
}

static void test_times(void **state)
{
    static const struct {
        const char *times;
        millis start, end;
    } cases[] = {
        {"\"startTimeUnixNano\":\"1747872000123999999\",\"endTimeUnixNano\":1747872001000000000",
         1747872000123, 1747872001000},
        {"\"startTimeUnixNano\":{\"low\":1,\"high\":1},\"endTimeUnixNano\":{\"low\":-1,\"high\":1}",
         4294, 8589},
        {"\"startTimeUnixNano\":\"0\",\"endTimeUnixNano\":\"5000000\"", 0, 5},
        {"\"endTimeUnixNano\":\"5000000\"", 5, 5},
        {"\"startTimeUnixNano\":\"7000000\"", 7, 7},
        {"\"startTimeUnixNano\":\"x\"", NOW, NOW},
        {"\"name\":\"n\"", NOW, NOW},
        {"\"startTimeUnixNano\":\"9000000\",\"endTimeUnixNano\":\"1000000\"", 9, 9},
        {"\"startTimeUnixNano\":-5,\"endTimeUnixNano\":\"18446744073709551615\"", 0, 7258118400000},
        {"\"startTimeUnixNano\":1e300", 7258118400000, 7258118400000},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct decoded d =
            decode(*state, arena_fmt(*state, SPANS("{" IDS ",%s}"), cases[i].times), OTLP_JSON);
        const struct event *e = event_of(&d, EVENT_OBSERVATION);
        assert_non_null(e);
        assert_int_equal(e->observation.start_time, cases[i].start);
        assert_int_equal(e->observation.end_time, cases[i].end);
        assert_int_equal(e->at, cases[i].start);
    }
}

// A span over a limit between two good ones.
static struct decoded decode_around(struct arena *a, str attributes)
{
    str body = arena_fmt(
        a,
        SPANS("{" IDS ",\"name\":\"a\"},{" IDS ",\"attributes\":[%.*s]},{" IDS ",\"name\":\"c\"}"),
        STR_ARG(attributes));
    struct decoded d = decode(a, body, OTLP_JSON),
                   pb = decode(a, build_protobuf(a, body), OTLP_PROTOBUF);

    assert_int_equal(d.rc, ERR_OK);
    assert_int_equal(pb.rc, ERR_OK);
    assert_int_equal(pb.res.n_refused, d.res.n_refused);
    assert_true(str_eq(pb.res.refusal, d.res.refusal));
    return d;
}

static str attributes_n(struct arena *a, unsigned n)
{
    struct buf b;

    buf_init(&b, 1u << 20);
    for (unsigned i = 0; i < n; i++)
        buf_add_fmt(&b, "%s{\"key\":\"k%u\",\"value\":{\"intValue\":\"1\"}}", i ? "," : "", i);
    str text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void test_attribute_limit(void **state)
{
    struct decoded d = decode_around(*state, attributes_n(*state, LIMIT_ATTRIBUTES));
    assert_int_equal(d.res.n_refused, 0);
    assert_false(str_some(d.res.refusal));

    d = decode_around(*state, attributes_n(*state, LIMIT_ATTRIBUTES + 1));
    assert_int_equal(d.res.n_spans, 3);
    assert_int_equal(d.res.n_refused, 1);
    assert_str(d.res.refusal,
               "span " BUILD_SPAN_ID ": too many attributes, or values nested too deep");
    assert_int_equal(d.events.n, 4);
}

static str nested(struct arena *a, unsigned depth, const char *open, const char *close)
{
    struct buf b;

    buf_init(&b, 1u << 20);
    BUF_ADD(&b, "{\"key\":\"k\",\"value\":");
    for (unsigned i = 0; i < depth; i++)
        buf_add(&b, str_c(open));
    BUF_ADD(&b, "{\"boolValue\":true}");
    for (unsigned i = 0; i < depth; i++)
        buf_add(&b, str_c(close));
    buf_add_char(&b, '}');
    str text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void test_depth_limit(void **state)
{
    static const char *open = "{\"arrayValue\":{\"values\":[", *close = "]}}";
    struct decoded d = decode_around(*state, nested(*state, LIMIT_OTLP_DEPTH - 1, open, close));

    assert_int_equal(d.res.n_refused, 0);
    d = decode_around(*state, nested(*state, LIMIT_OTLP_DEPTH, open, close));
    assert_int_equal(d.res.n_refused, 1);
    assert_int_equal(d.events.n, 4);
}

static str pb_field(struct arena *a, uint32_t number, str bytes)
{
    struct buf b;

    buf_init(&b, 64u << 20);
    pb_bytes(&b, number, bytes);
    str field = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return field;
}

static size_t event_count(const struct decoded *d, enum event_kind kind)
{
    size_t n = 0;

    for (size_t i = 0; i < d->events.n; i++)
        n += d->events.items[i]->kind == kind;
    return n;
}

static void test_long_ids(void **state)
{
    char id[LIMIT_ID_UNITS + 2];

    memset(id, 'a', sizeof(id) - 1);
    id[sizeof(id) - 1] = 0;
    struct decoded d = decode(
        *state, arena_fmt(*state, SPANS("{\"traceId\":\"t\",\"spanId\":\"%s\"},{" IDS "}"), id),
        OTLP_JSON);
    assert_int_equal(d.rc, ERR_OK);
    assert_int_equal(d.res.n_refused, 1);
    assert_int_equal(d.events.n, 2);
}

// Control characters take six bytes in JSON: this one attribute would not fit, its neighbours do.
static void test_metadata_too_large(void **state)
{
    size_t n = 12u << 20;
    char *text = arena_alloc(*state, n);

    memset(text, 1, n);
    str any = pb_field(*state, 1, str_make(text, n));
    str pair = arena_cat(*state, pb_field(*state, 1, STR("k")), pb_field(*state, 2, any));
    str ids = arena_cat(*state, pb_field(*state, 1, STR("t")), pb_field(*state, 2, STR("s")));
    str small = pb_field(*state, 2, ids);
    str large = pb_field(*state, 2, arena_cat(*state, ids, pb_field(*state, 9, pair)));
    str spans = arena_cat(*state, arena_cat(*state, small, large), small);
    struct decoded d =
        decode(*state, pb_field(*state, 1, pb_field(*state, 2, spans)), OTLP_PROTOBUF);

    assert_int_equal(d.rc, ERR_OK);
    assert_int_equal(d.res.n_refused, 1);
    assert_str(d.res.refusal, "span 73: its metadata is too large");
    assert_int_equal(event_count(&d, EVENT_OBSERVATION), 2);
}

static void test_invalid_utf8(void **state)
{
    // KeyValue k = "a\xff"; span name "\xc0n"
    str span = STR("\x0a\x01t\x12\x01s\x2a\x02\xc0n\x4a\x09\x0a\x01k\x12\x04\x0a\x02"
                   "a\xff");
    str body = arena_fmt(*state, "\x0a\x19\x12\x17\x12\x15%.*s", STR_ARG(span));
    struct decoded d = decode(*state, body, OTLP_PROTOBUF);

    assert_int_equal(d.rc, ERR_OK);
    const struct observation *o = &event_of(&d, EVENT_OBSERVATION)->observation;
    assert_str(o->id, "73");
    assert_str(o->name, "\xef\xbf\xbdn");
    assert_str(o->metadata, "{\"attributes\":{\"k\":\"a\xef\xbf\xbd\"},\"resourceAttributes\":{},"
                            "\"scope\":{\"attributes\":{}}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASES_TEST(test_shapes),
        CASES_TEST(test_undecodable),
        CASES_TEST(test_truncated_protobuf),
        CASES_TEST(test_id_forms),
        CASES_TEST(test_times),
        CASES_TEST(test_attribute_limit),
        CASES_TEST(test_depth_limit),
        CASES_TEST(test_long_ids),
        CASES_TEST(test_metadata_too_large),
        CASES_TEST(test_invalid_utf8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
