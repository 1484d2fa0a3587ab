// SPDX-License-Identifier: MIT
// Column catalogues of the views (api.md 2.1, 3.1, 3.2, 5.3): every spelling with its type and the key
// under which a store keeps its SQL. Same key, same meaning in every view.
#include "model/filter.h"

#define S FILTER_STRING
#define O FILTER_STRING_OPTIONS
#define N FILTER_NUMBER
#define D FILTER_DATETIME
#define A FILTER_ARRAY_OPTIONS
#define B FILTER_BOOLEAN
#define M FILTER_STRING_OBJECT

#define SCORE_COLUMNS                                                                          \
    {"scores_avg|Scores (numeric)", FILTER_NUMBER_OBJECT, "scores_avg", false},                \
        {"score_categories|Scores (categorical)", FILTER_CATEGORY_OPTIONS, "score_categories", \
         false},                                                                               \
    {                                                                                          \
        "score_booleans|Scores (boolean)", FILTER_BOOLEAN_OBJECT, "score_booleans", false      \
    }

#define AMOUNT_COLUMNS                                                       \
    {"latency|Latency (s)", N, "latency", false},                            \
        {"inputTokens|Input Tokens", N, "inputTokens", false},               \
        {"outputTokens|Output Tokens", N, "outputTokens", false},            \
        {"totalTokens tokens|Total Tokens;Tokens", N, "totalTokens", false}, \
        {"inputCost|Input Cost ($)", N, "inputCost", false},                 \
        {"outputCost|Output Cost ($)", N, "outputCost", false},              \
    {                                                                        \
        "totalCost|Total Cost ($)", N, "totalCost", false                    \
    }

#define TRACE_COLUMNS                                                                       \
    {"id traceId|ID;Trace ID", S, "id", false},                                             \
        {"name traceName|Name;Trace Name", S, "name", false},                               \
        {"userId|User ID;User", S, "userId", false},                                        \
        {"sessionId|Session ID;Session", S, "sessionId", false},                            \
        {"environment|Environment", S, "environment", false},                               \
        {"version|Version", S, "version", false}, {"release|Release", S, "release", false}, \
        {"timestamp|Timestamp", D, "timestamp", false},                                     \
        {"tags traceTags|Tags;Trace Tags", A, "tags", false},                               \
        {"bookmarked|Bookmarked;\xe2\xad\x90\xef\xb8\x8f", B, "bookmarked", false},         \
        {"metadata|Metadata", M, "metadata", false}, {"level|Level", O, "level", false},    \
        {"errorCount|Error Level Count", N, "errorCount", false},                           \
        {"warningCount|Warning Level Count", N, "warningCount", false},                     \
        {"defaultCount|Default Level Count", N, "defaultCount", false},                     \
        {"debugCount|Debug Level Count", N, "debugCount", false},                           \
        {"evaluatorId|Evaluator ID", S, "evaluatorId", false},                              \
        {"ruleId|Rule ID", S, "ruleId", false}, AMOUNT_COLUMNS, SCORE_COLUMNS

static const struct filter_column trace_view[] = {TRACE_COLUMNS};

#define OBSERVATION_COLUMNS                                                                      \
    {"id|ID", S, "id", false}, {"type|Type", O, "type", false}, {"name|Name", S, "name", false}, \
        {"traceId|Trace ID", S, "traceId", false},                                               \
        {"parentObservationId|Parent Observation ID", S, "parentObservationId", false},          \
        {"startTime|Start Time", D, "startTime", false},                                         \
        {"endTime|End Time", D, "endTime", false},                                               \
        {"timeToFirstToken|Time To First Token (s)", N, "timeToFirstToken", false},              \
        {"tokensPerSecond|Tokens per second", N, "tokensPerSecond", false},                      \
        {"level|Level", O, "level", false},                                                      \
        {"statusMessage|Status Message", S, "statusMessage", false},                             \
        {"modelId|Model ID", S, "modelId", false}, {"metadata|Metadata", M, "metadata", false},  \
        {"version|Version", S, "version", false},                                                \
        {"promptName|Prompt Name", S, "promptName", false},                                      \
        {"promptVersion|Prompt Version", N, "promptVersion", false},                             \
        {"environment|Environment", S, "environment", false},                                    \
        {"toolDefinitions|Tool Definitions", N, "toolDefinitions", false},                       \
        {"toolCalls|Tool Calls", N, "toolCalls", false},                                         \
        {"toolNames|Tool Names", A, "toolNames", false},                                         \
        {"calledToolNames|Called Tool Names", A, "calledToolNames", false},                      \
        {"userId|User ID", S, "userId", false}, {"sessionId|Session ID", S, "sessionId", false}, \
        {"traceName|Trace Name", S, "traceName", false},                                         \
        {"traceEnvironment|Trace Environment", S, "traceEnvironment", false},                    \
        {"traceTags tags|Trace Tags;Tags", A, "traceTags", false}, AMOUNT_COLUMNS

static const struct filter_column observation_view[] = {
    {"model providedModelName|Model;Provided Model Name", S, "model", false},
    OBSERVATION_COLUMNS,
    {"scores_avg|Scores (numeric)", FILTER_NUMBER_OBJECT, "scores_avg", true},
    {"score_categories|Scores (categorical)", FILTER_CATEGORY_OPTIONS, "score_categories", true},
    {"score_booleans|Scores (boolean)", FILTER_BOOLEAN_OBJECT, "score_booleans", true},
};

