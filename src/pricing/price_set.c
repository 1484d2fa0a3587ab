// SPDX-License-Identifier: MIT
// Sets of candidate models: the built-in table, and one set per project that has models of its own.
//
// A set never changes after creation, except that built-in models are read and regexes compiled on
// first use, under the set's lock, and published by an atomic store; readers then take neither lock
// nor reference. A set lives until its last snapshot is gone (match.c).
//
// Compiling all patterns at the start was rejected: 167 regexes cost a millisecond and 80 KB, and
// most servers see a handful of model names, each matched once (the answer is cached).
#include "pricing/pricing_int.h"

#include "base/regex.h"

#include <stdlib.h>

#define SET_BYTES   (16u << 20)
#define ERROR_BYTES (64u << 10)

static struct price_set *set_create(size_t n)
{
    struct arena *arena = arena_create(SET_BYTES);
    struct price_set *s = ARENA_NEW(arena, struct price_set);
    struct price_entry *entries = ARENA_ARRAY(arena, struct price_entry, n);
    if (s == NULL || entries == NULL) {
        arena_destroy(arena);
        return NULL;
    }
    s->arena = arena;
    s->entries = entries;
    s->n = n;
    atomic_store(&s->refs, 1);
    lock_init(&s->lazy);
    return s;
}

struct price_set *price_set_ref(struct price_set *s)
{
    atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    return s;
}

static void conditions_free(struct price_model *m)
{
    for (size_t t = 0; m != NULL && t < m->n_tiers; t++) {
        for (size_t c = 0; c < m->tiers[t].n_conditions; c++)
            regex_free(m->tiers[t].conditions[c].compiled);
    }
}

void price_set_unref(struct price_set *s)
{
    if (s == NULL || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < s->n; i++) {
        regex_free(s->entries[i].regex);
        conditions_free(atomic_load(&s->entries[i].model));
    }
    lock_fini(&s->lazy);
    arena_destroy(s->arena);
}

// NULL when the pattern is no regex: the condition or model then never matches.
static struct regex *compile(str pattern, bool caseless)
{
    struct arena *arena = arena_create(ERROR_BYTES);
    struct ctx ctx;
    ctx_init(&ctx, arena);
    struct regex *re = NULL;
    if (regex_compile(&ctx, pattern, caseless, &re) != ERR_OK)
        re = NULL;
    arena_destroy(arena);
    return re;
}

static void conditions_compile(struct price_model *m)
{
    for (size_t t = 0; t < m->n_tiers; t++) {
        for (size_t i = 0; i < m->tiers[t].n_conditions; i++) {
            struct price_condition *c = &m->tiers[t].conditions[i];
            c->compiled = str_some(c->pattern) ? compile(c->pattern, !c->case_sensitive) : NULL;
        }
    }
}

struct price_set *price_set_builtin(void)
{
    str text = str_make((const char *)price_text, price_text_len), rest = text;
    struct price_block block;
    size_t n = 0;
    while (price_text_next(&rest, &block))
        n++;
    struct price_set *s = set_create(n);
    CHECK(s != NULL);
    rest = text;
    for (size_t i = 0; i < n && price_text_next(&rest, &block); i++)
        s->entries[i].block = block;
    return s;
}

static struct price_model *entry_read(struct price_set *s, struct price_entry *e)
{
    lock_acquire(&s->lazy);
    struct price_model *m = atomic_load(&e->model);
    if (m == NULL) {
        m = price_text_model(s->arena, &e->block);
        CHECK(m != NULL); // the embedded table is checked by the unit tests
        conditions_compile(m);
        atomic_store_explicit(&e->model, m, memory_order_release);
    }
    lock_release(&s->lazy);
    return m;
}

const struct price_model *price_set_model(struct price_set *s, size_t i)
{
    struct price_entry *e = &s->entries[i];
    struct price_model *m = atomic_load_explicit(&e->model, memory_order_acquire);
    return m != NULL ? m : entry_read(s, e);
}

static enum regex_state entry_compile(struct price_set *s, struct price_entry *e)
{
    lock_acquire(&s->lazy);
    enum regex_state state = atomic_load(&e->state);
    if (state == REGEX_UNTRIED) {
        e->regex = compile(e->block.pattern, false);
        state = e->regex != NULL ? REGEX_READY : REGEX_BROKEN;
        atomic_store_explicit(&e->state, state, memory_order_release);
    }
    lock_release(&s->lazy);
    return state;
}

