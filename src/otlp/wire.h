// SPDX-License-Identifier: MIT
#pragma once
// A read-only cursor over protobuf bytes (protobuf.dev/programming-guides/encoding). Zero copy:
// lengths-delimited fields are slices of the message. Groups, field number 0, varints beyond 64 bits
// and lengths beyond the message set `bad`; the cursor then yields nothing more.
#include "base/str.h"

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

struct wire {
    const unsigned char *p, *end;
    bool bad;
};

struct wire_field {
    uint32_t number;
    enum wire_type type;
    uint64_t value; // varint, fixed64, fixed32
    str bytes;      // length-delimited; never none
};

void wire_init(struct wire *w, str message);
// The next field; false at the end or when the bytes are malformed (see `bad`).
bool wire_next(struct wire *w, struct wire_field *f);
double wire_double(uint64_t bits);
// True when `f` is field `number` with wire type `type`; other types of a known field are skipped,
// as protobuf parsers do.
static inline bool wire_is(const struct wire_field *f, uint32_t number, enum wire_type type)
{
    return f->number == number && f->type == type;
}
