// SPDX-License-Identifier: MIT
#pragma once
// One write on its way (write.c): what write_collect.c, write_load.c and write_rows.c give each other.
#include "base/map.h"
#include "store/clickhouse/store_int.h"

struct ch_item { // one observation
    struct event **events;
    size_t n_events, cap_events;
    struct observation said; // what this write alone says
    struct ch_observation row;
    bool stored;                       // row was there; then row.place is where
    bool kept;                         // and says something newer: it stays
    uint32_t old_hour;                 // of the stored row
    const struct observation *counted; // usage that was counted for it, instead of events
};
struct ch_group { // one trace
    str trace_id;
    struct event **events; // EVENT_TRACE
    size_t n_events, cap_events;
    struct ch_item **items;
    size_t n_items, cap_items;
    struct ch_trace row;
    bool stored;
    uint32_t old_hour;
    str old_session;
    millis first;   // earliest time that an event names
    bool recompute; // sums are taken from the stored rows
    struct root_words root;
};
struct ch_score_item {
    struct event **events;
    size_t n_events, cap_events;
    struct ch_score row;
    bool stored;
    uint32_t old_hour;
};
struct ch_write {
    struct ch_store *s;
    struct ctx *ctx;
    struct arena *a;
    str project;
    struct map *groups, *items, *scores; // by id -> the struct
    uint64_t version, arrival;           // of the first row that is written next
    millis now;
    struct ch_answer *answers; // what stored rows point into
    size_t n_answers, cap_answers;
    struct write_result result;
};

// `counted`: usage for the one observation of `events`, which changes nothing else; or NULL. Skipped
// when that is gone or has usage by now.
enum errc ch_write_run(struct ch_store *s, struct ctx *ctx, str project,
                       const struct event_list *events, const struct observation *counted,
                       struct write_result *res) MUST_CHECK;
enum errc ch_write_collect(struct ch_write *w, const struct event_list *events) MUST_CHECK;
enum errc ch_write_load(struct ch_write *w) MUST_CHECK;
// Another answer whose texts live as long as the write; NULL on overflow.
struct ch_answer *ch_write_answer(struct ch_write *w);
// When the last of the events came.
millis ch_said_at(const struct ch_write *w, struct event *const *events, size_t n);
// Takes rows as they become from what was said and stored.
enum errc ch_item_settle(struct ch_write *w, struct ch_item *it) MUST_CHECK;
enum errc ch_score_settle(struct ch_write *w, struct ch_score_item *it) MUST_CHECK;
enum errc ch_group_settle(struct ch_write *w, struct ch_group *g) MUST_CHECK;
// Sums of the stored rows of those groups that want them (`recompute`).
enum errc ch_sums_load(struct ch_write *w) MUST_CHECK;
enum errc ch_too_much(struct ctx *ctx); // ERR_TOO_LARGE
struct ch_group *ch_group_at(const struct ch_write *w, size_t i);
struct ch_item *ch_item_at(const struct ch_write *w, size_t i);
