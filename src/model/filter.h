// SPDX-License-Identifier: MIT
#pragma once
// The `filter` parameter (api.md 0.6): parsed and type-checked against a view's column catalogue.
// Pure: SQL is made from it elsewhere (store/filter_sql.h).
#include "base/clock.h"
#include "json/json.h"

enum filter_type {
    FILTER_DATETIME,
    FILTER_STRING,
    FILTER_NUMBER,
    FILTER_STRING_OPTIONS,
    FILTER_CATEGORY_OPTIONS,
    FILTER_ARRAY_OPTIONS,
    FILTER_STRING_OBJECT,
    FILTER_NUMBER_OBJECT,
    FILTER_BOOLEAN_OBJECT,
    FILTER_BOOLEAN,
    FILTER_NULL,
    FILTER_POSITION,
    FILTER_TYPE_COUNT
};
enum filter_op {
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_GT,
    OP_LE,
    OP_GE,
    OP_CONTAINS,
    OP_NOT_CONTAINS,
    OP_STARTS,
    OP_ENDS,
    OP_MATCHES,
    OP_ANY_OF,
    OP_NONE_OF,
    OP_ALL_OF,
    OP_IS_NULL,
    OP_NOT_NULL
};

// The VIEW_PAGE_ views are the product's own pages': the public columns and some more.
enum filter_view {
    VIEW_TRACES,
    VIEW_OBSERVATIONS,
    VIEW_OBSERVATIONS_V2,
    VIEW_SCORES,
    VIEW_PAGE_TRACES,
    VIEW_PAGE_OBSERVATIONS,
    VIEW_COUNT
};

// Column of a view: every spelling (ids and UI names), its type, and the key under which the store
// keeps its SQL expression. Same key in two views = same expression name.
struct filter_column {
    const char *names; // space-separated ids; UI display names after '|' separated by ';'
    enum filter_type type;
    const char *key; // "name", "latency", "scores_avg", ...
    bool ignored;    // accepted and dropped (score columns on v1 observations)
};

struct filter_cond {
    const struct filter_column *column;
    enum filter_type type; // after coercion (string <-> stringOptions ...)
    enum filter_op op;
    str key;  // object filters
    str text; // string value
    double number;
    millis time;
    bool boolean;
    str *values; // options
    size_t n_values;
};
struct filter {
    struct filter_cond *conds; // AND
    size_t n;
};

// `text` is the raw parameter; blank gives an empty filter. ERR_INVALID with the recorded message or
// with issues (schema errors).
enum errc filter_parse(struct ctx *ctx, enum filter_view view, str text,
                       struct filter *out) MUST_CHECK;
bool filter_has_column(const struct filter *f, const char *key);
// As the parameter spells them.
str filter_type_name(enum filter_type type);
str filter_op_name(enum filter_op op);
// The column of a view by its key, and the name that it is asked for by; NULL when the view has none.
const struct filter_column *filter_column_by_key(enum filter_view view, const char *key, str *name);
// The column of a view by any of its spellings; NULL when unknown.
const struct filter_column *filter_column_find(enum filter_view view, str name);
