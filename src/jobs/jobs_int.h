// SPDX-License-Identifier: MIT
#pragma once
// One function per job kind: a bounded step of it. *more starts false.
#include "jobs/jobs.h"

typedef enum errc job_step(const struct jobs_context *jc, struct ctx *ctx, bool *more);
job_step job_count_tokens; // tokens.c
job_step job_purge;        // purge.c
job_step job_expire;       // purge.c
job_step job_pending;      // pending.c
