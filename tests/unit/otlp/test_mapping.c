// SPDX-License-Identifier: MIT
// The mapping, case by case (ingestion.md 4.3 to 4.5, 4.10, 4.11, 4.13). Every case runs in both
// encodings, whose events must be identical. A case is JSON: see otlp_build.h and run_case().
#include "otlp_fixture.h"

static const char *const names[] = {
    "{\"name\":\"n\",\"attrs\":{},\"is\":{\"name\":\"n\"}}",
    "{\"name\":\"n\",\"attrs\":{\"logfire.msg\":\"m\",\"gen_ai.tool.name\":\"t\"},\"is\":{\"name\":"
    "\"t\"}}",
    "{\"name\":\"n\",\"attrs\":{\"logfire.msg\":\"\",\"genkit:name\":\"g\"},\"is\":{\"name\":\"g\"}"
    "}",
    "{\"name\":\"n\",\"attrs\":{\"logfire.msg\":\"m\"},\"is\":{\"name\":\"m\"}}",
    "{\"name\":\"n\",\"attrs\":{\"ai.toolCall.name\":\"t\",\"ai.operationId\":\"o\"},\"is\":{"
    "\"name\":\"t\"}}",
    "{\"name\":\"n\",\"attrs\":{\"ai.operationId\":\"o\"},\"is\":{\"name\":\"o\"}}",
    "{\"name\":\"n\",\"attrs\":{\"ai.operationId\":\"o\",\"ai.telemetry.functionId\":\"f\"},\"is\":"
    "{\"name\":\"f:o\"}}",
    "{\"name\":\"n\",\"attrs\":{\"langfuse.trace.name\":\"T\"},\"is\":{\"name\":\"n\","
    "\"traceName\":\"T\"},\"trace\":{\"name\":\"T\"}}",
};

static const char *const environments[] = {
    "{\"attrs\":{},\"is\":{\"environment\":\"default\"}}",
    "{\"attrs\":{\"langfuse.environment\":\"PROD\",\"deployment.environment\":\"x\"},\"is\":{"
    "\"environment\":\"prod\"}}",
    "{\"resource\":{\"langfuse.environment\":\"res\"},\"attrs\":{\"deployment.environment\":"
    "\"span\"},\"is\":{\"environment\":\"res\"}}",
    "{\"resource\":{\"deployment.environment.name\":\"Staging\"},\"is\":{\"environment\":"
    "\"staging\"}}",
    "{\"attrs\":{\"langfuse.environment\":\"langfuse-test\"},\"is\":{\"environment\":\"test\"}}",
    "{\"attrs\":{\"langfuse.environment\":\".bad!\"},\"is\":{\"environment\":\"default\"}}",
    "{\"attrs\":{\"langfuse.environment\":7},\"is\":{\"environment\":\"default\"}}",
    "{\"resource\":{\"service.name\":\"openrouter\"},\"attrs\":{\"openrouter.source\":"
    "\"openrouter\",\"gen_ai.completion\":"
    "\"{\\\"completion\\\":null,\\\"rawRequest\\\":{\\\"trace\\\":{\\\"environment\\\":"
    "\\\"langfuse-llm-as-a-judge\\\"}}}\"},"
    "\"is\":{\"environment\":\"llm-as-a-judge\"}}",
    "{\"resource\":{\"service.name\":\"other\"},\"attrs\":{\"openrouter.source\":\"openrouter\","
    "\"gen_ai.completion\":"
    "\"{\\\"completion\\\":null,\\\"rawRequest\\\":{\\\"trace\\\":{\\\"environment\\\":"
    "\\\"langfuse-llm-as-a-judge\\\"}}}\"},"
    "\"is\":{\"environment\":\"default\"}}",
};

