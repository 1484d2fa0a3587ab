// SPDX-License-Identifier: MIT
#pragma once
// The event store: traces, observations, scores. One interface, several implementations with the
// same answers (tests/contract). Writes are durable when they return; what was acknowledged is
// visible to the next read. Thread safe. Rows reach callbacks borrowed: valid during the call only.
#include "base/err.h"
#include "model/event.h"
#include "model/filter.h"
#include "store/insight.h"

struct str_set { // query lists
    const str *items;
    size_t n;
};
struct order_by {
    const char *key; // filter column key ("timestamp", "name", ...); NULL = the view's default
    bool ascending;
};

// Which parts of a row a read wants: bits. Bodies cost decompression.
enum store_want {
    WANT_IO = 1,
    WANT_METADATA = 2,
    WANT_STATS = 4,
    WANT_OBSERVATION_IDS = 8,
    WANT_SCORE_IDS = 16,
    WANT_TOOLS = 32,
    WANT_TOTAL = 64
};

struct trace_query {
    str project;
    int64_t offset, limit;
    struct order_by order; // default timestamp desc
    str user_id, name, session_id, version, release;
    struct str_set tags;         // all of
    struct str_set environments; // any of
    millis from, to;             // timestamp >= from, < to; MILLIS_NONE = open
    struct filter filter;
    unsigned want;
};
struct trace_ref {
    str project, id;
    unsigned want;
};
struct trace_row {
    struct trace trace;
    struct trace_stats stats;
    struct str_set observation_ids, score_ids; // with their WANT bits
};

struct observation_cursor {
    millis start;
    str trace_id, id;
}; // v2 order: start desc, hash(trace) desc, id desc
struct observation_query {
    str project;
    int64_t offset, limit;
    str name, user_id, trace_id, parent_id, version, session_id;
    bool parent_empty;   // parentObservationId= (no parent)
    int32_t type, level; // 0 = any
    int32_t is_root;     // 0 any, 1 roots only, 2 non-roots only
    struct str_set environments;
    millis from, to;
    struct filter filter;
    enum filter_view
        view; // VIEW_OBSERVATIONS (v1) or _V2 (own trace fields, synthetic rows, cursor)
    const struct observation_cursor *after; // v2
    bool ascending;                         // by start time; default descending
    unsigned want;
};
struct observation_row {
    str project_id;
    struct observation observation;
    bool synthetic; // "t-<trace>" row of a trace without root span (v2 view only)
    bool has_root;
    str trace_user_id, trace_session_id, trace_name, trace_release, trace_version,
        trace_environment;
    struct tag_list trace_tags;
};

struct score_cursor {
    millis timestamp;
    str id;
}; // v3 order: timestamp desc, id desc
struct score_query {
    str project;
    int64_t offset, limit;
    struct str_set ids, names, environments, config_ids, queue_ids,
        author_ids; // any of; empty = any
    struct str_set trace_ids, session_ids, run_ids, observation_ids;
    struct str_set trace_tags; // all of
    str user_id;               // of the score's trace
    uint32_t sources, types;   // bit per enum value; 0 = any
    str value_op;              // "<" ">" "<=" ">=" "!=" "=" with value; none = no condition
    double value, value_min, value_max; // min/max inclusive; NAN = open
    struct str_set string_values;
    struct {
        const double *items;
        size_t n;
    } number_values;
    millis from, to;
    struct filter filter;
    bool only_trace_scores; // v1: subjects of traces that are there, no CORRECTION
    bool by_id;             // v3: rows of the same millisecond by id instead of by arrival
    const struct score_cursor *after;
    unsigned want; // WANT_STATS: fill trace fields; WANT_TOTAL
};
struct score_row {
    struct score score;
    bool has_trace;
    str trace_user_id, trace_environment, trace_session_id, trace_name;
    struct tag_list trace_tags;
};

struct session_query {
    str project;
    int64_t offset, limit;
    millis from, to; // created_at
    struct str_set environments;
};
struct session_row {
    str id, environment;
    millis created_at;
};

typedef enum errc trace_row_fn(void *user, const struct trace_row *row);
typedef enum errc observation_row_fn(void *user, const struct observation_row *row);
typedef enum errc score_row_fn(void *user, const struct score_row *row);
typedef enum errc session_row_fn(void *user, const struct session_row *row);

struct tree_query {
    str project, trace_id;
    int64_t limit;
};
struct tree_row { // what a picture of a trace needs of an observation
    str id, parent_id, name, model;
    int32_t type, level;
    millis start, end, completion_start;
    int64_t tokens;
    picos cost;
    str status_message; // of warnings and errors
};
typedef enum errc tree_row_fn(void *user, const struct tree_row *row);
// One observation of a trace: its position among all of the trace in order of start.
typedef enum errc observation_at_fn(void *user, int64_t position,
                                    const struct observation_row *row);
