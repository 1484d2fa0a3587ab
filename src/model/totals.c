// SPDX-License-Identifier: MIT
// Roll-ups of the wire (ingestion.md 5.6): input and output are the sums of all keys that contain the
// word, of costs in any case; total is the key "total" alone.
#include "model/observation.h"

typedef bool equal_fn(str a, str b);

static bool key_has(str key, str word, equal_fn *equal)
{
    for (size_t i = 0; i + word.n <= key.n; i++) {
        if (equal(str_sub(key, i, word.n), word))
            return true;
    }
    return false;
}

static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

struct usage_totals usage_totals(const struct usage_map *u)
{
    struct usage_totals t = {0, 0, 0};

    for (size_t i = 0; i < u->n; i++) {
        const struct usage_item *it = &u->items[i];
        if (key_has(it->key, STR("input"), str_eq))
            t.input = add(t.input, it->value);
        if (key_has(it->key, STR("output"), str_eq))
            t.output = add(t.output, it->value);
        if (str_eq(it->key, STR("total")))
            t.total = it->value;
    }
    return t;
}

struct cost_totals cost_totals(const struct cost_map *c)
{
    struct cost_totals t = {0, 0, 0, c->n > 0};

    for (size_t i = 0; i < c->n; i++) {
        const struct cost_item *it = &c->items[i];
        if (key_has(it->key, STR("input"), str_eq_nocase))
            t.input = picos_add(t.input, it->value);
        if (key_has(it->key, STR("output"), str_eq_nocase))
            t.output = picos_add(t.output, it->value);
        if (str_eq(it->key, STR("total")))
            t.total = it->value;
    }
    return t;
}
