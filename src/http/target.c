// SPDX-License-Identifier: MIT
// Takes a raw request target apart: base path, path, query; and answers where the client thinks
// this server is. Works whether or not a proxy strips the base path. Pure.
//
//   configured  X-Forwarded-Prefix  target             path   base_path
//   /monitor    -                   /monitor/api/x     /api/x /monitor
//   /monitor    -                   /api/x (stripped)  /api/x /monitor
//   -           /monitor            /api/x             /api/x /monitor
//   -           /monitor            /monitor/api/x     /api/x /monitor
//   /monitor    /team               /monitor/api/x     /api/x /team/monitor
//
// The path stays percent-encoded here: the router splits it first and decodes after, so that %2F
// inside an id stays inside the id.
#include "http/http_int.h"

bool path_under(str path, str prefix)
{
    return str_starts(path, prefix) && (path.n == prefix.n || path.p[prefix.n] == '/');
}

static bool prefix_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '~' || c == '/';
}

bool prefix_sane(str prefix, str *out)
{
    str s = prefix;

    if (s.n == 0 || s.n > 256 || s.p[0] != '/')
        return false;
    if (s.p[s.n - 1] == '/')
        s.n--;
    for (size_t i = 0; i < s.n; i++) {
        bool starts = s.p[i] == '/' && i + 1 < s.n;

        if (!prefix_char(s.p[i]) || (starts && (s.p[i + 1] == '/' || s.p[i + 1] == '.')))
            return false;
    }
    *out = s;
    return true;
}

// "http://host/path" (RFC 9112 3.2.2) to "/path"; false when it is neither this nor a path.
static bool take_authority(str *target)
{
    static const str schemes[] = {STR_INIT("http://"), STR_INIT("https://")};

    if (target->n > 0 && target->p[0] == '/')
        return true;
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        str rest = *target;

        if (!str_starts(rest, schemes[i]))
            continue;
        rest = str_skip(rest, schemes[i].n);
        while (rest.n > 0 && rest.p[0] != '/' && rest.p[0] != '?')
            rest = str_skip(rest, 1);
        *target = rest;
        return rest.n > 0 && rest.p[0] == '/';
    }
    return false;
}

static bool take_prefix(struct target *t, str prefix)
{
    if (prefix.n == 0 || !path_under(t->path, prefix))
        return false;
    t->path = str_skip(t->path, prefix.n);
    return true;
}

bool target_split(struct arena *a, str raw, str base_path, str prefix, struct target *out)
{
    struct target t = {.path = raw, .query = STR(""), .base_path = base_path};
    str outer = STR_NONE;
    bool taken = false;
    ptrdiff_t mark;

    if (!take_authority(&t.path))
        return false;
    mark = str_find_char(t.path, '?');
    if (mark >= 0) {
        t.query = str_skip(t.path, (size_t)mark + 1);
        t.path.n = (size_t)mark;
    }
    if (prefix_sane(prefix, &outer)) {
        t.base_path = outer;
        taken = take_prefix(&t, outer);
    }
    if (!(taken && str_eq(outer, base_path)) && take_prefix(&t, base_path)) {
        taken = true;
        if (str_some(outer) && !str_eq(outer, base_path))
            t.base_path = arena_cat(a, outer, base_path);
    }
    t.to_slash = taken && t.path.n == 0;
    if (t.path.n == 0)
        t.path = STR("/");
    if (!str_some(t.base_path))
        t.base_path = STR("");
    *out = t;
    return true;
}

// The first of a comma list, as chained proxies write it.
static str first_value(const struct http_req *rq, const char *name)
{
    str rest = http_header(rq, name);
    str first = STR_NONE;

    if (str_some(rest) && str_next(&rest, ',', &first))
        first = str_trim(first);
    return first;
}

static bool host_sane(str host)
{
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];

        if (!prefix_char(c) && c != ':' && c != '[' && c != ']')
            return false;
        if (c == '/')
            return false;
    }
    return host.n > 0 && host.n <= 256;
}

static bool has_port(str host)
{
    ptrdiff_t bracket = str_find_char(host, ']');

    return str_find_char(str_skip(host, bracket > 0 ? (size_t)bracket : 0), ':') >= 0;
}

// ":8443", or nothing when the host already has a port or it is the scheme's own.
static str port_suffix(struct http_req *rq, str host, bool https)
{
    int64_t port = 0;

    if (has_port(host) || !str_to_i64(first_value(rq, "x-forwarded-port"), &port) || port < 1 ||
        port > 65535 || port == (https ? 443 : 80))
        return STR("");
    return arena_fmt(rq->ctx->arena, ":%d", (int)port);
}

str req_origin(struct http_req *rq)
{
    bool https = str_eq_nocase(first_value(rq, "x-forwarded-proto"), STR("https"));
    str host = first_value(rq, "x-forwarded-host");
    str port;

    if (!host_sane(host))
        host = http_header(rq, "host");
    if (!host_sane(host))
        host = STR("localhost");
    port = port_suffix(rq, host, https);
    return arena_fmt(rq->ctx->arena, "%s://%.*s%.*s%.*s", https ? "https" : "http", STR_ARG(host),
                     STR_ARG(port), STR_ARG(rq->base_path));
}
