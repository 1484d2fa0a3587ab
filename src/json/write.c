// SPDX-License-Identifier: MIT
// Streaming writer. Strings are copied in runs up to the next byte that needs escaping.
#include "json/write.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void jw_init(struct jw *w, struct buf *b)
{
    *w = (struct jw){.b = b};
}

static void separate(struct jw *w)
{
    if (w->comma)
        buf_add_char(w->b, ',');
    w->comma = true;
}

static void open_with(struct jw *w, char c)
{
    separate(w);
    buf_add_char(w->b, c);
    w->comma = false;
}

static void close_with(struct jw *w, char c)
{
    buf_add_char(w->b, c);
    w->comma = true;
}

void jw_object(struct jw *w)
{
    open_with(w, '{');
}

void jw_object_end(struct jw *w)
{
    close_with(w, '}');
}

void jw_array(struct jw *w)
{
    open_with(w, '[');
}

void jw_array_end(struct jw *w)
{
    close_with(w, ']');
}

// Letter behind the backslash; 'u' stands for \u00xx; 0: the byte stays as it is.
static char escape_of(unsigned char c)
{
    static const char control[32] = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";

    if (c < 0x20)
        return control[c];
    return c == '"' || c == '\\' ? (char)c : 0;
}

#define EACH(byte)   (UINT64_C(0x0101010101010101) * (byte))
#define ZERO_BYTE(w) (((w)-EACH(1)) & ~(w)&EACH(0x80))

// Index of the first byte at or after i that needs escaping, eight bytes at a time; s.n when none.
static size_t plain_until(str s, size_t i)
{
    uint64_t w;

    for (; i + 8 <= s.n; i += 8) {
        memcpy(&w, s.p + i, 8);
        uint64_t quote = w ^ EACH('"'), slash = w ^ EACH('\\');
        if (((w - EACH(0x20)) & ~w & EACH(0x80)) | ZERO_BYTE(quote) | ZERO_BYTE(slash))
            break;
    }
    while (i < s.n && !escape_of((unsigned char)s.p[i]))
        i++;
    return i;
}

void json_escape(struct buf *b, str s)
{
    size_t from = 0;

    for (size_t i = plain_until(s, 0); i < s.n; i = plain_until(s, i + 1)) {
        unsigned char c = (unsigned char)s.p[i];
        char e = escape_of(c);
        buf_add(b, (str){s.p + from, i - from});
        from = i + 1;
        if (e == 'u') {
            static const char hex[] = "0123456789abcdef";
            buf_add(b, (str){(char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6});
        } else {
            buf_add(b, (str){(char[]){'\\', e}, 2});
        }
    }
    if (from < s.n)
        buf_add(b, (str){s.p + from, s.n - from});
}

static void quoted(struct buf *b, str s)
{
    buf_add_char(b, '"');
    json_escape(b, s);
    buf_add_char(b, '"');
}

void jw_key(struct jw *w, str key)
{
    separate(w);
    quoted(w->b, key);
    buf_add_char(w->b, ':');
    w->comma = false;
}

void jw_raw(struct jw *w, str json)
{
    separate(w);
    buf_add(w->b, json);
}

void jw_null(struct jw *w)
{
    jw_raw(w, STR("null"));
}

void jw_bool(struct jw *w, bool v)
{
    jw_raw(w, v ? STR("true") : STR("false"));
}

void jw_i64(struct jw *w, int64_t v)
{
    separate(w);
    buf_add_i64(w->b, v);
}

// Digits and exponent of the shortest decimal that reads back equal: "d.ddde±x" split up. (Next to
// some powers of two it is one digit longer than it could be.)
static int shortest(double v, char digits[20], int *exp)
{
    char text[40];
    int n = 0;

    // 15 digits, then zeros cut: whatever is shorter than that prints the same, unless subnormal
    for (int p = v < DBL_MIN ? 0 : 14; p < 17; p++) {
        snprintf(text, sizeof(text), "%.*e", p, v);
        double back = strtod(text, NULL);
        if (!(back < v) && !(back > v))
            break;
    }
    char *e = strchr(text, 'e');
    for (const char *c = text; c < e; c++) {
        if (*c != '.')
            digits[n++] = *c;
    }
    str x = str_c(e + 1);
    int64_t value = 0;
    str_to_i64(x.p[0] == '+' ? str_skip(x, 1) : x, &value);
    *exp = (int)value;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    return n;
}

static void zeros(struct buf *b, int n)
{
    while (n-- > 0)
        buf_add_char(b, '0');
}

// As JavaScript prints numbers: plain from 1e-6 up to 1e21, else with an exponent.
static void positive_write(struct buf *b, double v)
{
    char d[20];
    int exp, n = shortest(v, d, &exp);

    if (exp >= 21 || exp < -6) {
        buf_add(b, (str){d, 1});
        if (n > 1)
            buf_add_char(b, '.');
        buf_add(b, (str){d + 1, (size_t)(n - 1)});
        buf_add_fmt(b, "e%c%d", exp < 0 ? '-' : '+', exp < 0 ? -exp : exp);
    } else if (exp < 0) {
        BUF_ADD(b, "0.");
        zeros(b, -exp - 1);
        buf_add(b, (str){d, (size_t)n});
    } else if (n <= exp + 1) {
        buf_add(b, (str){d, (size_t)n});
        zeros(b, exp + 1 - n);
    } else {
        buf_add(b, (str){d, (size_t)exp + 1});
        buf_add_char(b, '.');
        buf_add(b, (str){d + exp + 1, (size_t)(n - exp - 1)});
    }
}

void jw_double(struct jw *w, double v)
{
    if (!isfinite(v)) {
        jw_null(w);
        return;
    }
    if (v >= -9007199254740992.0 && v <= 9007199254740992.0) {
        int64_t i = (int64_t)v;
        if (!((double)i < v) && !((double)i > v)) {
            jw_i64(w, i);
            return;
        }
    }
    separate(w);
    if (v < 0)
        buf_add_char(w->b, '-');
    positive_write(w->b, fabs(v));
}

void jw_str(struct jw *w, str v)
{
    if (!str_some(v)) {
        jw_null(w);
        return;
    }
    separate(w);
    quoted(w->b, v);
}

void jw_time(struct jw *w, millis t)
{
    char text[32];

    if (t == MILLIS_NONE) {
        jw_null(w);
        return;
    }
    separate(w);
    buf_add_char(w->b, '"');
    buf_add(w->b, (str){text, time_format_iso(t, text)});
    buf_add_char(w->b, '"');
}

void jw_money(struct jw *w, picos v)
{
    separate(w);
    picos_write(w->b, v);
}

void jw_kstr(struct jw *w, str key, str v)
{
    jw_key(w, key);
    jw_str(w, v);
}

void jw_ki64(struct jw *w, str key, int64_t v)
{
    jw_key(w, key);
    jw_i64(w, v);
}

void jw_kbool(struct jw *w, str key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}

void jw_kdouble(struct jw *w, str key, double v)
{
    jw_key(w, key);
    jw_double(w, v);
}

void jw_ktime(struct jw *w, str key, millis t)
{
    jw_key(w, key);
    jw_time(w, t);
}

void jw_kraw(struct jw *w, str key, str json)
{
    jw_key(w, key);
    jw_raw(w, json);
}

void jw_knull(struct jw *w, str key)
{
    jw_key(w, key);
    jw_null(w);
}
