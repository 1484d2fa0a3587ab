// SPDX-License-Identifier: MIT
// A scanner for lists of objects and errors. The stores that we talk to are configured, but what they
// list holds keys that anybody may have chosen: everything is checked for where it ends.
#include "blob/xml.h"

#include "base/buf.h"
#include "base/utf8.h"

// Whether a start tag of `name` begins at text[at] ('<'); *end is behind its '>'.
static bool start_tag(str text, size_t at, str name, size_t *end, bool *empty)
{
    str rest = str_skip(text, at + 1);
    if (!str_starts(rest, name) || rest.n == name.n || !strchr(" \t\r\n/>", rest.p[name.n]))
        return false;
    ptrdiff_t close = str_find_char(rest, '>');
    if (close < 0)
        return false;
    *empty = rest.p[close - 1] == '/';
    *end = at + 1 + (size_t)close + 1;
    return true;
}

// The end tag of `name` at or behind `from`: what lies before it, and where it ends.
static bool end_tag(str text, size_t from, str name, size_t *before, size_t *end)
{
    for (size_t at = from;; at += 2) {
        ptrdiff_t close = str_find(str_skip(text, at), STR("</"));
        if (close < 0)
            return false;
        at += (size_t)close;
        str rest = str_skip(text, at + 2);
        if (str_starts(rest, name) && str_starts(str_skip(rest, name.n), STR(">"))) {
            *before = at;
            *end = at + 2 + name.n + 1;
            return true;
        }
    }
}

bool xml_next(str text, const char *name, size_t *from, str *inner)
{
    str wanted = str_c(name);
    size_t at = *from, begin = 0, before = 0, end = 0;
    bool empty = false;

    do {
        ptrdiff_t open = str_find_char(str_skip(text, at), '<');
        if (open < 0)
            return false;
        at += (size_t)open + 1;
    } while (!start_tag(text, at - 1, wanted, &begin, &empty));
    before = end = begin;
    if (!empty && !end_tag(text, begin, wanted, &before, &end))
        return false;
    *inner = str_sub(text, begin, before - begin);
    *from = end;
    return true;
}

static bool reference(str name, char out[4], size_t *n)
{
    static const struct {
        str name;
        char c;
    } entities[] = {{STR_INIT("amp"), '&'},
                    {STR_INIT("lt"), '<'},
                    {STR_INIT("gt"), '>'},
                    {STR_INIT("quot"), '"'},
                    {STR_INIT("apos"), '\''}};
    uint32_t code = 0;
    bool hex = str_starts(name, STR("#x"));

    for (size_t i = 0; i < ARRAY_LEN(entities); i++)
        if (str_eq(name, entities[i].name)) {
            out[0] = entities[i].c;
            *n = 1;
            return true;
        }
    str digits = str_skip(name, hex ? 2 : 1);
    if (!str_starts(name, STR("#")) || digits.n == 0 || digits.n > 7)
        return false;
    for (size_t i = 0; i < digits.n; i++) {
        static const char signs[] = "0123456789abcdef";
        const char *sign = memchr(signs, digits.p[i] | 0x20, hex ? 16 : 10);
        if (!sign)
            return false;
        code = code * (hex ? 16 : 10) + (uint32_t)(sign - signs);
    }
    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return false;
    *n = utf8_put(code, out);
    return true;
}

static str unescape(struct arena *a, str raw)
{
    char *out = arena_alloc(a, raw.n + 1); // a reference is never shorter than what it means
    size_t n = 0, sign = 0;

    if (!out)
        return STR_NONE;
    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] == '<')
            return STR_NONE; // an element, where text was expected
        if (raw.p[i] != '&') {
            out[n++] = raw.p[i];
            continue;
        }
        ptrdiff_t end = str_find_char(str_sub(raw, i, 12), ';');
        if (end < 0 || !reference(str_sub(raw, i + 1, (size_t)end - 1), out + n, &sign))
            return STR_NONE;
        n += sign;
        i += (size_t)end;
    }
    return str_make(out, n);
}

str xml_text(struct arena *a, str text, const char *name)
{
    size_t from = 0;
    str inner = STR_NONE;
    return xml_next(text, name, &from, &inner) ? unescape(a, inner) : STR_NONE;
}

str xml_escape(struct arena *a, str text)
{
    struct buf b;

    buf_init(&b, text.n * 5 + 1);
    for (size_t i = 0; i < text.n; i++) {
        switch (text.p[i]) {
        case '&': BUF_ADD(&b, "&amp;"); break;
        case '<': BUF_ADD(&b, "&lt;"); break;
        case '>': BUF_ADD(&b, "&gt;"); break;
        default: buf_add_char(&b, text.p[i]);
        }
    }
    str out = buf_ok(&b) ? arena_str(a, buf_str(&b)) : STR_NONE;
    buf_fini(&b);
    return out;
}
