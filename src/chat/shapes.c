// SPDX-License-Identifier: MIT
// The shapes of messages that frameworks write, as tables: names of roles, types of parts, and keys
// that mean the same. A new framework is mostly a new word here.
#include "chat/chat_int.h"

#define KEYS(list, ...)                              \
    static const str list##_items[] = {__VA_ARGS__}; \
    const struct key_list list = {list##_items, ARRAY_LEN(list##_items)}
#define K STR_INIT

// clang-format off
KEYS(keys_text, K("text"), K("content"), K("thinking"), K("reasoning"), K("reasoningText"), K("value"),
     K("summary"), K("output_text"), K("refusal"), K("transcript"), K("code"), K("output"), K("data"));
KEYS(keys_url, K("image_url"), K("imageUrl"), K("url"), K("fileUri"), K("file_uri"), K("uri"), K("file_id"),
     K("data"), K("file_data"), K("bytes"), K("content"), K("image"), K("source"), K("file"),
     K("input_audio"), K("audio"), K("video_url"), K("filename"));
KEYS(keys_mime, K("mimeType"), K("mime_type"), K("media_type"), K("mediaType"), K("contentType"), K("format"));
KEYS(keys_name, K("name"), K("toolName"), K("tool_name"), K("function_name"), K("recipient_name"));
KEYS(keys_call_id, K("tool_call_id"), K("toolCallId"), K("call_id"), K("tool_use_id"), K("toolUseId"),
     K("callId"), K("ref"), K("id"));
KEYS(keys_args, K("arguments"), K("args"), K("input"), K("parameters"), K("kwargs"));
KEYS(keys_result, K("content"), K("result"), K("output"), K("response"), K("text"));
KEYS(keys_content, K("parts"), K("content"), K("contents"), K("text"), K("value"), K("output_text"),
     K("refusal"), K("audio"));
KEYS(keys_calls, K("tool_calls"), K("toolCalls"), K("toolInvocations"), K("function_call"), K("functionCall"));
KEYS(keys_thinking, K("reasoning_content"), K("reasoning"), K("thinking"), K("reasoningText"), K("thinking_blocks"));
KEYS(keys_system, K("system"), K("systemInstruction"), K("system_instruction"), K("system_instructions"),
     K("instructions"), K("systemPrompt"), K("system_prompt"));
KEYS(keys_containers, K("messages"), K("contents"), K("chat_history"), K("history"), K("prompt"), K("prompts"),
     K("items"), K("choices"), K("candidates"), K("generations"), K("message"), K("content"), K("input"),
     K("output"), K("response"), K("responses"), K("result"), K("params"), K("request"), K("new_message"),
     K("llm.input_messages"), K("llm.output_messages"), K("gen_ai.input.messages"), K("gen_ai.output.messages"),
     K("input_messages"), K("output_messages"), K("data"), K("body"), K("events"), K("args"), K("kwargs"), K("completion"),
     K("final_result"), K("update"), K("return_values"));
KEYS(keys_preview_input, K("message"), K("question"), K("query"), K("input"), K("prompt"), K("text"), K("task"));
KEYS(keys_preview_output, K("answer"), K("content"), K("output"), K("result"), K("text"), K("response"),
     K("completion"), K("message"));
KEYS(keys_document_lists, K("documents"), K("results"), K("matches"), K("hits"), K("chunks"), K("nodes"),
     K("retrieved_documents"), K("source_documents"), K("sourceDocuments"), K("retrieval.documents"),
     K("points"), K("context"), K("contexts"), K("docs"), K("items"), K("data"), K("output"));
KEYS(keys_document_inner, K("document"), K("node"), K("payload"), K("_source"), K("kwargs"), K("doc"), K("chunk"));
KEYS(keys_document_text, K("pageContent"), K("page_content"), K("content"), K("text"), K("chunk"), K("snippet"),
     K("passage"), K("body"), K("document.content"), K("document"), K("summary"));
KEYS(keys_document_title, K("title"), K("file_name"), K("filename"), K("source"), K("url"), K("path"), K("name"),
     K("document"));
KEYS(keys_document_id, K("id"), K("_id"), K("document_id"), K("doc_id"), K("chunk_id"), K("id_"), K("document.id"));
KEYS(keys_document_score, K("score"), K("relevance_score"), K("relevanceScore"), K("similarity"), K("_score"),
     K("rerank_score"), K("document.score"), K("distance"));
KEYS(keys_tools, K("tools"), K("functions"), K("toolConfig"), K("tool_definitions"), K("functionDeclarations"),
     K("function_declarations"));

static const struct {
    str word;
    int32_t role;
    bool only_as_role; // too common a word to tell anything elsewhere than under "role"
} roles[] = {
    {K("user"), CHAT_USER, false}, {K("human"), CHAT_USER, false}, {K("HumanMessage"), CHAT_USER, false},
    {K("HumanMessageChunk"), CHAT_USER, false}, {K("ROLE_USER"), CHAT_USER, false},
    {K("assistant"), CHAT_ASSISTANT, false}, {K("ai"), CHAT_ASSISTANT, false}, {K("model"), CHAT_ASSISTANT, true},
    {K("AIMessage"), CHAT_ASSISTANT, false}, {K("AIMessageChunk"), CHAT_ASSISTANT, false}, {K("bot"), CHAT_ASSISTANT, true},
    {K("gpt"), CHAT_ASSISTANT, false}, {K("agent"), CHAT_ASSISTANT, true}, {K("chatbot"), CHAT_ASSISTANT, true},
    {K("ROLE_ASSISTANT"), CHAT_ASSISTANT, false},
    {K("system"), CHAT_SYSTEM, false}, {K("developer"), CHAT_SYSTEM, false}, {K("SystemMessage"), CHAT_SYSTEM, false},
    {K("SystemMessageChunk"), CHAT_SYSTEM, false},
    {K("tool"), CHAT_TOOL, false}, {K("function"), CHAT_TOOL, false}, {K("ToolMessage"), CHAT_TOOL, false},
    {K("FunctionMessage"), CHAT_TOOL, false}, {K("ToolMessageChunk"), CHAT_TOOL, false}, {K("ipython"), CHAT_TOOL, true},
};

static const struct part_shape typed[] = {
    {K("text"), PART_TEXT_, 0, ROLE_SAME}, {K("input_text"), PART_TEXT_, 0, ROLE_SAME},
    {K("output_text"), PART_TEXT_, 0, ROLE_SAME}, {K("refusal"), PART_TEXT_, 0, ROLE_SAME},
    {K("summary_text"), PART_THINKING_, 0, ROLE_SAME}, {K("thinking"), PART_THINKING_, 0, ROLE_SAME},
    {K("reasoning"), PART_THINKING_, 0, ROLE_SAME}, {K("redacted_thinking"), PART_THINKING_, 0, ROLE_SAME},
    {K("reasoning_text"), PART_THINKING_, 0, ROLE_SAME},
    {K("image"), PART_MEDIA, CHAT_IMAGE, ROLE_SAME}, {K("image_url"), PART_MEDIA, CHAT_IMAGE, ROLE_SAME},
    {K("input_image"), PART_MEDIA, CHAT_IMAGE, ROLE_SAME}, {K("image-url"), PART_MEDIA, CHAT_IMAGE, ROLE_SAME},
    {K("input_audio"), PART_MEDIA, CHAT_AUDIO, ROLE_SAME}, {K("audio"), PART_MEDIA, CHAT_AUDIO, ROLE_SAME},
    {K("audio-url"), PART_MEDIA, CHAT_AUDIO, ROLE_SAME},
    {K("file"), PART_MEDIA, CHAT_FILE, ROLE_SAME}, {K("input_file"), PART_MEDIA, CHAT_FILE, ROLE_SAME},
    {K("document"), PART_MEDIA, CHAT_FILE, ROLE_SAME}, {K("document-url"), PART_MEDIA, CHAT_FILE, ROLE_SAME},
    {K("media"), PART_MEDIA, CHAT_FILE, ROLE_SAME}, {K("blob"), PART_MEDIA, CHAT_FILE, ROLE_SAME},
    {K("binary"), PART_MEDIA, CHAT_FILE, ROLE_SAME}, {K("uri"), PART_MEDIA, CHAT_FILE, ROLE_SAME},
    {K("video"), PART_MEDIA, CHAT_FILE, ROLE_SAME}, {K("video_url"), PART_MEDIA, CHAT_FILE, ROLE_SAME},
    {K("tool_use"), PART_CALL, 0, CHAT_ASSISTANT}, {K("server_tool_use"), PART_CALL, 0, CHAT_ASSISTANT},
    {K("tool-call"), PART_CALL, 0, CHAT_ASSISTANT}, {K("tool_call"), PART_CALL, 0, CHAT_ASSISTANT},
    {K("function_call"), PART_CALL, 0, CHAT_ASSISTANT}, {K("custom_tool_call"), PART_CALL, 0, CHAT_ASSISTANT},
    {K("mcp_call"), PART_CALL, 0, CHAT_ASSISTANT}, {K("builtin-tool-call"), PART_CALL, 0, CHAT_ASSISTANT},
    {K("tool_result"), PART_RESULT, 0, CHAT_TOOL}, {K("tool-result"), PART_RESULT, 0, CHAT_TOOL},
    {K("tool_call_response"), PART_RESULT, 0, CHAT_TOOL}, {K("tool_response"), PART_RESULT, 0, CHAT_TOOL},
    {K("function_call_output"), PART_RESULT, 0, CHAT_TOOL},
    {K("custom_tool_call_output"), PART_RESULT, 0, CHAT_TOOL},
    {K("web_search_tool_result"), PART_RESULT, 0, CHAT_TOOL}, {K("tool-error"), PART_RESULT, 0, CHAT_TOOL},
    {K("tool-return"), PART_RESULT, 0, CHAT_TOOL}, {K("builtin-tool-return"), PART_RESULT, 0, CHAT_TOOL},
    {K("retry-prompt"), PART_RESULT, 0, CHAT_TOOL},
    {K("system-prompt"), PART_TEXT_, 0, CHAT_SYSTEM}, {K("user-prompt"), PART_TEXT_, 0, CHAT_USER},
    {K("step-start"), PART_SKIP, 0, ROLE_SAME}, {K("item_reference"), PART_SKIP, 0, ROLE_SAME},
};

static const struct part_shape untyped[] = {
    {K("functionCall"), PART_CALL, 0, CHAT_ASSISTANT}, {K("function_call"), PART_CALL, 0, CHAT_ASSISTANT},
    {K("toolUse"), PART_CALL, 0, CHAT_ASSISTANT}, {K("toolRequest"), PART_CALL, 0, CHAT_ASSISTANT},
    {K("functionResponse"), PART_RESULT, 0, CHAT_TOOL}, {K("function_response"), PART_RESULT, 0, CHAT_TOOL},
    {K("toolResult"), PART_RESULT, 0, CHAT_TOOL}, {K("toolResponse"), PART_RESULT, 0, CHAT_TOOL},
    {K("inlineData"), PART_MEDIA, CHAT_FILE, ROLE_SAME}, {K("inline_data"), PART_MEDIA, CHAT_FILE, ROLE_SAME},
    {K("fileData"), PART_MEDIA, CHAT_FILE, ROLE_SAME}, {K("file_data"), PART_MEDIA, CHAT_FILE, ROLE_SAME},
    {K("image_url"), PART_MEDIA, CHAT_IMAGE, ROLE_SAME}, {K("image"), PART_MEDIA, CHAT_IMAGE, ROLE_SAME},
    {K("media"), PART_MEDIA, CHAT_FILE, ROLE_SAME}, {K("reasoningContent"), PART_THINKING_, 0, ROLE_SAME},
    {K("message_content"), PART_TEXT_, 0, ROLE_SAME}, {K("executableCode"), PART_TEXT_, 0, ROLE_SAME},
    {K("executable_code"), PART_TEXT_, 0, ROLE_SAME}, {K("codeExecutionResult"), PART_TEXT_, 0, ROLE_SAME},
    {K("code_execution_result"), PART_TEXT_, 0, ROLE_SAME}, {K("text"), PART_TEXT_, 0, ROLE_SAME},
};
// clang-format on

int32_t role_parse(str word, bool as_role)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        if ((as_role || !roles[i].only_as_role) && str_eq_nocase(roles[i].word, word))
            return roles[i].role;
    }
    return -1;
}

