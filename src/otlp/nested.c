// SPDX-License-Identifier: MIT
// Rebuilds a nested value from flattened attributes: gen_ai.prompt.0.content, gen_ai.prompt.0.role, ...
// (ingestion.md 4.6). A tree of nodes in the arena, then JSON. The array slots of one value are
// budgeted as a whole, so that an index like 9999 at every level cannot blow it up; a key that would
// go over the budget is dropped whole.
#include "otlp/mapping.h"

#include "base/limits.h"

#define SLOTS_MAX 10001u

struct node {
    str key;      // in objects
    size_t index; // in arrays
    const struct any *leaf;
    bool is_array;
    size_t length; // arrays: highest index + 1
    struct node *first, *last, *next;
};

struct path {
    str segments[LIMIT_OTLP_DEPTH];
    size_t n;
};

static bool segment_index(str s, size_t *out)
{
    int64_t n;

    if (!s.n || s.p[0] < '0' || s.p[0] > '9' || !str_to_i64(s, &n) || n > SLOTS_MAX)
        return false;
    *out = (size_t)n;
    return true;
}

static bool is_digits(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return s.n > 0;
}

// False for paths too deep and for names that JavaScript would take for the prototype.
static bool path_split(str rest, struct path *out)
{
    str part;

    out->n = 0;
    while (str_next(&rest, '.', &part)) {
        if (out->n == LIMIT_OTLP_DEPTH || str_eq(part, STR("__proto__")) ||
            str_eq(part, STR("constructor")) || str_eq(part, STR("prototype")))
            return false;
        out->segments[out->n++] = part;
    }
    return out->n > 0;
}

static bool child_is(const struct node *parent, const struct node *n, str key, size_t index)
{
    return parent->is_array ? n->index == index : str_eq(n->key, key);
}

static struct node *child_find(const struct node *parent, str key)
{
    size_t index = 0;

    if (parent->is_array && !segment_index(key, &index))
        return NULL;
    if (parent->last && child_is(parent, parent->last, key, index))
        return parent->last; // the usual case: keys of one message stand together
    for (struct node *n = parent->first; n; n = n->next) {
        if (child_is(parent, n, key, index))
            return n;
    }
    return NULL;
}

// Array slots that the path would add; SIZE_MAX when an index is out of range or names no slot.
static size_t slots_needed(const struct node *root, const struct path *p)
{
    const struct node *at = root;
    size_t need = 0, index = 0;

    for (size_t i = 0; i < p->n; i++) {
        bool array = at ? at->is_array : i > 0 && is_digits(p->segments[i]);
        size_t length = at ? at->length : 0;
        if (array && !segment_index(p->segments[i], &index))
            return SIZE_MAX;
        if (array && index + 1 > length)
            need += index + 1 - length;
        at = at ? child_find(at, p->segments[i]) : NULL;
        if (at && at->leaf)
            at = NULL; // replaced by a container
    }
    return need;
}

static struct node *child_add(struct arena *a, struct node *parent, str key)
{
    struct node *n = ARENA_NEW(a, struct node);

    if (!n)
        return NULL;
    n->key = key;
    if (parent->is_array && segment_index(key, &n->index) && n->index + 1 > parent->length)
        parent->length = n->index + 1;
    if (parent->last)
        parent->last->next = n;
    else
        parent->first = n;
    parent->last = n;
    return n;
}

static void path_set(struct arena *a, struct node *root, const struct path *p,
                     const struct any *value)
{
    struct node *at = root;

    for (size_t i = 0; i < p->n; i++) {
        struct node *child = child_find(at, p->segments[i]);
        if (!child)
            child = child_add(a, at, p->segments[i]);
        if (!child)
            return;
        if (i + 1 < p->n && (child->leaf || !child->first)) {
            child->leaf = NULL;
            child->is_array = is_digits(p->segments[i + 1]);
        }
        at = child;
    }
    at->leaf = value;
    at->first = at->last = NULL;
}

static const struct node *array_child(const struct node *n, size_t index)
{
    for (const struct node *c = n->first; c; c = c->next) {
        if (c->index == index)
            return c;
    }
    return NULL;
}

static void node_write(struct jw *w, const struct node *n);

// Holes are null. Children mostly stand in order, so that none is searched.
static void array_write(struct jw *w, const struct node *n)
{
    const struct node *next = n->first;

    jw_array(w);
    for (size_t i = 0; i < n->length; i++) {
        const struct node *c = next && next->index == i ? next : array_child(n, i);
        if (c)
            node_write(w, c);
        else
            jw_null(w);
        next = c ? c->next : next;
    }
    jw_array_end(w);
}

static void node_write(struct jw *w, const struct node *n)
{
    if (n->leaf) {
        any_write(w, n->leaf);
        return;
    }
    if (n->is_array) {
        array_write(w, n);
        return;
    }
    jw_object(w);
    for (const struct node *c = n->first; c; c = c->next) {
        jw_key(w, c->key);
        node_write(w, c);
    }
    jw_object_end(w);
}

static str tree_text(struct arena *a, const struct node *root)
{
    AUTO(buf_fini) struct buf b = {0};
    struct jw w;

    buf_init(&b, 64u << 20);
    jw_init(&w, &b);
    node_write(&w, root);
    return arena_str(a, buf_str(&b));
}

// What follows "P." in a key of the family; none for P itself and for names that only begin like it.
static str below(const struct attr *item, unsigned family)
{
    str prefix = key_family_prefix(family);

    if (!(item->families & family) || item->key.n <= prefix.n + 1 || item->key.p[prefix.n] != '.')
        return STR_NONE;
    return str_skip(item->key, prefix.n + 1);
}

static void root_shape(struct node *root, const struct attr *items, size_t n, unsigned family)
{
    for (size_t i = 0; i < n; i++) {
        str rest = below(&items[i], family), head;
        if (!str_next(&rest, '.', &head))
            continue;
        root->is_array = root->is_array || (str_some(rest) && is_digits(head));
    }
}

str nested_text(struct arena *a, const struct attr *items, size_t n, unsigned family)
{
    struct node root = {0};
    size_t budget = SLOTS_MAX, need;
    struct path path;

    for (size_t i = 0; i < n; i++) {
        if ((items[i].families & family) && str_eq(items[i].key, key_family_prefix(family)) &&
            any_truthy(&items[i].value))
            return any_text(a, &items[i].value);
    }
    root_shape(&root, items, n, family);
    for (size_t i = 0; i < n; i++) {
        str rest = below(&items[i], family);
        if (!str_some(rest) || !path_split(rest, &path))
            continue;
        need = slots_needed(&root, &path);
        if (need > budget)
            continue;
        budget -= need;
        path_set(a, &root, &path, &items[i].value);
    }
    return tree_text(a, &root);
}
