// SPDX-License-Identifier: MIT
#pragma once
// What the files of insight share: conditions, expressions and small reads.
#include "store/clickhouse/list_int.h"
#include "store/insight.h"

// Of a trace, in ms; NULL without an end.
#define CH_LATENCY \
    "if(t.last_end IS NULL, NULL, greatest(t.last_start, t.last_end) - t.first_start)"
#define CH_LEVEL \
    "multiIf(t.n_error > 0, 4, t.n_warning > 0, 3, t.n_default > 0, 2, t.n_debug > 0, 1, 2)"

// Adds " FROM traces AS t FINAL WHERE ..." with the range and the filter, but for conditions on the
// column `but` (and its alias for tags); NULL leaves none out.
enum errc ch_page_where(struct ctx *ctx, const struct insight_query *q, const char *but,
                        struct sql_text *t) MUST_CHECK;
// The same for observations, joined with their traces.
enum errc ch_page_observation_where(struct ctx *ctx, const struct insight_query *q,
                                    struct sql_text *t) MUST_CHECK;
// " intDiv(column - from, width)" clamped to the buckets.
void ch_bucket_add(struct sql_text *t, const struct insight_query *q, const char *column);
size_t ch_buckets(const struct insight_query *q);

// Lists and figures get so long; the caller's deadline is narrowed to it and given back.
int64_t ch_deadline(struct ctx *ctx, int64_t ms);
// A read that ran out of time: *partial instead of an error.
enum errc ch_in_time(struct ctx *ctx, enum errc rc, bool *partial) MUST_CHECK;

// Score chips of rows: keys are "trace" or "trace\nobservation".
struct ch_chips {
    struct map *map; // key -> struct chip_list
};
enum errc ch_chips_load(struct ch_store *s, struct ctx *ctx, str project, struct str_set traces,
                        bool of_observations, struct ch_chips *out) MUST_CHECK;
struct chip_list ch_chips_of(const struct ch_chips *chips, str key);

enum errc ch_trace_lines(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                         struct line_page *page, trace_line_fn *fn, void *user);
enum errc ch_trace_line(struct event_store *s, struct ctx *ctx, str project, str id,
                        trace_line_fn *fn, void *user);
enum errc ch_observation_lines(struct event_store *s, struct ctx *ctx,
                               const struct insight_query *q, struct line_page *page,
                               observation_line_fn *fn, void *user);
enum errc ch_summary(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                     struct summary *out);
enum errc ch_values(struct event_store *s, struct ctx *ctx, const struct insight_query *q, str part,
                    struct facet *out);
enum errc ch_user_lines(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                        struct group_page *page, user_line_fn *fn, void *user);
enum errc ch_session_lines(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                           struct group_page *page, session_line_fn *fn, void *user);
enum errc ch_overview(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                      struct overview *out);
// Start of the project's newest trace; MILLIS_NONE without one.
enum errc ch_newest(struct ch_store *s, struct ctx *ctx, str project, millis *out) MUST_CHECK;
