// SPDX-License-Identifier: MIT
// SQL expressions of the filter columns, per list: t = trace, o = observation (joined with t), s = score
// (left-joined with t). Money is in picodollars and times in milliseconds, hence the scales.
#include "store/sqlite/read_int.h"

#define USD 1e12
#define LEVEL_OF(x) \
    "(CASE " x      \
    " WHEN 4 THEN 'ERROR' WHEN 3 THEN 'WARNING' WHEN 2 THEN 'DEFAULT' WHEN 1 THEN 'DEBUG' END)"
#define WORST_LEVEL                                                                               \
    "(CASE WHEN t.n_error > 0 THEN 'ERROR' WHEN t.n_warning > 0 THEN 'WARNING' WHEN t.n_default " \
    "> 0 THEN 'DEFAULT'"                                                                          \
    " WHEN t.n_debug > 0 THEN 'DEBUG' ELSE 'DEFAULT' END)"
#define SCORES_OF_TRACE(types)                                                                     \
    "EXISTS (SELECT 1 FROM (SELECT " types " AS v FROM score x WHERE x.trace = t.id AND x.name = " \
    "%K"
#define METADATA(alias) "rl_metadata(" alias ".pack, " alias ".slot, %K)"

static const struct column_sql trace_columns_sql[] = {
    {"id", "t.trace_id", 0, NULL},
    {"name", "t.name", 0, NULL},
    {"userId", "t.user_id", 0, NULL},
    {"sessionId", "t.session_id", 0, NULL},
    {"environment", "coalesce(t.environment, 'default')", 0, NULL},
    {"version", "t.version", 0, NULL},
    {"release", "t.release", 0, NULL},
    {"timestamp", "t.ts", 0, NULL},
    {"tags", "t.tags", 0, NULL},
    {"bookmarked", "(t.flags & 2 <> 0)", 0, NULL},
    {"metadata", METADATA("t"), 0, NULL},
    {"level", WORST_LEVEL, 0, NULL},
    {"errorCount", "t.n_error", 0, NULL},
    {"warningCount", "t.n_warning", 0, NULL},
    {"defaultCount", "t.n_default", 0, NULL},
    {"debugCount", "t.n_debug", 0, NULL},
    {"latency",
     "(CASE WHEN t.n_observations > 0 THEN max(t.last_start, coalesce(t.last_end, t.last_start)) - "
     "t.first_start ELSE 0 END)",
     1000, NULL},
    {"inputTokens", "t.input_tokens", 0, NULL},
    {"outputTokens", "t.output_tokens", 0, NULL},
    {"totalTokens", "t.total_tokens", 0, NULL},
    {"inputCost", "t.input_cost", USD, NULL},
    {"outputCost", "t.output_cost", USD, NULL},
    {"totalCost", "t.total_cost", USD, NULL},
    {"scores_avg", "", 0,
     SCORES_OF_TRACE("avg(x.value)") " AND x.type IN (1, 2)) WHERE v IS NOT NULL AND %P)"},
    {"score_categories", "", 0,
     "EXISTS (SELECT 1 FROM (SELECT x.string_value AS v FROM score x WHERE x.trace = t.id AND "
     "x.name = %K AND x.type = 3) WHERE %P)"},
    {"score_booleans", "", 0,
     "EXISTS (SELECT 1 FROM (SELECT (x.value <> 0) AS v FROM score x WHERE x.trace = t.id AND "
     "x.name = %K AND x.type = 2) WHERE %P)"},
    {"evaluatorId", "NULL", 0, NULL},
    {"ruleId", "NULL", 0, NULL},
};

#define TEXT(field) "rl_body(o.pack, o.slot, " #field ")"

