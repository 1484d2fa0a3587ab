// SPDX-License-Identifier: MIT
// SQL expressions of the filter columns for ClickHouse. The conditions are those of every store
// (store/filter_sql.c); sub-selects are never correlated, so that they run once.
#include "store/clickhouse/dialect.h"

#include "base/attr.h"

#define USD 1e12
#define LEVEL_OF(x)                                                              \
    "multiIf(" x " = 4, 'ERROR', " x " = 3, 'WARNING', " x " = 2, 'DEFAULT', " x \
    " = 1, 'DEBUG', NULL)"
#define WORST_LEVEL                                                                           \
    "multiIf(t.n_error > 0, 'ERROR', t.n_warning > 0, 'WARNING', t.n_default > 0, 'DEFAULT'," \
    " t.n_debug > 0, 'DEBUG', 'DEFAULT')"
#define ENVIRONMENT(alias) "coalesce(" alias ".environment, 'default')"

// The text of a value that stands in JSON; NULL when there is none.
#define JSON_TEXT(raw)                                                                           \
    "if(startsWith(" raw ", '\"'), JSONExtractString(concat('[', " raw ", ']'), 1), nullIf(" raw \
    ", ''))"
// One key of the metadata: the whole key first, else its parts as a path.
#define WHOLE_KEY(c) "JSONExtractRaw(ifNull(" c ", ''), %K)"
#define KEY_PATH(c) \
    "arrayFold((acc, part) -> JSONExtractRaw(acc, part), splitByChar('.', %K), ifNull(" c ", ''))"
#define METADATA(c) "coalesce(" JSON_TEXT(WHOLE_KEY(c)) ", " JSON_TEXT(KEY_PATH(c)) ")"

// Scores of one name, `v` of each trace.
#define SCORES_OF_TRACE(v, types, more)                                                        \
    "t.trace_id IN (SELECT trace_id FROM (SELECT trace_id, " v " AS v FROM scores FINAL WHERE" \
    " project_id = pid AND trace_id IS NOT NULL AND name = %K AND type IN (" types ")" more    \
    ") WHERE v IS NOT NULL AND %P)"

static const struct column_sql trace_columns[] = {
    {"id", "t.trace_id", 0, NULL},
    {"name", "t.name", 0, NULL},
    {"userId", "t.user_id", 0, NULL},
    {"sessionId", "t.session_id", 0, NULL},
    {"environment", ENVIRONMENT("t"), 0, NULL},
    {"version", "t.version", 0, NULL},
    {"release", "t.release", 0, NULL},
    {"timestamp", "t.ts", 0, NULL},
    {"tags", "t.tags", 0, NULL},
    {"bookmarked", "t.bookmarked", 0, NULL},
    {"metadata", METADATA("t.metadata"), 0, NULL},
    {"level", WORST_LEVEL, 0, NULL},
    {"errorCount", "t.n_error", 0, NULL},
    {"warningCount", "t.n_warning", 0, NULL},
    {"defaultCount", "t.n_default", 0, NULL},
    {"debugCount", "t.n_debug", 0, NULL},
    {"latency",
     "if(t.n_observations > 0, greatest(t.last_start, coalesce(t.last_end, t.last_start)) -"
     " t.first_start, 0)",
     1000, NULL},
    {"inputTokens", "t.input_tokens", 0, NULL},
    {"outputTokens", "t.output_tokens", 0, NULL},
    {"totalTokens", "t.total_tokens", 0, NULL},
    {"inputCost", "t.input_cost", USD, NULL},
    {"outputCost", "t.output_cost", USD, NULL},
    {"totalCost", "t.total_cost", USD, NULL},
    {"scores_avg", "", 0, SCORES_OF_TRACE("avg(value)", "1, 2", " GROUP BY trace_id")},
    {"score_categories", "", 0, SCORES_OF_TRACE("string_value", "3", "")},
    {"score_booleans", "", 0, SCORES_OF_TRACE("(value != 0)", "2", "")},
    {"evaluatorId", "CAST(NULL, 'Nullable(String)')", 0, NULL},
    {"ruleId", "CAST(NULL, 'Nullable(String)')", 0, NULL},
};

#define NO_TEXT   "CAST(NULL, 'Nullable(String)')"
#define NO_NUMBER "CAST(NULL, 'Nullable(Int64)')"
#define TYPE_OF(x)                                                                     \
    "multiIf(" x " = 1, 'SPAN', " x " = 2, 'GENERATION', " x " = 3, 'EVENT', " x       \
    " = 4, 'AGENT', " x " = 5, 'TOOL', " x " = 6, 'CHAIN', " x " = 7, 'RETRIEVER', " x \
    " = 8, 'EVALUATOR', " x " = 9, 'EMBEDDING', " x " = 10, 'GUARDRAIL', NULL)"
