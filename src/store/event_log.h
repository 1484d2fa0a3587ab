// SPDX-License-Identifier: MIT
#pragma once
// Which segments have been stored. Kept beside the events, so that it is lost only together with them: what
// it does not know is stored again, which changes nothing. Thread safe.
#include "base/clock.h"
#include "base/err.h"

struct segment_note {
    str key;                 // of the segment in the object store
    int64_t records, events; // what was in it
    millis stored;
};
struct event_log;
struct event_log_ops {
    enum errc (*note)(struct event_log *log, struct ctx *ctx, const struct segment_note *note);
    // known[i]: keys[i] was noted.
    enum errc (*known)(struct event_log *log, struct ctx *ctx, const str *keys, size_t n,
                       bool *known);
};
struct event_log { // each implementation embeds it first
    const struct event_log_ops *ops;
};
