// SPDX-License-Identifier: MIT
#pragma once
// Spans -> events. The decoders fill the public part (resource, scope, span), then call the function
// that takes it over; nothing of a span is kept between two calls but what went into the events.
#include "model/event.h"
#include "otlp/otlp.h"
#include "otlp/span.h"

struct converter {
    struct ctx *ctx;
    struct arena *a;
    const struct otlp_request *in;
    struct event_list *out;
    struct otlp_result *res;

    struct attr_set resource, scope_attrs;
    struct otlp_scope scope;
    struct otlp_span span;
    bool resource_refused, scope_refused; // over a limit: so are all their spans

    struct buf scratch;   // reused for composing texts
    str resource_json;    // {"service.name":"x"}
    str plain_trace_json; // of a trace that got nothing of its own; none until first needed
    str scope_json;       // {"name":"x","version":"1","attributes":{}}
    bool scope_is_sdk;    // name starts with langfuse-sdk: attributes are not copied to metadata
};

void converter_init(struct converter *c, struct ctx *ctx, const struct otlp_request *in,
                    struct event_list *out, struct otlp_result *res);
void converter_fini(struct converter *c);
// `decoded` says how filling c->resource, c->scope or c->span went: ERR_LIMIT refuses the spans
// concerned (counted in res, never an error), anything else is passed on.
enum errc convert_resource(struct converter *c, enum errc decoded) MUST_CHECK;
enum errc convert_scope(struct converter *c, enum errc decoded) MUST_CHECK;
enum errc convert_span(struct converter *c, enum errc decoded) MUST_CHECK;

// First pass: ids and shapes. Second pass: the spans. ERR_INVALID when undecodable.
struct id_check;
enum errc trace_pb_check(struct ctx *ctx, str body, struct id_check *check) MUST_CHECK;
enum errc trace_pb_decode(struct converter *c, str body) MUST_CHECK;
void trace_json_check(const struct json *doc, struct id_check *check);
enum errc trace_json_decode(struct converter *c, const struct json *doc) MUST_CHECK;

// Removes what events of the same trace, from index `from` on and in order of time, say twice.
enum errc coalesce_traces(struct arena *a, struct event_list *events, size_t from) MUST_CHECK;

// AnyValue message. ERR_INVALID malformed, ERR_LIMIT nested too deep. ANY_NULL when it holds nothing.
enum errc any_from_pb(struct arena *a, str message, unsigned depth, struct any *out) MUST_CHECK;
enum errc any_from_json(struct arena *a, const struct json *v, unsigned depth,
                        struct any *out) MUST_CHECK;
