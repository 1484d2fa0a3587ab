// SPDX-License-Identifier: MIT
#pragma once
// What the files of the overview share. First pass: sums, groups, errors and the slowest traces of the
// window and of the one before; second pass: what only the largest groups need, over time.
#include "store/sqlite/insight.h"

enum { COST_MODEL, COST_USER, COST_NAME, COST_KINDS };
#define COST_KEYS   9  // and "other"
#define NAMES_KEPT  32 // most frequent names, whose latencies are compared
#define SLOW_TRACES 6

struct slow_trace {
    int64_t slowest, day, row;
};
struct wrong { // one group of errors
    str name, message;
    int32_t level;
    int64_t n;
    millis since;
};
struct view { // one overview being made
    struct sqlite_store *s;
    struct ctx *ctx;
    const struct insight_query *q;
    struct overview *out;
    struct buckets buckets;
    struct latency_counts *latency; // per bucket, then the window, then the one before
    struct groups by[COST_KINDS];
    int64_t (*before)[2]; // per name: traces and cost in the window before
    size_t n_before, cap_before;
    struct groups wrongs; // keys: name, level, message
    struct wrong *wrong;
    size_t cap_wrong;
    struct slow_trace slow[SLOW_TRACES];
    size_t n_slow;
    // second pass
    size_t names[NAMES_KEPT], n_names;
    uint8_t *name_place;               // of a group by name: place in `names` + 1
    struct latency_counts *names_now;  // per name kept
    struct latency_counts *names_then; // the same in the window before
    struct latency_counts *names_over; // of the first five, per bucket
    uint8_t *cost_place[COST_KINDS];   // of a group: place in the series + 1
    size_t placed[COST_KINDS];         // groups that have a place; later ones came while we read
};
enum errc overview_sums(struct view *v) MUST_CHECK;
enum errc overview_series(struct view *v) MUST_CHECK;
void overview_troubles(struct view *v);
enum errc overview_slowest(struct view *v) MUST_CHECK;
enum errc overview_scores(struct view *v) MUST_CHECK;
