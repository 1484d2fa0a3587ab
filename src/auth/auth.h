// SPDX-License-Identifier: MIT
#pragma once
// Who is calling (api.md 0.2, ingestion.md 1.1): API keys checked by a salted hash, cached for a few
// minutes (positive and negative, invalidated on key changes), in constant time.
#include "store/meta/meta.h"

// ACCESS_ADMIN is the instance without a project; an admin key with a project id is ACCESS_PROJECT.
enum access_level { ACCESS_NONE, ACCESS_SCORES, ACCESS_PROJECT, ACCESS_ORGANIZATION, ACCESS_ADMIN };
struct principal {
    enum access_level level;
    str project_id, org_id, public_key, key_id;
};

struct auth;
struct auth_options {
    struct meta *meta;
    str salt;             // SALT, or the generated one kept in the metadata; none = not known yet
    str admin_api_key;    // none = not configured
    int64_t cache_ttl_ms; // 0 = 300 s
};
struct auth *auth_create(const struct auth_options *opt);
void auth_destroy(struct auth *a);
// The salt, once, when it was not known at creation; until then no key can be checked (ERR_UNAVAILABLE).
void auth_set_salt(struct auth *a, str salt);
void auth_invalidate(struct auth *a); // after key or project changes
// Stores when keys were last used, at most once a minute per key: for a background job, so that no
// request waits for it.
enum errc auth_store_uses(struct auth *a, struct ctx *ctx) MUST_CHECK;

// `authorization`: value of the header or none; admin_key, project: x-langfuse-admin-api-key and
// x-langfuse-project-id or none. ERR_UNAUTHENTICATED with the recorded text, ERR_UNAVAILABLE when the
// key store is unreachable. Result strs are in ctx->arena.
enum errc auth_check(struct auth *a, struct ctx *ctx, str authorization, str admin_key, str project,
                     struct principal *out) MUST_CHECK;

// hex(sha256(secret ++ hex(sha256(salt)))): what existing instances store.
str key_fast_hash(struct arena *arena, str salt, str secret);
str key_display(struct arena *arena, str secret); // first 6 + "..." + last 4
// New random key pair for the project (project_id) or else the organization (org_id) that *k names, with
// its note; fills the rest of *k. The secret is only returned here.
enum errc key_generate(struct auth *a, struct ctx *ctx, struct meta_key *k, str *secret) MUST_CHECK;
// Given pair (LANGFUSE_INIT_*): upserts; a public key of another project is replaced.
enum errc key_provision(struct auth *a, struct ctx *ctx, str project_id, str public_key, str secret,
                        str note) MUST_CHECK;

// The salt to hash keys with: the configured one, or one generated once and kept in meta.db. ERR_CONFLICT
// when keys were made with another salt and it may not change (the server may, a command may not).
enum errc auth_salt(struct meta *meta, struct ctx *ctx, str configured, bool may_change,
                    str *out) MUST_CHECK;

str password_generate(struct arena *arena); // 21 characters with letters, digits and a sign

// Accounts of a new instance. init: values of LANGFUSE_INIT_* (api.md 24), looked up by name.
typedef str env_lookup(void *user, const char *name); // none when unset or empty
enum errc accounts_headless(struct auth *a, struct ctx *ctx, env_lookup *env,
                            void *user) MUST_CHECK;
struct first_run { // what a first start without LANGFUSE_INIT_* created; printed once
    str org_id, project_id, email, password, public_key, secret_key;
};
// Creates organization, project, owner and key pair when the store has no organization. *created false otherwise.
enum errc accounts_first_run(struct auth *a, struct ctx *ctx, struct first_run *out,
                             bool *created) MUST_CHECK;