static const struct column_sql observation_columns_sql[] = {
    {"id", "o.observation_id", 0, NULL},
    {"type",
     "(CASE o.type WHEN 1 THEN 'SPAN' WHEN 2 THEN 'GENERATION' WHEN 3 THEN 'EVENT' WHEN 4 THEN "
     "'AGENT' WHEN 5 THEN 'TOOL' WHEN 6 THEN 'CHAIN'"
     " WHEN 7 THEN 'RETRIEVER' WHEN 8 THEN 'EVALUATOR' WHEN 9 THEN 'EMBEDDING' WHEN 10 THEN "
     "'GUARDRAIL' END)",
     0, NULL},
    {"name", "o.name", 0, NULL},
    {"traceId", "t.trace_id", 0, NULL},
    {"parentObservationId", "o.parent_id", 0, NULL},
    {"startTime", "o.start", 0, NULL},
    {"endTime", "o.end", 0, NULL},
    {"timeToFirstToken", "(o.completion_start - o.start)", 1000, NULL},
    {"latency", "(o.end - o.start)", 1000, NULL},
    {"tokensPerSecond", "(o.total_tokens * 1000.0 / nullif(o.end - o.start, 0))", 0, NULL},
    {"inputCost", "o.input_cost", USD, NULL},
    {"outputCost", "o.output_cost", USD, NULL},
    {"totalCost", "o.total_cost", USD, NULL},
    {"level", LEVEL_OF("o.level"), 0, NULL},
    {"statusMessage", TEXT(4), 0, NULL},
    {"model", "o.model", 0, NULL},
    {"modelId", "o.model_id", 0, NULL},
    {"inputTokens", "o.input_tokens", 0, NULL},
    {"outputTokens", "o.output_tokens", 0, NULL},
    {"totalTokens", "o.total_tokens", 0, NULL},
    {"metadata", METADATA("o"), 0, NULL},
    {"version", "coalesce(o.version, t.version)", 0, NULL},
    {"release", "coalesce(o.release, t.release)", 0, NULL},
    {"promptName", "o.prompt_name", 0, NULL},
    {"promptVersion", "o.prompt_version", 0, NULL},
    {"environment", "coalesce(o.environment, 'default')", 0, NULL},
    {"toolDefinitions", "(SELECT count(*) FROM json_each(coalesce(" TEXT(8) ", '{}')))", 0, NULL},
    {"toolCalls", "json_array_length(coalesce(" TEXT(9) ", '[]'))", 0, NULL},
    {"toolNames", "(SELECT json_group_array(key) FROM json_each(coalesce(" TEXT(8) ", '{}')))", 0,
     NULL},
    {"calledToolNames", TEXT(10), 0, NULL},
    {"userId", "coalesce(o.user_id, t.user_id)", 0, NULL},
    {"sessionId", "coalesce(o.session_id, t.session_id)", 0, NULL},
    {"traceName", "coalesce(o.trace_name, t.name)", 0, NULL},
    {"traceEnvironment", "coalesce(t.environment, 'default')", 0, NULL},
    {"traceTags", "coalesce(o.tags, t.tags)", 0, NULL},
    {"input", TEXT(1), 0, NULL},
    {"output", TEXT(2), 0, NULL},
    {"hasParentObservation", "(o.parent_id IS NOT NULL)", 0, NULL},
    {"isRootObservation", "(o.parent_id IS NULL OR o.flags & 4 <> 0)", 0, NULL},
    {"hasInput", "(o.flags & 16 <> 0)", 0, NULL},
    {"hasOutput", "(o.flags & 32 <> 0)", 0, NULL},
    {"experimentDatasetId", "json_extract(" TEXT(11) ", '$.dataset_id')", 0, NULL},
    {"experimentId", "json_extract(" TEXT(11) ", '$.id')", 0, NULL},
    {"experimentName", "json_extract(" TEXT(11) ", '$.name')", 0, NULL},
    {"isExperimentItemRootSpan",
     "(json_extract(" TEXT(11) ", '$.item_root_observation_id') = o.observation_id)", 0, NULL},
    {"evaluatorId", "NULL", 0, NULL},
    {"ruleId", "NULL", 0, NULL},
    {"ingestionApiKey", TEXT(14), 0, NULL},
    {"ingestionSdkName", TEXT(12), 0, NULL},
    {"ingestionSdkVersion", TEXT(13), 0, NULL},
    {"ingestionSource", "(CASE o.source WHEN 2 THEN 'otel' ELSE 'ingestion-api' END)", 0, NULL},
};

