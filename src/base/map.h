// SPDX-License-Identifier: MIT
#pragma once
// String-keyed open-addressing map in an arena; keys are borrowed; hash seeded per process.
// Insertion order is kept: map_at(0..n-1) walks it.
#include "base/arena.h"

struct map;
struct map_entry {
    str key;
    void *value;
};

struct map *map_create(struct arena *a, size_t expected);
void *map_get(const struct map *m, str key); // NULL when absent
// Returns the slot's value pointer: *slot is NULL when the key is new. NULL on arena overflow.
void **map_slot(struct map *m, str key);
size_t map_len(const struct map *m);
const struct map_entry *map_at(const struct map *m, size_t i);
