// SPDX-License-Identifier: MIT
// Usage and cost maps: the shapes clients send (ingestion.md 2.7, 2.8), the maps themselves, and
// their JSON. OpenAI shapes are recognised by their keys even when a total is missing or an extra
// key is present, so that no token is counted twice or priced at nothing.
#include "model/usage.h"

#include "base/limits.h"
#include "json/write.h"

#include <math.h>

void usage_set(struct arena *a, struct usage_map *m, str key, int64_t value)
{
    for (size_t i = 0; i < m->n; i++) {
        if (str_eq(m->items[i].key, key)) {
            m->items[i].value = value;
            return;
        }
    }
    if (m->n >= LIMIT_USAGE_KEYS) {
        m->n_cut++;
        return;
    }
    if (m->n >= m->cap) {
        struct usage_item *items = ARENA_ARRAY(a, struct usage_item, m->n + 8);
        if (!items)
            return;
        if (m->n)
            memcpy(items, m->items, m->n * sizeof(items[0]));
        m->items = items;
        m->cap = m->n + 8;
    }
    m->items[m->n++] = (struct usage_item){key, value};
}

bool usage_get(const struct usage_map *m, str key, int64_t *out)
{
    for (size_t i = 0; i < m->n; i++) {
        if (str_eq(m->items[i].key, key)) {
            *out = m->items[i].value;
            return true;
        }
    }
    return false;
}

void cost_set(struct arena *a, struct cost_map *m, str key, picos value)
{
    for (size_t i = 0; i < m->n; i++) {
        if (str_eq(m->items[i].key, key)) {
            m->items[i].value = value;
            return;
        }
    }
    if (m->n >= LIMIT_USAGE_KEYS) {
        m->n_cut++;
        return;
    }
    if (m->n >= m->cap) {
        struct cost_item *items = ARENA_ARRAY(a, struct cost_item, m->n + 8);
        if (!items)
            return;
        if (m->n)
            memcpy(items, m->items, m->n * sizeof(items[0]));
        m->items = items;
        m->cap = m->n + 8;
    }
    m->items[m->n++] = (struct cost_item){key, value};
}

bool cost_get(const struct cost_map *m, str key, picos *out)
{
    for (size_t i = 0; i < m->n; i++) {
        if (str_eq(m->items[i].key, key)) {
            *out = m->items[i].value;
            return true;
        }
    }
    return false;
}

// Tokens as the wire takes them: integers >= 0, clamped to 2^53 (larger numbers are not exact in any
// client); numeric strings by their leading digits.
#define TOKENS_MAX (INT64_C(1) << 53)

static bool tokens_text(str s, int64_t *out)
{
    int64_t v = 0;
    size_t i = 0;

    s = str_trim(s);
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
        if (v < TOKENS_MAX)
            v = v * 10 + (s.p[i] - '0');
    }
    if (i == 0)
        return false;
    *out = v < TOKENS_MAX ? v : TOKENS_MAX;
    return true;
}

static bool tokens_read(const struct json *v, int64_t *out)
{
    double d;

    if (json_is(v, JSON_STRING))
        return tokens_text(json_str(v), out);
    if (json_i64(v, out)) {
        *out = *out < TOKENS_MAX ? *out : TOKENS_MAX;
        return *out >= 0;
    }
    if (json_double(v, &d) && d >= 1e15) { // 1e21: an integer beyond 64 bits
        *out = TOKENS_MAX;
        return true;
    }
    return false;
}

// One OpenAI family: total keys, and the prefix of its detail objects.
struct openai_shape {
    str input, output, total, input_details, output_details;
};
static const struct openai_shape openai_shapes[] = {
    {STR_INIT("prompt_tokens"), STR_INIT("completion_tokens"), STR_INIT("total_tokens"),
     STR_INIT("prompt_tokens_details"), STR_INIT("completion_tokens_details")},
    {STR_INIT("input_tokens"), STR_INIT("output_tokens"), STR_INIT("total_tokens"),
     STR_INIT("input_tokens_details"), STR_INIT("output_tokens_details")},
};

