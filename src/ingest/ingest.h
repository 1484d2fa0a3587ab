// SPDX-License-Identifier: MIT
#pragma once
// Accepting events: bodies of the write endpoints in, durable rows and the wire's answer out. Blocking:
// each call returns after what it accepted is durable. Thread safe.
#include "ingest/pace.h"
#include "otlp/otlp.h"
#include "store/meta/meta.h"
#include "store/store.h"

#include <stdatomic.h>

// What happened to events since start; /metrics and the system page read it.
struct ingest_counters {
    _Atomic(uint64_t) accepted; // events stored
    _Atomic(uint64_t) rejected; // events answered with an error entry
    _Atomic(uint64_t)
        scores_refused;              // valid events whose score broke its config (ingestion.md 2.9)
    _Atomic(uint64_t) spans_refused; // OTLP spans over a limit (partialSuccess)
    _Atomic(uint64_t) sdk_logs;      // sdk-log events, read and dropped by protocol
    _Atomic(uint64_t) tags_cut, usage_keys_cut; // parts of stored events that were over a limit
};

// What a write endpoint was sent: the first byte of a record in a segment.
enum ingest_kind {
    INGEST_BATCH = 1,
    INGEST_OTLP_PROTOBUF,
    INGEST_OTLP_JSON,
    INGEST_SCORE,
    INGEST_SINGLE // + enum ingest_single
};
struct ingest_record;
// Where accepted requests go when other processes store their events: kept as they came, durable when
// it returns. `events`: how many events it is about.
struct ingest_log {
    enum errc (*append)(void *user, struct ctx *ctx, const struct ingest_record *record,
                        size_t events);
    void *user;
};

struct ingest {
    struct event_store *store;
    struct meta *meta;            // score configs
    const struct ingest_log *log; // NULL: events go to the store
    struct ingest_counters counters;
    struct ingest_pace pace;
};

struct ingest_request {
    str project_id, api_key;   // the caller's project and public key
    bool scores_only;          // a public key alone: only scores may be written
    str sdk_name, sdk_version; // x-langfuse-sdk-name/-version; none = "unknown"
    str seed;                  // of ids that a client left out; none = random ones
    millis now;
};
struct ingest_record {
    int kind; // enum ingest_kind
    struct ingest_request request;
    str body;
};

// POST /api/public/ingestion: writes the 207 body. ERR_INVALID with issues when the envelope is wrong.
enum errc ingest_batch(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                       str body, struct buf *answer) MUST_CHECK;
// POST /api/public/otel/v1/traces.
enum errc ingest_otlp(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq, str body,
                      enum otlp_encoding encoding, struct otlp_result *res) MUST_CHECK;
// POST /api/public/scores: one score body; ERR_INVALID with issues, or a message when its config refuses it.
enum errc ingest_score(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                       str body, str *id) MUST_CHECK;
// A score that a person gave: source ANNOTATION, held to its config when it has one. Values and type
// are filled in as stored. ERR_INVALID when the config refuses it.
enum errc ingest_annotation(struct ingest *in, struct ctx *ctx, str project,
                            struct score *s) MUST_CHECK;
// Older single-object writes (ingestion.md 2.11).
enum ingest_single {
    SINGLE_TRACE,
    SINGLE_SPAN_CREATE,
    SINGLE_SPAN_UPDATE,
    SINGLE_GENERATION_CREATE,
    SINGLE_GENERATION_UPDATE,
    SINGLE_EVENT
};
enum errc ingest_single(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                        enum ingest_single kind, str body, str *id) MUST_CHECK;
// The events of a request that was accepted before, for who stores them: the same decoding, without
// storing. Events that were refused then are refused again.
enum errc ingest_decode(struct ingest *in, struct ctx *ctx, const struct ingest_record *record,
                        struct event_list *out) MUST_CHECK;
