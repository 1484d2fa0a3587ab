// SPDX-License-Identifier: MIT
#pragma once
// Narrow rows of a day file <-> domain structs: one column list per table serves insert, update and
// load, so that the order is written down once.
#include "sql/sql.h"
#include "model/observation.h"
#include "model/score.h"
#include "model/trace.h"

// "trace, project, hash, observation_id, ..." - all columns but id.
extern const char observation_columns[];
#define OBSERVATION_COLUMNS 40
// Binding takes all columns at `first`; pack < 0 binds NULLs. Texts are made in `a`.
struct observation_place {                    // how a row hangs together with others
    int64_t trace, project, hash, pack, slot; // pack -1: no body
    int32_t flags;                            // as loaded; binding takes them from the observation
};
void observation_bind(struct sql_stmt *st, int first, struct arena *a, const struct observation *o,
                      const struct observation_place *place);
// Reads all columns from `first`; strs are copied into the arena. trace_id is not in the row.
void observation_load(struct sql_stmt *st, int first, struct arena *a, struct observation *o,
                      struct observation_place *place);

// "project, hash, trace_id, ts, flags, ..." - all columns but id.
extern const char trace_columns[];
#define TRACE_COLUMNS 37
struct trace_place {
    int64_t project, hash, pack, slot; // pack -1: no body
    int32_t flags;                     // enum trace_row_flag
};
void trace_bind(struct sql_stmt *st, int first, struct arena *a, const struct trace *t,
                const struct trace_stats *s, const struct trace_place *place);
void trace_load(struct sql_stmt *st, int first, struct arena *a, struct trace *t,
                struct trace_stats *s, struct trace_place *place);

// "project, hash, score_id, trace, ..." - all columns but id.
extern const char score_columns[];
#define SCORE_COLUMNS 25
struct score_place {
    int64_t project, hash, trace; // trace -1: none
};
void score_bind(struct sql_stmt *st, int first, struct arena *a, const struct score *s,
                const struct score_place *place);
void score_load(struct sql_stmt *st, int first, struct arena *a, struct score *s,
                int64_t *trace); // trace -1: none

// The column `models`: [[model, calls, tokens, picodollars], ...], costliest first.
str model_uses_to_json(struct arena *a, const struct trace_stats *s);
void model_uses_from_json(struct arena *a, str text, struct trace_stats *s);
struct tag_list tags_from_json(struct arena *a, str text);
str tags_to_json(struct arena *a, const struct tag_list *tags); // none when empty
// "?, ?, ?" with n marks, for statements over the column lists.
str sql_marks(struct arena *a, int n);
