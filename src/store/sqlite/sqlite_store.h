// SPDX-License-Identifier: MIT
#pragma once
// The embedded event store (architecture section 5): one SQLite file per UTC day, one writer thread
// with group commit, pooled readers.
#include "store/store.h"

struct sqlite_store_options {
    const char *dir; // data/events; created with its parents
    store_enrich_fn *enrich;
    void *enrich_user;
    millis (*now)(void);     // NULL = clock_now
    int64_t retention_days;  // 0 = keep
    int64_t budget_bytes;    // disk budget of all day files; 0 = none. Oldest day goes first
    int64_t quiet_ms;        // a trace without news for that long is repacked; 0 = 60 s
    int64_t commit_delay_ms; // longest wait for more requests before a commit; 0 = none
};
// Opens without scanning anything. A broken or unwritable directory does not fail: the store opens,
// reads what it can, and writes answer ERR_UNAVAILABLE with the cause until it goes away.
enum errc sqlite_store_open(struct ctx *ctx, const struct sqlite_store_options *opt,
                            struct event_store **out) MUST_CHECK;

// Background work that the jobs room schedules; each runs on the caller's thread, in small steps.
enum errc sqlite_store_repack(struct event_store *s, struct ctx *ctx,
                              int64_t *n_traces) MUST_CHECK; // quiet traces
// Joins small chunks of facts of a day (fact.h); *n: how many.
enum errc sqlite_store_join_facts(struct event_store *s, struct ctx *ctx, int64_t *n) MUST_CHECK;
enum errc sqlite_store_seal(struct event_store *s,
                            struct ctx *ctx) MUST_CHECK; // index quiet days, truncate WALs
enum errc sqlite_store_retain(struct event_store *s, struct ctx *ctx,
                              int64_t *n_days) MUST_CHECK; // unlink old days
// Observations waiting for token counts, oldest first, at most `limit`; and storing the result
// (through the writer; skipped when the row changed or has usage by now).
enum errc sqlite_store_uncounted(struct event_store *s, struct ctx *ctx, int64_t limit,
                                 observation_row_fn *fn, void *user) MUST_CHECK;

// How long commits took, the wait for the disk included; for /metrics.
struct histogram;
const struct histogram *sqlite_store_commit_times(const struct event_store *s);
