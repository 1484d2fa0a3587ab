// SPDX-License-Identifier: MIT
// `rushlight bench`: options to bench/load.c, and its figures to the terminal. Exits with 1 when a
// request failed, so that a script notices.
#include "bench/bench.h"
#include "cli/endpoint.h"

#include <stdio.h>
#include <unistd.h>

static bool read_kind(const struct cli *c, struct bench_options *o)
{
    str kind = cli_option(c, "--kind");
    if (str_eq(kind, STR("otlp")))
        o->kind = BENCH_OTLP;
    else if (str_some(kind) && !str_eq(kind, STR("batch")))
        return cli_usage_error("--kind %.*s: batch or otlp is needed", STR_ARG(kind)) == EXIT_FINE;
    return true;
}

static bool read_rate(const struct cli *c, struct bench_options *o)
{
    str rate = cli_option(c, "--rate");
    if (!str_some(rate) || (str_to_double(rate, &o->rate) && o->rate > 0 && o->rate <= 100000))
        return true;
    return cli_usage_error("--rate %.*s: requests per second are needed", STR_ARG(rate)) ==
           EXIT_FINE;
}

static bool read_options(const struct cli *c, struct bench_options *o)
{
    return read_kind(c, o) && read_rate(c, o) &&
           cli_number(c, "--connections", 1, 512, &o->connections) &&
           cli_number(c, "--batch", 1, 10000, &o->per_batch) &&
           cli_number(c, "--per-trace", 1, 100000, &o->per_trace) &&
           cli_number(c, "--bytes", 700, 1000000, &o->bytes) &&
           cli_number(c, "--seconds", 1, 86400, &o->seconds) &&
           cli_number(c, "--observations", 1, INT64_C(1000000000000), &o->observations) &&
           cli_number(c, "--days", 0, 3650, &o->days);
}

// With --path it is a server of another make, which has no keys of ours.
static enum errc find_target(struct cli *c, struct bench_options *o)
{
    o->path = cli_option(c, "--path");
    enum errc rc = str_some(o->path) ? net_target_parse(&c->ctx, endpoint_words(c).url, &o->target)
                                     : endpoint_find(c, &o->target);
    o->target.header = cli_option(c, "--header");
    return rc;
}

int cli_bench(struct cli *c)
{
    struct bench_options o = {.connections = 8,
                              .per_batch = 100,
                              .per_trace = 8,
                              .bytes = 1400,
                              .seconds = 10,
                              .progress = !cli_has(c, "--json") && isatty(STDERR_FILENO)};
    struct bench_result r = {0};
    if (!read_options(c, &o))
        return EXIT_USAGE;
    enum errc rc = find_target(c, &o);
    if (rc == ERR_OK)
        rc = bench_run(&c->ctx, &o, &r);
    if (rc != ERR_OK)
        return cli_fail(c, rc);
    if (cli_has(c, "--json"))
        bench_print_json(&o, &r);
    else
        bench_print(&o, &r);
    return r.errors == 0 && r.requests > 0 ? EXIT_FINE : EXIT_FAILED;
}
