// SPDX-License-Identifier: MIT
// opentelemetry.proto.common.v1.AnyValue from protobuf: string_value 1, bool_value 2, int_value 3,
// double_value 4, array_value 5 {values = 1}, kvlist_value 6 {values = 1 KeyValue}, bytes_value 7.
// Lists of pairs and bytes become the JSON text that OTLP/JSON would have carried, so that both
// encodings of one trace give the same events.
#include "otlp/convert.h"

#include "base/codec.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "otlp/wire.h"

#include <math.h>

enum any_field {
    ANY_PB_STRING = 1,
    ANY_PB_BOOL,
    ANY_PB_INT,
    ANY_PB_DOUBLE,
    ANY_PB_ARRAY,
    ANY_PB_KVLIST,
    ANY_PB_BYTES
};

static enum errc text_write(struct arena *a, struct jw *w, str message, unsigned depth);

static enum errc values_write(struct arena *a, struct jw *w, str message, unsigned depth)
{
    struct wire cursor;
    struct wire_field f;

    jw_key(w, STR("values"));
    jw_array(w);
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, 1, WIRE_BYTES))
            TRY(text_write(a, w, f.bytes, depth + 1));
    }
    jw_array_end(w);
    return cursor.bad ? ERR_INVALID : ERR_OK;
}

// KeyValue: key 1, value 2.
static enum errc pair_write(struct arena *a, struct jw *w, str message, unsigned depth)
{
    str key = STR(""), value = STR_NONE;
    struct wire cursor;
    struct wire_field f;

    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, 1, WIRE_BYTES))
            key = utf8_clean(a, f.bytes);
        else if (wire_is(&f, 2, WIRE_BYTES))
            value = f.bytes;
    }
    jw_object(w);
    jw_kstr(w, STR("key"), key);
    if (value.p) {
        jw_key(w, STR("value"));
        TRY(text_write(a, w, value, depth + 1));
    }
    jw_object_end(w);
    return cursor.bad ? ERR_INVALID : ERR_OK;
}

static enum errc pairs_write(struct arena *a, struct jw *w, str message, unsigned depth)
{
    struct wire cursor;
    struct wire_field f;

    jw_key(w, STR("values"));
    jw_array(w);
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, 1, WIRE_BYTES))
            TRY(pair_write(a, w, f.bytes, depth));
    }
    jw_array_end(w);
    return cursor.bad ? ERR_INVALID : ERR_OK;
}

static enum errc list_write(struct arena *a, struct jw *w, const struct wire_field *f,
                            unsigned depth)
{
    bool pairs = f->number == ANY_PB_KVLIST;

    jw_key(w, pairs ? STR("kvlistValue") : STR("arrayValue"));
    jw_object(w);
    TRY(pairs ? pairs_write(a, w, f->bytes, depth) : values_write(a, w, f->bytes, depth));
    jw_object_end(w);
    return ERR_OK;
}

static enum errc field_write(struct arena *a, struct jw *w, const struct wire_field *f,
                             unsigned depth)
{
    if (wire_is(f, ANY_PB_STRING, WIRE_BYTES))
        jw_kstr(w, STR("stringValue"), utf8_clean(a, f->bytes));
    else if (wire_is(f, ANY_PB_BOOL, WIRE_VARINT))
        jw_kbool(w, STR("boolValue"), f->value != 0);
    else if (wire_is(f, ANY_PB_INT, WIRE_VARINT))
        jw_kstr(w, STR("intValue"), arena_fmt(a, "%lld", (long long)f->value));
    else if (wire_is(f, ANY_PB_DOUBLE, WIRE_FIXED64))
        jw_kdouble(w, STR("doubleValue"), wire_double(f->value));
    else if (wire_is(f, ANY_PB_BYTES, WIRE_BYTES))
        jw_kstr(w, STR("bytesValue"), base64_encode(a, f->bytes));
    else if (wire_is(f, ANY_PB_ARRAY, WIRE_BYTES) || wire_is(f, ANY_PB_KVLIST, WIRE_BYTES))
        return list_write(a, w, f, depth);
    return ERR_OK;
}

