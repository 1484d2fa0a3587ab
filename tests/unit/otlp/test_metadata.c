// SPDX-License-Identifier: MIT
// Metadata in its stored form and its two views (ingestion.md 4.7), and what a trace is told (4.8).
#include "otlp_fixture.h"

static const char *const own_keys[] = {
    "{\"attrs\":{\"langfuse.observation.metadata\":\"{\\\"a\\\":{\\\"b\\\":1},\\\"c\\\":\\\"x\\\"}"
    "\","
    "\"langfuse.observation.metadata.c\":\"y\",\"langfuse.observation.metadata.d.e\":[1]},\"is\":"
    "{\"metadata\":{\"a\":{\"b\":1},\"c\":\"y\",\"d.e\":[1],\"attributes\":{},"
    "\"resourceAttributes\":"
    "{},\"scope\":{\"attributes\":{}}},\"v2\":{\"a.b\":\"1\",\"c\":\"y\",\"d.e\":\"[1]\"}}}",
    "{\"attrs\":{\"langfuse.observation.metadata\":\"text\",\"langfuse.metadata\":\"{\\\"x\\\":"
    "1}\"},\"is\":{\"metadata\":{\"attributes\":{\"langfuse.metadata\":\"{\\\"x\\\":1}\"},"
    "\"resourceAttributes\":"
    "{},\"scope\":{\"attributes\":{}}}}}",
    "{\"attrs\":{\"langfuse.metadata\":\"{\\\"x\\\":null}\"},\"is\":{\"v1\":{\"x\":null,"
    "\"attributes\":"
    "{\"langfuse.metadata\":\"{\\\"x\\\":null}\"},\"resourceAttributes\":{},\"scope\":{"
    "\"attributes\":"
    "{}}},\"v2\":{\"attributes.langfuse.metadata\":\"{\\\"x\\\":null}\",\"x\":\"\"}},\"trace\":"
    "{\"metadata\":{\"x\":null,\"attributes\":{\"langfuse.metadata\":\"{\\\"x\\\":null}\"},"
    "\"resourceAttributes\":{},\"scope\":{\"attributes\":{}}}}}",
    "{\"attrs\":{\"ai.telemetry.metadata.topic\":\"t\",\"ai.telemetry.metadata.userId\":\"u\"},"
    "\"is\":{\"metadata\":{\"topic\":\"t\",\"attributes\":{},\"resourceAttributes\":{},\"scope\":"
    "{\"attributes\":{}}},\"userId\":\"u\"}}",
    "{\"attrs\":{\"langfuse.observation.metadata.attributes\":\"mine\",\"langfuse.observation."
    "metadata.k\":"
    "\"v\"},\"is\":{\"metadata\":{\"k\":\"v\",\"attributes\":{},\"resourceAttributes\":{},"
    "\"scope\":"
    "{\"attributes\":{}}}}}",
    "{\"attrs\":{\"langfuse.observation.metadata.k\":1,\"langfuse.trace.metadata.t\":\"x\","
    "\"langfuse.trace.metadata\":\"{\\\"s\\\":2}\"},\"is\":{\"v1\":{\"k\":1,\"attributes\":"
    "{},\"resourceAttributes\":{},\"scope\":{\"attributes\":{}}},\"v2\":{\"k\":\"1\",\"s\":"
    "\"2\",\"t\":\"x\"}},\"trace\":{\"metadata\":{\"s\":2,\"t\":\"x\",\"k\":1,\"attributes\":"
    "{},\"resourceAttributes\":{},\"scope\":{\"attributes\":{}}}}}",
};

