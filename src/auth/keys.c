// SPDX-License-Identifier: MIT
// Making API keys: hashes, display form, random pairs, given pairs. And the salt of the instance.
//
// The hash is the one that existing instances store, so keys move between them and us without their
// secrets being known. Which salt hashed the stored keys is remembered as a fingerprint: without it,
// a command run without the server's SALT would make keys that the server refuses.
#include "auth/auth_int.h"
#include "base/crypto.h"
#include "base/id.h"

#define SETTING_SALT      "salt"
#define SETTING_SALT_MARK "salt_fingerprint"

str key_fast_hash(struct arena *arena, str salt, str secret)
{
    return sha256_hex(arena, arena_cat(arena, secret, sha256_hex(arena, salt)));
}

str key_display(struct arena *arena, str secret)
{
    str head = str_sub(secret, 0, 6);
    str tail = str_sub(secret, secret.n > 4 ? secret.n - 4 : 0, 4);
    return arena_fmt(arena, "%.*s...%.*s", STR_ARG(head), STR_ARG(tail));
}

static void fill_key(const struct auth *a, struct arena *arena, str secret, struct meta_key *k)
{
    k->display_secret = key_display(arena, secret);
    k->fast_hash = key_fast_hash(arena, str_c(a->salt), secret);
    k->created_at = MILLIS_NONE;
    k->expires_at = MILLIS_NONE;
    k->last_used_at = MILLIS_NONE;
}

enum errc key_generate(struct auth *a, struct ctx *ctx, struct meta_key *k, str *secret)
{
    str uuid = id_uuid(ctx->arena);
    str made = arena_fmt(ctx->arena, "sk-lf-%.*s", STR_ARG(uuid));
    uuid = id_uuid(ctx->arena);
    k->id = STR_NONE;
    k->public_key = arena_fmt(ctx->arena, "pk-lf-%.*s", STR_ARG(uuid));
    k->slow_hash = STR_NONE;
    if (str_some(k->project_id))
        k->org_id = STR_NONE;
    fill_key(a, ctx->arena, made, k);
    TRY(meta_key_create(a->meta, ctx, k));
    auth_invalidate(a);
    *secret = made;
    return ERR_OK;
}

enum errc key_provision(struct auth *a, struct ctx *ctx, str project_id, str public_key, str secret,
                        str note)
{
    struct meta_key old = {0};
    struct meta_key k = {.public_key = public_key, .note = note, .project_id = project_id};
    fill_key(a, ctx->arena, secret, &k);
    enum errc rc = meta_key_by_public(a->meta, ctx, public_key, &old);
    if (rc == ERR_OK && str_eq(old.project_id, project_id) && str_eq(old.fast_hash, k.fast_hash))
        return ERR_OK;
    if (rc == ERR_OK)
        rc = meta_key_delete(a->meta, ctx, old.id);
    if (rc != ERR_OK && rc != ERR_NOT_FOUND)
        return rc;
    TRY(meta_key_create(a->meta, ctx, &k));
    auth_invalidate(a);
    return ERR_OK;
}

// ---- Salt ---------------------------------------------------------------------------------------

static str salt_fingerprint(struct arena *arena, str salt)
{
    uint8_t mac[DIGEST_BYTES];
    hmac_sha256(salt, STR("rushlight salt fingerprint"), mac);
    str hex = sha256_hex(arena, str_make((const char *)mac, sizeof mac));
    return str_sub(hex, 0, 16);
}

static enum errc salt_kept(struct meta *meta, struct ctx *ctx, str *out)
{
    TRY(meta_setting_get(meta, ctx, STR(SETTING_SALT), out));
    if (str_some(*out))
        return ERR_OK;
    str made = id_hex(ctx->arena, 32);
    TRY(meta_setting_set(meta, ctx, STR(SETTING_SALT), made));
    *out = made;
    return ERR_OK;
}

enum errc auth_salt(struct meta *meta, struct ctx *ctx, str configured, bool may_change, str *out)
{
    str salt = configured;
    str mark = STR_NONE;
    TRY(meta_setting_get(meta, ctx, STR(SETTING_SALT_MARK), &mark));
    if (str_empty(configured))
        TRY(salt_kept(meta, ctx, &salt));
    str now = salt_fingerprint(ctx->arena, salt);
    if (str_some(mark) && !str_eq(mark, now) && !may_change)
        return fail(ctx, ERR_CONFLICT,
                    "the API keys of this instance were made with another SALT; set SALT to the"
                    " value that the server uses");
    if (!str_eq(mark, now))
        TRY(meta_setting_set(meta, ctx, STR(SETTING_SALT_MARK), now));
    *out = salt;
    return ERR_OK;
}
