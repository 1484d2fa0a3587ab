// SPDX-License-Identifier: MIT
// Work that was given up, in process.
#include "queue/memory/memory_int.h"

enum errc memory_bury(struct work_queue *base, struct ctx *ctx, const struct work *work, str reason)
{
    struct memory_queue *q = memory_of(base);

    TRY(work_body_check(ctx, work->body));
    struct piece *p = piece_create(work->body, work_reason(reason));
    p->pushed = work->pushed;
    p->deliveries = work->deliveries;
    p->buried = clock_now();
    lock_acquire(&q->lock);
    struct piece *taken = pieces_find(&q->taken, work->id);
    if (taken)
        pieces_drop(&q->taken, taken);
    p->id = ++q->last_id;
    pieces_add(&q->dead, p);
    if (q->dead.n > q->bounds.dead)
        pieces_drop(&q->dead, q->dead.head);
    lock_release(&q->lock);
    return ERR_OK;
}

static struct dead_work copied(struct arena *a, const struct piece *p)
{
    return (struct dead_work){.id = arena_fmt(a, "%llu", (unsigned long long)p->id),
                              .body = arena_str(a, p->body),
                              .reason = arena_str(a, p->reason),
                              .pushed = p->pushed,
                              .buried = p->buried,
                              .deliveries = p->deliveries};
}

enum errc memory_dead_list(struct work_queue *base, struct ctx *ctx, int64_t limit,
                           dead_work_fn *fn, void *user)
{
    struct memory_queue *q = memory_of(base);
    size_t n = 0;

    lock_acquire(&q->lock);
    int64_t most = limit > 0 && limit < q->dead.n ? limit : q->dead.n;
    struct dead_work *list = ARENA_ARRAY(ctx->arena, struct dead_work, (size_t)most + 1);
    for (const struct piece *p = q->dead.tail; list && p && n < (size_t)most; p = p->prev)
        list[n++] = copied(ctx->arena, p);
    lock_release(&q->lock);
    if (arena_failed(ctx->arena))
        return fail(ctx, ERR_NOMEM, "there is no memory to list the dead work");
    for (size_t i = 0; i < n; i++)
        TRY(fn(user, &list[i]));
    return ERR_OK;
}

// Moves what `ids` name (all when n = 0) out of the dead list.
static void select_dead(struct memory_queue *q, const str *ids, size_t n, struct pieces *out)
{
    for (size_t i = 0; i < n; i++) {
        struct piece *p = pieces_find(&q->dead, ids[i]);
        if (p) {
            pieces_remove(&q->dead, p);
            pieces_add(out, p);
        }
    }
    if (n == 0) {
        *out = q->dead;
        q->dead = (struct pieces){0};
    }
}

static void give_out_again(struct memory_queue *q, struct pieces *chosen)
{
    while (chosen->head) {
        struct piece *p = chosen->head;
        pieces_remove(chosen, p);
        p->id = ++q->last_id;
        p->pushed = clock_now();
        p->deliveries = 0;
        pieces_add(&q->waiting, p);
    }
    cond_broadcast(&q->pushed);
}

enum errc memory_dead_retry(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n,
                            int64_t *count)
{
    struct memory_queue *q = memory_of(base);
    struct pieces chosen = {0};

    lock_acquire(&q->lock);
    int64_t asked = n > 0 ? (int64_t)n : q->dead.n;
    bool full = q->waiting.n + q->taken.n + asked > q->bounds.work;
    if (!full) {
        select_dead(q, ids, n, &chosen);
        *count = chosen.n;
        give_out_again(q, &chosen);
    }
    lock_release(&q->lock);
    return full ? work_full(ctx, base->ops->name, q->bounds.work) : ERR_OK;
}

enum errc memory_dead_drop(struct work_queue *base, struct ctx *ctx, const str *ids, size_t n,
                           int64_t *count)
{
    struct memory_queue *q = memory_of(base);
    struct pieces chosen = {0};

    (void)ctx;
    lock_acquire(&q->lock);
    select_dead(q, ids, n, &chosen);
    lock_release(&q->lock);
    *count = chosen.n;
    pieces_free(&chosen);
    return ERR_OK;
}
