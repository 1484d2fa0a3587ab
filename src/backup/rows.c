// SPDX-License-Identifier: MIT
// Metadata from a file to a server and back. Both have the same tables (one SQL text), so columns are
// read from the file's catalogue and values travel as text, which each database reads as the column's type.
#include "backup/backup_int.h"

enum { TABLES_MAX = 100, COLUMNS_MAX = 60 };

struct names {
    str items[TABLES_MAX];
    size_t n;
};

static enum errc read_names(struct sql *db, struct ctx *ctx, str text, str arg, struct names *out)
{
    struct sql_stmt *st = NULL;
    bool row = true;
    out->n = 0;
    TRY(sql_prepare(db, ctx, text, &st));
    if (str_some(arg))
        sql_bind_str(st, 1, arg);
    for (;;) {
        TRY(sql_step(st, ctx, &row));
        if (!row)
            return ERR_OK;
        CHECK(out->n < TABLES_MAX);
        out->items[out->n++] = arena_str(ctx->arena, sql_str(st, 0));
    }
}

// In the order in which they were made: what is referred to comes first.
static enum errc read_tables(struct sql *file, struct ctx *ctx, struct names *out)
{
    return read_names(file, ctx,
                      STR("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE"
                          " 'sqlite_%' AND name <> 'rl_migration' ORDER BY rowid"),
                      STR_NONE, out);
}

static str joined(struct arena *a, const struct names *columns, const char *each)
{
    str out = STR("");
    for (size_t i = 0; i < columns->n; i++)
        out = arena_fmt(a, "%.*s%s%.*s", STR_ARG(out), i ? ", " : "",
                        STR_ARG(each ? str_c(each) : columns->items[i]));
    return out;
}

static enum errc copy_row(struct sql_stmt *from, struct sql_stmt *to, struct ctx *ctx, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sql_bind_str(to, (int)i + 1, sql_str(from, (int)i));
    return sql_run(to, ctx);
}

static enum errc copy_table(struct sql *from, struct sql *to, struct ctx *ctx, str table,
                            const struct names *columns)
{
    struct sql_stmt *read = NULL, *write = NULL;
    bool row = true;
    str names = joined(ctx->arena, columns, NULL);
    str select = arena_fmt(ctx->arena, "SELECT %.*s FROM %.*s", STR_ARG(names), STR_ARG(table));
    str insert = arena_fmt(ctx->arena, "INSERT INTO %.*s(%.*s) VALUES (%.*s)", STR_ARG(table),
                           STR_ARG(names), STR_ARG(joined(ctx->arena, columns, "?")));
    TRY(sql_prepare(from, ctx, select, &read));
    TRY(sql_prepare(to, ctx, insert, &write));
    for (;;) {
        TRY(sql_step(read, ctx, &row));
        if (!row)
            return ERR_OK;
        TRY(copy_row(read, write, ctx, columns->n));
    }
}

static enum errc empty_tables(struct sql *to, struct ctx *ctx, const struct names *tables)
{
    for (size_t i = tables->n; i-- > 0;) {
        str text = arena_fmt(ctx->arena, "DELETE FROM %.*s", STR_ARG(tables->items[i]));
        TRY(sql_exec(to, ctx, arena_cstr(ctx->arena, text)));
    }
    return ERR_OK;
}

static enum errc copy_all(struct sql *from, struct sql *to, struct sql *file, struct ctx *ctx)
{
    struct names tables, columns;
    TRY(read_tables(file, ctx, &tables));
    TRY(empty_tables(to, ctx, &tables));
    for (size_t i = 0; i < tables.n; i++) {
        TRY(read_names(file, ctx, STR("SELECT name FROM pragma_table_info(?) ORDER BY cid"),
                       tables.items[i], &columns));
        TRY(copy_table(from, to, ctx, tables.items[i], &columns));
    }
    return ERR_OK;
}

enum errc rows_copy(struct sql *from, struct sql *to, struct sql *file, struct ctx *ctx)
{
    TRY(sql_begin(to, ctx, true));
    enum errc rc = copy_all(from, to, file, ctx);
    if (rc == ERR_OK)
        rc = sql_commit(to, ctx);
    if (rc != ERR_OK)
        sql_rollback(to);
    return rc;
}

enum errc rows_check_unused(struct sql *db, struct ctx *ctx)
{
    struct sql_stmt *st = NULL;
    bool row = false;
    TRY(sql_prepare(db, ctx,
                    STR("SELECT 1 FROM organizations UNION ALL SELECT 1 FROM users LIMIT 1"), &st));
    TRY(sql_step(st, ctx, &row));
    sql_reset(st);
    return row ? fail(ctx, ERR_CONFLICT,
                      "the metadata database already has accounts; restore into an empty one"
                      " (another DATABASE_NAME)")
               : ERR_OK;
}
