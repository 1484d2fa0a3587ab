// SPDX-License-Identifier: MIT
// Addresses of servers with passwords that have `@`, `/`, `=`, `%` or `#` in them, encoded or not.
#include "base/url.h"

#include "base/codec.h"

static bool host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
}

// Whether "host:port/name?..." may begin here: host characters up to the end, a slash or a query.
static bool host_follows(str rest)
{
    size_t n = 0;

    while (n < rest.n && host_char(rest.p[n]))
        n++;
    return n == rest.n || (n > 0 && (rest.p[n] == '/' || rest.p[n] == '?'));
}

// Position of the `@` that ends the user part, or -1.
static ptrdiff_t user_end(str text)
{
    for (size_t i = text.n; i-- > 0;) {
        if (text.p[i] == '@' && host_follows(str_skip(text, i + 1)))
            return (ptrdiff_t)i;
    }
    return -1;
}

// A text with signs that a URL would have encoded was not encoded: its `%` means itself.
static bool is_raw(str text)
{
    static const char signs[] = "@/?#:[] ";

    for (const char *c = signs; *c; c++) {
        if (str_find_char(text, *c) >= 0)
            return true;
    }
    return false;
}

str url_decoded(struct arena *a, str text)
{
    str out;

    return !is_raw(text) && percent_decode(a, text, false, &out) ? out : text;
}

void url_split_host(str text, str *host, str *port)
{
    ptrdiff_t bracket = str_starts(text, STR("[")) ? str_find_char(text, ']') : -1;
    size_t from = bracket < 0 ? 0 : (size_t)bracket;
    ptrdiff_t colon = str_find_char(str_skip(text, from), ':');
    size_t n = colon < 0 ? text.n : from + (size_t)colon;

    *port = colon < 0 ? STR_NONE : str_skip(text, n + 1);
    *host = bracket < 0 ? str_sub(text, 0, n) : str_sub(text, 1, (size_t)bracket - 1);
}

void url_split(struct arena *a, str rest, struct url_parts *out)
{
    ptrdiff_t at = user_end(rest);
    str place, user = at < 0 ? STR_NONE : str_sub(rest, 0, (size_t)at);
    ptrdiff_t colon = str_find_char(user, ':');

    *out = (struct url_parts){0};
    if (colon >= 0)
        out->password = url_decoded(a, str_skip(user, (size_t)colon + 1));
    if (at >= 0)
        out->user = url_decoded(a, colon < 0 ? user : str_sub(user, 0, (size_t)colon));
    rest = str_skip(rest, (size_t)(at + 1));
    str_next(&rest, '?', &place);
    out->query = rest;
    str_next(&place, '/', &rest);
    out->path = place;
    url_split_host(rest, &out->host, &out->port);
}
