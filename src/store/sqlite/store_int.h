// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share: the catalogue of day files (who has what, from when to when)
// and the pool of read connections. The writer publishes a new catalogue snapshot after each commit;
// readers pin one, so a read sees a consistent list of days.
#include "sql/sql.h"
#include "store/sqlite/pack.h"
#include "store/sqlite/sqlite_store.h"

struct day_project {                                        // one project's part of one day file
    int64_t project;                                        // str_hash(project id)
    int64_t n_traces, n_observations, n_scores, n_sessions; // n_traces: listed ones
    // Ranges (inclusive) of trace.ts, observation.start, score.ts, session.created (first=1);
    // empty: min > max. A range may be too wide after deletes, never too narrow.
    int64_t min_trace, max_trace, min_observation, max_observation;
    int64_t min_score, max_score, min_session, max_session;
};
struct day_entry {
    int64_t day;                        // days since the epoch
    bool sealed;                        // has observation_hash
    const struct day_project *projects; // sorted by project
    size_t n_projects;
};
struct catalog { // immutable, refcounted
    _Atomic(uint32_t) refs;
    size_t n;
    struct day_entry days[]; // newest first
};

struct sqlite_store;
const struct catalog *catalog_pin(struct sqlite_store *s);
void catalog_unpin(const struct catalog *pinned);
const struct day_project *day_project_find(const struct day_entry *d,
                                           int64_t project); // NULL: none

// Read connection to one day, from a bounded pool (waits until ctx's deadline: ERR_UNAVAILABLE). A read
// transaction is open from acquire to release, so several statements see one state. Carries its own
// zstd context and the last opened packs.
struct reader {
    struct sql *db;
    struct zstd *zstd;
    int64_t day;
    struct sqlite_store *store;
    struct reader_private *private_;
};
enum errc reader_acquire(struct sqlite_store *s, struct ctx *ctx, int64_t day,
                         struct reader **out) MUST_CHECK;
void reader_release(struct reader *r); // NULL is fine
// The record at (pack, slot), decompressed into ctx->arena; small cache of the last packs per acquire.
enum errc reader_record(struct reader *r, struct ctx *ctx, int64_t pack, int64_t slot,
                        str *out) MUST_CHECK;

// The same for conditions, which look into one pack after the other: valid until the next call. Slot -1
// is everything in the pack.
struct row_body {
    int64_t pack, slot;
};
enum errc reader_search(struct reader *r, const struct row_body *at, str *out) MUST_CHECK;

// The ctx of the acquire under way (for SQL functions), and the definition of those functions on a new
// connection (body_sql.c).
struct ctx *reader_ctx(const struct reader *r);
enum errc reader_functions(struct reader *r, struct ctx *ctx) MUST_CHECK;

// Finds the day that holds a trace / score / session id (hash of project and id). Uses the writer's
// recent-ids cache, then per-day filters, then the day's index. ERR_NOT_FOUND without message.
enum errc store_find_trace(struct sqlite_store *s, struct ctx *ctx, str project, str trace_id,
                           int64_t *day, int64_t *row) MUST_CHECK;
enum errc store_find_score(struct sqlite_store *s, struct ctx *ctx, str project, str score_id,
                           int64_t *day, int64_t *row) MUST_CHECK;
enum errc store_find_session(struct sqlite_store *s, struct ctx *ctx, str project, str session_id,
                             int64_t *day, int64_t *row) MUST_CHECK; // the first=1 row
// Finds an observation by its own id: recent-ids cache, then sealed days' index, then a scan of hashes of
// unsealed days (newest first).
enum errc store_find_observation(struct sqlite_store *s, struct ctx *ctx, str project,
                                 str observation_id, int64_t *day, int64_t *row) MUST_CHECK;

int64_t row_hash(str project, str id); // what the hash columns hold

// Reads, one file per resource (read_*.c); the ops table in store.c points at them.
enum errc read_trace_list(struct event_store *s, struct ctx *ctx, const struct trace_query *q,
                          trace_row_fn *fn, void *user, int64_t *total);
enum errc read_trace_get(struct event_store *s, struct ctx *ctx, const struct trace_ref *ref,
                         trace_row_fn *fn, void *user);
enum errc read_observation_list(struct event_store *s, struct ctx *ctx,
                                const struct observation_query *q, observation_row_fn *fn,
                                void *user, int64_t *total);
enum errc read_observation_get(struct event_store *s, struct ctx *ctx, str project, str id,
                               observation_row_fn *fn, void *user);
enum errc read_score_list(struct event_store *s, struct ctx *ctx, const struct score_query *q,
                          score_row_fn *fn, void *user, int64_t *total);
enum errc read_score_get(struct event_store *s, struct ctx *ctx, str project, str id,
                         score_row_fn *fn, void *user);
enum errc read_session_list(struct event_store *s, struct ctx *ctx, const struct session_query *q,
                            session_row_fn *fn, void *user, int64_t *total);
enum errc read_session_get(struct event_store *s, struct ctx *ctx, str project, str id,
                           session_row_fn *fn, void *user);
enum errc read_trace_tree(struct event_store *s, struct ctx *ctx, const struct tree_query *q,
                          tree_row_fn *fn, void *user);
enum errc read_trace_observation(struct event_store *s, struct ctx *ctx,
                                 const struct trace_part *part, size_t n_before,
                                 observation_at_fn *fn, void *user);
enum errc read_has_recent(struct event_store *s, struct ctx *ctx, str project, millis since,
                          bool *out);
