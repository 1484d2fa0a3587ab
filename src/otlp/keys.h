// SPDX-License-Identifier: MIT
#pragma once
// Every attribute key that the mapping knows, once. An attribute is matched against this table when it
// is decoded; everything after works with small numbers (enum key) instead of comparing text.
#include "base/str.h"

// id, key, flags. Sorted by length, then bytes: key_find() searches by that order (a test holds it).
#define KEY_IO 1 // carries input or output: left out of metadata.attributes (ingestion.md 4.7)
#define OTLP_KEYS(X)                                                                           \
    X(INPUT, "input", KEY_IO)                                                                  \
    X(MODEL, "model", 0)                                                                       \
    X(EVENTS, "events", KEY_IO)                                                                \
    X(OUTPUT, "output", KEY_IO)                                                                \
    X(PROMPT, "prompt", KEY_IO)                                                                \
    X(USER_ID, "user.id", 0)                                                                   \
    X(TAG_TAGS, "tag.tags", 0)                                                                 \
    X(AI_PROMPT, "ai.prompt", KEY_IO)                                                          \
    X(SESSION_ID, "session.id", 0)                                                             \
    X(AI_MODEL_ID, "ai.model.id", 0)                                                           \
    X(GENKIT_NAME, "genkit:name", 0)                                                           \
    X(INPUT_VALUE, "input.value", KEY_IO)                                                      \
    X(LK_CHAT_CTX, "lk.chat_ctx", KEY_IO)                                                      \
    X(LOGFIRE_MSG, "logfire.msg", 0)                                                           \
    X(FINAL_RESULT, "final_result", KEY_IO)                                                    \
    X(FLUE_TASK_ID, "flue.task.id", 0)                                                         \
    X(GENKIT_INPUT, "genkit:input", KEY_IO)                                                    \
    X(MODEL_CONFIG, "model_config", 0)                                                         \
    X(OUTPUT_VALUE, "output.value", KEY_IO)                                                    \
    X(SERVICE_NAME, "service.name", 0)                                                         \
    X(GEN_AI_PROMPT, "gen_ai.prompt", KEY_IO)                                                  \
    X(GEN_AI_SYSTEM, "gen_ai.system", 0)                                                       \
    X(GENKIT_OUTPUT, "genkit:output", KEY_IO)                                                  \
    X(LF_TAGS, "langfuse.tags", 0)                                                             \
    X(LK_INPUT_TEXT, "lk.input_text", KEY_IO)                                                  \
    X(LK_USER_INPUT, "lk.user_input", KEY_IO)                                                  \
    X(TOOL_RESPONSE, "tool_response", 0)                                                       \
    X(AI_OPERATION_ID, "ai.operationId", 0)                                                    \
    X(AI_RESULT_TEXT, "ai.result.text", KEY_IO)                                                \
    X(FLUE_TOOL_NAME, "flue.tool.name", 0)                                                     \
    X(LLM_COST_TOTAL, "llm.cost.total", 0)                                                     \
    X(LLM_MODEL_NAME, "llm.model_name", 0)                                                     \
    X(OPERATION_NAME, "operation.name", 0)                                                     \
    X(TOOL_ARGUMENTS, "tool_arguments", 0)                                                     \
    X(AI_PROMPT_TOOLS, "ai.prompt.tools", 0)                                                   \
    X(AI_USAGE_TOKENS, "ai.usage.tokens", 0)                                                   \
    X(FLUE_TASK_AGENT, "flue.task.agent", 0)                                                   \
    X(FLUE_TURN_INPUT, "flue.turn.input", KEY_IO)                                              \
    X(LF_PUBLIC, "langfuse.public", 0)                                                         \
    X(SERVICE_VERSION, "service.version", 0)                                                   \
    X(AI_RESPONSE_TEXT, "ai.response.text", KEY_IO)                                            \
    X(AI_RESULT_OBJECT, "ai.result.object", KEY_IO)                                            \
    X(AI_SETTINGS_MODE, "ai.settings.mode", 0)                                                 \
    X(AI_TOOL_CALL_ARGS, "ai.toolCall.args", KEY_IO)                                           \
    X(AI_TOOL_CALL_NAME, "ai.toolCall.name", 0)                                                \
    X(FLUE_TASK_PROMPT, "flue.task.prompt", KEY_IO)                                            \
    X(FLUE_TASK_RESULT, "flue.task.result", KEY_IO)                                            \
    X(FLUE_TOOL_RESULT, "flue.tool.result", KEY_IO)                                            \
    X(FLUE_TURN_OUTPUT, "flue.turn.output", KEY_IO)                                            \
    X(GEN_AI_TOOL_NAME, "gen_ai.tool.name", 0)                                                 \
    X(LF_RELEASE, "langfuse.release", 0)                                                       \
    X(LF_USER_ID, "langfuse.user.id", 0)                                                       \
    X(LF_VERSION, "langfuse.version", 0)                                                       \
    X(LK_RESPONSE_TEXT, "lk.response.text", KEY_IO)                                            \
    X(AI_MODEL_PROVIDER, "ai.model.provider", 0)                                               \
    X(FLUE_TOOL_CALL_ID, "flue.tool.call_id", 0)                                               \
    X(GEN_AI_COMPLETION, "gen_ai.completion", KEY_IO)                                          \
    X(GEN_AI_USAGE_COST, "gen_ai.usage.cost", 0)                                               \
    X(LF_METADATA, "langfuse.metadata", 0)                                                     \
    X(MLFLOW_SPAN_INPUTS, "mlflow.spanInputs", KEY_IO)                                         \
    X(OPENROUTER_SOURCE, "openrouter.source", 0)                                               \
    X(AI_PROMPT_MESSAGES, "ai.prompt.messages", KEY_IO)                                        \
    X(AI_RESPONSE_OBJECT, "ai.response.object", KEY_IO)                                        \
    X(AI_TOOL_CALL_RESULT, "ai.toolCall.result", KEY_IO)                                       \
    X(LK_USER_TRANSCRIPT, "lk.user_transcript", KEY_IO)                                        \
    X(LLM_INPUT_MESSAGES, "llm.input_messages", KEY_IO)                                        \
    X(LLM_RESPONSE_MODEL, "llm.response.model", 0)                                             \
    X(MLFLOW_SPAN_OUTPUTS, "mlflow.spanOutputs", KEY_IO)                                       \
    X(AI_RESULT_TOOL_CALLS, "ai.result.toolCalls", KEY_IO)                                     \
    X(ALL_MESSAGES_EVENTS, "all_messages_events", KEY_IO)                                      \
    X(FLUE_TOOL_ARGUMENTS, "flue.tool.arguments", KEY_IO)                                      \
    X(GEN_AI_FINISH_REASON, "gen_ai.finishReason", 0)                                          \
    X(GEN_AI_TOOL_CALL_ID, "gen_ai.tool.call.id", 0)                                           \
    X(LF_SESSION_ID, "langfuse.session.id", 0)                                                 \
    X(LF_TRACE_NAME, "langfuse.trace.name", 0)                                                 \
    X(LF_TRACE_TAGS, "langfuse.trace.tags", 0)                                                 \
    X(LLM_OUTPUT_MESSAGES, "llm.output_messages", KEY_IO)                                      \
    X(AI_PROMPT_TOOL_CHOICE, "ai.prompt.toolChoice", 0)                                        \
    X(AI_SETTINGS_MAX_STEPS, "ai.settings.maxSteps", 0)                                        \
    X(FLUE_WORKFLOW_RESULT, "flue.workflow.result", KEY_IO)                                    \
    X(GEN_AI_REQUEST_MODEL, "gen_ai.request.model", 0)                                         \
    X(LF_ENVIRONMENT, "langfuse.environment", 0)                                               \
    X(LF_PROMPT_NAME, "langfuse.prompt.name", 0)                                               \
    X(LF_TRACE_INPUT, "langfuse.trace.input", KEY_IO)                                          \
    X(AI_RESPONSE_TOOL_CALLS, "ai.response.toolCalls", KEY_IO)                                 \
    X(FLUE_OPERATION_RESULT, "flue.operation.result", KEY_IO)                                  \
    X(FLUE_WORKFLOW_PAYLOAD, "flue.workflow.payload", KEY_IO)                                  \
    X(GEN_AI_INPUT_MESSAGES, "gen_ai.input.messages", KEY_IO)                                  \
    X(GEN_AI_OPERATION_NAME, "gen_ai.operation.name", 0)                                       \
    X(GEN_AI_RESPONSE_MODEL, "gen_ai.response.model", 0)                                       \
    X(LF_TRACE_OUTPUT, "langfuse.trace.output", KEY_IO)                                        \
    X(LF_TRACE_PUBLIC, "langfuse.trace.public", 0)                                             \
    X(AI_SETTINGS_MAX_RETRIES, "ai.settings.maxRetries", 0)                                    \
    X(DEPLOYMENT_ENVIRONMENT, "deployment.environment", 0)                                     \
    X(GEN_AI_CONVERSATION_ID, "gen_ai.conversation.id", 0)                                     \
    X(GEN_AI_OUTPUT_MESSAGES, "gen_ai.output.messages", KEY_IO)                                \
    X(LF_EXP_ID, "langfuse.experiment.id", 0)                                                  \
    X(TELEMETRY_SDK_LANGUAGE, "telemetry.sdk.language", 0)                                     \
    X(TRACELOOP_ENTITY_INPUT, "traceloop.entity.input", KEY_IO)                                \
    X(AI_TELEMETRY_FUNCTION_ID, "ai.telemetry.functionId", 0)                                  \
    X(GEN_AI_TOOL_CALL_RESULT, "gen_ai.tool.call.result", KEY_IO)                              \
    X(GEN_AI_TOOL_DEFINITIONS, "gen_ai.tool.definitions", 0)                                   \
    X(GENKIT_METADATA_SUBTYPE, "genkit:metadata:subtype", 0)                                   \
    X(LF_PROMPT_VERSION, "langfuse.prompt.version", 0)                                         \
    X(LF_TRACE_METADATA, "langfuse.trace.metadata", 0)                                         \
    X(LK_FUNCTION_TOOL_OUTPUT, "lk.function_tool.output", KEY_IO)                              \
    X(OPENINFERENCE_SPAN_KIND, "openinference.span.kind", 0)                                   \
    X(TRACELOOP_ENTITY_OUTPUT, "traceloop.entity.output", KEY_IO)                              \
    X(AI_STREAM_MS_TO_FIRST_CHUNK, "ai.stream.msToFirstChunk", 0)                              \
    X(AI_USAGE_REASONING_TOKENS, "ai.usage.reasoningTokens", 0)                                \
    X(LF_EXP_NAME, "langfuse.experiment.name", 0)                                              \
    X(MODEL_REQUEST_PARAMETERS, "model_request_parameters", 0)                                 \
    X(PYDANTIC_AI_ALL_MESSAGES, "pydantic_ai.all_messages", KEY_IO)                            \
    X(GEN_AI_REQUEST_MAX_TOKENS, "gen_ai.request.max_tokens", 0)                               \
    X(GEN_AI_USAGE_INPUT_TOKENS, "gen_ai.usage.input_tokens", 0)                               \
    X(LF_INTERNAL_AS_ROOT, "langfuse.internal.as_root", 0)                                     \
    X(LF_OBS_TYPE, "langfuse.observation.type", 0)                                             \
    X(LLM_INVOCATION_PARAMETERS, "llm.invocation_parameters", 0)                               \
    X(AI_RESPONSE_MS_TO_FIRST_CHUNK, "ai.response.msToFirstChunk", 0)                          \
    X(AI_TELEMETRY_METADATA_TAGS, "ai.telemetry.metadata.tags", 0)                             \
    X(AI_USAGE_CACHED_INPUT_TOKENS, "ai.usage.cachedInputTokens", 0)                           \
    X(GEN_AI_REQUEST_TEMPERATURE, "gen_ai.request.temperature", 0)                             \
    X(GEN_AI_SYSTEM_INSTRUCTIONS, "gen_ai.system_instructions", KEY_IO)                        \
    X(GEN_AI_TOOL_CALL_ARGUMENTS, "gen_ai.tool.call.arguments", KEY_IO)                        \
    X(GEN_AI_USAGE_OUTPUT_TOKENS, "gen_ai.usage.output_tokens", 0)                             \
    X(GEN_AI_USAGE_PROMPT_TOKENS, "gen_ai.usage.prompt_tokens", 0)                             \
    X(LF_OBS_INPUT, "langfuse.observation.input", KEY_IO)                                      \
    X(LF_OBS_LEVEL, "langfuse.observation.level", 0)                                           \
    X(DEPLOYMENT_ENVIRONMENT_NAME, "deployment.environment.name", 0)                           \
    X(GEN_AI_REQUEST_SERVICE_TIER, "gen_ai.request.service_tier", 0)                           \
    X(LF_EXP_ITEM_ID, "langfuse.experiment.item.id", 0)                                        \
    X(LF_OBS_OUTPUT, "langfuse.observation.output", KEY_IO)                                    \
    X(AI_RESPONSE_PROVIDER_METADATA, "ai.response.providerMetadata", 0)                        \
    X(AI_TELEMETRY_METADATA_USER_ID, "ai.telemetry.metadata.userId", 0)                        \
    X(GCP_VERTEX_AGENT_LLM_REQUEST, "gcp.vertex.agent.llm_request", KEY_IO)                    \
    X(LF_EXP_METADATA, "langfuse.experiment.metadata", 0)                                      \
    X(GCP_VERTEX_AGENT_LLM_RESPONSE, "gcp.vertex.agent.llm_response", KEY_IO)                  \
    X(LF_INTERNAL_IS_APP_ROOT, "langfuse.internal.is_app_root", 0)                             \
    X(LF_OBS_METADATA, "langfuse.observation.metadata", 0)                                     \
    X(GCP_VERTEX_AGENT_TOOL_RESPONSE, "gcp.vertex.agent.tool_response", KEY_IO)                \
    X(GEN_AI_RESPONSE_FINISH_REASONS, "gen_ai.response.finish_reasons", 0)                     \
    X(GEN_AI_USAGE_COMPLETION_TOKENS, "gen_ai.usage.completion_tokens", 0)                     \
    X(LF_EXP_DATASET_ID, "langfuse.experiment.dataset.id", 0)                                  \
    X(AI_TELEMETRY_METADATA_SESSION_ID, "ai.telemetry.metadata.sessionId", 0)                  \
    X(GCP_VERTEX_AGENT_TOOL_CALL_ARGS, "gcp.vertex.agent.tool_call_args", KEY_IO)              \
    X(LF_EXP_DESCRIPTION, "langfuse.experiment.description", 0)                                \
    X(LF_OBS_MODEL_NAME, "langfuse.observation.model.name", 0)                                 \
    X(LF_EXP_ITEM_VERSION, "langfuse.experiment.item.version", 0)                              \
    X(LF_OBS_PROMPT_NAME, "langfuse.observation.prompt.name", 0)                               \
    X(LF_EXP_ITEM_METADATA, "langfuse.experiment.item.metadata", 0)                            \
    X(LF_OBS_COST_DETAILS, "langfuse.observation.cost_details", 0)                             \
    X(LF_OBS_USAGE_DETAILS, "langfuse.observation.usage_details", 0)                           \
    X(LF_OBS_PROMPT_VERSION, "langfuse.observation.prompt.version", 0)                         \
    X(LF_OBS_STATUS_MESSAGE, "langfuse.observation.status_message", 0)                         \
    X(AI_TELEMETRY_METADATA_LANGFUSE_PROMPT, "ai.telemetry.metadata.langfusePrompt", 0)        \
    X(LF_OBS_MODEL_PARAMETERS, "langfuse.observation.model.parameters", 0)                     \
    X(LF_TRACE_METADATA_LANGFUSE_TAGS, "langfuse.trace.metadata.langfuse_tags", 0)             \
    X(LF_EXP_ITEM_EXPECTED_OUTPUT, "langfuse.experiment.item.expected_output", 0)              \
    X(LF_TRACE_METADATA_LANGFUSE_USER_ID, "langfuse.trace.metadata.langfuse_user_id", 0)       \
    X(LF_OBS_COMPLETION_START_TIME, "langfuse.observation.completion_start_time", 0)           \
    X(LF_OBS_METADATA_LANGFUSE_TAGS, "langfuse.observation.metadata.langfuse_tags", 0)         \
    X(LF_TRACE_METADATA_LANGFUSE_SESSION_ID, "langfuse.trace.metadata.langfuse_session_id", 0) \
    X(LF_EXP_ITEM_ROOT_OBSERVATION_ID, "langfuse.experiment.item.root_observation_id", 0)      \
    X(LF_OBS_METADATA_LANGFUSE_USER_ID, "langfuse.observation.metadata.langfuse_user_id", 0)   \
    X(LF_OBS_METADATA_LANGFUSE_SESSION_ID, "langfuse.observation.metadata.langfuse_session_id", 0)

