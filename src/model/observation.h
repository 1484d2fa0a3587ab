// SPDX-License-Identifier: MIT
#pragma once
// An observation: span, generation, event, agent, tool ... (ingestion.md 2.6, 4, 5.3).
#include "base/arena.h"
#include "model/field.h"

// Numbers are stored on disk: append only.
enum observation_type {
    OBSERVATION_NONE,
    OBSERVATION_SPAN,
    OBSERVATION_GENERATION,
    OBSERVATION_EVENT,
    OBSERVATION_AGENT,
    OBSERVATION_TOOL,
    OBSERVATION_CHAIN,
    OBSERVATION_RETRIEVER,
    OBSERVATION_EVALUATOR,
    OBSERVATION_EMBEDDING,
    OBSERVATION_GUARDRAIL,
    OBSERVATION_TYPE_COUNT
};
str observation_type_name(int32_t type);  // "GENERATION"; none for 0
int32_t observation_type_parse(str name); // upper case; 0 when unknown

enum observation_level {
    LEVEL_NONE,
    LEVEL_DEBUG,
    LEVEL_DEFAULT,
    LEVEL_WARNING,
    LEVEL_ERROR,
    LEVEL_COUNT
};
str observation_level_name(int32_t level);
int32_t observation_level_parse(str name);

enum observation_source { SOURCE_BATCH = 1, SOURCE_OTLP = 2 };

struct observation {
    str id, trace_id, parent_id; // parent none = root
    int32_t type, level, source;
    millis start_time, end_time, completion_start_time;
    str name, version, environment, status_message;
    str model;            // as the client named it
    str model_parameters; // JSON object text or none
    str prompt_id, prompt_name;
    int64_t prompt_version; // INT64_MIN = none
    struct usage_map provided_usage;
    struct cost_map provided_cost;
    str input, output; // stored text; none = null
    str metadata; // JSON object text or none. OTLP: nested {attributes, resourceAttributes, scope, ...}
    str tool_definitions; // JSON object text: name -> definition text; none without
    str tool_calls;       // JSON array text
    str tool_call_names;  // JSON array text
    // What an OTLP span itself says of its trace (v2 reads show these; none from batch events).
    str trace_name, user_id, session_id, release;
    struct tag_list tags;
    bool is_public, bookmarked, is_app_root;
    str experiment;                     // JSON object text of experiment_* fields, or none
    str sdk_name, sdk_version, api_key; // ingestion attribution; api_key = public key

    // Derived by enrichment (pricing/enrich.h), never by clients.
    str model_id; // matched model definition, or none
    str tier_id, tier_name;
    struct usage_map usage;
    struct cost_map cost;
    bool needs_tokens;           // usage missing but countable: counted in the background
    str preview_in, preview_out; // of a root; made by the store

    millis created_at, updated_at;
};

enum observation_field {
    OBS_TYPE,
    OBS_PARENT_ID,
    OBS_START_TIME,
    OBS_END_TIME,
    OBS_COMPLETION_START_TIME,
    OBS_NAME,
    OBS_VERSION,
    OBS_ENVIRONMENT,
    OBS_LEVEL,
    OBS_STATUS_MESSAGE,
    OBS_MODEL,
    OBS_MODEL_PARAMETERS,
    OBS_PROMPT_NAME,
    OBS_PROMPT_VERSION,
    OBS_PROVIDED_USAGE,
    OBS_PROVIDED_COST,
    OBS_INPUT,
    OBS_OUTPUT,
    OBS_METADATA,
    OBS_TOOL_DEFINITIONS,
    OBS_TOOL_CALLS,
    OBS_TOOL_CALL_NAMES,
    OBS_TRACE_NAME,
    OBS_USER_ID,
    OBS_SESSION_ID,
    OBS_RELEASE,
    OBS_TAGS,
    OBS_PUBLIC,
    OBS_APP_ROOT,
    OBS_EXPERIMENT,
    OBSERVATION_FIELD_COUNT
};
extern const struct field observation_fields[OBSERVATION_FIELD_COUNT];

// Sums by the wire's rule (5.6): keys containing "input" / "output" (case-insensitive); total = key
// "total", else 0.
struct usage_totals {
    int64_t input, output, total;
};
struct cost_totals {
    picos input, output, total;
    bool any;
};
struct usage_totals usage_totals(const struct usage_map *u);
struct cost_totals cost_totals(const struct cost_map *c);
