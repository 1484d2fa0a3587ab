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
enum errc migrate(struct sql *db, struct ctx *ctx, const struct migration *list,
                  size_t n) MUST_CHECK;