static const char *const identities[] = {
    "{\"attrs\":{\"user.id\":\"b\",\"langfuse.user.id\":\"a\"},\"is\":{\"userId\":\"a\"},\"trace\":"
    "{\"userId\":\"a\"}}",
    "{\"attrs\":{\"langfuse.user.id\":\"\",\"user.id\":\"b\"},\"is\":{\"userId\":\"b\"}}",
    "{\"attrs\":{\"langfuse.observation.metadata.langfuse_user_id\":\"o\"},\"is\":{\"userId\":"
    "\"o\"}}",
    "{\"attrs\":{\"ai.telemetry.metadata.userId\":\"v\"},\"is\":{\"userId\":\"v\"}}",
    "{\"attrs\":{\"user.id\":17},\"is\":{\"userId\":\"17\"}}",
    "{\"attrs\":{\"gen_ai.conversation.id\":\"c\"},\"is\":{\"sessionId\":\"c\"}}",
    "{\"attrs\":{\"gen_ai.conversation.id\":\"c\",\"session.id\":\"s\"},\"is\":{\"sessionId\":"
    "\"s\"}}",
    "{\"attrs\":{\"session.id\":[1,\"x\"]},\"is\":{\"sessionId\":\"[1,\\\"x\\\"]\"}}",
    "{\"attrs\":{\"langfuse.version\":\"1\"},\"resource\":{\"service.version\":\"2\",\"langfuse."
    "release\":\"r\"},"
    "\"is\":{\"version\":\"1\",\"release\":\"r\"}}",
    "{\"resource\":{\"service.version\":\"2\"},\"is\":{\"version\":\"2\"}}",
    "{\"attrs\":{\"langfuse.trace.public\":true},\"is\":{\"public\":true},\"trace\":{\"public\":"
    "true}}",
    "{\"attrs\":{\"langfuse.public\":\"true\"},\"is\":{\"public\":true}}",
    "{\"attrs\":{\"langfuse.public\":\"yes\"},\"is\":{\"public\":false},\"trace\":{\"public\":"
    "false}}",
    "{\"attrs\":{},\"is\":{\"public\":false,\"sdk\":\"sdk\",\"source\":2},\"trace\":{\"public\":"
    "null}}",
    "{\"attrs\":{\"langfuse.internal.is_app_root\":\"true\"},\"parent\":\"00f067aa0ba902b7\","
    "\"name\":\"n\",\"is\":{\"appRoot\":true,\"traceName\":\"n\"},\"trace\":{\"name\":\"n\","
    "\"input\":null,\"output\":null}}",
    "{\"attrs\":{\"langfuse.internal.is_app_root\":true,\"langfuse.trace.name\":\"t\"},"
    "\"parent\":\"00f067aa0ba902b7\",\"name\":\"n\",\"is\":{\"traceName\":\"t\"},"
    "\"trace\":{\"name\":\"t\"}}",
};

static const char *const tags[] = {
    ("{\"attrs\":{\"langfuse.trace.tags\":[\"b\",\"a\",\"b\"]},\"is\":{\"tags\":[\"b\",\"a\"]},"
     "\"trace\":{\"tags\":[\"a\",\"b\"]}}"),
    "{\"attrs\":{\"langfuse.tags\":\"x, y,,z\"},\"is\":{\"tags\":[\"x\",\"y\",\"z\"]}}",
    "{\"attrs\":{\"tag.tags\":\"[\\\"x\\\",1]\"},\"is\":{\"tags\":[\"x\",\"1\"]}}",
    "{\"attrs\":{\"tag.tags\":\"[broken\"},\"is\":{\"tags\":[\"[broken\"]}}",
    "{\"attrs\":{\"langfuse.trace.tags\":\"one\"},\"is\":{\"tags\":[\"one\"]}}",
    "{\"attrs\":{\"langfuse.trace.tags\":[]},\"is\":{\"tags\":[]}}",
    "{\"attrs\":{\"langfuse.trace.tags\":[1,true]},\"is\":{\"tags\":[\"1\",\"true\"]}}",
};

static const char *const levels[] = {
    "{\"attrs\":{},\"is\":{\"level\":\"DEFAULT\"}}",
    "{\"attrs\":{\"langfuse.observation.level\":\" warn \"},\"is\":{\"level\":\"WARNING\"}}",
    "{\"attrs\":{\"langfuse.observation.level\":\"Critical\"},\"is\":{\"level\":\"ERROR\"}}",
    "{\"attrs\":{\"langfuse.observation.level\":\"verbose\"},\"is\":{\"level\":\"DEBUG\"}}",
    "{\"attrs\":{\"langfuse.observation.level\":\"odd\"},\"status\":{\"code\":2},\"is\":{\"level\":"
    "\"ERROR\"}}",
    "{\"attrs\":{\"langfuse.observation.level\":\"info\"},\"status\":{\"code\":2},\"is\":{"
    "\"level\":\"DEFAULT\"}}",
    "{\"status\":{\"code\":2,\"message\":\"boom\"},\"is\":{\"level\":\"ERROR\",\"statusMessage\":"
    "\"boom\"}}",
    "{\"attrs\":{\"langfuse.observation.status_message\":\"mine\"},\"status\":{\"code\":1,"
    "\"message\":\"boom\"},"
    "\"is\":{\"level\":\"DEFAULT\",\"statusMessage\":\"mine\"}}",
    "{\"scope\":{\"name\":\"livekit-agents\"},\"name\":\"tts_node\",\"is\":{\"level\":\"DEBUG\"}}",
    "{\"scope\":{\"name\":\"other\"},\"name\":\"tts_node\",\"is\":{\"level\":\"DEFAULT\"}}",
};

