// SPDX-License-Identifier: MIT
#pragma once
// Error codes, and the context of one request, job or batch: its arena, its first error, the list
// of validation issues, its deadline. The message is set once, where the fault is found; upper
// layers may append with fail_context(), never replace. Secrets never go into a message.
#include "base/arena.h"
#include "base/attr.h"

#include <stdint.h>

enum errc {
    ERR_OK = 0,
    ERR_INVALID,         // 400
    ERR_UNAUTHENTICATED, // 401
    ERR_FORBIDDEN,       // 403
    ERR_NOT_FOUND,       // 404
    ERR_METHOD,          // 405
    ERR_CONFLICT,        // 409
    ERR_TOO_LARGE,       // 413: request body or header over its limit
    ERR_UNSUPPORTED,     // 415
    ERR_LIMIT,           // 422: the answer or the query would be too heavy
    ERR_RATE,            // 429
    ERR_TIMEOUT,         // 422 on reads: ran out of time
    ERR_UNAVAILABLE,     // 503: a store is down, full or shutting down
    ERR_NOT_IMPLEMENTED, // 501
    ERR_NOMEM,           // 503
    ERR_IO,              // 500/503
    ERR_CORRUPT,         // 500
    ERR_INTERNAL,        // 500
    ERR_COUNT_,
};

// One validation issue, shaped like the recorded answers: {code, path, message, ...extra}.
struct issue {
    str code;    // "invalid_type", "too_small", "invalid_value", "custom", ...
    str path;    // JSON array text, e.g. ["limit"]
    str message; // human text
    str extra;   // further members as JSON text without braces ("expected":"string"), or none
    struct issue *next;
};

struct ctx {
    struct arena *arena;
    enum errc code;       // first failure
    str message;          // of the first failure, in the arena
    struct issue *issues; // validation issues in order of discovery
    struct issue **issues_tail;
    uint32_t n_issues;
    int64_t deadline_ms; // monotonic clock; 0 = none
    uint64_t fence;      // of the lease under which this writes; 0 = none (queue/work_queue.h)
    str request_id;
};

void ctx_init(struct ctx *ctx, struct arena *arena);
void ctx_clear_error(struct ctx *ctx);
// Records code and message if none is recorded yet; returns `code`.
enum errc fail(struct ctx *ctx, enum errc code, const char *fmt, ...) PRINTF_LIKE(3, 4);
// Appends " (<text>)" to the recorded message.
void fail_context(struct ctx *ctx, const char *fmt, ...) PRINTF_LIKE(2, 3);
// Adds an issue (up to LIMIT_ISSUES); all strs must live as long as the arena.
void issue_add(struct ctx *ctx, str code, str path, str message, str extra);
const char *errc_name(enum errc code); // "not found", for logs

#define TRY(expr)                   \
    do {                            \
        enum errc try_rc_ = (expr); \
        if (try_rc_ != ERR_OK)      \
            return try_rc_;         \
    } while (0)

// A broken invariant is a bug: prints expression, place and backtrace, and aborts. Always on.
NORETURN void check_failed(const char *expr, const char *file, int line);
#define CHECK(expr)                                  \
    do {                                             \
        if (__builtin_expect(!(expr), 0))            \
            check_failed(#expr, __FILE__, __LINE__); \
    } while (0)
