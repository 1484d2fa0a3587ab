// SPDX-License-Identifier: MIT
#pragma once
// What the input/output rules share (io.c has their table). A rule looks at a source and fills both
// sides when it fires.
#include "otlp/mapping.h"

struct source { // where the rules look: a span, or the attributes of one of its events
    struct arena *a;
    const struct attr_set *set;
    const struct span_event *events;
    size_t n_events;
    str scope;
};

struct rule {
    bool (*fn)(const struct source *s, const struct rule *r, struct io *out);
    enum key input[5], output[6]; // for pair()
    str scope;                    // only for this scope, unless none
};

#define RULE(name) bool name(const struct source *s, const struct rule *r, struct io *out)
RULE(io_pair);          // two key lists; fires when either has a truthy value
RULE(io_gen_ai);        // gen_ai.*.messages, else gen_ai.tool.call.*
RULE(io_event_details); // io_events.c: span events
RULE(io_event_messages);
RULE(io_event_content);
RULE(io_genkit); // io_frameworks.c
RULE(io_ai_sdk);
RULE(io_flue);
RULE(io_adk);
RULE(io_logfire_events);
RULE(io_pydantic);
#undef RULE

str io_pick(const struct source *s, const enum key *keys); // first truthy, else first present
bool io_source(const struct source *s, struct io *out);    // all rules

static inline bool io_any(const struct io *io)
{
    return str_some(io->input) || str_some(io->output);
}
