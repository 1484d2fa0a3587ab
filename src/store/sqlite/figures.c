// SPDX-License-Identifier: MIT
// Counts, percentiles and groups (figures.h). Pure.
#include "store/sqlite/figures.h"

#include "json/json.h"
#include "model/observation.h"

#include <math.h>

// ---- latencies

static size_t step_of(uint32_t ms)
{
    if (ms < STEPS_PER_OCTAVE)
        return ms;
    unsigned octave = 31u - (unsigned)__builtin_clz(ms); // >= 6
    return STEPS_PER_OCTAVE * (octave - 5) + ((ms >> (octave - 6)) & (STEPS_PER_OCTAVE - 1));
}

static double middle_of(size_t step)
{
    if (step < STEPS_PER_OCTAVE)
        return (double)step;
    unsigned shift = (unsigned)(step / STEPS_PER_OCTAVE) - 1;
    double low = (double)((uint64_t)(STEPS_PER_OCTAVE + step % STEPS_PER_OCTAVE) << shift);
    return low + (double)(((uint64_t)1 << shift) - 1) / 2;
}

void latency_add(struct latency_counts *l, int32_t ms)
{
    if (ms < 0)
        return;
    l->counts[step_of((uint32_t)ms)]++;
    l->n++;
}

double latency_at(const struct latency_counts *l, double share)
{
    double rank = l ? ceil(share * l->n) : 0;
    uint32_t seen = 0;

    for (size_t i = 0; l && l->n && i < LATENCY_STEPS; i++) {
        seen += l->counts[i];
        if (seen >= rank && seen)
            return middle_of(i);
    }
    return (double)NAN;
}

struct latencies latencies_of(const struct latency_counts *l)
{
    return (struct latencies){latency_at(l, 0.5), latency_at(l, 0.95), latency_at(l, 0.99)};
}

struct latency_counts *latency_array(struct arena *a, size_t n)
{
    struct latency_counts *l = ARENA_ARRAY(a, struct latency_counts, n);

    if (l)
        memset(l, 0, n * sizeof(*l));
    return l;
}

// ---- sums and time

void amounts_add(struct amounts *a, const struct fact_chunk *c, uint32_t i)
{
    a->n++;
    a->errors += c->level[i] == LEVEL_ERROR;
    a->warnings += c->level[i] == LEVEL_WARNING;
    a->tokens += c->tokens[i];
    a->cost = picos_add(a->cost, c->cost[i]);
}

struct buckets buckets_of(const struct insight_query *q)
{
    struct buckets b = {q->from, q->bucket_ms > 0 ? q->bucket_ms : MILLIS_DAY, 0};

    if (q->from != MILLIS_NONE && q->to != MILLIS_NONE && q->to > q->from)
        b.n = (size_t)((q->to - q->from + b.width - 1) / b.width);
    if (b.n > INSIGHT_BUCKETS)
        b.n = INSIGHT_BUCKETS;
    return b;
}

size_t bucket_at(const struct buckets *b, millis t)
{
    int64_t at = (t - b->from) / b->width;

    return at < 0 ? 0 : (size_t)at >= b->n ? b->n - 1 : (size_t)at;
}

// ---- groups

bool groups_init(struct groups *g, struct arena *a, enum insight_dimension d)
{
    *g = (struct groups){.dimension = d, .a = a, .map = map_create(a, 64)};
    return g->map != NULL;
}

bool groups_open(struct groups *g, struct arena *scratch, const struct fact_chunk *c)
{
    g->of_word = ARENA_ARRAY(scratch, uint32_t, (size_t)c->n_words + 1);
    if (g->of_word)
        memset(g->of_word, 0, ((size_t)c->n_words + 1) * sizeof(uint32_t));
    return g->of_word != NULL;
}

static bool groups_grow(struct groups *g)
{
    size_t cap = g->cap ? g->cap * 2 : 64;
    str *keys = ARENA_ARRAY(g->a, str, cap);
    struct amounts *sums = ARENA_ARRAY(g->a, struct amounts, cap);

    if (!keys || !sums)
        return false;
    if (g->n) {
        memcpy(keys, g->keys, g->n * sizeof(keys[0]));
        memcpy(sums, g->sums, g->n * sizeof(sums[0]));
    }
    g->keys = keys;
    g->sums = sums;
    g->cap = cap;
    return true;
}

