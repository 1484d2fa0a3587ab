// SPDX-License-Identifier: MIT
#pragma once
// The table of fields of the query language. One row drives reading, completion and documentation.
#include "ui/query.h"

struct query_field {
    const char *name;
    enum query_type type;
    const char *columns[2]; // of VIEW_PAGE_TRACES, VIEW_PAGE_OBSERVATIONS; NULL: not in this lens
    bool facet;
    const char *doc;
};
extern const struct query_field query_fields[];
extern const size_t query_fields_n;

enum flag_test { FLAG_ABOVE_ZERO, FLAG_IS_ERROR, FLAG_IS_WARNING, FLAG_NOT_NULL, FLAG_TRUE };
struct query_flag { // has:error, is:root ...
    const char *field, *value;
    struct {
        const char *column;
        enum flag_test test;
    } lens[2];
};
extern const struct query_flag query_flags[];
extern const size_t query_flags_n;

const struct query_field *query_field_find(str name);
str query_field_near(str name); // the known name that is least different; none when none is near

// A number with the units of its type; false when it is none.
bool query_number(struct arena *a, str text, enum query_type type, double *out);
// Takes >=, <, = ... off the front; *op is it, or its opposite. No sign is =.
str query_comparison(str text, bool negative, enum filter_op *op);
