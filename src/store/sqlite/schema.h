// SPDX-License-Identifier: MIT
#pragma once
// Schema of one day file, data/events/YYYY-MM-DD.db. Readable with the stock sqlite3 shell, but for
// the bodies (pack.data; format in pack.h; docs/store.md shows how to print them).
//
// * project = str_hash(project id): the file is self-contained through table `project`.
// * A trace's row exists from the first mention of its id (by an event, a span or a score);
//   TRACE_ROW_LISTED tells that it has more than a score. Its spans and scores live in its file.
// * trace.id grows with arrival, so observation_trace is filled near its right edge: the only random
//   index is trace_hash, one entry per trace.
// * observation.hash has no index in a day that is written; sealing a quiet day adds observation_hash.
// * flags are the enums below; types, levels, sources the enums of model/.

enum trace_row_flag {
    TRACE_ROW_PUBLIC = 1,
    TRACE_ROW_BOOKMARKED = 2,
    TRACE_ROW_EXPLICIT_TS = 4, // timestamp said by a batch event
    TRACE_ROW_LISTED = 8,      // has a trace event or an observation
    TRACE_ROW_HAS_EVENT = 16,  // a trace event said something (name, user ...)
    TRACE_ROW_HAS_ROOT = 32,   // an observation without parent exists
    TRACE_ROW_PACKED = 64,     // quiet: bodies are in one pack, a fact chunk tells of the trace
    TRACE_ROW_OWN_IN = 128,    // the previews are of the trace's own input and output, not of
    TRACE_ROW_OWN_OUT = 256,   // its root's
    TRACE_ROW_TOLD = 512,      // a fact chunk told of it once; what is told later stands
};
enum observation_row_flag {
    OBSERVATION_ROW_PUBLIC = 1,
    OBSERVATION_ROW_BOOKMARKED = 2,
    OBSERVATION_ROW_APP_ROOT = 4,
    OBSERVATION_ROW_NEEDS_TOKENS = 8,
    OBSERVATION_ROW_HAS_INPUT = 16,
    OBSERVATION_ROW_HAS_OUTPUT = 32,
};

