// SPDX-License-Identifier: MIT
// Loading libpq, and connecting with it: the parameters, and the database that may be missing.
#include "sql/libpq.h"

#include "base/codec.h"
#include "sql/pg_int.h"

#include <stddef.h>

#define MAX_WORDS 24 // connection parameters

enum errc libpq_load(struct ctx *ctx, struct libpq *pq)
{
    static const struct library library = {"libpq.so.5", "libpq5", "PostgreSQL"};
    static const struct library_function functions[] = {
#define ROW(name) {#name, offsetof(struct libpq, name)},
        LIBPQ(ROW)
#undef ROW
    };

    return library_load(ctx, &library, functions, ARRAY_LEN(functions), pq);
}

struct words { // of PQconnectdbParams
    const char *names[MAX_WORDS + 1], *values[MAX_WORDS + 1];
    size_t n;
};

static void word(struct arena *a, struct words *w, const char *name, str value)
{
    if (value.n == 0 || w->n == MAX_WORDS)
        return;
    w->names[w->n] = name;
    w->values[w->n++] = arena_cstr(a, value);
}

// What a URL's query may say; everything else in it belongs to other drivers.
static const char *const url_words[] = {"sslmode",         "sslrootcert", "sslcert",
                                        "sslkey",          "sslpassword", "sslcrl",
                                        "channel_binding", "gssencmode",  "target_session_attrs"};

static void words_of_url(struct arena *a, struct words *w, str params)
{
    str part, value;

    for (str rest = params; str_next(&rest, '&', &part);) {
        str name;
        value = part;
        str_next(&value, '=', &name);
        for (size_t i = 0; i < ARRAY_LEN(url_words); i++) {
            if (str_eq(name, str_c(url_words[i])) && str_some(value) &&
                percent_decode(a, value, true, &value))
                word(a, w, url_words[i], str_eq(value, STR("no-verify")) ? STR("require") : value);
        }
    }
}

static PGconn *connect_to(struct arena *a, const struct libpq *pq, const struct pg_server *s,
                          str name, int timeout_s)
{
    struct words w = {0};

    word(a, &w, "host", s->host);
    word(a, &w, "port", s->port);
    word(a, &w, "user", s->user);
    word(a, &w, "password", s->password);
    word(a, &w, "dbname", name);
    word(a, &w, "connect_timeout", arena_fmt(a, "%d", timeout_s));
    word(a, &w, "tcp_user_timeout", arena_fmt(a, "%d", timeout_s * 1000));
    word(a, &w, "application_name", STR("rushlight"));
    word(a, &w, "client_encoding", STR("UTF8"));
    words_of_url(a, &w, s->params);
    return pq->PQconnectdbParams(w.names, w.values, 0);
}

// Creates the missing database through the one that every server has.
static enum errc create_database(struct ctx *ctx, const struct libpq *pq, const struct pg_server *s,
                                 int timeout_s)
{
    PGconn *conn = connect_to(ctx->arena, pq, s, STR("postgres"), timeout_s);
    char *name = pq->PQescapeIdentifier(conn, s->name.p, s->name.n);
    enum errc rc = ERR_OK;

    if (pq->PQstatus(conn) != CONNECTION_OK || !name) {
        rc = pg_missing(ctx, s, pq->PQerrorMessage(conn));
    } else {
        PGresult *r = pq->PQexec(
            conn, arena_cstr(ctx->arena, arena_fmt(ctx->arena, "CREATE DATABASE %s", name)));
        const char *state = pq->PQresultErrorField(r, PG_DIAG_SQLSTATE);
        bool there = state && strcmp(state, "42P04") == 0; // another process was faster
        if (pq->PQresultStatus(r) != PGRES_COMMAND_OK && !there)
            rc = pg_missing(ctx, s, pq->PQerrorMessage(conn));
        pq->PQclear(r);
    }
    pq->PQfreemem(name);
    pq->PQfinish(conn);
    return rc;
}

enum errc libpq_connect(struct ctx *ctx, const struct libpq *pq, const struct pg_server *s,
                        int timeout_s, PGconn **out)
{
    PGconn *conn = connect_to(ctx->arena, pq, s, s->name, timeout_s);

    if (pq->PQstatus(conn) != CONNECTION_OK && pg_database_missing(pq->PQerrorMessage(conn))) {
        pq->PQfinish(conn);
        if (s->look_only)
            return pg_absent(ctx, s);
        TRY(create_database(ctx, pq, s, timeout_s));
        conn = connect_to(ctx->arena, pq, s, s->name, timeout_s);
    }
    if (pq->PQstatus(conn) != CONNECTION_OK) {
        enum errc rc = pg_connect_failed(ctx, s, pq->PQerrorMessage(conn));
        pq->PQfinish(conn);
        return rc;
    }
    *out = conn;
    return ERR_OK;
}
