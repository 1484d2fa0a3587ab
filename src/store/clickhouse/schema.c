// SPDX-License-Identifier: MIT
// The tables, as the numbered migrations that make them (migrate.c). A text that was released is never
// changed; a change is a new row.
//
// * Every row says which hour it belongs to (hours since the epoch of ts or start, clickhouse.h
//   hour_of). It leads the sort key after the project, so a range of time is a range of keys, the
//   newest page is read from the newest hours, and a trace's observations are found by their trace's
//   first and last start. A row that moves to another hour leaves a deleted row behind.
// * A row of `traces` carries what its observations add up to, so that lists sort and filter on it
//   without reading observations.
// * row_version decides between rows of one key, is_deleted takes the key away: reads say FINAL.
// * `arrival` is the place in the order of arrival, kept through updates.
// * Times are milliseconds since the epoch, costs 10^-12 USD, types and levels the enums of model/.
//   The aliases at the end are for people.
#include "store/clickhouse/schema.h"

#include "base/attr.h"

// Months of plausible times; a client whose clock is wild cannot make thousands of partitions.
#define BY_MONTH                                                \
    " PARTITION BY multiIf(hour < 394464, 0, hour > 613607, 1," \
    " toYYYYMM(toDateTime(toUInt32(hour) * 3600, 'UTC')))"

// Without replicas the server forgets what was inserted; a repeated insert is told by its token.
#define TABLE_SETTINGS " SETTINGS non_replicated_deduplication_window = 1000"

#define KEY "project_id LowCardinality(String), hour UInt32 CODEC(Delta, ZSTD(1)), "
#define VERSION                                                                                \
    "row_version UInt64 CODEC(Delta, ZSTD(1)), is_deleted UInt8, arrival UInt64 CODEC(Delta, " \
    "ZSTD(1)), "
#define STAMPS "created Int64 CODEC(Delta, ZSTD(1)), updated Int64 CODEC(Delta, ZSTD(1)), "
#define TEXT   " Nullable(String) CODEC(ZSTD(1)), "
#define BODY   " Nullable(String) CODEC(ZSTD(3)), "
#define WORD   " LowCardinality(Nullable(String)), "
#define SUM    " Int64 CODEC(ZSTD(1)), "
#define TIME_  " Nullable(Int64) CODEC(ZSTD(1)), "

#define TRACES                                                                                   \
    "CREATE TABLE IF NOT EXISTS traces {ON_CLUSTER} (" KEY                                       \
    "trace_id String CODEC(ZSTD(1)), " VERSION                                                   \
    "ts Int64 CODEC(Delta, ZSTD(1)), explicit_ts UInt8, has_event UInt8, has_root UInt8, "       \
    "own_in UInt8, own_out UInt8, public UInt8, bookmarked UInt8, name" WORD "user_id" WORD      \
    "session_id" TEXT "release" WORD "version" WORD "environment" WORD "tags Array(String), "    \
    "preview_in" TEXT "preview_out" TEXT "n_observations" SUM "n_error" SUM "n_warning" SUM      \
    "n_default" SUM "n_debug" SUM "n_ended" SUM "first_start" TIME_ "last_start" TIME_           \
    "last_end" TIME_ "input_tokens" SUM "output_tokens" SUM "total_tokens" SUM "input_cost" SUM  \
    "output_cost" SUM "total_cost" SUM "kind UInt8, slowest" SUM "error" TEXT                    \
    "models Array(Tuple(model String, n Int64, tokens Int64, cost Int64)), " STAMPS "input" BODY \
    "output" BODY "metadata" BODY                                                                \
    "timestamp DateTime64(3, 'UTC') ALIAS fromUnixTimestamp64Milli(ts, 'UTC'), "                 \
    "INDEX trace_bloom trace_id TYPE bloom_filter(0.001) GRANULARITY 1, "                        \
    "INDEX ts_range ts TYPE minmax GRANULARITY 1, "                                              \
    "INDEX session_bloom session_id TYPE bloom_filter(0.01) GRANULARITY 1)"                      \
    " ENGINE = {ENGINE}" BY_MONTH " ORDER BY (project_id, hour, trace_id)" TABLE_SETTINGS