// Prompt/completion keys alone tell the first family; input_tokens is also Anthropic's raw key, so the
// second needs a total or details beside it. An object that already speaks our keys is raw.
static const struct openai_shape *openai_match(const struct json *v)
{
    const struct openai_shape *s = openai_shapes;

    if (json_get(v, STR("input")) || json_get(v, STR("output")))
        return NULL;
    if (json_get(v, s[0].input) || json_get(v, s[0].output))
        return &s[0];
    if (!json_get(v, s[1].input) && !json_get(v, s[1].output))
        return NULL;
    if (json_get(v, s[1].total) || json_get(v, s[1].input_details) ||
        json_get(v, s[1].output_details))
        return &s[1];
    return NULL;
}

// Adds `<side>_<k>` per detail and takes it off the side's amount, floor 0 at every step.
static void openai_details(struct arena *a, struct usage_map *out, str side,
                           const struct json *details)
{
    int64_t rest = 0, n;

    if (!usage_get(out, side, &rest))
        return;
    for (struct json_iter it = json_iter(details); json_next(&it);) {
        if (!tokens_read(it.value, &n))
            continue;
        usage_set(a, out, arena_fmt(a, "%.*s_%.*s", STR_ARG(side), STR_ARG(it.key)), n);
        rest = rest > n ? rest - n : 0;
    }
    usage_set(a, out, side, rest);
}

static void openai_read(struct arena *a, const struct json *v, const struct openai_shape *s,
                        struct usage_map *out)
{
    int64_t n;

    if (tokens_read(json_get(v, s->input), &n))
        usage_set(a, out, STR("input"), n);
    if (tokens_read(json_get(v, s->output), &n))
        usage_set(a, out, STR("output"), n);
    if (tokens_read(json_get(v, s->total), &n))
        usage_set(a, out, STR("total"), n);
    if (json_is(json_get(v, s->input_details), JSON_OBJECT))
        openai_details(a, out, STR("input"), json_get(v, s->input_details));
    if (json_is(json_get(v, s->output_details), JSON_OBJECT))
        openai_details(a, out, STR("output"), json_get(v, s->output_details));
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        bool known =
            str_eq(it.key, s->input) || str_eq(it.key, s->output) || str_eq(it.key, s->total);
        if (!known && tokens_read(it.value, &n))
            usage_set(a, out, it.key, n);
    }
}

enum errc usage_details_read(struct arena *a, const struct json *v, struct usage_map *out)
{
    struct usage_map m = {0};
    const struct openai_shape *shape;
    int64_t n;

    if (!json_is(v, JSON_OBJECT))
        return ERR_INVALID;
    shape = openai_match(v);
    if (shape) {
        openai_read(a, v, shape, &m);
    } else {
        for (struct json_iter it = json_iter(v); json_next(&it);) {
            if (tokens_read(it.value, &n))
                usage_set(a, &m, it.key, n);
        }
    }
    *out = m;
    return ERR_OK;
}

static bool legacy_number(const struct json *v, str key, int64_t *out)
{
    return tokens_read(json_get(v, key), out);
}

// promptTokens/completionTokens/totalTokens: when any is present the rest of the object is ignored.
static bool legacy_camel(struct arena *a, const struct json *v, struct usage_map *u, int64_t *total)
{
    static const str keys[3] = {STR_INIT("promptTokens"), STR_INIT("completionTokens"),
                                STR_INIT("totalTokens")};
    int64_t n;

    if (!json_get(v, keys[0]) && !json_get(v, keys[1]) && !json_get(v, keys[2]))
        return false;
    if (legacy_number(v, keys[0], &n))
        usage_set(a, u, STR("input"), n);
    if (legacy_number(v, keys[1], &n))
        usage_set(a, u, STR("output"), n);
    legacy_number(v, keys[2], total);
    return true;
}

