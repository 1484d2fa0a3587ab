// SPDX-License-Identifier: MIT
// Conditions to SQL through a dialect (filter_sql.h). Object columns are either a scalar expression with
// the key bound in (%K) or a predicate over rows (%P takes the comparison on `v`).
#include "store/filter_sql.h"

#include "base/limits.h"

#include <math.h>

void sql_text_init(struct sql_text *t, struct arena *a)
{
    *t = (struct sql_text){.arena = a};
    buf_init(&t->text, 1u << 20);
}

void sql_text_fini(struct sql_text *t)
{
    if (t)
        buf_fini(&t->text);
}

void sql_text_add(struct sql_text *t, const char *piece)
{
    buf_add(&t->text, str_c(piece));
}

static void value_add(struct sql_text *t, struct sql_value v)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 32;
        struct sql_value *p = ARENA_ARRAY(t->arena, struct sql_value, cap);
        if (!p) {
            t->text.failed = true;
            return;
        }
        if (t->n)
            memcpy(p, t->values, t->n * sizeof(*p));
        t->values = p;
        t->cap = cap;
    }
    t->values[t->n++] = v;
    buf_add_char(&t->text, '?');
}

void sql_text_str(struct sql_text *t, str v)
{
    value_add(t, (struct sql_value){.type = SQL_VALUE_STR, .s = v});
}

void sql_text_i64(struct sql_text *t, int64_t v)
{
    value_add(t, (struct sql_value){.type = SQL_VALUE_I64, .i = v});
}

void sql_text_double(struct sql_text *t, double v)
{
    value_add(t, (struct sql_value){.type = SQL_VALUE_DOUBLE, .d = v});
}

void sql_text_strs(struct sql_text *t, const str *items, size_t n)
{
    value_add(t, (struct sql_value){.type = SQL_VALUE_STRS, .items = items, .i = (int64_t)n});
}

struct build { // one condition being written
    const struct filter_cond *c;
    const struct column_sql *col;
    const struct filter_dialect *d;
    struct sql_text *out;
};

// The column's expression; %K becomes the bound key.
static void expr_add(struct build *b)
{
    for (const char *p = b->col->expr; *p; p++) {
        if (p[0] == '%' && p[1] == 'K') {
            sql_text_str(b->out, b->c->key);
            p++;
        } else {
            buf_add_char(&b->out->text, *p);
        }
    }
}

// A dialect template: %C is the column (or `v` inside exists), %V the value.
static void template_add(struct build *b, const char *text, str value, bool inner)
{
    for (const char *p = text; *p; p++) {
        if (p[0] != '%' || (p[1] != 'C' && p[1] != 'V')) {
            buf_add_char(&b->out->text, *p);
            continue;
        }
        p++;
        if (*p == 'V')
            sql_text_str(b->out, value);
        else if (inner)
            sql_text_add(b->out, "v");
        else
            expr_add(b);
    }
}

static void column_add(struct build *b, bool inner)
{
    if (inner)
        sql_text_add(b->out, "v");
    else
        expr_add(b);
}

static const char *compare_sign(enum filter_op op)
{
    static const char *const signs[] = {[OP_EQ] = " = ", [OP_NE] = " <> ", [OP_LT] = " < ",
                                        [OP_GT] = " > ", [OP_LE] = " <= ", [OP_GE] = " >= "};
    return op <= OP_GE ? signs[op] : " = ";
}

static void text_add(struct build *b, bool inner)
{
    const struct filter_cond *c = b->c;

    if (c->op == OP_NOT_CONTAINS &&
        c->type == FILTER_STRING_OBJECT) { // only rows that have the key
        column_add(b, inner);
        sql_text_add(b->out, " IS NOT NULL AND ");
    }
    if (c->op == OP_CONTAINS || c->op == OP_NOT_CONTAINS) {
        if (c->op == OP_NOT_CONTAINS && !(inner && c->type == FILTER_STRING))
            sql_text_add(b->out, "NOT ");
        template_add(b, b->d->contains, c->text, inner);
    } else if (c->op == OP_MATCHES) { // with case on metadata, without on input and output
        bool object = c->type == FILTER_STRING_OBJECT;
        template_add(b, object ? b->d->contains : b->d->imatches, c->text, inner);
    } else if (c->op == OP_STARTS || c->op == OP_ENDS) {
        template_add(b, c->op == OP_STARTS ? b->d->starts : b->d->ends, c->text, inner);
    } else {
        bool null = b->d->empty_is_null && c->type == FILTER_STRING && c->text.n == 0;
        sql_text_add(b->out, null ? "coalesce(" : "");
        column_add(b, inner);
        sql_text_add(b->out, null ? ", '') = " : " = ");
        sql_text_str(b->out, c->text);
    }
}

// In the expression's unit. Scaled columns hold whole units: 0.0003 USD must be 300000000 picodollars,
// not the neighbour that the product of two doubles gives.
static double scaled(const struct build *b)
{
    double v = b->c->number * (b->col->scale > 0 ? b->col->scale : 1);
    double whole = round(v);

    return b->col->scale > 0 && fabs(v - whole) <= 1e-12 * fabs(v) ? whole : v;
}

static void number_add(struct build *b, bool inner)
{
    column_add(b, inner);
    sql_text_add(b->out, compare_sign(b->c->op));
    sql_text_double(b->out, scaled(b));
}

