// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share.
#include "backup/archive.h"
#include "backup/backup.h"
#include "base/limits.h"
#include "sql/sql.h"

#define MANIFEST_NAME  "manifest.json"
#define META_NAME      "meta.db"
#define EVENTS_PREFIX  "events/"
#define ARCHIVE_PREFIX "rushlight-"
#define COPY_PREFIX    ".rushlight-copy-"
#define ARCHIVE_SUFFIX ".tar.zst"
enum { MANIFEST_FORMAT = 1 };

// Every row of every table of metadata from one database to the other; either may be a file. `tables`
// is read from the one that is a file.
enum errc rows_copy(struct sql *from, struct sql *to, struct sql *file, struct ctx *ctx) MUST_CHECK;
// ERR_CONFLICT when somebody already works with the database.
enum errc rows_check_unused(struct sql *db, struct ctx *ctx) MUST_CHECK;

// "meta.db", "events/2026-11-23.db": the only names that a backup may hold beside its manifest.
bool backup_name_valid(str name);
