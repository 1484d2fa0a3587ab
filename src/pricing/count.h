// SPDX-License-Identifier: MIT
#pragma once
// Inside of the pricing room: counting with a vocabulary at hand (count.c), and the encodings.
#include "json/json.h"
#include "pricing/vocab.h"

struct encoding {
    str name, section;
    uint32_t limit; // tokens of the section that belong to it, 0 = all
    enum split_kind split;
    bool normalize;
};
struct tokenizer;
// What one count works with.
struct count {
    struct tokenizer *tokenizer;
    const struct encoding *encoding;
    const struct vocab *vocab;
    const struct char_table *chars;
    const struct nfkc *nfkc; // NULL unless the encoding normalizes
    struct arena *scratch;
};

// Adds to *total. False when it cannot be counted.
bool count_text(const struct count *c, str text, int64_t *total);
// A string's text, or the compact JSON of anything else.
bool count_value(const struct count *c, const struct json *v, int64_t *total);

// Models and values for which the chat rule holds: an array of {role, content, name?} of strings.
bool is_chat_model(str model);
bool is_chat(const struct json *v);
// Per message a fixed cost, its values, and a cost for a name; 3 for the start of the answer.
bool count_chat(const struct count *c, const struct json *config, const struct json *messages,
                int64_t *total);