// A trace shown as its own root row: what an observation would have, taken from the trace.
static const struct column_sql synthetic_columns_sql[] = {
    {"id", "('t-' || t.trace_id)", 0, NULL},
    {"type", "'SPAN'", 0, NULL},
    {"name", "t.name", 0, NULL},
    {"traceId", "t.trace_id", 0, NULL},
    {"parentObservationId", "NULL", 0, NULL},
    {"startTime", "t.ts", 0, NULL},
    {"endTime", "NULL", 0, NULL},
    {"timeToFirstToken", "NULL", 0, NULL},
    {"latency", "NULL", 0, NULL},
    {"tokensPerSecond", "NULL", 0, NULL},
    {"inputCost", "0", USD, NULL},
    {"outputCost", "0", USD, NULL},
    {"totalCost", "0", USD, NULL},
    {"level", "'DEFAULT'", 0, NULL},
    {"statusMessage", "NULL", 0, NULL},
    {"model", "NULL", 0, NULL},
    {"modelId", "NULL", 0, NULL},
    {"inputTokens", "0", 0, NULL},
    {"outputTokens", "0", 0, NULL},
    {"totalTokens", "0", 0, NULL},
    {"metadata", METADATA("t"), 0, NULL},
    {"version", "t.version", 0, NULL},
    {"release", "t.release", 0, NULL},
    {"promptName", "NULL", 0, NULL},
    {"promptVersion", "NULL", 0, NULL},
    {"environment", "coalesce(t.environment, 'default')", 0, NULL},
    {"toolDefinitions", "0", 0, NULL},
    {"toolCalls", "0", 0, NULL},
    {"toolNames", "'[]'", 0, NULL},
    {"calledToolNames", "'[]'", 0, NULL},
    {"userId", "t.user_id", 0, NULL},
    {"sessionId", "t.session_id", 0, NULL},
    {"traceName", "t.name", 0, NULL},
    {"traceEnvironment", "coalesce(t.environment, 'default')", 0, NULL},
    {"traceTags", "t.tags", 0, NULL},
    {"input", "rl_body(t.pack, t.slot, 1)", 0, NULL},
    {"output", "rl_body(t.pack, t.slot, 2)", 0, NULL},
    {"hasParentObservation", "0", 0, NULL},
    {"isRootObservation", "1", 0, NULL},
    {"hasInput", "(t.flags & 128 <> 0)", 0, NULL},
    {"hasOutput", "(t.flags & 256 <> 0)", 0, NULL},
    {"experimentDatasetId", "NULL", 0, NULL},
    {"experimentId", "NULL", 0, NULL},
    {"experimentName", "NULL", 0, NULL},
    {"isExperimentItemRootSpan", "0", 0, NULL},
    {"evaluatorId", "NULL", 0, NULL},
    {"ruleId", "NULL", 0, NULL},
    {"ingestionApiKey", "NULL", 0, NULL},
    {"ingestionSdkName", "NULL", 0, NULL},
    {"ingestionSdkVersion", "NULL", 0, NULL},
    {"ingestionSource", "'ingestion-api'", 0, NULL},
};

static const struct column_sql score_columns_sql[] = {
    {"id", "s.score_id", 0, NULL},
    {"timestamp", "s.ts", 0, NULL},
    {"environment", "coalesce(s.environment, 'default')", 0, NULL},
    {"traceId", "s.trace_id", 0, NULL},
    {"observationId", "s.observation_id", 0, NULL},
    {"sessionId", "s.session_id", 0, NULL},
    {"name", "s.name", 0, NULL},
    {"value", "s.value", 0, NULL},
    {"booleanValue", "(s.type = 2 AND s.value <> 0)", 0, NULL},
    {"stringValue", "s.string_value", 0, NULL},
    {"source", "(CASE s.source WHEN 1 THEN 'API' WHEN 2 THEN 'EVAL' WHEN 3 THEN 'ANNOTATION' END)",
     0, NULL},
    {"dataType",
     "(CASE s.type WHEN 1 THEN 'NUMERIC' WHEN 2 THEN 'BOOLEAN' WHEN 3 THEN 'CATEGORICAL' WHEN 4 "
     "THEN 'TEXT' WHEN 5 THEN 'CORRECTION' END)",
     0, NULL},
    {"comment", "s.comment", 0, NULL},
    {"authorUserId", "s.author_id", 0, NULL},
    {"metadata", "(SELECT value FROM json_each(coalesce(s.metadata, '{}')) WHERE key = %K)", 0,
     NULL},
    {"traceName", "t.name", 0, NULL},
    {"userId", "t.user_id", 0, NULL},
    {"traceTags", "t.tags", 0, NULL},
    {"evaluatorId", "NULL", 0, NULL},
};

// The pages': previews and bodies searched without case. A trace's texts are its own and its
// observations', each pack looked into once.
#define PACKS_OF_TRACE                                                                       \
    "(SELECT t.pack AS pack WHERE t.pack IS NOT NULL UNION SELECT x.pack FROM observation x" \
    " WHERE x.trace = t.id AND x.pack IS NOT NULL)"
#define KIND_OF(x)                                                                            \
    "(CASE " x " WHEN 1 THEN 'SPAN' WHEN 2 THEN 'GENERATION' WHEN 3 THEN 'EVENT' WHEN 4 THEN" \
    " 'AGENT' WHEN 5 THEN 'TOOL' WHEN 6 THEN 'CHAIN' WHEN 7 THEN 'RETRIEVER' WHEN 8 THEN"     \
    " 'EVALUATOR' WHEN 9 THEN 'EMBEDDING' WHEN 10 THEN 'GUARDRAIL' ELSE 'SPAN' END)"

