// SPDX-License-Identifier: MIT
// Input and output (ingestion.md 4.6), rule by rule. `0`, `false` and "" are kept.
#include "otlp_fixture.h"

static const char *const langfuse[] = {
    "{\"attrs\":{\"langfuse.observation.input\":\"{\\\"a\\\":1}\",\"input\":\"x\"},\"is\":{"
    "\"input\":"
    "\"{\\\"a\\\":1}\",\"output\":null}}",
    "{\"attrs\":{\"langfuse.observation.output\":[1,\"x\"]},\"is\":{\"input\":null,\"output\":"
    "\"[1,\\\"x\\\"]\"}}",
    "{\"attrs\":{\"langfuse.observation.input\":\"\",\"langfuse.observation.output\":0},\"is\":"
    "{\"input\":\"\",\"output\":\"0\"}}",
    "{\"attrs\":{\"langfuse.observation.input\":false},\"is\":{\"input\":\"false\",\"output\":"
    "null}}",
    "{\"attrs\":{},\"is\":{\"input\":null,\"output\":null}}",
};

static const char *const pairs[] = {
    "{\"attrs\":{\"input.value\":\"i\",\"output.value\":\"o\",\"input\":\"x\"},\"is\":{\"input\":"
    "\"i\",\"output\":\"o\"}}",
    "{\"attrs\":{\"input.value\":\"\",\"output.value\":\"\",\"input\":\"x\"},\"is\":{\"input\":"
    "\"x\",\"output\":null}}",
    "{\"attrs\":{\"input.value\":\"i\",\"output.value\":\"\"},\"is\":{\"input\":\"i\",\"output\":"
    "\"\"}}",
    "{\"attrs\":{\"prompt\":\"p\"},\"is\":{\"input\":\"p\",\"output\":null}}",
    "{\"attrs\":{\"lk.chat_ctx\":\"c\",\"lk.user_transcript\":\"t\",\"lk.response.text\":\"r\"},"
    "\"is\":{\"input\":\"t\",\"output\":\"r\"}}",
    "{\"attrs\":{\"mlflow.spanInputs\":\"i\",\"mlflow.spanOutputs\":\"o\"},\"is\":{\"input\":"
    "\"i\",\"output\":\"o\"}}",
    "{\"attrs\":{\"traceloop.entity.output\":\"o\"},\"is\":{\"input\":null,\"output\":\"o\"}}",
    "{\"attrs\":{\"tool_arguments\":\"a\",\"tool_response\":\"r\"},\"is\":{\"input\":\"a\","
    "\"output\":\"r\"}}",
    "{\"attrs\":{\"gcp.vertex.agent.llm_request\":\"{}\",\"gcp.vertex.agent.tool_call_args\":"
    "\"a\",\"gcp.vertex.agent.llm_response\":\"r\"},\"is\":{\"input\":\"a\",\"output\":\"r\"}}",
};

