// SPDX-License-Identifier: MIT
// The score's field table and the names of its enums.
#include "model/score.h"

#define ROW(member, type, flags)                                 \
    {                                                            \
#member, offsetof(struct score, member), (type), (flags) \
    }

const struct field score_fields[SCORE_FIELD_COUNT] = {
    [SCORE_F_TRACE_ID] = ROW(trace_id, FIELD_STR, FIELD_IMMUTABLE),
    [SCORE_F_OBSERVATION_ID] = ROW(observation_id, FIELD_STR, 0),
    [SCORE_F_SESSION_ID] = ROW(session_id, FIELD_STR, 0),
    [SCORE_F_RUN_ID] = ROW(dataset_run_id, FIELD_STR, 0),
    [SCORE_F_NAME] = ROW(name, FIELD_STR, FIELD_NULL_IS_ABSENT),
    [SCORE_F_TYPE] = ROW(data_type, FIELD_ENUM, FIELD_NULL_IS_ABSENT),
    [SCORE_F_SOURCE] = ROW(source, FIELD_ENUM, FIELD_NULL_IS_ABSENT),
    [SCORE_F_VALUE] = ROW(value, FIELD_DOUBLE, 0),
    [SCORE_F_STRING_VALUE] = ROW(string_value, FIELD_STR, 0),
    [SCORE_F_LONG_STRING] = ROW(long_string_value, FIELD_STR, 0),
    [SCORE_F_TIMESTAMP] = ROW(timestamp, FIELD_TIME, FIELD_IMMUTABLE),
    [SCORE_F_ENVIRONMENT] = ROW(environment, FIELD_STR, FIELD_IMMUTABLE),
    [SCORE_F_COMMENT] = ROW(comment, FIELD_STR, 0),
    [SCORE_F_AUTHOR] = ROW(author_user_id, FIELD_STR, 0),
    [SCORE_F_CONFIG_ID] = ROW(config_id, FIELD_STR, 0),
    [SCORE_F_QUEUE_ID] = ROW(queue_id, FIELD_STR, 0),
    [SCORE_F_EXECUTION_TRACE_ID] = ROW(execution_trace_id, FIELD_STR, 0),
    [SCORE_F_METADATA] = ROW(metadata, FIELD_METADATA, 0),
};

static const str type_names[SCORE_TYPE_COUNT] = {
    [SCORE_NUMERIC] = STR_INIT("NUMERIC"),         [SCORE_BOOLEAN] = STR_INIT("BOOLEAN"),
    [SCORE_CATEGORICAL] = STR_INIT("CATEGORICAL"), [SCORE_TEXT] = STR_INIT("TEXT"),
    [SCORE_CORRECTION] = STR_INIT("CORRECTION"),
};
static const str source_names[SCORE_SOURCE_COUNT] = {
    [SCORE_API] = STR_INIT("API"),
    [SCORE_EVAL] = STR_INIT("EVAL"),
    [SCORE_ANNOTATION] = STR_INIT("ANNOTATION"),
};

str score_type_name(int32_t type)
{
    return enum_name(type_names, SCORE_TYPE_COUNT, type);
}

int32_t score_type_parse(str name)
{
    return enum_parse(type_names, SCORE_TYPE_COUNT, name);
}

str score_source_name(int32_t source)
{
    return enum_name(source_names, SCORE_SOURCE_COUNT, source);
}

int32_t score_source_parse(str name)
{
    return enum_parse(source_names, SCORE_SOURCE_COUNT, name);
}