static const char *const types[] = {
    "{\"is\":{\"type\":\"SPAN\"}}",
    "{\"attrs\":{\"langfuse.observation.type\":\"guardrail\",\"openinference.span.kind\":\"LLM\"},"
    "\"is\":{\"type\":\"GUARDRAIL\"}}",
    "{\"attrs\":{\"langfuse.observation.type\":\"Nope\",\"openinference.span.kind\":\"LLM\"},"
    "\"is\":{\"type\":\"GENERATION\"}}",
    "{\"attrs\":{\"openinference.span.kind\":\"RERANKER\",\"gen_ai.operation.name\":\"embeddings\"}"
    ",\"is\":{\"type\":\"EMBEDDING\"}}",
    "{\"attrs\":{\"gen_ai.operation.name\":\"create_agent\",\"model\":\"m\"},\"is\":{\"type\":"
    "\"AGENT\"}}",
    "{\"attrs\":{\"gen_ai.operation.name\":\"x\",\"gen_ai.request.model\":\"m\"},\"is\":{\"type\":"
    "\"GENERATION\"}}",
    "{\"attrs\":{\"genkit:metadata:subtype\":\"tool.v2\"},\"is\":{\"type\":\"TOOL\"}}",
    "{\"attrs\":{\"operation.name\":\"ai.embed.doEmbed "
    "x\",\"ai.model.id\":\"m\"},\"is\":{\"type\":\"EMBEDDING\"}}",
    "{\"attrs\":{\"operation.name\":\"ai.generateText.doGenerate\"},\"is\":{\"type\":\"SPAN\"}}",
    "{\"attrs\":{\"ai.operationId\":\"ai.toolCall\"},\"is\":{\"type\":\"TOOL\"}}",
    "{\"attrs\":{\"gen_ai.tool.call.id\":\"c\",\"model\":\"m\"},\"is\":{\"type\":\"TOOL\"}}",
    "{\"attrs\":{\"gen_ai.tool.call.id\":\"\",\"model\":\"\"},\"is\":{\"type\":\"SPAN\"}}",
    "{\"attrs\":{\"flue.task.agent\":\"a\"},\"is\":{\"type\":\"AGENT\"}}",
    "{\"scope\":{\"name\":\"livekit-agents\"},\"name\":\"function_tool\",\"is\":{\"type\":\"TOOL\"}"
    "}",
    "{\"attrs\":{\"llm.model_name\":\"m\"},\"is\":{\"type\":\"GENERATION\",\"model\":\"m\"}}",
    "{\"resource\":{\"telemetry.sdk.language\":\"python\"},\"scope\":{\"name\":\"langfuse-sdk\","
    "\"version\":\"3.3.0\"},"
    "\"attrs\":{\"langfuse.observation.type\":\"span\",\"langfuse.observation.model.name\":\"m\"},"
    "\"is\":{\"type\":\"GENERATION\"}}",
    "{\"resource\":{\"telemetry.sdk.language\":\"python\"},\"scope\":{\"name\":\"langfuse-sdk\","
    "\"version\":\"3.4.0\"},"
    "\"attrs\":{\"langfuse.observation.type\":\"span\",\"langfuse.observation.model.name\":\"m\"},"
    "\"is\":{\"type\":\"SPAN\"}}",
};