#define OBSERVATION_V2_COLUMNS                                                                     \
    {"providedModelName model|Model;Provided Model Name", S, "model", false}, OBSERVATION_COLUMNS, \
        {"release|Release", S, "release", false}, {"input|Input", S, "input", false},              \
        {"output|Output", S, "output", false},                                                     \
        {"hasParentObservation|Has Parent Observation", B, "hasParentObservation", false},         \
        {"isRootObservation|Is Root Observation", B, "isRootObservation", false},                  \
        {"hasInput|Has Input", B, "hasInput", false},                                              \
        {"hasOutput|Has Output", B, "hasOutput", false},                                           \
        {"experimentDatasetId|Experiment Dataset ID", S, "experimentDatasetId", false},            \
        {"experimentId|Experiment ID", S, "experimentId", false},                                  \
        {"experimentName|Experiment Name", S, "experimentName", false},                            \
        {"isExperimentItemRootSpan|Is Experiment Item Root Span", B, "isExperimentItemRootSpan",   \
         false},                                                                                   \
        {"evaluatorId|Evaluator ID", S, "evaluatorId", false},                                     \
        {"ruleId|Rule ID", S, "ruleId", false},                                                    \
        {"ingestionApiKey|Ingestion API Key", S, "ingestionApiKey", false},                        \
        {"ingestionSdkName|Ingestion SDK Name", S, "ingestionSdkName", false},                     \
        {"ingestionSdkVersion|Ingestion SDK Version", S, "ingestionSdkVersion", false},            \
    {                                                                                              \
        "ingestionSource|Ingestion Source", S, "ingestionSource", false                            \
    }

static const struct filter_column observation_v2_view[] = {OBSERVATION_V2_COLUMNS};

static const struct filter_column score_view[] = {
    {"id|ID", S, "id", false},
    {"timestamp|Timestamp", D, "timestamp", false},
    {"environment|Environment", S, "environment", false},
    {"traceId|Trace ID", S, "traceId", false},
    {"observationId|Observation ID", S, "observationId", false},
    {"sessionId|Session ID", S, "sessionId", false},
    {"name|Name", S, "name", false},
    {"value|Value", N, "value", false},
    {"booleanValue|Boolean Value", B, "booleanValue", false},
    {"stringValue|String Value", S, "stringValue", false},
    {"source|Source", O, "source", false},
    {"dataType|Data Type", O, "dataType", false},
    {"comment|Comment", S, "comment", false},
    {"authorUserId|Author", S, "authorUserId", false},
    {"metadata|Metadata", M, "metadata", false},
    {"traceName|Trace Name", S, "traceName", false},
    {"userId|User ID", S, "userId", false},
    {"trace_tags traceTags tags|Trace Tags;Tags", A, "traceTags", false},
    {"evaluatorId|Evaluator ID", S, "evaluatorId", false},
};

// Of the pages: what the rows of a trace add up to, and the search.
static const struct filter_column page_trace_view[] = {
    TRACE_COLUMNS,
    {"type|Type", O, "type", false},
    {"model|Model", S, "model", false},
    {"public|Public", B, "public", false},
    {"observationCount|Observations", N, "observationCount", false},
    {"statusMessage|Status Message", S, "statusMessage", false},
    {"input|Input", S, "input", false},
    {"output|Output", S, "output", false},
    {"text|Text", S, "text", false},
};

static const struct filter_column page_observation_view[] = {
    OBSERVATION_V2_COLUMNS,
    SCORE_COLUMNS,
    {"text|Text", S, "text", false},
};

static const struct {
    const struct filter_column *rows;
    size_t n;
} views[VIEW_COUNT] = {
    [VIEW_TRACES] = {trace_view, ARRAY_LEN(trace_view)},
    [VIEW_OBSERVATIONS] = {observation_view, ARRAY_LEN(observation_view)},
    [VIEW_OBSERVATIONS_V2] = {observation_v2_view, ARRAY_LEN(observation_v2_view)},
    [VIEW_SCORES] = {score_view, ARRAY_LEN(score_view)},
    [VIEW_PAGE_TRACES] = {page_trace_view, ARRAY_LEN(page_trace_view)},
    [VIEW_PAGE_OBSERVATIONS] = {page_observation_view, ARRAY_LEN(page_observation_view)},
};

static bool named(str list, char sep, str name)
{
    str part;

    for (str rest = list; str_next(&rest, sep, &part);) {
        if (str_eq(part, name))
            return true;
    }
    return false;
}

const struct filter_column *filter_column_by_key(enum filter_view view, const char *key, str *name)
{
    for (size_t i = 0; i < views[view].n; i++) {
        str rest = str_c(views[view].rows[i].names);
        if (strcmp(views[view].rows[i].key, key) != 0)
            continue;
        rest = str_sub(rest, 0, strcspn(rest.p, " |"));
        *name = rest;
        return &views[view].rows[i];
    }
    return NULL;
}

const struct filter_column *filter_column_find(enum filter_view view, str name)
{
    for (size_t i = 0; i < views[view].n; i++) {
        str rest = str_c(views[view].rows[i].names), ids;
        str_next(&rest, '|', &ids);
        if (named(ids, ' ', name) || (str_some(rest) && named(rest, ';', name)))
            return &views[view].rows[i];
    }
    return NULL;
}
