// SPDX-License-Identifier: MIT
// REDIS_CONNECTION_STRING and the settings beside it.
#include "queue/redis/redis_server.h"

#include "base/url.h"

#define PREFIX_MAX 100
#define DB_MAX     16383

static void keep(str *place, str value)
{
    if (str_empty(*place) && !str_empty(value))
        *place = value;
}

static enum errc read_scheme(struct ctx *ctx, str url, struct redis_server *out, str *rest)
{
    static const struct {
        str text;
        bool tls, socket;
    } schemes[] = {
        {STR_INIT("redis://"), false, false},
        {STR_INIT("rediss://"), true, false},
        {STR_INIT("unix://"), false, true},
    };

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (!str_starts(url, schemes[i].text))
            continue;
        *rest = str_skip(url, schemes[i].text.n);
        out->tls.on = out->tls.on || schemes[i].tls;
        if (schemes[i].socket) {
            keep(&out->host, *rest);
            *rest = STR_NONE;
        }
        return ERR_OK;
    }
    return fail(ctx, ERR_INVALID,
                "the address of Redis must begin with redis:// or rediss:// (its text is not shown,"
                " it may hold a password)");
}

enum errc redis_url_parse(struct ctx *ctx, str url, struct redis_server *out)
{
    struct url_parts parts;
    str rest = STR_NONE;

    TRY(read_scheme(ctx, url, out, &rest));
    if (!str_some(rest))
        return ERR_OK;
    url_split(ctx->arena, rest, &parts);
    keep(&out->user, parts.user);
    keep(&out->password, parts.password);
    keep(&out->host, parts.host);
    keep(&out->port, parts.port);
    keep(&out->db, parts.path);
    return str_empty(out->host) ? fail(ctx, ERR_INVALID,
                                       "the address of Redis names no host (its text is not shown)")
                                : ERR_OK;
}

static bool in_range(str text, int64_t min, int64_t max)
{
    int64_t n;

    return str_to_i64(text, &n) && n >= min && n <= max;
}

bool redis_next_node(const struct redis_server *s, str *rest, struct redis_server *out)
{
    str part;

    if (str_empty(*rest) || !str_next(rest, ',', &part))
        return false;
    *out = *s;
    url_split_host(str_trim(part), &out->host, &out->port);
    if (str_empty(out->port))
        out->port = str_empty(s->primary) ? STR("6379") : STR("26379");
    return true;
}

// REDIS_HOST=host:port or [::1]:port; but neither a path nor a bare ::1.
static bool has_port(str host)
{
    ptrdiff_t colon = str_find_char(host, ':');
    bool more = colon >= 0 && str_find_char(str_skip(host, (size_t)colon + 1), ':') >= 0;

    return colon >= 0 && !str_starts(host, STR("/")) && (!more || str_starts(host, STR("[")));
}

static enum errc check_nodes(struct ctx *ctx, const struct redis_server *s)
{
    struct redis_server at;

    for (str rest = s->nodes; redis_next_node(s, &rest, &at);) {
        if (str_empty(at.host) || !in_range(at.port, 1, 65535))
            return fail(ctx, ERR_INVALID,
                        "the nodes of Redis are a list such as host:6379,host:6379, not %.*s",
                        STR_ARG(s->nodes));
    }
    return ERR_OK;
}

enum errc redis_server_check(struct ctx *ctx, struct redis_server *s)
{
    struct redis_server first;
    str port = STR_NONE, rest = s->nodes;

    TRY(check_nodes(ctx, s));
    if (redis_next_node(s, &rest, &first)) {
        s->host = first.host;
        s->port = first.port;
    }
    if (has_port(s->host))
        url_split_host(s->host, &s->host, &port);
    if (str_starts(s->port, STR("tcp://"))) // from Kubernetes, for a service named redis
        s->port = STR_NONE;
    keep(&s->port, port);
    keep(&s->port, STR("6379"));
    keep(&s->db, STR("0"));
    keep(&s->prefix, STR(REDIS_PREFIX));
    if (str_empty(s->host))
        return fail(ctx, ERR_INVALID, "the address of Redis names no host");
    if (!in_range(s->port, 1, 65535))
        return fail(ctx, ERR_INVALID, "the port of Redis is a number from 1 to 65535, not %.*s",
                    STR_ARG(s->port));
    if (!in_range(s->db, 0, DB_MAX))
        return fail(ctx, ERR_INVALID, "the database of Redis is a number such as 1, not %.*s",
                    STR_ARG(s->db));
    if (s->prefix.n > PREFIX_MAX || str_find_char(s->prefix, '{') >= 0)
        return fail(ctx, ERR_INVALID,
                    "the prefix of keys in Redis has at most %d bytes, and no {: that begins the"
                    " part which keeps all keys on one node of a cluster",
                    PREFIX_MAX);
    return ERR_OK;
}

str redis_server_text(struct arena *a, const struct redis_server *s)
{
    bool path = str_starts(s->host, STR("/"));

    if (!str_empty(s->primary))
        return arena_fmt(a, "%.*s (of sentinels %.*s), database %.*s", STR_ARG(s->primary),
                         STR_ARG(s->nodes), STR_ARG(s->db));
    return arena_fmt(a, "%.*s%s%.*s, database %.*s", STR_ARG(s->host), path ? "" : ":",
                     STR_ARG(path ? STR("") : s->port), STR_ARG(s->db));
}

void redis_server_copy(struct arena *a, const struct redis_server *from, struct redis_server *to)
{
    *to = (struct redis_server){.host = arena_str(a, from->host),
                                .port = arena_str(a, from->port),
                                .user = arena_str(a, from->user),
                                .password = arena_str(a, from->password),
                                .db = arena_str(a, from->db),
                                .prefix = arena_str(a, from->prefix),
                                .timeout_ms = from->timeout_ms,
                                .nodes = arena_str(a, from->nodes),
                                .primary = arena_str(a, from->primary),
                                .sentinel_user = arena_str(a, from->sentinel_user),
                                .sentinel_password = arena_str(a, from->sentinel_password),
                                .tls = {.on = from->tls.on,
                                        .unverified = from->tls.unverified,
                                        .ca_file = arena_str(a, from->tls.ca_file),
                                        .cert_file = arena_str(a, from->tls.cert_file),
                                        .key_file = arena_str(a, from->tls.key_file),
                                        .key_password = arena_str(a, from->tls.key_password),
                                        .server_name = arena_str(a, from->tls.server_name)}};
}
