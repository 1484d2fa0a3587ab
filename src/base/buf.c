// SPDX-License-Identifier: MIT
// Growable buffer: doubles up to its maximum; one sticky failure flag.
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST 256u

void buf_init(struct buf *b, size_t max_bytes)
{
    *b = (struct buf){.max = max_bytes};
}

void buf_fini(struct buf *b)
{
    if (!b)
        return;
    free(b->data);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
}

bool buf_ok(const struct buf *b)
{
    return !b->failed;
}

bool buf_reserve(struct buf *b, size_t extra)
{
    if (b->failed || extra > b->max - b->len) {
        b->failed = true;
        return false;
    }
    size_t need = b->len + extra;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap : b->max < FIRST ? b->max : FIRST;
    while (cap < need)
        cap = cap > b->max / 2 ? b->max : cap * 2;
    char *data = realloc(b->data, cap);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, str s)
{
    if (s.n == 0 || !buf_reserve(b, s.n))
        return;
    memcpy(b->data + b->len, s.p, s.n);
    b->len += s.n;
}

void buf_add_char(struct buf *b, char c)
{
    if (b->len < b->cap && !b->failed) {
        b->data[b->len++] = c;
        return;
    }
    if (buf_reserve(b, 1))
        b->data[b->len++] = c;
}

void buf_add_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    char text[512];

    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (n < 0)
        return;
    if ((size_t)n < sizeof(text)) {
        buf_add(b, (str){text, (size_t)n});
        return;
    }
    if (!buf_reserve(b, (size_t)n + 1))
        return;
    va_start(ap, fmt);
    vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}

void buf_add_i64(struct buf *b, int64_t v)
{
    char text[24];
    size_t i = sizeof(text);
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do
        text[--i] = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    if (v < 0)
        text[--i] = '-';
    buf_add(b, (str){text + i, sizeof(text) - i});
}

str buf_str(const struct buf *b)
{
    return (str){b->data ? b->data : "", b->len};
}

char *buf_take(struct buf *b, size_t *len)
{
    char *data = b->data;

    *len = b->len;
    *b = (struct buf){.max = b->max};
    return data;
}