static const char *const frameworks[] = {
    "{\"scope\":{\"name\":\"genkit-tracer\"},\"attrs\":{\"genkit:input\":\"{\\\"messages\\\":"
    "[1]}\",\"genkit:output\":\"{\\\"x\\\":1}\"},\"is\":{\"input\":\"[1]\",\"output\":\"{\\\"x\\\":"
    "1}\"}}",
    "{\"scope\":{\"name\":\"ai\"},\"attrs\":{\"ai.prompt\":\"p\",\"ai.prompt.messages\":\"m\","
    "\"ai.response.text\":\"t\"},\"is\":{\"input\":\"m\",\"output\":\"t\"}}",
    "{\"scope\":{\"name\":\"ai\"},\"attrs\":{\"ai.toolCall.args\":\"a\",\"ai.response.text\":"
    "\"t\",\"ai.response.toolCalls\":\"[]\"},\"is\":{\"input\":\"a\",\"output\":\"{\\\"role\\\":"
    "\\\"assistant\\\",\\\"content\\\":\\\"t\\\",\\\"tool_calls\\\":\\\"[]\\\"}\"}}",
    "{\"scope\":{\"name\":\"ai\"},\"attrs\":{\"ai.response.object\":\"o\",\"gen_ai.input."
    "messages\":"
    "\"i\"},\"is\":{\"input\":\"i\",\"output\":\"o\"}}",
    "{\"scope\":{\"name\":\"ai\"},\"attrs\":{\"input\":\"x\"},\"is\":{\"input\":null,\"output\":"
    "null}}",
    "{\"scope\":{\"name\":\"@flue/opentelemetry\"},\"attrs\":{\"flue.tool.arguments\":\"{ "
    "\\\"a\\\":"
    " 1 }\",\"flue.tool.result\":\"plain\"},\"is\":{\"input\":\"{\\\"a\\\":1}\",\"output\":"
    "\"plain\"}}",
    "{\"scope\":{\"name\":\"pydantic-ai\"},\"attrs\":{\"pydantic_ai.all_messages\":\"[{"
    "\\\"role\\\":"
    "\\\"user\\\"}]\",\"gen_ai.system_instructions\":\"[{\\\"content\\\":\\\"a\\\"},{\\\"text\\\":"
    "\\\"b\\\"}]\",\"final_result\":\"f\"},\"is\":{\"input\":\"[{\\\"role\\\":\\\"system\\\","
    "\\\"content\\\":\\\"a\\\\nb\\\"},{\\\"role\\\":\\\"user\\\"}]\",\"output\":\"f\"}}",
    "{\"attrs\":{\"pydantic_ai.all_messages\":\"[]\"},\"is\":{\"input\":null,\"output\":null}}",
    "{\"attrs\":{\"gen_ai.input.messages\":\"[{\\\"role\\\":\\\"system\\\"}]\",\"gen_ai.system_"
    "instructions\":"
    "\"x\",\"gen_ai.output.messages\":\"o\"},\"is\":{\"input\":\"[{\\\"role\\\":\\\"system\\\"}]\","
    "\"output\":\"o\"}}",
    "{\"attrs\":{\"gen_ai.input.messages\":\"text\",\"gen_ai.system_instructions\":\"x\"},\"is\":"
    "{\"input\":\"text\",\"output\":null}}",
    "{\"attrs\":{\"gen_ai.tool.call.arguments\":\"a\",\"gen_ai.tool.call.result\":\"r\"},\"is\":"
    "{\"input\":\"a\",\"output\":\"r\"}}",
    "{\"attrs\":{\"events\":\"[{\\\"event.name\\\":\\\"gen_ai.user.message\\\",\\\"content\\\":"
    "\\\"u\\\"},{\\\"event.name\\\":\\\"gen_ai.choice\\\",\\\"x\\\":1},{\\\"event.name\\\":"
    "\\\"gen_ai.choice\\\"}]\"},\"is\":{\"input\":\"[{\\\"event.name\\\":\\\"gen_ai.user."
    "message\\\","
    "\\\"content\\\":\\\"u\\\"}]\",\"output\":\"{\\\"event.name\\\":\\\"gen_ai.choice\\\","
    "\\\"x\\\":"
    "1}\"}}",
};

