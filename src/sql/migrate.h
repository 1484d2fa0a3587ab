// SPDX-License-Identifier: MIT
#pragma once
// Migrations: ordered, each in its own transaction with its bookkeeping row, checksummed, resumable.
// A changed text of an applied migration is ERR_CORRUPT; a database newer than the program too.
#include "sql/sql.h"

struct migration {
    int version; // 1, 2, 3 ...
    const char *name;
    const char *text;
};
// What a database lacks, without changing it. The table of migrations must be there.
struct migration_state {
    size_t applied, pending;
    int64_t newest;              // version that the database has; 0 = none
    const struct migration *odd; // applied with another text; NULL = none
};
enum errc migrate_look(struct sql *db, struct ctx *ctx, const struct migration *list, size_t n,
                       struct migration_state *out) MUST_CHECK;
enum errc migrate(struct sql *db, struct ctx *ctx, const struct migration *list,
                  size_t n) MUST_CHECK;
