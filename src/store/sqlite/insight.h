// SPDX-License-Identifier: MIT
#pragma once
// Figures of the pages (store/insight.h), one file per question.
#include "store/sqlite/figures.h"

#define FIGURES_READ_MS 4000 // then figures are those of what was looked at

// Goes through the traces (or observations) of q with FIGURES_READ_MS at most.
enum errc figures_scan(struct fact_scan *scan, const struct insight_query *q) MUST_CHECK;
// Newest trace of the project by the catalogue; MILLIS_NONE without any.
millis newest_trace(struct sqlite_store *s, str project);

enum errc read_summary(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                       struct summary *out);
enum errc read_values(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                      str part, struct facet *out);
enum errc read_overview(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                        struct overview *out);
enum errc read_user_lines(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                          struct group_page *page, user_line_fn *fn, void *user);
enum errc read_session_lines(struct event_store *s, struct ctx *ctx, const struct insight_query *q,
                             struct group_page *page, session_line_fn *fn, void *user);
