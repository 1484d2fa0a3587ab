// SPDX-License-Identifier: MIT
#pragma once
// Writing one trace: a clock that moves with each step, ids that follow from seed, day and count, and
// the events as JSON. Stories (chat.c, documents.c, orders.c) say what happens.
#include "demo/cast.h"
#include "demo/demo.h"
#include "json/write.h"

struct story {
    struct ctx *ctx; // its arena is rewound after each trace
    struct buf *out; // events of the request that is being filled, with commas
    struct demo_result *tally;
    uint64_t random; // state of this trace's sequence
    int64_t day;
    millis at; // now, in the story
    str trace_id, session_id;
    const struct person *person;
    const char *environment, *release;
    bool incident; // the model provider has a bad hour
    bool failed;   // what the trace ended with
    int64_t turn;  // of the session, from 0
};

// A number in [0, n), and an event that happens `percent` of the time.
int64_t story_number(struct story *s, int64_t n);
bool story_chance(struct story *s, int64_t percent);
#define STORY_PICK(s, list) (&(list)[story_number((s), (int64_t)ARRAY_LEN(list))])
str story_id(struct story *s, size_t digits);

struct prompt_use {
    const char *name;
    int64_t version; // 0: none
};
struct usage_counts {
    int64_t input, cached, output;
};
struct step {
    const char *type; // "generation"
    const char *name;
    str id, parent;                 // id none: one is made
    millis start, end, first_token; // first_token 0: none
    const char *level;              // NULL: DEFAULT
    str status;
    const char *model, *parameters; // JSON object
    struct usage_counts usage;
    struct prompt_use prompt;
    str input, output, metadata; // JSON texts or none
};
// Writes the observation; returns its id.
str story_step(struct story *s, const struct step *t);

struct trace_words {
    const char *name;
    const char *const *tags; // NULL-terminated
    str input, output, metadata;
    millis start;
};
void story_trace(struct story *s, const struct trace_words *t);

// value: JSON text. observation none: on the trace; `on_session`: on the session alone.
struct opinion {
    const char *name, *type, *source, *value, *comment;
    str observation;
    bool on_session;
};
void story_score(struct story *s, const struct opinion *o);

// ---- JSON texts in the arena --------------------------------------------------------------------

str story_quoted(struct story *s, str text); // "text", escaped
str story_json(struct story *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
// [{"role":"system",...}, earlier turns..., {"role":"user",...}]
str story_messages(struct story *s, const char *rules, const struct exchange *earlier,
                   int64_t n_earlier, str question);
str story_reply(struct story *s, str text); // {"role":"assistant","content":...}
int64_t story_tokens(str text);

// ---- The stories --------------------------------------------------------------------------------

void story_chat(struct story *s, const struct topic *topic);
void story_documents(struct story *s, const struct topic *topic);
void story_orders(struct story *s);
