// SPDX-License-Identifier: MIT
// RowBinary (rowbinary.h). Chosen over the JSON formats because it needs no parsing of numbers and no
// unescaping of bodies: texts are used where they lie in the answer.
#include "store/clickhouse/rowbinary.h"

#include <endian.h>

bool ch_more(const struct ch_reader *r)
{
    return !r->bad && r->p < r->end;
}

static void take(struct ch_reader *r, void *out, size_t n)
{
    if (r->bad || (size_t)(r->end - r->p) < n) {
        r->bad = true;
        memset(out, 0, n);
        return;
    }
    memcpy(out, r->p, n);
    r->p += n;
}

uint8_t ch_get_u8(struct ch_reader *r)
{
    uint8_t v;
    take(r, &v, sizeof v);
    return v;
}

uint32_t ch_get_u32(struct ch_reader *r)
{
    uint32_t v;
    take(r, &v, sizeof v);
    return le32toh(v);
}

uint64_t ch_get_u64(struct ch_reader *r)
{
    uint64_t v;
    take(r, &v, sizeof v);
    return le64toh(v);
}

int64_t ch_get_i64(struct ch_reader *r)
{
    return (int64_t)ch_get_u64(r);
}

int64_t ch_get_i64_or(struct ch_reader *r, int64_t none)
{
    return ch_get_u8(r) ? none : ch_get_i64(r);
}

double ch_get_double(struct ch_reader *r)
{
    uint64_t bits = ch_get_u64(r);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static uint64_t get_varint(struct ch_reader *r)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = ch_get_u8(r);
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return v;
    }
    r->bad = true;
    return 0;
}

// Every item of a list takes a byte at least.
size_t ch_get_count(struct ch_reader *r)
{
    uint64_t n = get_varint(r);

    if (r->bad || n > (uint64_t)(r->end - r->p)) {
        r->bad = true;
        return 0;
    }
    return (size_t)n;
}

str ch_get_str(struct ch_reader *r)
{
    size_t n = ch_get_count(r);
    str s = str_make(r->bad ? "" : r->p, n);

    r->p += n;
    return s;
}

str ch_get_text(struct ch_reader *r)
{
    return ch_get_u8(r) ? STR_NONE : ch_get_str(r);
}

// ---- Writing ------------------------------------------------------------------------------------

static void put(struct buf *b, const void *p, size_t n)
{
    buf_add(b, str_make(p, n));
}

void ch_put_u8(struct buf *b, uint8_t v)
{
    buf_add_char(b, (char)v);
}

void ch_put_u32(struct buf *b, uint32_t v)
{
    uint32_t le = htole32(v);
    put(b, &le, sizeof le);
}

void ch_put_u64(struct buf *b, uint64_t v)
{
    uint64_t le = htole64(v);
    put(b, &le, sizeof le);
}

void ch_put_i64(struct buf *b, int64_t v)
{
    ch_put_u64(b, (uint64_t)v);
}

void ch_put_i64_or(struct buf *b, int64_t v, int64_t none)
{
    ch_put_u8(b, v == none);
    if (v != none)
        ch_put_i64(b, v);
}

void ch_put_double(struct buf *b, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    ch_put_u64(b, bits);
}

void ch_put_count(struct buf *b, size_t n)
{
    for (; n >= 0x80; n >>= 7)
        ch_put_u8(b, (uint8_t)(n | 0x80));
    ch_put_u8(b, (uint8_t)n);
}

void ch_put_str(struct buf *b, str s)
{
    ch_put_count(b, s.n);
    buf_add(b, s);
}

void ch_put_text(struct buf *b, str s)
{
    ch_put_u8(b, !str_some(s));
    if (str_some(s))
        ch_put_str(b, s);
}