static const char *const fixed_parts[] = {
    "{\"attrs\":{\"s\":\"x\",\"i\":5,\"f\":1.5,\"b\":true,\"a\":[1,\"y\",false],\"e\":[],\"kv\":"
    "{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}},{\"key\":"
    "\"n\",\"value\":{\"intValue\":\"7\"}}]}},\"by\":{\"bytesValue\":\"AQI=\"},\"nul\":null},"
    "\"is\":{\"metadata\":{\"attributes\":{\"s\":\"x\",\"i\":\"5\",\"f\":\"1.5\",\"b\":\"true\","
    "\"a\":\"[1,\\\"y\\\",false]\",\"e\":\"{\\\"arrayValue\\\":{\\\"values\\\":[]}}\",\"kv\":"
    "\"{\\\"kvlistValue\\\":{\\\"values\\\":[{\\\"key\\\":\\\"k\\\",\\\"value\\\":{"
    "\\\"stringValue\\\":"
    "\\\"v\\\"}},{\\\"key\\\":\\\"n\\\",\\\"value\\\":{\\\"intValue\\\":\\\"7\\\"}}]}}\",\"by\":"
    "\"{\\\"bytesValue\\\":\\\"AQI=\\\"}\"},\"resourceAttributes\":{},\"scope\":{\"attributes\":"
    "{}}}}}",
    "{\"attrs\":{\"input\":\"i\",\"gen_ai.prompt.0.x\":\"p\",\"gen_ai.system_instructions\":"
    "\"s\",\"tool_arguments\":\"a\",\"lk.user_input\":\"l\",\"k\":\"v\"},\"is\":{\"metadata\":"
    "{\"attributes\":{\"tool_arguments\":\"a\",\"k\":\"v\"},\"resourceAttributes\":{},\"scope\":"
    "{\"attributes\":{}}}}}",
    "{\"resource\":{\"service.name\":\"s\",\"n\":5,\"list\":[\"a\",1]},\"scope\":{\"name\":"
    "\"sc\",\"version\":\"1\",\"attrs\":{\"k\":true}},\"is\":{\"metadata\":{\"attributes\":"
    "{},\"resourceAttributes\":{\"service.name\":\"s\",\"n\":5,\"list\":[\"a\",1]},\"scope\":"
    "{\"name\":\"sc\",\"version\":\"1\",\"attributes\":{\"k\":true}}},\"v2\":{\"resourceAttributes."
    "service.name\":"
    "\"s\",\"resourceAttributes.n\":\"5\",\"resourceAttributes.list\":\"[\\\"a\\\",1]\",\"scope."
    "name\":"
    "\"sc\",\"scope.version\":\"1\",\"scope.attributes.k\":\"true\"}}}",
    "{\"scope\":{\"name\":\"langfuse-sdk-x\"},\"attrs\":{\"k\":\"v\"},\"is\":{\"metadata\":"
    "{\"resourceAttributes\":{},\"scope\":{\"name\":\"langfuse-sdk-x\",\"attributes\":{}}}}}",
    "{\"attrs\":{\"quote\\\"\":\"line\\n\"},\"is\":{\"metadata\":{\"attributes\":{\"quote\\\"\":"
    "\"line\\n\"},\"resourceAttributes\":{},\"scope\":{\"attributes\":{}}}}}",
    "{\"resource\":{\"langfuse.metadata.a.b\":\"x\",\"langfuse.trace.metadata\":\"{\\\"t\\\":"
    "1}\"},\"is\":{\"v1\":{\"a.b\":\"x\",\"t\":1,\"attributes\":{},\"resourceAttributes\":{"
    "\"langfuse.metadata.a.b\":"
    "\"x\",\"langfuse.trace.metadata\":\"{\\\"t\\\":1}\"},\"scope\":{\"attributes\":{}}},\"v2\":"
    "{\"resourceAttributes.langfuse.metadata.a.b\":\"x\",\"resourceAttributes.langfuse.trace."
    "metadata\":"
    "\"{\\\"t\\\":1}\"}},\"trace\":{\"metadata\":{\"t\":1,\"a.b\":\"x\",\"attributes\":{},"
    "\"resourceAttributes\":"
    "{\"langfuse.metadata.a.b\":\"x\",\"langfuse.trace.metadata\":\"{\\\"t\\\":1}\"},\"scope\":"
    "{\"attributes\":{}}}}}",
};

