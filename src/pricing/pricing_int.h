// SPDX-License-Identifier: MIT
#pragma once
// Inside of the pricing room: the embedded table's text, sets of candidate models, tier choice.
#include "base/thread.h"
#include "pricing/pricing.h"

// data/prices.txt, embedded by the build (cmake/pricing.cmake).
extern const unsigned char price_text[];
extern const size_t price_text_len;

// Where a model stands in the text (format: docs/prices.md). Everything borrows the text.
struct price_block {
    str name, id, pattern, text;
};
// Cuts the next model off *rest; false at the end.
bool price_text_next(str *rest, struct price_block *out);
// Reads a whole model; strs borrow the text. NULL when the text is malformed or the arena is full.
struct price_model *price_text_model(struct arena *a, const struct price_block *block);

enum regex_state { REGEX_UNTRIED, REGEX_READY, REGEX_BROKEN };

// One candidate. Pattern and regex are completed on first use, under the set's lock.
struct price_entry {
    struct price_block block;
    _Atomic(struct price_model *) model;
    _Atomic(enum regex_state) state;
    struct regex *regex; // valid once `state` is REGEX_READY
};

// Candidates in matching order: the built-in table, or one project's own models.
struct price_set {
    _Atomic(uint32_t) refs;
    struct lock lazy; // guards the arena after creation
    struct arena *arena;
    str project_id; // none for the built-in table
    struct price_entry *entries;
    size_t n;
};
struct price_set *price_set_builtin(void);
// NULL when the copies do not fit. The set starts with one reference.
struct price_set *price_set_copy(str project_id, const struct price_model *models, size_t n);
struct price_set *price_set_ref(struct price_set *s);
void price_set_unref(struct price_set *s); // NULL is fine
const struct price_model *price_set_model(struct price_set *s, size_t i);
const struct price_model *price_set_match(struct price_set *s, str name); // NULL: none matches

// The tier that applies to an observation with these usage values (5.5), or NULL without any.
const struct price_tier *tier_choose(struct arena *a, const struct price_model *m,
                                     const struct observation *o, const struct usage_map *usage);
