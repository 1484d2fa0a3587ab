// SPDX-License-Identifier: MIT
// Searching without case (text.h). Pure.
#include "store/sqlite/text.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_from(const char *p, str needle)
{
    for (size_t i = 0; i < needle.n; i++) {
        if (lower(p[i]) != lower(needle.p[i]))
            return false;
    }
    return true;
}

// The search jumps from one first letter to the next.
bool text_has(str s, str needle)
{
    const char *p = s.p, *end = s.p + s.n;

    if (needle.n == 0)
        return true;
    const char small[] = {lower(needle.p[0]), 0};
    char large = small[0] >= 'a' && small[0] <= 'z' ? (char)(small[0] - 32) : small[0];
    while ((size_t)(end - p) >= needle.n) {
        size_t room = (size_t)(end - p) - needle.n + 1;
        const char *a = memchr(p, small[0], room);
        const char *b = large == small[0] ? NULL : memchr(p, large, a ? (size_t)(a - p) : room);
        const char *at = b ? b : a;
        if (!at)
            return false;
        if (same_from(at, needle))
            return true;
        p = at + 1;
    }
    return false;
}

bool text_starts(str s, str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || same_from(s.p, prefix));
}
