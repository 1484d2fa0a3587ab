// SPDX-License-Identifier: MIT
// Roll-ups of the wire (ingestion.md 5.6): input and output are the sums of all keys that contain the
// word, in any case; total is the key "total" alone.
#include "model/observation.h"

static bool key_has(str key, const char *word, size_t len)
{
    for (size_t i = 0; i + len <= key.n; i++) {
        if (str_eq_nocase(str_sub(key, i, len), str_make(word, len)))
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
        if (key_has(it->key, "input", 5))
            t.input = add(t.input, it->value);
        if (key_has(it->key, "output", 6))
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
        if (key_has(it->key, "input", 5))
            t.input = picos_add(t.input, it->value);
        if (key_has(it->key, "output", 6))
            t.output = picos_add(t.output, it->value);
        if (str_eq(it->key, STR("total")))
            t.total = it->value;
    }
    return t;
}