static const char *const nested[] = {
    "{\"attrs\":{\"gen_ai.prompt.0.role\":\"user\",\"gen_ai.prompt.0.content\":\"Hi\",\"gen_ai."
    "prompt.2.content\":"
    "\"c\"},\"is\":{\"input\":\"[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"Hi\\\"},null,"
    "{\\\"content\\\":\\\"c\\\"}]\",\"output\":\"{}\"}}",
    "{\"attrs\":{\"gen_ai.completion\":\"text\",\"gen_ai.prompt.a.b\":1},\"is\":{\"input\":"
    "\"{\\\"a\\\":{\\\"b\\\":1}}\",\"output\":\"text\"}}",
    "{\"attrs\":{\"gen_ai.prompt.0\":\"x\"},\"is\":{\"input\":\"{\\\"0\\\":\\\"x\\\"}\",\"output\":"
    "\"{}\"}}",
    "{\"attrs\":{\"gen_ai.prompt.m.1.x\":\"y\"},\"is\":{\"input\":\"{\\\"m\\\":[null,{\\\"x\\\":"
    "\\\"y\\\"}]}\",\"output\":\"{}\"}}",
    "{\"attrs\":{\"gen_ai.prompt.a.__proto__.x\":1,\"gen_ai.prompt.constructor\":2,\"gen_ai.prompt."
    "b\":"
    "3},\"is\":{\"input\":\"{\\\"b\\\":3}\",\"output\":\"{}\"}}",
    "{\"attrs\":{\"gen_ai.prompt.a\":1,\"gen_ai.prompt.a.b\":2},\"is\":{\"input\":\"{\\\"a\\\":"
    "{\\\"b\\\":2}}\",\"output\":\"{}\"}}",
    "{\"attrs\":{\"gen_ai.prompt.0.c\":\"v\",\"gen_ai.prompt.10001.c\":\"x\",\"gen_ai.prompt."
    "99999999999999999999.c\":"
    "\"x\"},\"is\":{\"input\":\"[{\\\"c\\\":\\\"v\\\"}]\",\"output\":\"{}\"}}",
    "{\"attrs\":{\"llm.input_messages.0.message.role\":\"user\",\"llm.output_messages.0.message."
    "content\":"
    "\"o\"},\"is\":{\"input\":\"[{\\\"message\\\":{\\\"role\\\":\\\"user\\\"}}]\",\"output\":"
    "\"[{\\\"message\\\":{\\\"content\\\":\\\"o\\\"}}]\"}}",
    "{\"attrs\":{\"gen_ai.prompt_id\":\"x\"},\"is\":{\"input\":null,\"output\":null}}",
};

static const char *const events[] = {
    "{\"events\":[{\"name\":\"gen_ai.user.message\",\"attrs\":{\"content\":\"u\",\"n\":1}},"
    "{\"name\":\"gen_ai.assistant.message\",\"attrs\":{}},{\"name\":\"other\",\"attrs\":{\"x\":"
    "1}}],\"is\":{\"input\":\"[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"u\\\",\\\"n\\\":"
    "1},{\\\"role\\\":\\\"assistant\\\"}]\",\"output\":null}}",
    "{\"events\":[{\"name\":\"gen_ai.choice\",\"attrs\":{\"a\":1}}],\"is\":{\"input\":null,"
    "\"output\":\"{\\\"a\\\":1}\"}}",
    "{\"events\":[{\"name\":\"gen_ai.choice\",\"attrs\":{\"a\":1}},{\"name\":\"gen_ai.choice\","
    "\"attrs\":{\"a\":2}}],\"is\":{\"input\":null,\"output\":\"[{\\\"a\\\":1},{\\\"a\\\":2}]\"}}",
    "{\"events\":[{\"name\":\"gen_ai.content.prompt\",\"attrs\":{\"gen_ai.prompt\":\"p\"}}],"
    "\"is\":{\"input\":\"p\",\"output\":\"{}\"}}",
    "{\"events\":[{\"name\":\"gen_ai.content.completion\",\"attrs\":{\"k\":\"v\"}}],\"is\":"
    "{\"input\":\"{}\",\"output\":\"{\\\"k\\\":\\\"v\\\"}\"}}",
    "{\"events\":[{\"name\":\"gen_ai.client.inference.operation.details\",\"attrs\":{\"gen_ai."
    "input.messages\":"
    "\"[{\\\"role\\\":\\\"user\\\"}]\",\"gen_ai.system_instructions\":\"s\",\"gen_ai.output."
    "messages\":"
    "\"o\"}}],\"is\":{\"input\":\"[{\\\"role\\\":\\\"system\\\",\\\"content\\\":\\\"s\\\"},"
    "{\\\"role\\\":\\\"user\\\"}]\",\"output\":\"o\"}}",
    "{\"events\":[{\"name\":\"exception\",\"attrs\":{\"exception.message\":\"m\"}}],\"attrs\":"
    "{\"input\":\"i\"},\"is\":{\"input\":\"i\",\"output\":null}}",
};

#define TEST(list)                        \
    static void test_##list(void **state) \
    {                                     \
        RUN_CASES(list);                  \
    }
TEST(langfuse)
TEST(pairs)
TEST(frameworks)
TEST(nested)
TEST(events)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASES_TEST(test_langfuse), CASES_TEST(test_pairs),  CASES_TEST(test_frameworks),
        CASES_TEST(test_nested),   CASES_TEST(test_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
