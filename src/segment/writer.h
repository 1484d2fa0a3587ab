// SPDX-License-Identifier: MIT
#pragma once
// Requests into segments, segments into the object store, references into the queue. A request waits
// until its segment is durable. When the object store is away segments go to a spool directory, if there
// is one, and from there to the object store later, in order; else the request is answered with 503.
// A segment that is stored but could not be queued is durable: workers find it by listing.
#include "base/metrics.h"
#include "blob/blob.h"
#include "ingest/ingest.h"
#include "queue/work_queue.h"

struct segment_counters {
    counter requests, puts, put_failures, queue_failures, bytes, spooled, drained;
    _Atomic(int64_t) waiting_bytes, spool_bytes; // of requests not yet stored; of the spool
};
struct segment_options {
    struct blob_store *blobs;
    struct work_queue *queue;
    str prefix;               // of keys, "" or "rushlight/"
    int64_t age_ms;           // a segment closes when its first request is that old
    int64_t bytes;            // or when it is that large, uncompressed
    struct blob_store *spool; // a directory of this machine, or NULL
    int64_t spool_bytes;      // most that it may hold
    struct segment_counters *counters;
};
struct segment_writer;
enum errc segment_writer_open(struct ctx *ctx, const struct segment_options *opt,
                              struct segment_writer **out) MUST_CHECK;
// Closes the open segment and waits for all; what is spooled stays for the next start. NULL is fine.
void segment_writer_close(struct segment_writer *w);
// For struct ingest.
struct ingest_log segment_writer_log(struct segment_writer *w);
// Why segments are not stored now, in the arena; none when all is well.
str segment_writer_problem(struct segment_writer *w, struct arena *a);
