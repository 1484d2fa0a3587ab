// SPDX-License-Identifier: MIT
#pragma once
// Inside the ClickHouse store: the store itself and what its files give each other.
#include "base/thread.h"
#include "store/clickhouse/clickhouse_store.h"
#include "store/clickhouse/columns.h"
#include "store/event_log.h"
#include "store/trace_stats.h"

// Writers of one project take turns: what one has read for merging stays true until it has written.
#define CH_TURNS 16u
struct ch_turn {
    struct lock lock;
    struct cond free;
    bool taken;
};

struct ch_store {
    struct event_store base;
    struct event_log log;
    struct clickhouse_store_options opt;
    struct ch *ch;
    struct ch_turn turns[CH_TURNS]; // by project
    _Atomic(uint64_t) last_version;
    struct lock settle_lock; // guards the two below and the migration
    _Atomic(bool) ready;     // the tables are there
    int64_t failed_at;       // monotonic ms of the last attempt that failed; 0 = none
    enum errc failure;
    char problem[600]; // its message
};

static inline struct ch_store *ch_self(struct event_store *s)
{
    return (struct ch_store *)s;
}
// First thing of every operation: makes the tables when that has not been done. ERR_UNAVAILABLE says
// why it cannot; a failure stands for a second.
enum errc ch_ready(struct ch_store *s, struct ctx *ctx) MUST_CHECK;
uint64_t ch_version_next(struct ch_store *s, size_t n); // the first of n, higher than all before
millis ch_now(const struct ch_store *s);
enum errc ch_turn_take(struct ch_store *s, struct ctx *ctx, str project) MUST_CHECK;
void ch_turn_give(struct ch_store *s, str project);

// The implementations of struct event_store_ops; lists are in list_*.c, what pages ask in insight_*.c.
enum errc ch_store_write(struct event_store *store, struct ctx *ctx, str project,
                         const struct event_list *events, struct write_result *res);
enum errc ch_trace_list(struct event_store *s, struct ctx *ctx, const struct trace_query *q,
                        trace_row_fn *fn, void *user, int64_t *total);
enum errc ch_trace_get(struct event_store *s, struct ctx *ctx, const struct trace_ref *ref,
                       trace_row_fn *fn, void *user);
enum errc ch_observation_list(struct event_store *s, struct ctx *ctx,
                              const struct observation_query *q, observation_row_fn *fn, void *user,
                              int64_t *total);
enum errc ch_observation_get(struct event_store *s, struct ctx *ctx, str project, str id,
                             observation_row_fn *fn, void *user);
enum errc ch_score_list(struct event_store *s, struct ctx *ctx, const struct score_query *q,
                        score_row_fn *fn, void *user, int64_t *total);
enum errc ch_score_get(struct event_store *s, struct ctx *ctx, str project, str id,
                       score_row_fn *fn, void *user);
enum errc ch_session_list(struct event_store *s, struct ctx *ctx, const struct session_query *q,
                          session_row_fn *fn, void *user, int64_t *total);
enum errc ch_session_get(struct event_store *s, struct ctx *ctx, str project, str id,
                         session_row_fn *fn, void *user);
enum errc ch_trace_delete(struct event_store *s, struct ctx *ctx, str project, const str *ids,
                          size_t n);
enum errc ch_trace_mark(struct event_store *s, struct ctx *ctx, str project, struct str_set ids,
                        const struct trace_mark *mark, int64_t *n);
enum errc ch_score_delete(struct event_store *s, struct ctx *ctx, str project, str id);
enum errc ch_has_recent(struct event_store *s, struct ctx *ctx, str project, millis since,
                        bool *out);
enum errc ch_status(struct event_store *s, struct ctx *ctx, struct store_status *out);
enum errc ch_trace_tree(struct event_store *s, struct ctx *ctx, const struct tree_query *q,
                        tree_row_fn *fn, void *user);
enum errc ch_trace_observation(struct event_store *s, struct ctx *ctx,
                               const struct trace_part *part, size_t n_before,
                               observation_at_fn *fn, void *user);
enum errc ch_set_usage(struct event_store *s, struct ctx *ctx, str project,
                       const struct observation *o);
extern const struct insight_ops ch_insight;
extern const struct event_log_ops ch_event_log_ops;

// ---- Shared by reads ----------------------------------------------------------------------------
// Rows of these traces, in no order; unknown ids are left out. `answer` holds their texts.
struct ch_refs {
    str project;
    struct str_set ids;
    unsigned want;
};
struct ch_traces {
    struct ch_trace *items;
    size_t n;
};
enum errc ch_traces_load(struct ch_store *s, struct ctx *ctx, const struct ch_refs *refs,
                         struct ch_answer *answer, struct ch_traces *out) MUST_CHECK;
// One trace by its id, columns of ref->want; ERR_NOT_FOUND without a message.
enum errc ch_trace_load(struct ch_store *s, struct ctx *ctx, const struct trace_ref *ref,
                        struct ch_answer *answer, struct ch_trace *out) MUST_CHECK;
// What rows say of their trace.
void ch_trace_words(struct observation_row *row, const struct ch_trace *t);
void ch_score_words(struct score_row *row, const struct ch_trace *t);
// Ids of observations (by start) and of scores of each row, with their WANT bits, into its lists.
enum errc ch_trace_ids_load(struct ch_store *s, struct ctx *ctx, str project,
                            struct trace_row *rows, size_t n, unsigned want) MUST_CHECK;
