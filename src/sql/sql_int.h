// SPDX-License-Identifier: MIT
#pragma once
// What a database behind sql.h implements. Connections and statements of an implementation begin with
// these structs; sql.c passes each call on.
#include "sql/sql.h"

struct sql_ops {
    const char *name; // "sqlite", "postgres"
    void (*close)(struct sql *db);
    enum errc (*exec)(struct sql *db, struct ctx *ctx, const char *text);
    enum errc (*prepare)(struct sql *db, struct ctx *ctx, str text, struct sql_stmt **out);
    void (*bind_i64)(struct sql_stmt *st, int i, int64_t v);
    void (*bind_double)(struct sql_stmt *st, int i, double v);
    void (*bind_str)(struct sql_stmt *st, int i, str v);
    void (*bind_blob)(struct sql_stmt *st, int i, str v);
    void (*bind_null)(struct sql_stmt *st, int i);
    enum errc (*step)(struct sql_stmt *st, struct ctx *ctx, bool *row);
    void (*reset)(struct sql_stmt *st);
    int64_t (*i64)(struct sql_stmt *st, int i);
    double (*real)(struct sql_stmt *st, int i);
    str (*text)(struct sql_stmt *st, int i);
    str (*blob)(struct sql_stmt *st, int i);
    bool (*is_null)(struct sql_stmt *st, int i);
    int64_t (*changes)(struct sql *db);
    enum errc (*begin)(struct sql *db, struct ctx *ctx, bool write);
    enum errc (*commit)(struct sql *db, struct ctx *ctx);
    void (*rollback)(struct sql *db);
    enum errc (*full_sync)(struct sql *db, struct ctx *ctx, bool on);
    bool (*lost)(const struct sql *db);
};
struct sql {
    const struct sql_ops *ops;
};
struct sql_stmt {
    struct sql *db;
};
