// SPDX-License-Identifier: MIT
// The trace's field table: one row per presence bit, in the order of enum trace_field. `public` is
// said by every batch trace event (absent means false, ingestion.md 3.2), which the decoder does.
#include "model/trace.h"

#define ROW(member, type, flags)                                 \
    {                                                            \
#member, offsetof(struct trace, member), (type), (flags) \
    }

const struct field trace_fields[TRACE_FIELD_COUNT] = {
    [TRACE_TIMESTAMP] = ROW(timestamp, FIELD_TIME, FIELD_IMMUTABLE),
    [TRACE_NAME] = ROW(name, FIELD_STR, 0),
    [TRACE_USER_ID] = ROW(user_id, FIELD_STR, 0),
    [TRACE_SESSION_ID] = ROW(session_id, FIELD_STR, 0),
    [TRACE_RELEASE] = ROW(release, FIELD_STR, 0),
    [TRACE_VERSION] = ROW(version, FIELD_STR, 0),
    [TRACE_ENVIRONMENT] = ROW(environment, FIELD_STR, FIELD_IMMUTABLE),
    [TRACE_PUBLIC] = ROW(is_public, FIELD_BOOL, 0),
    [TRACE_TAGS] = ROW(tags, FIELD_TAGS, 0),
    [TRACE_INPUT] = ROW(input, FIELD_IO, FIELD_BODY),
    [TRACE_OUTPUT] = ROW(output, FIELD_IO, FIELD_BODY),
    [TRACE_METADATA] = ROW(metadata, FIELD_METADATA, FIELD_BODY),
};
