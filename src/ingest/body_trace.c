// SPDX-License-Identifier: MIT
// Trace bodies (ingestion.md 2.5). `public` is always said: absent means false and overwrites an
// earlier true, as recorded.
#include "ingest/body.h"

#define ROW(name, kind, member, bit)                                           \
    {                                                                          \
        STR_INIT(name), kind, SINCE_EVENT, bit, offsetof(struct trace, member) \
    }

static const struct body_field fields[] = {
    ROW("id", BODY_ID, id, BODY_NO_BIT),
    ROW("timestamp", BODY_TIME, timestamp, TRACE_TIMESTAMP),
    ROW("name", BODY_NAME, name, TRACE_NAME),
    ROW("externalId", BODY_IGNORED, id, BODY_NO_BIT),
    ROW("input", BODY_IO, input, TRACE_INPUT),
    ROW("output", BODY_IO, output, TRACE_OUTPUT),
    ROW("sessionId", BODY_STR, session_id, TRACE_SESSION_ID),
    ROW("userId", BODY_STR, user_id, TRACE_USER_ID),
    ROW("environment", BODY_ENVIRONMENT, environment, TRACE_ENVIRONMENT),
    ROW("metadata", BODY_METADATA, metadata, TRACE_METADATA),
    ROW("release", BODY_STR, release, TRACE_RELEASE),
    ROW("version", BODY_STR, version, TRACE_VERSION),
    ROW("public", BODY_BOOL, is_public, TRACE_PUBLIC),
    ROW("tags", BODY_TAGS, tags, TRACE_TAGS),
};
static const struct body_schema schema = {fields, ARRAY_LEN(fields), SINCE_EVENT};

void trace_body_read(struct ctx *ctx, const struct path *at, const struct body_source *src,
                     const struct json *body, struct event *e)
{
    struct trace *t = &e->trace;

    e->present = body_read(ctx, at, &schema, body, t);
    e->at = src->envelope;
    t->timestamp_explicit = true;
    if (t->timestamp == MILLIS_NONE)
        t->timestamp = src->envelope;
    e->present |= BIT(TRACE_TIMESTAMP) | BIT(TRACE_PUBLIC);
    if (str_some(t->session_id) && t->session_id.n == 0)
        t->session_id = STR_NONE;
}
