// SPDX-License-Identifier: MIT
#pragma once
// Conditions of a filter on facts. A text is compared once per word of a chunk, not per trace.
#include "model/filter.h"
#include "store/sqlite/fact.h"

struct fact_cond {
    const struct filter_cond *c;
    int column;  // row of the table of columns
    bool *words; // of the chunk at hand: the word satisfies the condition
};
struct fact_filter {
    struct fact_cond *conds;
    size_t n;
    struct filter rest; // conditions that need the row itself
};
// Which conditions facts can answer.
enum errc fact_filter_make(struct ctx *ctx, const struct filter *f,
                           struct fact_filter *out) MUST_CHECK;
// To be called per chunk, before its facts are asked for. False without memory.
bool fact_filter_chunk(struct fact_filter *f, struct arena *a, const struct fact_chunk *c);
// A bit per condition that fact i does not satisfy; 0 = it matches.
uint64_t fact_filter_fails(const struct fact_filter *f, const struct fact_chunk *c, uint32_t i);
