// SPDX-License-Identifier: MIT
// Body packs (format in pack.h): records are collected raw while a request is prepared, compressed once,
// and read back without copying. A pack that does not add up is corrupt, never trusted.
#include "store/sqlite/pack.h"

#include "base/limits.h"
#include "model/usage.h"

#include <stdlib.h>

void pack_init(struct pack_builder *p, size_t max_bytes)
{
    *p = (struct pack_builder){0};
    buf_init(&p->records, max_bytes);
}

void pack_fini(struct pack_builder *p)
{
    if (!p)
        return;
    buf_fini(&p->records);
    free(p->ends);
    *p = (struct pack_builder){0};
}

static void put_u32(struct buf *b, uint32_t v)
{
    unsigned char le[4] = {(unsigned char)v, (unsigned char)(v >> 8), (unsigned char)(v >> 16),
                           (unsigned char)(v >> 24)};

    buf_add(b, str_make((const char *)le, 4));
}

static uint32_t get_u32(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;

    return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static void put_field(struct buf *b, enum pack_field f, str v)
{
    if (!str_some(v))
        return;
    buf_add_char(b, (char)f);
    put_u32(b, (uint32_t)v.n);
    buf_add(b, v);
}

static uint32_t record_end(struct pack_builder *p)
{
    if (p->n == p->cap) {
        uint32_t cap = p->cap ? p->cap * 2 : 16;
        uint32_t *ends = realloc(p->ends, cap * sizeof(ends[0]));
        CHECK(ends != NULL);
        p->ends = ends;
        p->cap = cap;
    }
    p->ends[p->n] = (uint32_t)p->records.len;
    return p->n++;
}

static void put_maps(struct buf *b, const struct observation *o)
{
    AUTO(buf_fini) struct buf text = {0};

    buf_init(&text, 64u << 10);
    if (o->provided_usage.n) {
        usage_write(&text, &o->provided_usage);
        put_field(b, PACK_PROVIDED_USAGE, buf_str(&text));
    }
    buf_clear(&text);
    if (o->provided_cost.n) {
        cost_write(&text, &o->provided_cost);
        put_field(b, PACK_PROVIDED_COST, buf_str(&text));
    }
}

uint32_t pack_add_observation(struct pack_builder *p, const struct observation *o)
{
    struct buf *b = &p->records;

    put_field(b, PACK_INPUT, o->input);
    put_field(b, PACK_OUTPUT, o->output);
    put_field(b, PACK_METADATA, o->metadata);
    put_field(b, PACK_STATUS_MESSAGE, o->status_message);
    put_field(b, PACK_MODEL_PARAMETERS, o->model_parameters);
    put_maps(b, o);
    put_field(b, PACK_TOOL_DEFINITIONS, o->tool_definitions);
    put_field(b, PACK_TOOL_CALLS, o->tool_calls);
    put_field(b, PACK_TOOL_CALL_NAMES, o->tool_call_names);
    put_field(b, PACK_EXPERIMENT, o->experiment);
    put_field(b, PACK_SDK_NAME, o->sdk_name);
    put_field(b, PACK_SDK_VERSION, o->sdk_version);
    put_field(b, PACK_API_KEY, o->api_key);
    return record_end(p);
}

uint32_t pack_add_trace(struct pack_builder *p, const struct trace *t)
{
    put_field(&p->records, PACK_INPUT, t->input);
    put_field(&p->records, PACK_OUTPUT, t->output);
    put_field(&p->records, PACK_METADATA, t->metadata);
    return record_end(p);
}

uint32_t pack_add_raw(struct pack_builder *p, str record)
{
    buf_add(&p->records, record);
    return record_end(p);
}

enum errc pack_finish(struct pack_builder *p, struct zstd *z, int level, struct buf *out)
{
    AUTO(buf_fini) struct buf raw = {0};

    buf_init(&raw, p->records.len + 4 + (size_t)p->n * 4);
    put_u32(&raw, p->n);
    for (uint32_t i = 0; i < p->n; i++)
        put_u32(&raw, p->ends[i]);
    buf_add(&raw, buf_str(&p->records));
    if (!buf_ok(&p->records) || !buf_ok(&raw))
        return ERR_TOO_LARGE;
    return zstd_compress(z, buf_str(&raw), level, out);
}

enum errc pack_open(struct ctx *ctx, struct zstd *z, str data, struct pack *out)
{
    str raw;

    TRY(zstd_decompress(z, ctx, data, LIMIT_PACK_BYTES + (1u << 20), &raw));
    uint32_t n = raw.n >= 4 ? get_u32(raw.p) : 0;
    if (raw.n < 4 || (raw.n - 4) / 4 < n)
        return fail(ctx, ERR_CORRUPT, "A body pack is damaged");
    *out = (struct pack){raw, n};
    return ERR_OK;
}

str pack_record(const struct pack *p, uint32_t slot)
{
    size_t base = 4 + (size_t)p->n * 4;

    if (slot >= p->n)
        return STR_NONE;
    size_t from = slot ? get_u32(p->raw.p + (size_t)slot * 4) : 0,
           to = get_u32(p->raw.p + 4 + (size_t)slot * 4);
    if (from > to || to > p->raw.n - base)
        return STR_NONE;
    return str_make(p->raw.p + base + from, to - from);
}

// Next field of a record; false at the end or when the rest makes no sense.
static bool field_next(str *rest, uint8_t *field, str *value)
{
    if (rest->n < 5)
        return false;
    size_t n = get_u32(rest->p + 1);
    if (n > rest->n - 5)
        return false;
    *field = (uint8_t)rest->p[0];
    *value = str_make(rest->p + 5, n);
    *rest = str_skip(*rest, 5 + n);
    return true;
}

str pack_field(str record, enum pack_field field)
{
    uint8_t f;
    str v;

    while (field_next(&record, &f, &v)) {
        if (f == (uint8_t)field)
            return v;
    }
    return STR_NONE;
}

static void load_text(struct observation *o, uint8_t field, str v)
{
    str *const places[PACK_FIELD_COUNT] = {
        [PACK_INPUT] = &o->input,
        [PACK_OUTPUT] = &o->output,
        [PACK_METADATA] = &o->metadata,
        [PACK_STATUS_MESSAGE] = &o->status_message,
        [PACK_MODEL_PARAMETERS] = &o->model_parameters,
        [PACK_TOOL_DEFINITIONS] = &o->tool_definitions,
        [PACK_TOOL_CALLS] = &o->tool_calls,
        [PACK_TOOL_CALL_NAMES] = &o->tool_call_names,
        [PACK_EXPERIMENT] = &o->experiment,
        [PACK_SDK_NAME] = &o->sdk_name,
        [PACK_SDK_VERSION] = &o->sdk_version,
        [PACK_API_KEY] = &o->api_key,
    };
    if (field < PACK_FIELD_COUNT && places[field])
        *places[field] = v;
}

void pack_load_observation(struct arena *a, str record, struct observation *o)
{
    uint8_t f;
    str v;

    while (field_next(&record, &f, &v)) {
        if (f == PACK_PROVIDED_USAGE)
            usage_parse(a, v, &o->provided_usage);
        else if (f == PACK_PROVIDED_COST)
            cost_parse(a, v, &o->provided_cost);
        else
            load_text(o, f, v);
    }
}

void pack_load_trace(str record, struct trace *t)
{
    t->input = pack_field(record, PACK_INPUT);
    t->output = pack_field(record, PACK_OUTPUT);
    t->metadata = pack_field(record, PACK_METADATA);
}
