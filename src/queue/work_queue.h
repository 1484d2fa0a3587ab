// SPDX-License-Identifier: MIT
#pragma once
// References to work, handed from servers to workers, each to one worker at a time: in process, or a
// Redis stream. At least once: what is not done in time is given out again. The queue may be lost (a
// shared Redis may evict or flush): what it named is in the object store, and workers find it there
// again, so nothing here is a record. Thread safe.
#include "base/clock.h"
#include "base/err.h"

// Most that is kept; 0 = of limits.h. A test asks for less.
struct work_bounds {
    int64_t work, dead;
};

struct work { // borrowed during the call
    str id;   // of the queue: done and bury take it
    str body; // what push was given
    millis pushed;
    int64_t deliveries; // 1 = the first time
};
typedef enum errc work_fn(void *user, const struct work *work);

struct work_claim {
    str consumer;    // this worker, unique among all: host, process, thread
    int64_t max;     // pieces of work
    int64_t wait_ms; // for the first
    int64_t idle_ms; // > 0: also takes what was taken so long ago and is not done
};
struct dead_work { // work that was given up
    str id;        // of the dead list, another than it had before: dead_retry and dead_drop take it
    str body, reason;
    millis pushed, buried;
    int64_t deliveries;
};
typedef enum errc dead_work_fn(void *user, const struct dead_work *work);

struct work_status {
    int64_t waiting, taken, dead; // not yet claimed; claimed and not done; given up
    millis oldest;                // pushed; MILLIS_NONE = nothing waits
};

// Leases: one holder of a name at a time, so that one worker at a time merges into a project. `fence`
// grows with every lease of any name, also when the queue was lost in between (it is the queue's
// clock in microseconds): rows written under it carry it as their version.
struct work_lease {
    str name; // as it was given, borrowed
    char holder[33];
    uint64_t fence;
};

struct work_queue; // each implementation embeds it first
struct work_queue_ops {
    const char *name; // "memory", "redis"
    // ERR_UNAVAILABLE: away or full; the message says which. ERR_TOO_LARGE over LIMIT_WORK_BYTES.
    // Work that is taken counts, too: a full queue has LIMIT_WORK pieces not done. When the answer was
    // lost on the way it may be queued although this failed, or twice.
    enum errc (*push)(struct work_queue *q, struct ctx *ctx, str body);
    // 0 pieces after wait_ms is ERR_OK. What others left comes first, then new work. An error of `fn`
    // ends the call; what it was not given is given out again after idle_ms. ERR_UNAVAILABLE comes at
    // once, without waiting: the caller pauses before it asks again.
    enum errc (*claim)(struct work_queue *q, struct ctx *ctx, const struct work_claim *claim,
                       work_fn *fn, void *user);
    enum errc (*done)(struct work_queue *q, struct ctx *ctx, const str *ids, size_t n);
    // Sets it aside with a reason, where people look at it; bounded: the oldest goes.
    enum errc (*bury)(struct work_queue *q, struct ctx *ctx, const struct work *work, str reason);
    // The latest first. limit <= 0: all.
    enum errc (*dead_list)(struct work_queue *q, struct ctx *ctx, int64_t limit, dead_work_fn *fn,
                           void *user);
    // Gives dead work out again, as new, or drops it; n = 0: all of it. *count: how many there were.
    enum errc (*dead_retry)(struct work_queue *q, struct ctx *ctx, const str *ids, size_t n,
                            int64_t *count);
    enum errc (*dead_drop)(struct work_queue *q, struct ctx *ctx, const str *ids, size_t n,
                           int64_t *count);
    enum errc (*status)(struct work_queue *q, struct ctx *ctx, struct work_status *out);
    // ERR_CONFLICT without a message: somebody else has it. Ends by itself after ttl_ms.
    enum errc (*lease)(struct work_queue *q, struct ctx *ctx, str name, int64_t ttl_ms,
                       struct work_lease *out);
    // Prolongs it; ERR_CONFLICT without a message when it was lost: what was written must be done again.
    enum errc (*renew)(struct work_queue *q, struct ctx *ctx, const struct work_lease *lease,
                       int64_t ttl_ms);
    // Ends it if it is still ours; ERR_OK also when it was lost.
    enum errc (*release)(struct work_queue *q, struct ctx *ctx, const struct work_lease *lease);
    void (*close)(struct work_queue *q);
};
struct work_queue {
    const struct work_queue_ops *ops;
};
