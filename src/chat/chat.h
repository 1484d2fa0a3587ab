// SPDX-License-Identifier: MIT
#pragma once
// Inputs and outputs read as what they mean to a person: a conversation, tool calls, retrieved
// documents, a line of text - whatever framework wrote them. Pure functions: no I/O, memory from
// the arena, bounded depth and counts (limits.h). What is not understood is shown as JSON; nothing
// is an error. `stored` is text as the store keeps it: strings verbatim, else compact JSON.
#include "base/arena.h"

enum chat_role { CHAT_SYSTEM, CHAT_USER, CHAT_ASSISTANT, CHAT_TOOL, CHAT_OTHER, CHAT_ROLE_COUNT };
enum chat_part_type {
    CHAT_TEXT,
    CHAT_THINKING,
    CHAT_IMAGE,
    CHAT_AUDIO,
    CHAT_FILE,
    CHAT_JSON,
    CHAT_PART_COUNT
};
str chat_role_name(int32_t role);      // "assistant"
str chat_part_type_name(int32_t type); // "text"

struct chat_part {
    int32_t type;  // enum chat_part_type
    str text;      // JSON text of a CHAT_JSON
    str url, mime; // of media; data: for what stood in the message itself
};
struct chat_call {
    str id, name;
    str args; // JSON text or plain text
};
struct chat_message {
    int32_t role;
    str name;    // of a tool or a speaker
    str call_id; // of the call that a tool message answers
    struct chat_part *parts;
    size_t n_parts, cap_parts;
    struct chat_call *calls;
    size_t n_calls, cap_calls;
    uint64_t hash; // equal for equal role, parts and calls; ids of calls do not count
};
struct chat_tool {
    str name, description;
    uint32_t called; // in the answers
};
struct chat {
    struct chat_message *messages;
    size_t n, n_answers; // the last n_answers are the output
    struct chat_tool *tools;
    size_t n_tools;
    bool structured; // at least one side has messages; else both are mere texts or JSON
    bool cut;        // there was more than the limits let through
};
// `definitions`: JSON object, tool name -> definition; may be none. False when there is nothing to
// show or the arena is full.
bool chat_read(struct arena *a, str input, str output, str definitions, struct chat *out);
// All texts of a message, one after the other.
str chat_text(struct arena *a, const struct chat_message *m);

struct chat_document {
    str id, title, text;
    double score; // NAN without
};
struct chat_documents {
    struct chat_document *items;
    size_t n;
};
// The documents that a retriever answered with; false when `stored` does not look like any.
// `strict`: only what says that it is a document (a score, pageContent ...), not any list of texts.
bool chat_documents_read(struct arena *a, str stored, bool strict, struct chat_documents *out);

// One line of at most LIMIT_PREVIEW_BYTES: what the user said last, what the assistant answered last,
// else the value under a telling key, else a tool call, else JSON. White space is collapsed.
// None for none, or without memory.
str chat_preview_input(struct arena *a, str stored);
str chat_preview_output(struct arena *a, str stored);