static const char *const traces[] = {
    "{\"name\":\"root\",\"start\":1000,\"attrs\":{\"input\":\"i\",\"output\":\"o\"},\"trace\":"
    "{\"id\":\"0af7651916cd43dd8448eb211c80319c\",\"name\":\"root\",\"timestamp\":\"1970-01-01T00:"
    "00:01.000Z\",\"input\":\"i\",\"output\":\"o\",\"environment\":\"default\",\"userId\":null,"
    "\"public\":null}}",
    "{\"parent\":\"00f067aa0ba902b7\",\"attrs\":{\"k\":\"v\",\"gen_ai.conversation.id\":\"c\"},"
    "\"trace\":null}",
    "{\"parent\":\"00f067aa0ba902b7\",\"attrs\":{\"langfuse.internal.as_root\":true,\"langfuse."
    "observation.input\":"
    "\"i\"},\"trace\":{\"name\":\"span\",\"input\":\"i\"},\"is\":{\"parentId\":"
    "\"00f067aa0ba902b7\"}}",
    "{\"parent\":\"00f067aa0ba902b7\",\"name\":\"n\",\"attrs\":{\"user.id\":\"u\",\"input\":"
    "\"i\"},\"trace\":{\"name\":null,\"userId\":\"u\",\"input\":null,\"metadata\":{"
    "\"resourceAttributes\":"
    "{},\"scope\":{\"attributes\":{}}}}}",
    "{\"parent\":\"00f067aa0ba902b7\",\"attrs\":{\"langfuse.trace.metadata.a\":\"b\",\"k\":"
    "\"v\"},\"trace\":{\"metadata\":{\"a\":\"b\",\"resourceAttributes\":{},\"scope\":{"
    "\"attributes\":"
    "{}}}}}",
    "{\"parent\":\"00f067aa0ba902b7\",\"attrs\":{\"langfuse.trace.input\":\"ti\"},\"trace\":"
    "{\"input\":\"ti\",\"output\":null},\"is\":{\"input\":null,\"output\":null}}",
    "{\"parent\":\"00f067aa0ba902b7\",\"attrs\":{\"langfuse.trace.name\":\"\"},\"trace\":null}",
    "{\"attrs\":{\"langfuse.trace.input\":\"ti\",\"langfuse.observation.input\":\"oi\",\"langfuse."
    "observation.output\":"
    "\"oo\"},\"trace\":{\"input\":\"ti\",\"output\":\"oo\"},\"is\":{\"input\":\"oi\",\"output\":"
    "\"oo\"}}",
    "{\"attrs\":{\"langfuse.trace.output\":\"to\",\"input\":\"i\"},\"trace\":{\"input\":null,"
    "\"output\":\"to\"},\"is\":{\"input\":\"i\",\"output\":null}}",
    "{\"attrs\":{\"langfuse.trace.input\":\"\",\"input\":\"i\"},\"trace\":{\"input\":\"i\","
    "\"output\":null}}",
};

#define TEST(list)                        \
    static void test_##list(void **state) \
    {                                     \
        RUN_CASES(list);                  \
    }
TEST(own_keys)
TEST(fixed_parts)
TEST(traces)

// Events come in order of span start, each trace event before its observation, whatever the order sent.
static void test_order(void **state)
{
    const struct json *c = json_try(
        *state, STR("{\"spans\":["
                    "{\"id\":\"00000000000000a2\",\"parent\":\"00000000000000a1\",\"start\":2000,"
                    "\"attrs\":{\"langfuse.trace.name\":\"late\"}},"
                    "{\"id\":\"00000000000000a3\",\"parent\":\"00000000000000a1\",\"start\":3000},"
                    "{\"id\":\"00000000000000a1\",\"start\":1000,\"name\":\"root\"}]}"));
    static const char *const want[] = {"root", "00000000000000a1", "late", "00000000000000a2",
                                       "00000000000000a3"};
    struct decoded d = decode_case(*state, c);

    assert_int_equal(d.events.n, ARRAY_LEN(want));
    for (size_t i = 0; i < d.events.n; i++) {
        const struct event *e = d.events.items[i];
        assert_str(e->kind == EVENT_TRACE ? e->trace.name : e->observation.id, want[i]);
    }
}

