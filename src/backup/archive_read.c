// SPDX-License-Identifier: MIT
// Reading an archive, which may be anything: every header is checked, nothing is taken at its word.
#include "backup/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PIECE = 8 << 10,
    CHECKSUM_AT = 148,
    CHECKSUM_LEN = 8,
    SIZE_AT = 124,
    SIZE_LEN = 12,
    TYPE_AT = 156
};

void archive_reader_init(struct archive_reader *r, int fd)
{
    *r = (struct archive_reader){.fd = fd, .zstd = zstd_create(), .chunk = malloc(ARCHIVE_CHUNK)};
    CHECK(r->chunk);
}

void archive_reader_fini(struct archive_reader *r)
{
    zstd_destroy(r->zstd);
    free(r->chunk);
    r->zstd = NULL;
    r->chunk = NULL;
}

static enum errc refill(struct archive_reader *r, struct ctx *ctx)
{
    ssize_t n;
    do
        n = read(r->fd, r->chunk, ARCHIVE_CHUNK);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return fail(ctx, ERR_IO, "the archive cannot be read: %s", strerrordesc_np(errno));
    r->ended = n == 0;
    r->pending = str_make(r->chunk, (size_t)n);
    return ERR_OK;
}

// Exactly n bytes.
static enum errc take(struct archive_reader *r, struct ctx *ctx, char *out, size_t n)
{
    while (n > 0) {
        size_t got = 0;
        if (r->pending.n > 0 || !r->ended)
            TRY(zstd_stream(r->zstd, ctx, &r->pending, out, n, &got));
        out += got;
        n -= got;
        if (got == 0 && r->ended)
            return fail(ctx, ERR_CORRUPT, "the archive ends early: it was not written to its end");
        if (got == 0 && r->pending.n == 0)
            TRY(refill(r, ctx));
    }
    return ERR_OK;
}

static bool octal(const char *at, size_t n, int64_t *out)
{
    int64_t v = 0;
    size_t i = 0;
    while (i < n && at[i] >= '0' && at[i] <= '7')
        v = v * 8 + (at[i++] - '0');
    *out = v;
    return i > 0 && (i == n || at[i] == ' ' || at[i] == '\0');
}

static bool size_of(const char *header, int64_t *out)
{
    const unsigned char *at = (const unsigned char *)header + SIZE_AT;
    if (at[0] != 0x80)
        return octal(header + SIZE_AT, SIZE_LEN, out);
    uint64_t v = 0;
    for (size_t i = SIZE_LEN - 8; i < SIZE_LEN; i++)
        v = v << 8 | at[i];
    *out = (int64_t)v;
    return *out >= 0;
}

static bool checksum_fits(const char *header)
{
    unsigned sum = 0;
    int64_t said = 0;
    for (size_t i = 0; i < ARCHIVE_BLOCK; i++)
        sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LEN ? ' ' : (unsigned char)header[i];
    return octal(header + CHECKSUM_AT, CHECKSUM_LEN, &said) && said == (int64_t)sum;
}

enum errc archive_next(struct archive_reader *r, struct ctx *ctx, struct archive_entry *out,
                       bool *more)
{
    static const char zeros[ARCHIVE_BLOCK];
    char h[ARCHIVE_BLOCK];
    TRY(take(r, ctx, h, sizeof h));
    *more = memcmp(h, zeros, sizeof h) != 0;
    if (!*more)
        return ERR_OK;
    if (!checksum_fits(h) || h[TYPE_AT] != '0' || !size_of(h, &out->bytes))
        return fail(ctx, ERR_CORRUPT, "this is no backup of Rushlight, or it is damaged");
    memcpy(out->name, h, ARCHIVE_NAME_MAX);
    out->name[ARCHIVE_NAME_MAX] = '\0';
    return ERR_OK;
}

enum errc archive_read(struct archive_reader *r, struct ctx *ctx, const struct archive_entry *e,
                       archive_bytes_fn *fn, void *user)
{
    char piece[PIECE];
    size_t padding = (size_t)(-e->bytes & (ARCHIVE_BLOCK - 1));
    for (int64_t left = e->bytes; left > 0;) {
        size_t n = left < (int64_t)sizeof piece ? (size_t)left : sizeof piece;
        TRY(take(r, ctx, piece, n));
        TRY(fn(user, ctx, str_make(piece, n)));
        left -= (int64_t)n;
    }
    return take(r, ctx, piece, padding);
}
