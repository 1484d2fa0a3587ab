// SPDX-License-Identifier: MIT
// Connections of PostgreSQL. Statements go as text with parameters in one round trip each; none is
// prepared on the server, so that connection poolers may stand in between. A whole result is read at
// once: metadata is small.
//
// A write transaction takes one advisory lock first, so that writers of all processes come one after
// another, as they do on the embedded database: "look, then insert" needs no retries.
#include "sql/libpq.h"
#include "sql/pg_int.h"

#include <stdio.h>
#include <stdlib.h>

#define CACHED     64
#define MAX_PARAMS 64
#define TEXT_INT   24
#define TEXT_REAL  40
#define WRITE_LOCK "SELECT pg_advisory_xact_lock(8246713905712046)"

struct value {
    char *text; // NUL-terminated, room of `cap` bytes; NULL before the first use
    size_t cap;
    int len;
    bool null, binary;
};
struct pg_stmt {
    struct sql_stmt base;
    str key;    // as it was given, owned
    char *text; // with $1, $2 ... for ?
    int n_params;
    struct value values[MAX_PARAMS];
    PGresult *result;
    int row;             // next row of `result`
    unsigned char *blob; // last one that was read
};
struct pg {
    struct sql base;
    struct libpq lib;
    PGconn *conn;
    struct arena *arena; // texts of `server`
    struct pg_server server;
    int64_t changes;
    size_t n;
    struct pg_stmt *cache[CACHED];
};

static struct pg *pg_of(const struct sql *db)
{
    return (struct pg *)unconst(db);
}

static const struct libpq *lib_of(const struct sql *db)
{
    return &pg_of(db)->lib;
}

static struct pg_stmt *stmt_of(const struct sql_stmt *st)
{
    return (struct pg_stmt *)unconst(st);
}

// ---- Connections --------------------------------------------------------------------------------

static void say_nothing(void *user, const char *message)
{
    (void)user;
    (void)message;
}

static enum errc use_schema(struct pg *db, struct ctx *ctx, str schema)
{
    const struct libpq *pq = &db->lib;
    char *name = pq->PQescapeIdentifier(db->conn, schema.p, schema.n);
    CHECK(name);
    str make = db->server.look_only
                   ? STR("")
                   : arena_fmt(ctx->arena, "CREATE SCHEMA IF NOT EXISTS %s; ", name);
    str text = arena_fmt(ctx->arena, "%.*sSET search_path = %s", STR_ARG(make), name);
    pq->PQfreemem(name);
    return sql_exec(&db->base, ctx, arena_cstr(ctx->arena, text));
}

// Another program's tables have the same names as ours: they are not touched.
static enum errc step_aside(struct pg *db, struct ctx *ctx)
{
    struct sql_stmt *st = NULL;
    bool row = false;
    TRY(sql_prepare(&db->base, ctx,
                    STR("SELECT to_regclass(?) IS NOT NULL AND to_regclass('rl_migration')"
                        " IS NULL"),
                    &st));
    sql_bind_str(st, 1, db->server.foreign_table);
    TRY(sql_step(st, ctx, &row));
    bool taken = row && sql_i64(st, 0) != 0;
    sql_reset(st);
    return taken ? use_schema(db, ctx, db->server.own_schema) : ERR_OK;
}

static enum errc configure(struct pg *db, struct ctx *ctx)
{
    TRY(sql_exec(&db->base, ctx,
                 "SET statement_timeout = 30000; SET lock_timeout = 10000;"
                 "SET standard_conforming_strings = on"));
    if (str_some(db->server.schema))
        TRY(use_schema(db, ctx, db->server.schema));
    return str_some(db->server.foreign_table) ? step_aside(db, ctx) : ERR_OK;
}

// ---- Statements ---------------------------------------------------------------------------------

