// SPDX-License-Identifier: MIT
#pragma once
// What the files of the transcript share: its blocks, and the calls that wait for their results.
#include "base/map.h"
#include "ui/message_json.h"
#include "ui/message_keys.h"
#include "ui/transcript.h"

enum block_kind { BLOCK_MESSAGE, BLOCK_TOOL, BLOCK_DOCUMENTS, BLOCK_ERROR, BLOCK_TEXT };
struct block {
    enum block_kind kind;
    str obs; // "-" the trace itself
    millis at;
    struct chat_message message;
    struct { // of BLOCK_TOOL
        str id, name, args, result;
        int64_t latency; // -1 = none
        bool joined;     // with its observation
        bool told;       // a later model call had the result
    } tool;
    struct chat_documents documents;
    str text, model;
    int32_t level; // 0 = none
    int64_t latency;
    picos cost;
    bool has_cost;
    size_t order; // of arrival
};
struct transcript {
    struct arena *a;       // of blocks and keys
    struct arena *scratch; // of one observation's conversation
    struct map *seen;      // keys of messages
    struct map *calls;     // ids of model calls of this trace: their inner ones say the same again
    struct block *blocks;
    size_t n, cap;
    size_t open;                 // calls before it are all joined
    size_t bytes, bodies;        // texts kept; bodies read
    str root_input, root_output; // of the root span, should there be no conversation
    bool cut;
    bool has_user, has_answer, opened; // in this trace; opened: a model call was added
};

// Appends; NULL when the transcript is full.
struct block *block_add(struct transcript *t, enum block_kind kind, const struct observation *o);
str text_keep(struct transcript *t, str s, size_t max); // a copy, cut
// A model's call without its result yet.
void tool_call_add(struct transcript *t, const struct chat_call *call, const struct observation *o,
                   bool answer);
// The result that a later model call was told; false when no call waits for it.
bool tool_result_add(struct transcript *t, const struct chat_message *m);
// A TOOL observation: completes the call that asked for it, else stands alone.
void tool_observation_add(struct transcript *t, const struct observation *o);