#define DAY_SCHEMA_1                                                                               \
    "CREATE TABLE project(project INTEGER PRIMARY KEY, id TEXT NOT NULL,"                          \
    " n_traces INTEGER NOT NULL DEFAULT 0, n_observations INTEGER NOT NULL DEFAULT 0,"             \
    " n_scores INTEGER NOT NULL DEFAULT 0, n_sessions INTEGER NOT NULL DEFAULT 0,"                 \
    " min_trace INTEGER, max_trace INTEGER, min_observation INTEGER, max_observation INTEGER,"     \
    " min_score INTEGER, max_score INTEGER, min_session INTEGER, max_session INTEGER) STRICT;"     \
    "CREATE TABLE trace(id INTEGER PRIMARY KEY, project INTEGER NOT NULL, hash INTEGER NOT NULL,"  \
    " trace_id TEXT NOT NULL, ts INTEGER NOT NULL, flags INTEGER NOT NULL, name TEXT,"             \
    " user_id TEXT, session_id TEXT, release TEXT, version TEXT, environment TEXT, tags TEXT,"     \
    " preview_in TEXT, preview_out TEXT, n_observations INTEGER NOT NULL DEFAULT 0,"               \
    " n_error INTEGER NOT NULL DEFAULT 0, n_warning INTEGER NOT NULL DEFAULT 0,"                   \
    " n_default INTEGER NOT NULL DEFAULT 0, n_debug INTEGER NOT NULL DEFAULT 0,"                   \
    " n_ended INTEGER NOT NULL DEFAULT 0, first_start INTEGER, last_start INTEGER,"                \
    " last_end INTEGER, input_tokens INTEGER NOT NULL DEFAULT 0,"                                  \
    " output_tokens INTEGER NOT NULL DEFAULT 0, total_tokens INTEGER NOT NULL DEFAULT 0,"          \
    " input_cost INTEGER NOT NULL DEFAULT 0, output_cost INTEGER NOT NULL DEFAULT 0,"              \
    " total_cost INTEGER NOT NULL DEFAULT 0, kind INTEGER NOT NULL DEFAULT 0,"                     \
    " slowest INTEGER NOT NULL DEFAULT 0, error TEXT, models TEXT, pack INTEGER, slot INTEGER,"    \
    " created INTEGER NOT NULL, updated INTEGER NOT NULL) STRICT;"                                 \
    "CREATE INDEX trace_hash ON trace(hash);"                                                      \
    "CREATE INDEX trace_ts ON trace(project, ts);"                                                 \
    "CREATE INDEX trace_session ON trace(session_id) WHERE session_id IS NOT NULL;"                \
    "CREATE INDEX trace_unpacked ON trace(updated) WHERE flags & 64 = 0;"                          \
    "CREATE INDEX trace_rootless ON trace(project, ts) WHERE flags & 52 = 20;"                     \
    "CREATE TABLE observation(id INTEGER PRIMARY KEY, trace INTEGER NOT NULL,"                     \
    " project INTEGER NOT NULL, hash INTEGER NOT NULL, observation_id TEXT NOT NULL,"              \
    " parent_id TEXT, type INTEGER NOT NULL, level INTEGER NOT NULL, source INTEGER NOT NULL,"     \
    " flags INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER, completion_start INTEGER,"      \
    " name TEXT, environment TEXT, version TEXT, model TEXT, model_id TEXT, prompt_id TEXT,"       \
    " prompt_name TEXT, prompt_version INTEGER, tier_id TEXT, tier_name TEXT, usage TEXT,"         \
    " cost TEXT, input_tokens INTEGER, output_tokens INTEGER, total_tokens INTEGER,"               \
    " input_cost INTEGER, output_cost INTEGER, total_cost INTEGER, trace_name TEXT,"               \
    " user_id TEXT, session_id TEXT, release TEXT, tags TEXT, status TEXT,"                        \
    " pack INTEGER, slot INTEGER,"                                                                 \
    " created INTEGER NOT NULL, updated INTEGER NOT NULL) STRICT;"                                 \
    "CREATE INDEX observation_trace ON observation(trace, hash);"                                  \
    "CREATE INDEX observation_start ON observation(project, start);"                               \
    "CREATE INDEX observation_tokens ON observation(id) WHERE flags & 8;"                          \
    "CREATE TABLE pack(id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;"                        \
    "CREATE TABLE fact(id INTEGER PRIMARY KEY, project INTEGER NOT NULL, n INTEGER NOT NULL,"      \
    " first INTEGER NOT NULL, last INTEGER NOT NULL, again INTEGER NOT NULL, data BLOB NOT NULL) " \
    "STRICT;"                                                                                      \
    "CREATE INDEX fact_project ON fact(project, id, n, first, last, again);"                       \
    "CREATE TABLE score(id INTEGER PRIMARY KEY, project INTEGER NOT NULL, hash INTEGER NOT NULL,"  \
    " score_id TEXT NOT NULL, trace INTEGER, trace_id TEXT, observation_id TEXT,"                  \
    " session_id TEXT, run_id TEXT, name TEXT NOT NULL, type INTEGER NOT NULL,"                    \
    " source INTEGER NOT NULL, value REAL NOT NULL, string_value TEXT, long_string TEXT,"          \
    " ts INTEGER NOT NULL, environment TEXT, comment TEXT, author_id TEXT, config_id TEXT,"        \
    " queue_id TEXT, execution_trace_id TEXT, metadata TEXT, sdk TEXT, created INTEGER NOT NULL,"  \
    " updated INTEGER NOT NULL) STRICT;"                                                           \
    "CREATE INDEX score_hash ON score(hash);"                                                      \
    "CREATE INDEX score_trace ON score(trace) WHERE trace IS NOT NULL;"                            \
    "CREATE INDEX score_ts ON score(project, ts);"                                                 \
    "CREATE TABLE session(id INTEGER PRIMARY KEY, project INTEGER NOT NULL,"                       \
    " hash INTEGER NOT NULL, session_id TEXT NOT NULL, environment TEXT, first INTEGER NOT NULL,"  \
    " created INTEGER NOT NULL) STRICT;"                                                           \
    "CREATE INDEX session_hash ON session(hash);"                                                  \
    "CREATE INDEX session_created ON session(project, created) WHERE first = 1;"
