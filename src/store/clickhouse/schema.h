// SPDX-License-Identifier: MIT
#pragma once
// What stands in the ClickHouse database (schema.c) and how it comes there (migrate.c).
#include "store/clickhouse/client.h"

struct ch_migration {
    int version;
    const char *name;
    const char *text; // {ON_CLUSTER} and {ENGINE} are filled in
};
extern const struct ch_migration ch_migrations[];
extern const size_t ch_n_migrations;

// Makes the database and brings its tables up to date. Can be interrupted at any place and called by
// several processes at once. ERR_CORRUPT: a newer program wrote it, or a text differs.
enum errc ch_migrate(struct ch *c, struct ctx *ctx) MUST_CHECK;
// Rows older than that many days go away by themselves; 0 keeps them.
enum errc ch_retain(struct ch *c, struct ctx *ctx, int64_t days) MUST_CHECK;