static const struct part_shape *shape_by_type(str tag)
{
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        if (str_eq(typed[i].tag, tag))
            return &typed[i];
    }
    return NULL;
}

const struct part_shape *part_shape_of(const struct json *part, const struct json **inner)
{
    str type = json_str(json_get(part, STR("type")));
    const struct part_shape *shape =
        shape_by_type(type.n ? type : json_str(json_get(part, STR("part_kind"))));

    *inner = part;
    if (shape || !json_is(part, JSON_OBJECT))
        return shape;
    for (size_t i = 0; i < ARRAY_LEN(untyped); i++) {
        const struct json *v = json_get(part, untyped[i].tag);
        if (!v || json_is(v, JSON_NULL))
            continue;
        if (json_is(v, JSON_OBJECT))
            *inner = v;
        return &untyped[i];
    }
    return NULL;
}

static bool empty(const struct json *v)
{
    return !v || json_is(v, JSON_NULL) || (json_is(v, JSON_STRING) && !json_str(v).n) ||
           (json_is(v, JSON_ARRAY) && !json_len(v));
}

const struct json *keys_get(const struct json *object, const struct key_list *keys)
{
    for (size_t i = 0; i < keys->n; i++) {
        const struct json *v = json_get(object, keys->keys[i]);
        if (!empty(v))
            return v;
    }
    return NULL;
}

str keys_str(const struct json *object, const struct key_list *keys)
{
    for (size_t i = 0; i < keys->n; i++) {
        str s = json_str(json_get(object, keys->keys[i]));
        if (s.n)
            return s;
    }
    return STR_NONE;
}

bool keys_present(const struct json *object, const struct key_list *keys)
{
    for (size_t i = 0; i < keys->n; i++) {
        if (json_get(object, keys->keys[i]))
            return true;
    }
    return false;
}

bool keys_have(const struct key_list *keys, str key)
{
    for (size_t i = 0; i < keys->n; i++) {
        if (str_eq(keys->keys[i], key))
            return true;
    }
    return false;
}
