// SPDX-License-Identifier: MIT
// How often signing in failed lately, by address and by e-mail. A fixed table: a new name takes the
// place of the one whose failures are oldest among a few, so memory is bounded and a flood of names
// costs an attacker his own counters first.
#include "auth/attempts.h"

#include "base/thread.h"

#include <stdlib.h>

enum { SLOTS = 4096, WAYS = 8, WINDOW_MS = 15 * 60 * 1000, MAX_FAILURES = 10 };

struct slot {
    uint64_t key; // 0 = free
    int64_t since_ms;
    uint32_t failures;
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
static struct slot *slot_locked(struct attempts *a, uint64_t key, bool take)
{
    struct slot *set = &a->slots[(key % (SLOTS / WAYS)) * WAYS], *oldest = set;

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

int64_t attempts_wait_ms(struct attempts *a, str name, int64_t now_ms)
{
    int64_t wait = 0;

    lock_acquire(&a->lock);
    const struct slot *s = slot_locked(a, str_hash(name), false);
    if (s && s->failures >= MAX_FAILURES)
        wait = s->since_ms + WINDOW_MS - now_ms;
    lock_release(&a->lock);
    return wait > 0 ? wait : 0;
}

void attempts_failed(struct attempts *a, str name, int64_t now_ms)
{
    lock_acquire(&a->lock);
    struct slot *s = slot_locked(a, str_hash(name), true);
    if (s->failures == 0 || now_ms - s->since_ms > WINDOW_MS)
        *s = (struct slot){.key = s->key, .since_ms = now_ms};
    s->failures++;
    lock_release(&a->lock);
}

void attempts_forget(struct attempts *a, str name)
{
    lock_acquire(&a->lock);
    struct slot *s = slot_locked(a, str_hash(name), false);
    if (s)
        *s = (struct slot){0};
    lock_release(&a->lock);
}
