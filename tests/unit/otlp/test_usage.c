// SPDX-License-Identifier: MIT
// Usage and cost (ingestion.md 4.11): what clients say outright, the generic conventions, the AI SDK.
#include "otlp_fixture.h"

static const char *const outright[] = {
    "{\"attrs\":{\"langfuse.observation.usage_details\":\"{\\\"input\\\":5,\\\"output\\\":6,"
    "\\\"x\\\":1.5}\",\"gen_ai.usage.input_tokens\":9},\"is\":{\"usage\":{\"input\":5,\"output\":"
    "6}}}",
    "{\"attrs\":{\"langfuse.observation.usage_details\":7,\"gen_ai.usage.input_tokens\":9},"
    "\"is\":{\"usage\":{}}}",
    "{\"attrs\":{\"langfuse.observation.usage_details\":\"[1]\",\"gen_ai.usage.input_tokens\":"
    "9},\"is\":{\"usage\":{}}}",
    "{\"attrs\":{\"langfuse.observation.usage_details\":\"oops\",\"gen_ai.usage.input_tokens\":"
    "9},\"is\":{\"usage\":{\"input\":9}}}",
    "{\"attrs\":{\"langfuse.observation.usage_details\":\"{\\\"prompt_tokens\\\":10,\\\"completion_"
    "tokens\\\":"
    "5,\\\"total_tokens\\\":15,\\\"prompt_tokens_details\\\":{\\\"cached_tokens\\\":4}}\"},"
    "\"is\":{\"usage\":{\"input\":6,\"output\":5,\"total\":15,\"input_cached_tokens\":4}}}",
};

static const char *const generic[] = {
    "{\"attrs\":{\"gen_ai.usage.prompt_tokens\":10,\"gen_ai.usage.completion_tokens\":\"5\"},"
    "\"is\":{\"usage\":{\"input\":10,\"output\":5}}}",
    "{\"attrs\":{\"llm.token_count.prompt\":100,\"llm.token_count.completion\":20,\"llm.token_"
    "count.total\":"
    "120,\"llm.token_count.prompt_details.cache_read\":30,\"llm.token_count.prompt_details.cache_"
    "write\":"
    "10,\"llm.token_count.completion_details.reasoning\":8,\"llm.token_count.completion_details."
    "audio\":"
    "2},\"is\":{\"usage\":{\"input\":60,\"output\":10,\"total\":120,\"input_cached_tokens\":"
    "30,\"input_cache_creation\":10,\"output_reasoning_tokens\":8,\"output_audio_tokens\":2}}}",
    "{\"attrs\":{\"gen_ai.usage.input_tokens\":10,\"gen_ai.usage.cache_read.input_tokens\":"
    "0,\"gen_ai.usage.cache_read_input_tokens\":6},\"is\":{\"usage\":{\"input\":10,\"input_cached_"
    "tokens\":"
    "0}}}",
    "{\"attrs\":{\"gen_ai.usage.input_tokens\":4,\"gen_ai.usage.cache_read_tokens\":6},\"is\":"
    "{\"usage\":{\"input\":0,\"input_cached_tokens\":6}}}",
    "{\"attrs\":{\"gen_ai.usage.reasoning.output_tokens\":6},\"is\":{\"usage\":{\"output_reasoning_"
    "tokens\":"
    "6}}}",
    "{\"attrs\":{\"gen_ai.usage.custom\":3,\"gen_ai.usage.details.audio_tokens\":2,\"gen_ai.usage."
    "ratio\":"
    "0.5,\"gen_ai.usage.word\":\"x\"},\"is\":{\"usage\":{\"custom\":3,\"audio_tokens\":2}}}",
    "{\"attrs\":{\"gen_ai.usage.input_tokens\":-3},\"is\":{\"usage\":{}}}",
    "{\"attrs\":{\"gen_ai.usage.input_tokens\":{\"doubleValue\":1e+30}},\"is\":{\"usage\":{"
    "\"input\":"
    "9223372036854775807}}}",
};

