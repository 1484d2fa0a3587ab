// SPDX-License-Identifier: MIT
// Tool definitions and calls (ingestion.md 4.7).
#include "otlp_fixture.h"

static const char *const moved[] = {
    "{\"attrs\":{\"gen_ai.tool.definitions\":\"[{\\\"type\\\":\\\"function\\\",\\\"name\\\":"
    "\\\"calc\\\",\\\"description\\\":\\\"Do "
    "math\\\",\\\"parameters\\\":{\\\"type\\\":\\\"object\\\"}}]\","
    "\"input\":\"[1]\",\"k\":\"v\"},\"is\":{\"input\":\"{\\\"messages\\\":[1],\\\"tools\\\":"
    "[{\\\"type\\\":\\\"function\\\",\\\"name\\\":\\\"calc\\\",\\\"description\\\":\\\"Do math\\\","
    "\\\"parameters\\\":{\\\"type\\\":\\\"object\\\"}}]}\",\"metadata\":{\"attributes\":{\"k\":"
    "\"v\"},\"resourceAttributes\":{},\"scope\":{\"attributes\":{}}},\"toolDefinitions\":{\"calc\":"
    "\"{\\\"description\\\":\\\"Do "
    "math\\\",\\\"parameters\\\":\\\"{\\\\\\\"type\\\\\\\":\\\\\\\"object\\\\\\\"}\\\"}\"}}}",
    "{\"attrs\":{\"ai.prompt.tools\":[\"{\\\"type\\\":\\\"function\\\",\\\"name\\\":\\\"calc\\\","
    "\\\"description\\\":\\\"Do math\\\",\\\"parameters\\\":{\\\"type\\\":\\\"object\\\"}}\","
    "\"{\\\"type\\\":\\\"function\\\",\\\"function\\\":{\\\"name\\\":\\\"find\\\","
    "\\\"parameters\\\":"
    "{}}}\",\"{\\\"type\\\":\\\"function\\\",\\\"name\\\":\\\"calc\\\",\\\"description\\\":"
    "\\\"Do math\\\",\\\"parameters\\\":{\\\"type\\\":\\\"object\\\"}}\"],\"input\":\"hello\"},"
    "\"is\":{\"input\":\"{\\\"prompt\\\":\\\"hello\\\",\\\"tools\\\":[{\\\"type\\\":"
    "\\\"function\\\","
    "\\\"name\\\":\\\"calc\\\",\\\"description\\\":\\\"Do "
    "math\\\",\\\"parameters\\\":{\\\"type\\\":"
    "\\\"object\\\"}},{\\\"type\\\":\\\"function\\\",\\\"function\\\":{\\\"name\\\":\\\"find\\\","
    "\\\"parameters\\\":{}}}]}\",\"metadata\":{\"resourceAttributes\":{},\"scope\":{\"attributes\":"
    "{}}}}}",
    "{\"attrs\":{\"langfuse.observation.metadata.tools\":\"[{\\\"type\\\":\\\"function\\\","
    "\\\"name\\\":\\\"calc\\\",\\\"description\\\":\\\"Do "
    "math\\\",\\\"parameters\\\":{\\\"type\\\":"
    "\\\"object\\\"}}]\",\"input\":\"{\\\"a\\\":1,\\\"tools\\\":[{\\\"type\\\":\\\"function\\\","
    "\\\"function\\\":{\\\"name\\\":\\\"find\\\",\\\"parameters\\\":{}}}]}\"},\"is\":{\"input\":"
    "\"{\\\"a\\\":1,\\\"tools\\\":[{\\\"type\\\":\\\"function\\\",\\\"function\\\":{\\\"name\\\":"
    "\\\"find\\\",\\\"parameters\\\":{}}},{\\\"type\\\":\\\"function\\\",\\\"name\\\":\\\"calc\\\","
    "\\\"description\\\":\\\"Do math\\\",\\\"parameters\\\":{\\\"type\\\":\\\"object\\\"}}]}\","
    "\"metadata\":{\"attributes\":{},\"resourceAttributes\":{},\"scope\":{\"attributes\":{}}}}}",
    "{\"attrs\":{\"langfuse.observation.metadata\":\"{\\\"tools\\\":[{\\\"type\\\":"
    "\\\"function\\\","
    "\\\"name\\\":\\\"calc\\\",\\\"description\\\":\\\"Do "
    "math\\\",\\\"parameters\\\":{\\\"type\\\":"
    "\\\"object\\\"}}]}\"},\"is\":{\"input\":\"{\\\"tools\\\":[{\\\"type\\\":\\\"function\\\","
    "\\\"name\\\":\\\"calc\\\",\\\"description\\\":\\\"Do "
    "math\\\",\\\"parameters\\\":{\\\"type\\\":"
    "\\\"object\\\"}}]}\"}}",
    "{\"attrs\":{\"langfuse.observation.metadata.tools\":\"[\\\"hammer\\\",\\\"nail\\\"]\","
    "\"input\":\"x\"},\"is\":{\"input\":\"x\",\"metadata\":{\"tools\":\"[\\\"hammer\\\","
    "\\\"nail\\\"]\","
    "\"attributes\":{},\"resourceAttributes\":{},\"scope\":{\"attributes\":{}}}}}",
    "{\"attrs\":{\"llm.tools.10.tool.json_schema\":\"{\\\"type\\\":\\\"function\\\","
    "\\\"function\\\":"
    "{\\\"name\\\":\\\"find\\\",\\\"parameters\\\":{}}}\",\"llm.tools.2.tool.json_schema\":"
    "\"{\\\"type\\\":\\\"function\\\",\\\"name\\\":\\\"calc\\\",\\\"description\\\":\\\"Do "
    "math\\\","
    "\\\"parameters\\\":{\\\"type\\\":\\\"object\\\"}}\",\"input\":\"x\"},\"is\":{\"input\":"
    "\"{\\\"prompt\\\":\\\"x\\\",\\\"tools\\\":[{\\\"type\\\":\\\"function\\\",\\\"name\\\":"
    "\\\"calc\\\",\\\"description\\\":\\\"Do "
    "math\\\",\\\"parameters\\\":{\\\"type\\\":\\\"object\\\"}},"
    "{\\\"type\\\":\\\"function\\\",\\\"function\\\":{\\\"name\\\":\\\"find\\\",\\\"parameters\\\":"
    "{}}}]}\"}}",
    "{\"attrs\":{\"model_request_parameters\":\"{\\\"function_tools\\\":[{\\\"type\\\":"
    "\\\"function\\\","
    "\\\"name\\\":\\\"calc\\\",\\\"description\\\":\\\"Do "
    "math\\\",\\\"parameters\\\":{\\\"type\\\":"
    "\\\"object\\\"}}],\\\"other\\\":1}\",\"input\":\"x\"},\"is\":{\"input\":\"{\\\"prompt\\\":"
    "\\\"x\\\",\\\"tools\\\":[{\\\"type\\\":\\\"function\\\",\\\"name\\\":\\\"calc\\\","
    "\\\"description\\\":"
    "\\\"Do "
    "math\\\",\\\"parameters\\\":{\\\"type\\\":\\\"object\\\"}}]}\",\"metadata\":{\"attributes\":"
    "{\"model_request_parameters\":\"{\\\"other\\\":1}\"},\"resourceAttributes\":{},\"scope\":"
    "{\"attributes\":{}}}}}",
    "{\"attrs\":{\"gen_ai.tool.definitions\":\"[{\\\"type\\\":\\\"function\\\",\\\"name\\\":"
    "\\\"calc\\\",\\\"description\\\":\\\"Do "
    "math\\\",\\\"parameters\\\":{\\\"type\\\":\\\"object\\\"}}]\","
    "\"input\":\"7\"},\"is\":{\"input\":\"7\"}}",
};

