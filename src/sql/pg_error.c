// SPDX-License-Identifier: MIT
// What PostgreSQL and libpq say, as cause and cure. libpq gives no code for failed connections, only
// text, so those are told apart by their English words; a server that speaks another language is quoted.
#include "sql/pg_int.h"

#include "base/address.h"

#define HOST_CURE "check the host name and port"

static const struct {
    const char *words;
    enum errc code;
    const char *cause, *cure;
} connect_faults[] = {
    {"password authentication failed", ERR_FORBIDDEN, "the password was rejected",
     "check the user and password; set DATABASE_USERNAME and DATABASE_PASSWORD (or"
     " DATABASE_PASSWORD_FILE) one by one when the URL mangles them"},
    {"no password", ERR_FORBIDDEN, "a password is needed and none is set",
     "set DATABASE_PASSWORD or DATABASE_PASSWORD_FILE"},
    {", no encryption", ERR_FORBIDDEN, "the server does not admit this address without TLS",
     "set sslmode=require in DATABASE_ARGS (or in the URL); if it is set, add the address to the"
     " server's whitelist (pg_hba.conf)"},
    {"no pg_hba.conf entry", ERR_FORBIDDEN, "the server does not admit this address",
     "add the address to its whitelist (pg_hba.conf)"},
    {"root certificate file", ERR_FORBIDDEN, "the certificate of the authority is missing",
     "name its file with sslrootcert=/path in DATABASE_ARGS, or set sslmode=require"},
    {"certificate verify failed", ERR_FORBIDDEN, "the server's certificate is not trusted",
     "name the file of its authority with sslrootcert=/path in DATABASE_ARGS"},
    {"does not match host name", ERR_FORBIDDEN, "the server's certificate is for another name",
     "connect by the name in the certificate, or set sslmode=verify-ca"},
    {"server does not support SSL", ERR_FORBIDDEN, "TLS is required here and the server has none",
     "set sslmode=prefer, or switch TLS on at the server"},
    {"SSL", ERR_FORBIDDEN, "the TLS connection failed",
     "check sslmode and sslrootcert in DATABASE_ARGS"},
    {"timeout expired", ERR_UNAVAILABLE, "no answer in time",
     "a firewall or a whitelist drops the packets, or the address is wrong"},
    {"Connection refused", ERR_UNAVAILABLE, "nothing listens there",
     "start the server or correct the port"},
    {"could not translate host name", ERR_UNAVAILABLE, "the host name is unknown", HOST_CURE},
    {"No route to host", ERR_UNAVAILABLE, "there is no route to the host", HOST_CURE},
    {"starting up", ERR_UNAVAILABLE, "the server is starting", "it is tried again by itself"},
    {"shutting down", ERR_UNAVAILABLE, "the server is stopping", "it is tried again by itself"},
    {"too many clients", ERR_UNAVAILABLE, "the server has no connection left",
     "raise its max_connections or start fewer replicas"},
    {"remaining connection slots", ERR_UNAVAILABLE, "the server has no connection left",
     "raise its max_connections or start fewer replicas"},
};

// The server's own words on one line, without what libpq puts before them.
static str one_line(struct arena *a, const char *text)
{
    str s = str_trim(str_c(text));
    ptrdiff_t mark = str_find(s, STR("failed: "));
    char *out;

    if (mark >= 0)
        s = str_skip(s, (size_t)mark + STR("failed: ").n);
    out = arena_alloc(a, s.n + 1);
    for (size_t i = 0; out && i < s.n; i++)
        out[i] = s.p[i] == '\n' || s.p[i] == '\t' ? ' ' : s.p[i];
    return out ? str_make(out, s.n) : STR_NONE;
}

bool pg_database_missing(const char *text)
{
    str s = str_c(text);

    return str_has(s, STR("database \"")) && str_has(s, STR("does not exist"));
}

// White lists are of addresses: says which one the server sees, as far as this machine knows.
static str called_from(struct ctx *ctx, const struct pg_server *server)
{
    str port = str_some(server->port) ? server->port : STR("5432");
    str from = address_towards(ctx->arena, server->host, port);

    return str_some(from) ? arena_fmt(ctx->arena, "called from %.*s as ", STR_ARG(from)) : STR("");
}

enum errc pg_connect_failed(struct ctx *ctx, const struct pg_server *server, const char *text)
{
    str where = pg_server_text(ctx->arena, server);
    str words = one_line(ctx->arena, text);
    str from = called_from(ctx, server);