const struct price_model *price_set_match(struct price_set *s, str name)
{
    for (size_t i = 0; i < s->n; i++) {
        struct price_entry *e = &s->entries[i];
        enum regex_state state = atomic_load_explicit(&e->state, memory_order_acquire);
        if (state == REGEX_UNTRIED)
            state = entry_compile(s, e);
        if (state == REGEX_READY && regex_match(e->regex, name))
            return price_set_model(s, i);
    }
    return NULL;
}

// ---- Copies of a project's models ---------------------------------------------------------------

static void copy_conditions(struct arena *a, struct price_tier *to)
{
    struct price_condition *from = to->conditions;
    to->conditions = ARENA_ARRAY(a, struct price_condition, to->n_conditions);
    for (size_t i = 0; !arena_failed(a) && i < to->n_conditions; i++) {
        struct price_condition *c = &to->conditions[i];
        *c = from[i];
        c->pattern = arena_str(a, c->pattern);
        c->op = arena_str(a, c->op);
        c->source = arena_str(a, c->source);
        c->key = arena_str(a, c->key);
        c->values = ARENA_ARRAY(a, str, c->n_values);
        for (size_t k = 0; c->values != NULL && k < c->n_values; k++)
            c->values[k] = arena_str(a, from[i].values[k]);
        c->compiled = NULL;
    }
}

static void copy_prices(struct arena *a, struct price_tier *to)
{
    const struct price_item *from = to->prices;
    to->prices = ARENA_ARRAY(a, struct price_item, to->n_prices);
    for (size_t i = 0; !arena_failed(a) && i < to->n_prices; i++) {
        to->prices[i].key = arena_str(a, from[i].key);
        to->prices[i].price = from[i].price;
    }
}

static bool tier_before(const struct price_tier *x, const struct price_tier *y)
{
    return x->is_default != y->is_default ? x->is_default : x->priority < y->priority;
}

// Into matching order whatever the caller's order: the default, then by priority.
static void tiers_sort(struct price_tier *tiers, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct price_tier moving = tiers[i];
        size_t at = i;
        for (; at > 0 && tier_before(&moving, &tiers[at - 1]); at--)
            tiers[at] = tiers[at - 1];
        tiers[at] = moving;
    }
}

static struct price_model *copy_model(struct arena *a, const struct price_model *from)
{
    struct price_model *m = ARENA_NEW(a, struct price_model);
    if (m == NULL)
        return NULL;
    *m = *from;
    m->id = arena_str(a, from->id);
    m->name = arena_str(a, from->name);
    m->match_pattern = arena_str(a, from->match_pattern);
    m->unit = arena_str(a, from->unit);
    m->tokenizer_id = arena_str(a, from->tokenizer_id);
    m->tokenizer_config = arena_str(a, from->tokenizer_config);
    m->tiers = ARENA_ARRAY(a, struct price_tier, from->n_tiers);
    for (size_t i = 0; !arena_failed(a) && i < m->n_tiers; i++) {
        struct price_tier *t = &m->tiers[i];
        *t = from->tiers[i];
        t->id = arena_str(a, t->id);
        t->name = arena_str(a, t->name);
        copy_conditions(a, t);
        copy_prices(a, t);
    }
    if (arena_failed(a))
        return NULL;
    tiers_sort(m->tiers, m->n_tiers);
    return m;
}

// start_date descending, none last; equal ones keep their order.
static bool entry_before(const struct price_model *x, const struct price_model *y)
{
    return x->start_date > y->start_date; // MILLIS_NONE is the smallest value
}

static void entry_insert(struct price_set *s, size_t n, struct price_model *m)
{
    size_t at = n;
    for (; at > 0 && entry_before(m, atomic_load(&s->entries[at - 1].model)); at--) {
        s->entries[at].block = s->entries[at - 1].block;
        atomic_store(&s->entries[at].model, atomic_load(&s->entries[at - 1].model));
    }
    s->entries[at].block =
        (struct price_block){.name = m->name, .id = m->id, .pattern = m->match_pattern};
    atomic_store(&s->entries[at].model, m);
}

struct price_set *price_set_copy(str project_id, const struct price_model *models, size_t n)
{
    struct price_set *s = set_create(n);
    if (s == NULL)
        return NULL;
    s->project_id = arena_str(s->arena, project_id);
    struct price_model *m = NULL;
    for (size_t i = 0; i < n && (m = copy_model(s->arena, &models[i])) != NULL; i++)
        entry_insert(s, i, m);
    if (n > 0 && (m == NULL || arena_failed(s->arena))) {
        price_set_unref(s);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        conditions_compile(atomic_load(&s->entries[i].model));
    return s;
}
