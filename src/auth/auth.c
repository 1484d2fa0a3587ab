// SPDX-License-Identifier: MIT
// Credentials of one request -> principal (api.md 0.2, ingestion.md 1.1). Runs on the request's thread
// before a byte of the body is read.
//
//   Basic public:secret   the salted hash of the secret decides; the public key is not compared
//   Bearer public         level "scores": may write scores only
//   Bearer admin key      with the admin headers: acts as the named project; without: the instance
//
// Answers of the key store are cached, misses too. Once a second a request also looks at the change
// counter of the metadata database, so that what another process changed (the command line) counts
// within a second. When the key store cannot be read, cached credentials go on working.
#include "auth/auth_int.h"
#include "base/codec.h"
#include "base/crypto.h"

#include <stdlib.h>

#define TEXT_WRONG_HOST "Confirm that you've configured the correct host."
enum { DEFAULT_TTL_MS = 300000, LOOK_EVERY_MS = 1000 };

static char *copy_text(str s)
{
    char *copy = str_dup(s);
    CHECK(copy || !str_some(s));
    return copy;
}

struct auth *auth_create(const struct auth_options *opt)
{
    struct auth *a = calloc(1, sizeof *a);
    CHECK(a);
    a->meta = opt->meta;
    a->salt = str_some(opt->salt) ? copy_text(opt->salt) : NULL;
    a->admin_api_key = str_empty(opt->admin_api_key) ? NULL : copy_text(opt->admin_api_key);
    a->cache = key_cache_create(opt->cache_ttl_ms > 0 ? opt->cache_ttl_ms : DEFAULT_TTL_MS);
    lock_init(&a->slow_lock);
    return a;
}

void auth_destroy(struct auth *a)
{
    if (!a)
        return;
    key_cache_destroy(a->cache);
    lock_fini(&a->slow_lock);
    free(a->salt);
    free(a->admin_api_key);
    free(a);
}

void auth_set_salt(struct auth *a, str salt)
{
    char *none = NULL;
    char *copy = copy_text(salt);
    if (!atomic_compare_exchange_strong(&a->salt, &none, copy))
        free(copy);
}

void auth_invalidate(struct auth *a)
{
    key_cache_clear(a->cache);
}

// Empties the cache when the metadata changed since the last look. A failure to look is no news.
static void notice_changes(struct auth *a, struct ctx *ctx)
{
    int64_t now = clock_mono_ms();
    int64_t last = atomic_load_explicit(&a->changes_checked_at, memory_order_relaxed);
    if (last != 0 && now - last < LOOK_EVERY_MS)
        return;
    if (!atomic_compare_exchange_strong(&a->changes_checked_at, &last, now))
        return;
    int64_t changes = 0;
    if (meta_changes(a->meta, ctx, &changes) != ERR_OK) {
        ctx_clear_error(ctx);
        return;
    }
    if (atomic_exchange(&a->changes_seen, changes) != changes)
        key_cache_clear(a->cache);
}

// ---- Looking a key up ---------------------------------------------------------------------------

static void principal_of_key(const struct meta_key *k, enum access_level level,
                             struct principal *out)
{
    *out = (struct principal){.level = level,
                              .project_id = k->project_id,
                              .org_id = k->org_id,
                              .public_key = k->public_key,
                              .key_id = k->id};
}

// Imported key: bcrypt decides, then the fast hash is stored so that this happens once per key.
static enum errc find_imported(struct auth *a, struct ctx *ctx, str public_key, str secret,
                               struct meta_key *out)
{
    struct meta_key k = {0};
    TRY(meta_key_by_public(a->meta, ctx, public_key, &k));
    if (!str_some(k.slow_hash))
        return ERR_NOT_FOUND;
    lock_acquire(&a->slow_lock);
    bool matches = bcrypt_verify(k.slow_hash, secret);
    lock_release(&a->slow_lock);
    if (!matches)
        return ERR_NOT_FOUND;
    str hash = key_fast_hash(ctx->arena, str_c(a->salt), secret);
    TRY(meta_key_set_fast_hash(a->meta, ctx, k.id, hash));
    *out = k;
    return ERR_OK;
}

static enum errc find_by_secret(struct auth *a, struct ctx *ctx, str public_key, str secret,
                                struct meta_key *out)
{
    str hash = key_fast_hash(ctx->arena, str_c(a->salt), secret);
    enum errc rc = meta_key_by_hash(a->meta, ctx, hash, out);
    return rc == ERR_NOT_FOUND ? find_imported(a, ctx, public_key, secret, out) : rc;
}

// Project keys don't name their organization in the key's row; the principal does.
static enum errc add_organization(struct auth *a, struct ctx *ctx, struct meta_key *k)
{
    struct meta_project p = {0};
    if (!str_some(k->project_id))
        return ERR_OK;
    TRY(meta_project_get(a->meta, ctx, k->project_id, &p));
    k->org_id = p.org_id;
    return ERR_OK;
}

struct credential {
    bool bearer;
    str public_key, secret;
};

static enum errc look_up(struct auth *a, struct ctx *ctx, const struct credential *c,
                         enum verdict *verdict, struct principal *out)
{
    struct meta_key k = {0};
    *verdict = VERDICT_UNKNOWN;
    *out = (struct principal){.level = ACCESS_NONE};
    enum errc rc = c->bearer ? meta_key_by_public(a->meta, ctx, c->public_key, &k)
                             : find_by_secret(a, ctx, c->public_key, c->secret, &k);
    bool org_key = rc == ERR_OK && !str_some(k.project_id);
    if (rc == ERR_OK)
        rc = add_organization(a, ctx, &k);
    if (rc == ERR_NOT_FOUND)
        return ERR_OK;
    if (rc != ERR_OK)
        return rc;
    if (c->bearer && org_key) {
        *verdict = VERDICT_ORG_BEARER;
        return ERR_OK;
    }
    *verdict = VERDICT_VALID;
    enum access_level basic = org_key ? ACCESS_ORGANIZATION : ACCESS_PROJECT;
    principal_of_key(&k, c->bearer ? ACCESS_SCORES : basic, out);
    return ERR_OK;
}

