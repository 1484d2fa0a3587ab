// SPDX-License-Identifier: MIT
#pragma once
// Reading JSON (yyjson behind one file). Values are immutable and live in the arena given to
// json_parse. Numbers keep their source text, so big integers, 1e400 and 1.0 survive a round trip
// verbatim; key order is kept; of duplicate keys only the last is there, so keys are unique.
// What is not Unicode (lone surrogate escapes, invalid UTF-8, \u0000) becomes U+FFFD.
#include "base/buf.h"
#include "base/err.h"

struct json; // one value; NULL is "absent" and every accessor takes it

enum json_type {
    JSON_ABSENT,
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

// ERR_INVALID with "<what> at byte <n>", ERR_NOMEM when the arena is full, ERR_INVALID when nested
// deeper than LIMIT_JSON_DEPTH. The text must outlive the value only until the call returns.
enum errc json_parse(struct ctx *ctx, str text, const struct json **out) MUST_CHECK;
// Same, without an error message: for text that may or may not be JSON. NULL when it is not.
// Cheap for text that cannot be JSON (first byte).
const struct json *json_try(struct arena *a, str text);
bool json_valid(struct arena *scratch, str text); // rewinds the arena

enum json_type json_type(const struct json *v);
bool json_is(const struct json *v, enum json_type t);
bool json_bool(const struct json *v);              // true only for true
str json_str(const struct json *v);                // none unless a string
str json_number(const struct json *v);             // source text; none unless a number
bool json_i64(const struct json *v, int64_t *out); // integers ("5", also "5.0" and "5e0") in range
bool json_double(const struct json *v, double *out);
bool json_truthy(const struct json *v); // JavaScript truthiness; absent is false
size_t json_len(const struct json *v);  // members or items; 0 for scalars

const struct json *json_get(const struct json *object, str key); // O(n); NULL if absent
const struct json *json_at(const struct json *array, size_t i);  // O(n) for i > 0: iterate instead

// for (struct json_iter it = json_iter(v); json_next(&it);) use it.key (objects) and it.value
struct json_iter {
    str key; // none in arrays
    const struct json *value;
    const void *pos_;
    size_t left_;
    bool object_;
};
struct json_iter json_iter(const struct json *container);
bool json_next(struct json_iter *it);

// For many look-ups in one object, which may be large: builds a map in the arena when it pays off.
// When the arena overflows nothing is found; arena_failed() says so.
struct map;
struct json_index {
    const struct json *object_;
    struct map *map_;
};
struct json_index json_index(struct arena *a, const struct json *object);
const struct json *json_index_get(const struct json_index *ix, str key);

// Compact text of a value, as JavaScript's JSON.stringify prints it except that numbers
// are verbatim.
void json_dump(struct buf *b, const struct json *v);
str json_text(struct arena *a, const struct json *v);
// What the wire stores for a free value: strings verbatim, null and absent none, else compact JSON.
str json_stored(struct arena *a, const struct json *v);
