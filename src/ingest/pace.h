// SPDX-License-Identifier: MIT
#pragma once
// When events came last, and how many in the minute before now. Filled by any thread; all zero is empty.
#include "base/clock.h"

#include <stdatomic.h>

#define PACE_SECONDS 60
struct ingest_pace {
    _Atomic(int64_t) last; // millis; 0 = none since the start
    struct {
        _Atomic(int64_t) second;
        _Atomic(uint64_t) n;
    } slots[PACE_SECONDS];
};
void pace_note(struct ingest_pace *p, millis now, uint64_t n);
uint64_t pace_per_minute(const struct ingest_pace *p, millis now);
