// SPDX-License-Identifier: MIT
// Unpacks token vocabularies and character classes from the container that the build embeds
// (layout: tools/vocab/pack.mjs). Runs on first use of an encoding, some 20 ms for the largest.
//
// A vocabulary holds no token texts: merging works on pairs of ids, starting from the 256 bytes.
// 12 bytes per token, 2.4 MB for the largest encoding, against 11 MB for a map of token texts.
#include "pricing/vocab.h"

#include "base/compress.h"

#include <stdlib.h>

extern const unsigned char vocab_data[];
extern const size_t vocab_data_len;

#define MAGIC       "RLVOCAB1"
#define ROW_BYTES   28u
#define NAME_BYTES  16u
#define SECTION_MAX (8u << 20)
#define FIRST_PAIR  256u
#define MAX_TOKENS  (1u << 18)

static uint32_t read_u32(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static str section_find(str name, uint32_t *raw_len)
{
    str all = str_make((const char *)vocab_data, vocab_data_len);
    size_t magic = sizeof MAGIC - 1;
    if (all.n < magic + 4 || !str_starts(all, STR(MAGIC)))
        return STR_NONE;
    uint32_t n = read_u32(all.p + magic);
    for (uint32_t i = 0; i < n; i++) {
        const char *row = all.p + magic + 4 + (size_t)i * ROW_BYTES;
        size_t len = strnlen(row, NAME_BYTES);
        if (str_eq(str_make(row, len), name)) {
            *raw_len = read_u32(row + NAME_BYTES + 8);
            return str_sub(all, read_u32(row + NAME_BYTES), read_u32(row + NAME_BYTES + 4));
        }
    }
    return STR_NONE;
}

bool vocab_section(str name, struct buf *out)
{
    uint32_t raw_len = 0;
    str packed = section_find(name, &raw_len);
    buf_init(out, SECTION_MAX);
    if (!str_some(packed) || raw_len > SECTION_MAX || !buf_reserve(out, raw_len))
        return false;
    struct arena *arena = arena_create(64u << 10);
    struct ctx ctx;
    ctx_init(&ctx, arena);
    bool ok = gzip_decompress(&ctx, packed, out) == ERR_OK && out->len == raw_len;
    arena_destroy(arena);
    if (!ok)
        buf_fini(out);
    return ok;
}

// ---- Vocabulary ---------------------------------------------------------------------------------

static uint32_t plane_value(const unsigned char *planes, size_t n, size_t i)
{
    return (uint32_t)planes[i] | (uint32_t)planes[n + i] << 8 | (uint32_t)planes[2 * n + i] << 16;
}

static void pair_add(struct vocab *v, uint32_t left, uint32_t right, uint32_t merged)
{
    uint64_t key = (uint64_t)left << 18 | right;
    uint32_t at = vocab_slot(v, key);
    while (v->pairs[at] != 0)
        at = at + 1 == v->n_slots ? 0 : at + 1;
    v->pairs[at] = key << 18 | merged;
}

// Special tokens: {u8 length, bytes} each. Returns the bytes behind them.
static str read_specials(struct vocab *v, str raw)
{
    for (size_t i = 0; i < v->n_specials && raw.n > 0; i++) {
        size_t len = (unsigned char)raw.p[0];
        v->specials[i] = str_sub(raw, 1, len);
        raw = str_skip(raw, 1 + len);
    }
    return raw;
}

// All pairs of the section, up to `limit` tokens. False when the section is too short.
static bool read_pairs(struct vocab *v, str raw, uint32_t n_stored)
{
    size_t n = n_stored - FIRST_PAIR;
    if (raw.n != FIRST_PAIR + 6 * n)
        return false;
    for (uint32_t i = 0; i < FIRST_PAIR; i++)
        v->byte_token[(unsigned char)raw.p[i]] = i;
    const unsigned char *left = (const unsigned char *)raw.p + FIRST_PAIR;
    const unsigned char *right = left + 3 * n;
    for (uint32_t i = 0; i < v->n_tokens - FIRST_PAIR; i++)
        pair_add(v, plane_value(left, n, i), plane_value(right, n, i), FIRST_PAIR + i);
    return true;
}

static bool vocab_read(struct vocab *v, uint32_t limit)
{
    str raw = buf_str(&v->raw);
    if (raw.n < 8)
        return false;
    uint32_t n_stored = read_u32(raw.p);
    v->n_specials = read_u32(raw.p + 4);
    v->n_tokens = limit > 0 && limit < n_stored ? limit : n_stored;
    if (v->n_tokens <= FIRST_PAIR || n_stored > MAX_TOKENS || v->n_specials > 64)
        return false;
    v->n_slots = v->n_tokens + v->n_tokens / 2;
    v->pairs = calloc(v->n_slots, sizeof *v->pairs);
    v->specials = calloc(v->n_specials + 1, sizeof *v->specials);
    if (v->pairs == NULL || v->specials == NULL)
        return false;
    return read_pairs(v, read_specials(v, str_skip(raw, 8)), n_stored);
}

// Keeps only the texts of the special tokens; the planes are not needed any more.
static bool vocab_shrink(struct vocab *v)
{
    struct buf kept;
    buf_init(&kept, SECTION_MAX);
    for (size_t i = 0; i < v->n_specials; i++)
        buf_add(&kept, v->specials[i]);
    size_t at = 0;
    for (size_t i = 0; i < v->n_specials && buf_ok(&kept); i++) {
        v->specials[i] = str_sub(buf_str(&kept), at, v->specials[i].n);
        at += v->specials[i].n;
    }
    buf_fini(&v->raw);
    v->raw = kept;
    return buf_ok(&v->raw);
}

struct vocab *vocab_load(str section, uint32_t limit)
{
    struct vocab *v = calloc(1, sizeof *v);
    if (v == NULL)
        return NULL;
    if (vocab_section(section, &v->raw) && vocab_read(v, limit) && vocab_shrink(v))
        return v;
    vocab_free(v);
    return NULL;
}

void vocab_free(struct vocab *v)
{
    if (v == NULL)
        return;
    buf_fini(&v->raw);
    free(v->pairs);
    free(v->specials);
    free(v);
}

// ---- Character classes --------------------------------------------------------------------------

// The next (class, length) run; false at the end.
static bool read_run(str *rest, uint8_t *class, uint32_t *length)
{
    uint32_t value = 0;
    for (unsigned shift = 0; rest->n > 0 && shift < 32; shift += 7) {
        unsigned char byte = (unsigned char)rest->p[0];
        *rest = str_skip(*rest, 1);
        value |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *class = value & 7;
            *length = value >> 3;
            return true;
        }
    }
    return false;
}

