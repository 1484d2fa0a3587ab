// SPDX-License-Identifier: MIT
#pragma once
// The state of a queue in process: three lists of pieces, and leases. One lock, held for moments only:
// callbacks get copies.
#include "base/thread.h"
#include "queue/memory/memory_queue.h"
#include "queue/work_checks.h"

struct piece {
    struct piece *prev, *next;
    uint64_t id;
    str body, reason; // reason: of dead ones; both lie behind the struct
    millis pushed, buried;
    int64_t deliveries;
    int64_t taken_ms; // monotonic
};
struct pieces { // oldest first
    struct piece *head, *tail;
    int64_t n;
};
void pieces_add(struct pieces *list, struct piece *p);
void pieces_remove(struct pieces *list, struct piece *p);
struct piece *pieces_find(const struct pieces *list, str id); // NULL: not in it
void pieces_drop(struct pieces *list, struct piece *p);       // removes and frees it
void pieces_free(struct pieces *list);
struct piece *piece_create(str body, str reason);

struct lease {
    struct lease *next;
    char holder[33];
    int64_t ends_ms; // monotonic
    str name;        // lies behind the struct
};
struct leases {
    struct lease *first;
    int64_t n;
    uint64_t fence; // of the last lease
};

struct memory_queue {
    struct work_queue base;
    struct work_bounds bounds;
    struct lock lock;
    struct cond pushed;
    uint64_t last_id;
    struct pieces waiting, taken, dead; // taken: in order of taken_ms
    struct leases leases;
};
struct memory_queue *memory_of(struct work_queue *q);

// memory_dead.c
enum errc memory_bury(struct work_queue *base, struct ctx *ctx, const struct work *work,
                      str reason) MUST_CHECK;
enum errc memory_dead_list(struct work_queue *base, struct ctx *ctx, int64_t limit,
                           dead_work_fn *fn, void *user) MUST_CHECK;
enum errc memory_dead_retry(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n,
                            int64_t *count) MUST_CHECK;
enum errc memory_dead_drop(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n,
                           int64_t *count) MUST_CHECK;
// memory_lease.c
enum errc memory_lease(struct work_queue *base, struct ctx *ctx, str name, int64_t ttl_ms,
                       struct work_lease *out) MUST_CHECK;
enum errc memory_renew(struct work_queue *base, struct ctx *ctx, const struct work_lease *lease,
                       int64_t ttl_ms) MUST_CHECK;
enum errc memory_release(struct work_queue *base, struct ctx *ctx,
                         const struct work_lease *lease) MUST_CHECK;
void memory_leases_free(struct leases *l);
