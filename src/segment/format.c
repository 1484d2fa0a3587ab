// SPDX-License-Identifier: MIT
// The bytes of a segment. Integers are little-endian; a text is its length and its bytes, absent ones have
// the length 2^32 - 1. A checksum covers the compressed records, the frame's own covers nothing.
#include "base/codec.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/limits.h"
#include "segment/segment.h"

#include <stdio.h>

#define MAGIC  "RLSEG\0\0\1" // the last byte is the version
#define ABSENT UINT32_MAX
enum { LEVEL = 3, SUM_BYTES = 16, HEADER_BYTES = 8 + 4 + SUM_BYTES, FLAG_SCORES_ONLY = 1 };

// ---- Writing ------------------------------------------------------------------------------------

static void put_u32(struct buf *out, uint32_t v)
{
    char bytes[4] = {(char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24)};

    buf_add(out, str_make(bytes, sizeof bytes));
}

static void put_str(struct buf *out, str s)
{
    put_u32(out, str_some(s) ? (uint32_t)s.n : ABSENT);
    buf_add(out, s);
}

bool segment_record_write(struct buf *out, const struct ingest_record *record)
{
    const struct ingest_request *rq = &record->request;
    uint64_t now = (uint64_t)rq->now;

    buf_add_char(out, (char)record->kind);
    buf_add_char(out, rq->scores_only ? FLAG_SCORES_ONLY : 0);
    put_u32(out, (uint32_t)now);
    put_u32(out, (uint32_t)(now >> 32));
    put_str(out, rq->project_id);
    put_str(out, rq->api_key);
    put_str(out, rq->sdk_name);
    put_str(out, rq->sdk_version);
    put_str(out, rq->seed);
    put_str(out, record->body);
    return buf_ok(out);
}

static str sum_of(str bytes, uint8_t sum[32])
{
    sha256(bytes, sum);
    return str_make((const char *)sum, SUM_BYTES);
}

enum errc segment_seal(struct ctx *ctx, struct zstd *z, str records, uint32_t n, struct buf *out)
{
    AUTO(buf_fini) struct buf frame = {0};
    uint8_t sum[32];

    buf_init(&frame, records.n + (records.n >> 4) + 4096);
    TRY(zstd_compress(z, records, LEVEL, &frame));
    buf_add(out, STR(MAGIC));
    put_u32(out, n);
    buf_add(out, sum_of(buf_str(&frame), sum));
    buf_add(out, buf_str(&frame));
    return buf_ok(out) ? ERR_OK : fail(ctx, ERR_NOMEM, "Out of memory for a segment");
}

// ---- Reading ------------------------------------------------------------------------------------

static bool take(str *rest, size_t n, str *out)
{
    if (rest->n < n)
        return false;
    *out = str_sub(*rest, 0, n);
    *rest = str_skip(*rest, n);
    return true;
}

static bool take_u32(str *rest, uint32_t *out)
{
    str bytes;

    if (!take(rest, 4, &bytes))
        return false;
    *out = 0;
    for (int i = 3; i >= 0; i--)
        *out = *out << 8 | (uint8_t)bytes.p[i];
    return true;
}

static bool take_str(str *rest, str *out)
{
    uint32_t n;

    *out = STR_NONE;
    return take_u32(rest, &n) && (n == ABSENT || take(rest, n, out));
}

enum errc segment_open(struct ctx *ctx, struct zstd *z, str object, struct segment_reader *out)
{
    str magic, sum, rest = object;
    uint8_t computed[32];

    if (!take(&rest, 8, &magic) || !str_eq(magic, STR(MAGIC)))
        return fail(ctx, ERR_CORRUPT, "This is no segment, or one of a later version");
    if (!take_u32(&rest, &out->left) || !take(&rest, SUM_BYTES, &sum))
        return fail(ctx, ERR_CORRUPT, "The segment is cut off");
    if (!str_eq(sum, sum_of(rest, computed)))
        return fail(ctx, ERR_CORRUPT, "The segment's checksum does not fit: it was changed or cut");
    if (zstd_decompress(z, ctx, rest, LIMIT_SEGMENT_BYTES, &out->rest) == ERR_OK)
        return ERR_OK;
    ctx->code = ERR_CORRUPT;
    return ERR_CORRUPT;
}

static bool record_read(str *rest, struct ingest_record *record)
{
    struct ingest_request *rq = &record->request;
    uint32_t low, high;
    str head;

    if (!take(rest, 2, &head) || !take_u32(rest, &low) || !take_u32(rest, &high))
        return false;
    record->kind = (uint8_t)head.p[0];
    rq->scores_only = (head.p[1] & FLAG_SCORES_ONLY) != 0;
    rq->now = (millis)((uint64_t)high << 32 | low);
    return take_str(rest, &rq->project_id) && take_str(rest, &rq->api_key) &&
           take_str(rest, &rq->sdk_name) && take_str(rest, &rq->sdk_version) &&
           take_str(rest, &rq->seed) && take_str(rest, &record->body);
}

enum errc segment_next(struct ctx *ctx, struct segment_reader *r, struct ingest_record *record,
                       bool *more)
{
    *more = r->left > 0;
    if (!*more)
        return r->rest.n == 0 ? ERR_OK
                              : fail(ctx, ERR_CORRUPT, "The segment goes on behind its records");
    *record = (struct ingest_record){0};
    if (!record_read(&r->rest, record))
        return fail(ctx, ERR_CORRUPT, "A record of the segment is cut off");
    r->left--;
    return ERR_OK;
}

// ---- Keys ---------------------------------------------------------------------------------------

enum { STAMP_DIGITS = 13, RANDOM_BYTES = 8 };

str segment_key_at(struct arena *a, str prefix, millis at)
{
    char iso[32];

    (void)time_format_iso(at, iso); // 2026-11-23T16:...
    return arena_fmt(a, "%.*s" SEGMENT_FOLDER "%.4s/%.2s/%.2s/%.2s/%013lld", STR_ARG(prefix), iso,
                     iso + 5, iso + 8, iso + 11, (long long)at);
}

str segment_key(struct arena *a, str prefix, millis at)
{
    str random = id_hex(a, RANDOM_BYTES);

    return arena_fmt(a, "%.*s-%.*s.seg", STR_ARG(segment_key_at(a, prefix, at)), STR_ARG(random));
}

bool segment_key_time(str key, str prefix, millis *out)
{
    static const size_t folders = sizeof "2026/11/23/16/" - 1;
    size_t at = prefix.n + sizeof SEGMENT_FOLDER - 1 + folders;

    if (!str_starts(key, prefix) || !str_starts(str_skip(key, prefix.n), STR(SEGMENT_FOLDER)) ||
        !str_ends(key, STR(".seg")) || key.n <= at + STAMP_DIGITS)
        return false;
    return key.p[at + STAMP_DIGITS] == '-' && str_to_i64(str_sub(key, at, STAMP_DIGITS), out);
}
