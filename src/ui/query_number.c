// SPDX-License-Identifier: MIT
// Numbers of the query language: signs of comparison, and units.
#include "ui/query_fields.h"

struct unit {
    const char *name;
    double factor;
};
static const struct unit seconds[] = {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {NULL, 0}};
static const struct unit thousands[] = {{"k", 1e3}, {"M", 1e6}, {NULL, 0}};

bool query_number(struct arena *a, str text, enum query_type type, double *out)
{
    const struct unit *units = type == QUERY_SECONDS ? seconds : thousands;
    double factor = 1;

    if (type == QUERY_MONEY && str_starts(text, STR("$")))
        text = str_skip(text, 1);
    for (const struct unit *u = units; u->name; u++) {
        str name = str_c(u->name);
        if (str_ends(text, name) && text.n > name.n) {
            factor = u->factor;
            text.n -= name.n;
            break;
        }
    }
    if (str_starts(text, STR("."))) // .5
        text = arena_cat(a, STR("0"), text);
    if (!str_to_double(text, out))
        return false;
    *out *= factor;
    return true;
}

static const struct {
    const char *sign;
    enum filter_op op, negated;
} comparisons[] = {
    {">=", OP_GE, OP_LT}, {"<=", OP_LE, OP_GT}, {">", OP_GT, OP_LE},
    {"<", OP_LT, OP_GE},  {"=", OP_EQ, OP_NE},  {"", OP_EQ, OP_NE},
};

str query_comparison(str text, bool negative, enum filter_op *op)
{
    for (size_t i = 0; i < ARRAY_LEN(comparisons); i++) {
        str sign = str_c(comparisons[i].sign);
        if (str_starts(text, sign)) {
            *op = negative ? comparisons[i].negated : comparisons[i].op;
            return str_skip(text, sign.n);
        }
    }
    return text;
}