#define TOOLS           "JSONExtractKeys(ifNull(o.tool_definitions, '{}'))"
#define EXPERIMENT(key) "nullIf(JSONExtractString(ifNull(o.experiment, ''), '" key "'), '')"

static const struct column_sql observation_columns[] = {
    {"id", "o.observation_id", 0, NULL},
    {"type", TYPE_OF("o.type"), 0, NULL},
    {"name", "o.name", 0, NULL},
    {"traceId", "o.trace_id", 0, NULL},
    {"parentObservationId", "o.parent_id", 0, NULL},
    {"startTime", "o.start", 0, NULL},
    {"endTime", "o.end", 0, NULL},
    {"timeToFirstToken", "(o.completion_start - o.start)", 1000, NULL},
    {"latency", "(o.end - o.start)", 1000, NULL},
    {"tokensPerSecond", "(o.total_tokens * 1000.0 / nullIf(o.end - o.start, 0))", 0, NULL},
    {"inputCost", "o.input_cost", USD, NULL},
    {"outputCost", "o.output_cost", USD, NULL},
    {"totalCost", "o.total_cost", USD, NULL},
    {"level", LEVEL_OF("o.level"), 0, NULL},
    {"statusMessage", "o.status_message", 0, NULL},
    {"model", "o.model", 0, NULL},
    {"modelId", "o.model_id", 0, NULL},
    {"inputTokens", "o.input_tokens", 0, NULL},
    {"outputTokens", "o.output_tokens", 0, NULL},
    {"totalTokens", "o.total_tokens", 0, NULL},
    {"metadata", METADATA("o.metadata"), 0, NULL},
    {"version", "coalesce(o.version, t.version)", 0, NULL},
    {"release", "coalesce(o.release, t.release)", 0, NULL},
    {"promptName", "o.prompt_name", 0, NULL},
    {"promptVersion", "o.prompt_version", 0, NULL},
    {"environment", ENVIRONMENT("o"), 0, NULL},
    {"toolDefinitions", "length(" TOOLS ")", 0, NULL},
    {"toolCalls", "JSONLength(ifNull(o.tool_calls, '[]'))", 0, NULL},
    {"toolNames", TOOLS, 0, NULL},
    {"calledToolNames", "JSONExtract(ifNull(o.tool_call_names, '[]'), 'Array(String)')", 0, NULL},
    {"userId", "coalesce(o.user_id, t.user_id)", 0, NULL},
    {"sessionId", "coalesce(o.session_id, t.session_id)", 0, NULL},
    {"traceName", "coalesce(o.trace_name, t.name)", 0, NULL},
    {"traceEnvironment", ENVIRONMENT("t"), 0, NULL},
    {"traceTags", "if(empty(o.tags), t.tags, o.tags)", 0, NULL},
    {"input", "o.input", 0, NULL},
    {"output", "o.output", 0, NULL},
    {"hasParentObservation", "(o.parent_id IS NOT NULL)", 0, NULL},
    {"isRootObservation", "(o.parent_id IS NULL OR o.app_root)", 0, NULL},
    {"hasInput", "(o.input IS NOT NULL)", 0, NULL},
    {"hasOutput", "(o.output IS NOT NULL)", 0, NULL},
    {"experimentDatasetId", EXPERIMENT("dataset_id"), 0, NULL},
    {"experimentId", EXPERIMENT("id"), 0, NULL},
    {"experimentName", EXPERIMENT("name"), 0, NULL},
    {"isExperimentItemRootSpan",
     "(ifNull(" EXPERIMENT("item_root_observation_id") ", '') = o.observation_id)", 0, NULL},
    {"evaluatorId", NO_TEXT, 0, NULL},
    {"ruleId", NO_TEXT, 0, NULL},
    {"ingestionApiKey", "o.api_key", 0, NULL},
    {"ingestionSdkName", "o.sdk_name", 0, NULL},
    {"ingestionSdkVersion", "o.sdk_version", 0, NULL},
    {"ingestionSource", "if(o.source = 2, 'otel', 'ingestion-api')", 0, NULL},
};