#define OBSERVATIONS                                                                              \
    "CREATE TABLE IF NOT EXISTS observations {ON_CLUSTER} (" KEY                                  \
    "trace_id String CODEC(ZSTD(1)), "                                                            \
    "observation_id String CODEC(ZSTD(1)), " VERSION "parent_id" TEXT "type UInt8, level UInt8, " \
    "source UInt8, public UInt8, bookmarked UInt8, app_root UInt8, needs_tokens UInt8, "          \
    "start Int64 CODEC(Delta, ZSTD(1)), end" TIME_ "completion_start" TIME_ "name" WORD           \
    "environment" WORD "version" WORD "model" WORD "model_id" WORD "prompt_id" WORD               \
    "prompt_name" WORD "prompt_version" TIME_ "tier_id" WORD "tier_name" WORD                     \
    "usage Map(LowCardinality(String), Int64), cost Map(LowCardinality(String), Int64), "         \
    "input_tokens" SUM "output_tokens" SUM "total_tokens" SUM "input_cost" SUM "output_cost" SUM  \
    "total_cost" SUM "trace_name" WORD "user_id" WORD "session_id" TEXT "release" WORD            \
    "tags Array(String), " STAMPS "status_message" TEXT "model_parameters" TEXT                   \
    "provided_usage Map(LowCardinality(String), Int64), "                                         \
    "provided_cost Map(LowCardinality(String), Int64), experiment" TEXT "sdk_name" WORD           \
    "sdk_version" WORD "api_key" WORD "input" BODY "output" BODY "metadata" BODY                  \
    "tool_definitions" BODY "tool_calls" BODY "tool_call_names" TEXT                              \
    "start_time DateTime64(3, 'UTC') ALIAS fromUnixTimestamp64Milli(start, 'UTC'), "              \
    "INDEX trace_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1, "                          \
    "INDEX observation_bloom observation_id TYPE bloom_filter(0.001) GRANULARITY 1, "             \
    "INDEX start_range start TYPE minmax GRANULARITY 1)"                                          \
    " ENGINE = {ENGINE}" BY_MONTH                                                                 \
    " ORDER BY (project_id, hour, trace_id, observation_id)" TABLE_SETTINGS

#define SCORES                                                                                  \
    "CREATE TABLE IF NOT EXISTS scores {ON_CLUSTER} (" KEY                                      \
    "score_id String CODEC(ZSTD(1)), " VERSION "trace_id" TEXT "observation_id" TEXT            \
    "session_id" TEXT "run_id" TEXT                                                             \
    "name LowCardinality(String), type UInt8, source UInt8, value Float64, string_value" TEXT   \
    "long_string" TEXT "ts Int64 CODEC(Delta, ZSTD(1)), environment" WORD "comment" TEXT        \
    "author_id" WORD "config_id" WORD "queue_id" WORD "execution_trace_id" TEXT "metadata" BODY \
    "sdk_name" WORD "sdk_version" WORD "api_key" WORD STAMPS                                    \
    "timestamp DateTime64(3, 'UTC') ALIAS fromUnixTimestamp64Milli(ts, 'UTC'), "                \
    "INDEX score_bloom score_id TYPE bloom_filter(0.001) GRANULARITY 1, "                       \
    "INDEX trace_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1, "                        \
    "INDEX ts_range ts TYPE minmax GRANULARITY 1)"                                              \
    " ENGINE = {ENGINE}" BY_MONTH " ORDER BY (project_id, hour, score_id)" TABLE_SETTINGS

// The earliest row of a session stays: row_version falls with time.
#define SESSIONS                                                                               \
    "CREATE TABLE IF NOT EXISTS sessions {ON_CLUSTER} (project_id LowCardinality(String), "    \
    "session_id String CODEC(ZSTD(1)), row_version UInt64, is_deleted UInt8, arrival UInt64, " \
    "environment" WORD "created Int64 CODEC(Delta, ZSTD(1)), "                                 \
    "INDEX created_range created TYPE minmax GRANULARITY 1)"                                   \
    " ENGINE = {ENGINE} ORDER BY (project_id, session_id)" TABLE_SETTINGS

// One row per stored segment whose events are in the tables above.
#define EVENT_LOG                                                                             \
    "CREATE TABLE IF NOT EXISTS event_log {ON_CLUSTER} (segment String, row_version UInt64, " \
    "is_deleted UInt8, records Int64, events Int64, stored Int64)"                            \
    " ENGINE = {ENGINE} ORDER BY segment" TABLE_SETTINGS

const struct ch_migration ch_migrations[] = {
    {1, "traces", TRACES},     {2, "observations", OBSERVATIONS}, {3, "scores", SCORES},
    {4, "sessions", SESSIONS}, {5, "event log", EVENT_LOG},
};
const size_t ch_n_migrations = ARRAY_LEN(ch_migrations);
