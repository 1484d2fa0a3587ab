// SPDX-License-Identifier: MIT
// The background thread. Each row of the table says how often a job runs and how; a step that has
// more to do runs again before the thread sleeps, after the other jobs had their turn. A failing job
// is logged when it begins to fail and when it works again, not every time.
//
// Rejected: a thread per job (idle memory, and jobs would compete for the one writer), timers inside
// the store (the order of stopping would be hidden).
#include "jobs/jobs_int.h"
#include "base/log.h"
#include "base/thread.h"
#include "store/sqlite/sqlite_store.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { JOB_STACK = 512 << 10, JOB_ARENA = 128 << 20, TICK_MS = 500, JOB_NICE = 10 };

const char *const job_names[JOB_COUNT] = {"settle",   "tokens", "repack", "facts",
                                          "key_uses", "purge",  "expire", "pending",
                                          "seal",     "retain", "backup", "memory"};

static enum errc job_settle(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    (void)more;
    return jc->settle ? jc->settle(jc->app, ctx) : ERR_OK;
}

static enum errc job_repack(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    int64_t n = 0;
    TRY(sqlite_store_repack(jc->store, ctx, &n));
    counter_add(&jc->counters->packed_traces, (uint64_t)n);
    *more = n > 0;
    return ERR_OK;
}

static enum errc job_facts(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    int64_t n = 0;
    TRY(sqlite_store_join_facts(jc->store, ctx, &n));
    *more = n > 0;
    return ERR_OK;
}

static enum errc job_key_uses(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    (void)more;
    return auth_store_uses(jc->auth, ctx);
}

static enum errc job_seal(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    (void)more;
    return sqlite_store_seal(jc->store, ctx);
}

static enum errc job_retain(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    int64_t n = 0;
    (void)more;
    TRY(sqlite_store_retain(jc->store, ctx, &n));
    counter_add(&jc->counters->deleted_days, (uint64_t)n);
    return ERR_OK;
}

static enum errc job_backup(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    return jc->backup ? backup_schedule_step(jc->backup, ctx, more) : ERR_OK;
}

// Gives heaps that a burst has grown back to the system; a quiet one costs microseconds.
static enum errc job_memory(const struct jobs_context *jc, struct ctx *ctx, bool *more)
{
    (void)jc;
    (void)ctx;
    (void)more;
    (void)malloc_trim(0);
    return ERR_OK;
}

static const struct job {
    int64_t every_ms;
    job_step *step;
    bool embedded; // work on the embedded store's files
} table[JOB_COUNT] = {
    [JOB_SETTLE] = {1000, job_settle, false},      [JOB_TOKENS] = {2000, job_count_tokens, true},
    [JOB_REPACK] = {5000, job_repack, true},       [JOB_FACTS] = {5000, job_facts, true},
    [JOB_KEY_USES] = {10000, job_key_uses, false}, [JOB_PURGE] = {30000, job_purge, false},
    [JOB_EXPIRE] = {60000, job_expire, false},     [JOB_PENDING] = {1000, job_pending, false},
    [JOB_SEAL] = {60000, job_seal, true},          [JOB_RETAIN] = {60000, job_retain, true},
    [JOB_BACKUP] = {60000, job_backup, false},     [JOB_MEMORY] = {30000, job_memory, false},
};

enum errc jobs_step(const struct jobs_context *context, enum job_kind kind, struct ctx *ctx,
                    bool *more)
{
    *more = false;
    if (table[kind].embedded && context->store->shared)
        return ERR_OK;
    return table[kind].step(context, ctx, more);
}

// ---- The thread ---------------------------------------------------------------------------------

struct jobs {
    struct jobs_context context;
    struct thread *thread;
    struct lock lock; // guards `stopping`
    struct cond wake;
    bool stopping;
    int64_t due_at[JOB_COUNT]; // monotonic ms; used by the thread only
    bool failing[JOB_COUNT];
};

static void note_result(struct jobs *j, enum job_kind kind, const struct ctx *ctx, enum errc rc)
{
    counter_add(&j->context.counters->runs[kind], 1);
    if (rc != ERR_OK) {
        counter_add(&j->context.counters->failures[kind], 1);
        if (!j->failing[kind])
            log_warn("job.failed", "%s: %.*s; it is tried again every %lld s", job_names[kind],
                     STR_ARG(str_some(ctx->message) ? ctx->message : str_c(errc_name(rc))),
                     (long long)(table[kind].every_ms / 1000));
    } else if (j->failing[kind]) {
        log_info("job.recovered", "%s works again", job_names[kind]);
    }
    j->failing[kind] = rc != ERR_OK;
}

// Runs every job that is due once; true when one of them wants to go on at once.
static bool run_due(struct jobs *j, struct arena *arena)
{
    bool any_more = false;
    for (int k = 0; k < JOB_COUNT; k++) {
        bool more = false;
        struct ctx ctx;
        int64_t now = clock_mono_ms();
        if (now < j->due_at[k])
            continue;
        ctx_init(&ctx, arena);
        enum errc rc = jobs_step(&j->context, (enum job_kind)k, &ctx, &more);
        note_result(j, (enum job_kind)k, &ctx, rc);
        arena_reset(arena);
        bool again = more && rc == ERR_OK;
        j->due_at[k] = again ? now : clock_mono_ms() + table[k].every_ms;
        any_more |= again;
    }
    return any_more;
}

static bool wait_or_stop(struct jobs *j, int64_t ms)
{
    lock_acquire(&j->lock);
    if (!j->stopping && ms > 0)
        (void)cond_wait(&j->wake, &j->lock, ms);
    bool stop = j->stopping;
    lock_release(&j->lock);
    return stop;
}

static void *jobs_main(void *arg)
{
    struct jobs *j = arg;
    struct arena *arena = arena_create(JOB_ARENA);
    bool more = false;
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), JOB_NICE); // requests first
    while (!wait_or_stop(j, more ? 0 : TICK_MS))
        more = run_due(j, arena);
    arena_destroy(arena);
    return NULL;
}

struct jobs *jobs_start(const struct jobs_context *context)
{
    struct jobs *j = calloc(1, sizeof *j);
    CHECK(j);
    j->context = *context;
    lock_init(&j->lock);
    cond_init(&j->wake);
    int64_t now = clock_mono_ms();
    for (int k = 0; k < JOB_COUNT; k++) // nothing competes with the start
        j->due_at[k] = now + (table[k].every_ms < 5000 ? table[k].every_ms : 5000);
    j->thread = thread_start("jobs", JOB_STACK, jobs_main, j);
    if (j->thread)
        return j;
    jobs_stop(j);
    return NULL;
}

void jobs_stop(struct jobs *j)
{
    if (!j)
        return;
    lock_acquire(&j->lock);
    j->stopping = true;
    cond_signal(&j->wake);
    lock_release(&j->lock);
    thread_join(j->thread);
    cond_fini(&j->wake);
    lock_fini(&j->lock);
    free(j);
}
