// SPDX-License-Identifier: MIT
// The slow path of reading: clients cut texts in the middle of an emoji, or send bytes that are no
// Unicode. Rather than losing the whole batch, each broken piece becomes U+FFFD and the text is read
// once more. What the repair does not understand it copies, so that the reader reports it.
#include "json/json_int.h"

#include "base/buf.h"
#include "base/utf8.h"

static int hex_value(char c)
{
    char low = (char)(c | 0x20);

    if (c >= '0' && c <= '9')
        return c - '0';
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static bool hex4(str s, size_t i, uint32_t *out)
{
    uint32_t v = 0;

    if (i + 4 > s.n)
        return false;
    for (size_t k = i; k < i + 4; k++) {
        int d = hex_value(s.p[k]);
        if (d < 0)
            return false;
        v = v << 4 | (uint32_t)d;
    }
    *out = v;
    return true;
}

// One \u escape at i: copied, or replaced when it is NUL or half a surrogate pair. Returns its length.
static size_t repair_escape(str s, size_t i, struct buf *b)
{
    uint32_t hi, lo;

    if (!hex4(s, i + 2, &hi)) {
        buf_add(b, str_sub(s, i, 2));
        return 2;
    }
    bool pair = hi >= 0xd800 && hi <= 0xdbff && i + 8 <= s.n && s.p[i + 6] == '\\' &&
                s.p[i + 7] == 'u' && hex4(s, i + 8, &lo) && lo >= 0xdc00 && lo <= 0xdfff;
    if (pair) {
        buf_add(b, str_sub(s, i, 12));
        return 12;
    }
    bool bad = hi == 0 || (hi >= 0xd800 && hi <= 0xdfff);
    buf_add(b, bad ? STR("\\ufffd") : str_sub(s, i, 6));
    return 6;
}

// An escape of any kind at i, inside a string. Returns its length.
static size_t escape_take(str s, size_t i, struct buf *b)
{
    if (s.p[i + 1] == 'u')
        return repair_escape(s, i, b);
    buf_add(b, str_sub(s, i, 2));
    return 2;
}

str json_repair(struct arena *a, str text)
{
    AUTO(buf_fini) struct buf b = {0};
    str clean = utf8_clean(a, text);
    bool in_string = false;

    buf_init(&b, clean.n * 2 + 16);
    for (size_t i = 0; i < clean.n;) {
        size_t n = 1;
        if (in_string && clean.p[i] == '\\' && i + 1 < clean.n)
            n = escape_take(clean, i, &b);
        else
            buf_add_char(&b, clean.p[i]);
        in_string ^= clean.p[i] == '"';
        i += n;
    }
    return arena_str(a, buf_str(&b));
}
