// SPDX-License-Identifier: MIT
// Open addressing over an entry list that keeps insertion order. The hash is seeded once per process
// so that clients cannot aim at collisions.
#include "base/map.h"

#include "base/crypto.h"

#include <pthread.h>

struct map {
    struct arena *arena;
    struct map_entry *entries;
    uint32_t *slots; // entry index + 1; 0 = free
    size_t n, cap, n_slots;
};

static uint64_t seed;
static pthread_once_t seed_once = PTHREAD_ONCE_INIT;

static void seed_make(void)
{
    crypto_random(&seed, sizeof(seed));
}

static uint64_t hash(str key)
{
    uint64_t h = str_hash(key) ^ seed;

    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd) | 1;
    return h ^ h >> 29;
}

static bool map_grow(struct map *m, size_t cap)
{
    struct map_entry *entries = ARENA_ARRAY(m->arena, struct map_entry, cap);
    size_t n_slots = cap * 2;
    uint32_t *slots = ARENA_ARRAY(m->arena, uint32_t, n_slots);

    if (!entries || !slots)
        return false;
    if (m->n)
        memcpy(entries, m->entries, m->n * sizeof(entries[0]));
    for (size_t i = 0; i < m->n; i++) {
        size_t s = hash(entries[i].key) & (n_slots - 1);
        while (slots[s])
            s = (s + 1) & (n_slots - 1);
        slots[s] = (uint32_t)i + 1;
    }
    m->entries = entries;
    m->slots = slots;
    m->cap = cap;
    m->n_slots = n_slots;
    return true;
}

struct map *map_create(struct arena *a, size_t expected)
{
    struct map *m = ARENA_NEW(a, struct map);
    size_t cap = 8;

    pthread_once(&seed_once, seed_make);
    while (cap < expected && cap < (size_t)1 << 30)
        cap *= 2;
    if (!m)
        return NULL;
    m->arena = a;
    return map_grow(m, cap) ? m : NULL;
}

static size_t find(const struct map *m, str key)
{
    size_t s = hash(key) & (m->n_slots - 1);

    while (m->slots[s] && !str_eq(m->entries[m->slots[s] - 1].key, key))
        s = (s + 1) & (m->n_slots - 1);
    return s;
}

void *map_get(const struct map *m, str key)
{
    uint32_t i = m->slots[find(m, key)];

    return i ? m->entries[i - 1].value : NULL;
}

void **map_slot(struct map *m, str key)
{
    size_t s = find(m, key);

    if (m->slots[s])
        return &m->entries[m->slots[s] - 1].value;
    if (m->n == m->cap) {
        if (!map_grow(m, m->cap * 2))
            return NULL;
        s = find(m, key);
    }
    m->entries[m->n] = (struct map_entry){key, NULL};
    m->slots[s] = (uint32_t)++m->n;
    return &m->entries[m->n - 1].value;
}

size_t map_len(const struct map *m)
{
    return m->n;
}

const struct map_entry *map_at(const struct map *m, size_t i)
{
    return i < m->n ? &m->entries[i] : NULL;
}
