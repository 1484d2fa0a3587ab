// SPDX-License-Identifier: MIT
#pragma once
// Regular expressions (PCRE2) with match and depth limits. A compiled regex may be matched by
// several threads at once.
#include "base/err.h"

struct regex;
// `(?i)` in the pattern works; ERR_INVALID with a message when it does not compile.
enum errc regex_compile(struct ctx *ctx, str pattern, bool caseless, struct regex **out) MUST_CHECK;
void regex_free(struct regex *re);
bool regex_match(const struct regex *re, str subject); // search, unanchored; limits hit = no match
// Finds the first match at or after `from`; false when none. Bytes [*start, *end).
bool regex_find(const struct regex *re, str subject, size_t from, size_t *start, size_t *end);
