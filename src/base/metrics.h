// SPDX-License-Identifier: MIT
#pragma once
// Counters and histograms as relaxed atomics, written in the Prometheus text format. The owner of a
// number declares it where it counts (a struct of a room, not a global); the composition root writes
// them all. Reading while others count is fine: each number is right, together they may be an instant
// apart.
#include "base/buf.h"

#include <stdatomic.h>

typedef _Atomic(uint64_t) counter;
static inline void counter_add(counter *c, uint64_t n)
{
    atomic_fetch_add_explicit(c, n, memory_order_relaxed);
}
static inline uint64_t counter_get(const counter *c)
{
    return atomic_load_explicit(c, memory_order_relaxed);
}

// Durations, in buckets from 0.5 ms to 10 s. All zero is a valid empty histogram.
#define HISTOGRAM_BUCKETS 14
struct histogram {
    counter buckets[HISTOGRAM_BUCKETS + 1]; // the last one is +Inf
    counter sum_ns;
};
void histogram_observe(struct histogram *h, int64_t ns);

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };
// "# HELP" and "# TYPE" of a family; its samples follow.
void metric_family(struct buf *out, const char *name, enum metric_type type, const char *help);
// One sample. labels: `route="/x",status="2xx"` or NULL.
void metric_u64(struct buf *out, const char *name, const char *labels, uint64_t value);
void metric_double(struct buf *out, const char *name, const char *labels, double value);
void metric_histogram(struct buf *out, const char *name, const struct histogram *h);
