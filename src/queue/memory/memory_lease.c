// SPDX-License-Identifier: MIT
// Leases in process. Those that ended are freed while others are looked for, so the list is as long as
// leases are held.
#include "base/limits.h"
#include "queue/memory/memory_int.h"

#include <stdlib.h>

static void drop(struct leases *l, struct lease **at)
{
    struct lease *gone = *at;

    *at = gone->next;
    l->n--;
    free(gone);
}

void memory_leases_free(struct leases *l)
{
    while (l->first)
        drop(l, &l->first);
}

// Where the lease of a name is linked; *result is NULL when nobody has it.
static struct lease **find(struct leases *l, str name)
{
    int64_t now = clock_mono_ms();
    struct lease **at = &l->first;

    while (*at && !((*at)->ends_ms > now && str_eq((*at)->name, name))) {
        if ((*at)->ends_ms <= now)
            drop(l, at);
        else
            at = &(*at)->next;
    }
    return at;
}

static uint64_t next_fence(struct leases *l)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    uint64_t now = (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
    l->fence = now > l->fence ? now : l->fence + 1;
    return l->fence;
}

static struct lease *lease_create(str name)
{
    struct lease *l = calloc(1, sizeof *l + name.n);

    CHECK(l);
    memcpy(l + 1, name.p, name.n);
    l->name = str_make((const char *)(l + 1), name.n);
    return l;
}

static enum errc add(struct leases *l, struct ctx *ctx, const struct work_lease *wanted,
                     int64_t ttl_ms)
{
    struct lease **at = find(l, wanted->name);

    if (*at)
        return ERR_CONFLICT;
    if (l->n >= LIMIT_WORK_LEASES)
        return fail(ctx, ERR_UNAVAILABLE, "%d leases are held, and no more can be",
                    LIMIT_WORK_LEASES);
    *at = lease_create(wanted->name);
    memcpy((*at)->holder, wanted->holder, sizeof wanted->holder);
    (*at)->ends_ms = clock_mono_ms() + ttl_ms;
    l->n++;
    return ERR_OK;
}

enum errc memory_lease(struct work_queue *base, struct ctx *ctx, str name, int64_t ttl_ms,
                       struct work_lease *out)
{
    struct memory_queue *q = memory_of(base);
    struct work_lease mine = {.name = name};

    TRY(work_lease_check(ctx, name, ttl_ms));
    work_holder(mine.holder);
    lock_acquire(&q->lock);
    enum errc rc = add(&q->leases, ctx, &mine, ttl_ms);
    if (rc == ERR_OK)
        mine.fence = next_fence(&q->leases);
    lock_release(&q->lock);
    if (rc == ERR_OK)
        *out = mine;
    return rc;
}

// Where the lease is linked if its holder still has it; else NULL.
static struct lease **held(struct leases *l, const struct work_lease *lease)
{
    struct lease **at = find(l, lease->name);

    return *at && strcmp((*at)->holder, lease->holder) == 0 ? at : NULL;
}

enum errc memory_renew(struct work_queue *base, struct ctx *ctx, const struct work_lease *lease,
                       int64_t ttl_ms)
{
    struct memory_queue *q = memory_of(base);

    TRY(work_lease_check(ctx, lease->name, ttl_ms));
    lock_acquire(&q->lock);
    struct lease **at = held(&q->leases, lease);
    if (at)
        (*at)->ends_ms = clock_mono_ms() + ttl_ms;
    lock_release(&q->lock);
    return at ? ERR_OK : ERR_CONFLICT;
}

enum errc memory_release(struct work_queue *base, struct ctx *ctx, const struct work_lease *lease)
{
    struct memory_queue *q = memory_of(base);

    (void)ctx;
    lock_acquire(&q->lock);
    struct lease **at = held(&q->leases, lease);
    if (at)
        drop(&q->leases, at);
    lock_release(&q->lock);
    return ERR_OK;
}
