// SPDX-License-Identifier: MIT
#pragma once
// Text that compresses like text: sentences of common words, frequent ones more often.
#include "base/buf.h"

// One step of a splitmix64 sequence; *state is any number.
uint64_t random_next(uint64_t *state);
// Bijective scrambling of 64 bits: different inputs give different, random-looking outputs.
uint64_t scramble(uint64_t x);
// About `bytes` of sentences, without characters that JSON escapes.
void words_add(struct buf *b, uint64_t *state, size_t bytes);