// What every span of an export repeats reaches the trace once; what changes in between is kept.
static void test_repeated_trace_attributes(void **state)
{
    const struct json *c = json_try(
        *state,
        STR("{\"resource\":{\"r\":1},\"spans\":["
            "{\"id\":\"00000000000000a1\",\"start\":1000,\"attrs\":{\"user.id\":\"u\",\"k\":\"v\"}}"
            ","
            "{\"id\":\"00000000000000a2\",\"parent\":\"00000000000000a1\",\"start\":2000,\"attrs\":"
            "{\"user.id\":\"u\"}},"
            "{\"id\":\"00000000000000a3\",\"parent\":\"00000000000000a1\",\"start\":3000,\"attrs\":"
            "{\"user.id\":\"w\",\"langfuse.trace.tags\":[\"t\"]}},"
            "{\"id\":\"00000000000000a4\",\"parent\":\"00000000000000a1\",\"start\":4000,\"attrs\":"
            "{\"user.id\":\"u\",\"langfuse.trace.tags\":[\"t\"]}},"
            "{\"id\":\"00000000000000a5\",\"parent\":\"00000000000000a1\",\"start\":5000,\"attrs\":"
            "{\"user.id\":\"u\",\"langfuse.trace.metadata.m\":1}}]}"));
    static const uint64_t want[] = {BIT(TRACE_TIMESTAMP) | BIT(TRACE_NAME) | BIT(TRACE_USER_ID) |
                                        BIT(TRACE_ENVIRONMENT) | BIT(TRACE_METADATA),
                                    BIT(TRACE_USER_ID) | BIT(TRACE_TAGS), BIT(TRACE_USER_ID),
                                    BIT(TRACE_METADATA)};
    struct decoded d = decode_case(*state, c);
    size_t n = 0;

    for (size_t i = 0; i < d.events.n; i++) {
        if (d.events.items[i]->kind != EVENT_TRACE)
            continue;
        assert_true(n < ARRAY_LEN(want));
        assert_true(d.events.items[i]->present == want[n++]);
    }
    assert_int_equal(n, ARRAY_LEN(want));
}

// Of duplicate keys the last value counts, at the place of the first.
static void test_duplicate_attributes(void **state)
{
    struct decoded d =
        decode(*state,
               STR("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"t\",\"spanId\":"
                   "\"s\",\"attributes\":["
                   "{\"key\":\"k\",\"value\":{\"intValue\":1}},{\"key\":\"user.id\",\"value\":{"
                   "\"stringValue\":\"a\"}},"
                   "{\"key\":\"k\",\"value\":{\"intValue\":2}},{\"key\":\"user.id\",\"value\":{"
                   "\"stringValue\":\"b\"}},"
                   "{\"key\":\"novalue\"},{\"key\":7,\"value\":{\"intValue\":2}},null]}]}]}]}"),
               OTLP_JSON);

    assert_int_equal(d.rc, ERR_OK);
    assert_str(event_of(&d, EVENT_OBSERVATION)->observation.user_id, "b");
    assert_str(event_of(&d, EVENT_OBSERVATION)->observation.metadata,
               "{\"attributes\":{\"k\":\"2\",\"user.id\":\"b\"},\"resourceAttributes\":{},"
               "\"scope\":{\"attributes\":{}}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASES_TEST(test_own_keys),
        CASES_TEST(test_fixed_parts),
        CASES_TEST(test_traces),
        CASES_TEST(test_order),
        CASES_TEST(test_repeated_trace_attributes),
        CASES_TEST(test_duplicate_attributes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
