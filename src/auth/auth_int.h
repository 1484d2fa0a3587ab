// SPDX-License-Identifier: MIT
#pragma once
// What the files of this folder share: the cache of checked credentials, and bcrypt.
#include "auth/auth.h"
#include "base/thread.h"

enum { DIGEST_BYTES = 32 };

// What a credential turned out to be.
enum verdict { VERDICT_UNKNOWN, VERDICT_VALID, VERDICT_ORG_BEARER };

// Bounded, set-associative cache: digest of a credential -> verdict and principal. Thread safe. It
// never holds a secret: the digest is salted.
struct key_cache;
struct key_cache *key_cache_create(int64_t ttl_ms);
void key_cache_destroy(struct key_cache *c);
void key_cache_clear(struct key_cache *c);
// Taken before the key store is read and handed to key_cache_put, which drops what was read before
// the last clear.
uint64_t key_cache_epoch(struct key_cache *c);
// Copies the principal into the arena; a hit of a valid key counts as its use.
bool key_cache_get(struct key_cache *c, struct arena *a, const uint8_t digest[DIGEST_BYTES],
                   enum verdict *verdict, struct principal *out);
void key_cache_put(struct key_cache *c, uint64_t epoch, const uint8_t digest[DIGEST_BYTES],
                   enum verdict verdict, const struct principal *p);

struct key_use {
    str key_id;
    millis at;
};
// Uses that are not stored yet and are due (at most one a minute per key), in the arena.
size_t key_cache_take_uses(struct key_cache *c, struct arena *a, struct key_use **out);

struct auth {
    struct meta *meta;
    _Atomic(char *) salt; // owned; NULL = not known yet
    char *admin_api_key;  // owned; NULL = not configured
    struct key_cache *cache;
    struct lock slow_lock; // one bcrypt at a time: it costs a tenth of a second of CPU
    _Atomic(int64_t) changes_checked_at; // monotonic ms
    _Atomic(int64_t) changes_seen;       // meta_changes() when the cache was last known to be right
};

// bcrypt hash ("$2a$", "$2b$", "$2y$") of an imported key or password; constant time.
bool bcrypt_verify(str hash, str secret);
