// SPDX-License-Identifier: MIT
// From a client's model name to its definition (ingestion.md 5.4), for any thread.
//
// A snapshot is what a reader sees: the sets of all projects and a cache of answers, "no such model"
// included. Sets never change; the cache only grows. A change of a project's models, or a full
// cache, publishes a new snapshot with an empty cache; the old one goes with its last pin. A reader
// holds the lock for the few instructions that take the reference, then matches without one.
//
// Hazard pointers were rejected (the lock costs 20 ns of a 100 ns lookup), and so was a cache per
// project (most names resolve to the same built-in models, but a project's own come first).
#include "pricing/pricing_int.h"

#include "base/log.h"

#include <stdlib.h>

#define CACHE_SLOTS      8192u // power of two
#define CACHE_ENTRIES    4096u // answers kept; a full cache starts again
#define CACHE_PROBES     32u   // slots tried before an answer is not kept
#define CACHE_NAME_BYTES 1024u // longer model names are matched each time

struct cache_entry {
    uint64_t hash;
    const struct price_model *model; // NULL: no definition matches
    size_t n_project, n_name;
    char bytes[]; // project id, then model name
};

struct snapshot {
    _Atomic(uint32_t) refs;
    _Atomic(uint32_t) n_cached;
    struct price_set *builtin;   // lives as long as the pricing
    struct price_set **projects; // referenced, sorted by project id
    size_t n_projects;
    _Atomic(struct cache_entry *) cache[CACHE_SLOTS];
};

struct pricing {
    struct lock lock;   // guards `current`
    struct lock writer; // one change at a time; taken before `lock`
    struct snapshot *current;
    struct price_set *builtin;
};

// ---- Snapshots ----------------------------------------------------------------------------------

static struct snapshot *snapshot_create(struct price_set *builtin, size_t n_projects)
{
    struct snapshot *s = calloc(1, sizeof *s);
    struct price_set **projects = calloc(n_projects + 1, sizeof(struct price_set *));
    if (s == NULL || projects == NULL) {
        free(s);
        free(projects);
        return NULL;
    }
    atomic_store(&s->refs, 1);
    s->builtin = builtin;
    s->projects = projects;
    return s;
}

