// SPDX-License-Identifier: MIT
#pragma once
// Background work: one thread that runs the rows of a table, each when it is due (jobs.c). Work is in
// small steps, so that stopping is quick and no request waits long for the writer.
#include "auth/auth.h"
#include "backup/backup.h"
#include "base/metrics.h"
#include "pricing/pricing.h"
#include "store/meta/meta.h"
#include "store/store.h"

enum job_kind {
    JOB_SETTLE,
    JOB_TOKENS,
    JOB_REPACK,
    JOB_FACTS,
    JOB_KEY_USES,
    JOB_PURGE,
    JOB_EXPIRE,
    JOB_PENDING,
    JOB_SEAL,
    JOB_RETAIN,
    JOB_BACKUP,
    JOB_MEMORY,
    JOB_COUNT
};
extern const char *const job_names[JOB_COUNT];

struct jobs_counters { // since start; /metrics reads them
    counter runs[JOB_COUNT], failures[JOB_COUNT];
    counter packed_traces, deleted_days, counted_observations, uncountable_observations;
    counter purged_projects, expired_events; // expired: traces, and scores of their own
};

struct jobs_context { // what jobs work on; everything in it is thread safe and outlives the jobs
    struct event_store *store;
    struct meta *meta;
    struct auth *auth;
    struct pricing *pricing;
    struct tokenizer *tokenizer;
    struct jobs_counters *counters;
    struct backup_schedule *backup;                  // or NULL
    enum errc (*settle)(void *app, struct ctx *ctx); // what waits for the metadata server; or NULL
    void *app;
};

struct jobs;
struct jobs *jobs_start(const struct jobs_context *context); // NULL when no thread can be started
void jobs_stop(struct jobs *j); // waits for the running step; NULL is fine

// Usage and costs of an observation that came without (needs_tokens); what cannot be counted counts as
// counted without usage. Of the context: pricing, tokenizer, counters.
struct observation;
void jobs_count_tokens(const struct jobs_context *jc, struct arena *a, str project,
                       struct observation *o);

// One step of one job on the caller's thread; *more asks for the next step at once.
enum errc jobs_step(const struct jobs_context *context, enum job_kind kind, struct ctx *ctx,
                    bool *more) MUST_CHECK;
