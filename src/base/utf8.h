// SPDX-License-Identifier: MIT
#pragma once
// UTF-8: validation, safe cutting, counting as JavaScript counts.
#include "base/arena.h"

bool utf8_valid(str s);                  // strict: no surrogates, no overlong forms, <= U+10FFFF
str utf8_cut(str s, size_t max_bytes);   // longest prefix within max_bytes that ends on a boundary
str utf8_cut_units(str s, size_t units); // longest prefix of at most `units` UTF-16 units
size_t utf8_units(str s);                // length in UTF-16 units (what the wire's limits count)
// Returns s itself when it is valid and free of NUL; otherwise a copy in which every invalid
// byte and NUL is U+FFFD. None on arena overflow.
str utf8_clean(struct arena *a, str s);
// Decodes one code point at *i (s must be valid) and advances *i.
uint32_t utf8_next(str s, size_t *i);
size_t utf8_put(uint32_t cp, char out[4]); // returns the number of bytes
