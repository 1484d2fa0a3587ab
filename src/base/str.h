// SPDX-License-Identifier: MIT
#pragma once
// String slices: pointer + length, borrowed, not NUL-terminated. `p == NULL` means "none"
// (absent or null); `p != NULL, n == 0` is the empty string. The owner is an arena, a request
// body or static data. All functions accept none as if it were empty unless they say otherwise.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const char *p;
    size_t n;
} str;

#define STR(lit) ((str){"" lit, sizeof(lit) - 1})
#define STR_INIT(lit)           \
    {                           \
        "" lit, sizeof(lit) - 1 \
    } // for static tables
#define STR_NONE ((str){NULL, 0})
// printf("%.*s", STR_ARG(s))
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline bool str_some(str s)
{
    return s.p != NULL;
}
static inline bool str_empty(str s)
{
    return s.n == 0;
}
static inline bool str_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline str str_make(const char *p, size_t n)
{
    return (str){p, n};
}

char *str_dup(str s);             // NUL-terminated heap copy; NULL for none or without memory
str str_c(const char *cstr);      // NULL gives none
bool str_eq_nocase(str a, str b); // ASCII only
int str_cmp(str a, str b);        // bytewise, shorter first
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
ptrdiff_t str_find(str s, str needle); // -1 when absent
bool str_has(str s, str needle);
ptrdiff_t str_find_char(str s, char c);
str str_sub(str s, size_t from, size_t len); // clamped
str str_skip(str s, size_t n);               // clamped
str str_trim(str s);                         // ASCII white space
// Splits at the first `sep`: returns the head and leaves the rest in *rest (none when no more).
// for (str rest = s, part; str_next(&rest, ',', &part);) ...
bool str_next(str *rest, char sep, str *part);
// Whole-string strict parses: no white space, no sign '+', no overflow. False leaves *out alone.
bool str_to_i64(str s, int64_t *out);
bool str_to_double(str s, double *out); // JSON number syntax only, finite only, locale-free
uint64_t str_hash(str s); // fixed-key 64-bit hash: may be stored on disk, never changes
