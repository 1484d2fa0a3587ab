// SPDX-License-Identifier: MIT
#pragma once
// OTLP/HTTP trace exports -> events (ingestion.md 4). Pure: no I/O, no clock. Both encodings give
// identical events. Each span yields one EVENT_OBSERVATION (replace) and, when it says something of
// its trace (root span, or trace attributes), one EVENT_TRACE before it.
#include "base/err.h"
#include "model/event.h"

enum otlp_encoding { OTLP_PROTOBUF, OTLP_JSON };

struct otlp_request {
    str body;
    enum otlp_encoding encoding;
    str sdk_name, sdk_version, api_key;
    millis now; // for spans without any time
};
struct otlp_result {
    size_t n_spans, n_refused;
    str refusal; // reason of the first refused span (for partialSuccess), or none
};
// Events borrow from the arena and from in->body, which must live as long as they do.
// ERR_INVALID: undecodable ("Failed to parse OTel JSON Trace" ...) or invalid ids (the recorded text).
enum errc otlp_decode(struct ctx *ctx, const struct otlp_request *in, struct event_list *out,
                      struct otlp_result *res) MUST_CHECK;
// Tool definitions and calls (4.7) from input/output/metadata, also for batch observations.
void tools_extract(struct arena *a, struct observation *o);
// Two read views of the metadata stored for an OTLP observation (source = SOURCE_OTLP); both append a
// JSON object. v2: nested names become dotted ones, leaf values text, null "". v1: as stored, without
// what only v2 shows (the span's share of its trace's metadata).
void otlp_metadata_flatten(struct buf *b, struct arena *scratch, str metadata);
void otlp_metadata_nested(struct buf *b, struct arena *scratch, str metadata);
// ExportTraceServiceResponse in protobuf: empty on full success, else partial_success.
void otlp_partial_success(struct buf *out, const struct otlp_result *res);
