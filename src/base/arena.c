// SPDX-License-Identifier: MIT
// Bump allocation in chunks of 16 KiB doubling to 1 MiB. The cap counts chunk bytes, so an arena never
// holds more memory than it was created with. Memory is zeroed when handed out. With ARENA_DEBUG every
// allocation is a chunk of its own, so that the address sanitizer sees each overrun.
#include "base/arena.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>

#define CHUNK_MIN ((size_t)16 << 10)
#define CHUNK_MAX ((size_t)1 << 20)
#ifdef ARENA_DEBUG
#define KEEP_BYTES 0 // a block serves one allocation only
#else
#define KEEP_BYTES ((size_t)64 << 10)
#define ALIGN      16u
#endif

struct chunk {
    struct chunk *prev;
    size_t size; // usable bytes behind the header
    size_t used;
    size_t pad_;
};

struct arena {
    struct chunk *top;
    size_t max, total; // bytes of all chunks
    size_t next_size;
    bool failed;
};

struct arena *arena_create(size_t max_bytes)
{
    struct arena *a = calloc(1, sizeof(*a));

    CHECK(a != NULL);
    a->max = max_bytes;
    a->next_size = CHUNK_MIN;
    return a;
}

static void chunk_drop(struct arena *a)
{
    struct chunk *c = a->top;

    a->top = c->prev;
    a->total -= c->size;
    free(c);
}

void arena_destroy(struct arena *a)
{
    if (!a)
        return;
    while (a->top)
        chunk_drop(a);
    free(a);
}

void arena_reset(struct arena *a)
{
    while (a->top && (a->total > KEEP_BYTES || a->top->prev))
        chunk_drop(a);
    if (a->top)
        a->top->used = 0;
    a->next_size = CHUNK_MIN;
    a->failed = false;
}

static bool chunk_add(struct arena *a, size_t need)
{
#ifdef ARENA_DEBUG
    size_t size = need;
#else
    size_t size = need > a->next_size ? need : a->next_size;
#endif
    if (size > a->max - a->total)
        size = need;
    if (size > a->max - a->total)
        return false;
    struct chunk *c = malloc(sizeof(*c) + size);
    if (!c)
        return false;
    *c = (struct chunk){.prev = a->top, .size = size};
    a->top = c;
    a->total += size;
    if (a->next_size < CHUNK_MAX)
        a->next_size *= 2;
    return true;
}

static void *poison(struct arena *a)
{
    a->failed = true;
    return NULL;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (a->failed || size > a->max)
        return poison(a);
#ifdef ARENA_DEBUG
    size_t need = size ? size : 1;
    bool room = false;
#else
    size_t need = size ? (size + ALIGN - 1) & ~(size_t)(ALIGN - 1) : ALIGN;
    bool room = a->top && need <= a->top->size - a->top->used;
#endif
    if (!room && !chunk_add(a, need))
        return poison(a);
    char *p = (char *)(a->top + 1) + a->top->used;
    a->top->used += need;
    return memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, size, &bytes))
        return poison(a);
    return arena_alloc(a, bytes);
}

bool arena_grow(struct arena *a, void **items, size_t n, size_t *cap, size_t item_bytes)
{
    size_t next = *cap ? *cap * 2 : 4;

    if (n < *cap)
        return true;
    void *p = arena_array(a, next, item_bytes);
    if (!p)
        return false;
    if (n)
        memcpy(p, *items, n * item_bytes);
    *items = p;
    *cap = next;
    return true;
}

bool arena_failed(const struct arena *a)
{
    return a->failed;
}

size_t arena_used(const struct arena *a)
{
    return a->total;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->top, a->top ? a->top->used : 0, a->total};
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
    while (a->top && a->top != m.chunk)
        chunk_drop(a);
    if (a->top)
        a->top->used = m.used;
}

str arena_str(struct arena *a, str s)
{
    if (!s.p)
        return STR_NONE;
    char *p = arena_alloc(a, s.n);
    if (!p)
        return STR_NONE;
    if (s.n)
        memcpy(p, s.p, s.n);
    return (str){p, s.n};
}

const char *arena_cstr(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.n + 1);

    if (p && s.n)
        memcpy(p, s.p, s.n);
    return p;
}

str arena_vfmt(struct arena *a, const char *fmt, va_list ap)
{
    va_list again;

    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
    if (!p)
        return STR_NONE;
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    return (str){p, (size_t)n};
}

str arena_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    str s = arena_vfmt(a, fmt, ap);
    va_end(ap);
    return s;
}

str arena_cat(struct arena *a, str x, str y)
{
    char *p = arena_alloc(a, x.n + y.n);

    if (!p)
        return STR_NONE;
    if (x.n)
        memcpy(p, x.p, x.n);
    if (y.n)
        memcpy(p + x.n, y.p, y.n);
    return (str){p, x.n + y.n};
}

// Every letter from first to first + 25 with the bit of its case turned over.
static str turn_case(struct arena *a, str s, char first)
{
    char *copy = str_some(s) ? arena_alloc(a, s.n + 1) : NULL;
    if (!copy)
        return STR_NONE;
    for (size_t i = 0; i < s.n; i++)
        copy[i] = s.p[i] >= first && s.p[i] <= first + 25 ? (char)(s.p[i] ^ 0x20) : s.p[i];
    return str_make(copy, s.n);
}

str arena_lower(struct arena *a, str s)
{
    return turn_case(a, s, 'A');
}

str arena_upper(struct arena *a, str s)
{
    return turn_case(a, s, 'a');
}
