// SPDX-License-Identifier: MIT
#pragma once
// Growable byte buffer with a maximum. Appending never fails in the caller's face: going over the
// maximum sets `failed`, later appends do nothing, and the producer checks buf_ok() once at the end.
#include "base/attr.h"
#include "base/str.h"

#include <stdarg.h>

struct buf {
    char *data;
    size_t len;
    size_t cap;
    size_t max;
    bool failed;
};

void buf_init(struct buf *b, size_t max_bytes); // allocates nothing yet
void buf_fini(struct buf *b);                   // NULL-safe, frees, leaves an empty buffer
void buf_clear(struct buf *b);                  // keeps the memory, forgets `failed`
bool buf_ok(const struct buf *b);
bool buf_reserve(struct buf *b, size_t extra); // false when over the maximum
void buf_add(struct buf *b, str s);
void buf_add_char(struct buf *b, char c);
void buf_add_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_add_i64(struct buf *b, int64_t v);
str buf_str(const struct buf *b);           // borrowed until the next append
char *buf_take(struct buf *b, size_t *len); // moves the malloc'ed memory out; caller frees

#define BUF_ADD(b, lit) buf_add((b), STR(lit))
