// SPDX-License-Identifier: MIT
#pragma once
// Redis' protocol (RESP2): commands to bytes, bytes to values. The adapter of hiredis, which is loaded
// when the first connection is wanted; only its writer and reader are used, the bytes go over
// net/stream.h, which has TLS and time limits in every version.
#include "base/buf.h"
#include "base/err.h"

enum redis_type { REDIS_NOTHING, REDIS_NUMBER, REDIS_TEXT, REDIS_STATUS, REDIS_FAULT, REDIS_LIST };
struct redis_value {
    enum redis_type type;
    int64_t number;
    str text; // TEXT, STATUS, FAULT
    size_t n;
    const struct redis_value *items; // LIST
};

struct resp;
enum errc resp_create(struct ctx *ctx, struct resp **out) MUST_CHECK; // ERR_UNAVAILABLE: no hiredis
void resp_destroy(struct resp *w);                                    // NULL is fine
// Appends one command.
enum errc resp_write(struct resp *w, struct ctx *ctx, const str *words, size_t n,
                     struct buf *out) MUST_CHECK;
enum errc resp_feed(struct resp *w, struct ctx *ctx, str bytes) MUST_CHECK;
// The next whole value, in the context's arena; *got is false when more bytes are needed.
enum errc resp_next(struct resp *w, struct ctx *ctx, struct redis_value *out, bool *got) MUST_CHECK;
