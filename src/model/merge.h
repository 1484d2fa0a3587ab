// SPDX-License-Identifier: MIT
#pragma once
// The merge rule (ingestion.md 3.2-3.5), pure: what an event changes on a stored row. Absent keeps,
// null clears, {} and [] keep, immutable fields keep their first value, IO takes the newest present,
// metadata merges deeply, tags unite, maps are replaced whole. An event that was accepted before the
// row's newest one (event.accepted, row.updated_at) adds what the row lacks and changes nothing else:
// events of several requests may come in any order, and twice.
#include "model/event.h"

// `row` is the accumulator: zeroed by *_init for a new id, or loaded from the store. New strs point
// into the event or the arena. False when the arena overflowed.
void trace_init(struct trace *row, str id);
void observation_init(struct observation *row, str id, str trace_id);
void score_init(struct score *row, str id);
bool trace_merge(struct arena *a, struct trace *row, const struct event *e);
// e->replace: the row becomes the event, keeping created_at.
bool observation_merge(struct arena *a, struct observation *row, const struct event *e);
bool score_merge(struct arena *a, struct score *row, const struct event *e);

// Whether the event is older than what a row that was updated then says.
static inline bool event_older(const struct event *e, millis updated_at)
{
    return e->accepted && updated_at != MILLIS_NONE && e->accepted < updated_at;
}

// Deep merge of two JSON object texts (3.4); either may be none. Result in the arena.
str metadata_merge(struct arena *a, str base, str over);
// Union, sorted by UTF-16 code unit, unique, at most LIMIT_TAGS.
struct tag_list tags_union(struct arena *a, struct tag_list x, struct tag_list y);
struct tag_list tags_sorted(struct arena *a, const str *items, size_t n);
