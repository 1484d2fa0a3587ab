// SPDX-License-Identifier: MIT
// The writer thread: takes what is queued, applies it in order, commits once, completes all tickets.
// Nothing is acknowledged before its COMMIT returned (synchronous=FULL). When anything fails the whole
// group is rolled back and retried one work at a time, so that only the guilty one sees the error;
// when the disk fails, everything is dropped from memory and opened anew with the next work.
#include "base/limits.h"
#include "base/log.h"
#include "store/sqlite/store_priv.h"

#define GROUP_MAX     256u
#define IDLE_WAIT_MS  1000
#define LOOK_EVERY_MS 5000 // at the directory, for days that came back

typedef enum errc work_fn(struct sqlite_store *s, struct work *w);
static work_fn *const handlers[] = {
    [WORK_WRITE] = apply_set,
    [WORK_DELETE_TRACES] = delete_traces,
    [WORK_DELETE_SCORE] = delete_score,
    [WORK_MARK] = mark_apply,
    [WORK_USAGE] = usage_apply,
    [WORK_REPACK] = repack_apply,
    [WORK_FACTS] = facts_apply,
    [WORK_SEAL] = seal_apply,
    [WORK_CHECKPOINT] = checkpoint_apply,
    [WORK_FORGET_DAY] = forget_day_apply,
};

static void rollback(struct sqlite_store *s)
{
    day_writers_close(s);
    recent_clear(s);
}

static enum errc group_apply(struct sqlite_store *s, struct work **works, size_t n, struct ctx *ctx)
{
    for (size_t i = 0; i < n; i++) {
        enum errc rc = handlers[works[i]->kind](s, works[i]);
        if (rc != ERR_OK)
            return rc;
        arena_reset(s->scratch);
    }
    TRY(day_writers_commit(s, ctx));
    atomic_fetch_add_explicit(&s->base.changes, 1, memory_order_release);
    return ERR_OK;
}

// What the client is told: which part, why, and that sending again is right.
static enum errc refusal(struct sqlite_store *s, struct work *w, enum errc rc)
{
    bool disk = rc == ERR_FORBIDDEN || rc == ERR_IO || rc == ERR_CORRUPT || rc == ERR_UNAVAILABLE;

    if (!disk && rc != ERR_NOMEM)
        return rc;
    if (disk)
        store_problem_set(s, w->ctx->message);
    w->ctx->code = ERR_UNAVAILABLE;
    return ERR_UNAVAILABLE;
}

static void run_alone(struct sqlite_store *s, struct work *w)
{
    enum errc rc = group_apply(s, &w, 1, w->ctx);

    if (rc != ERR_OK) {
        rollback(s);
        rc = refusal(s, w, rc);
        log_debug("store.write_failed", "%.*s", STR_ARG(w->ctx->message));
    } else {
        store_problem_set(s, STR_NONE);
    }
    ticket_complete(&w->ticket, rc);
}

static void run_group(struct sqlite_store *s, struct work **works, size_t n)
{
    int64_t began = clock_mono_ns();
    enum errc rc = n > 1 ? group_apply(s, works, n, works[0]->ctx) : ERR_UNAVAILABLE;

    if (n > 1 && rc == ERR_OK) {
        for (size_t i = 0; i < n; i++)
            ticket_complete(&works[i]->ticket, ERR_OK);
        store_problem_set(s, STR_NONE);
    } else {
        if (n > 1)
            rollback(s);
        for (size_t i = 0; i < n; i++) {
            ctx_clear_error(works[i]->ctx);
            run_alone(s, works[i]);
        }
    }
    checkpoints_offer(s);
    histogram_observe(&s->commit_times, clock_mono_ns() - began);
}

// Commits what was popped in groups of at most LIMIT_COMMIT_EVENTS, or the first of many large
// requests would wait for all of them.
static void run_all(struct sqlite_store *s, struct work **works, size_t n)
{
    size_t from = 0, events = 0;

    for (size_t i = 0; i < n; i++) {
        size_t more = works[i]->set ? works[i]->set->n_events : 1;
        if (i > from && events + more > LIMIT_COMMIT_EVENTS) {
            run_group(s, works + from, i - from);
            from = i;
            events = 0;
        }
        events += more;
    }
    if (n > from)
        run_group(s, works + from, n - from);
}

void *writer_main(void *arg)
{
    struct sqlite_store *s = arg;
    struct arena *a = arena_create(64u << 20);
    void *items[GROUP_MAX];
    struct ctx ctx;
    int64_t looked = clock_mono_ms();
    size_t n;

    ctx_init(&ctx, a);
    if (filters_build(s, &ctx) != ERR_OK)
        log_debug("store.filters", "%.*s", STR_ARG(ctx.message));
    arena_reset(a);
    while ((n = queue_pop(s->queue, items, GROUP_MAX, IDLE_WAIT_MS)) > 0 ||
           !queue_closed(s->queue)) {
        run_all(s, (struct work **)items, n);
        if (clock_mono_ms() - looked < LOOK_EVERY_MS)
            continue;
        arena_reset(a);
        ctx_init(&ctx, a);
        directory_look(s, &ctx);
        looked = clock_mono_ms();
    }
    arena_destroy(a);
    day_writers_close(s);
    return NULL;
}

enum errc work_submit(struct sqlite_store *s, struct work *w)
{
    ticket_init(&w->ticket);
    if (!queue_push(s->queue, w, 0)) {
        ticket_fini(&w->ticket);
        return fail(w->ctx, ERR_UNAVAILABLE,
                    queue_closed(s->queue)
                        ? "The server is shutting down: send this again in a moment"
                        : "Too many writes at once: send this again in a moment");
    }
    enum errc rc = ticket_wait(&w->ticket);
    ticket_fini(&w->ticket);
    return rc;
}
