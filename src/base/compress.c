// SPDX-License-Identifier: MIT
// The only file that knows zlib and zstd. What comes out is bounded by the caller's buffer (gzip) or by
// the size in the frame's header (zstd), so a bomb costs what its limit allows and no more.
#define ZLIB_CONST
#include "base/compress.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#define STEP        ((size_t)64 << 10)
#define GZIP_WINDOW (15 + 16)

// One call of inflate() into the free part of `out`. A full buffer gets one spare byte beside it:
// the data may end right here, which only the checksum behind it tells.
static int inflate_step(z_stream *z, struct buf *out, bool *over)
{
    size_t room = out->max - out->len, step = room < STEP ? room : STEP;
    unsigned char spare = 0;

    if (room && !buf_reserve(out, step))
        return Z_MEM_ERROR;
    z->next_out = room ? (unsigned char *)out->data + out->len : &spare;
    z->avail_out = room ? (unsigned)step : 1;
    int rc = inflate(z, Z_NO_FLUSH);
    if (room)
        out->len += step - z->avail_out;
    else
        *over = z->avail_out == 0;
    return rc;
}

static enum errc inflate_all(struct ctx *ctx, z_stream *z, struct buf *out)
{
    bool over = false;
    int rc = Z_OK;

    while (rc != Z_STREAM_END || z->avail_in > 0) {
        if (rc == Z_STREAM_END && inflateReset(z) != Z_OK)
            return fail(ctx, ERR_INVALID, "Broken gzip data");
        rc = inflate_step(z, out, &over);
        if (over)
            return fail(ctx, ERR_TOO_LARGE, "The decompressed data is larger than %zu bytes",
                        out->max);
        if (rc == Z_MEM_ERROR)
            return fail(ctx, ERR_NOMEM, "Out of memory for decompression");
        if (rc == Z_BUF_ERROR && z->avail_in == 0)
            return fail(ctx, ERR_INVALID, "The gzip data is cut off");
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
            return fail(ctx, ERR_INVALID, "Broken gzip data");
    }
    return ERR_OK;
}

enum errc gzip_decompress(struct ctx *ctx, str in, struct buf *out)
{
    z_stream z = {.next_in = (const unsigned char *)in.p, .avail_in = (unsigned)in.n};

    if (in.n > UINT32_MAX || inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return fail(ctx, ERR_NOMEM, "Out of memory for decompression");
    enum errc rc = inflate_all(ctx, &z, out);
    inflateEnd(&z);
    return rc;
}

enum errc gzip_compress(struct ctx *ctx, str in, int level, struct buf *out)
{
    z_stream z = {.next_in = (const unsigned char *)in.p, .avail_in = (unsigned)in.n};

    if (in.n > UINT32_MAX ||
        deflateInit2(&z, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return fail(ctx, ERR_NOMEM, "Out of memory for compression");
    size_t bound = deflateBound(&z, (unsigned long)in.n);
    bool room = buf_reserve(out, bound);
    if (room) {
        z.next_out = (unsigned char *)out->data + out->len;
        z.avail_out = (unsigned)bound;
        deflate(&z, Z_FINISH);
        out->len += bound - z.avail_out;
    }
    deflateEnd(&z);
    return room
               ? ERR_OK
               : fail(ctx, ERR_TOO_LARGE, "The compressed data is larger than %zu bytes", out->max);
}

struct zstd {
    ZSTD_CCtx *c;
    ZSTD_DCtx *d;
};

struct zstd *zstd_create(void)
{
    struct zstd *z = calloc(1, sizeof(*z));

    CHECK(z != NULL);
    return z;
}

void zstd_destroy(struct zstd *z)
{
    if (!z)
        return;
    ZSTD_freeCCtx(z->c);
    ZSTD_freeDCtx(z->d);
    free(z);
}

enum errc zstd_compress(struct zstd *z, str in, int level, struct buf *out)
{
    size_t bound = ZSTD_compressBound(in.n);

    if (!z->c)
        z->c = ZSTD_createCCtx();
    if (!z->c)
        return ERR_NOMEM;
    if (!buf_reserve(out, bound))
        return ERR_TOO_LARGE;
    size_t n = ZSTD_compressCCtx(z->c, out->data + out->len, bound, in.p ? in.p : "", in.n, level);
    if (ZSTD_isError(n))
        return ERR_INTERNAL;
    out->len += n;
    return ERR_OK;
}

enum errc zstd_decompress(struct zstd *z, struct ctx *ctx, str in, size_t max, str *out)
{
    unsigned long long size = ZSTD_getFrameContentSize(in.p, in.n);

    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
        return fail(ctx, ERR_CORRUPT, "A compressed block is damaged");
    if (size > max)
        return fail(ctx, ERR_TOO_LARGE,
                    "A compressed block holds %llu bytes, more than the %zu allowed", size, max);
    if (!z->d)
        z->d = ZSTD_createDCtx();
    char *p = z->d ? arena_alloc(ctx->arena, (size_t)size) : NULL;
    if (!p)
        return fail(ctx, ERR_NOMEM, "A compressed block does not fit into this request's memory");
    size_t n = ZSTD_decompressDCtx(z->d, p, (size_t)size, in.p, in.n);
    if (ZSTD_isError(n) || n != size)
        return fail(ctx, ERR_CORRUPT, "A compressed block is damaged");
    *out = str_make(p, n);
    return ERR_OK;
}

enum errc zstd_stream(struct zstd *z, struct ctx *ctx, str *in, char *out, size_t room, size_t *n)
{
    if (!z->d)
        z->d = ZSTD_createDCtx();
    if (!z->d)
        return fail(ctx, ERR_NOMEM, "there is no memory for decompression");
    ZSTD_inBuffer from = {in->p, in->n, 0};
    ZSTD_outBuffer to = {out, room, 0};
    size_t rc = ZSTD_decompressStream(z->d, &to, &from);
    if (ZSTD_isError(rc))
        return fail(ctx, ERR_CORRUPT, "the compressed data is damaged (%s)", ZSTD_getErrorName(rc));
    *in = str_skip(*in, from.pos);
    *n = to.pos;
    return ERR_OK;
}
