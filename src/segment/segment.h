// SPDX-License-Identifier: MIT
#pragma once
// Segments: accepted requests as they came, many in one object, until a worker has stored their events
// and as long as the object store keeps them (docs/segments.md). A segment is a header and one zstd
// frame of records; nothing in it points outside.
#include "base/compress.h"
#include "ingest/ingest.h"

// Appends one record to the bytes of an open segment. False when `out` is full.
bool segment_record_write(struct buf *out, const struct ingest_record *record);
// The object of `n` records: header and compressed records, appended to `out`.
enum errc segment_seal(struct ctx *ctx, struct zstd *z, str records, uint32_t n,
                       struct buf *out) MUST_CHECK;

struct segment_reader {
    str rest; // records that were not read yet
    uint32_t left;
};
// Checks an object and opens it. ERR_CORRUPT says what is wrong with it. Records live in the arena.
enum errc segment_open(struct ctx *ctx, struct zstd *z, str object,
                       struct segment_reader *out) MUST_CHECK;
// *more = false at the end. Strs of the record are borrowed from the segment.
enum errc segment_next(struct ctx *ctx, struct segment_reader *r, struct ingest_record *record,
                       bool *more) MUST_CHECK;

// Keys: "<prefix>segments/2026/11/23/16/<milliseconds>-<random>.seg": by time, so that a range of time is
// a range of keys.
#define SEGMENT_FOLDER "segments/"
str segment_key(struct arena *a, str prefix, millis at);
// The first possible key of that time.
str segment_key_at(struct arena *a, str prefix, millis at);
// When it was made; false when it is no key of a segment.
bool segment_key_time(str key, str prefix, millis *out);
