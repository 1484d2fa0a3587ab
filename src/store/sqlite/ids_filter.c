// SPDX-License-Identifier: MIT
// Blocked Bloom filters: an id touches one 64-byte block, so a negative answer - the usual one - costs
// one cache miss per day. Segments of fixed size are chained as a day grows; ~1 % false answers, which
// cost one index look-up each.
#include "store/sqlite/store_priv.h"

#include <stdlib.h>

#define WORDS       8u // 64-bit words per block
#define PROBES      6u
#define SEGMENT_IDS 32768u
#define BITS_PER_ID 14u

struct segment {
    _Atomic(struct segment *) next;
    _Atomic(size_t) n;
    size_t cap, n_blocks; // n_blocks: power of two
    _Atomic(uint64_t) words[];
};

struct ids_filter {
    _Atomic(struct segment *) newest;
};

static struct segment *segment_create(size_t ids)
{
    size_t blocks = 1;

    while (blocks * WORDS * 64 < ids * BITS_PER_ID)
        blocks *= 2;
    struct segment *s = calloc(1, sizeof(*s) + blocks * WORDS * sizeof(uint64_t));
    CHECK(s != NULL);
    s->n_blocks = blocks;
    s->cap = blocks * WORDS * 64 / BITS_PER_ID;
    return s;
}

struct ids_filter *ids_filter_create(size_t expected)
{
    struct ids_filter *f = calloc(1, sizeof(*f));

    CHECK(f != NULL);
    atomic_init(&f->newest, segment_create(expected > 256 ? expected : 256));
    return f;
}

void ids_filter_destroy(struct ids_filter *f)
{
    if (!f)
        return;
    for (struct segment *s = atomic_load(&f->newest), *next; s; s = next) {
        next = atomic_load(&s->next);
        free(s);
    }
    free(f);
}

// Bit positions inside the block come from the upper half of the hash, 9 bits each.
static uint64_t probe_bits(uint64_t hash, unsigned i)
{
    return (hash >> (10 + i * 9)) & 511;
}

void ids_filter_add(struct ids_filter *f, uint64_t hash)
{
    struct segment *s = atomic_load_explicit(&f->newest, memory_order_acquire);

    if (atomic_load_explicit(&s->n, memory_order_relaxed) >= s->cap) {
        struct segment *bigger = segment_create(SEGMENT_IDS);
        atomic_init(&bigger->next, s);
        atomic_store_explicit(&f->newest, bigger, memory_order_release);
        s = bigger;
    }
    size_t block = (size_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (s->n_blocks - 1);
    for (unsigned i = 0; i < PROBES; i++) {
        uint64_t bit = probe_bits(hash, i);
        atomic_fetch_or_explicit(&s->words[block * WORDS + bit / 64], UINT64_C(1) << (bit % 64),
                                 memory_order_relaxed);
    }
    atomic_fetch_add_explicit(&s->n, 1, memory_order_relaxed);
}

static bool segment_has(const struct segment *s, uint64_t hash)
{
    size_t block = (size_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (s->n_blocks - 1);

    for (unsigned i = 0; i < PROBES; i++) {
        uint64_t bit = probe_bits(hash, i);
        if (!(atomic_load_explicit(&s->words[block * WORDS + bit / 64], memory_order_relaxed) >>
                  (bit % 64) &
              1))
            return false;
    }
    return true;
}

bool ids_filter_has(const struct ids_filter *f, uint64_t hash)
{
    for (const struct segment *s = atomic_load_explicit(&f->newest, memory_order_acquire); s;
         s = atomic_load(&s->next)) {
        if (segment_has(s, hash))
            return true;
    }
    return false;
}

uint64_t id_kind_hash(enum id_kind kind, int64_t row_hash)
{
    static const uint64_t salts[] = {[ID_TRACE] = 0,
                                     [ID_SCORE] = UINT64_C(0x5bd1e995a7c3f21b),
                                     [ID_SESSION] = UINT64_C(0xc2b2ae3d27d4eb4f)};
    uint64_t h = (uint64_t)row_hash ^ salts[kind];

    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    return h ^ h >> 29;
}
