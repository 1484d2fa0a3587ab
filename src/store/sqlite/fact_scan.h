// SPDX-License-Identifier: MIT
#pragma once
// Going through the traces of a project, day by day: fact chunks, and rows where no chunk tells of
// them yet or a condition needs the row itself.
#include "store/insight.h"
#include "store/sqlite/fact_match.h"
#include "store/sqlite/read_int.h"

struct fact_scan {
    struct sqlite_store *s;
    struct ctx *ctx; // what is taken from facts is kept in its arena
    int64_t project;
    millis from, to; // INT64_MIN / INT64_MAX = open
    struct fact_filter filter;
    // A new chunk: words may be given numbers of one's own. NULL: not wanted.
    enum errc (*open)(struct fact_scan *scan, const struct fact_chunk *c);
    // One fact within the time; `fails` names the conditions that it does not satisfy.
    enum errc (*take)(struct fact_scan *scan, const struct fact_chunk *c, uint32_t i,
                      uint64_t fails);
    // No day whose traces lie in [min, max] is of use any more. NULL: all are.
    bool (*enough)(const struct fact_scan *scan, millis min, millis max);
    bool ascending;   // order of days
    int64_t only_day; // 0 = all
    void *user;

    int64_t day; // at hand
    struct reader *reader;
    bool partial;
    millis reached;        // when partial: what starts before was not looked at
    struct arena *scratch; // of the chunk at hand
    enum insight_lens lens;
    bool in_order; // rows come ordered by time: `enough` may end a day's rows
};
// All days in range. The time is up at ctx->deadline_ms: `partial` then, not an error.
enum errc fact_scan_run(struct fact_scan *scan, const struct insight_query *q) MUST_CHECK;