static const char *const models[] = {
    "{\"attrs\":{\"gen_ai.request.model\":\"a\",\"gen_ai.response.model\":\"b\"},\"is\":{\"model\":"
    "\"b\"}}",
    "{\"attrs\":{\"genkit:metadata:subtype\":\"model\",\"genkit:name\":\"g\"},\"is\":{\"model\":"
    "\"g\"}}",
    "{\"attrs\":{\"gen_ai.operation.name\":\"invoke_agent\",\"gen_ai.request.model\":\"m\",\"gen_"
    "ai.usage.input_tokens\":5,"
    "\"gen_ai.usage.cost\":1.5},\"is\":{\"type\":\"AGENT\",\"model\":null,\"usage\":{},\"cost\":{}}"
    "}",
    "{\"attrs\":{\"langfuse.observation.model.parameters\":\"{\\\"t\\\":1.0,\\\"s\\\":\\\"x\\\","
    "\\\"o\\\":{\\\"a\\\":1},\\\"b\\\":true,\\\"n\\\":null}\"},"
    "\"is\":{\"modelParameters\":{\"t\":1.0,\"s\":\"x\",\"o\":\"{\\\"a\\\":1}\",\"b\":\"true\","
    "\"n\":\"null\"}}}",
    "{\"attrs\":{\"gen_ai.request.temperature\":0.5,\"gen_ai.request.stop\":[\"a\"],\"gen_ai."
    "request.model\":\"m\",\"gen_ai.request.stream\":true},"
    "\"is\":{\"modelParameters\":{\"temperature\":0.5,\"stop\":\"[\\\"a\\\"]\",\"stream\":\"true\"}"
    "}}",
    "{\"attrs\":{\"llm.invocation_parameters\":\"{\\\"a\\\":1}\",\"gen_ai.request.x\":1},\"is\":{"
    "\"modelParameters\":{\"a\":1}}}",
    "{\"attrs\":{},\"is\":{\"modelParameters\":{}}}",
    "{\"scope\":{\"name\":\"ai\"},\"attrs\":{\"gen_ai.request.temperature\":0.5,\"ai.settings."
    "maxRetries\":2,"
    "\"langfuse.observation.model.parameters\":\"{\\\"mode\\\":\\\"m\\\"}\"},"
    "\"is\":{\"modelParameters\":{\"maxSteps\":null,\"toolChoice\":null,\"maxTokens\":null,"
    "\"finishReason\":null,\"system\":null,"
    "\"maxRetries\":\"2\",\"temperature\":\"0.5\",\"service_tier\":null,\"mode\":\"m\"}}}",
    "{\"scope\":{\"name\":\"genkit-tracer\"},\"attrs\":{\"genkit:output\":\"{\\\"request\\\":{"
    "\\\"config\\\":{\\\"k\\\":1}}}\"},"
    "\"is\":{\"modelParameters\":{\"k\":1}}}",
};

static const char *const prompts[] = {
    "{\"attrs\":{\"langfuse.observation.type\":\"generation\",\"langfuse.observation.prompt.name\":"
    "\"p\",\"langfuse.observation.prompt.version\":3},"
    "\"is\":{\"promptName\":\"p\",\"promptVersion\":3}}",
    "{\"attrs\":{\"langfuse.observation.type\":\"generation\",\"langfuse.prompt.name\":\"p\","
    "\"langfuse.prompt.version\":\"4\"},"
    "\"is\":{\"promptName\":\"p\",\"promptVersion\":4}}",
    "{\"attrs\":{\"langfuse.observation.type\":\"generation\",\"langfuse.prompt.name\":\"p\","
    "\"langfuse.prompt.version\":70000},"
    "\"is\":{\"promptName\":\"p\",\"promptVersion\":null}}",
    "{\"attrs\":{\"langfuse.observation.type\":\"span\",\"langfuse.observation.prompt.name\":\"p\"}"
    ",\"is\":{\"promptName\":null}}",
    "{\"attrs\":{\"langfuse.observation.type\":\"generation\",\"ai.telemetry.metadata."
    "langfusePrompt\":"
    "\"{\\\"name\\\":\\\"p\\\",\\\"version\\\":2}\"},\"is\":{\"promptName\":\"p\","
    "\"promptVersion\":2}}",
};

static const char *const first_tokens[] = {
    "{\"start\":1000,\"attrs\":{\"langfuse.observation.completion_start_time\":\"2025-04-30T15:28:"
    "50.686390Z\"},"
    "\"is\":{\"completionStartTime\":\"2025-04-30T15:28:50.686Z\"}}",
    "{\"start\":1000,\"attrs\":{\"langfuse.observation.completion_start_time\":\"\\\"2025-04-30T15:"
    "28:50Z\\\"\"},"
    "\"is\":{\"completionStartTime\":\"2025-04-30T15:28:50.000Z\"}}",
    "{\"start\":1000,\"attrs\":{\"ai.response.msToFirstChunk\":10.2},\"is\":{"
    "\"completionStartTime\":\"1970-01-01T00:00:01.011Z\"}}",
    "{\"start\":1000,\"attrs\":{\"ai.stream.msToFirstChunk\":\"7\"},\"is\":{"
    "\"completionStartTime\":\"1970-01-01T00:00:01.007Z\"}}",
    "{\"start\":1000,\"attrs\":{\"langfuse.observation.completion_start_time\":\"soon\"},\"is\":{"
    "\"completionStartTime\":null}}",
};

