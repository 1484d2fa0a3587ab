// SPDX-License-Identifier: MIT
// Attribute sets: filled by the decoders, read by the mapping. A known key is looked up once, when it
// is added; reading it later is one array access. Unknown keys are only ever walked in order.
#include "otlp/span.h"

#include "base/limits.h"

#define DEDUPE_MAX 64 // unknown keys compared for duplicates; beyond, readers take the last one

void attrs_clear(struct attr_set *s)
{
    s->n = 0;
    s->families = 0;
    memset(s->at, 0, sizeof(s->at));
}

static bool attrs_grow(struct arena *a, struct attr_set *s)
{
    size_t cap = s->cap ? s->cap * 2 : 32;
    struct attr *items = ARENA_ARRAY(a, struct attr, cap);

    if (!items)
        return false;
    if (s->n)
        memcpy(items, s->items, s->n * sizeof(items[0]));
    s->items = items;
    s->cap = cap;
    return true;
}

static struct attr *attrs_same(struct attr_set *s, enum key id, str key)
{
    if (id != KEY_NONE)
        return s->at[id] ? &s->items[s->at[id] - 1] : NULL;
    for (size_t i = 0; i < s->n && i < DEDUPE_MAX; i++) {
        if (s->items[i].id == KEY_NONE && str_eq(s->items[i].key, key))
            return &s->items[i];
    }
    return NULL;
}

enum errc attrs_add(struct arena *a, struct attr_set *s, str key, const struct any *value)
{
    enum key id = key_find(key);
    struct attr *item = attrs_same(s, id, key);

    if (item) {
        item->value = *value;
        return ERR_OK;
    }
    if (s->n >= LIMIT_ATTRIBUTES)
        return ERR_LIMIT;
    if (s->n == s->cap && !attrs_grow(a, s))
        return ERR_NOMEM;
    item = &s->items[s->n++];
    *item = (struct attr){
        .key = key, .value = *value, .families = (uint16_t)key_families(key), .id = (uint8_t)id};
    s->families |= item->families;
    if (id != KEY_NONE)
        s->at[id] = (uint16_t)s->n;
    return ERR_OK;
}

const struct any *attrs_get(const struct attr_set *s, enum key key)
{
    return s->at[key] ? &s->items[s->at[key] - 1].value : NULL;
}

bool attrs_has(const struct attr_set *s, enum key key)
{
    const struct any *v = attrs_get(s, key);

    if (!v || v->type == ANY_NULL)
        return false;
    return v->type != ANY_STRING || v->text.n > 0;
}

const struct any *attrs_truthy(const struct attr_set *s, enum key key)
{
    const struct any *v = attrs_get(s, key);

    return any_truthy(v) ? v : NULL;
}

const struct any *attrs_first(const struct attr_set *s, const enum key *keys)
{
    for (; *keys != KEY_NONE; keys++) {
        const struct any *v = attrs_truthy(s, *keys);
        if (v)
            return v;
    }
    return NULL;
}

str attrs_text(struct arena *a, const struct attr_set *s, enum key key)
{
    return any_text(a, attrs_get(s, key));
}
