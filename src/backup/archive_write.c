// SPDX-License-Identifier: MIT
// Writing an archive: ustar headers, contents, padding, compressed in frames of a chunk each, so that
// memory does not depend on what is archived.
#include "backup/archive.h"
#include "base/clock.h"
#include "base/codec.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LEVEL = 3,
    PIECE = 8 << 10,
    CHECKSUM_AT = 148,
    CHECKSUM_LEN = 8,
    SIZE_AT = 124,
    SIZE_LEN = 12
};
#define OCTAL_MAX INT64_C(077777777777) // of a size in digits; larger ones are binary

void archive_writer_init(struct archive_writer *w, int fd)
{
    *w = (struct archive_writer){.fd = fd, .zstd = zstd_create()};
    buf_init(&w->plain, ARCHIVE_CHUNK);
    buf_init(&w->packed, 2 * ARCHIVE_CHUNK);
}

void archive_writer_fini(struct archive_writer *w)
{
    zstd_destroy(w->zstd);
    buf_fini(&w->plain);
    buf_fini(&w->packed);
    w->zstd = NULL;
}

static enum errc flush(struct archive_writer *w, struct ctx *ctx)
{
    if (w->plain.len == 0)
        return ERR_OK;
    buf_clear(&w->packed);
    if (zstd_compress(w->zstd, buf_str(&w->plain), LEVEL, &w->packed) != ERR_OK)
        return fail(ctx, ERR_NOMEM, "the backup cannot be compressed: out of memory");
    buf_clear(&w->plain);
    for (str rest = buf_str(&w->packed); rest.n > 0;) {
        ssize_t n = write(w->fd, rest.p, rest.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(ctx, ERR_IO, "the backup cannot be written: %s", strerrordesc_np(errno));
        rest = str_skip(rest, (size_t)n);
        w->bytes += n;
    }
    return ERR_OK;
}

static enum errc add(struct archive_writer *w, struct ctx *ctx, str bytes)
{
    while (bytes.n > 0) {
        str now = str_sub(bytes, 0, ARCHIVE_CHUNK - w->plain.len);
        buf_add(&w->plain, now);
        bytes = str_skip(bytes, now.n);
        if (w->plain.len == ARCHIVE_CHUNK)
            TRY(flush(w, ctx));
    }
    return ERR_OK;
}

// n - 1 octal digits and a NUL.
static void put_octal(char *at, size_t n, uint64_t v)
{
    at[n - 1] = '\0';
    for (size_t i = n - 1; i-- > 0; v >>= 3)
        at[i] = (char)('0' + (v & 7));
}

// A size that does not fit into octal digits is big-endian binary, as GNU tar has it.
static void put_size(char *at, int64_t size)
{
    if (size <= OCTAL_MAX) {
        put_octal(at, SIZE_LEN, (uint64_t)size);
        return;
    }
    for (int i = SIZE_LEN - 1; i >= 0; i--, size >>= 8)
        at[i] = (char)(size & 0xff);
    at[0] = (char)0x80;
}

static enum errc add_header(struct archive_writer *w, struct ctx *ctx, str name, int64_t size)
{
    static const char magic[8] = {'u', 's', 't', 'a', 'r', '\0', '0', '0'};
    char h[ARCHIVE_BLOCK] = {0};
    unsigned sum = 0;
    CHECK(name.n < ARCHIVE_NAME_MAX);
    memcpy(h, name.p, name.n);
    put_octal(h + 100, 8, 0600);
    put_octal(h + 108, 8, 0); // owner
    put_octal(h + 116, 8, 0); // group
    put_size(h + SIZE_AT, size);
    put_octal(h + 136, 12, (uint64_t)clock_now() / 1000);
    memset(h + CHECKSUM_AT, ' ', CHECKSUM_LEN);
    h[156] = '0'; // a file
    memcpy(h + 257, magic, sizeof magic);
    for (size_t i = 0; i < sizeof h; i++)
        sum += (unsigned char)h[i];
    put_octal(h + CHECKSUM_AT, CHECKSUM_LEN - 1, sum);
    return add(w, ctx, str_make(h, sizeof h));
}

static enum errc add_padding(struct archive_writer *w, struct ctx *ctx, int64_t size)
{
    static const char zeros[ARCHIVE_BLOCK];
    size_t over = (size_t)(size % ARCHIVE_BLOCK);
    return over ? add(w, ctx, str_make(zeros, ARCHIVE_BLOCK - over)) : ERR_OK;
}

enum errc archive_add_text(struct archive_writer *w, struct ctx *ctx, str name, str text)
{
    TRY(add_header(w, ctx, name, (int64_t)text.n));
    TRY(add(w, ctx, text));
    return add_padding(w, ctx, (int64_t)text.n);
}

static enum errc add_contents(struct archive_writer *w, struct ctx *ctx, int fd,
                              struct archive_file *file, struct sha256_run *sum)
{
    char piece[PIECE];
    int64_t left = file->bytes;
    while (left > 0) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n <= 0 || n > left)
            return fail(ctx, ERR_IO, "%.*s changed or cannot be read while it was archived",
                        STR_ARG(file->name));
        sha256_more(sum, str_make(piece, (size_t)n));
        TRY(add(w, ctx, str_make(piece, (size_t)n)));
        left -= n;
    }
    return add_padding(w, ctx, file->bytes);
}

enum errc archive_add_file(struct archive_writer *w, struct ctx *ctx, struct arena *a,
                           const char *path, struct archive_file *file)
{
    struct stat st;
    uint8_t digest[32];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return fail(ctx, ERR_IO, "%s cannot be read: %s", path, strerrordesc_np(errno));
    }
    struct sha256_run *sum = sha256_begin();
    file->bytes = st.st_size;
    enum errc rc = add_header(w, ctx, file->name, file->bytes);
    if (rc == ERR_OK)
        rc = add_contents(w, ctx, fd, file, sum);
    sha256_finish(sum, digest);
    file->sha256 = hex_encode(a, digest, sizeof digest);
    close(fd);
    return rc;
}

enum errc archive_end(struct archive_writer *w, struct ctx *ctx)
{
    static const char zeros[2 * ARCHIVE_BLOCK];
    TRY(add(w, ctx, str_make(zeros, sizeof zeros)));
    return flush(w, ctx);
}
