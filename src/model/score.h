// SPDX-License-Identifier: MIT
#pragma once
// A score (ingestion.md 2.9, api.md 5): exactly one subject of trace (+ observation), session, run.
#include "base/arena.h"
#include "model/field.h"

// Stored on disk: append only.
enum score_type {
    SCORE_NONE,
    SCORE_NUMERIC,
    SCORE_BOOLEAN,
    SCORE_CATEGORICAL,
    SCORE_TEXT,
    SCORE_CORRECTION,
    SCORE_TYPE_COUNT
};
str score_type_name(int32_t type);
int32_t score_type_parse(str name); // 0 when unknown
enum score_source {
    SCORE_SOURCE_NONE,
    SCORE_API,
    SCORE_EVAL,
    SCORE_ANNOTATION,
    SCORE_SOURCE_COUNT
};
str score_source_name(int32_t source);
int32_t score_source_parse(str name);

struct score {
    str id;
    str trace_id, observation_id, session_id, dataset_run_id;
    str name;
    int32_t data_type, source;
    double value;
    str string_value;      // none for NUMERIC
    str long_string_value; // CORRECTION only
    millis timestamp;
    str environment, comment, author_user_id, config_id, queue_id, execution_trace_id;
    str metadata; // JSON object text or none
    str sdk_name, sdk_version, api_key;
    millis created_at, updated_at;
};

enum score_field {
    SCORE_F_TRACE_ID,
    SCORE_F_OBSERVATION_ID,
    SCORE_F_SESSION_ID,
    SCORE_F_RUN_ID,
    SCORE_F_NAME,
    SCORE_F_TYPE,
    SCORE_F_SOURCE,
    SCORE_F_VALUE,
    SCORE_F_STRING_VALUE,
    SCORE_F_LONG_STRING,
    SCORE_F_TIMESTAMP,
    SCORE_F_ENVIRONMENT,
    SCORE_F_COMMENT,
    SCORE_F_AUTHOR,
    SCORE_F_CONFIG_ID,
    SCORE_F_QUEUE_ID,
    SCORE_F_EXECUTION_TRACE_ID,
    SCORE_F_METADATA,
    SCORE_FIELD_COUNT
};
extern const struct field score_fields[SCORE_FIELD_COUNT];
