// SPDX-License-Identifier: MIT
#pragma once
// The load generator behind `rushlight bench`: sends believable observations to a server over its
// public write endpoints and measures what was acknowledged. Blocking; makes its own threads.
#include "base/clock.h"
#include "net/http_client.h"

enum bench_kind { BENCH_BATCH, BENCH_OTLP };

struct bench_options {
    struct net_target target;
    str path; // another server's endpoint for the kind; none: ours, checked before the run
    enum bench_kind kind;
    int64_t connections;
    int64_t per_batch; // observations in one request
    int64_t per_trace; // observations in one trace; more than per_batch: it spans several requests
    int64_t bytes;     // of one observation in its wire form, about
    int64_t seconds;   // how long to send, unless observations is set
    int64_t observations; // how many to send; 0: for `seconds`
    double rate;          // requests per second, on a schedule; 0: as fast as answers come
    int64_t days;         // spread start times over the last `days` days; 0: all of them are now
    bool progress;        // a line per second to standard error
};

struct bench_result {
    double seconds;                         // from the first request to the last answer
    double generator_cpu_s;                 // processor time of this process meanwhile
    int64_t observations, requests, bytes;  // acknowledged
    int64_t errors;                         // requests that were not, or with refused events
    str first_error;                        // in the arena of ctx; none without
    int64_t p50_ns, p95_ns, p99_ns, max_ns; // answer times; with a rate from the planned send time
};

// ERR_UNAVAILABLE when the first connection fails: nothing was measured. Refused requests are counted
// in the result instead.
enum errc bench_run(struct ctx *ctx, const struct bench_options *opt,
                    struct bench_result *out) MUST_CHECK;
// Human lines or one JSON object to standard output.
void bench_print(const struct bench_options *opt, const struct bench_result *r);
void bench_print_json(const struct bench_options *opt, const struct bench_result *r);