struct trace_part { // an observation of a trace
    str project, trace_id, id;
};

struct write_result {
    size_t n_new, n_merged;
};

enum trace_mark_what { MARK_BOOKMARKED, MARK_PUBLIC, MARK_TAG };
struct trace_mark { // set by hand, on or off
    enum trace_mark_what what;
    bool on;
    str tag; // MARK_TAG
};

struct store_counts {
    int64_t traces, observations, scores;
};
struct store_status {
    struct store_counts counts;
    int64_t bytes, n_files, queue_len, queue_cap;
    int64_t oldest_day, newest_day; // days since the epoch; INT64_MIN = empty
    bool writable;
    str problem; // why not writable, and what to do; in the arena
    int64_t deleted_days_budget, deleted_days_age;
};

struct event_store; // each implementation embeds it first

// `on_cost` recomputation after a merge with a stored row: set once at open.
typedef void store_enrich_fn(void *user, struct arena *a, str project, struct observation *o);

struct event_store_ops {
    const char *name;
    // Applies the events of one request in order and returns after they are durable. ERR_UNAVAILABLE:
    // queue full, disk full, read-only, shutting down (message says which; nothing was stored or
    // everything may be re-sent harmlessly).
    enum errc (*write)(struct event_store *s, struct ctx *ctx, str project,
                       const struct event_list *events, struct write_result *res);
    enum errc (*trace_list)(struct event_store *s, struct ctx *ctx, const struct trace_query *q,
                            trace_row_fn *fn, void *user, int64_t *total);
    // ERR_NOT_FOUND without a message when absent.
    enum errc (*trace_get)(struct event_store *s, struct ctx *ctx, const struct trace_ref *ref,
                           trace_row_fn *fn, void *user);
    enum errc (*observation_list)(struct event_store *s, struct ctx *ctx,
                                  const struct observation_query *q, observation_row_fn *fn,
                                  void *user, int64_t *total);
    enum errc (*observation_get)(struct event_store *s, struct ctx *ctx, str project, str id,
                                 observation_row_fn *fn, void *user);
    enum errc (*score_list)(struct event_store *s, struct ctx *ctx, const struct score_query *q,
                            score_row_fn *fn, void *user, int64_t *total);
    enum errc (*score_get)(struct event_store *s, struct ctx *ctx, str project, str id,
                           score_row_fn *fn, void *user);
    enum errc (*session_list)(struct event_store *s, struct ctx *ctx, const struct session_query *q,
                              session_row_fn *fn, void *user, int64_t *total);
    enum errc (*session_get)(struct event_store *s, struct ctx *ctx, str project, str id,
                             session_row_fn *fn, void *user);
    // Unknown ids are fine. Durable when it returns.
    enum errc (*trace_delete)(struct event_store *s, struct ctx *ctx, str project, const str *ids,
                              size_t n);
    // Durable when it returns; *n: how many of the ids were there.
    enum errc (*trace_mark)(struct event_store *s, struct ctx *ctx, str project, struct str_set ids,
                            const struct trace_mark *mark, int64_t *n);
    enum errc (*score_delete)(struct event_store *s, struct ctx *ctx, str project, str id);
    // True when any trace or observation of the project started at or after `since`.
    enum errc (*has_recent)(struct event_store *s, struct ctx *ctx, str project /* none = any */,
                            millis since, bool *out);
    enum errc (*status)(struct event_store *s, struct ctx *ctx, struct store_status *out);
    // The observations of a trace in order of start (ties: of arrival). ERR_NOT_FOUND without
    // a message when the trace is absent.
    enum errc (*trace_tree)(struct event_store *s, struct ctx *ctx, const struct tree_query *q,
                            tree_row_fn *fn, void *user);
    // One observation with its bodies, then at most `n_before` GENERATIONs of the trace that started
    // before it, latest first. ERR_NOT_FOUND without a message when absent.
    enum errc (*trace_observation)(struct event_store *s, struct ctx *ctx,
                                   const struct trace_part *part, size_t n_before,
                                   observation_at_fn *fn, void *user);
    // Result of background token counting for one stored observation; skipped when it has usage by now.
    enum errc (*set_usage)(struct event_store *s, struct ctx *ctx, str project,
                           const struct observation *o);
    void (*close)(struct event_store *s); // drains the queue, checkpoints, frees
};
struct event_store {
    const struct event_store_ops *ops;
    const struct insight_ops *insight; // what the pages ask (insight.h)
    _Atomic(uint64_t) changes;         // grows with what this process made visible
    bool shared;                       // other processes write to it, too
};
