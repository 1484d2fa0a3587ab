// SPDX-License-Identifier: MIT
#pragma once
// Filter AST -> parameterised SQL text through a dialect: the same conditions for every store, only
// the column expressions differ. Values are never in the text.
#include "base/buf.h"
#include "model/filter.h"

// One bind value of the text made.
struct sql_value {
    enum { SQL_VALUE_STR, SQL_VALUE_I64, SQL_VALUE_DOUBLE, SQL_VALUE_STRS } type;
    str s;
    int64_t i; // of STRS: how many
    double d;
    const str *items;
};
struct sql_text { // a statement being built
    struct buf text;
    struct sql_value *values;
    size_t n, cap;
    struct arena *arena;
};
void sql_text_init(struct sql_text *t, struct arena *a);
void sql_text_fini(struct sql_text *t);
void sql_text_add(struct sql_text *t, const char *piece); // no values inside
void sql_text_str(struct sql_text *t, str v);             // adds `?` and the value
void sql_text_i64(struct sql_text *t, int64_t v);
void sql_text_double(struct sql_text *t, double v);
// A list as one value: only where the store takes arrays (ClickHouse). Items are borrowed.
void sql_text_strs(struct sql_text *t, const str *items, size_t n);

// How a store expresses a column: `expr` for plain columns; object and array columns name templates.
struct column_sql {
    const char *key; // filter_column.key
    const char
        *expr; // SQL expression; for object columns a scalar with %K where the key's `?` goes
    double
        scale; // the wire's number times scale is the expression's unit (seconds -> ms: 1000); 0 = 1
    const char *
        exists; // object columns: predicate with %P where the comparison on `v` goes (any row matches), or NULL
};
struct filter_dialect {
    const struct column_sql *columns;
    size_t n_columns;
    const char *contains; // "instr(%C, %V) > 0": case-sensitive substring
    const char *starts, *ends, *imatches;
    const char *array_has; // tags: "EXISTS (SELECT 1 FROM json_each(%C) WHERE value = %V)"
    const char *is_null;   // "nullif(%C, '') IS NULL" when NULL
    bool empty_is_null;    // `= ""` finds absent texts, too (v2 observations)
    const struct filter_dialect *base; // where columns that are not here are found; or NULL
};
// Appends " AND <condition>" per condition. ERR_INVALID when the dialect lacks a column.
enum errc filter_sql(struct ctx *ctx, const struct filter *f, const struct filter_dialect *d,
                     struct sql_text *out) MUST_CHECK;
