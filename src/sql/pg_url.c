// SPDX-License-Identifier: MIT
// DATABASE_URL as people write it, and the settings that stand beside it.
#include "base/url.h"
#include "sql/postgres.h"

static void keep(str *place, str value)
{
    if (!str_some(*place) && value.n > 0)
        *place = value;
}

void pg_host_parse(str text, struct pg_server *out)
{
    str host, port;

    url_split_host(text, &host, &port);
    keep(&out->port, port);
    keep(&out->host, host);
}

static void read_schema(struct arena *a, struct pg_server *out)
{
    str part, rest = out->params;

    while (str_some(rest) && str_next(&rest, '&', &part)) {
        if (str_starts(part, STR("schema=")))
            keep(&out->schema, url_decoded(a, str_skip(part, STR("schema=").n)));
    }
}

enum errc pg_url_parse(struct ctx *ctx, str url, struct pg_server *out)
{
    static const str schemes[] = {STR_INIT("postgresql://"), STR_INIT("postgres://")};
    struct arena *a = ctx->arena;
    str rest = STR_NONE;
    struct url_parts parts;

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (str_starts(url, schemes[i]))
            rest = str_skip(url, schemes[i].n);
    }
    if (!str_some(rest))
        return fail(ctx, ERR_INVALID,
                    "the database URL must begin with postgresql:// (its text is not shown, it may"
                    " hold a password)");
    url_split(a, rest, &parts);
    keep(&out->user, parts.user);
    keep(&out->password, parts.password);
    keep(&out->host, parts.host);
    keep(&out->port, parts.port);
    keep(&out->params, parts.query);
    keep(&out->name, url_decoded(a, parts.path));
    read_schema(a, out);
    return str_some(out->host)
               ? ERR_OK
               : fail(ctx, ERR_INVALID, "the database URL names no host (its text is not shown)");
}

str pg_server_text(struct arena *a, const struct pg_server *s)
{
    return arena_fmt(a, "%.*s:%.*s/%.*s", STR_ARG(s->host),
                     STR_ARG(str_some(s->port) ? s->port : STR("5432")), STR_ARG(s->name));
}

void pg_server_copy(struct arena *a, const struct pg_server *from, struct pg_server *to)
{
    *to = (struct pg_server){.host = arena_str(a, from->host),
                             .port = arena_str(a, from->port),
                             .user = arena_str(a, from->user),
                             .password = arena_str(a, from->password),
                             .name = arena_str(a, from->name),
                             .schema = arena_str(a, from->schema),
                             .params = arena_str(a, from->params),
                             .foreign_table = arena_str(a, from->foreign_table),
                             .own_schema = arena_str(a, from->own_schema),
                             .look_only = from->look_only};
}
