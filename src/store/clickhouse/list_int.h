// SPDX-License-Identifier: MIT
#pragma once
// What the lists share: a statement finds the keys of a page, another one loads just those rows.
#include "store/clickhouse/dialect.h"
#include "store/clickhouse/store_int.h"

// Adds " FROM ... WHERE ..." of a list; called for the page and for the total.
typedef enum errc ch_where_fn(void *query, struct ctx *ctx, struct sql_text *t);

// Begins "WITH ? AS pid " with the project.
void ch_with_project(struct sql_text *t, str project);
void ch_limit(struct sql_text *t, int64_t limit, int64_t offset);
void ch_equals(struct sql_text *t, const char *column, int64_t v); // " AND column = v"
// count() of what `where` finds.
enum errc ch_total(struct ch_store *s, struct ctx *ctx, str project, ch_where_fn *where,
                   void *query, int64_t *out) MUST_CHECK;
// The loaded trace with that id; NULL when it is not there.
const struct ch_trace *ch_traces_find(const struct ch_traces *traces, str id);
