// SPDX-License-Identifier: MIT
// First failure wins; issues keep their order; a broken invariant ends the process with a backtrace.
#include "base/err.h"

#include "base/limits.h"

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void ctx_init(struct ctx *ctx, struct arena *arena)
{
    *ctx = (struct ctx){.arena = arena};
    ctx->issues_tail = &ctx->issues;
}

void ctx_clear_error(struct ctx *ctx)
{
    ctx->code = ERR_OK;
    ctx->message = STR_NONE;
    ctx->issues = NULL;
    ctx->issues_tail = &ctx->issues;
    ctx->n_issues = 0;
}

enum errc fail(struct ctx *ctx, enum errc code, const char *fmt, ...)
{
    va_list ap;

    if (ctx->code != ERR_OK)
        return code;
    ctx->code = code;
    va_start(ap, fmt);
    ctx->message = arena_vfmt(ctx->arena, fmt, ap);
    va_end(ap);
    if (!str_some(ctx->message)) // no memory left: a text without details is said as it is
        ctx->message = strchr(fmt, '%') ? STR("out of memory for this request") : str_c(fmt);
    return code;
}

void fail_context(struct ctx *ctx, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    str more = arena_vfmt(ctx->arena, fmt, ap);
    va_end(ap);
    str text = arena_fmt(ctx->arena, "%.*s (%.*s)", STR_ARG(ctx->message), STR_ARG(more));
    if (str_some(text))
        ctx->message = text;
}

void issue_add(struct ctx *ctx, str code, str path, str message, str extra)
{
    if (ctx->n_issues >= LIMIT_ISSUES)
        return;
    struct issue *i = ARENA_NEW(ctx->arena, struct issue);
    if (!i)
        return;
    *i = (struct issue){.code = code, .path = path, .message = message, .extra = extra};
    *ctx->issues_tail = i;
    ctx->issues_tail = &i->next;
    ctx->n_issues++;
}

const char *errc_name(enum errc code)
{
    static const char *const names[ERR_COUNT_] = {
        [ERR_OK] = "ok",
        [ERR_INVALID] = "invalid",
        [ERR_UNAUTHENTICATED] = "unauthenticated",
        [ERR_FORBIDDEN] = "forbidden",
        [ERR_NOT_FOUND] = "not found",
        [ERR_METHOD] = "method not allowed",
        [ERR_CONFLICT] = "conflict",
        [ERR_TOO_LARGE] = "too large",
        [ERR_UNSUPPORTED] = "unsupported",
        [ERR_LIMIT] = "limit",
        [ERR_RATE] = "rate limited",
        [ERR_TIMEOUT] = "timeout",
        [ERR_UNAVAILABLE] = "unavailable",
        [ERR_NOT_IMPLEMENTED] = "not implemented",
        [ERR_NOMEM] = "out of memory",
        [ERR_IO] = "input/output",
        [ERR_CORRUPT] = "corrupt",
        [ERR_INTERNAL] = "internal",
    };
    return code < ERR_COUNT_ && names[code] ? names[code] : "unknown";
}

void check_failed(const char *expr, const char *file, int line)
{
    void *frames[64];
    int n = backtrace(frames, 64);

    dprintf(STDERR_FILENO, "CHECK failed: %s at %s:%d\n", expr, file, line);
    backtrace_symbols_fd(frames, n, STDERR_FILENO);
    abort();
}
