// SPDX-License-Identifier: MIT
// Decimal text to scaled integers and back, in 128 bits, rounded half-even once.
#include "base/decimal.h"

#include <math.h>

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

#define DIGITS_MAX 36

static i128 pow10_of(int n)
{
    i128 v = 1;

    while (n-- > 0)
        v *= 10;
    return v;
}

// v / 10^n, half-even.
static i128 shift_down(i128 v, int n)
{
    if (n > DIGITS_MAX + 1)
        return 0;
    i128 p = pow10_of(n), q = v / p, r = v % p * 2;
    if (r > p || (r == p && (q & 1)))
        q++;
    return q;
}

static bool digit(str s, size_t i)
{
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

struct decimal {
    bool negative;
    i128 digits;
    int64_t exp; // value = digits * 10^exp
};

static bool exponent_read(str s, size_t *i, int64_t *exp)
{
    bool negative = false;
    int64_t e = 0;

    if (*i >= s.n || (s.p[*i] != 'e' && s.p[*i] != 'E'))
        return true;
    (*i)++;
    if (*i < s.n && (s.p[*i] == '+' || s.p[*i] == '-'))
        negative = s.p[(*i)++] == '-';
    if (!digit(s, *i))
        return false;
    for (; digit(s, *i); (*i)++)
        e = e < 100000 ? e * 10 + (s.p[*i] - '0') : e;
    *exp += negative ? -e : e;
    return true;
}

static void digit_take(struct decimal *d, char c, bool fraction, int *n)
{
    if (*n < DIGITS_MAX) {
        d->digits = d->digits * 10 + (c - '0');
        *n += d->digits != 0;
        d->exp -= fraction;
    } else {
        d->exp += !fraction; // beyond what any result keeps, but it can still break a tie
        d->digits += c != '0' && d->digits % 5 == 0;
    }
}

static bool decimal_read(str s, struct decimal *d)
{
    size_t i = 0;
    int n = 0;

    *d = (struct decimal){.negative = s.n && s.p[0] == '-'};
    i = d->negative;
    if (!digit(s, i) || (s.p[i] == '0' && digit(s, i + 1)))
        return false;
    for (; digit(s, i); i++)
        digit_take(d, s.p[i], false, &n);
    if (i < s.n && s.p[i] == '.') {
        if (!digit(s, ++i))
            return false;
        for (; digit(s, i); i++)
            digit_take(d, s.p[i], true, &n);
    }
    return exponent_read(s, &i, &d->exp) && i == s.n;
}

// digits * 10^(exp + scale), clamped to [-max, max].
static i128 decimal_scale(const struct decimal *d, int scale, i128 max)
{
    int64_t e = d->exp + scale;
    i128 v = d->digits;

    if (e < 0)
        v = shift_down(v, e < -1000 ? 1000 : (int)-e);
    for (; e > 0 && v != 0 && v <= max; e--)
        v *= 10;
    v = v > max ? max : v;
    return d->negative ? -v : v;
}

bool picos_parse(str text, picos *out)
{
    struct decimal d;

    if (!decimal_read(text, &d))
        return false;
    *out = (picos)decimal_scale(&d, 12, PICOS_MAX);
    return true;
}

static picos clamp(i128 v)
{
    return v > PICOS_MAX ? PICOS_MAX : v < -(i128)PICOS_MAX ? -PICOS_MAX : (picos)v;
}

picos picos_from_double(double v)
{
    if (isnan(v))
        return 0;
    v = nearbyint(v * 1e12);
    return v >= (double)PICOS_MAX ? PICOS_MAX : v <= -(double)PICOS_MAX ? -PICOS_MAX : (picos)v;
}

double picos_to_double(picos v)
{
    return (double)v / 1e12;
}

picos picos_add(picos a, picos b)
{
    return clamp((i128)a + b);
}

static void scaled_write(struct buf *b, i128 v, int scale)
{
    char text[64];
    size_t i = sizeof(text), last;
    u128 u = v < 0 ? (u128)-v : (u128)v;
    int n = 0;

    do {
        text[--i] = (char)('0' + (int)(u % 10));
        u /= 10;
        if (++n == scale)
            text[--i] = '.';
    } while (u || n <= scale);
    for (last = sizeof(text); text[last - 1] == '0';)
        last--;
    last -= text[last - 1] == '.';
    if (v < 0)
        text[--i] = '-';
    buf_add(b, (str){text + i, last - i});
}

void picos_write(struct buf *b, picos v)
{
    scaled_write(b, v, 12);
}

bool attos_parse(str text, attos *out)
{
    struct decimal d;

    if (!decimal_read(text, &d))
        return false;
    *out = decimal_scale(&d, 18, (i128)PICOS_MAX * 1000000);
    return true;
}

picos attos_times(attos price, int64_t units)
{
    i128 product;

    if (__builtin_mul_overflow(price, (i128)units, &product))
        return (price < 0) != (units < 0) ? -PICOS_MAX : PICOS_MAX;
    bool negative = product < 0;
    i128 v = shift_down(negative ? -product : product, 6);
    return clamp(negative ? -v : v);
}

void attos_write(struct buf *b, attos v)
{
    scaled_write(b, v, 18);
}

void attos_write_short(struct buf *b, attos v)
{
    int exponent = 18;
    size_t at;

    if (v == 0 || v >= 1000000000000 || v <= -1000000000000) {
        attos_write(b, v);
        return;
    }
    for (; v % 10 == 0; v /= 10)
        exponent--;
    if (v < 0)
        buf_add_char(b, '-');
    at = b->len + 1;
    buf_add_fmt(b, "%lld", (long long)(v < 0 ? -v : v));
    if (!buf_ok(b))
        return;
    size_t more = b->len - at; // digits behind the first
    if (more) {
        buf_add_char(b, '0');
        if (!buf_ok(b))
            return;
        memmove(b->data + at + 1, b->data + at, more);
        b->data[at] = '.';
    }
    buf_add_fmt(b, "e-%d", exponent - (int)more);
}
