// SPDX-License-Identifier: MIT
// Records of a segment from any bytes, and segments from any bytes. What is read as a record must read
// the same after it was written again.
#include "base/limits.h"
#include "segment/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct ctx *ctx, struct segment_reader r)
{
    struct ingest_record record;
    bool more = true;

    while (segment_next(ctx, &r, &record, &more) == ERR_OK && more) {
        AUTO(buf_fini) struct buf again = {0};
        buf_init(&again, LIMIT_SEGMENT_BYTES);
        CHECK(segment_record_write(&again, &record));
        struct segment_reader second = {buf_str(&again), 1};
        struct ingest_record copy;
        CHECK(segment_next(ctx, &second, &copy, &more) == ERR_OK && more);
        CHECK(copy.kind == record.kind && str_eq(copy.body, record.body));
        CHECK(str_eq(copy.request.project_id, record.request.project_id));
        CHECK(second.rest.n == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_create(16u << 20);
    struct zstd *z = zstd_create();
    struct segment_reader r = {str_make((const char *)data, size), 100};
    struct ctx ctx;

    ctx_init(&ctx, a);
    read_all(&ctx, r);
    ctx_clear_error(&ctx);
    if (segment_open(&ctx, z, str_make((const char *)data, size), &r) == ERR_OK)
        read_all(&ctx, r);
    zstd_destroy(z);
    arena_destroy(a);
    return 0;
}
