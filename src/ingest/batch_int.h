// SPDX-License-Identifier: MIT
#pragma once
// Types of batch events and what each one is decoded as; shared by batch.c and single.c.
#include "ingest/body.h"
#include "ingest/ingest.h"

enum batch_entity { BATCH_TRACE, BATCH_OBSERVATION, BATCH_SCORE, BATCH_LOG, BATCH_INTERNAL };
struct batch_type {
    str name;
    uint8_t entity;
    int32_t type; // observation type; 0 = read from the body
    bool update;  // sorted after all creates
};
const struct batch_type *batch_type_find(str name); // NULL when unknown

// Validates and decodes one body into a new event of `out` (ids generated where missing). False with
// issues in ctx when it is invalid; the list is unchanged then.
bool batch_body(struct ctx *ctx, const struct path *at, const struct body_source *src,
                const struct batch_type *t, const struct json *body, struct event_list *out);
// Second stage of all scores in the list: refused ones are taken out, counted and logged.
enum errc batch_inflate_scores(struct ingest *in, struct ctx *ctx, str project,
                               struct event_list *list) MUST_CHECK;
// Stores the events of a request, or keeps the request for who does, and counts what was cut off them.
enum errc events_store(struct ingest *in, struct ctx *ctx, const struct ingest_record *record,
                       const struct event_list *events) MUST_CHECK;
// A request with the seed that its record needs.
struct ingest_request request_seeded(const struct ingest *in, struct ctx *ctx,
                                     const struct ingest_request *rq);
// The parts of ingest_decode.
enum errc batch_decode(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                       str body, struct event_list *out) MUST_CHECK;
enum errc score_decode(struct ingest *in, struct ctx *ctx, const struct ingest_request *rq,
                       str body, struct event_list *out) MUST_CHECK;
enum errc single_decode(struct ctx *ctx, const struct ingest_request *rq, enum ingest_single kind,
                        str body, struct event_list *out) MUST_CHECK;
enum errc export_decode(struct ctx *ctx, const struct ingest_request *rq, str body,
                        enum otlp_encoding encoding, struct event_list *out,
                        struct otlp_result *res) MUST_CHECK;
struct body_source body_source_of(const struct ingest_request *rq, millis envelope);
