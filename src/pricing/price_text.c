// SPDX-License-Identifier: MIT
// Reads models out of the embedded price table (data/prices.txt; format: docs/prices.md).
//
// The table stays text: 80 KB of read-only pages that cost nothing until a model is used, where
// tables of structs would be relocated (and so dirtied) when a position-independent program starts.
// A model is read when it first matches; its strings point into the text.
//
// Prices in the text are USD per million units and have at most 12 decimals (checked by a unit
// test), so that dividing by 10^6 is exact in attos.
#include "pricing/pricing_int.h"

#define PER_MILLION 1000000

struct reading {
    struct arena *arena;
    struct price_model *model;
    struct price_tier *tier;
    bool failed;
};

// "word rest" -> word, and the rest in *rest.
static str word_next(str *rest)
{
    str word = *rest;
    if (!str_next(rest, ' ', &word))
        word = STR_NONE;
    return word;
}

static size_t words_count(str line)
{
    size_t n = line.n > 0;
    for (size_t i = 0; i < line.n; i++)
        n += line.p[i] == ' ';
    return n;
}

static bool line_is(str line, const char *word, str *value)
{
    size_t n = strlen(word);
    if (line.n <= n || memcmp(line.p, word, n) != 0 || line.p[n] != ' ')
        return false;
    *value = str_skip(line, n + 1);
    return true;
}

bool price_text_next(str *rest, struct price_block *out)
{
    struct price_block block = {0};
    str line, value;
    const char *end = NULL;
    for (str left = *rest; str_next(&left, '\n', &line); *rest = left) {
        if (line.n == 0 || line.p[0] == '#') {
            if (block.name.p != NULL)
                break;
            continue;
        }
        if (line_is(line, "model", &value)) {
            if (block.name.p != NULL)
                break;
            block.name = value;
            block.text.p = line.p;
        } else if (line_is(line, "id", &value)) {
            block.id = value;
        } else if (line_is(line, "match", &value)) {
            block.pattern = value;
        }
        end = line.p + line.n;
    }
    if (block.name.p == NULL || end == NULL)
        return false;
    block.text.n = (size_t)(end - block.text.p);
    *out = block;
    return true;
}

static void read_tier(struct reading *r, str value)
{
    struct price_tier *tier = &r->model->tiers[r->model->n_tiers++];
    str priority = word_next(&value), id = word_next(&value);
    tier->is_default = str_eq(priority, STR("default"));
    if (!tier->is_default && !str_to_i64(priority, &tier->priority))
        r->failed = true;
    tier->id = str_eq(id, STR("-")) ? arena_cat(r->arena, r->model->id, STR("_tier_default")) : id;
    tier->name = value;
    r->tier = tier;
}

// usage gt 272000 nocase (input)
static void read_usage_condition(struct reading *r, struct price_condition *c, str value)
{
    c->op = word_next(&value);
    str number = word_next(&value);
    c->case_sensitive = str_eq(word_next(&value), STR("case"));
    c->pattern = value;
    if (!str_to_double(number, &c->value) || str_empty(value))
        r->failed = true;
}

// model_parameters service_tier in fast priority
static void read_attribute_condition(struct reading *r, struct price_condition *c, str value)
{
    c->key = word_next(&value);
    c->op = word_next(&value);
    c->values = ARENA_ARRAY(r->arena, str, words_count(value));
    if (c->values == NULL || str_empty(value)) {
        r->failed = true;
        return;
    }
    while (value.p != NULL)
        c->values[c->n_values++] = word_next(&value);
}

static void read_condition(struct reading *r, str value)
{
    struct price_condition *c = &r->tier->conditions[r->tier->n_conditions++];
    str source = word_next(&value);
    if (str_eq(source, STR("usage"))) {
        read_usage_condition(r, c, value);
        return;
    }
    c->source = source;
    read_attribute_condition(r, c, value);
}

// price 1.25 input_cached_tokens input_cache_read
static void read_price(struct reading *r, str value)
{
    attos price;
    if (!attos_parse(word_next(&value), &price)) {
        r->failed = true;
        return;
    }
    while (value.p != NULL) {
        struct price_item *item = &r->tier->prices[r->tier->n_prices++];
        item->key = word_next(&value);
        item->price = price / PER_MILLION;
    }
}

static void read_head(struct reading *r, str line)
{
    struct price_model *m = r->model;
    str value;
    if (line_is(line, "created", &value)) {
        r->failed |= !time_parse_iso(value, &m->created_at);
    } else if (line_is(line, "start", &value)) {
        r->failed |= !time_parse_iso(value, &m->start_date);
    } else if (line_is(line, "unit", &value)) {
        m->unit = str_eq(value, STR("-")) ? STR_NONE : value;
    } else if (line_is(line, "tokenizer", &value)) {
        m->tokenizer_id = word_next(&value);
        m->tokenizer_config = value;
    }
}

static void read_line(struct reading *r, str line)
{
    str value;
    if (line_is(line, "tier", &value))
        read_tier(r, value);
    else if (line_is(line, "when", &value) && r->tier != NULL)
        read_condition(r, value);
    else if (line_is(line, "price", &value) && r->tier != NULL)
        read_price(r, value);
    else
        read_head(r, line);
}

// Room for every tier, condition and price that the text can hold.
static bool reserve(struct arena *a, struct price_model *m, str text)
{
    size_t n_tiers = 0, n_conditions = 0, n_prices = 0;
    str line, value;
    for (str rest = text; str_next(&rest, '\n', &line);) {
        n_tiers += line_is(line, "tier", &value);
        n_conditions += line_is(line, "when", &value);
        if (line_is(line, "price", &value))
            n_prices += words_count(value) - 1;
    }
    m->tiers = ARENA_ARRAY(a, struct price_tier, n_tiers);
    struct price_condition *conditions = ARENA_ARRAY(a, struct price_condition, n_conditions);
    struct price_item *prices = ARENA_ARRAY(a, struct price_item, n_prices);
    if (arena_failed(a))
        return false;
    size_t i = 0;
    for (str rest = text; str_next(&rest, '\n', &line);) {
        if (line_is(line, "tier", &value)) {
            m->tiers[i].conditions = conditions;
            m->tiers[i++].prices = prices;
        }
        conditions += line_is(line, "when", &value);
        if (line_is(line, "price", &value))
            prices += words_count(value) - 1;
    }
    return true;
}

struct price_model *price_text_model(struct arena *a, const struct price_block *block)
{
    struct price_model *m = ARENA_NEW(a, struct price_model);
    if (m == NULL || !reserve(a, m, block->text))
        return NULL;
    m->id = block->id;
    m->name = block->name;
    m->match_pattern = block->pattern;
    m->unit = STR("TOKENS");
    m->start_date = MILLIS_NONE;
    m->created_at = MILLIS_NONE;
    struct reading r = {.arena = a, .model = m};
    str line;
    for (str rest = block->text; str_next(&rest, '\n', &line);)
        read_line(&r, line);
    return r.failed || arena_failed(a) ? NULL : m;
}
