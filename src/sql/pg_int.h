// SPDX-License-Identifier: MIT
#pragma once
// Faults of PostgreSQL as messages (pg_error.c), for postgres.c.
#include "sql/postgres.h"
#include "sql/sql_int.h"

bool pg_database_missing(const char *text);
enum errc pg_connect_failed(struct ctx *ctx, const struct pg_server *server, const char *text);
// The database is missing.
enum errc pg_absent(struct ctx *ctx, const struct pg_server *server);
// The database is missing; `why` it could not be created.
enum errc pg_missing(struct ctx *ctx, const struct pg_server *server, const char *why);
// A statement failed. state: SQLSTATE, NULL when the connection broke.
enum errc pg_failed(struct ctx *ctx, const struct pg_server *server, const char *state,
                    const char *text);
