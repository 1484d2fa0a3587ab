// SPDX-License-Identifier: MIT
#pragma once
// What the files of the overview share.
#include "store/clickhouse/insight_int.h"

struct ch_view { // one overview being made
    struct ch_store *s;
    struct ctx *ctx;
    const struct insight_query *q;
    struct overview *out;
};
// A statement of the view: its project, then `columns`.
void ch_overview_begin(struct ch_view *v, struct sql_text *t, const char *columns);
// FROM and WHERE of its traces; `both`: of the window before, too.
enum errc ch_overview_where(struct ch_view *v, bool both, struct sql_text *t) MUST_CHECK;

enum errc ch_overview_names_over_time(struct ch_view *v) MUST_CHECK; // after the names
enum errc ch_overview_costs(struct ch_view *v) MUST_CHECK;
enum errc ch_overview_scores(struct ch_view *v) MUST_CHECK;