// A trace shown as its own root row: what an observation would have, taken from the trace.
static const struct column_sql synthetic_columns[] = {
    {"id", "concat('t-', t.trace_id)", 0, NULL},
    {"type", "'SPAN'", 0, NULL},
    {"name", "t.name", 0, NULL},
    {"traceId", "t.trace_id", 0, NULL},
    {"parentObservationId", NO_TEXT, 0, NULL},
    {"startTime", "t.ts", 0, NULL},
    {"endTime", NO_NUMBER, 0, NULL},
    {"timeToFirstToken", NO_NUMBER, 0, NULL},
    {"latency", NO_NUMBER, 0, NULL},
    {"tokensPerSecond", NO_NUMBER, 0, NULL},
    {"inputCost", "0", USD, NULL},
    {"outputCost", "0", USD, NULL},
    {"totalCost", "0", USD, NULL},
    {"level", "'DEFAULT'", 0, NULL},
    {"statusMessage", NO_TEXT, 0, NULL},
    {"model", NO_TEXT, 0, NULL},
    {"modelId", NO_TEXT, 0, NULL},
    {"inputTokens", "0", 0, NULL},
    {"outputTokens", "0", 0, NULL},
    {"totalTokens", "0", 0, NULL},
    {"metadata", METADATA("t.metadata"), 0, NULL},
    {"version", "t.version", 0, NULL},
    {"release", "t.release", 0, NULL},
    {"promptName", NO_TEXT, 0, NULL},
    {"promptVersion", NO_NUMBER, 0, NULL},
    {"environment", ENVIRONMENT("t"), 0, NULL},
    {"toolDefinitions", "0", 0, NULL},
    {"toolCalls", "0", 0, NULL},
    {"toolNames", "CAST([], 'Array(String)')", 0, NULL},
    {"calledToolNames", "CAST([], 'Array(String)')", 0, NULL},
    {"userId", "t.user_id", 0, NULL},
    {"sessionId", "t.session_id", 0, NULL},
    {"traceName", "t.name", 0, NULL},
    {"traceEnvironment", ENVIRONMENT("t"), 0, NULL},
    {"traceTags", "t.tags", 0, NULL},
    {"input", "t.input", 0, NULL},
    {"output", "t.output", 0, NULL},
    {"hasParentObservation", "0", 0, NULL},
    {"isRootObservation", "1", 0, NULL},
    {"hasInput", "(t.input IS NOT NULL)", 0, NULL},
    {"hasOutput", "(t.output IS NOT NULL)", 0, NULL},
    {"experimentDatasetId", NO_TEXT, 0, NULL},
    {"experimentId", NO_TEXT, 0, NULL},
    {"experimentName", NO_TEXT, 0, NULL},
    {"isExperimentItemRootSpan", "0", 0, NULL},
    {"evaluatorId", NO_TEXT, 0, NULL},
    {"ruleId", NO_TEXT, 0, NULL},
    {"ingestionApiKey", NO_TEXT, 0, NULL},
    {"ingestionSdkName", NO_TEXT, 0, NULL},
    {"ingestionSdkVersion", NO_TEXT, 0, NULL},
    {"ingestionSource", "'ingestion-api'", 0, NULL},
};

static const struct column_sql score_columns[] = {
    {"id", "s.score_id", 0, NULL},
    {"timestamp", "s.ts", 0, NULL},
    {"environment", ENVIRONMENT("s"), 0, NULL},
    {"traceId", "s.trace_id", 0, NULL},
    {"observationId", "s.observation_id", 0, NULL},
    {"sessionId", "s.session_id", 0, NULL},
    {"name", "s.name", 0, NULL},
    {"value", "s.value", 0, NULL},
    {"booleanValue", "(s.type = 2 AND s.value != 0)", 0, NULL},
    {"stringValue", "s.string_value", 0, NULL},
    {"source",
     "multiIf(s.source = 1, 'API', s.source = 2, 'EVAL', s.source = 3, 'ANNOTATION', NULL)", 0,
     NULL},
    {"dataType",
     "multiIf(s.type = 1, 'NUMERIC', s.type = 2, 'BOOLEAN', s.type = 3, 'CATEGORICAL', s.type = 4,"
     " 'TEXT', s.type = 5, 'CORRECTION', NULL)",
     0, NULL},
    {"comment", "s.comment", 0, NULL},
    {"authorUserId", "s.author_id", 0, NULL},
    {"metadata", JSON_TEXT(WHOLE_KEY("s.metadata")), 0, NULL},
    {"traceName", "t.name", 0, NULL},
    {"userId", "t.user_id", 0, NULL},
    {"traceTags", "t.tags", 0, NULL},
    {"evaluatorId", NO_TEXT, 0, NULL},
};