static void credential_digest(const struct auth *a, struct arena *arena, const struct credential *c,
                              uint8_t digest[DIGEST_BYTES])
{
    // The public key is part of it: an imported key's slow path depends on both.
    str parts = arena_fmt(arena, "%c%zu:%.*s:%.*s", c->bearer ? 'b' : 's', c->public_key.n,
                          STR_ARG(c->public_key), STR_ARG(c->secret));
    hmac_sha256(str_c(a->salt), parts, digest);
}

static enum errc check_key(struct auth *a, struct ctx *ctx, const struct credential *c,
                           struct principal *out)
{
    uint8_t digest[DIGEST_BYTES];
    enum verdict verdict = VERDICT_UNKNOWN;
    if (!a->salt)
        return fail(ctx, ERR_UNAVAILABLE, "Service Unavailable");
    notice_changes(a, ctx);
    credential_digest(a, ctx->arena, c, digest);
    uint64_t epoch = key_cache_epoch(a->cache);
    if (!key_cache_get(a->cache, ctx->arena, digest, &verdict, out)) {
        if (look_up(a, ctx, c, &verdict, out) != ERR_OK) {
            ctx_clear_error(ctx); // the cause is not the caller's business
            return fail(ctx, ERR_UNAVAILABLE, "Service Unavailable");
        }
        key_cache_put(a->cache, epoch, digest, verdict, out);
    }
    if (verdict == VERDICT_VALID)
        return ERR_OK;
    if (verdict == VERDICT_ORG_BEARER)
        return fail(ctx, ERR_UNAUTHENTICATED,
                    "Unauthorized: Cannot use organization key with bearer auth. " TEXT_WRONG_HOST);
    return fail(ctx, ERR_UNAUTHENTICATED, "%s. " TEXT_WRONG_HOST,
                c->bearer ? "Invalid public key" : "Invalid credentials");
}

// ---- Headers ------------------------------------------------------------------------------------

static enum errc parse_basic(struct ctx *ctx, str encoded, struct credential *out)
{
    str decoded = STR_NONE;
    if (!base64_decode(ctx->arena, encoded, &decoded))
        return fail(ctx, ERR_UNAUTHENTICATED, "Invalid character. " TEXT_WRONG_HOST);
    // A ':' inside the secret cuts it, as in the instances that keys come from.
    str rest = decoded;
    str public_key = STR_NONE;
    str secret = STR_NONE;
    if (!str_next(&rest, ':', &public_key) || !str_next(&rest, ':', &secret) ||
        str_empty(public_key) || str_empty(secret))
        return fail(ctx, ERR_UNAUTHENTICATED, "Invalid authorization header. " TEXT_WRONG_HOST);
    *out = (struct credential){.public_key = public_key, .secret = secret};
    return ERR_OK;
}

static bool is_admin_key(const struct auth *a, str token)
{
    return a->admin_api_key && crypto_equal(str_c(a->admin_api_key), token);
}

static enum errc check_admin(struct auth *a, struct ctx *ctx, str token, str admin_key, str project,
                             struct principal *out)
{
    struct meta_project p = {0};
    if (!a->admin_api_key)
        return fail(ctx, ERR_INTERNAL, "Admin API key is not configured");
    if (!is_admin_key(a, token) || !is_admin_key(a, admin_key))
        return fail(ctx, ERR_UNAUTHENTICATED, "Invalid admin API key");
    if (str_empty(project))
        return fail(ctx, ERR_INVALID,
                    "x-langfuse-project-id header is required for admin API key authentication");
    enum errc rc = meta_project_get(a->meta, ctx, project, &p);
    if (rc == ERR_NOT_FOUND)
        return fail(ctx, ERR_NOT_FOUND, "Project not found");
    TRY(rc);
    *out = (struct principal){.level = ACCESS_PROJECT, .project_id = p.id, .org_id = p.org_id};
    return ERR_OK;
}

enum errc auth_check(struct auth *a, struct ctx *ctx, str authorization, str admin_key, str project,
                     struct principal *out)
{
    struct credential c = {0};
    if (str_empty(authorization))
        return fail(ctx, ERR_UNAUTHENTICATED, "No authorization header");
    if (str_starts(authorization, STR("Basic "))) {
        TRY(parse_basic(ctx, str_skip(authorization, 6), &c));
        return check_key(a, ctx, &c, out);
    }
    if (!str_starts(authorization, STR("Bearer ")))
        return fail(ctx, ERR_UNAUTHENTICATED, "Invalid authorization header");
    str token = str_skip(authorization, 7);
    if (!str_empty(admin_key))
        return check_admin(a, ctx, token, admin_key, project, out);
    if (is_admin_key(a, token)) {
        *out = (struct principal){.level = ACCESS_ADMIN};
        return ERR_OK;
    }
    c = (struct credential){.bearer = true, .public_key = token};
    return check_key(a, ctx, &c, out);
}

enum errc auth_store_uses(struct auth *a, struct ctx *ctx)
{
    struct key_use *uses = NULL;
    size_t n = key_cache_take_uses(a->cache, ctx->arena, &uses);
    for (size_t i = 0; i < n; i++)
        TRY(meta_key_touch(a->meta, ctx, uses[i].key_id, uses[i].at));
    return ERR_OK;
}