static const char *const definitions[] = {
    "{\"attrs\":{\"input\":\"{\\\"messages\\\":[{\\\"role\\\":\\\"user\\\",\\\"tools\\\":[{"
    "\\\"type\\\":"
    "\\\"function\\\",\\\"function\\\":{\\\"name\\\":\\\"find\\\",\\\"parameters\\\":{}}}]},"
    "{\\\"role\\\":\\\"tool\\\",\\\"content\\\":{\\\"type\\\":\\\"function\\\",\\\"function\\\":"
    "{\\\"name\\\":\\\"find\\\",\\\"parameters\\\":{}}}},{\\\"role\\\":\\\"tool\\\","
    "\\\"content\\\":"
    "{\\\"type\\\":\\\"function\\\",\\\"function\\\":{\\\"name\\\":\\\"lang\\\"}}}],\\\"tools\\\":"
    "[{\\\"name\\\":\\\"anth\\\",\\\"input_schema\\\":{\\\"x\\\":1}}]}\"},\"is\":{"
    "\"toolDefinitions\":"
    "{\"anth\":\"{\\\"description\\\":\\\"\\\",\\\"parameters\\\":\\\"{\\\\\\\"x\\\\\\\":1}\\\"}\","
    "\"find\":\"{\\\"description\\\":\\\"\\\",\\\"parameters\\\":\\\"{}\\\"}\",\"lang\":\"{"
    "\\\"description\\\":"
    "\\\"\\\",\\\"parameters\\\":\\\"\\\"}\"}}}",
    "{\"attrs\":{\"input\":\"about tools\"},\"is\":{\"toolDefinitions\":null,\"toolCalls\":"
    "null,\"toolCallNames\":null}}",
};

