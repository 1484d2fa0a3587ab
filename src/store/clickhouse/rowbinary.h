// SPDX-License-Identifier: MIT
#pragma once
// RowBinary, ClickHouse's format without names: little-endian integers, texts after a varint of their
// length, a byte before what may be NULL, lists after a varint of their count.
#include "base/buf.h"
#include "base/clock.h"

// Reads never go past the end: they give zeros and set `bad`, which the caller checks once per row.
struct ch_reader {
    const char *p, *end;
    bool bad;
};
bool ch_more(const struct ch_reader *r); // another row follows
uint8_t ch_get_u8(struct ch_reader *r);
uint32_t ch_get_u32(struct ch_reader *r);
uint64_t ch_get_u64(struct ch_reader *r);
int64_t ch_get_i64(struct ch_reader *r);
int64_t ch_get_i64_or(struct ch_reader *r, int64_t none); // Nullable(Int64)
double ch_get_double(struct ch_reader *r);
size_t ch_get_count(struct ch_reader *r); // of a list or map; at most what the answer can hold
str ch_get_str(struct ch_reader *r);      // points into the answer; never none
str ch_get_text(struct ch_reader *r);     // Nullable(String)

void ch_put_u8(struct buf *b, uint8_t v);
void ch_put_u32(struct buf *b, uint32_t v);
void ch_put_u64(struct buf *b, uint64_t v);
void ch_put_i64(struct buf *b, int64_t v);
void ch_put_i64_or(struct buf *b, int64_t v, int64_t none); // `none` is written as NULL
void ch_put_double(struct buf *b, double v);
void ch_put_count(struct buf *b, size_t n);
void ch_put_str(struct buf *b, str s);  // none is written as ""
void ch_put_text(struct buf *b, str s); // none is written as NULL
