// SPDX-License-Identifier: MIT
#pragma once
// What the pages' lists and figures ask of an event store. Unlike the public reads (store.h) these
// are answered from narrow rows, in any useful order, with a keyset cursor; what takes too long
// comes back as far as it got and says so (`partial`). Rows are borrowed: valid during the call.
#include "base/err.h"
#include "model/field.h"
#include "model/filter.h"

enum insight_lens { LENS_TRACES, LENS_OBSERVATIONS };

// `filter` has columns of VIEW_PAGE_TRACES or VIEW_PAGE_OBSERVATIONS. The column "text" with
// OP_CONTAINS / OP_NOT_CONTAINS is the search over names, previews, errors and bodies.
struct insight_query {
    str project;
    enum insight_lens lens;
    millis from, to; // start >= from, < to; MILLIS_NONE = open
    struct filter filter;
    int64_t bucket_ms; // > 0: figures divide the range by it, which must not be open
};

// ---- Lists --------------------------------------------------------------------------------------

enum line_sort { // ties: newest first
    SORT_START,
    SORT_LATENCY,
    SORT_COST,
    SORT_TOKENS,
    SORT_ERRORS,
    SORT_NAME,
    SORT_COUNT
};
struct line_cursor { // the last row of the page before
    int64_t value;   // of the sort column; 0 for SORT_START and SORT_NAME
    str text;        // SORT_NAME
    millis start;
    int64_t day, row;
};
struct line_end { // how a page ended
    bool more;    // there is a next page; `next` is its `after`
    struct line_cursor next;
    bool partial;   // the time was up: rows before `reached` were not looked at
    millis reached; // MILLIS_NONE unless partial
};
struct line_page {
    enum line_sort sort;
    bool ascending;
    int64_t limit;
    const struct line_cursor *after; // NULL: from the start
    struct line_end end;             // filled in by the read
};

struct score_chip { // the scores of one name on one row
    str name;
    int64_t n;
    double mean; // NAN without numbers
    str text;    // the most frequent text; none with numbers
};
struct chip_list {
    const struct score_chip *items;
    size_t n;
};

struct trace_line {
    str id;
    millis start;
    int64_t latency; // ms; -1 = none
    str name;
    int32_t kind, level; // enum observation_type of the root; the worst level inside
    str error;           // first error's message, else the first warning's
    str input, output;   // previews
    str model;           // the costliest
    int64_t n_models;    // different ones
    int64_t n_observations, n_error, n_warning, tokens;
    picos cost;
    str user_id, session_id, environment, version, release;
    struct tag_list tags;
    bool bookmarked, is_public;
    struct chip_list scores;
    struct line_cursor at; // continues a list behind this row
};
struct observation_line {
    str id, trace_id, trace_name;
    millis start;
    int64_t latency, ttft; // ms; -1 = none
    str name;
    int32_t kind, level;
    str error; // status message
    str input, output;
    str model;
    int64_t tokens;
    picos cost;
    str environment, user_id, session_id, version;
    struct chip_list scores;
    struct line_cursor at;
};
typedef enum errc trace_line_fn(void *user, const struct trace_line *line);
typedef enum errc observation_line_fn(void *user, const struct observation_line *line);

// ---- Figures ------------------------------------------------------------------------------------

#define INSIGHT_BUCKETS 400 // most buckets of one question
#define INSIGHT_TOP     12  // values of a facet, names, models, users ...

struct amounts {
    int64_t n, errors, warnings, tokens; // traces or observations; those with an error, a warning
    picos cost;
};
struct latencies { // ms; NAN without any
    double p50, p95, p99;
};

enum insight_dimension {
    BY_LEVEL,
    BY_ENVIRONMENT,
    BY_NAME,
    BY_USER,
    BY_SESSION,
    BY_MODEL,
    BY_TAG,
    BY_VERSION,
    BY_RELEASE,
    BY_KIND,
    BY_COUNT
};
// The name of a dimension in the query language ("level", "env", "name", "user" ...), and the filter
// column that it counts.
str insight_dimension_name(enum insight_dimension d);
const char *insight_dimension_column(enum insight_dimension d);

struct value_count {
    str value;
    int64_t n;
};
struct facet { // the most frequent values, under all conditions but those on this very column
    enum insight_dimension dimension;
    struct value_count values[INSIGHT_TOP];
    size_t n;
};