static const char *const ai_sdk[] = {
    "{\"scope\":{\"name\":\"ai\"},\"attrs\":{},\"is\":{\"usage\":{\"input\":0,\"output\":0}}}",
    "{\"scope\":{\"name\":\"ai\"},\"attrs\":{\"gen_ai.usage.input_tokens\":100,\"gen_ai.usage."
    "output_tokens\":"
    "50,\"ai.usage.tokens\":150,\"ai.usage.cachedInputTokens\":30,\"ai.usage.reasoningTokens\":"
    "20},\"is\":{\"usage\":{\"input\":70,\"output\":30,\"total\":150,\"input_cached_tokens\":"
    "30,\"output_reasoning_tokens\":20}}}",
    "{\"scope\":{\"name\":\"ai\"},\"attrs\":{\"gen_ai.usage.prompt_tokens\":100,\"ai.response."
    "providerMetadata\":"
    "\"{\\\"anthropic\\\":{\\\"usage\\\":{\\\"cache_creation_input_tokens\\\":30,\\\"cache_read_"
    "input_tokens\\\":"
    "20,\\\"cache_creation\\\":{\\\"ephemeral_5m_input_tokens\\\":25,\\\"ephemeral_1h_input_"
    "tokens\\\":"
    "10}}}}\"},\"is\":{\"usage\":{\"input\":45,\"output\":0,\"input_cache_creation\":0,\"input_"
    "cached_tokens\":"
    "20,\"input_cache_creation_5m\":25,\"input_cache_creation_1h\":10}}}",
    "{\"scope\":{\"name\":\"ai\"},\"attrs\":{\"gen_ai.usage.input_tokens\":100,\"ai.response."
    "providerMetadata\":"
    "\"{\\\"bedrock\\\":{\\\"usage\\\":{\\\"cacheReadInputTokens\\\":10,"
    "\\\"cacheWriteInputTokens\\\":"
    "5,\\\"cacheCreationInputTokens\\\":20}}}\"},\"is\":{\"usage\":{\"input\":70,\"output\":"
    "0,\"input_cache_read\":10,\"input_cache_write\":5,\"input_cache_creation\":20}}}",
};

static const char *const frameworks[] = {
    "{\"scope\":{\"name\":\"genkit-tracer\"},\"attrs\":{\"genkit:output\":\"{\\\"usage\\\":"
    "{\\\"inputTokens\\\":10,\\\"outputTokens\\\":7,\\\"thoughtsTokens\\\":3,\\\"totalTokens\\\":"
    "17}}\"},\"is\":{\"usage\":{\"input\":10,\"output\":4,\"total\":17,\"output_reasoning\":"
    "3}}}",
    "{\"scope\":{\"name\":\"gcp.vertex.agent\"},\"attrs\":{\"gen_ai.usage.input_tokens\":100,"
    "\"gcp.vertex.agent.llm_response\":\"{\\\"usage_metadata\\\":{\\\"cached_content_token_"
    "count\\\":"
    "40}}\"},\"is\":{\"usage\":{\"input\":60,\"input_cached_tokens\":40}}}",
    "{\"scope\":{\"name\":\"other\"},\"attrs\":{\"gen_ai.usage.input_tokens\":100,\"gcp.vertex."
    "agent.llm_response\":"
    "\"{\\\"usage_metadata\\\":{\\\"cached_content_token_count\\\":40}}\"},\"is\":{\"usage\":"
    "{\"input\":100}}}",
};

static const char *const costs[] = {
    "{\"attrs\":{\"langfuse.observation.cost_details\":\"{\\\"input\\\":0.1,\\\"total\\\":\\\"0."
    "3\\\","
    "\\\"bad\\\":-1}\",\"gen_ai.usage.cost\":9.5},\"is\":{\"cost\":{\"input\":0.1,\"total\":"
    "0.3}}}",
    "{\"attrs\":{\"gen_ai.usage.cost\":0.000151,\"llm.cost.total\":9.5},\"is\":{\"cost\":{"
    "\"total\":"
    "0.000151},\"usage\":{}}}",
    "{\"attrs\":{\"gen_ai.usage.cost\":\"0.25\"},\"is\":{\"cost\":{\"total\":0.25}}}",
    "{\"attrs\":{\"llm.cost.total\":2},\"is\":{\"cost\":{\"total\":2}}}",
    "{\"attrs\":{\"gen_ai.usage.cost\":-1.5},\"is\":{\"cost\":{}}}",
};

#define TEST(list)                        \
    static void test_##list(void **state) \
    {                                     \
        RUN_CASES(list);                  \
    }
TEST(outright)
TEST(generic)
TEST(ai_sdk)
TEST(frameworks)
TEST(costs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASES_TEST(test_outright),   CASES_TEST(test_generic), CASES_TEST(test_ai_sdk),
        CASES_TEST(test_frameworks), CASES_TEST(test_costs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
