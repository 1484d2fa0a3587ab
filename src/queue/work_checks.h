// SPDX-License-Identifier: MIT
#pragma once
// What every queue asks of its callers in the same words (work_checks.c), for the implementations.
#include "queue/work_queue.h"

enum errc work_body_check(struct ctx *ctx, str body) MUST_CHECK;                  // ERR_TOO_LARGE
enum errc work_lease_check(struct ctx *ctx, str name, int64_t ttl_ms) MUST_CHECK; // ERR_INVALID
enum errc work_full(struct ctx *ctx, const char *queue, int64_t limit);
str work_reason(str reason);                                   // cut at LIMIT_WORK_REASON
int64_t work_claim_max(const struct work_claim *claim);        // at least 1
struct work_bounds work_bounds(const struct work_bounds *ask); // NULL and 0: of limits.h
void work_holder(char out[33]);                                // another one each time