#define DIALECT(table, null)                                                                       \
    {                                                                                              \
        .columns = (table), .n_columns = ARRAY_LEN(table), .empty_is_null = (null),                \
        .contains = "ifNull(position(%C, %V), 0) > 0", .starts = "startsWith(ifNull(%C, ''), %V)", \
        .ends = "endsWith(ifNull(%C, ''), %V)",                                                    \
        .imatches = "positionCaseInsensitiveUTF8(ifNull(%C, ''), %V) > 0",                         \
        .array_has = "has(%C, %V)", .is_null = "ifNull(toString(%C), '') IN ('', '[]')"            \
    }
const struct filter_dialect ch_trace_dialect = DIALECT(trace_columns, false);
const struct filter_dialect ch_observation_dialect = DIALECT(observation_columns, false);
const struct filter_dialect ch_observation_v2_dialect = DIALECT(observation_columns, true);
const struct filter_dialect ch_synthetic_dialect = DIALECT(synthetic_columns, true);
const struct filter_dialect ch_score_dialect = DIALECT(score_columns, false);

// ---- The pages': previews and bodies searched without case --------------------------------------

#define JOINED(list) "concatWithSeparator('\\n', " list ")"
#define T(c)         "ifNull(" c ", '')"
// `v` of each trace and of each of its observations.
#define TEXTS_OF_TRACE(own, observations)                                                        \
    "t.trace_id IN (SELECT trace_id FROM (SELECT trace_id, " own " AS v FROM traces FINAL WHERE" \
    " project_id = pid UNION ALL SELECT trace_id, " observations                                 \
    " AS v FROM observations FINAL WHERE project_id = pid) WHERE %P)"
#define SCORES_OF_OBSERVATION(v, types, more)                                                     \
    "(o.trace_id, o.observation_id) IN (SELECT trace_id, observation_id FROM (SELECT"             \
    " ifNull(trace_id, '') AS trace_id, ifNull(observation_id, '') AS observation_id, " v         \
    " AS v FROM scores FINAL WHERE project_id = pid AND observation_id IS NOT NULL AND name = %K" \
    " AND type IN (" types ")" more ") WHERE v IS NOT NULL AND %P)"

static const struct column_sql page_trace_columns[] = {
    {"type", TYPE_OF("if(t.kind = 0, 1, t.kind)"), 0, NULL},
    {"model", "nullIf(t.models[1].1, '')", 0, NULL},
    {"public", "t.public", 0, NULL},
    {"observationCount", "t.n_observations", 0, NULL},
    {"statusMessage", "t.error", 0, NULL},
    {"input", "", 0,
     TEXTS_OF_TRACE(JOINED(T("preview_in") ", " T("input")), JOINED(T("input") ", ''"))},
    {"output", "", 0,
     TEXTS_OF_TRACE(JOINED(T("preview_out") ", " T("output")), JOINED(T("output") ", ''"))},
    {"text", "", 0,
     TEXTS_OF_TRACE(JOINED(T("name") ", " T("preview_in") ", " T("preview_out") ", " T(
                        "error") ", " T("input") ", " T("output")),
                    JOINED(T("name") ", " T("status_message") ", " T("input") ", " T("output")))},
};

static const struct column_sql page_observation_columns[] = {
    {"scores_avg", "", 0,
     SCORES_OF_OBSERVATION("avg(value)", "1, 2", " GROUP BY trace_id, observation_id")},
    {"score_categories", "", 0, SCORES_OF_OBSERVATION("string_value", "3", "")},
    {"score_booleans", "", 0, SCORES_OF_OBSERVATION("(value != 0)", "2", "")},
    {"text",
     JOINED(T("o.name") ", " T("o.model") ", " T("o.status_message") ", " T("o.trace_name") ", " T(
         "t.name") ", " T("o.input") ", " T("o.output")),
     0, NULL},
};

#define PAGE_DIALECT(table, under)                                                       \
    {                                                                                    \
        .columns = (table), .n_columns = ARRAY_LEN(table), .base = &(under),             \
        .contains = "positionCaseInsensitiveUTF8(ifNull(%C, ''), %V) > 0",               \
        .starts = "startsWith(lowerUTF8(ifNull(%C, '')), lowerUTF8(%V))",                \
        .ends = "endsWith(ifNull(%C, ''), %V)",                                          \
        .imatches = "positionCaseInsensitiveUTF8(ifNull(%C, ''), %V) > 0",               \
        .array_has = "has(%C, %V)", .is_null = "ifNull(toString(%C), '') IN ('', '[]')", \
        .empty_is_null = true                                                            \
    }
const struct filter_dialect ch_page_trace_dialect =
    PAGE_DIALECT(page_trace_columns, ch_trace_dialect);
const struct filter_dialect ch_page_observation_dialect =
    PAGE_DIALECT(page_observation_columns, ch_observation_v2_dialect);
