// SPDX-License-Identifier: MIT
// Slices: searching, splitting, strict parsing. Only str_dup() allocates.
#include "base/str.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>

str str_c(const char *cstr)
{
    return cstr ? (str){cstr, strlen(cstr)} : STR_NONE;
}

// Not strndup(): strict checkers let it read on to the end of a C string, which a slice has not.
char *str_dup(str s)
{
    char *copy = s.p ? malloc(s.n + 1) : NULL;

    if (!copy)
        return NULL;
    memcpy(copy, s.p, s.n);
    copy[s.n] = 0;
    return copy;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq_nocase(str a, str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    }
    return true;
}

int str_cmp(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

ptrdiff_t str_find(str s, str needle)
{
    if (needle.n == 0)
        return 0;
    const char *hit = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
    return hit ? hit - s.p : -1;
}

bool str_has(str s, str needle)
{
    return str_find(s, needle) >= 0;
}

ptrdiff_t str_find_char(str s, char c)
{
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? hit - s.p : -1;
}

str str_sub(str s, size_t from, size_t len)
{
    s = str_skip(s, from);
    return (str){s.p, len < s.n ? len : s.n};
}

str str_skip(str s, size_t n)
{
    if (!s.p)
        return s;
    n = n < s.n ? n : s.n;
    return (str){s.p + n, s.n - n};
}

static bool space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
    while (s.n && space(s.p[0]))
        s = str_skip(s, 1);
    while (s.n && space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_next(str *rest, char sep, str *part)
{
    if (!rest->p)
        return false;
    ptrdiff_t at = str_find_char(*rest, sep);
    if (at < 0) {
        *part = *rest;
        *rest = STR_NONE;
    } else {
        *part = (str){rest->p, (size_t)at};
        *rest = str_skip(*rest, (size_t)at + 1);
    }
    return true;
}

bool str_to_i64(str s, int64_t *out)
{
    bool negative = s.n && s.p[0] == '-';
    uint64_t v = 0, limit = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    size_t i = negative;

    if (i == s.n)
        return false;
    for (; i < s.n; i++) {
        unsigned d = (unsigned char)s.p[i] - (unsigned)'0';
        if (d > 9 || v > (limit - d) / 10)
            return false;
        v = v * 10 + d;
    }
    *out = negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

static size_t digits(str s, size_t i)
{
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return i;
}

// The JSON grammar: -? int frac? exp?
static bool number_syntax(str s)
{
    size_t i = s.n && s.p[0] == '-', start = i;

    i = digits(s, i);
    if (i == start || (s.p[start] == '0' && i > start + 1))
        return false;
    if (i < s.n && s.p[i] == '.') {
        start = ++i;
        i = digits(s, i);
        if (i == start)
            return false;
    }
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        i++;
        if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
            i++;
        start = i;
        i = digits(s, i);
        if (i == start)
            return false;
    }
    return i == s.n && i > 0;
}

// strtod is safe here: the program never sets a locale, and the syntax is checked first.
bool str_to_double(str s, double *out)
{
    char text[512];

    if (s.n >= sizeof(text) || !number_syntax(s))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    double v = strtod(text, NULL);
    if (!isfinite(v))
        return false;
    *out = v;
    return true;
}

// SipHash-2-4 with a fixed key: on-disk hash columns hold these values.
struct sip {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotl(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotl(s->v1, 13) ^ s->v0;
    s->v3 = rotl(s->v3, 16) ^ s->v2;
    s->v0 = rotl(s->v0, 32) + s->v3;
    s->v2 += s->v1;
    s->v3 = rotl(s->v3, 21) ^ s->v0;
    s->v1 = rotl(s->v1, 17) ^ s->v2;
    s->v2 = rotl(s->v2, 32);
}

static inline void sip_word(struct sip *s, uint64_t m)
{
    s->v3 ^= m;
    sip_round(s);
    sip_round(s);
    s->v0 ^= m;
}

uint64_t str_hash(str s)
{
    const uint64_t k0 = UINT64_C(0x7275736c69676874), k1 = UINT64_C(0x6f6e646973637631);
    struct sip h = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
                    k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
    uint64_t m;
    size_t i = 0;

    for (; i + 8 <= s.n; i += 8) {
        memcpy(&m, s.p + i, 8);
        sip_word(&h, le64toh(m));
    }
    m = (uint64_t)s.n << 56;
    for (size_t b = 0; i + b < s.n; b++)
        m |= (uint64_t)(unsigned char)s.p[i + b] << (8 * b);
    sip_word(&h, m);
    h.v2 ^= 0xff;
    for (int r = 0; r < 4; r++)
        sip_round(&h);
    return h.v0 ^ h.v1 ^ h.v2 ^ h.v3;
}
