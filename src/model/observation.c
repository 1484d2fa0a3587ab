// SPDX-License-Identifier: MIT
// The observation's field table and the names of its enums. Null semantics per field are those of
// ingestion.md 3.2: statusMessage, parent, version, times and model parameters ignore null.
#include "model/observation.h"

#define ROW(member, type, flags)                                       \
    {                                                                  \
#member, offsetof(struct observation, member), (type), (flags) \
    }

const struct field observation_fields[OBSERVATION_FIELD_COUNT] = {
    [OBS_TYPE] = ROW(type, FIELD_ENUM, FIELD_NULL_IS_ABSENT),
    [OBS_PARENT_ID] = ROW(parent_id, FIELD_STR, FIELD_NULL_IS_ABSENT),
    [OBS_START_TIME] = ROW(start_time, FIELD_TIME, FIELD_IMMUTABLE),
    [OBS_END_TIME] = ROW(end_time, FIELD_TIME, FIELD_NULL_IS_ABSENT),
    [OBS_COMPLETION_START_TIME] = ROW(completion_start_time, FIELD_TIME, FIELD_NULL_IS_ABSENT),
    [OBS_NAME] = ROW(name, FIELD_STR, 0),
    [OBS_VERSION] = ROW(version, FIELD_STR, FIELD_NULL_IS_ABSENT),
    [OBS_ENVIRONMENT] = ROW(environment, FIELD_STR, FIELD_IMMUTABLE),
    [OBS_LEVEL] = ROW(level, FIELD_ENUM, 0),
    [OBS_STATUS_MESSAGE] = ROW(status_message, FIELD_STR, FIELD_NULL_IS_ABSENT | FIELD_BODY),
    [OBS_MODEL] = ROW(model, FIELD_STR, 0),
    [OBS_MODEL_PARAMETERS] = ROW(model_parameters, FIELD_STR, FIELD_NULL_IS_ABSENT | FIELD_BODY),
    [OBS_PROMPT_NAME] = ROW(prompt_name, FIELD_STR, FIELD_NULL_IS_ABSENT),
    [OBS_PROMPT_VERSION] = ROW(prompt_version, FIELD_INT, FIELD_NULL_IS_ABSENT),
    [OBS_PROVIDED_USAGE] = ROW(provided_usage, FIELD_USAGE, FIELD_BODY),
    [OBS_PROVIDED_COST] = ROW(provided_cost, FIELD_COST, FIELD_BODY),
    [OBS_INPUT] = ROW(input, FIELD_IO, FIELD_BODY),
    [OBS_OUTPUT] = ROW(output, FIELD_IO, FIELD_BODY),
    [OBS_METADATA] = ROW(metadata, FIELD_METADATA, FIELD_BODY),
    [OBS_TOOL_DEFINITIONS] = ROW(tool_definitions, FIELD_STR, FIELD_NULL_IS_ABSENT | FIELD_BODY),
    [OBS_TOOL_CALLS] = ROW(tool_calls, FIELD_STR, FIELD_NULL_IS_ABSENT | FIELD_BODY),
    [OBS_TOOL_CALL_NAMES] = ROW(tool_call_names, FIELD_STR, FIELD_NULL_IS_ABSENT | FIELD_BODY),
    [OBS_TRACE_NAME] = ROW(trace_name, FIELD_STR, 0),
    [OBS_USER_ID] = ROW(user_id, FIELD_STR, 0),
    [OBS_SESSION_ID] = ROW(session_id, FIELD_STR, 0),
    [OBS_RELEASE] = ROW(release, FIELD_STR, 0),
    [OBS_TAGS] = ROW(tags, FIELD_TAGS, 0),
    [OBS_PUBLIC] = ROW(is_public, FIELD_BOOL, 0),
    [OBS_APP_ROOT] = ROW(is_app_root, FIELD_BOOL, 0),
    [OBS_EXPERIMENT] = ROW(experiment, FIELD_STR, FIELD_BODY),
};

static const str type_names[OBSERVATION_TYPE_COUNT] = {
    [OBSERVATION_SPAN] = STR_INIT("SPAN"),
    [OBSERVATION_GENERATION] = STR_INIT("GENERATION"),
    [OBSERVATION_EVENT] = STR_INIT("EVENT"),
    [OBSERVATION_AGENT] = STR_INIT("AGENT"),
    [OBSERVATION_TOOL] = STR_INIT("TOOL"),
    [OBSERVATION_CHAIN] = STR_INIT("CHAIN"),
    [OBSERVATION_RETRIEVER] = STR_INIT("RETRIEVER"),
    [OBSERVATION_EVALUATOR] = STR_INIT("EVALUATOR"),
    [OBSERVATION_EMBEDDING] = STR_INIT("EMBEDDING"),
    [OBSERVATION_GUARDRAIL] = STR_INIT("GUARDRAIL"),
};
static const str level_names[LEVEL_COUNT] = {
    [LEVEL_DEBUG] = STR_INIT("DEBUG"),
    [LEVEL_DEFAULT] = STR_INIT("DEFAULT"),
    [LEVEL_WARNING] = STR_INIT("WARNING"),
    [LEVEL_ERROR] = STR_INIT("ERROR"),
};

str observation_type_name(int32_t type)
{
    return enum_name(type_names, OBSERVATION_TYPE_COUNT, type);
}

int32_t observation_type_parse(str name)
{
    return enum_parse(type_names, OBSERVATION_TYPE_COUNT, name);
}

str observation_level_name(int32_t level)
{
    return enum_name(level_names, LEVEL_COUNT, level);
}

int32_t observation_level_parse(str name)
{
    return enum_parse(level_names, LEVEL_COUNT, name);
}