static const char *const calls[] = {
    "{\"attrs\":{\"output\":\"{\\\"role\\\":\\\"assistant\\\",\\\"tool_calls\\\":[{\\\"id\\\":"
    "\\\"c1\\\",\\\"type\\\":\\\"function\\\",\\\"function\\\":{\\\"name\\\":\\\"calc\\\","
    "\\\"arguments\\\":"
    "\\\"{\\\\\\\"x\\\\\\\":1}\\\"}},{\\\"id\\\":\\\"c1\\\",\\\"type\\\":\\\"function\\\","
    "\\\"function\\\":"
    "{\\\"name\\\":\\\"calc\\\",\\\"arguments\\\":\\\"{}\\\"}}]}\"},\"is\":{\"toolCalls\":[{\"id\":"
    "\"c1\",\"arguments\":\"{\\\"x\\\":1}\",\"type\":\"function\",\"index\":0}],\"toolCallNames\":"
    "[\"calc\"]}}",
    "{\"attrs\":{\"output\":\"[{\\\"type\\\":\\\"tool-call\\\",\\\"toolCallId\\\":\\\"t\\\","
    "\\\"toolName\\\":\\\"find\\\",\\\"input\\\":{\\\"q\\\":1}}]\"},\"is\":{\"toolCalls\":[{\"id\":"
    "\"t\",\"arguments\":\"{\\\"q\\\":1}\",\"type\":\"tool-call\",\"index\":0}],\"toolCallNames\":"
    "[\"find\"]}}",
    "{\"attrs\":{\"output\":\"{\\\"content\\\":[{\\\"type\\\":\\\"text\\\",\\\"text\\\":\\\"x\\\"},"
    "{\\\"type\\\":\\\"tool_use\\\",\\\"id\\\":\\\"u\\\",\\\"name\\\":\\\"calc\\\",\\\"input\\\":"
    "{\\\"a\\\":1}}]}\"},\"is\":{\"toolCalls\":[{\"id\":\"u\",\"arguments\":\"{\\\"a\\\":1}\","
    "\"type\":\"tool_use\",\"index\":0}]}}",
    "{\"attrs\":{\"output\":\"{\\\"choices\\\":[{\\\"message\\\":{\\\"tool_calls\\\":[{\\\"id\\\":"
    "\\\"a\\\",\\\"index\\\":4,\\\"function\\\":{\\\"name\\\":\\\"x\\\",\\\"arguments\\\":\\\"\\\"}"
    "}]}}]}\"},"
    "\"is\":{\"toolCalls\":[{\"id\":\"a\",\"arguments\":\"\",\"type\":\"\",\"index\":4}],"
    "\"toolCallNames\":"
    "[\"x\"]}}",
    "{\"attrs\":{\"output\":\"{\\\"role\\\":\\\"assistant\\\",\\\"content\\\":\\\"t\\\",\\\"tool_"
    "calls\\\":"
    "\\\"[{\\\\\\\"type\\\\\\\":\\\\\\\"tool-call\\\\\\\",\\\\\\\"toolCallId\\\\\\\":"
    "\\\\\\\"z\\\\\\\","
    "\\\\\\\"toolName\\\\\\\":\\\\\\\"f\\\\\\\",\\\\\\\"args\\\\\\\":{}}]\\\"}\"},\"is\":{"
    "\"toolCallNames\":"
    "[\"f\"]}}",
    "{\"attrs\":{\"output\":\"{\\\"output\\\":[{\\\"type\\\":\\\"function_call\\\",\\\"call_id\\\":"
    "\\\"k\\\",\\\"name\\\":\\\"resp\\\",\\\"arguments\\\":\\\"{}\\\"}]}\"},\"is\":{\"toolCalls\":"
    "[{\"id\":\"k\",\"arguments\":\"{}\",\"type\":\"function_call\",\"index\":0}]}}",
    "{\"attrs\":{\"output\":\"{\\\"additional_kwargs\\\":{\\\"tool_calls\\\":[{\\\"name\\\":"
    "\\\"n\\\",\\\"arguments\\\":\\\"1\\\"},{\\\"name\\\":\\\"n\\\",\\\"arguments\\\":\\\"1\\\"},"
    "{\\\"name\\\":\\\"n\\\",\\\"arguments\\\":\\\"2\\\"}]}}\"},\"is\":{\"toolCallNames\":[\"n\","
    "\"n\"]}}",
    "{\"attrs\":{\"output\":\"{\\\"name\\\":\\\"not a call\\\",\\\"tool\\\":\\\"x\\\"}\"},\"is\":"
    "{\"toolCalls\":null}}",
    "{\"attrs\":{\"output\":\"[{\\\"type\\\":\\\"tool-result\\\",\\\"toolCallId\\\":\\\"t\\\","
    "\\\"toolName\\\":\\\"find\\\",\\\"output\\\":1}]\"},\"is\":{\"toolCalls\":null}}",
};

