// SPDX-License-Identifier: MIT
// The cache of checked credentials. Every request passes here, so a hit is one lock, one comparison
// and four small copies. 256 sets of 4 entries: a flood of invented keys evicts at most within the
// sets that it hits and never grows memory. Entries end after the time to live, counted from when
// they were read from the key store (not from the last hit), so a missed invalidation heals itself.
#include "auth/auth_int.h"
#include "base/clock.h"
#include "base/crypto.h"

#include <stdlib.h>

enum { SETS = 256, WAYS = 4, STORE_USE_EVERY_MS = 60000, N_TEXTS = 4 };

struct entry {
    uint8_t digest[DIGEST_BYTES];
    int64_t expires_at;       // monotonic; 0 = free
    millis used_at, saved_at; // last use, last use handed out for storing; 0 = never
    enum verdict verdict;
    enum access_level level;
    uint32_t len[N_TEXTS]; // project, organization, public key, key id; UINT32_MAX = none
    char *text;            // their bytes one after the other
};
struct key_cache {
    struct lock lock; // never held across I/O
    int64_t ttl_ms;
    uint64_t epoch;
    struct entry sets[SETS][WAYS];
};

struct key_cache *key_cache_create(int64_t ttl_ms)
{
    struct key_cache *c = calloc(1, sizeof *c);
    CHECK(c);
    lock_init(&c->lock);
    c->ttl_ms = ttl_ms;
    return c;
}

static void entry_clear(struct entry *e)
{
    free(e->text);
    memset(e, 0, sizeof *e);
}

void key_cache_clear(struct key_cache *c)
{
    lock_acquire(&c->lock);
    c->epoch++;
    for (size_t s = 0; s < SETS; s++)
        for (size_t w = 0; w < WAYS; w++)
            entry_clear(&c->sets[s][w]);
    lock_release(&c->lock);
}

void key_cache_destroy(struct key_cache *c)
{
    if (!c)
        return;
    key_cache_clear(c);
    lock_fini(&c->lock);
    free(c);
}

uint64_t key_cache_epoch(struct key_cache *c)
{
    lock_acquire(&c->lock);
    uint64_t epoch = c->epoch;
    lock_release(&c->lock);
    return epoch;
}

static struct entry *find_locked(struct key_cache *c, const uint8_t digest[DIGEST_BYTES])
{
    lock_assert_held(&c->lock);
    str wanted = str_make((const char *)digest, DIGEST_BYTES);
    struct entry *set = c->sets[digest[0] % SETS];
    for (size_t w = 0; w < WAYS; w++) {
        str have = str_make((const char *)set[w].digest, DIGEST_BYTES);
        if (set[w].expires_at != 0 && crypto_equal(have, wanted))
            return &set[w];
    }
    return NULL;
}

static void principal_load(struct arena *a, const struct entry *e, struct principal *out)
{
    str *const texts[N_TEXTS] = {&out->project_id, &out->org_id, &out->public_key, &out->key_id};
    const char *at = e->text;
    *out = (struct principal){.level = e->level};
    for (size_t i = 0; i < N_TEXTS; i++) {
        if (e->len[i] == UINT32_MAX)
            continue;
        *texts[i] = arena_str(a, str_make(at, e->len[i]));
        at += e->len[i];
    }
}

bool key_cache_get(struct key_cache *c, struct arena *a, const uint8_t digest[DIGEST_BYTES],
                   enum verdict *verdict, struct principal *out)
{
    lock_acquire(&c->lock);
    struct entry *e = find_locked(c, digest);
    if (e && e->expires_at <= clock_mono_ms()) {
        entry_clear(e);
        e = NULL;
    }
    if (e) {
        *verdict = e->verdict;
        principal_load(a, e, out);
        e->used_at = clock_now();
    }
    lock_release(&c->lock);
    return e != NULL;
}

static void principal_save(struct entry *e, const struct principal *p)
{
    const str texts[N_TEXTS] = {p->project_id, p->org_id, p->public_key, p->key_id};
    size_t total = 0;
    for (size_t i = 0; i < N_TEXTS; i++)
        total += texts[i].n;
    e->text = malloc(total + 1);
    CHECK(e->text);
    char *at = e->text;
    for (size_t i = 0; i < N_TEXTS; i++) {
        e->len[i] = str_some(texts[i]) ? (uint32_t)texts[i].n : UINT32_MAX;
        if (texts[i].n > 0)
            memcpy(at, texts[i].p, texts[i].n);
        at += texts[i].n;
    }
    e->level = p->level;
}

// The entry to overwrite: the same digest, a free one, or the one that ends first.
static struct entry *victim_locked(struct key_cache *c, const uint8_t digest[DIGEST_BYTES])
{
    struct entry *found = find_locked(c, digest);
    if (found)
        return found;
    struct entry *set = c->sets[digest[0] % SETS];
    struct entry *victim = &set[0];
    for (size_t w = 1; w < WAYS; w++)
        if (set[w].expires_at < victim->expires_at)
            victim = &set[w];
    return victim;
}

void key_cache_put(struct key_cache *c, uint64_t epoch, const uint8_t digest[DIGEST_BYTES],
                   enum verdict verdict, const struct principal *p)
{
    lock_acquire(&c->lock);
    if (epoch == c->epoch) {
        struct entry *e = victim_locked(c, digest);
        entry_clear(e);
        memcpy(e->digest, digest, DIGEST_BYTES);
        e->expires_at = clock_mono_ms() + c->ttl_ms;
        e->used_at = clock_now();
        e->verdict = verdict;
        principal_save(e, p);
    }
    lock_release(&c->lock);
}

static bool use_is_due(const struct entry *e)
{
    return e->expires_at != 0 && e->verdict == VERDICT_VALID &&
           e->used_at >= e->saved_at + STORE_USE_EVERY_MS;
}

size_t key_cache_take_uses(struct key_cache *c, struct arena *a, struct key_use **out)
{
    struct key_use *uses = ARENA_ARRAY(a, struct key_use, SETS * WAYS);
    size_t n = 0;
    if (!uses)
        return 0;
    lock_acquire(&c->lock);
    struct entry *entries = &c->sets[0][0];
    for (size_t i = 0; i < SETS * WAYS; i++) {
        struct principal p;
        if (!use_is_due(&entries[i]))
            continue;
        principal_load(a, &entries[i], &p);
        uses[n++] = (struct key_use){p.key_id, entries[i].used_at};
        entries[i].saved_at = entries[i].used_at;
    }
    lock_release(&c->lock);
    *out = uses;
    return n;
}
