// SPDX-License-Identifier: MIT
// The migration runner: table rl_migration holds what was applied with the checksum of its text. Each
// migration and its row commit together, so a kill at any moment leaves a state to resume from.
#include "sql/migrate.h"

static enum errc applied_find(struct sql *db, struct ctx *ctx, int version, int64_t *checksum,
                              bool *found)
{
    struct sql_stmt *st;

    TRY(sql_prepare(db, ctx, STR("SELECT checksum FROM rl_migration WHERE version = ?"), &st));
    sql_bind_i64(st, 1, version);
    TRY(sql_step(st, ctx, found));
    if (*found)
        *checksum = sql_i64(st, 0);
    sql_reset(st);
    return ERR_OK;
}

static enum errc apply(struct sql *db, struct ctx *ctx, const struct migration *m, int64_t checksum)
{
    struct sql_stmt *st;

    TRY(sql_exec(db, ctx, m->text));
    TRY(sql_prepare(
        db, ctx,
        STR("INSERT INTO rl_migration(version, name, checksum, applied_at) VALUES (?, ?, ?, ?)"),
        &st));
    sql_bind_i64(st, 1, m->version);
    sql_bind_str(st, 2, str_c(m->name));
    sql_bind_i64(st, 3, checksum);
    sql_bind_i64(st, 4, clock_now());
    return sql_run(st, ctx);
}

static enum errc step(struct sql *db, struct ctx *ctx, const struct migration *m)
{
    int64_t checksum = (int64_t)str_hash(str_c(m->text)), stored = 0;
    bool found = false;

    TRY(sql_begin(db, ctx, true));
    enum errc rc = applied_find(db, ctx, m->version, &stored, &found);
    if (rc == ERR_OK && found && stored != checksum)
        rc = fail(ctx, ERR_CORRUPT,
                  "Migration %d (%s) was applied with another text: the database was written by a "
                  "different build",
                  m->version, m->name);
    if (rc == ERR_OK && !found)
        rc = apply(db, ctx, m, checksum);
    if (rc == ERR_OK)
        rc = sql_commit(db, ctx);
    if (rc != ERR_OK)
        sql_rollback(db);
    return rc;
}

static enum errc newest(struct sql *db, struct ctx *ctx, int64_t *version)
{
    struct sql_stmt *st;
    bool row;

    TRY(sql_prepare(db, ctx, STR("SELECT coalesce(max(version), 0) FROM rl_migration"), &st));
    TRY(sql_step(st, ctx, &row));
    *version = row ? sql_i64(st, 0) : 0;
    sql_reset(st);
    return ERR_OK;
}

enum errc migrate(struct sql *db, struct ctx *ctx, const struct migration *list, size_t n)
{
    int64_t have;

    TRY(sql_exec(
        db, ctx,
        "CREATE TABLE IF NOT EXISTS rl_migration(version BIGINT PRIMARY KEY, name TEXT NOT NULL,"
        " checksum BIGINT NOT NULL, applied_at BIGINT NOT NULL)"));
    TRY(newest(db, ctx, &have));
    if (n && have > list[n - 1].version)
        return fail(ctx, ERR_CORRUPT,
                    "The database has schema version %lld, this program knows up to %d: start a "
                    "newer version",
                    (long long)have, list[n - 1].version);
    for (size_t i = 0; i < n; i++)
        TRY(step(db, ctx, &list[i]));
    return ERR_OK;
}

enum errc migrate_look(struct sql *db, struct ctx *ctx, const struct migration *list, size_t n,
                       struct migration_state *out)
{
    *out = (struct migration_state){0};
    TRY(newest(db, ctx, &out->newest));
    for (size_t i = 0; i < n; i++) {
        int64_t stored = 0;
        bool found = false;
        TRY(applied_find(db, ctx, list[i].version, &stored, &found));
        out->applied += found;
        out->pending += !found;
        if (found && stored != (int64_t)str_hash(str_c(list[i].text)) && !out->odd)
            out->odd = &list[i];
    }
    return ERR_OK;
}
