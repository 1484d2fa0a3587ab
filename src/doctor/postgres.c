// SPDX-License-Identifier: MIT
// Checks of the PostgreSQL server that keeps metadata, over a connection of their own that creates
// nothing: can it be reached, is the database there, may this user do what is needed, are migrations
// pending, do the clocks agree.
#include "base/clock.h"
#include "doctor/doctor.h"
#include "sql/migrate.h"
#include "sql/postgres.h"

enum { CONNECT_S = 5, SKEW_MS = 30000, OLDEST_VERSION = 120000 };

struct probe {
    struct report *r;
    struct sql *db;
    str user, schema;
};

static void add_failure(struct report *r)
{
    report_add(r, FINDING_BROKEN, "%.*s",
               STR_ARG(str_some(r->ctx->message) ? r->ctx->message : STR("it does not answer")));
    ctx_clear_error(r->ctx);
}

// ---- One row ------------------------------------------------------------------------------------

enum { CELLS_MAX = 10 };

// The first row's cells as texts, in the report's arena. `arg` is the text's only parameter, if any.
static enum errc read_row_of(struct sql *db, struct ctx *ctx, str text, str arg, str *cells, int n)
{
    struct sql_stmt *st = NULL;
    bool row = false;
    CHECK(n <= CELLS_MAX);
    TRY(sql_prepare(db, ctx, text, &st));
    if (str_some(arg))
        sql_bind_str(st, 1, arg);
    TRY(sql_step(st, ctx, &row));
    for (int i = 0; i < n; i++)
        cells[i] = row ? arena_str(ctx->arena, sql_str(st, i)) : STR_NONE;
    sql_reset(st);
    return ERR_OK;
}

static enum errc read_row(struct sql *db, struct ctx *ctx, str text, str *cells, int n)
{
    return read_row_of(db, ctx, text, STR_NONE, cells, n);
}

static int64_t number(str cell)
{
    int64_t n = 0;
    (void)str_to_i64(cell, &n);
    return n;
}

static bool yes(str cell)
{
    return str_eq(cell, STR("t"));
}

// ---- The checks ---------------------------------------------------------------------------------

// Version, where from, encrypted or not; a server that only reads, or is too old.
static enum errc look_at_server(struct probe *p)
{
    struct report *r = p->r;
    str c[8];
    int64_t begun = clock_mono_ms();
    TRY(read_row(p->db, r->ctx,
                 STR("SELECT current_setting('server_version'),"
                     " current_setting('server_version_num'), current_user,"
                     " coalesce(host(inet_client_addr()), 'this machine'),"
                     " coalesce((SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
                     " AND ssl), 'no TLS'), pg_is_in_recovery(),"
                     " pg_size_pretty(pg_database_size(current_database())),"
                     " coalesce(current_schema(), '')"),
                 c, 8));
    int64_t took = clock_mono_ms() - begun;
    p->user = c[2];
    p->schema = c[7];
    if (yes(c[5]))
        report_add(r, FINDING_BROKEN, "%.*s only reads (a standby): name the primary",
                   STR_ARG(pg_server_text(r->arena, r->database)));
    else if (number(c[1]) < OLDEST_VERSION)
        report_add(r, FINDING_BROKEN, "PostgreSQL %.*s is too old: 12 or newer is needed",
                   STR_ARG(c[0]));
    else
        report_add(r, FINDING_FINE,
                   "PostgreSQL %.*s at %.*s, user %.*s, from %.*s, %.*s, %.*s, answers in %lld ms",
                   STR_ARG(c[0]), STR_ARG(pg_server_text(r->arena, r->database)), STR_ARG(c[2]),
                   STR_ARG(c[3]), STR_ARG(c[4]), STR_ARG(c[6]), (long long)took);
    return ERR_OK;
}

