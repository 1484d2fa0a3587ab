// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share: the tables of shapes, and the reader that collects messages.
#include "chat/chat.h"
#include "json/json.h"

// ---- Tables (shapes.c) --------------------------------------------------------------------------

struct key_list { // keys that mean the same, the more telling first
    const str *keys;
    size_t n;
};
extern const struct key_list keys_text, keys_url, keys_mime, keys_name, keys_call_id, keys_args,
    keys_result, keys_content, keys_calls, keys_thinking, keys_system, keys_containers,
    keys_preview_input, keys_preview_output, keys_document_lists, keys_document_inner,
    keys_document_text, keys_document_title, keys_document_id, keys_document_score, keys_tools;

enum part_what {
    PART_UNKNOWN,
    PART_TEXT_,
    PART_THINKING_,
    PART_MEDIA,
    PART_CALL,
    PART_RESULT,
    PART_SKIP
};
#define ROLE_SAME (-1) // of the message that the part stands in
struct part_shape {
    str tag; // value of "type" or "part_kind"; or, of a part without type, its telling key
    int32_t what;
    int32_t type; // of media: enum chat_part_type
    int32_t role; // of the speaker when the part says so; else ROLE_SAME
};
// The shape of a part by its type; else by its telling key, whose value then holds the fields
// (*inner). NULL when it is none.
const struct part_shape *part_shape_of(const struct json *part, const struct json **inner);
// A role in any framework's words; -1 when unknown. `as_role`: it stands under "role", so that common
// words ("agent") count.
int32_t role_parse(str word, bool as_role);

// First value of these keys that is there and is neither null nor empty text; NULL without.
const struct json *keys_get(const struct json *object, const struct key_list *keys);
str keys_str(const struct json *object, const struct key_list *keys);      // none unless text
bool keys_present(const struct json *object, const struct key_list *keys); // even if empty
bool keys_have(const struct key_list *keys, str key);

// ---- Reading messages ---------------------------------------------------------------------------

struct chat_reader {
    struct arena *a;
    struct chat_message *messages;
    size_t n, cap;
    size_t n_parts; // and calls, of all messages
    size_t floor;   // messages before it belong to the other side
    bool cut;       // a limit was met
};

// Appends what `v` holds; `role` is whose words they are where it does not say. False, with nothing
// appended, when it holds no messages.
bool messages_collect(struct chat_reader *r, const struct json *v, int32_t role, unsigned depth);
// {"llm.input_messages.0.message.role": ...}: flat keys as exporters write them. Same result.
bool messages_collect_flat(struct chat_reader *r, const struct json *object, int32_t role);

// Appends a message; false at a limit. The message is r->messages[r->n - 1].
bool message_open(struct chat_reader *r, int32_t role);
// Appends one message object of `role` (message.c); of its parts, some may become messages of their own.
void message_read(struct chat_reader *r, const struct json *object, int32_t role, unsigned depth);
void messages_hash(struct chat_message *m, size_t n);

// Reads one part into the last message or, when it is somebody else's, into one of its own (part.c).
void part_read(struct chat_reader *r, const struct json *part, int32_t role, unsigned depth);
// Text or a list of parts, as `content` holds it.
void content_read(struct chat_reader *r, const struct json *content, int32_t role, unsigned depth);
void part_add(struct chat_reader *r, int32_t role, struct chat_part part);
void call_add(struct chat_reader *r, int32_t role, struct chat_call call);
// A call in any framework's form; false when it has no name.
bool call_read(struct arena *a, const struct json *v, struct chat_call *out);
void calls_read(struct chat_reader *r, const struct json *list, int32_t role);

// Text that is itself JSON, of an array or object; NULL when it is none.
const struct json *json_inside(struct arena *a, const struct json *text);
