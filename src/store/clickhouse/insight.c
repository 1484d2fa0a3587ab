// SPDX-License-Identifier: MIT
// What the pages ask (store/insight.h) on ClickHouse: answered with 501 so far.
#include "store/clickhouse/store_int.h"

static enum errc missing(struct ctx *ctx)
{
    return fail(ctx, ERR_NOT_IMPLEMENTED,
                "This page cannot be read from ClickHouse yet; the public API can");
}

static enum errc trace_lines(struct event_store *s UNUSED, struct ctx *ctx,
                             const struct insight_query *q UNUSED, struct line_page *page UNUSED,
                             trace_line_fn *fn UNUSED, void *user UNUSED)
{
    return missing(ctx);
}

static enum errc observation_lines(struct event_store *s UNUSED, struct ctx *ctx,
                                   const struct insight_query *q UNUSED,
                                   struct line_page *page UNUSED, observation_line_fn *fn UNUSED,
                                   void *user UNUSED)
{
    return missing(ctx);
}

static enum errc trace_line(struct event_store *s UNUSED, struct ctx *ctx, str project UNUSED,
                            str id UNUSED, trace_line_fn *fn UNUSED, void *user UNUSED)
{
    return missing(ctx);
}

static enum errc summary(struct event_store *s UNUSED, struct ctx *ctx,
                         const struct insight_query *q UNUSED, struct summary *out UNUSED)
{
    return missing(ctx);
}

static enum errc overview(struct event_store *s UNUSED, struct ctx *ctx,
                          const struct insight_query *q UNUSED, struct overview *out UNUSED)
{
    return missing(ctx);
}

static enum errc values(struct event_store *s UNUSED, struct ctx *ctx,
                        const struct insight_query *q UNUSED, str part UNUSED,
                        struct facet *out UNUSED)
{
    return missing(ctx);
}

static enum errc user_lines(struct event_store *s UNUSED, struct ctx *ctx,
                            const struct insight_query *q UNUSED, struct group_page *page UNUSED,
                            user_line_fn *fn UNUSED, void *user UNUSED)
{
    return missing(ctx);
}

static enum errc session_lines(struct event_store *s UNUSED, struct ctx *ctx,
                               const struct insight_query *q UNUSED, struct group_page *page UNUSED,
                               session_line_fn *fn UNUSED, void *user UNUSED)
{
    return missing(ctx);
}

const struct insight_ops ch_insight = {
    .trace_lines = trace_lines,
    .observation_lines = observation_lines,
    .trace_line = trace_line,
    .summary = summary,
    .overview = overview,
    .values = values,
    .user_lines = user_lines,
    .session_lines = session_lines,
};