struct summary {
    size_t n_buckets; // from, from + bucket ...; `to` ends the last
    struct amounts *buckets;
    struct amounts total;
    struct latencies latency;
    struct facet facets[BY_COUNT];
    size_t n_facets; // those with more than one value
    millis newest;   // of the project, when nothing was found; else MILLIS_NONE
    bool partial;
};

struct series { // one key of a dimension over time; absent values NAN
    str key;
    picos sum;
    picos *values;
};
struct named { // one key with its figures
    str key;
    struct amounts amounts;
    double p95;
};
struct trouble { // errors that read alike; or a name whose cost or latency moved
    enum { TROUBLE_ERROR, TROUBLE_WARNING, TROUBLE_COST, TROUBLE_LATENCY } kind;
    str name, message;  // trace name; the message with numbers and ids replaced by #
    int64_t n;          // traces
    millis since;       // first of them in the window; MILLIS_NONE for cost and latency
    double before, now; // cost per trace in dollars, p95 in ms
};
// Messages that differ in numbers and ids only read alike: their runs of digits become one #, but for
// the status of an HTTP answer. The result is in `out`.
#define INSIGHT_MESSAGE_BYTES 120
str insight_message(str s, char out[INSIGHT_MESSAGE_BYTES]);

struct score_figures { // numeric scores of one name
    str name;
    int64_t n, n_before;
    double mean, mean_before; // NAN without
    double min, max;
    int64_t strip[10]; // distribution between min and max
    double *values;    // mean per bucket, NAN without
};
struct slow_call {
    str trace_id, observation_id, name, model;
    int64_t latency;
    picos cost;
};

struct overview {
    bool empty;    // the project never had a trace
    millis newest; // when the window is empty; else MILLIS_NONE
    size_t n_buckets;
    struct amounts *buckets;
    struct latencies *latency; // per bucket
    struct amounts total, before;
    struct latencies total_latency, before_latency;
    struct {
        str name;
        double *p95; // per bucket
    } names_p95[5];
    size_t n_names_p95;
    struct series cost[3][10]; // by model, user, name; the last may be "other"
    size_t n_cost[3];
    struct named names[6], users[6];
    size_t n_names, n_users;
    struct trouble troubles[8];
    size_t n_troubles;
    struct slow_call slowest[6];
    size_t n_slowest;
    struct score_figures scores[8];
    size_t n_scores;
    bool partial;
};

struct user_line {
    str id;
    int64_t traces, sessions, errors, tokens;
    picos cost;
    millis first, last;
    picos *spark; // cost per bucket
};
struct session_line {
    str id;
    millis start, end;
    int64_t turns, errors, tokens;
    picos cost;
    str users[4];
    size_t n_users;
    str environment, first, last; // first input, last output: previews
    struct chip_list scores;
};
// Groups of traces by user or session: by `sort` (latency: length of a session; errors ...), paged by
// offset, which is capped (LIMIT_GROUP_OFFSET).
struct group_page {
    enum line_sort sort; // SORT_START: last seen
    bool ascending;
    int64_t offset, limit;
    bool more, partial; // filled in by the read
};
typedef enum errc user_line_fn(void *user, const struct user_line *line);
typedef enum errc session_line_fn(void *user, const struct session_line *line);

struct event_store;
struct insight_ops {
    // One page in order. ERR_INVALID: a column that cannot be filtered in this lens.
    enum errc (*trace_lines)(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                             struct line_page *page, trace_line_fn *fn, void *user);
    enum errc (*observation_lines)(struct event_store *s, struct ctx *ctx,
                                   const struct insight_query *q, struct line_page *page,
                                   observation_line_fn *fn, void *user);
    // ERR_NOT_FOUND without a message when absent.
    enum errc (*trace_line)(struct event_store *s, struct ctx *ctx, str project, str id,
                            trace_line_fn *fn, void *user);
    enum errc (*summary)(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                         struct summary *out);
    enum errc (*overview)(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                          struct overview *out);
    // The most frequent values of out->dimension that contain `part`, case ignored.
    enum errc (*values)(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                        str part, struct facet *out);
    enum errc (*user_lines)(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                            struct group_page *page, user_line_fn *fn, void *user);
    enum errc (*session_lines)(struct event_store *s, struct ctx *ctx,
                               const struct insight_query *q, struct group_page *page,
                               session_line_fn *fn, void *user);
};
