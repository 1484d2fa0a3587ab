// SPDX-License-Identifier: MIT
#pragma once
// gzip and zstd with a guard on the size of what comes out.
#include "base/buf.h"
#include "base/err.h"

// Appends the decompressed bytes to `out`, whose maximum is the guard: going over it is
// ERR_TOO_LARGE; broken or truncated input is ERR_INVALID. Concatenated members are accepted.
enum errc gzip_decompress(struct ctx *ctx, str in, struct buf *out) MUST_CHECK;
enum errc gzip_compress(struct ctx *ctx, str in, int level, struct buf *out) MUST_CHECK;

// A compressor may be reused by one thread at a time (it keeps ~1 MiB).
struct zstd;
struct zstd *zstd_create(void);
void zstd_destroy(struct zstd *z);
enum errc zstd_compress(struct zstd *z, str in, int level, struct buf *out) MUST_CHECK;
// The frame must carry its content size, at most `max`; the result is in the arena.
enum errc zstd_decompress(struct zstd *z, struct ctx *ctx, str in, size_t max, str *out) MUST_CHECK;
// The next bytes of frames that follow each other: takes from *in, writes up to `room` bytes and says how
// many; 0 with an empty *in asks for more. Memory is that of one window, at most 128 MiB. ERR_CORRUPT.
enum errc zstd_stream(struct zstd *z, struct ctx *ctx, str *in, char *out, size_t room,
                      size_t *n) MUST_CHECK;