#define TEST(list)                        \
    static void test_##list(void **state) \
    {                                     \
        RUN_CASES(list);                  \
    }
TEST(moved)
TEST(definitions)
TEST(calls)

static struct observation batch_observation(const char *input, const char *metadata)
{
    return (struct observation){
        .source = SOURCE_BATCH, .input = str_c(input), .metadata = str_c(metadata)};
}

// A batch update without input must not replace the stored one.
static void test_batch_without_input(void **state)
{
    struct observation o = batch_observation(NULL, "{\"tools\":[{\"name\":\"x\"}]}");

    tools_extract(*state, &o);
    assert_false(str_some(o.input));
    assert_str(o.metadata, "{\"tools\":[{\"name\":\"x\"}]}");
    o = batch_observation("[]", "{\"tools\":[{\"name\":\"x\"}],\"k\":1}");
    tools_extract(*state, &o);
    assert_str(o.input, "{\"messages\":[],\"tools\":[{\"name\":\"x\"}]}");
    assert_str(o.metadata, "{\"k\":1}");
}

// More tools than anybody has: bounded, and nothing breaks.
static void test_many_tools(void **state)
{
    struct buf b;
    struct observation o = {.source = SOURCE_OTLP};

    buf_init(&b, 8u << 20);
    BUF_ADD(&b, "{\"tools\":[");
    for (int i = 0; i < 20000; i++)
        buf_add_fmt(&b, "%s{\"name\":\"tool%d\"}", i ? "," : "", i);
    BUF_ADD(&b, "]}");
    o.metadata = buf_str(&b);
    o.input = STR("x");
    o.output = buf_str(&b);
    tools_extract(*state, &o);
    assert_true(str_starts(o.input, STR("{\"prompt\":\"x\",\"tools\":[{\"name\":\"tool0\"}")));
    assert_true(o.input.n < 64u << 10);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASES_TEST(test_moved),      CASES_TEST(test_definitions),
        CASES_TEST(test_calls),      CASES_TEST(test_batch_without_input),
        CASES_TEST(test_many_tools),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