// No schema is there to use: the one that is wanted was not made yet, or is closed to the user.
static enum errc look_at_missing_schema(struct probe *p, str wanted)
{
    struct report *r = p->r;
    str c[2];
    TRY(read_row_of(p->db, r->ctx,
                    STR("SELECT has_database_privilege(current_database(), 'CREATE'),"
                        " EXISTS (SELECT FROM pg_namespace WHERE nspname = ?)"),
                    wanted, c, 2));
    if (yes(c[1]))
        report_add(r, FINDING_BROKEN,
                   "user %.*s may not use schema %.*s; an administrator runs in database"
                   " \"%.*s\": GRANT USAGE, CREATE ON SCHEMA \"%.*s\" TO \"%.*s\";",
                   STR_ARG(p->user), STR_ARG(wanted), STR_ARG(r->database->name), STR_ARG(wanted),
                   STR_ARG(p->user));
    else if (yes(c[0]))
        report_add(r, FINDING_NOTE,
                   "the schema %.*s is made at the next start of the server, or by `rushlight"
                   " bootstrap`",
                   STR_ARG(wanted));
    else
        report_add(r, FINDING_BROKEN,
                   "there is no schema %.*s and user %.*s may not create it; an administrator"
                   " runs in database \"%.*s\": CREATE SCHEMA \"%.*s\" AUTHORIZATION"
                   " \"%.*s\";",
                   STR_ARG(wanted), STR_ARG(p->user), STR_ARG(r->database->name), STR_ARG(wanted),
                   STR_ARG(p->user));
    return ERR_OK;
}

// "public", the one that is set, or our own beside another program's tables.
static enum errc wanted_schema(struct probe *p, str *out)
{
    const struct pg_server *s = p->r->database;
    str c[1] = {STR_NONE};
    str schema = str_some(s->schema) ? s->schema : STR("public");
    str table = arena_fmt(p->r->arena, "%.*s.%.*s", STR_ARG(schema), STR_ARG(s->foreign_table));
    TRY(read_row_of(p->db, p->r->ctx,
                    STR("SELECT EXISTS (SELECT FROM pg_tables WHERE"
                        " schemaname || '.' || tablename = ?)"),
                    table, c, 1));
    *out = yes(c[0]) ? s->own_schema : schema;
    return ERR_OK;
}

static enum errc look_at_schema(struct probe *p)
{
    struct report *r = p->r;
    str c[1], wanted;
    if (str_empty(p->schema)) {
        TRY(wanted_schema(p, &wanted));
        return look_at_missing_schema(p, wanted);
    }
    TRY(read_row(p->db, r->ctx,
                 STR("SELECT has_schema_privilege(current_schema(), 'USAGE') AND"
                     " has_schema_privilege(current_schema(), 'CREATE')"),
                 c, 1));
    if (!yes(c[0]))
        report_add(r, FINDING_BROKEN,
                   "user %.*s may not create tables; an administrator runs in database \"%.*s\":"
                   " GRANT USAGE, CREATE ON SCHEMA \"%.*s\" TO \"%.*s\";",
                   STR_ARG(p->user), STR_ARG(r->database->name), STR_ARG(p->schema),
                   STR_ARG(p->user));
    return ERR_OK;
}

// Tables that another user made, of those that every version has.
static enum errc look_at_tables(struct probe *p)
{
    struct report *r = p->r;
    str c[1];
    TRY(read_row(p->db, r->ctx,
                 STR("SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class"
                     " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
                     " AND relname IN ('rl_migration', 'settings', 'change_counter',"
                     " 'organizations', 'projects', 'users', 'org_members', 'api_keys',"
                     " 'score_configs', 'models', 'sessions', 'invites', 'comments',"
                     " 'saved_views', 'pending_deletes')"
                     " AND NOT (has_table_privilege(oid, 'SELECT') AND"
                     " has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'UPDATE')"
                     " AND has_table_privilege(oid, 'DELETE'))"),
                 c, 1));
    if (c[0].n > 0)
        report_add(r, FINDING_BROKEN,
                   "user %.*s may not read and write %.*s; an administrator runs in database"
                   " \"%.*s\": GRANT ALL ON ALL TABLES IN SCHEMA \"%.*s\" TO \"%.*s\";",
                   STR_ARG(p->user), STR_ARG(c[0]), STR_ARG(r->database->name), STR_ARG(p->schema),
                   STR_ARG(p->user));
    return ERR_OK;
}

