// SPDX-License-Identifier: MIT
// A ring of seconds (pace.h). Two threads that open the same second at once may lose one note of it: it
// is a figure to look at, not to bill by.
#include "ingest/pace.h"

void pace_note(struct ingest_pace *p, millis now, uint64_t n)
{
    int64_t second = now / 1000;
    size_t at = (size_t)(second % PACE_SECONDS);

    atomic_store_explicit(&p->last, now, memory_order_relaxed);
    if (atomic_exchange_explicit(&p->slots[at].second, second, memory_order_relaxed) != second)
        atomic_store_explicit(&p->slots[at].n, 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&p->slots[at].n, n, memory_order_relaxed);
}

uint64_t pace_per_minute(const struct ingest_pace *p, millis now)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < PACE_SECONDS; i++) {
        int64_t second = atomic_load_explicit(&p->slots[i].second, memory_order_relaxed);
        if (second > now / 1000 - PACE_SECONDS && second <= now / 1000)
            sum += atomic_load_explicit(&p->slots[i].n, memory_order_relaxed);
    }
    return sum;
}
