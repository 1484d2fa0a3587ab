// SPDX-License-Identifier: MIT
// Histograms and the Prometheus text format.
#include "base/metrics.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_line(const struct buf *out, const char *line)
{
    if (!str_has(buf_str(out), str_c(line)))
        fail_msg("\"%s\" is not in:\n%.*s", line, (int)out->len, out->data);
}

static void buckets_are_cumulative(void **state)
{
    (void)state;
    struct histogram h = {0};
    AUTO(buf_fini) struct buf out;
    buf_init(&out, 1 << 16);
    histogram_observe(&h, 500000);      // exactly the first bound
    histogram_observe(&h, 500001);      // just above it
    histogram_observe(&h, 20000000000); // above all
    histogram_observe(&h, -5);          // a clock that went back
    metric_histogram(&out, "x_seconds", &h);
    assert_line(&out, "x_seconds_bucket{le=\"0.0005\"} 2\n");
    assert_line(&out, "x_seconds_bucket{le=\"0.001\"} 3\n");
    assert_line(&out, "x_seconds_bucket{le=\"10\"} 3\n");
    assert_line(&out, "x_seconds_bucket{le=\"+Inf\"} 4\n");
    assert_line(&out, "x_seconds_sum 20.001\n");
    assert_line(&out, "x_seconds_count 4\n");
}

static void samples_have_labels_or_none(void **state)
{
    (void)state;
    AUTO(buf_fini) struct buf out;
    buf_init(&out, 1 << 16);
    metric_family(&out, "a_total", METRIC_COUNTER, "Things.");
    metric_u64(&out, "a_total", "kind=\"b\"", UINT64_MAX);
    metric_double(&out, "c", NULL, 0.25);
    assert_line(&out, "# HELP a_total Things.\n# TYPE a_total counter\n"
                      "a_total{kind=\"b\"} 18446744073709551615\nc 0.25\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_are_cumulative),
        cmocka_unit_test(samples_have_labels_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
