// SPDX-License-Identifier: MIT
#pragma once
// The parameters that the v1 and v2 observation lists share, and the store query made of them.
#include "api/reply.h"

struct observation_params {
    int64_t page, limit;
    str name, user_id, session_id, trace_id, parent_id, version, filter, fields, cursor,
        expand_metadata, parse_io;
    int32_t type, level;
    struct opt_bool is_root;
    struct str_list environments;
    millis from, to;
};

extern const char *const observation_type_names[]; // NULL-terminated, wire order
extern const char *const observation_level_names[];

#define OBSERVATION_OFFSET(member) .offset = offsetof(struct observation_params, member)
#define OBSERVATION_COMMON_PARAMS                                                       \
    {.name = "name", .type = PARAM_STR, OBSERVATION_OFFSET(name), .doc = "Exact name"}, \
        {.name = "userId",                                                              \
         .type = PARAM_STR,                                                             \
         OBSERVATION_OFFSET(user_id),                                                   \
         .doc = "User id of its trace"},                                                \
        {.name = "type",                                                                \
         .type = PARAM_ENUM,                                                            \
         OBSERVATION_OFFSET(type),                                                      \
         .names = observation_type_names,                                               \
         .doc = "Observation type"},                                                    \
        {.name = "traceId",                                                             \
         .type = PARAM_STR,                                                             \
         OBSERVATION_OFFSET(trace_id),                                                  \
         .doc = "Exact trace id"},                                                      \
        {.name = "level",                                                               \
         .type = PARAM_ENUM,                                                            \
         OBSERVATION_OFFSET(level),                                                     \
         .names = observation_level_names,                                              \
         .doc = "Level"},                                                               \
        {.name = "parentObservationId",                                                 \
         .type = PARAM_STR,                                                             \
         .flags = PARAM_KEEP_EMPTY,                                                     \
         OBSERVATION_OFFSET(parent_id),                                                 \
         .doc = "Exact parent id; empty = without parent (v2)"},                        \
        {.name = "environment",                                                         \
         .type = PARAM_LIST,                                                            \
         OBSERVATION_OFFSET(environments),                                              \
         .doc = "Any of these environments"},                                           \
        {.name = "fromStartTime",                                                       \
         .type = PARAM_TIME,                                                            \
         OBSERVATION_OFFSET(from),                                                      \
         .doc = "Started at or after"},                                                 \
        {.name = "toStartTime",                                                         \
         .type = PARAM_TIME,                                                            \
         OBSERVATION_OFFSET(to),                                                        \
         .doc = "Started before"},                                                      \
        {.name = "version",                                                             \
         .type = PARAM_STR,                                                             \
         OBSERVATION_OFFSET(version),                                                   \
         .doc = "Exact version"},                                                       \
    {                                                                                   \
        .name = "filter", .type = PARAM_STR, OBSERVATION_OFFSET(filter),                \
        .doc = "JSON list of conditions"                                                \
    }

enum errc observation_query_of(struct http_req *rq, const struct observation_params *p,
                               enum filter_view view, struct observation_query *out) MUST_CHECK;
