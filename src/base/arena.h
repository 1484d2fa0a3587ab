// SPDX-License-Identifier: MIT
#pragma once
// Capped bump allocator: one per request, job and writer batch. Nothing is freed singly.
// Overflow of the cap returns NULL and poisons the arena (arena_failed() stays true until reset),
// which the caller answers with 413 or 503. Not thread safe. Memory is 16-byte aligned and zeroed.
#include "base/attr.h"
#include "base/str.h"

#include <stdarg.h>

struct arena;
struct arena_mark {
    void *chunk;
    size_t used;
    size_t total;
};

struct arena *arena_create(size_t max_bytes); // aborts when the process is out of memory
void arena_destroy(struct arena *a);          // NULL is fine
void arena_reset(struct arena *a);            // keeps at most 64 KiB of chunks
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, alloc_size(2)));
void *arena_array(struct arena *a, size_t n, size_t size); // overflow-checked n * size
// Room for one more item in a list of n: doubles *cap and moves the items. False on overflow.
bool arena_grow(struct arena *a, void **items, size_t n, size_t *cap, size_t item_bytes) MUST_CHECK;
bool arena_failed(const struct arena *a);
size_t arena_used(const struct arena *a);
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);

// Copies; none stays none. On overflow they return none.
str arena_str(struct arena *a, str s);
const char *arena_cstr(struct arena *a, str s); // NUL-terminated copy; embedded NULs are kept
str arena_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
str arena_vfmt(struct arena *a, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
str arena_cat(struct arena *a, str x, str y);
str arena_lower(struct arena *a, str s); // ASCII only; none stays none
str arena_upper(struct arena *a, str s);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))
