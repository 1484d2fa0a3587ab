// SPDX-License-Identifier: MIT
// bootstrap's part of PostgreSQL: as an administrator (RUSHLIGHT_ADMIN_DATABASE_URL) the role, the
// database and the rights; without one whatever the configured user may do itself. What is missing in
// the end is printed as statements for an administrator.
#include "cli/bootstrap_int.h"

enum { CONNECT_S = 10 };
#define ADMIN_DATABASE "postgres"
#define SECRET_SHOWN   "'<the value of DATABASE_PASSWORD>'"

// ---- Statements ---------------------------------------------------------------------------------

static str quoted(struct arena *a, str text, char sign)
{
    char *out = arena_alloc(a, text.n * 2 + 2);
    size_t n = 0;
    CHECK(out);
    out[n++] = sign;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == sign)
            out[n++] = sign;
        out[n++] = text.p[i];
    }
    out[n++] = sign;
    return str_make(out, n);
}

struct statements { // what makes a deployment's database, with names filled in
    str role, database, connect, schema;
};

static struct statements statements_of(struct arena *a, const struct pg_server *s, bool show_secret)
{
    str user = quoted(a, s->user, '"');
    str name = quoted(a, s->name, '"');
    str schema = quoted(a, str_some(s->schema) ? s->schema : STR("public"), '"');
    str password = show_secret ? quoted(a, s->password, '\'') : STR(SECRET_SHOWN);
    return (struct statements){
        .role =
            arena_fmt(a, "CREATE ROLE %.*s LOGIN PASSWORD %.*s", STR_ARG(user), STR_ARG(password)),
        .database = arena_fmt(a, "CREATE DATABASE %.*s OWNER %.*s", STR_ARG(name), STR_ARG(user)),
        .connect = arena_fmt(a, "GRANT CONNECT, CREATE ON DATABASE %.*s TO %.*s", STR_ARG(name),
                             STR_ARG(user)),
        .schema = arena_fmt(a,
                            "GRANT USAGE, CREATE ON SCHEMA %.*s TO %.*s; GRANT ALL ON ALL TABLES"
                            " IN SCHEMA %.*s TO %.*s",
                            STR_ARG(schema), STR_ARG(user), STR_ARG(schema), STR_ARG(user)),
    };
}

static void print_statements(struct report *r, const struct pg_server *s)
{
    const struct statements t = statements_of(r->arena, s, false);
    report_add(r, FINDING_NOTE,
               "an administrator of the server runs (or gives RUSHLIGHT_ADMIN_DATABASE_URL to this"
               " command): %.*s; %.*s; %.*s; and in the database %.*s: %.*s;",
               STR_ARG(t.role), STR_ARG(t.database), STR_ARG(t.connect), STR_ARG(s->name),
               STR_ARG(t.schema));
}

// ---- As administrator ---------------------------------------------------------------------------

static enum errc exists(struct sql *db, struct ctx *ctx, str text, str name, bool *out)
{
    struct sql_stmt *st = NULL;
    TRY(sql_prepare(db, ctx, text, &st));
    sql_bind_str(st, 1, name);
    TRY(sql_step(st, ctx, out));
    sql_reset(st);
    return ERR_OK;
}

static enum errc run(struct report *r, struct sql *db, str statement, const char *what, str name)
{
    TRY(sql_exec(db, r->ctx, arena_cstr(r->arena, statement)));
    report_add(r, FINDING_FINE, "%s %.*s", what, STR_ARG(name));
    return ERR_OK;
}

static enum errc make_role_and_database(struct report *r, struct sql *db, const struct pg_server *s)
{
    const struct statements t = statements_of(r->arena, s, true);
    bool there = false;
    TRY(exists(db, r->ctx, STR("SELECT 1 FROM pg_roles WHERE rolname = ?"), s->user, &there));
    if (!there)
        TRY(run(r, db, t.role, "created role", s->user));
    TRY(exists(db, r->ctx, STR("SELECT 1 FROM pg_database WHERE datname = ?"), s->name, &there));
    if (!there)
        TRY(run(r, db, t.database, "created database", s->name));
    return sql_exec(db, r->ctx, arena_cstr(r->arena, t.connect));
}

static enum errc as_admin(struct report *r, const struct pg_server *admin, str database,
                          const struct pg_server *s,
                          enum errc (*fn)(struct report *, struct sql *, const struct pg_server *))
{
    struct pg_server there = *admin;
    struct sql *db = NULL;
    there.name = database;
    there.look_only = true;
    TRY(pg_connect(r->ctx, &there, CONNECT_S, &db));
    enum errc rc = fn(r, db, s);
    sql_close(db);
    return rc;
}

static enum errc grant_rights(struct report *r, struct sql *db, const struct pg_server *s)
{
    const struct statements t = statements_of(r->arena, s, true);
    if (str_some(s->schema)) {
        str make = arena_fmt(r->arena, "CREATE SCHEMA IF NOT EXISTS %.*s AUTHORIZATION %.*s",
                             STR_ARG(quoted(r->arena, s->schema, '"')),
                             STR_ARG(quoted(r->arena, s->user, '"')));
        TRY(sql_exec(db, r->ctx, arena_cstr(r->arena, make)));
    }
    return run(r, db, t.schema, "granted rights in the database to", s->user);
}

static enum errc make_as_admin(struct report *r, const struct pg_server *s)
{
    const struct cli *c = r->owner;
    struct pg_server admin = {0};
    TRY(pg_url_parse(r->ctx, c->config.database.admin_url, &admin));
    str first = str_some(admin.name) ? admin.name : STR(ADMIN_DATABASE);
    TRY(as_admin(r, &admin, first, s, make_role_and_database));
    return as_admin(r, &admin, s->name, s, grant_rights);
}

// ---- As the configured user ---------------------------------------------------------------------

// Connecting creates the database where the user may.
static bool connect_as_user(struct report *r, const struct pg_server *s)
{
    struct sql *db = NULL;
    struct pg_server look = *s;
    look.look_only = true;
    bool missing = pg_connect(r->ctx, &look, CONNECT_S, &db) == ERR_NOT_FOUND;
    ctx_clear_error(r->ctx);
    sql_close(db);
    db = NULL;
    enum errc rc = pg_connect(r->ctx, s, CONNECT_S, &db);
    sql_close(db);
    if (rc != ERR_OK) {
        bootstrap_failed(r);
        return false;
    }
    if (missing)
        report_add(r, FINDING_FINE, "created database %.*s", STR_ARG(s->name));
    else
        report_add(r, FINDING_FINE, "database %.*s is there and %.*s may sign in", STR_ARG(s->name),
                   STR_ARG(s->user));
    return true;
}

bool bootstrap_postgres(struct report *r, const struct pg_server *server)
{
    const struct cli *c = r->owner;
    bool fine = true;
    if (str_some(c->config.database.admin_url) && make_as_admin(r, server) != ERR_OK) {
        bootstrap_failed(r);
        fine = false;
    }
    fine = fine && connect_as_user(r, server);
    if (!fine)
        print_statements(r, server);
    return fine;
}
