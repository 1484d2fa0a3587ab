// SPDX-License-Identifier: MIT
#pragma once
// Rows of the tables <-> domain structs. One column table per table of the database serves the lists of
// names, reading and writing, so that the order is written down once.
#include "store/clickhouse/client.h"

struct ch_place { // what every row has beside its content
    uint32_t hour;
    uint64_t row_version, arrival;
    bool is_deleted;
};
struct ch_trace {
    struct ch_place place;
    struct trace t;
    struct trace_stats s;
    bool has_event, has_root; // a trace event spoke; an observation without parent exists
    bool own_in, own_out;     // the previews are of its own input and output, not of its root's
};
struct ch_observation {
    struct ch_place place;
    struct observation o;
    struct usage_totals tokens; // made by ch_observation_write
    struct cost_totals costs;
};
struct ch_score {
    struct ch_place place;
    struct score s;
};

enum ch_table { CH_TRACES, CH_OBSERVATIONS, CH_SCORES };
extern const char *const ch_table_names[];

// "a.ts, a.name, ..." of the columns that `want` (enum store_want) asks for: bodies only with WANT_IO,
// WANT_METADATA, WANT_TOOLS. `prefix`: "a." or "". The project is not among them.
void ch_columns_add(struct sql_text *t, enum ch_table table, unsigned want, const char *prefix);
// One row of exactly those columns. Texts point into the answer, lists into the arena. ERR_CORRUPT:
// the answer ends inside a row.
enum errc ch_trace_read(struct ch_reader *r, struct ctx *ctx, unsigned want,
                        struct ch_trace *out) MUST_CHECK;
enum errc ch_observation_read(struct ch_reader *r, struct ctx *ctx, unsigned want,
                              struct ch_observation *out) MUST_CHECK;
enum errc ch_score_read(struct ch_reader *r, struct ctx *ctx, struct ch_score *out) MUST_CHECK;

// All columns with the project, in the order that the *_write functions write.
str ch_insert_columns(struct arena *a, enum ch_table table);
void ch_trace_write(struct buf *b, str project, const struct ch_trace *row);
void ch_observation_write(struct buf *b, str project, struct ch_observation *row);
void ch_score_write(struct buf *b, str project, const struct ch_score *row);
enum errc ch_cut_short(struct ctx *ctx); // ERR_CORRUPT with its message
