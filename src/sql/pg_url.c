// SPDX-License-Identifier: MIT
// DATABASE_URL as people write it: passwords with `@`, `/`, `=`, `%` or `#` in them, encoded or not.
#include "base/codec.h"
#include "sql/postgres.h"

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

static str decoded(struct arena *a, str text)
{
    str out;

    return !is_raw(text) && percent_decode(a, text, false, &out) ? out : text;
}

static void keep(str *place, str value)
{
    if (!str_some(*place) && value.n > 0)
        *place = value;
}

static void read_user(struct arena *a, str user, struct pg_server *out)
{
    ptrdiff_t colon = str_find_char(user, ':');

    if (colon >= 0)
        keep(&out->password, decoded(a, str_skip(user, (size_t)colon + 1)));
    keep(&out->user, decoded(a, colon < 0 ? user : str_sub(user, 0, (size_t)colon)));
}

void pg_host_parse(str text, struct pg_server *out)
{
    ptrdiff_t bracket = str_starts(text, STR("[")) ? str_find_char(text, ']') : -1;
    size_t from = bracket < 0 ? 0 : (size_t)bracket;
    ptrdiff_t colon = str_find_char(str_skip(text, from), ':');
    size_t n = colon < 0 ? text.n : from + (size_t)colon;

    if (colon >= 0)
        keep(&out->port, str_skip(text, n + 1));
    keep(&out->host, bracket < 0 ? str_sub(text, 0, n) : str_sub(text, 1, (size_t)bracket - 1));
}

static void read_schema(struct arena *a, struct pg_server *out)
{
    str part, rest = out->params;

    while (str_some(rest) && str_next(&rest, '&', &part)) {
        if (str_starts(part, STR("schema=")))
            keep(&out->schema, decoded(a, str_skip(part, STR("schema=").n)));
    }
}

enum errc pg_url_parse(struct ctx *ctx, str url, struct pg_server *out)
{
    static const str schemes[] = {STR_INIT("postgresql://"), STR_INIT("postgres://")};
    struct arena *a = ctx->arena;
    str rest = STR_NONE, place;

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (str_starts(url, schemes[i]))
            rest = str_skip(url, schemes[i].n);
    }
    if (!str_some(rest))
        return fail(ctx, ERR_INVALID,
                    "the database URL must begin with postgresql:// (its text is not shown, it may"
                    " hold a password)");
    ptrdiff_t at = user_end(rest);
    if (at >= 0)
        read_user(a, str_sub(rest, 0, (size_t)at), out);
    rest = str_skip(rest, (size_t)(at + 1));
    str_next(&rest, '?', &place);
    keep(&out->params, rest);
    str_next(&place, '/', &rest);
    pg_host_parse(rest, out);
    keep(&out->name, decoded(a, place));
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
