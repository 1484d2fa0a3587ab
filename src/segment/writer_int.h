// SPDX-License-Identifier: MIT
#pragma once
// What writer.c, spool.c and announce.c share.
#include "base/limits.h"
#include "base/thread.h"
#include "segment/writer.h"

enum { FLUSHERS = 4, WRITER_ARENA = 8 << 20, PROBLEM_BYTES = 512 };

struct late_keys { // of segments that the queue did not take; a ring
    char *items[LIMIT_SEGMENTS_LATE];
    size_t first, n;
    struct cond came; // the first one, or the end
};
struct open_segment;
struct segment_writer {
    struct segment_options opt;
    struct lock lock;
    struct cond changed; // a request came, or the end
    struct cond ended;   // the end alone
    struct open_segment *open;
    atomic_bool closing; // set under the lock
    atomic_bool away;    // the object store; segments go to the spool until it is back
    char problem[PROBLEM_BYTES];
    struct late_keys late;
    struct thread *flushers[FLUSHERS], *drainer, *announcer;
    char prefix[];
};

void writer_problem_set(struct segment_writer *w, str problem); // empty: all is well
enum errc writer_put(struct segment_writer *w, struct ctx *ctx, str key, str object) MUST_CHECK;

// What came into the object store, to the workers: now, or by announce_main when the queue takes it.
void writer_announce(struct segment_writer *w, struct ctx *ctx, str key);
void *announce_main(void *writer);
void late_init(struct segment_writer *w);
void late_fini(struct segment_writer *w); // offers what is left for the last time

enum errc spool_open(struct segment_writer *w, struct ctx *ctx) MUST_CHECK; // how much it holds
enum errc spool_put(struct segment_writer *w, struct ctx *ctx, str key, str object) MUST_CHECK;
void *spool_main(void *writer); // brings spooled segments to the object store, for ever
