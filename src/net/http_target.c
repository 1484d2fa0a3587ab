// SPDX-License-Identifier: MIT
// From the address that a person types to what a connection needs: host, port, base path, and the
// header that carries the keys.
#include "base/codec.h"
#include "net/http_client.h"

static bool only_digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0 && s.n <= 5;
}

// "host", "host:port", "[::1]:port".
static bool split_authority(str authority, struct net_target *out)
{
    str rest;

    out->service = STR("80");
    if (str_starts(authority, STR("["))) {
        ptrdiff_t end = str_find_char(authority, ']');
        if (end < 0)
            return false;
        out->host = str_sub(authority, 1, (size_t)end - 1);
        rest = str_skip(authority, (size_t)end + 1);
    } else {
        ptrdiff_t colon = str_find_char(authority, ':');
        size_t n = colon < 0 ? authority.n : (size_t)colon;
        out->host = str_sub(authority, 0, n);
        rest = str_skip(authority, n);
    }
    if (str_empty(out->host))
        return false;
    if (str_empty(rest))
        return true;
    out->service = str_skip(rest, 1);
    return rest.p[0] == ':' && only_digits(out->service);
}

enum errc net_target_parse(struct ctx *ctx, str url, struct net_target *out)
{
    struct net_target t = {.base_path = STR("")};
    if (str_starts(url, STR("https://")))
        return fail(ctx, ERR_INVALID,
                    "%.*s: this command speaks plain http; give the address of the server behind"
                    " the proxy, http://127.0.0.1:3000 for example",
                    STR_ARG(url));
    if (!str_starts(url, STR("http://")))
        return fail(ctx, ERR_INVALID, "%.*s is not an address like http://127.0.0.1:3000",
                    STR_ARG(url));
    str rest = str_skip(url, STR("http://").n);
    ptrdiff_t slash = str_find_char(rest, '/');
    size_t n = slash < 0 ? rest.n : (size_t)slash;
    t.authority = str_sub(rest, 0, n);
    str path = str_skip(rest, n);
    while (str_ends(path, STR("/")))
        path.n--;
    if (!str_empty(path))
        t.base_path = path;
    if (!split_authority(t.authority, &t))
        return fail(ctx, ERR_INVALID, "%.*s is not an address like http://127.0.0.1:3000",
                    STR_ARG(url));
    *out = t;
    return ERR_OK;
}

str net_basic(struct arena *a, str public_key, str secret_key)
{
    str pair = arena_fmt(a, "%.*s:%.*s", STR_ARG(public_key), STR_ARG(secret_key));
    return arena_cat(a, STR("Basic "), base64_encode(a, pair));
}
