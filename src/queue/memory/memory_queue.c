// SPDX-License-Identifier: MIT
// The queue in process: push, claim, done. A piece is in one of three lists: waiting, taken, dead. What
// is taken stays in order of the moment it was taken, so that what was left longest stands first.
#include "queue/memory/memory_int.h"

#include <stdlib.h>

struct memory_queue *memory_of(struct work_queue *q)
{
    return (struct memory_queue *)q;
}

// ---- Lists --------------------------------------------------------------------------------------

void pieces_add(struct pieces *list, struct piece *p)
{
    p->next = NULL;
    p->prev = list->tail;
    if (list->tail)
        list->tail->next = p;
    else
        list->head = p;
    list->tail = p;
    list->n++;
}

void pieces_remove(struct pieces *list, struct piece *p)
{
    if (p->prev)
        p->prev->next = p->next;
    else
        list->head = p->next;
    if (p->next)
        p->next->prev = p->prev;
    else
        list->tail = p->prev;
    list->n--;
}

struct piece *pieces_find(const struct pieces *list, str id)
{
    int64_t number = 0;

    if (!str_to_i64(id, &number))
        return NULL;
    struct piece *p = list->head;
    while (p && p->id != (uint64_t)number)
        p = p->next;
    return p;
}

void pieces_drop(struct pieces *list, struct piece *p)
{
    pieces_remove(list, p);
    free(p);
}

void pieces_free(struct pieces *list)
{
    struct piece *next;

    for (struct piece *p = list->head; p; p = next) {
        next = p->next;
        free(p);
    }
}

struct piece *piece_create(str body, str reason)
{
    struct piece *p = calloc(1, sizeof *p + body.n + reason.n);
    char *text = (char *)(p + 1);

    CHECK(p);
    p->body = str_make(text, body.n);
    p->reason = str_make(text + body.n, reason.n);
    if (body.n > 0)
        memcpy(text, body.p, body.n);
    if (reason.n > 0)
        memcpy(text + body.n, reason.p, reason.n);
    return p;
}

// ---- Push ---------------------------------------------------------------------------------------

static enum errc memory_push(struct work_queue *base, struct ctx *ctx, str body)
{
    struct memory_queue *q = memory_of(base);

    TRY(work_body_check(ctx, body));
    struct piece *p = piece_create(body, STR(""));
    p->pushed = clock_now();
    lock_acquire(&q->lock);
    bool full = q->waiting.n + q->taken.n >= q->bounds.work;
    if (!full) {
        p->id = ++q->last_id;
        pieces_add(&q->waiting, p);
        cond_signal(&q->pushed);
    }
    lock_release(&q->lock);
    if (!full)
        return ERR_OK;
    free(p);
    return work_full(ctx, base->ops->name, q->bounds.work);
}

// ---- Claim --------------------------------------------------------------------------------------

static int64_t idle_in_ms(const struct memory_queue *q, int64_t idle_ms, int64_t now)
{
    return q->taken.head ? q->taken.head->taken_ms + idle_ms - now : INT64_MAX;
}

// The next piece to give out, out of its list; NULL when there is none now.
static struct piece *next_piece(struct memory_queue *q, int64_t idle_ms, int64_t now)
{
    struct pieces *from = idle_in_ms(q, idle_ms, now) <= 0 ? &q->taken : &q->waiting;
    struct piece *p = from->head;

    if (p)
        pieces_remove(from, p);
    return p;
}

static void wait_for_work(struct memory_queue *q, const struct work_claim *claim)
{
    int64_t now = clock_mono_ms(), ends = now + claim->wait_ms;

    for (; now < ends; now = clock_mono_ms()) {
        int64_t idle_in = idle_in_ms(q, claim->idle_ms, now);
        if (q->waiting.head || idle_in <= 0)
            return;
        (void)cond_wait(&q->pushed, &q->lock, ends - now < idle_in ? ends - now : idle_in);
    }
}

// Takes what is there and copies it: another worker may be done with it while the callback runs.
static size_t take(struct memory_queue *q, struct ctx *ctx, const struct work_claim *claim,
                   struct work *out, size_t max)
{
    int64_t now = clock_mono_ms(), idle_ms = claim->idle_ms > 0 ? claim->idle_ms : 1;
    size_t n = 0;

    while (n < max) {
        struct piece *p = next_piece(q, idle_ms, now);
        if (!p)
            break;
        p->taken_ms = now;
        p->deliveries++;
        pieces_add(&q->taken, p);
        out[n++] = (struct work){.id = arena_fmt(ctx->arena, "%llu", (unsigned long long)p->id),
                                 .body = arena_str(ctx->arena, p->body),
                                 .pushed = p->pushed,
                                 .deliveries = p->deliveries};
    }
    return n;
}

static enum errc memory_claim(struct work_queue *base, struct ctx *ctx,
                              const struct work_claim *claim, work_fn *fn, void *user)
{
    struct memory_queue *q = memory_of(base);
    size_t max = (size_t)work_claim_max(claim), n = 0;
    struct work *works = ARENA_ARRAY(ctx->arena, struct work, max);

    if (!works)
        return fail(ctx, ERR_NOMEM, "there is no memory to claim work");
    lock_acquire(&q->lock);
    wait_for_work(q, claim);
    n = take(q, ctx, claim, works, max);
    lock_release(&q->lock);
    if (arena_failed(ctx->arena))
        return fail(ctx, ERR_NOMEM, "there is no memory to claim work");
    for (size_t i = 0; i < n; i++)
        TRY(fn(user, &works[i]));
    return ERR_OK;
}

static enum errc memory_done(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n)
{
    struct memory_queue *q = memory_of(base);

    (void)ctx;
    lock_acquire(&q->lock);
    for (size_t i = 0; i < n; i++) {
        struct piece *p = pieces_find(&q->taken, ids[i]);
        if (p)
            pieces_drop(&q->taken, p);
    }
    lock_release(&q->lock);
    return ERR_OK;
}

// ---- The rest -----------------------------------------------------------------------------------

static enum errc memory_status(struct work_queue *base, struct ctx *ctx, struct work_status *out)
{
    struct memory_queue *q = memory_of(base);

    (void)ctx;
    lock_acquire(&q->lock);
    *out = (struct work_status){.waiting = q->waiting.n,
                                .taken = q->taken.n,
                                .dead = q->dead.n,
                                .oldest = q->waiting.head ? q->waiting.head->pushed : MILLIS_NONE};
    lock_release(&q->lock);
    return ERR_OK;
}

static void memory_close(struct work_queue *base)
{
    struct memory_queue *q = memory_of(base);

    pieces_free(&q->waiting);
    pieces_free(&q->taken);
    pieces_free(&q->dead);
    memory_leases_free(&q->leases);
    cond_fini(&q->pushed);
    lock_fini(&q->lock);
    free(q);
}

static const struct work_queue_ops memory_ops = {
    .name = "memory",
    .push = memory_push,
    .claim = memory_claim,
    .done = memory_done,
    .bury = memory_bury,
    .dead_list = memory_dead_list,
    .dead_retry = memory_dead_retry,
    .dead_drop = memory_dead_drop,
    .status = memory_status,
    .lease = memory_lease,
    .renew = memory_renew,
    .release = memory_release,
    .close = memory_close,
};

struct work_queue *memory_queue_create(const struct work_bounds *bounds)
{
    struct memory_queue *q = calloc(1, sizeof *q);

    CHECK(q);
    q->base.ops = &memory_ops;
    q->bounds = work_bounds(bounds);
    lock_init(&q->lock);
    cond_init(&q->pushed);
    return &q->base;
}
