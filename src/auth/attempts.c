// SPDX-License-Identifier: MIT
// How often somebody tried lately. A fixed table: a new name takes the place of the one whose attempts
// are oldest among a few, so memory is bounded.
#include "auth/attempts.h"

#include "base/thread.h"

#include <stdlib.h>

enum { SLOTS = 4096, WAYS = 8, WINDOW_MS = 15 * 60 * 1000 };

struct slot {
    uint64_t key; // 0 = free
    int64_t since_ms;
    uint32_t n;
};
struct attempts {
    struct lock lock;
    struct slot slots[SLOTS];
};

struct attempts *attempts_create(void)
{
    struct attempts *a = calloc(1, sizeof *a);

    CHECK(a);
    lock_init(&a->lock);
    return a;
}

void attempts_destroy(struct attempts *a)
{
    if (!a)
        return;
    lock_fini(&a->lock);
    free(a);
}

// The slot of a key; a free or the oldest one of its set when `take`, else NULL when there is none.
static struct slot *slot_locked(struct attempts *a, str name, bool take)
{
    uint64_t key = str_hash(name) | 1;
    struct slot *set = &a->slots[(key >> 1) % (SLOTS / WAYS) * WAYS], *oldest = set;

    lock_assert_held(&a->lock);
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].since_ms < oldest->since_ms)
            oldest = &set[i];
    }
    if (!take)
        return NULL;
    *oldest = (struct slot){.key = key};
    return oldest;
}

int64_t attempts_take(struct attempts *a, str name, uint32_t max, int64_t now_ms)
{
    int64_t wait = 0;

    lock_acquire(&a->lock);
    struct slot *s = slot_locked(a, name, true);
    if (s->n == 0 || now_ms - s->since_ms >= WINDOW_MS)
        *s = (struct slot){.key = s->key, .since_ms = now_ms};
    if (s->n >= max)
        wait = s->since_ms + WINDOW_MS - now_ms;
    else
        s->n++;
    lock_release(&a->lock);
    return wait;
}

void attempts_give_back(struct attempts *a, str name)
{
    lock_acquire(&a->lock);
    struct slot *s = slot_locked(a, name, false);
    if (s && s->n > 0)
        s->n--;
    lock_release(&a->lock);
}

void attempts_forget(struct attempts *a, str name)
{
    lock_acquire(&a->lock);
    struct slot *s = slot_locked(a, name, false);
    if (s)
        *s = (struct slot){0};
    lock_release(&a->lock);
}