static enum errc look_at_clock(struct probe *p)
{
    str c[1];
    int64_t before = clock_now();
    TRY(read_row(p->db, p->r->ctx,
                 STR("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"), c, 1));
    int64_t ahead = number(c[0]) - (before + clock_now()) / 2;
    if (ahead > SKEW_MS || ahead < -SKEW_MS)
        report_add(p->r, FINDING_NOTE,
                   "its clock is %lld s %s this machine's; synchronise both (NTP), or sessions"
                   " and keys expire at odd times",
                   (long long)(ahead < 0 ? -ahead : ahead) / 1000,
                   ahead < 0 ? "behind" : "ahead of");
    return ERR_OK;
}

static void judge_migrations(struct report *r, const struct migration_state *s)
{
    int newest = r->migrations[r->n_migrations - 1].version;
    if (s->newest > newest)
        report_add(r, FINDING_BROKEN,
                   "its tables have version %lld, this program knows up to %d: start the newer"
                   " version again",
                   (long long)s->newest, newest);
    else if (s->odd)
        report_add(r, FINDING_BROKEN,
                   "migration %d (%s) was applied with another text: the tables are of another"
                   " build; use that one or another database",
                   s->odd->version, s->odd->name);
    else if (s->pending > 0)
        report_add(r, FINDING_NOTE,
                   "%zu of %zu migrations are pending; the next start of the server applies them,"
                   " or `rushlight bootstrap`",
                   s->pending, r->n_migrations);
    else
        report_add(r, FINDING_FINE, "all %zu migrations are applied", r->n_migrations);
}

static enum errc look_at_migrations(struct probe *p)
{
    struct report *r = p->r;
    struct migration_state state = {.pending = r->n_migrations};
    str c[2];
    TRY(read_row(p->db, r->ctx,
                 STR("SELECT to_regclass('rl_migration') IS NOT NULL, coalesce("
                     "has_table_privilege(to_regclass('rl_migration'), 'SELECT'), false)"),
                 c, 2));
    if (yes(c[0]) && !yes(c[1]))
        return ERR_OK; // look_at_tables said so
    if (yes(c[0]))
        TRY(migrate_look(p->db, r->ctx, r->migrations, r->n_migrations, &state));
    judge_migrations(r, &state);
    return ERR_OK;
}

// ---- A database that is missing -----------------------------------------------------------------

// Whether the user may create databases; false as well when nobody can be asked.
static bool may_create(struct report *r)
{
    struct pg_server any = *r->database;
    struct sql *db = NULL;
    str c[1] = {STR_NONE};
    any.name = STR("postgres");
    any.schema = STR_NONE;
    any.look_only = true;
    if (pg_connect(r->ctx, &any, CONNECT_S, &db) == ERR_OK &&
        read_row(db, r->ctx,
                 STR("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"),
                 c, 1) != ERR_OK)
        c[0] = STR_NONE;
    sql_close(db);
    ctx_clear_error(r->ctx);
    return yes(c[0]);
}

static void add_missing(struct report *r)
{
    str said = r->ctx->message;
    ctx_clear_error(r->ctx);
    if (may_create(r))
        report_add(r, FINDING_NOTE,
                   "%.*s; user %.*s may create it: `rushlight bootstrap` or the next start of the"
                   " server does",
                   STR_ARG(said), STR_ARG(r->database->user));
    else
        report_add(r, FINDING_BROKEN,
                   "%.*s and user %.*s may not create it; an administrator runs: CREATE DATABASE"
                   " \"%.*s\" OWNER \"%.*s\";",
                   STR_ARG(said), STR_ARG(r->database->user), STR_ARG(r->database->name),
                   STR_ARG(r->database->user));
}

void check_postgres(struct report *r)
{
    typedef enum errc look(struct probe * p);
    static look *const looks[] = {look_at_server, look_at_schema, look_at_tables,
                                  look_at_migrations, look_at_clock};
    struct pg_server server = *r->database;
    struct probe p = {.r = r};
    server.look_only = true;
    enum errc rc = pg_connect(r->ctx, &server, CONNECT_S, &p.db);
    if (rc == ERR_NOT_FOUND) {
        add_missing(r);
        return;
    }
    for (size_t i = 0; rc == ERR_OK && i < ARRAY_LEN(looks); i++)
        rc = looks[i](&p);
    if (rc != ERR_OK)
        add_failure(r);
    sql_close(p.db);
}
