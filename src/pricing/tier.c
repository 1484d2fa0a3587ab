// SPDX-License-Identifier: MIT
// Which price tier of a model applies to an observation (ingestion.md 5.5): the first by priority
// whose conditions all hold, else the default. A condition that cannot be judged (a regex that does
// not compile, an unknown operator, parameters that are no object) does not hold.
//
// Attributes are read from the stored row. Upstream reads them from the event that brought the
// usage; the row is the same except when a later update adds only the attribute, and then the
// row's price is the right one.
#include "pricing/pricing_int.h"

#include "base/regex.h"

struct operator_row {
    str name;
    bool less, equal, greater; // holds when the sum is ... the value
};
static const struct operator_row operators[] = {
    {STR_INIT("gt"), false, false, true}, {STR_INIT("gte"), false, true, true},
    {STR_INIT("lt"), true, false, false}, {STR_INIT("lte"), true, true, false},
    {STR_INIT("eq"), false, true, false}, {STR_INIT("neq"), true, false, true},
};

static bool compare(str op, double sum, double value)
{
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        const struct operator_row *row = &operators[i];
        if (str_eq(row->name, op))
            return sum < value ? row->less : sum > value ? row->greater : row->equal;
    }
    return false;
}

static bool usage_holds(const struct price_condition *c, const struct usage_map *usage)
{
    if (c->compiled == NULL)
        return false;
    double sum = 0;
    for (size_t i = 0; i < usage->n; i++) {
        if (regex_match(c->compiled, usage->items[i].key))
            sum += (double)usage->items[i].value;
    }
    return compare(c->op, sum, c->value);
}

// Strings as they are, numbers and booleans as JavaScript prints them; none for the rest.
static str attribute_text(struct arena *a, const struct json *v)
{
    int64_t whole;
    switch (json_type(v)) {
    case JSON_STRING: return json_str(v);
    case JSON_NUMBER:
        return json_i64(v, &whole) ? arena_fmt(a, "%lld", (long long)whole) : json_number(v);
    case JSON_BOOL: return json_bool(v) ? STR("true") : STR("false");
    case JSON_ABSENT:
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    return STR_NONE;
}

static bool plain_key(str key)
{
    for (size_t i = 0; i < key.n; i++) {
        if (key.p[i] < ' ' || key.p[i] > '~' || key.p[i] == '"' || key.p[i] == '\\')
            return false;
    }
    return true;
}

static bool attribute_holds(struct arena *a, const struct price_condition *c,
                            const struct observation *o)
{
    str text = STR_NONE;
    if (str_eq(c->source, STR("model_parameters")))
        text = o->model_parameters;
    else if (str_eq(c->source, STR("metadata")))
        text = o->metadata;
    if (!str_eq(c->op, STR("in")) || str_empty(text))
        return false;
    if (plain_key(c->key) && !str_has(text, c->key)) // spares most rows the parser
        return false;
    const struct json *object = json_try(a, text);
    str value =
        json_is(object, JSON_OBJECT) ? attribute_text(a, json_get(object, c->key)) : STR_NONE;
    for (size_t i = 0; str_some(value) && i < c->n_values; i++) {
        if (str_eq(value, c->values[i]))
            return true;
    }
    return false;
}

static bool tier_holds(struct arena *a, const struct price_tier *t, const struct observation *o,
                       const struct usage_map *usage)
{
    for (size_t i = 0; i < t->n_conditions; i++) {
        const struct price_condition *c = &t->conditions[i];
        if (!(str_some(c->pattern) ? usage_holds(c, usage) : attribute_holds(a, c, o)))
            return false;
    }
    return t->n_conditions > 0;
}

const struct price_tier *tier_choose(struct arena *a, const struct price_model *m,
                                     const struct observation *o, const struct usage_map *usage)
{
    const struct price_tier *standard = NULL;
    for (size_t i = 0; i < m->n_tiers; i++) {
        if (m->tiers[i].is_default)
            standard = &m->tiers[i];
        else if (tier_holds(a, &m->tiers[i], o, usage))
            return &m->tiers[i];
    }
    return standard;
}
