// SPDX-License-Identifier: MIT
// Hex, base64 and percent coding into the arena.
#include "base/codec.h"

static const char hex_digits[] = "0123456789abcdef";

str hex_encode(struct arena *a, const void *data, size_t n)
{
    const unsigned char *p = data;
    char *out = arena_alloc(a, n * 2);

    if (!out)
        return STR_NONE;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = hex_digits[p[i] >> 4];
        out[2 * i + 1] = hex_digits[p[i] & 15];
    }
    return (str){out, n * 2};
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char l = (char)(c | 0x20);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

bool hex_decode(struct arena *a, str text, str *out)
{
    char *p = text.n % 2 ? NULL : arena_alloc(a, text.n / 2);

    if (!p)
        return false;
    for (size_t i = 0; i < text.n / 2; i++) {
        int hi = hex_value(text.p[2 * i]), lo = hex_value(text.p[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        p[i] = (char)(hi << 4 | lo);
    }
    *out = (str){p, text.n / 2};
    return true;
}

static str encode64(struct arena *a, str data, const char *alphabet, bool pad)
{
    char *out = arena_alloc(a, (data.n + 2) / 3 * 4);
    const unsigned char *p = (const unsigned char *)data.p;
    size_t n = 0;

    if (!out)
        return STR_NONE;
    for (size_t i = 0; i < data.n; i += 3) {
        size_t left = data.n - i;
        uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
                     (left > 2 ? p[i + 2] : 0u);
        out[n++] = alphabet[v >> 18];
        out[n++] = alphabet[v >> 12 & 63];
        if (left > 1 || pad)
            out[n++] = left > 1 ? alphabet[v >> 6 & 63] : '=';
        if (left > 2 || pad)
            out[n++] = left > 2 ? alphabet[v & 63] : '=';
    }
    return (str){out, n};
}

#define BASE62 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

str base64_encode(struct arena *a, str data)
{
    return encode64(a, data, BASE62 "+/", true);
}

str base64url_encode(struct arena *a, str data)
{
    return encode64(a, data, BASE62 "-_", false);
}

static int value64(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool base64_decode(struct arena *a, str text, str *out)
{
    bool whole = text.n % 4 == 0; // only then may there be padding
    for (int pad = 0; whole && pad < 2 && text.n && text.p[text.n - 1] == '='; pad++)
        text.n--;
    char *p = text.n % 4 == 1 ? NULL : arena_alloc(a, text.n / 4 * 3 + 2);
    uint32_t v = 0;
    size_t n = 0;

    if (!p)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        int d = value64(text.p[i]);
        if (d < 0)
            return false;
        v = v << 6 | (uint32_t)d;
        if (i % 4)
            p[n++] = (char)(v >> (6 - i % 4 * 2) & 0xff);
    }
    *out = (str){p, n};
    return true;
}

bool percent_decode(struct arena *a, str text, bool plus, str *out)
{
    char *p;
    size_t n = 0;

    if (str_find_char(text, '%') < 0 && !(plus && str_find_char(text, '+') >= 0)) {
        *out = text;
        return true;
    }
    p = arena_alloc(a, text.n);
    if (!p)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            int hi = i + 2 < text.n ? hex_value(text.p[i + 1]) : -1;
            int lo = hi >= 0 ? hex_value(text.p[i + 2]) : -1;
            if (lo < 0)
                return false;
            c = (char)(hi << 4 | lo);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        p[n++] = c;
    }
    *out = (str){p, n};
    return true;
}

static bool unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

str percent_encode_but(struct arena *a, str text, const char *keep)
{
    char *p = arena_array(a, text.n, 3);
    size_t n = 0;

    if (!p)
        return STR_NONE;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (unreserved((char)c) || (c && strchr(keep, c))) {
            p[n++] = (char)c;
            continue;
        }
        p[n++] = '%';
        p[n++] = "0123456789ABCDEF"[c >> 4];
        p[n++] = "0123456789ABCDEF"[c & 15];
    }
    return (str){p, n};
}

str percent_encode(struct arena *a, str text)
{
    return percent_encode_but(a, text, "");
}
