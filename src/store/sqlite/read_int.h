// SPDX-License-Identifier: MIT
#pragma once
// What the read files share: running a made statement, ordered merging over days, column tables.
#include "store/filter_sql.h"
#include "store/sqlite/row.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/store_int.h"

// Prepares the text on the reader and binds its values.
enum errc sql_text_prepare(struct reader *r, struct ctx *ctx, const struct sql_text *t,
                           struct sql_stmt **out) MUST_CHECK;
void sql_text_in(struct sql_text *t, const char *column,
                 const struct str_set *values); // " AND col IN (...)" unless empty
void sql_text_eq(struct sql_text *t, const char *column, str value); // " AND col = ?" unless none
void sql_text_range(struct sql_text *t, const char *column, millis from,
                    millis to); // >= from, < to

// One candidate of an ordered list over several days.
struct hit {
    int64_t a, b; // order keys
    str c;
    int64_t day, row;
    int32_t kind; // which table, where a list has two
};
struct merge { // k-way over days
    struct sqlite_store *s;
    struct ctx *ctx;
    int64_t project;
    int64_t offset, limit;
    bool ascending, by_text; // by_text: c first, then a
    // Which range of a day orders its rows; NULL: no order by time, every day is asked.
    void (*range)(const struct day_project *p, int64_t *min, int64_t *max);
    int64_t (*count)(
        const struct day_project *p); // unfiltered lists: rows of a whole day; else NULL
    int64_t from, to;                 // time range wanted; INT64_MIN / INT64_MAX = open
    int64_t only_day;                 // INT64_MIN = all
    // Appends the day's first `need` rows in order through hit_add.
    enum errc (*fetch)(struct merge *m, struct reader *r, int64_t need);
    // Appends " FROM ... WHERE ...": what all rows of the list satisfy.
    enum errc (*conditions)(struct merge *m, struct sql_text *t);
    bool want_total;
    void *user;

    struct hit *hits;
    size_t n, cap;
    int64_t need, n_total;
    const struct day_entry *day; // being fetched
};
enum errc hit_add(struct merge *m, struct hit h) MUST_CHECK;
// Runs the statement and adds a hit per row.
typedef struct hit hit_of_row(struct sql_stmt *st);
enum errc hits_add(struct merge *m, struct reader *r, const struct sql_text *t,
                   hit_of_row *hit_of) MUST_CHECK;
// Collects hits [offset, offset + limit) in order into m->hits / m->n, and n_total.
enum errc merge_run(struct merge *m) MUST_CHECK;
// Walks the hits with the right reader for each.
enum errc merge_deliver(struct merge *m, enum errc (*fn)(struct merge *m, struct reader *r,
                                                         const struct hit *h)) MUST_CHECK;

struct loader { // remembers the last trace: rows of one trace come together
    struct reader *r;
    struct ctx *ctx;
    int64_t day; // of r when the trace was loaded: a later reader may have the same address
    str row_sql; // made once: a trace may have thousands of rows
    int64_t trace_id;
    struct trace trace;
    struct trace_place place;
};
// One observation by its row, with the words of its trace.
enum errc observation_load_row(struct loader *l, int64_t id, unsigned want,
                               struct observation_row *out, bool *found) MUST_CHECK;

extern const struct filter_dialect trace_dialect, observation_dialect, observation_v2_dialect,
    synthetic_dialect, score_dialect, page_trace_dialect, page_observation_dialect;