static uint16_t block_intern(struct char_table *t, const uint8_t block[256])
{
    for (size_t i = 0; i < t->n_blocks; i++) {
        if (memcmp(t->blocks[i], block, 256) == 0)
            return (uint16_t)i;
    }
    memcpy(t->blocks[t->n_blocks], block, 256);
    return (uint16_t)t->n_blocks++;
}

static void char_table_read(struct char_table *t, str runs)
{
    uint8_t block[256], class = 0;
    uint32_t left = 0;
    for (uint32_t cp = 0; cp < 0x110000; cp++) {
        if (left == 0 && !read_run(&runs, &class, &left))
            left = UINT32_MAX; // short data: the rest is as the last run
        block[cp & 255] = class;
        left--;
        if ((cp & 255) == 255)
            t->block_of[cp >> 8] = block_intern(t, block);
    }
}

struct char_table *char_table_load(void)
{
    struct buf runs;
    struct char_table *t = calloc(1, sizeof *t);
    if (t == NULL || !vocab_section(STR("unicode"), &runs)) {
        free(t);
        return NULL;
    }
    t->blocks = calloc(CHAR_BLOCKS, 256); // untouched pages stay unmapped
    if (t->blocks != NULL)
        char_table_read(t, buf_str(&runs));
    buf_fini(&runs);
    if (t->blocks == NULL) {
        free(t);
        return NULL;
    }
    return t;
}

void char_table_free(struct char_table *t)
{
    if (t == NULL)
        return;
    free(t->blocks);
    free(t);
}
