// SPDX-License-Identifier: MIT
#pragma once
// Second stage of a score (ingestion.md 2.9): its config, the inferred type, the stored values.
#include "ingest/ingest.h"

// ERR_INVALID with the reason when the score must not be stored.
enum errc score_inflate(struct ingest *in, struct ctx *ctx, str project,
                        struct score *s) MUST_CHECK;
