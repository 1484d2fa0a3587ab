// SPDX-License-Identifier: MIT
#pragma once
// What both decoders produce and the mapping reads: typed attribute values, attribute sets, a span.
// Strings are slices of the request body (protobuf) or of the parsed document (JSON).
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "json/write.h"
#include "otlp/keys.h"

enum any_type { ANY_NULL, ANY_STRING, ANY_BOOL, ANY_INT, ANY_DOUBLE, ANY_ARRAY };

// An AnyValue as the mapping sees it. kvlistValue, bytesValue and ints that do not parse arrive as
// ANY_STRING with the AnyValue's own JSON text (ingestion.md 4.2); NaN and infinities as their names.
struct any {
    enum any_type type;
    bool boolean;
    union {
        str text;
        int64_t integer;
        double number;
        struct {
            struct any *items;
            size_t n;
        } array;
    };
};

struct attr {
    str key;
    struct any value;
    uint16_t families; // bits of enum key_family
    uint8_t id;        // enum key
};

// Attributes in order of first appearance; of duplicate keys the last value counts.
struct attr_set {
    struct attr *items;
    size_t n, cap;
    unsigned families;      // of all items
    uint16_t at[KEY_COUNT]; // index + 1 of a known key; 0 = absent
};
_Static_assert(KEY_COUNT < UINT8_MAX, "attr.id is one byte");

struct span_event { // only those whose name starts with gen_ai. are kept (4.6)
    str name;
    struct attr *items;
    size_t n;
};

struct otlp_span {
    str trace_id, span_id, parent_id; // lowercase hex of bytes, or the client's text
    str name;
    millis start, end; // MILLIS_NONE = not said
    bool error;        // status.code == 2
    str status_message;
    struct attr_set attrs;
    struct span_event *events;
    size_t n_events;
};

struct otlp_scope {
    str name, version;
    const struct attr_set *attrs;
};

// ---- spans (span.c)
void span_clear(struct otlp_span *s); // keeps the memory of the attribute set
bool span_event_wanted(str name);     // gen_ai.*
struct span_event *span_event_add(struct arena *a, struct otlp_span *s); // NULL on overflow
millis span_time(uint64_t ns); // to milliseconds: floored, at most the year 2200

// ---- attribute sets (attrs.c)
void attrs_clear(struct attr_set *s); // keeps the memory
// Adds or replaces. ERR_LIMIT beyond LIMIT_ATTRIBUTES, ERR_NOMEM.
enum errc attrs_add(struct arena *a, struct attr_set *s, str key,
                    const struct any *value) MUST_CHECK;
const struct any *attrs_get(const struct attr_set *s, enum key key); // NULL when absent
bool attrs_has(const struct attr_set *s, enum key key);              // not null, "" or empty array
const struct any *attrs_truthy(const struct attr_set *s, enum key key); // NULL unless truthy
// First truthy value of a KEY_NONE-terminated list.
const struct any *attrs_first(const struct attr_set *s, const enum key *keys);
str attrs_text(struct arena *a, const struct attr_set *s, enum key key); // any_text, or none

// ---- values (any.c)
bool any_truthy(const struct any *v);  // JavaScript truthiness; NULL is false
bool any_is_true(const struct any *v); // true or "true"
// A JavaScript Number(): numbers, booleans, numeric strings. False when it would be NaN.
bool any_number(const struct any *v, double *out);
bool any_i64(const struct any *v, int64_t *out); // integral any_number, exact beyond 2^53
// Strings verbatim, anything else compact JSON; NULL and ANY_NULL give none.
str any_text(struct arena *a, const struct any *v);
void any_write(struct jw *w, const struct any *v);      // as a JSON value
void any_write_text(struct jw *w, const struct any *v); // as a JSON string: the text of any_text
// The parsed document of a string that is JSON, else NULL.
const struct json *any_json(struct arena *a, const struct any *v);
