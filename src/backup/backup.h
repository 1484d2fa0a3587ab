// SPDX-License-Identifier: MIT
#pragma once
// Backups: one archive (tar in zstd) of the event files and the metadata, made beside a running server,
// and put back into an empty place.
//
// Each file in it is as it was at one moment after the backup began, so everything that was acknowledged
// before is in it; a trace lives whole in one file, so it is there whole or not at all. Metadata comes
// last: accounts and projects of all events are known. Metadata of a PostgreSQL server is in the archive
// as the same file meta.db, so a backup can be restored to either kind.
#include "base/err.h"

struct pg_server; // sql/postgres.h
struct migration; // sql/migrate.h
struct backup_site {
    str data_dir;
    const struct pg_server *database; // NULL: metadata is in meta.db
    str events_elsewhere; // "ClickHouse": events are not in the data directory, so not in the archive
    const struct migration *migrations;
    size_t n_migrations;
};

struct backup_result {
    str path; // of the archive; none: standard output
    int64_t files, bytes, archive_bytes;
    int64_t skipped; // damaged day files that are not in it
    str problem;     // of the first of them
};

struct backup; // one that is being made
// dir "-": to standard output. The archive has its name only when it is whole.
enum errc backup_begin(struct ctx *ctx, const struct backup_site *site, str dir,
                       struct backup **out) MUST_CHECK;
enum errc backup_step(struct backup *b, struct ctx *ctx, bool *more) MUST_CHECK; // one file
enum errc backup_end(struct backup *b, struct ctx *ctx,
                     struct backup_result *out) MUST_CHECK; // strs in ctx->arena
void backup_close(struct backup *b); // removes what was not ended; NULL is fine

// Keeps the newest `keep` archives of a directory; only files that are named as ours.
enum errc backup_prune(struct ctx *ctx, str dir, int64_t keep, int64_t *removed) MUST_CHECK;
// When the newest archive of the directory was begun; MILLIS_NONE when there is none.
enum errc backup_newest(struct ctx *ctx, str dir, int64_t *at) MUST_CHECK;

// path "-": standard input. ERR_CONFLICT: the place is not empty; nothing was changed. ERR_CORRUPT: damaged
// or not whole; the data directory is left empty.
enum errc backup_restore(struct ctx *ctx, const struct backup_site *site, str path,
                         struct backup_result *out) MUST_CHECK;

// A backup of its own accord, every so often, in steps of a background job.
struct backup_schedule {
    struct backup_site site;
    str dir; // none: never
    int64_t every_hours, keep;
    struct backup *running;
};
enum errc backup_schedule_step(struct backup_schedule *s, struct ctx *ctx, bool *more) MUST_CHECK;
