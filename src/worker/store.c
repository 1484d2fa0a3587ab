// SPDX-License-Identifier: MIT
// One segment into the store: fetched, checked, and in slices decoded and written. A slice holds what fits
// into little memory; within one the events of each project are written together.
#include "base/limits.h"
#include "base/log.h"
#include "segment/segment.h"
#include "worker/worker.h"

#include <unistd.h>

enum { LEASE_MS = 30000, LEASE_WAIT_MS = 20000, LEASE_PAUSE_US = 20000 };

struct project_events {
    str id;
    struct event_list events;
};
struct slice {
    const struct worker_options *opt;
    struct ctx *ctx;
    struct project_events *projects;
    size_t n_projects, cap_projects;
    int64_t bytes;
};

// ---- Writing ------------------------------------------------------------------------------------

// Waits until nobody else writes into the project.
static enum errc lease_take(const struct worker_options *opt, struct ctx *ctx, str project,
                            struct work_lease *out)
{
    str name = arena_cat(ctx->arena, STR("project:"), project);
    int64_t deadline = clock_mono_ms() + LEASE_WAIT_MS;

    for (;;) {
        enum errc rc = opt->queue->ops->lease(opt->queue, ctx, name, LEASE_MS, out);
        if (rc != ERR_CONFLICT)
            return rc;
        if (clock_mono_ms() > deadline)
            return fail(ctx, ERR_UNAVAILABLE, "Others keep writing into the project %.*s",
                        STR_ARG(project));
        (void)usleep(LEASE_PAUSE_US);
    }
}

// Whether the lease held until the rows were there; else they are written again.
static enum errc lease_check(const struct worker_options *opt, struct ctx *ctx,
                             const struct work_lease *lease)
{
    enum errc rc = opt->queue->ops->renew(opt->queue, ctx, lease, LEASE_MS);

    return rc == ERR_CONFLICT
               ? fail(ctx, ERR_UNAVAILABLE, "Another worker took over while this one wrote")
               : rc;
}

static enum errc project_write(const struct worker_options *opt, struct ctx *ctx,
                               const struct project_events *p)
{
    struct event_store *store = opt->ingest->store;
    struct write_result res;
    struct work_lease lease;

    TRY(lease_take(opt, ctx, p->id, &lease));
    ctx->fence = lease.fence;
    enum errc rc = store->ops->write(store, ctx, p->id, &p->events, &res);
    ctx->fence = 0;
    if (rc == ERR_OK)
        rc = lease_check(opt, ctx, &lease);
    (void)opt->queue->ops->release(opt->queue, ctx, &lease);
    return rc;
}

static enum errc slice_write(struct slice *s)
{
    for (size_t i = 0; i < s->n_projects; i++)
        TRY(project_write(s->opt, s->ctx, &s->projects[i]));
    return ERR_OK;
}

// ---- Decoding -----------------------------------------------------------------------------------

static struct event_list *events_of(struct slice *s, str project)
{
    for (size_t i = 0; i < s->n_projects; i++) {
        if (str_eq(s->projects[i].id, project))
            return &s->projects[i].events;
    }
    if (!arena_grow(s->ctx->arena, (void **)&s->projects, s->n_projects, &s->cap_projects,
                    sizeof *s->projects))
        return NULL;
    struct project_events *p = &s->projects[s->n_projects++];
    *p = (struct project_events){.id = project};
    return &p->events;
}

// What was accepted and is refused now (a score whose configuration has changed) is left out.
static enum errc record_add(struct slice *s, const struct ingest_record *record,
                            struct segment_note *note)
{
    struct worker_counters *c = s->opt->counters;
    struct event_list events = {0};
    str project = record->request.project_id;

    if (str_some(s->opt->only_project) && !str_eq(project, s->opt->only_project))
        return ERR_OK;
    enum errc rc = ingest_decode(s->opt->ingest, s->ctx, record, &events);
    if (rc == ERR_INVALID || rc == ERR_TOO_LARGE) {
        counter_add(&c->refused_records, 1);
        log_warn("worker.refused", "a request of project %.*s: %.*s", STR_ARG(project),
                 STR_ARG(s->ctx->message));
        ctx_clear_error(s->ctx);
        return ERR_OK;
    }
    TRY(rc);
    for (size_t i = 0; i < events.n; i++)
        events.items[i]->accepted = record->request.now;
    struct event_list *all = events_of(s, project);
    if (!all || !event_list_append(s->ctx->arena, all, &events))
        return fail(s->ctx, ERR_NOMEM, "Out of memory for a segment");
    s->bytes += (int64_t)record->body.n;
    note->records++;
    note->events += (int64_t)events.n;
    return ERR_OK;
}

// Decodes records until the slice is full or the segment ends, and writes them.
static enum errc slice_store(const struct worker_options *opt, struct ctx *ctx,
                             struct segment_reader *r, struct segment_note *note, bool *more)
{
    struct slice s = {.opt = opt, .ctx = ctx};
    struct ingest_record record;

    while (s.bytes < opt->slice_bytes) {
        TRY(segment_next(ctx, r, &record, more));
        if (!*more)
            break;
        TRY(record_add(&s, &record, note));
    }
    return slice_write(&s);
}

static enum errc read_segment(const struct worker_options *opt, struct ctx *ctx, str key,
                              struct segment_reader *out)
{
    AUTO(buf_fini) struct buf object = {0};
    struct zstd *z = zstd_create();

    buf_init(&object, LIMIT_SEGMENT_BYTES);
    enum errc rc = opt->blobs->ops->get(opt->blobs, ctx, key, &object);
    if (rc == ERR_OK)
        rc = segment_open(ctx, z, buf_str(&object), out);
    zstd_destroy(z);
    return rc;
}

enum errc worker_store(const struct worker_options *opt, struct ctx *ctx, str key,
                       struct segment_note *out)
{
    struct segment_reader r;
    bool more = true;

    *out = (struct segment_note){.key = key};
    TRY(read_segment(opt, ctx, key, &r));
    while (more) {
        struct arena_mark mark = arena_mark(ctx->arena);
        TRY(slice_store(opt, ctx, &r, out, &more));
        arena_rewind(ctx->arena, mark);
    }
    out->stored = clock_now();
    if (!str_some(opt->only_project))
        TRY(opt->log->ops->note(opt->log, ctx, out));
    counter_add(&opt->counters->segments, 1);
    counter_add(&opt->counters->records, (uint64_t)out->records);
    counter_add(&opt->counters->events, (uint64_t)out->events);
    return ERR_OK;
}
