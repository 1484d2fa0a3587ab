// SPDX-License-Identifier: MIT
// Keys of stored segments to the workers. What the queue does not take now is kept, up to a bound, and one
// thread offers it again every second: a queue that was away for a moment costs a moment. What is over
// the bound, or not taken when the process ends, workers find by listing.
#include "base/log.h"
#include "segment/writer_int.h"

#include <stdlib.h>

enum { AGAIN_MS = 1000, ARENA = 64 << 10 };

static bool keep_for_later(struct segment_writer *w, str key, size_t *n)
{
    struct late_keys *late = &w->late;

    lock_acquire(&w->lock);
    *n = late->n;
    bool room = late->n < LIMIT_SEGMENTS_LATE;
    if (room)
        late->items[(late->first + late->n++) % LIMIT_SEGMENTS_LATE] = str_dup(key);
    if (late->n == 1)
        cond_signal(&w->late.came);
    lock_release(&w->lock);
    return room;
}

void writer_announce(struct segment_writer *w, struct ctx *ctx, str key)
{
    size_t before = 0;

    if (w->opt.queue->ops->push(w->opt.queue, ctx, key) == ERR_OK)
        return;
    counter_add(&w->opt.counters->queue_failures, 1);
    bool kept = keep_for_later(w, key, &before);
    if (kept && before == 0)
        log_warn("segments.unannounced", "%.*s; it is tried again every second",
                 STR_ARG(ctx->message));
    else if (!kept)
        log_warn("segments.unannounced", "%.*s; workers will find %.*s by listing",
                 STR_ARG(ctx->message), STR_ARG(key));
    ctx_clear_error(ctx);
}

// The oldest; it stays, and only announce_main takes it out. NULL: none.
static const char *first_late(struct segment_writer *w)
{
    lock_acquire(&w->lock);
    const char *key = w->late.n > 0 ? w->late.items[w->late.first] : NULL;
    lock_release(&w->lock);
    return key;
}

static size_t drop_first(struct segment_writer *w)
{
    struct late_keys *late = &w->late;

    lock_acquire(&w->lock);
    free(late->items[late->first]);
    late->first = (late->first + 1) % LIMIT_SEGMENTS_LATE;
    size_t left = --late->n;
    lock_release(&w->lock);
    return left;
}

static void offer_again(struct segment_writer *w, struct arena *a)
{
    const char *key;
    struct ctx ctx;

    while ((key = first_late(w))) {
        arena_reset(a);
        ctx_init(&ctx, a);
        if (w->opt.queue->ops->push(w->opt.queue, &ctx, str_c(key)) != ERR_OK)
            return;
        if (drop_first(w) == 0)
            log_info("segments.announced", "the queue takes segments again");
    }
}

// Until there is something to offer and its time has come; false at the end.
static bool wait_for_late(struct segment_writer *w)
{
    lock_acquire(&w->lock);
    while (w->late.n == 0 && !atomic_load(&w->closing))
        (void)cond_wait(&w->late.came, &w->lock, -1);
    if (!atomic_load(&w->closing))
        (void)cond_wait(&w->ended, &w->lock, AGAIN_MS);
    bool more = !atomic_load(&w->closing);
    lock_release(&w->lock);
    return more;
}

void *announce_main(void *writer)
{
    struct segment_writer *w = writer;
    struct arena *a = arena_create(ARENA);

    while (wait_for_late(w))
        offer_again(w, a);
    arena_destroy(a);
    return NULL;
}

void late_init(struct segment_writer *w)
{
    cond_init(&w->late.came);
}

void late_fini(struct segment_writer *w)
{
    struct arena *a = arena_create(ARENA);

    offer_again(w, a);
    while (first_late(w))
        (void)drop_first(w);
    cond_fini(&w->late.came);
    arena_destroy(a);
}
