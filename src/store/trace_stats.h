// SPDX-License-Identifier: MIT
#pragma once
// What a trace's observations add up to, kept on its row: counts, sums, the first error's message, the
// models with their share, the root's kind. Pure; every store keeps the same.
#include "model/observation.h"
#include "model/trace.h"

void stats_init(struct trace_stats *t);
void stats_add(struct trace_stats *t, const struct observation *o);
// Adds what new observations add up to; true: not all of it can be known from sums, recompute.
bool stats_sum(struct trace_stats *t, const struct trace_stats *d);
// Adds calls of one model; costliest first, what does not fit is left out.
void stats_use_add(struct trace_stats *t, const struct model_use *u);

struct root_words { // the earliest observation without parent, as far as a group has one
    millis start;   // MILLIS_NONE = none yet
    int32_t kind;   // 0 = none
    str in, out;    // previews
};
void root_note(struct root_words *root, const struct observation *o); // has its previews

void take_min_time(millis *a, millis v); // MILLIS_NONE counts for nothing
void take_max_time(millis *a, millis v);
