// SPDX-License-Identifier: MIT
// Protobuf's wire format, as much of it as OTLP needs: varint, fixed64, bytes, fixed32. First step of
// the protobuf decoder (trace_pb.c); runs on request threads. Every read is checked against the end of
// the message, so nothing here trusts a length. A generated parser was rejected: it copies every
// string and allocates per field, and four wire types do not need it.
#include "otlp/wire.h"

#define VARINT_MAX 10 // bytes of a 64-bit varint

void wire_init(struct wire *w, str message)
{
    w->p = (const unsigned char *)message.p;
    w->end = message.p ? w->p + message.n : w->p;
    w->bad = false;
}

static bool wire_fail(struct wire *w)
{
    w->bad = true;
    w->p = w->end;
    return false;
}

static bool varint_long(struct wire *w, uint64_t *out)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < VARINT_MAX; i++) {
        if (w->p == w->end)
            return wire_fail(w);
        unsigned char c = *w->p++;
        if (i == VARINT_MAX - 1 && c > 1)
            return wire_fail(w);
        v |= (uint64_t)(c & 0x7f) << (7 * i);
        if (c < 0x80) {
            *out = v;
            return true;
        }
    }
    return wire_fail(w);
}

// Most tags and lengths are one byte.
static inline bool varint(struct wire *w, uint64_t *out)
{
    if (w->p != w->end && *w->p < 0x80) {
        *out = *w->p++;
        return true;
    }
    return varint_long(w, out);
}

// Little-endian; the shifts compile to one load.
static bool fixed(struct wire *w, size_t n, uint64_t *out)
{
    uint64_t v = 0;

    if ((size_t)(w->end - w->p) < n)
        return wire_fail(w);
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)w->p[i] << (8 * i);
    w->p += n;
    *out = v;
    return true;
}

static bool bytes(struct wire *w, str *out)
{
    uint64_t n;

    if (!varint(w, &n))
        return false;
    if (n > (uint64_t)(w->end - w->p))
        return wire_fail(w);
    *out = str_make((const char *)w->p, (size_t)n);
    w->p += n;
    return true;
}

bool wire_next(struct wire *w, struct wire_field *f)
{
    uint64_t tag;

    if (w->p == w->end || !varint(w, &tag))
        return false;
    if (tag >> 3 == 0 || tag > UINT32_MAX)
        return wire_fail(w);
    f->number = (uint32_t)(tag >> 3);
    f->type = (enum wire_type)(tag & 7);
    switch (f->type) {
    case WIRE_VARINT: return varint(w, &f->value);
    case WIRE_FIXED64: return fixed(w, 8, &f->value);
    case WIRE_BYTES: return bytes(w, &f->bytes);
    case WIRE_FIXED32: return fixed(w, 4, &f->value);
    }
    return wire_fail(w); // groups (3, 4) and the unassigned 6 and 7
}

double wire_double(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof(d));
    return d;
}
