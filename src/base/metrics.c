// SPDX-License-Identifier: MIT
// Metrics: counting is one relaxed atomic addition; all formatting happens when somebody asks.
#include "base/metrics.h"

static const struct bucket {
    int64_t up_to_ns;
    const char *le;
} buckets[HISTOGRAM_BUCKETS] = {
    {500000, "0.0005"},  {1000000, "0.001"},  {2500000, "0.0025"}, {5000000, "0.005"},
    {10000000, "0.01"},  {25000000, "0.025"}, {50000000, "0.05"},  {100000000, "0.1"},
    {250000000, "0.25"}, {500000000, "0.5"},  {1000000000, "1"},   {2500000000, "2.5"},
    {5000000000, "5"},   {10000000000, "10"},
};

void histogram_observe(struct histogram *h, int64_t ns)
{
    size_t i = 0;
    while (i < HISTOGRAM_BUCKETS && ns > buckets[i].up_to_ns)
        i++;
    counter_add(&h->buckets[i], 1);
    counter_add(&h->sum_ns, ns > 0 ? (uint64_t)ns : 0);
}

void metric_family(struct buf *out, const char *name, enum metric_type type, const char *help)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    buf_add_fmt(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, types[type]);
}

static void add_name(struct buf *out, const char *name, const char *labels)
{
    if (labels)
        buf_add_fmt(out, "%s{%s} ", name, labels);
    else
        buf_add_fmt(out, "%s ", name);
}

void metric_u64(struct buf *out, const char *name, const char *labels, uint64_t value)
{
    add_name(out, name, labels);
    buf_add_fmt(out, "%llu\n", (unsigned long long)value);
}

void metric_double(struct buf *out, const char *name, const char *labels, double value)
{
    add_name(out, name, labels);
    buf_add_fmt(out, "%.9g\n", value);
}

void metric_histogram(struct buf *out, const char *name, const struct histogram *h)
{
    uint64_t so_far = 0;
    uint64_t sum_ns = counter_get(&h->sum_ns);
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        so_far += counter_get(&h->buckets[i]);
        buf_add_fmt(out, "%s_bucket{le=\"%s\"} %llu\n", name, buckets[i].le,
                    (unsigned long long)so_far);
    }
    so_far += counter_get(&h->buckets[HISTOGRAM_BUCKETS]);
    buf_add_fmt(out, "%s_bucket{le=\"+Inf\"} %llu\n", name, (unsigned long long)so_far);
    buf_add_fmt(out, "%s_sum %.9g\n", name, (double)sum_ns / 1e9);
    buf_add_fmt(out, "%s_count %llu\n", name, (unsigned long long)so_far);
}