static void list_add(struct build *b)
{
    sql_text_add(b->out, "(");
    for (size_t i = 0; i < b->c->n_values; i++) {
        if (i)
            sql_text_add(b->out, ", ");
        sql_text_str(b->out, b->c->values[i]);
    }
    sql_text_add(b->out, ")");
}

static void options_add(struct build *b, bool inner)
{
    bool none = b->c->op == OP_NONE_OF;

    if (none) {
        sql_text_add(b->out, "coalesce(");
        column_add(b, inner);
        sql_text_add(b->out, ", '')");
    } else {
        column_add(b, inner);
    }
    sql_text_add(b->out, none ? " NOT IN " : " IN ");
    list_add(b);
}

static void array_add(struct build *b)
{
    const char *join = b->c->op == OP_ALL_OF ? " AND " : " OR ";

    if (b->c->n_values == 0) {
        sql_text_add(b->out, b->c->op == OP_ANY_OF ? "0" : "1");
        return;
    }
    sql_text_add(b->out, b->c->op == OP_NONE_OF ? "NOT (" : "(");
    for (size_t i = 0; i < b->c->n_values; i++) {
        if (i)
            sql_text_add(b->out, join);
        template_add(b, b->d->array_has, b->c->values[i], false);
    }
    sql_text_add(b->out, ")");
}

static void null_add(struct build *b, bool inner)
{
    const char *test = b->d->is_null ? b->d->is_null : "nullif(%C, '') IS NULL";

    sql_text_add(b->out, b->c->op == OP_IS_NULL && !inner ? "(" : "NOT (");
    template_add(b, test, STR_NONE, inner);
    sql_text_add(b->out, ")");
}

static void scalar_add(struct build *b, bool inner)
{
    switch (b->c->type) {
    case FILTER_STRING:
    case FILTER_STRING_OBJECT: text_add(b, inner); break;
    case FILTER_NUMBER:
    case FILTER_NUMBER_OBJECT: number_add(b, inner); break;
    case FILTER_DATETIME:
        column_add(b, inner);
        sql_text_add(b->out, compare_sign(b->c->op));
        sql_text_i64(b->out, b->c->time);
        break;
    case FILTER_BOOLEAN:
        sql_text_add(b->out, "coalesce(");
        column_add(b, inner);
        sql_text_add(b->out, ", 0)");
        sql_text_add(b->out, b->c->op == OP_NE ? " <> " : " = ");
        sql_text_i64(b->out, b->c->boolean);
        break;
    case FILTER_BOOLEAN_OBJECT:
        column_add(b, inner);
        sql_text_add(b->out, " = ");
        sql_text_i64(b->out, b->c->boolean);
        break;
    case FILTER_STRING_OPTIONS: options_add(b, inner); break;
    case FILTER_CATEGORY_OPTIONS:
        column_add(b, inner);
        sql_text_add(b->out, " IN ");
        list_add(b);
        break;
    case FILTER_ARRAY_OPTIONS: array_add(b); break;
    case FILTER_NULL: null_add(b, inner); break;
    case FILTER_POSITION:
    case FILTER_TYPE_COUNT: sql_text_add(b->out, "1"); break;
    }
}

// Predicate over rows: any row satisfies the comparison; "none of", "<>" and "does not contain" negate
// the whole.
static void exists_add(struct build *b)
{
    bool negate = (b->c->type == FILTER_CATEGORY_OPTIONS && b->c->op == OP_NONE_OF) ||
                  (b->c->type == FILTER_BOOLEAN_OBJECT && b->c->op == OP_NE) ||
                  (b->c->type == FILTER_STRING && b->c->op == OP_NOT_CONTAINS) ||
                  (b->c->type == FILTER_NULL && b->c->op == OP_IS_NULL);

    if (negate)
        sql_text_add(b->out, "NOT ");
    for (const char *p = b->col->exists; *p; p++) {
        if (p[0] == '%' && p[1] == 'K') {
            sql_text_str(b->out, b->c->key);
            p++;
        } else if (p[0] == '%' && p[1] == 'P') {
            scalar_add(b, true);
            p++;
        } else {
            buf_add_char(&b->out->text, *p);
        }
    }
}

static const struct column_sql *column_sql_find(const struct filter_dialect *d, const char *key)
{
    for (; d; d = d->base) {
        for (size_t i = 0; i < d->n_columns; i++) {
            if (!strcmp(d->columns[i].key, key))
                return &d->columns[i];
        }
    }
    return NULL;
}

enum errc filter_sql(struct ctx *ctx, const struct filter *f, const struct filter_dialect *d,
                     struct sql_text *out)
{
    for (size_t i = 0; i < f->n; i++) {
        struct build b = {&f->conds[i], column_sql_find(d, f->conds[i].column->key), d, out};
        if (!b.col)
            return fail(ctx, ERR_INVALID, "Column %s cannot be filtered here",
                        f->conds[i].column->key);
        sql_text_add(out, " AND (");
        if (b.col->exists)
            exists_add(&b);
        else
            scalar_add(&b, false);
        sql_text_add(out, ")");
    }
    return buf_ok(&out->text) ? ERR_OK : fail(ctx, ERR_LIMIT, "The filter is too large");
}
