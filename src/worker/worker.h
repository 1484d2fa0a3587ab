// SPDX-License-Identifier: MIT
#pragma once
// Workers: take references of segments from the queue, fetch and decode them, and write their events, one
// project at a time under its lease, so that merges of one project never overlap. Any number of workers and of
// processes. A segment is done when its events are stored and noted; whatever fails before that is
// done again, by this worker or another one, and changes nothing the second time.
#include "base/metrics.h"
#include "blob/blob.h"
#include "ingest/ingest.h"
#include "queue/work_queue.h"
#include "store/event_log.h"

struct worker_counters {
    counter segments, records, refused_records, events, failures, buried, requeued, forgotten;
    _Atomic(int64_t) lag_ms; // from acceptance to stored, of the last segment
};
struct worker_options {
    struct ingest *ingest; // with store and meta; its log is not used
    struct blob_store *blobs;
    struct work_queue *queue;
    struct event_log *log;
    str prefix;             // of segments' keys
    int64_t threads;        // that store segments
    int64_t slice_bytes;    // bodies that are decoded and written at once
    int64_t look_back_ms;   // how old lost segments are looked for
    int64_t settle_ms;      // how young they are left alone: they may be on their way
    int64_t retention_days; // of segments in the object store; 0 = for ever
    str only_project;       // none: all; else segments are not noted as stored
    struct worker_counters *counters;
};

struct worker;
enum errc worker_start(struct ctx *ctx, const struct worker_options *opt,
                       struct worker **out) MUST_CHECK;
// Waits for the running segments. NULL is fine.
void worker_stop(struct worker *w);

// Stores one segment on the caller's thread. ERR_CORRUPT: it cannot be read; ERR_NOT_FOUND: it is not
// there; ERR_UNAVAILABLE: try again.
enum errc worker_store(const struct worker_options *opt, struct ctx *ctx, str key,
                       struct segment_note *out) MUST_CHECK;
// Puts segments that neither the log knows nor the queue can hold into the queue again; *n: how many.
enum errc worker_reconcile(const struct worker_options *opt, struct ctx *ctx, millis now,
                           int64_t *n) MUST_CHECK;
// Deletes segments that are older than their retention; *n: how many.
enum errc worker_forget(const struct worker_options *opt, struct ctx *ctx, millis now,
                        int64_t *n) MUST_CHECK;
