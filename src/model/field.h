// SPDX-License-Identifier: MIT
#pragma once
// Field tables: one row per field of a domain struct. The rows drive merging (merge.c), body packs
// and tests. A row's index is its bit in the presence mask of an event.
#include "base/clock.h"
#include "base/decimal.h"
#include "base/str.h"

enum field_type {
    FIELD_STR,      // str
    FIELD_TIME,     // millis
    FIELD_BOOL,     // bool
    FIELD_INT,      // int64_t; INT64_MIN = none
    FIELD_ENUM,     // int32_t; 0 = none
    FIELD_USAGE,    // struct usage_map
    FIELD_COST,     // struct cost_map
    FIELD_IO,       // str: stored text; newest present value wins, null never clears (3.3)
    FIELD_METADATA, // str: JSON object text; deep merge (3.4)
    FIELD_TAGS,     // struct tag_list: sorted union (3.5)
    FIELD_DOUBLE,   // double
};

enum field_flag {
    FIELD_IMMUTABLE = 1,      // the first value stays (3.2)
    FIELD_NULL_IS_ABSENT = 2, // explicit null keeps the old value
    FIELD_BODY = 4,           // stored in the trace's body pack, not in the narrow row
};

struct field {
    const char *name;
    uint16_t offset;
    uint8_t type;  // enum field_type
    uint8_t flags; // enum field_flag
};

struct usage_item {
    str key;
    int64_t value;
};
struct usage_map { // {"input":5,...}; empty = absent. Keys unique, in order of arrival.
    struct usage_item *items;
    size_t n, cap; // cap: room in items, kept by usage_set
    size_t n_cut;  // keys that were said beyond LIMIT_USAGE_KEYS and are not kept
};
struct cost_item {
    str key;
    picos value;
};
struct cost_map {
    struct cost_item *items;
    size_t n, cap, n_cut;
};
struct tag_list { // sorted by UTF-16 code unit, unique
    str *items;
    size_t n;
    size_t n_cut; // tags beyond LIMIT_TAGS that are not kept
};

// Names of an enum whose value 0 means none; names[0] is unused.
str enum_name(const str *names, int32_t count, int32_t value); // none when out of range
int32_t enum_parse(const str *names, int32_t count, str name); // 0 when unknown
