// SPDX-License-Identifier: MIT
#pragma once
// The log of stored segments in a small SQLite file beside the embedded event store.
#include "store/event_log.h"

struct sqlite_event_log_options {
    const char *path;
    int64_t keep_ms; // a note is forgotten after that; longer than segments are looked for
};
enum errc sqlite_event_log_open(struct ctx *ctx, const struct sqlite_event_log_options *opt,
                                struct event_log **out) MUST_CHECK;
void sqlite_event_log_close(struct event_log *base); // NULL is fine
