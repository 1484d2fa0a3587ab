// SPDX-License-Identifier: MIT
// The threads of a worker. Some take work, one looks after the object store. A part that is away is
// waited for with growing pauses; its work stays in the queue.
#include "worker/worker.h"

#include "base/id.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/thread.h"
#include "segment/segment.h"

#include <stdlib.h>

enum {
    THREADS_MAX = 16,
    ARENA = LIMIT_SEGMENT_BYTES,
    STACK = 512 << 10,
    CLAIM_WAIT_MS = 1000,
    CLAIM_IDLE_MS = 60000, // longer than a segment takes
    DELIVERIES_MAX = 10,   // of a segment that fails for reasons of its own
    PAUSE_MS = 500,
    PAUSE_MAX_MS = 15000,
    LOOK_MS = 60000,
    FORGET_MS = 3600000,
    CARE_LEASE_MS = 50000
};

struct worker {
    struct worker_options opt;
    struct lock lock;
    struct cond ended;
    atomic_bool stopping;
    struct thread *threads[THREADS_MAX], *carer;
};

struct hand { // one thread at work
    struct worker *w;
    struct arena *arena;
    struct ctx ctx;
    int64_t pause_ms;
};

static void hand_reset(struct hand *h)
{
    arena_reset(h->arena);
    ctx_init(&h->ctx, h->arena);
}

// Sleeps; false when the worker is to end.
static bool rest(struct worker *w, int64_t ms)
{
    lock_acquire(&w->lock);
    if (!atomic_load(&w->stopping))
        (void)cond_wait(&w->ended, &w->lock, ms);
    lock_release(&w->lock);
    return !atomic_load(&w->stopping);
}

static void failed(struct hand *h, const char *what)
{
    counter_add(&h->w->opt.counters->failures, 1);
    log_warn("worker.waits", "%s: %.*s", what, STR_ARG(h->ctx.message));
    h->pause_ms = h->pause_ms ? h->pause_ms * 2 : PAUSE_MS;
    if (h->pause_ms > PAUSE_MAX_MS)
        h->pause_ms = PAUSE_MAX_MS;
}

// ---- Work ---------------------------------------------------------------------------------------

struct taken { // a copy of what was claimed
    struct work work;
    bool some;
};
struct take {
    struct arena *a;
    struct taken *out;
};

static enum errc take_one(void *user, const struct work *work)
{
    struct take *t = user;

    t->out->work = *work;
    t->out->work.id = arena_str(t->a, work->id);
    t->out->work.body = arena_str(t->a, work->body);
    t->out->some = true;
    return ERR_OK;
}

// Nothing that a later attempt could change.
static bool hopeless(enum errc rc, int64_t deliveries)
{
    return rc == ERR_CORRUPT || rc == ERR_NOT_FOUND ||
           (rc != ERR_UNAVAILABLE && rc != ERR_TIMEOUT && rc != ERR_FORBIDDEN &&
            deliveries >= DELIVERIES_MAX);
}

static enum errc bury(struct hand *h, const struct work *work, enum errc rc)
{
    struct work_queue *q = h->w->opt.queue;
    str reason = str_some(h->ctx.message) ? h->ctx.message : str_c(errc_name(rc));

    log_error("worker.buried", "%.*s: %.*s; `rushlight queue dead` lists such work",
              STR_ARG(work->body), STR_ARG(reason));
    ctx_clear_error(&h->ctx);
    TRY(q->ops->bury(q, &h->ctx, work, reason));
    const struct segment_note note = {.key = work->body, .stored = clock_now()};
    TRY(h->w->opt.log->ops->note(h->w->opt.log, &h->ctx, &note)); // or it is found as lost
    counter_add(&h->w->opt.counters->buried, 1);
    return ERR_OK;
}

static enum errc work_try(struct hand *h, const struct work *work)
{
    const struct worker_options *opt = &h->w->opt;
    struct segment_note note;
    millis accepted;

    enum errc rc = worker_store(opt, &h->ctx, work->body, &note);
    if (rc != ERR_OK)
        return hopeless(rc, work->deliveries) ? bury(h, work, rc) : rc;
    if (segment_key_time(work->body, opt->prefix, &accepted))
        atomic_store(&opt->counters->lag_ms, note.stored - accepted);
    return opt->queue->ops->done(opt->queue, &h->ctx, &work->id, 1);
}