size_t group_of(struct groups *g, str key)
{
    const size_t *known = key.n ? map_get(g->map, key) : NULL;

    if (!key.n || known)
        return known ? *known : GROUP_NONE;
    str own = arena_str(g->a, key);
    size_t *number = ARENA_NEW(g->a, size_t);
    bool room = str_some(own) && number && (g->n < g->cap || groups_grow(g));
    void **slot = room ? map_slot(g->map, own) : NULL;
    if (!slot) {
        g->full = true;
        return GROUP_NONE;
    }
    *slot = number;
    *number = g->n;
    g->keys[g->n] = own;
    g->sums[g->n] = (struct amounts){0};
    return g->n++;
}

size_t group_of_word(struct groups *g, const struct fact_chunk *c, uint32_t word)
{
    if (!word)
        return GROUP_NONE;
    if (!g->of_word[word]) {
        size_t at = group_of(g, c->words[word]);
        if (at == GROUP_NONE)
            return at;
        g->of_word[word] = (uint32_t)at + 1;
    }
    return g->of_word[word] - 1;
}

static size_t tags_of(struct groups *g, struct arena *scratch, str text, size_t *out)
{
    const struct json *all = text.n ? json_try(scratch, text) : NULL;
    size_t n = 0;

    for (struct json_iter it = json_iter(all); n < GROUPS_OF_FACT && json_next(&it);) {
        size_t at = group_of(g, json_str(it.value));
        if (at != GROUP_NONE)
            out[n++] = at;
    }
    return n;
}

static size_t models_of(struct groups *g, const struct fact_chunk *c, uint32_t i, size_t *out)
{
    size_t n = 0;

    for (uint32_t u = c->use_first[i]; u < c->use_first[i + 1] && n < GROUPS_OF_FACT; u++) {
        size_t at = group_of_word(g, c, c->use_model[u]);
        if (at != GROUP_NONE)
            out[n++] = at;
    }
    return n;
}

size_t groups_of(struct groups *g, struct arena *scratch, const struct fact_chunk *c, uint32_t i,
                 size_t out[GROUPS_OF_FACT])
{
    static const enum fact_text texts[BY_COUNT] = {[BY_ENVIRONMENT] = FACT_ENVIRONMENT,
                                                   [BY_NAME] = FACT_NAME,
                                                   [BY_USER] = FACT_USER,
                                                   [BY_SESSION] = FACT_SESSION,
                                                   [BY_VERSION] = FACT_VERSION,
                                                   [BY_RELEASE] = FACT_RELEASE};

    if (g->dimension == BY_TAG)
        return tags_of(g, scratch, c->words[c->texts[FACT_TAGS][i]], out);
    if (g->dimension == BY_MODEL)
        return models_of(g, c, i, out);
    if (g->dimension == BY_LEVEL)
        out[0] = group_of(g, observation_level_name(c->level[i]));
    else if (g->dimension == BY_KIND)
        out[0] = group_of(g, observation_type_name(c->kind[i] ? c->kind[i] : OBSERVATION_SPAN));
    else
        out[0] = group_of_word(g, c, c->texts[texts[g->dimension]][i]);
    return out[0] != GROUP_NONE;
}

int64_t group_n(const struct groups *g, size_t i)
{
    return g->sums[i].n;
}

int64_t group_cost(const struct groups *g, size_t i)
{
    return g->sums[i].cost;
}

// Equal ones in the order of their keys: the answer does not depend on what was met first.
static bool heavier(const struct groups *g, group_weight *weight, size_t x, size_t y)
{
    int64_t a = weight(g, x), b = weight(g, y);

    return a != b ? a > b : str_cmp(g->keys[x], g->keys[y]) < 0;
}

size_t groups_top(const struct groups *g, group_weight *weight, size_t *out, size_t most)
{
    size_t n = 0;

    for (size_t i = 0; i < g->n; i++) {
        size_t k = n;
        if (weight(g, i) <= 0 || (n == most && !heavier(g, weight, i, out[n - 1])))
            continue;
        if (n < most)
            n++;
        else
            k--;
        for (; k > 0 && heavier(g, weight, i, out[k - 1]); k--)
            out[k] = out[k - 1];
        out[k] = i;
    }
    return n;
}