enum key {
#define OTLP_KEY_ENUM(id, text, flags) KEY_##id,
    OTLP_KEYS(OTLP_KEY_ENUM)
#undef OTLP_KEY_ENUM
        KEY_COUNT,
    KEY_NONE = KEY_COUNT // not a key we know
};

// Key families: keys that share a prefix and are walked together. One bit each.
enum key_family {
    FAMILY_TRACE_METADATA = 1 << 0,  // langfuse.trace.metadata*
    FAMILY_OBS_METADATA = 1 << 1,    // langfuse.observation.metadata*
    FAMILY_METADATA = 1 << 2,        // langfuse.metadata*
    FAMILY_AI_METADATA = 1 << 3,     // ai.telemetry.metadata*
    FAMILY_PROMPT = 1 << 4,          // gen_ai.prompt*
    FAMILY_COMPLETION = 1 << 5,      // gen_ai.completion*
    FAMILY_LLM_INPUT = 1 << 6,       // llm.input_messages*
    FAMILY_LLM_OUTPUT = 1 << 7,      // llm.output_messages*
    FAMILY_GEN_AI_USAGE = 1 << 8,    // gen_ai.usage.*
    FAMILY_LLM_TOKENS = 1 << 9,      // llm.token_count.*
    FAMILY_GEN_AI_REQUEST = 1 << 10, // gen_ai.request.*
    FAMILY_LLM_PARAMS = 1 << 11,     // llm.invocation_parameters.*
    FAMILY_EXPERIMENT = 1 << 12,     // langfuse.experiment.*
    FAMILY_LLM_TOOLS = 1 << 13,      // llm.tools.*
};

enum key key_find(str text);            // KEY_NONE when unknown
str key_text(enum key key);             // the key as clients send it
bool key_is_io(enum key key);           // false for KEY_NONE
unsigned key_families(str text);        // bits of enum key_family; at most one is set
str key_family_prefix(unsigned family); // of one bit, e.g. "gen_ai.usage."