// Tries until it is done. Another worker may take it over meanwhile, which does no harm.
static void work_do(struct hand *h, struct work *work)
{
    struct arena_mark mark = arena_mark(h->arena);

    for (;; work->deliveries++) {
        if (work_try(h, work) == ERR_OK) {
            h->pause_ms = 0;
            return;
        }
        failed(h, "a segment is stored later");
        ctx_clear_error(&h->ctx);
        arena_rewind(h->arena, mark);
        if (!rest(h->w, h->pause_ms))
            return;
    }
}

static void *hand_main(void *worker)
{
    struct worker *w = worker;
    struct hand h = {.w = w, .arena = arena_create(ARENA)};
    char consumer[UUID_LEN + 1];

    id_uuid4(consumer);
    const struct work_claim claim = {
        .consumer = str_c(consumer), .max = 1, .wait_ms = CLAIM_WAIT_MS, .idle_ms = CLAIM_IDLE_MS};
    while (!atomic_load(&w->stopping)) {
        struct taken taken = {0};
        struct take take = {h.arena, &taken};
        hand_reset(&h);
        if (w->opt.queue->ops->claim(w->opt.queue, &h.ctx, &claim, take_one, &take) != ERR_OK) {
            failed(&h, "the queue");
            (void)rest(w, h.pause_ms);
        } else if (taken.some) {
            work_do(&h, &taken.work);
        }
    }
    arena_destroy(h.arena);
    return NULL;
}

// ---- Care of the object store -------------------------------------------------------------------

// One of all workers looks; the others find the lease taken.
static enum errc care(struct hand *h, bool forget)
{
    const struct worker_options *opt = &h->w->opt;
    struct work_lease lease;
    int64_t n = 0;

    enum errc rc = opt->queue->ops->lease(opt->queue, &h->ctx, STR("care"), CARE_LEASE_MS, &lease);
    if (rc == ERR_CONFLICT)
        return ERR_OK;
    TRY(rc);
    TRY(worker_reconcile(opt, &h->ctx, clock_now(), &n));
    if (n)
        log_warn("worker.found", "%lld segments that the queue had lost", (long long)n);
    if (forget)
        TRY(worker_forget(opt, &h->ctx, clock_now(), &n));
    return ERR_OK;
}

static void *care_main(void *worker)
{
    struct worker *w = worker;
    struct hand h = {.w = w, .arena = arena_create(ARENA)};
    int64_t forgot_ms = 0;

    do {
        bool forget = clock_mono_ms() - forgot_ms > FORGET_MS || forgot_ms == 0;
        hand_reset(&h);
        if (care(&h, forget) != ERR_OK)
            failed(&h, "looking for lost segments");
        else if (forget)
            forgot_ms = clock_mono_ms();
    } while (rest(w, LOOK_MS));
    arena_destroy(h.arena);
    return NULL;
}

// ---- Start and end ------------------------------------------------------------------------------

static enum errc start_threads(struct worker *w, struct ctx *ctx)
{
    for (int64_t i = 0; i < w->opt.threads && i < THREADS_MAX; i++) {
        w->threads[i] = thread_start("worker", STACK, hand_main, w);
        if (!w->threads[i])
            return fail(ctx, ERR_UNAVAILABLE, "no thread for a worker can be started");
    }
    w->carer = thread_start("worker-care", STACK, care_main, w);
    return w->carer ? ERR_OK : fail(ctx, ERR_UNAVAILABLE, "no thread for a worker can be started");
}

enum errc worker_start(struct ctx *ctx, const struct worker_options *opt, struct worker **out)
{
    struct worker *w = calloc(1, sizeof *w);

    CHECK(w);
    w->opt = *opt;
    lock_init(&w->lock);
    cond_init(&w->ended);
    enum errc rc = start_threads(w, ctx);
    if (rc != ERR_OK) {
        worker_stop(w);
        return rc;
    }
    *out = w;
    return ERR_OK;
}

void worker_stop(struct worker *w)
{
    if (!w)
        return;
    lock_acquire(&w->lock);
    atomic_store(&w->stopping, true);
    cond_broadcast(&w->ended);
    lock_release(&w->lock);
    for (size_t i = 0; i < THREADS_MAX; i++)
        thread_join(w->threads[i]);
    thread_join(w->carer);
    cond_fini(&w->ended);
    lock_fini(&w->lock);
    free(w);
}