static void snapshot_unref(struct snapshot *s)
{
    if (s == NULL || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        free(atomic_load_explicit(&s->cache[i], memory_order_relaxed));
    for (size_t i = 0; i < s->n_projects; i++)
        price_set_unref(s->projects[i]);
    free(s->projects);
    free(s);
}

static struct snapshot *snapshot_pin(struct pricing *p)
{
    lock_acquire(&p->lock);
    struct snapshot *s = p->current;
    atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    lock_release(&p->lock);
    return s;
}

static void snapshot_publish(struct pricing *p, struct snapshot *next)
{
    lock_acquire(&p->lock);
    struct snapshot *old = p->current;
    p->current = next;
    lock_release(&p->lock);
    snapshot_unref(old);
}

// The same sets, but `replaced` (may be NULL) goes in for the project's old one.
static struct snapshot *snapshot_with(const struct snapshot *from, str project_id,
                                      struct price_set *replaced)
{
    struct snapshot *s = snapshot_create(from->builtin, from->n_projects + 1);
    if (s == NULL)
        return NULL;
    size_t i = 0;
    for (; i < from->n_projects && str_cmp(from->projects[i]->project_id, project_id) < 0; i++)
        s->projects[s->n_projects++] = price_set_ref(from->projects[i]);
    if (i < from->n_projects && str_eq(from->projects[i]->project_id, project_id))
        i++;
    if (replaced != NULL)
        s->projects[s->n_projects++] = price_set_ref(replaced);
    for (; i < from->n_projects; i++)
        s->projects[s->n_projects++] = price_set_ref(from->projects[i]);
    return s;
}

static struct price_set *snapshot_project(const struct snapshot *s, str project_id)
{
    size_t lo = 0, hi = s->n_projects;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = str_cmp(s->projects[mid]->project_id, project_id);
        if (order == 0)
            return s->projects[mid];
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

// ---- Cache --------------------------------------------------------------------------------------

static uint64_t cache_hash(str project_id, str name)
{
    uint64_t h = str_hash(project_id);
    return ((h << 23) | (h >> 41)) ^ str_hash(name);
}

static bool entry_is(const struct cache_entry *e, uint64_t hash, str project_id, str name)
{
    return e->hash == hash && str_eq(str_make(e->bytes, e->n_project), project_id) &&
           str_eq(str_make(e->bytes + e->n_project, e->n_name), name);
}

static const struct cache_entry *cache_find(const struct snapshot *s, uint64_t hash, str project_id,
                                            str name)
{
    for (uint64_t i = 0; i < CACHE_PROBES; i++) {
        const struct cache_entry *e =
            atomic_load_explicit(&s->cache[(hash + i) & (CACHE_SLOTS - 1)], memory_order_acquire);
        if (e == NULL)
            return NULL;
        if (entry_is(e, hash, project_id, name))
            return e;
    }
    return NULL;
}

static struct cache_entry *entry_create(uint64_t hash, str project_id, str name)
{
    struct cache_entry *e = malloc(sizeof *e + project_id.n + name.n);
    if (e == NULL)
        return NULL;
    e->hash = hash;
    e->n_project = project_id.n;
    e->n_name = name.n;
    if (project_id.n > 0)
        memcpy(e->bytes, project_id.p, project_id.n);
    if (name.n > 0)
        memcpy(e->bytes + project_id.n, name.p, name.n);
    return e;
}

// False when the cache is full (or the slots around the hash are).
static bool cache_add(struct snapshot *s, struct cache_entry *e)
{
    if (atomic_fetch_add_explicit(&s->n_cached, 1, memory_order_relaxed) < CACHE_ENTRIES) {
        for (uint64_t i = 0; i < CACHE_PROBES; i++) {
            struct cache_entry *expected = NULL;
            if (atomic_compare_exchange_strong_explicit(
                    &s->cache[(e->hash + i) & (CACHE_SLOTS - 1)], &expected, e,
                    memory_order_acq_rel, memory_order_acquire))
                return true;
        }
    }
    free(e);
    return false;
}

// A full cache starts again, once, whoever notices first. Without memory it stays full.
static void cache_renew(struct pricing *p, const struct snapshot *full)
{
    lock_acquire(&p->writer);
    if (p->current == full) {
        struct snapshot *next = snapshot_with(full, STR_NONE, NULL);
        if (next != NULL)
            snapshot_publish(p, next);
    }
    lock_release(&p->writer);
}

// ---- Interface ----------------------------------------------------------------------------------

const struct price_model *pricing_match(struct pricing *p, str project_id, str model,
                                        struct price_pin *pin)
{
    struct snapshot *s = snapshot_pin(p);
    pin->snapshot = s;
    uint64_t hash = cache_hash(project_id, model);
    const struct cache_entry *known = cache_find(s, hash, project_id, model);
    if (known != NULL)
        return known->model;

    struct price_set *own = snapshot_project(s, project_id);
    const struct price_model *m = own != NULL ? price_set_match(own, model) : NULL;
    if (m == NULL)
        m = price_set_match(s->builtin, model);
    if (model.n > CACHE_NAME_BYTES || project_id.n > CACHE_NAME_BYTES)
        return m;
    struct cache_entry *e = entry_create(hash, project_id, model);
    if (e == NULL)
        return m;
    e->model = m;
    if (!cache_add(s, e))
        cache_renew(p, s);
    return m;
}

void pricing_unpin(struct price_pin *pin)
{
    union { // the pin hides the type, and with it that a reference is counted
        const void *opaque;
        struct snapshot *snapshot;
    } held = {.opaque = pin->snapshot};
    snapshot_unref(held.snapshot);
    pin->snapshot = NULL;
}

enum errc pricing_set_project(struct pricing *p, struct ctx *ctx, str project_id,
                              const struct price_model *models, size_t n)
{
    struct price_set *own = n > 0 ? price_set_copy(project_id, models, n) : NULL;
    if (n > 0 && own == NULL)
        return fail(ctx, ERR_NOMEM, "the project's %zu model definitions take too much memory", n);
    lock_acquire(&p->writer);
    struct snapshot *next = snapshot_with(p->current, project_id, own);
    if (next != NULL)
        snapshot_publish(p, next);
    lock_release(&p->writer);
    price_set_unref(own);
    log_debug("pricing.project", "%.*s: %zu own models", STR_ARG(project_id), n);
    return next != NULL ? ERR_OK : fail(ctx, ERR_NOMEM, "no memory for the model definitions");
}

struct pricing *pricing_create(void)
{
    struct pricing *p = calloc(1, sizeof *p);
    CHECK(p != NULL);
    lock_init(&p->lock);
    lock_init(&p->writer);
    p->builtin = price_set_builtin();
    p->current = snapshot_create(p->builtin, 0);
    CHECK(p->current != NULL);
    return p;
}

void pricing_destroy(struct pricing *p)
{
    if (p == NULL)
        return;
    snapshot_unref(p->current);
    price_set_unref(p->builtin);
    lock_fini(&p->lock);
    lock_fini(&p->writer);
    free(p);
}

size_t pricing_builtin_count(const struct pricing *p)
{
    return p->builtin->n;
}

const struct price_model *pricing_builtin(const struct pricing *p, size_t i)
{
    return price_set_model(p->builtin, i);
}

const struct price_model *pricing_builtin_by_id(const struct pricing *p, str id)
{
    for (size_t i = 0; i < p->builtin->n; i++) {
        if (str_eq(p->builtin->entries[i].block.id, id))
            return price_set_model(p->builtin, i);
    }
    return NULL;
}
