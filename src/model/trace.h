// SPDX-License-Identifier: MIT
#pragma once
// A trace as stored (ingestion.md 2.5, 3). All strs are borrowed from the arena that made it.
#include "model/field.h"

struct trace {
    str id;
    millis timestamp; // immutable once a trace-create said it; derived from spans until then
    str name, user_id, session_id, release, version, environment;
    bool is_public, bookmarked;
    struct tag_list tags;
    str input, output; // stored text (strings verbatim, else compact JSON); none = null
    str metadata;      // JSON object text or none
    millis created_at, updated_at;
    bool timestamp_explicit;     // said by a batch event, not derived
    str preview_in, preview_out; // its own, else its root's; made by the store
};

// Bits of the presence mask; same order as trace_fields[].
enum trace_field {
    TRACE_TIMESTAMP,
    TRACE_NAME,
    TRACE_USER_ID,
    TRACE_SESSION_ID,
    TRACE_RELEASE,
    TRACE_VERSION,
    TRACE_ENVIRONMENT,
    TRACE_PUBLIC,
    TRACE_TAGS,
    TRACE_INPUT,
    TRACE_OUTPUT,
    TRACE_METADATA,
    TRACE_FIELD_COUNT
};
extern const struct field trace_fields[TRACE_FIELD_COUNT];

// What the calls of one model in a trace add up to.
struct model_use {
    str model;
    int64_t n, tokens;
    picos cost;
};

// What a trace's observations add up to. Kept on the trace's row by the writer.
struct trace_stats {
    int64_t n_observations, n_error, n_warning, n_default, n_debug;
    int64_t n_ended;                          // observations with an end time
    millis first_start, last_start, last_end; // MILLIS_NONE without observations / ends
    int64_t input_tokens, output_tokens, total_tokens;
    picos input_cost, output_cost, total_cost;
    int32_t kind;    // enum observation_type of the root; 0 = no root
    int64_t slowest; // ms of the longest model call; 0 without
    str error;       // beginning of the first error's message, else of the first warning's
    struct model_use models[16]; // costliest first; further ones are left out (LIMIT_TRACE_MODELS)
    size_t n_models;
};
