// SPDX-License-Identifier: MIT
#pragma once
// Believable traces for a first look: an outdoor shop whose assistants chat, answer from documents
// and work on orders with tools, for a month, with sessions, users, scores, costs and mishaps.
// Deterministic: a day's events depend on the seed and the day alone, so that a second run adds the
// days since and changes nothing else.
#include "base/clock.h"
#include "base/err.h"

// Stores one body of POST /api/public/ingestion. Errors end the run.
typedef enum errc demo_send_fn(void *user, struct ctx *ctx, str body);
// After each day; left: days still to come.
typedef void demo_progress_fn(void *user, int64_t traces, int64_t left);

struct demo_options {
    int64_t days, traces; // about `traces` over `days` full days
    uint64_t seed;
    millis now; // nothing is later
    demo_send_fn *send;
    demo_progress_fn *progress;
    void *user;
};
struct demo_result {
    int64_t traces, observations, scores, sessions, errors;
};
enum errc demo_run(struct ctx *ctx, const struct demo_options *opt,
                   struct demo_result *out) MUST_CHECK;