    for (size_t i = 0; i < ARRAY_LEN(connect_faults); i++) {
        if (str_has(words, str_c(connect_faults[i].words)))
            return fail(ctx, connect_faults[i].code,
                        "PostgreSQL at %.*s: %s; %s (%.*suser %.*s; it said: %.*s)", STR_ARG(where),
                        connect_faults[i].cause, connect_faults[i].cure, STR_ARG(from),
                        STR_ARG(server->user), STR_ARG(words));
    }
    return fail(ctx, ERR_UNAVAILABLE, "PostgreSQL at %.*s cannot be reached (%.*suser %.*s): %.*s",
                STR_ARG(where), STR_ARG(from), STR_ARG(server->user), STR_ARG(words));
}

enum errc pg_absent(struct ctx *ctx, const struct pg_server *server)
{
    return fail(ctx, ERR_NOT_FOUND, "PostgreSQL at %.*s: there is no database \"%.*s\"",
                STR_ARG(pg_server_text(ctx->arena, server)), STR_ARG(server->name));
}

enum errc pg_missing(struct ctx *ctx, const struct pg_server *server, const char *why)
{
    return fail(ctx, ERR_NOT_FOUND,
                "PostgreSQL at %.*s: there is no database \"%.*s\" and user %.*s may not create it;"
                " an administrator runs: CREATE DATABASE \"%.*s\" OWNER \"%.*s\"; (it said: %.*s)",
                STR_ARG(pg_server_text(ctx->arena, server)), STR_ARG(server->name),
                STR_ARG(server->user), STR_ARG(server->name), STR_ARG(server->user),
                STR_ARG(one_line(ctx->arena, why)));
}

static const struct {
    const char *state; // SQLSTATE, or its first characters
    enum errc code;
    const char *cure;
} state_faults[] = {
    {"23", ERR_CONFLICT, ""},
    {"57014", ERR_TIMEOUT, ": ask for less"},
    {"53100", ERR_UNAVAILABLE, ": free space on the database server's disk"},
    {"53", ERR_UNAVAILABLE, ": the database server is short of a resource"},
    {"25006", ERR_UNAVAILABLE, ": this server only reads; name the primary"},
    {"08", ERR_UNAVAILABLE, ""},
    {"57P", ERR_UNAVAILABLE, ""},
    {"40", ERR_UNAVAILABLE, ": try again"},
};

// Rights are missing: what an administrator runs, in the database that is meant.
static enum errc pg_refused(struct ctx *ctx, const struct pg_server *server, str words)
{
    str where = pg_server_text(ctx->arena, server);
    str schema = str_some(server->schema) ? server->schema : STR("public");

    if (str_has(words, STR("for database")))
        return fail(ctx, ERR_FORBIDDEN,
                    "PostgreSQL at %.*s: %.*s: an administrator runs: GRANT CREATE ON DATABASE"
                    " \"%.*s\" TO \"%.*s\";",
                    STR_ARG(where), STR_ARG(words), STR_ARG(server->name), STR_ARG(server->user));
    return fail(ctx, ERR_FORBIDDEN,
                "PostgreSQL at %.*s: %.*s: an administrator runs in that database: GRANT USAGE,"
                " CREATE ON SCHEMA \"%.*s\" TO \"%.*s\"; GRANT ALL ON ALL TABLES IN SCHEMA"
                " \"%.*s\" TO \"%.*s\";",
                STR_ARG(where), STR_ARG(words), STR_ARG(schema), STR_ARG(server->user),
                STR_ARG(schema), STR_ARG(server->user));
}

enum errc pg_failed(struct ctx *ctx, const struct pg_server *server, const char *state,
                    const char *text)
{
    str where = pg_server_text(ctx->arena, server);
    str words = one_line(ctx->arena, text);

    if (state && strcmp(state, "42501") == 0)
        return pg_refused(ctx, server, words);
    for (size_t i = 0; state && i < ARRAY_LEN(state_faults); i++) {
        if (str_starts(str_c(state), str_c(state_faults[i].state)))
            return fail(ctx, state_faults[i].code, "PostgreSQL at %.*s: %.*s%s", STR_ARG(where),
                        STR_ARG(words), state_faults[i].cure);
    }
    return fail(ctx, state ? ERR_INTERNAL : ERR_UNAVAILABLE, "PostgreSQL at %.*s: %.*s",
                STR_ARG(where), STR_ARG(words));
}
