// SPDX-License-Identifier: MIT
// Archives of backups, which may come from anywhere. The input is what lies inside the compression, so
// that headers are reached; the first byte chooses to hand it over as it is instead.
#include "backup/backup_int.h"

#include <sys/mman.h>
#include <unistd.h>

enum { ARENA = 4 << 20, MAX_INPUT = 256 << 10 };

static enum errc count_bytes(void *user, struct ctx *ctx, str bytes)
{
    (void)ctx;
    *(int64_t *)user += (int64_t)bytes.n;
    return ERR_OK;
}

// Ends with the archive or its first fault; what an entry says of its size is what it gives.
static void read_all(struct archive_reader *r, struct ctx *ctx)
{
    for (bool more = true; more;) {
        struct archive_entry e;
        int64_t n = 0;
        if (archive_next(r, ctx, &e, &more) != ERR_OK || !more)
            return;
        CHECK(e.bytes >= 0 && strlen(e.name) <= ARCHIVE_NAME_MAX);
        if (backup_name_valid(str_c(e.name)))
            CHECK(!strstr(e.name, "..") && e.name[0] != '/');
        if (archive_read(r, ctx, &e, count_bytes, &n) != ERR_OK)
            return;
        CHECK(n == e.bytes);
    }
}

static void write_input(int fd, str bytes, bool compressed)
{
    struct zstd *z = zstd_create();
    struct buf packed;
    buf_init(&packed, 2 * MAX_INPUT);
    if (!compressed)
        buf_add(&packed, bytes);
    else
        CHECK(zstd_compress(z, bytes, 1, &packed) == ERR_OK);
    CHECK(pwrite(fd, packed.data ? packed.data : "", packed.len, 0) == (ssize_t)packed.len);
    buf_fini(&packed);
    zstd_destroy(z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct archive_reader r;
    struct ctx ctx;
    if (size == 0 || size > MAX_INPUT)
        return 0;
    struct arena *arena = arena_create(ARENA);
    int fd = memfd_create("archive", MFD_CLOEXEC);
    CHECK(fd >= 0);
    ctx_init(&ctx, arena);
    write_input(fd, str_make((const char *)data + 1, size - 1), data[0] != 'r');
    archive_reader_init(&r, fd);
    read_all(&r, &ctx);
    archive_reader_fini(&r);
    close(fd);
    arena_destroy(arena);
    return 0;
}
