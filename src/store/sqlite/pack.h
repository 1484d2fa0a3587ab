// SPDX-License-Identifier: MIT
#pragma once
// Body packs: the wide fields of several rows of one trace, compressed together.
//
//   pack.data  = one zstd frame (content size set) of:
//     u32 n                      number of slots, little endian
//     u32 end[n]                 end offset of each slot's record, counted from after this table
//     records: { u8 field, u32 len, bytes } *      fields in ascending order; absent = none
#include "base/compress.h"
#include "model/observation.h"
#include "model/trace.h"

enum pack_field { // on disk: append only
    PACK_INPUT = 1,
    PACK_OUTPUT,
    PACK_METADATA,
    PACK_STATUS_MESSAGE,
    PACK_MODEL_PARAMETERS,
    PACK_PROVIDED_USAGE,
    PACK_PROVIDED_COST,
    PACK_TOOL_DEFINITIONS,
    PACK_TOOL_CALLS,
    PACK_TOOL_CALL_NAMES,
    PACK_EXPERIMENT,
    PACK_SDK_NAME,
    PACK_SDK_VERSION,
    PACK_API_KEY,
    PACK_FIELD_COUNT
};

struct pack_builder { // raw (uncompressed) records being collected
    struct buf records;
    uint32_t *ends;
    uint32_t n, cap;
};
void pack_init(struct pack_builder *p, size_t max_bytes);
void pack_fini(struct pack_builder *p);
uint32_t pack_add_observation(struct pack_builder *p,
                              const struct observation *o); // returns the slot
uint32_t pack_add_trace(struct pack_builder *p, const struct trace *t);
uint32_t pack_add_raw(struct pack_builder *p, str record); // repacking
enum errc pack_finish(struct pack_builder *p, struct zstd *z, int level,
                      struct buf *out) MUST_CHECK;

struct pack { // an opened pack, in an arena
    str raw;
    uint32_t n;
};
enum errc pack_open(struct ctx *ctx, struct zstd *z, str data, struct pack *out) MUST_CHECK;
str pack_record(const struct pack *p, uint32_t slot); // none when out of range
str pack_field(str record, enum pack_field field);    // none when absent
void pack_load_observation(struct arena *a, str record,
                           struct observation *o); // strs borrow the pack
void pack_load_trace(str record, struct trace *t);
