// SPDX-License-Identifier: MIT
// UTF-8 by the table of well-formed sequences (Unicode 3.9, table 3-7).
#include "base/utf8.h"

#include "base/buf.h"

// By first byte: length of the sequence and the range of its second byte.
static const struct lead {
    unsigned char from, to, len, lo, hi;
} leads[] = {
    {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf}, {0xe1, 0xec, 3, 0x80, 0xbf},
    {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf}, {0xf0, 0xf0, 4, 0x90, 0xbf},
    {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

// Length of the well-formed sequence at p (n bytes left), 0 when it is malformed.
static size_t sequence(const unsigned char *p, size_t n)
{
    const struct lead *l = leads;

    if (p[0] < 0x80)
        return 1;
    while (l < leads + ARRAY_LEN(leads) && p[0] > l->to)
        l++;
    if (l == leads + ARRAY_LEN(leads) || p[0] < l->from || l->len > n)
        return 0;
    if (p[1] < l->lo || p[1] > l->hi)
        return 0;
    for (size_t i = 2; i < l->len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    }
    return l->len;
}

static size_t ascii_run(const char *p, size_t n)
{
    size_t i = 0;
    uint64_t w;

    for (; i + 8 <= n; i += 8) {
        memcpy(&w, p + i, 8);
        if (w & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < n && !((unsigned char)p[i] & 0x80))
        i++;
    return i;
}

bool utf8_valid(str s)
{
    for (size_t i = 0; i < s.n;) {
        i += ascii_run(s.p + i, s.n - i);
        if (i == s.n)
            break;
        size_t len = sequence((const unsigned char *)s.p + i, s.n - i);
        if (!len)
            return false;
        i += len;
    }
    return true;
}

str utf8_cut(str s, size_t max_bytes)
{
    if (s.n <= max_bytes)
        return s;
    while (max_bytes > 0 && ((unsigned char)s.p[max_bytes] & 0xc0) == 0x80)
        max_bytes--;
    return (str){s.p, max_bytes};
}

static size_t units_of(unsigned char c)
{
    return (c & 0xc0) == 0x80 ? 0 : c >= 0xf0 ? 2 : 1;
}

str utf8_cut_units(str s, size_t units)
{
    size_t i = 0;

    for (; i < s.n; i++) {
        size_t u = units_of((unsigned char)s.p[i]);
        if (u > units)
            break;
        units -= u;
    }
    return (str){s.p, i};
}

size_t utf8_units(str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += units_of((unsigned char)s.p[i]);
    return n;
}

str utf8_clean(struct arena *a, str s)
{
    AUTO(buf_fini) struct buf b = {0};

    if (utf8_valid(s) && str_find_char(s, 0) < 0)
        return s;
    buf_init(&b, s.n * 3);
    for (size_t i = 0; i < s.n;) {
        size_t len = s.p[i] ? sequence((const unsigned char *)s.p + i, s.n - i) : 0;
        buf_add(&b, len ? (str){s.p + i, len} : STR("\xef\xbf\xbd"));
        i += len ? len : 1;
    }
    return arena_str(a, buf_str(&b));
}

uint32_t utf8_next(str s, size_t *i)
{
    const unsigned char *p = (const unsigned char *)s.p + *i;
    size_t len = sequence(p, s.n - *i);

    *i += len ? len : 1;
    switch (len) {
    case 1: return p[0];
    case 2: return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    case 3: return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    case 4:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
               (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
    default: return 0xfffd;
    }
}

size_t utf8_put(uint32_t cp, char out[4])
{
    unsigned char *o = (unsigned char *)out;

    if (cp < 0x80) {
        o[0] = (unsigned char)cp;
        return 1;
    }
    if (cp < 0x800) {
        o[0] = (unsigned char)(0xc0 | cp >> 6);
        o[1] = (unsigned char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp < 0x10000) {
        o[0] = (unsigned char)(0xe0 | cp >> 12);
        o[1] = (unsigned char)(0x80 | (cp >> 6 & 0x3f));
        o[2] = (unsigned char)(0x80 | (cp & 0x3f));
        return 3;
    }
    o[0] = (unsigned char)(0xf0 | cp >> 18);
    o[1] = (unsigned char)(0x80 | (cp >> 12 & 0x3f));
    o[2] = (unsigned char)(0x80 | (cp >> 6 & 0x3f));
    o[3] = (unsigned char)(0x80 | (cp & 0x3f));
    return 4;
}
