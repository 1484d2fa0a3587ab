// SPDX-License-Identifier: MIT
#pragma once
// A tar archive in zstd frames, written and read in one pass; `tar --zstd` reads it too.
#include "base/compress.h"
#include "base/crypto.h"

enum { ARCHIVE_BLOCK = 512, ARCHIVE_CHUNK = 1 << 20, ARCHIVE_NAME_MAX = 100 };

struct archive_writer {
    int fd;
    struct zstd *zstd;
    struct buf plain, packed; // not yet compressed; compressed and not yet written
    int64_t bytes;            // written
};
void archive_writer_init(struct archive_writer *w, int fd);
void archive_writer_fini(struct archive_writer *w); // does not close the file
struct archive_file {                               // an entry that was written or read
    str name;                                       // "events/2026-11-23.db"
    int64_t bytes;
    str sha256; // hex
};
// The file at `path` under file->name; fills bytes and sha256 (in the arena).
enum errc archive_add_file(struct archive_writer *w, struct ctx *ctx, struct arena *a,
                           const char *path, struct archive_file *file) MUST_CHECK;
enum errc archive_add_text(struct archive_writer *w, struct ctx *ctx, str name,
                           str text) MUST_CHECK;
enum errc archive_end(struct archive_writer *w, struct ctx *ctx) MUST_CHECK;

struct archive_reader {
    int fd;
    struct zstd *zstd;
    char *chunk; // as read from the file
    str pending; // of it, not decompressed yet
    bool ended;
};
void archive_reader_init(struct archive_reader *r, int fd);
void archive_reader_fini(struct archive_reader *r); // does not close the file
struct archive_entry {
    char name[ARCHIVE_NAME_MAX + 1];
    int64_t bytes;
};
// *more = false at the end. ERR_CORRUPT: not such an archive, damaged, or it ends early.
enum errc archive_next(struct archive_reader *r, struct ctx *ctx, struct archive_entry *out,
                       bool *more) MUST_CHECK;
// The bytes of the entry, all of them, in pieces.
typedef enum errc archive_bytes_fn(void *user, struct ctx *ctx, str bytes);
enum errc archive_read(struct archive_reader *r, struct ctx *ctx, const struct archive_entry *e,
                       archive_bytes_fn *fn, void *user) MUST_CHECK;
