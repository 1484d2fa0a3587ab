// SPDX-License-Identifier: MIT
#pragma once
// Taking over what another Langfuse-compatible server holds, through its public API: traces,
// observations and scores of a project, in windows of time, as events that any such server accepts.
// Ids are kept, so that running it again, or over a range that was imported before, changes nothing.
#include "base/clock.h"
#include "base/err.h"

// GET of the source, "/api/public/traces?...": the JSON body, borrowed until the next call. Answers
// other than 200 are errors; waiting out a 429 is the function's business.
typedef enum errc import_get_fn(void *user, struct ctx *ctx, str path, str *body);
// One body of POST /api/public/ingestion; *refused: events of it that were not taken.
typedef enum errc import_send_fn(void *user, struct ctx *ctx, str body, int64_t *refused);

enum import_kind { IMPORT_TRACES, IMPORT_OBSERVATIONS, IMPORT_SCORES, IMPORT_KINDS };
struct import_result {
    int64_t sent[IMPORT_KINDS], refused;
};
typedef void import_progress_fn(void *user, millis until, const struct import_result *so_far);

struct import_options {
    millis from, to; // timestamp >= from, < to
    import_get_fn *get;
    import_send_fn *send;
    import_progress_fn *progress; // after each window; NULL is fine
    void *user;
};
// The context's arena is rewound as it goes. On an error `out` holds what was done until then.
enum errc import_run(struct ctx *ctx, const struct import_options *opt,
                     struct import_result *out) MUST_CHECK;
