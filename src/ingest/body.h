// SPDX-License-Identifier: MIT
#pragma once
// Bodies of batch events through tables: a row names the member, how it is read, where it goes and
// which presence bit it sets. The same engine reads trace, observation and score bodies.
#include "ingest/issues.h"
#include "model/event.h"

enum body_kind {
    BODY_STR, // string | null
    BODY_ID,  // id | null (1..800 units, no CR)
    BODY_ID_REQUIRED,
    BODY_NAME,          // string of at most 1000 units | null
    BODY_NAME_REQUIRED, // non-empty string
    BODY_TIME,          // ISO date | null
    BODY_BOOL,          // bool | null
    BODY_IO,            // anything
    BODY_METADATA,      // anything -> object text
    BODY_TAGS,          // string[] | null
    BODY_ENVIRONMENT,   // anything; never fails; always present
    BODY_LEVEL,         // enum | null
    BODY_PARAMETERS,    // model parameters | null
    BODY_INT,           // integer | null
    BODY_IGNORED,       // string | null, read for its type only
};

enum body_since { SINCE_EVENT, SINCE_SPAN, SINCE_GENERATION }; // schema that first has the member

struct body_field {
    str name;
    uint8_t kind, since, bit;
    uint16_t offset; // into struct trace / observation / score
};
#define BODY_NO_BIT 255

struct body_schema {
    const struct body_field *fields;
    size_t n;
    unsigned since; // enum body_since: rows of later schemas are left out
};
// Reads the schema's rows into `row`; problems become issues of ctx. Returns the bits said.
uint64_t body_read(struct ctx *ctx, const struct path *at, const struct body_schema *schema,
                   const struct json *body, void *row);

// One event body -> event; issues on failure. `envelope` is the event's timestamp.
struct body_source {
    millis envelope;
    str sdk_name, sdk_version, api_key;
    str seed; // of ids that are made up; none = random ones
};
void trace_body_read(struct ctx *ctx, const struct path *at, const struct body_source *src,
                     const struct json *body, struct event *e);
// type: stored observation type, or 0 to read it from the body (LegacyObservation).
void observation_body_read(struct ctx *ctx, const struct path *at, const struct body_source *src,
                           int32_t type, const struct json *body, struct event *e);
void score_body_read(struct ctx *ctx, const struct path *at, const struct body_source *src,
                     const struct json *body, struct event *e);
