// SPDX-License-Identifier: MIT
#pragma once
// Pages of the lists (store/insight.h): what the two lenses share. A page is collected as the best
// `limit` + 1 rows behind the cursor, in order, whatever order days and rows come in.
#include "store/insight.h"
#include "store/sqlite/read_int.h"

#define LIST_READ_MS 2500 // then a page comes back as far as it got

struct line_hit {
    struct line_cursor key;
};
struct line_top { // sorted, best first
    const struct line_page *page;
    struct arena *a;
    struct line_hit *hits;
    size_t n, need;
};
enum errc line_top_init(struct line_top *t, struct ctx *ctx, const struct line_page *page);
// Keeps the row when it belongs to the page as far as is known; its text is copied.
void line_top_add(struct line_top *t, const struct line_cursor *key);
// By time: rows that start within [min, max] can change nothing any more.
bool line_top_beats(const struct line_top *t, millis min, millis max);
// The row behind which a day's rows of the cursor's very millisecond continue: of days before or
// after the cursor's all or none of them.
int64_t line_cursor_row(const struct line_cursor *c, int64_t day);
// What the page ends with; drops the row that only told of a next page.
void line_top_end(struct line_top *t, struct line_end *end);

// Narrows a deadline to LIST_READ_MS from now; gives the old one back.
int64_t list_deadline(struct ctx *ctx);

// Score chips of a trace, or of one observation of it.
enum errc chips_load(struct reader *r, struct ctx *ctx, int64_t trace, str observation_id,
                     struct chip_list *out) MUST_CHECK;

enum errc read_trace_lines(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                           struct line_page *page, trace_line_fn *fn, void *user);
enum errc read_trace_line(struct event_store *s, struct ctx *ctx, str project, str id,
                          trace_line_fn *fn, void *user);
enum errc read_observation_lines(struct event_store *s, struct ctx *ctx,
                                 const struct insight_query *q, struct line_page *page,
                                 observation_line_fn *fn, void *user);