static const struct column_sql page_trace_columns_sql[] = {
    {"type", KIND_OF("t.kind"), 0, NULL},
    {"model", "json_extract(t.models, '$[0][0]')", 0, NULL},
    {"public", "(t.flags & 1 <> 0)", 0, NULL},
    {"observationCount", "t.n_observations", 0, NULL},
    {"statusMessage", "t.error", 0, NULL},
    {"input", "", 0,
     "EXISTS (SELECT 1 FROM (SELECT t.preview_in AS v UNION ALL SELECT rl_body(t.pack, t.slot, 1)"
     " UNION ALL SELECT rl_body(x.pack, x.slot, 1) FROM observation x WHERE x.trace = t.id)"
     " WHERE %P)"},
    {"output", "", 0,
     "EXISTS (SELECT 1 FROM (SELECT t.preview_out AS v UNION ALL SELECT rl_body(t.pack, t.slot, 2)"
     " UNION ALL SELECT rl_body(x.pack, x.slot, 2) FROM observation x WHERE x.trace = t.id)"
     " WHERE %P)"},
    {"text", "", 0,
     "EXISTS (SELECT 1 FROM (SELECT rl_join(t.name, t.preview_in, t.preview_out, t.error) AS v"
     " UNION ALL SELECT x.name FROM observation x WHERE x.trace = t.id"
     " UNION ALL SELECT rl_texts(p.pack) FROM " PACKS_OF_TRACE " p) WHERE %P)"},
};

static const struct column_sql page_observation_columns_sql[] = {
    {"statusMessage", "o.status", 0, NULL},
    {"scores_avg", "", 0,
     "EXISTS (SELECT 1 FROM (SELECT avg(x.value) AS v FROM score x WHERE x.trace = o.trace AND"
     " x.observation_id = o.observation_id AND x.name = %K AND x.type IN (1, 2))"
     " WHERE v IS NOT NULL AND %P)"},
    {"score_categories", "", 0,
     "EXISTS (SELECT 1 FROM (SELECT x.string_value AS v FROM score x WHERE x.trace = o.trace AND"
     " x.observation_id = o.observation_id AND x.name = %K AND x.type = 3) WHERE %P)"},
    {"score_booleans", "", 0,
     "EXISTS (SELECT 1 FROM (SELECT (x.value <> 0) AS v FROM score x WHERE x.trace = o.trace AND"
     " x.observation_id = o.observation_id AND x.name = %K AND x.type = 2) WHERE %P)"},
    {"text", "", 0,
     "EXISTS (SELECT 1 FROM (SELECT rl_join(o.name, o.model, o.status, t.name) AS v"
     " UNION ALL SELECT " TEXT(1) " UNION ALL SELECT " TEXT(2) ") WHERE %P)"},
};

#define DIALECT(table, null)                                                                      \
    {                                                                                             \
        .columns = (table), .n_columns = ARRAY_LEN(table), .empty_is_null = (null),               \
        .contains = "coalesce(instr(%C, %V), 0) > 0", .starts = "substr(%C, 1, length(%V)) = %V", \
        .ends = "substr(%C, length(%C) - length(%V) + 1) = %V",                                   \
        .imatches = "coalesce(instr(lower(%C), lower(%V)), 0) > 0",                               \
        .array_has = "EXISTS (SELECT 1 FROM json_each(coalesce(%C, '[]')) WHERE value = %V)"      \
    }
const struct filter_dialect trace_dialect = DIALECT(trace_columns_sql, false);
const struct filter_dialect observation_dialect = DIALECT(observation_columns_sql, false);
const struct filter_dialect observation_v2_dialect = DIALECT(observation_columns_sql, true);
const struct filter_dialect synthetic_dialect = DIALECT(synthetic_columns_sql, true);
const struct filter_dialect score_dialect = DIALECT(score_columns_sql, false);

#define PAGE_DIALECT(table, under)                                                            \
    {                                                                                         \
        .columns = (table), .n_columns = ARRAY_LEN(table), .base = &(under),                  \
        .contains = "rl_has(%C, %V)", .starts = "rl_starts(%C, %V)",                          \
        .ends = "substr(%C, length(%C) - length(%V) + 1) = %V", .imatches = "rl_has(%C, %V)", \
        .array_has = "EXISTS (SELECT 1 FROM json_each(coalesce(%C, '[]')) WHERE value = %V)", \
        .empty_is_null = true                                                                 \
    }
const struct filter_dialect page_trace_dialect =
    PAGE_DIALECT(page_trace_columns_sql, trace_dialect);
const struct filter_dialect page_observation_dialect =
    PAGE_DIALECT(page_observation_columns_sql, observation_v2_dialect);