static const char *const experiments[] = {
    "{\"attrs\":{},\"is\":{\"experiment\":null}}",
    "{\"attrs\":{\"langfuse.experiment.id\":\"e\",\"langfuse.experiment.item.expected_output\":5,"
    "\"langfuse.experiment.metadata\":\"{\\\"a\\\":1}\",\"langfuse.experiment.metadata.b\":true,"
    "\"langfuse.experiment.item.version\":\"2025-01-02T03:04:05Z\"},"
    "\"is\":{\"experiment\":{\"id\":\"e\",\"itemExpectedOutput\":\"5\",\"itemVersion\":\"2025-01-"
    "02T03:04:05.000Z\","
    "\"metadata\":{\"a\":1,\"b\":true},\"itemMetadata\":{}}}}",
};

// The worked example of 4.13.
static const char *const worked[] = {
    "{\"name\":\"ChatCompletion\",\"start\":1747872000123,\"end\":1747872001000,"
    "\"resource\":{\"service.name\":\"my-app\",\"deployment.environment.name\":\"Staging\"},"
    "\"scope\":{\"name\":\"openinference.instrumentation.openai\",\"version\":\"0.1\"},"
    "\"attrs\":{\"openinference.span.kind\":\"LLM\",\"llm.model_name\":\"gpt-4o\",\"session.id\":"
    "\"s1\",\"llm.token_count.prompt\":100,"
    "\"llm.token_count.completion\":20,\"llm.token_count.prompt_details.cache_read\":40,\"input."
    "value\":\"hi\",\"output.value\":\"hello\"},"
    "\"is\":{\"parentId\":null,\"name\":\"ChatCompletion\",\"traceName\":\"ChatCompletion\","
    "\"type\":"
    "\"GENERATION\","
    "\"startTime\":\"2025-05-22T00:00:00.123Z\",\"endTime\":\"2025-05-22T00:00:01.000Z\","
    "\"environment\":\"staging\","
    "\"sessionId\":\"s1\",\"input\":\"hi\",\"output\":\"hello\",\"model\":\"gpt-4o\","
    "\"usage\":{\"input\":60,\"output\":20,\"input_cached_tokens\":40},"
    "\"v2\":{\"attributes.openinference.span.kind\":\"LLM\",\"attributes.llm.model_name\":\"gpt-"
    "4o\",\"attributes.session.id\":\"s1\","
    "\"attributes.llm.token_count.prompt\":\"100\",\"attributes.llm.token_count.completion\":"
    "\"20\","
    "\"attributes.llm.token_count.prompt_details.cache_read\":\"40\",\"resourceAttributes.service."
    "name\":\"my-app\","
    "\"resourceAttributes.deployment.environment.name\":\"Staging\",\"scope.name\":\"openinference."
    "instrumentation.openai\","
    "\"scope.version\":\"0.1\"}},"
    "\"trace\":{\"name\":\"ChatCompletion\",\"sessionId\":\"s1\",\"timestamp\":\"2025-05-22T00:00:"
    "00.123Z\",\"input\":\"hi\"}}",
};

#define TEST(list)                        \
    static void test_##list(void **state) \
    {                                     \
        RUN_CASES(list);                  \
    }
TEST(names)
TEST(environments)
TEST(identities)
TEST(tags)
TEST(levels)
TEST(types)
TEST(models)
TEST(prompts)
TEST(first_tokens)
TEST(experiments)
TEST(worked)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASES_TEST(test_names),        CASES_TEST(test_environments), CASES_TEST(test_identities),
        CASES_TEST(test_tags),         CASES_TEST(test_levels),       CASES_TEST(test_types),
        CASES_TEST(test_models),       CASES_TEST(test_prompts),      CASES_TEST(test_worked),
        CASES_TEST(test_first_tokens), CASES_TEST(test_experiments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
