// SPDX-License-Identifier: MIT
// Events that go a project at a time, in small batches: all of a deleted project (its keys stopped
// working when it was deleted; at the end the project is forgotten), and of a living one what is older
// than its own retention. Works through the store's public operations, so it is the same for every
// store. The retention of the whole instance deletes day files instead (store/sqlite/retain.c).
#include "jobs/jobs_int.h"

#include <math.h>

enum { TRACES_PER_STEP = 200, SCORES_PER_STEP = 200 };

struct collected {
    struct arena *arena;
    str *ids;
    size_t n, cap;
};

static enum errc collect(struct collected *c, str id)
{
    str copy = arena_str(c->arena, id);
    if (c->n < c->cap && str_some(copy))
        c->ids[c->n++] = copy;
    return ERR_OK;
}

static enum errc on_trace(void *user, const struct trace_row *row)
{
    return collect(user, row->trace.id);
}

static enum errc on_score(void *user, const struct score_row *row)
{
    return collect(user, row->score.id);
}

static struct collected collected_init(struct arena *a, size_t cap)
{
    return (struct collected){.arena = a, .ids = ARENA_ARRAY(a, str, cap), .cap = cap};
}

// to: only what is older, or MILLIS_NONE. *n: how many there were, 0 when none is left.
static enum errc purge_traces(const struct jobs_context *jc, struct ctx *ctx, str project,
                              millis to, size_t *n)
{
    struct event_store *s = jc->store;
    int64_t total = 0;
    struct trace_query q = {
        .project = project, .limit = TRACES_PER_STEP, .from = MILLIS_NONE, .to = to};
    struct collected c = collected_init(ctx->arena, TRACES_PER_STEP);
    TRY(s->ops->trace_list(s, ctx, &q, on_trace, &c, &total));
    *n = c.n;
    return c.n > 0 ? s->ops->trace_delete(s, ctx, project, c.ids, c.n) : ERR_OK;
}

static enum errc purge_scores(const struct jobs_context *jc, struct ctx *ctx, str project,
                              millis to, size_t *n)
{
    struct event_store *s = jc->store;
    int64_t total = 0;
    struct score_query q = {.project = project,
                            .limit = SCORES_PER_STEP,
                            .value_min = (double)NAN,
                            .value_max = (double)NAN,
                            .from = MILLIS_NONE,
                            .to = to};
    struct collected c = collected_init(ctx->arena, SCORES_PER_STEP);
    TRY(s->ops->score_list(s, ctx, &q, on_score, &c, &total));
    for (size_t i = 0; i < c.n; i++)
        TRY(s->ops->score_delete(s, ctx, project, c.ids[i]));
    *n = c.n;
    return ERR_OK;
}

static enum errc purge_some(const struct jobs_context *jc, struct ctx *ctx, str project, millis to,
                            size_t *n)
{
    TRY(purge_traces(jc, ctx, project, to, n));
    return *n > 0 ? ERR_OK : purge_scores(jc, ctx, project, to, n);
}

static enum errc first_deleted(void *user, const struct meta_project *row)
{
    str *id = user;
    if (!str_some(*id))
        *id = row->id;
    return ERR_OK;
}

enum errc job_purge(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    str project = STR_NONE;
    size_t n = 0;
    TRY(meta_project_list_deleted(jc->meta, ctx, first_deleted, &project));
    if (!str_some(project))
        return ERR_OK;
    TRY(purge_some(jc, ctx, project, MILLIS_NONE, &n));
    if (n == 0) {
        TRY(meta_project_purge(jc->meta, ctx, project));
        counter_add(&jc->counters->purged_projects, 1);
    }
    *more = true;
    return ERR_OK;
}

struct expiry {
    const struct jobs_context *jc;
    struct ctx *ctx;
    millis now;
    size_t n; // deleted in this step
};

static enum errc expire_project(void *user, const struct meta_project *row)
{
    struct expiry *e = user;
    size_t n = 0;
    if (row->retention_days <= 0)
        return ERR_OK;
    TRY(purge_some(e->jc, e->ctx, row->id, e->now - row->retention_days * MILLIS_DAY, &n));
    e->n += n;
    return ERR_OK;
}

enum errc job_expire(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    struct expiry e = {.jc = jc, .ctx = ctx, .now = clock_now()};
    TRY(meta_project_list(jc->meta, ctx, STR_NONE, expire_project, &e));
    counter_add(&jc->counters->expired_events, e.n);
    *more = e.n > 0;
    return ERR_OK;
}