// Copies the text with $n for each ? outside quotes; returns how many there were.
static int number_params(str text, char *out, size_t size)
{
    int n = 0;
    size_t at = 0;
    char quote = 0;

    for (size_t i = 0; i < text.n && at + 8 < size; i++) {
        char c = text.p[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        if (c == '?' && !quote)
            at += (size_t)snprintf(out + at, size - at, "$%d", ++n);
        else
            out[at++] = c;
    }
    out[at] = 0;
    return n;
}

static void stmt_clear(struct pg_stmt *st)
{
    const struct libpq *pq = lib_of(st->base.db);
    pq->PQclear(st->result);
    pq->PQfreemem(st->blob);
    st->result = NULL;
    st->blob = NULL;
    st->row = 0;
}

static void stmt_free(struct pg_stmt *st)
{
    if (!st)
        return;
    stmt_clear(st);
    for (size_t i = 0; i < MAX_PARAMS; i++)
        free(st->values[i].text);
    free(unconst(st->key.p));
    free(st->text);
    free(st);
}

static struct pg_stmt *stmt_create(struct pg *db, str text)
{
    struct pg_stmt *st = calloc(1, sizeof *st);
    size_t size = text.n + MAX_PARAMS * 3 + 16;

    CHECK(st);
    st->base.db = &db->base;
    st->key = str_make(str_dup(text), text.n);
    st->text = malloc(size);
    CHECK(st->text && st->key.p);
    st->n_params = number_params(text, st->text, size);
    CHECK(st->n_params <= MAX_PARAMS);
    return st;
}

static enum errc pg_prepare(struct sql *base, struct ctx *ctx, str text, struct sql_stmt **out)
{
    struct pg *db = pg_of(base);
    size_t i = 0;

    (void)ctx;
    while (i < db->n && !str_eq(db->cache[i]->key, text))
        i++;
    if (i == CACHED) { // the oldest makes room
        stmt_free(db->cache[0]);
        for (i = 0; i + 1 < CACHED; i++)
            db->cache[i] = db->cache[i + 1];
        db->n--;
    }
    if (i == db->n)
        db->cache[db->n++] = stmt_create(db, text);
    struct pg_stmt *st = db->cache[i];
    stmt_clear(st);
    for (int k = 0; k < st->n_params; k++)
        st->values[k].null = true;
    *out = &st->base;
    return ERR_OK;
}

static struct value *value_room(struct sql_stmt *base, int i, size_t n)
{
    struct pg_stmt *st = stmt_of(base);

    CHECK(i >= 1 && i <= st->n_params);
    struct value *v = &st->values[i - 1];
    if (v->cap < n + 1) {
        free(v->text);
        v->text = malloc(n + 1);
        CHECK(v->text);
        v->cap = n + 1;
    }
    v->len = (int)n;
    v->null = v->binary = false;
    return v;
}

static void pg_bind_i64(struct sql_stmt *st, int i, int64_t n)
{
    struct value *v = value_room(st, i, TEXT_INT);
    v->len = snprintf(v->text, v->cap, "%lld", (long long)n);
}

static void pg_bind_double(struct sql_stmt *st, int i, double n)
{
    struct value *v = value_room(st, i, TEXT_REAL);
    v->len = snprintf(v->text, v->cap, "%.17g", n);
}

static void pg_bind_null(struct sql_stmt *st, int i)
{
    value_room(st, i, 0)->null = true;
}

static void bind_bytes(struct sql_stmt *st, int i, str s, bool binary)
{
    if (!str_some(s)) {
        pg_bind_null(st, i);
        return;
    }
    struct value *v = value_room(st, i, s.n);
    memcpy(v->text, s.p, s.n);
    v->text[s.n] = 0;
    v->binary = binary;
}

// A text of PostgreSQL holds no NUL; a space stands for one.
static void pg_bind_str(struct sql_stmt *st, int i, str s)
{
    bind_bytes(st, i, s, false);
    char *text = stmt_of(st)->values[i - 1].text;
    for (size_t k = 0; str_some(s) && k < s.n; k++)
        text[k] = text[k] ? text[k] : ' ';
}

static void pg_bind_blob(struct sql_stmt *st, int i, str s)
{
    bind_bytes(st, i, s, true);
}

static bool pg_lost(const struct sql *db)
{
    const struct libpq *pq = lib_of(db);
    return pq->PQstatus(pg_of(db)->conn) != CONNECTION_OK;
}

static enum errc result_check(struct pg *db, struct ctx *ctx, const PGresult *r)
{
    const struct libpq *pq = &db->lib;
    ExecStatusType status = pq->PQresultStatus(r);

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        db->changes = 0;
        (void)str_to_i64(str_c(pq->PQcmdTuples((PGresult *)unconst(r))), &db->changes);
        return ERR_OK;
    }
    return pg_failed(ctx, &db->server,
                     pg_lost(&db->base) ? NULL : pq->PQresultErrorField(r, PG_DIAG_SQLSTATE),
                     pq->PQerrorMessage(db->conn));
}

static enum errc run(struct pg_stmt *st, struct ctx *ctx)
{
    const struct libpq *pq = lib_of(st->base.db);
    struct pg *db = pg_of(st->base.db);
    const char *values[MAX_PARAMS];
    int lengths[MAX_PARAMS], formats[MAX_PARAMS];

    for (int i = 0; i < st->n_params; i++) {
        const struct value *v = &st->values[i];
        values[i] = v->null ? NULL : v->text;
        lengths[i] = v->len;
        formats[i] = v->binary;
    }
    st->result =
        pq->PQexecParams(db->conn, st->text, st->n_params, NULL, values, lengths, formats, 0);
    enum errc rc = result_check(db, ctx, st->result);
    if (rc != ERR_OK)
        stmt_clear(st);
    return rc;
}

static enum errc pg_step(struct sql_stmt *base, struct ctx *ctx, bool *row)
{
    const struct libpq *pq = lib_of(base->db);
    struct pg_stmt *st = stmt_of(base);

    *row = false;
    if (!st->result)
        TRY(run(st, ctx));
    if (st->row < pq->PQntuples(st->result)) {
        st->row++;
        *row = true;
        return ERR_OK;
    }
    stmt_clear(st);
    return ERR_OK;
}

static void pg_reset(struct sql_stmt *st)
{
    stmt_clear(stmt_of(st));
}

