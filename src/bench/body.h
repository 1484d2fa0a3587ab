// SPDX-License-Identifier: MIT
#pragma once
// Request bodies, rendered once and stamped for each use: a body has its final length and text, and a
// list of places of fixed width where ids and times go.
#include "base/buf.h"
#include "bench/bench.h"

enum place_kind {
    PLACE_EVENT_ID, // 16 hex digits
    PLACE_SPAN_ID,  // 16 hex digits, or 8 bytes in protobuf
    PLACE_TRACE_ID, // 32 hex digits, or 16 bytes
    PLACE_SESSION,  // 8 hex digits
    PLACE_START,    // ISO time, or 8 bytes of nanoseconds
    PLACE_END,
    PLACE_FIRST_TOKEN, // ISO time; the time until the first token has gone by
};
struct place {
    uint32_t at;   // offset in the body
    uint16_t kind; // enum place_kind
    uint16_t item; // observation of the request, or its trace
};
struct body {
    struct buf text;
    struct place *places; // malloc'ed
    size_t n_places, cap_places;
    int64_t per_batch, per_trace;
    bool binary; // ids and times as bytes (protobuf)
};

// Variant `n` of the body: same shape, other words. False when the options ask for a body that is too
// large.
bool body_render(struct body *b, const struct bench_options *opt, uint64_t n);
void body_fini(struct body *b);
// Writes the ids and times of request `request` of the run `seed`. Ids never repeat within a run.
void body_stamp(struct body *b, uint64_t seed, uint64_t request, millis at);

// ---- Between the files that render --------------------------------------------------------------

void body_place(struct body *b, enum place_kind kind, int64_t item); // the next bytes go there
bool body_json(struct body *b, const struct bench_options *opt, uint64_t n);
bool body_otlp(struct body *b, const struct bench_options *opt, uint64_t n);

// What one observation says, the same for both wire forms.
struct sample {
    const char *type; // "generation", as langfuse.observation.type spells it
    const char *name, *model, *level;
    int64_t input_tokens, output_tokens;
    struct buf input, output; // JSON texts
    struct buf plan;          // metadata: a sentence
    uint64_t choice;          // a random number for small things
};
// Observation `item` of a request; `bytes` is what input and output should have together.
void sample_make(struct sample *s, uint64_t seed, int64_t item, int64_t per_trace, int64_t bytes);
void sample_fini(struct sample *s);
