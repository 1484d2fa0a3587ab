// SPDX-License-Identifier: MIT
#pragma once
// What figures are made of: counts and sums, percentiles, and groups by the value of a dimension.
#include "store/sqlite/fact_scan.h"

// Latencies in logarithmic steps of at most 1.6 %: percentiles of any number of them in constant
// memory. Milliseconds below 64 are exact.
#define STEPS_PER_OCTAVE 64u
#define LATENCY_STEPS    (STEPS_PER_OCTAVE * 27u)
struct latency_counts {
    uint32_t n;
    uint32_t counts[LATENCY_STEPS];
};
void latency_add(struct latency_counts *l, int32_t ms);          // < 0: none
double latency_at(const struct latency_counts *l, double share); // NAN without any
struct latencies latencies_of(const struct latency_counts *l);   // NULL: none
struct latency_counts *latency_array(struct arena *a, size_t n); // zeroed; NULL without memory

void amounts_add(struct amounts *a, const struct fact_chunk *c, uint32_t i);

struct buckets { // of a range of time
    millis from;
    int64_t width;
    size_t n;
};
struct buckets buckets_of(const struct insight_query *q);
size_t bucket_at(const struct buckets *b, millis t); // clamped

// Values of one dimension met, each with a number from 0 on.
struct groups {
    enum insight_dimension dimension;
    struct arena *a;
    struct map *map;
    str *keys;
    struct amounts *sums;
    size_t n, cap;
    uint32_t *of_word; // of the chunk at hand: number + 1; 0 = not looked up yet
    bool full;         // out of memory: what came later is not counted
};
#define GROUP_NONE SIZE_MAX
bool groups_init(struct groups *g, struct arena *a, enum insight_dimension d);
bool groups_open(struct groups *g, struct arena *scratch, const struct fact_chunk *c);
// The number of a word of the chunk at hand; GROUP_NONE for none.
size_t group_of_word(struct groups *g, const struct fact_chunk *c, uint32_t word);
size_t group_of(struct groups *g, str key);
// Numbers of a fact's values, several for models and tags; how many.
#define GROUPS_OF_FACT 32
size_t groups_of(struct groups *g, struct arena *scratch, const struct fact_chunk *c, uint32_t i,
                 size_t out[GROUPS_OF_FACT]);
// Numbers of the groups in falling order of what `weight` gives (0: left out); at most `most`.
typedef int64_t group_weight(const struct groups *g, size_t i);
size_t groups_top(const struct groups *g, group_weight *weight, size_t *out, size_t most);
int64_t group_n(const struct groups *g, size_t i);
int64_t group_cost(const struct groups *g, size_t i);