static void legacy_costs(struct arena *a, const struct json *v, struct cost_map *cost)
{
    static const str from[3] = {STR_INIT("inputCost"), STR_INIT("outputCost"),
                                STR_INIT("totalCost")};
    static const str to[3] = {STR_INIT("input"), STR_INIT("output"), STR_INIT("total")};
    struct cost_map merged = {0};
    picos p;

    for (size_t i = 0; i < 3; i++) {
        const struct json *c = json_get(v, from[i]);
        if (json_is(c, JSON_NUMBER) && picos_parse(json_number(c), &p))
            cost_set(a, &merged, to[i], p);
    }
    for (size_t i = 0; i < cost->n; i++)
        cost_set(a, &merged, cost->items[i].key, cost->items[i].value);
    *cost = merged;
}

// Total by 2.7: the given one, else - without usageDetails - the sum of what is there.
static void legacy_total(struct arena *a, struct usage_map *u, int64_t total, bool details_empty)
{
    int64_t in = 0, out = 0;
    bool has_in = usage_get(u, STR("input"), &in), has_out = usage_get(u, STR("output"), &out);

    if (total > 0)
        usage_set(a, u, STR("total"), total);
    else if (details_empty && (has_in || has_out))
        usage_set(a, u, STR("total"), in + out);
}

void usage_legacy_apply(struct arena *a, const struct json *v, struct usage_map *usage,
                        struct cost_map *cost)
{
    struct usage_map u = {0};
    int64_t n, total = 0;

    if (!json_is(v, JSON_OBJECT))
        return;
    if (!legacy_camel(a, v, &u, &total)) {
        if (legacy_number(v, STR("input"), &n))
            usage_set(a, &u, STR("input"), n);
        if (legacy_number(v, STR("output"), &n))
            usage_set(a, &u, STR("output"), n);
        legacy_number(v, STR("total"), &total);
        legacy_costs(a, v, cost);
    }
    legacy_total(a, &u, total, usage->n == 0);
    for (size_t i = 0; i < usage->n; i++)
        usage_set(a, &u, usage->items[i].key, usage->items[i].value);
    *usage = u;
}

void cost_details_read(struct arena *a, const struct json *v, bool texts, struct cost_map *out)
{
    struct cost_map m = {0};
    picos p;

    for (struct json_iter it = json_iter(json_is(v, JSON_OBJECT) ? v : NULL); json_next(&it);) {
        bool text = texts && json_is(it.value, JSON_STRING);
        str said = text ? json_str(it.value) : json_number(it.value);
        if (str_some(said) && picos_parse(said, &p) && p >= 0)
            cost_set(a, &m, it.key, p);
    }
    *out = m;
}

void usage_write(struct buf *b, const struct usage_map *m)
{
    struct jw w;

    jw_init(&w, b);
    jw_object(&w);
    for (size_t i = 0; i < m->n; i++)
        jw_ki64(&w, m->items[i].key, m->items[i].value);
    jw_object_end(&w);
}

void cost_write(struct buf *b, const struct cost_map *m)
{
    struct jw w;

    jw_init(&w, b);
    jw_object(&w);
    for (size_t i = 0; i < m->n; i++) {
        jw_key(&w, m->items[i].key);
        jw_money(&w, m->items[i].value);
    }
    jw_object_end(&w);
}

bool usage_parse(struct arena *a, str text, struct usage_map *out)
{
    const struct json *v = str_some(text) ? json_try(a, text) : NULL;
    int64_t n;

    *out = (struct usage_map){0};
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (json_i64(it.value, &n))
            usage_set(a, out, it.key, n);
    }
    return v != NULL;
}

bool cost_parse(struct arena *a, str text, struct cost_map *out)
{
    const struct json *v = str_some(text) ? json_try(a, text) : NULL;
    picos p;

    *out = (struct cost_map){0};
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (picos_parse(json_number(it.value), &p))
            cost_set(a, out, it.key, p);
    }
    return v != NULL;
}
