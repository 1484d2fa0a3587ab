// SPDX-License-Identifier: MIT
#pragma once
// Inside of the pricing room: embedded token vocabularies, unpacked (tools/vocab/pack.mjs packs
// them). All tables are immutable once loaded.
#include "base/buf.h"
#include "base/err.h"

// A section of the embedded container, unpacked into a malloc'ed block; false when it is absent
// (a build without vocabularies) or broken.
bool vocab_section(str name, struct buf *out);

#define TOKEN_NONE UINT32_MAX

// Byte-pair vocabulary. Token ids are ranks without gaps: a lower id merges first.
struct vocab {
    uint32_t n_tokens;
    uint32_t byte_token[256];
    uint64_t *pairs; // open addressing: left << 36 | right << 18 | merged; 0 = free
    uint32_t n_slots;
    struct buf raw; // owns the texts of `specials`
    str *specials;
    size_t n_specials;
};
// `limit` > 0: only the first `limit` tokens exist. NULL when the section is not there.
struct vocab *vocab_load(str section, uint32_t limit);
void vocab_free(struct vocab *v);

static inline uint32_t vocab_slot(const struct vocab *v, uint64_t key)
{
    uint64_t hash = (key * UINT64_C(0x9E3779B97F4A7C15)) >> 32;
    return (uint32_t)((hash * v->n_slots) >> 32);
}

// The token that two neighbours merge into, or TOKEN_NONE.
static inline uint32_t vocab_merge(const struct vocab *v, uint32_t left, uint32_t right)
{
    uint64_t key = (uint64_t)left << 18 | right;
    for (uint32_t i = vocab_slot(v, key);; i = i + 1 == v->n_slots ? 0 : i + 1) {
        uint64_t slot = v->pairs[i];
        if (slot >> 18 == key)
            return (uint32_t)(slot & 0x3ffff);
        if (slot == 0)
            return TOKEN_NONE;
    }
}

// Number of tokens of one piece of text. False when the arena is full.
bool bpe_count(const struct vocab *v, struct arena *scratch, str piece, int64_t *total);

// Classes of code points, as the splitting patterns name them. Numbers as in tools/vocab.
enum char_class {
    CLASS_OTHER,
    CLASS_UPPER,  // Lu, Lt
    CLASS_LOWER,  // Ll
    CLASS_LETTER, // Lm, Lo
    CLASS_MARK,   // M
    CLASS_NUMBER, // N
    CLASS_SPACE,  // White_Space
};
#define CHAR_BLOCKS (0x110000u >> 8)
struct char_table {
    uint16_t block_of[CHAR_BLOCKS]; // code point >> 8
    uint8_t (*blocks)[256];
    size_t n_blocks;
};
struct char_table *char_table_load(void); // NULL when there are no vocabularies
void char_table_free(struct char_table *t);

enum split_kind { SPLIT_GPT2, SPLIT_CL100K, SPLIT_O200K };
// End of the piece that starts at byte `from` < text.n (what the encoding's regex would match).
size_t split_next(const struct char_table *t, enum split_kind kind, str text, size_t from);

// Unicode normalization form KC.
struct nfkc;
struct nfkc *nfkc_load(void);
void nfkc_free(struct nfkc *n);
str nfkc_apply(const struct nfkc *n, struct arena *a, str text); // none when the arena is full