// An AnyValue as OTLP/JSON spells it. Of several fields (a broken oneof) the last counts.
static enum errc text_write(struct arena *a, struct jw *w, str message, unsigned depth)
{
    struct wire_field f, last = {0};
    struct wire cursor;

    if (depth > LIMIT_OTLP_DEPTH)
        return ERR_LIMIT;
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f))
        last = f;
    if (cursor.bad)
        return ERR_INVALID;
    jw_object(w);
    TRY(field_write(a, w, &last, depth));
    jw_object_end(w);
    return ERR_OK;
}

static enum errc any_as_text(struct arena *a, str message, unsigned depth, struct any *out)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, LIMIT_BODY_OTLP * 2);
    jw_init(&w, &b);
    TRY(text_write(a, &w, message, depth));
    out->type = ANY_STRING;
    out->text = arena_str(a, buf_str(&b));
    return buf_ok(&b) && out->text.p ? ERR_OK : ERR_NOMEM;
}

static enum errc any_array(struct arena *a, str message, unsigned depth, struct any *out)
{
    struct wire cursor;
    struct wire_field f;
    size_t n = 0;

    wire_init(&cursor, message);
    while (wire_next(&cursor, &f))
        n += wire_is(&f, 1, WIRE_BYTES);
    if (cursor.bad)
        return ERR_INVALID;
    *out = (struct any){.type = ANY_ARRAY};
    if (n == 0)
        return ERR_OK;
    out->array.items = ARENA_ARRAY(a, struct any, n);
    if (!out->array.items)
        return ERR_NOMEM;
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f)) {
        if (wire_is(&f, 1, WIRE_BYTES))
            TRY(any_from_pb(a, f.bytes, depth + 1, &out->array.items[out->array.n++]));
    }
    return ERR_OK;
}

static void any_double(double d, struct any *out)
{
    *out = (struct any){.type = ANY_DOUBLE, .number = d};
    if (!isfinite(d))
        *out = (struct any){.type = ANY_STRING,
                            .text = isnan(d) ? STR("NaN")
                                    : d > 0  ? STR("Infinity")
                                             : STR("-Infinity")};
}

static enum errc any_from_field(struct arena *a, const struct wire_field *f, str message,
                                unsigned depth, struct any *out)
{
    if (wire_is(f, ANY_PB_STRING, WIRE_BYTES)) {
        *out = (struct any){.type = ANY_STRING, .text = utf8_clean(a, f->bytes)};
        return out->text.p ? ERR_OK : ERR_NOMEM;
    }
    if (wire_is(f, ANY_PB_BOOL, WIRE_VARINT))
        *out = (struct any){.type = ANY_BOOL, .boolean = f->value != 0};
    else if (wire_is(f, ANY_PB_INT, WIRE_VARINT))
        *out = (struct any){.type = ANY_INT, .integer = (int64_t)f->value};
    else if (wire_is(f, ANY_PB_DOUBLE, WIRE_FIXED64))
        any_double(wire_double(f->value), out);
    else if (wire_is(f, ANY_PB_ARRAY, WIRE_BYTES))
        return any_array(a, f->bytes, depth, out);
    else if (wire_is(f, ANY_PB_KVLIST, WIRE_BYTES) || wire_is(f, ANY_PB_BYTES, WIRE_BYTES))
        return any_as_text(a, message, depth, out);
    return ERR_OK;
}

enum errc any_from_pb(struct arena *a, str message, unsigned depth, struct any *out)
{
    struct wire_field f, last = {0};
    struct wire cursor;

    *out = (struct any){.type = ANY_NULL};
    if (depth > LIMIT_OTLP_DEPTH)
        return ERR_LIMIT;
    wire_init(&cursor, message);
    while (wire_next(&cursor, &f))
        last = f;
    if (cursor.bad)
        return ERR_INVALID;
    return any_from_field(a, &last, message, depth, out);
}