static bool pg_is_null(struct sql_stmt *base, int i)
{
    const struct libpq *pq = lib_of(base->db);
    const struct pg_stmt *st = stmt_of(base);
    return pq->PQgetisnull(st->result, st->row - 1, i);
}

static str pg_text(struct sql_stmt *base, int i)
{
    const struct libpq *pq = lib_of(base->db);
    const struct pg_stmt *st = stmt_of(base);
    if (pg_is_null(base, i))
        return STR_NONE;
    return str_make(pq->PQgetvalue(st->result, st->row - 1, i),
                    (size_t)pq->PQgetlength(st->result, st->row - 1, i));
}

static int64_t pg_i64(struct sql_stmt *st, int i)
{
    str s = pg_text(st, i);
    int64_t n = str_eq(s, STR("t"));
    (void)str_to_i64(s, &n);
    return n;
}

static double pg_real(struct sql_stmt *st, int i)
{
    double n = 0;
    (void)str_to_double(pg_text(st, i), &n);
    return n;
}

static str pg_blob(struct sql_stmt *base, int i)
{
    const struct libpq *pq = lib_of(base->db);
    struct pg_stmt *st = stmt_of(base);
    size_t n = 0;

    if (pg_is_null(base, i))
        return STR_NONE;
    pq->PQfreemem(st->blob);
    st->blob =
        pq->PQunescapeBytea((const unsigned char *)pq->PQgetvalue(st->result, st->row - 1, i), &n);
    CHECK(st->blob);
    return str_make((const char *)st->blob, n);
}

static int64_t pg_changes(struct sql *db)
{
    return pg_of(db)->changes;
}

// ---- Whole connections --------------------------------------------------------------------------

static enum errc pg_exec(struct sql *base, struct ctx *ctx, const char *text)
{
    const struct libpq *pq = lib_of(base);
    struct pg *db = pg_of(base);
    PGresult *r = pq->PQexec(db->conn, text);
    enum errc rc = result_check(db, ctx, r);

    pq->PQclear(r);
    return rc;
}

static enum errc pg_begin(struct sql *db, struct ctx *ctx, bool write)
{
    return pg_exec(db, ctx, write ? "BEGIN; " WRITE_LOCK : "BEGIN");
}

static enum errc pg_commit(struct sql *base, struct ctx *ctx)
{
    const struct libpq *pq = lib_of(base);
    struct pg *db = pg_of(base);

    if (pq->PQtransactionStatus(db->conn) == PQTRANS_INERROR)
        return fail(ctx, ERR_INTERNAL, "a statement of the transaction failed");
    return pg_exec(base, ctx, "COMMIT");
}

static void pg_rollback(struct sql *base)
{
    const struct libpq *pq = lib_of(base);
    struct pg *db = pg_of(base);

    for (size_t i = 0; i < db->n; i++)
        stmt_clear(db->cache[i]);
    if (pq->PQtransactionStatus(db->conn) != PQTRANS_IDLE)
        pq->PQclear(pq->PQexec(db->conn, "ROLLBACK"));
}

// The server decides what a commit waits for.
static enum errc pg_full_sync(struct sql *db, struct ctx *ctx, bool on)
{
    (void)db;
    (void)ctx;
    (void)on;
    return ERR_OK;
}

static void pg_close(struct sql *base)
{
    struct pg *db = pg_of(base);

    for (size_t i = 0; i < db->n; i++)
        stmt_free(db->cache[i]);
    if (db->conn)
        db->lib.PQfinish(db->conn);
    arena_destroy(db->arena);
    free(db);
}

static const struct sql_ops pg_ops = {
    .name = "postgres",
    .close = pg_close,
    .exec = pg_exec,
    .prepare = pg_prepare,
    .bind_i64 = pg_bind_i64,
    .bind_double = pg_bind_double,
    .bind_str = pg_bind_str,
    .bind_blob = pg_bind_blob,
    .bind_null = pg_bind_null,
    .step = pg_step,
    .reset = pg_reset,
    .i64 = pg_i64,
    .real = pg_real,
    .text = pg_text,
    .blob = pg_blob,
    .is_null = pg_is_null,
    .changes = pg_changes,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .full_sync = pg_full_sync,
    .lost = pg_lost,
};

static enum errc open_connection(struct pg *db, struct ctx *ctx, const struct pg_server *server,
                                 int timeout_s)
{
    TRY(libpq_load(ctx, &db->lib));
    TRY(libpq_connect(ctx, &db->lib, server, timeout_s, &db->conn));
    db->lib.PQsetNoticeProcessor(db->conn, say_nothing, NULL);
    return configure(db, ctx);
}

enum errc pg_connect(struct ctx *ctx, const struct pg_server *server, int timeout_s,
                     struct sql **out)
{
    struct pg *db = calloc(1, sizeof *db);

    CHECK(db);
    db->base.ops = &pg_ops;
    db->arena = arena_create(64u << 10);
    pg_server_copy(db->arena, server, &db->server);
    enum errc rc = open_connection(db, ctx, server, timeout_s);
    if (rc != ERR_OK) {
        pg_close(&db->base);
        return rc;
    }
    *out = &db->base;
    return ERR_OK;
}
