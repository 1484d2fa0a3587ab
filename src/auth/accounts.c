// SPDX-License-Identifier: MIT
// Accounts of a new instance: from LANGFUSE_INIT_* (api.md section 24; at every start, adds what is
// missing, never overwrites a name or a password), or, without them, one organization, project,
// owner and key pair with random secrets at the first start. Runs before the server listens.
#include "auth/auth_int.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/log.h"

#define OWNER_EMAIL "owner@localhost"
enum { MIN_PASSWORD = 8, MIN_RETENTION_DAYS = 3, PASSWORD_CHARS = 19 };

struct headless {
    struct auth *auth;
    struct ctx *ctx;
    env_lookup *env;
    void *user;
    str org_id, project_id;
};

static str init_value(const struct headless *h, const char *name)
{
    return h->env(h->user, name);
}

static str init_value_or(const struct headless *h, const char *name, str otherwise)
{
    str v = init_value(h, name);
    return str_some(v) ? v : otherwise;
}

// Both, none, or a warning that names the missing one.
static bool init_pair(const struct headless *h, const char *first, const char *second, str out[2])
{
    out[0] = init_value(h, first);
    out[1] = init_value(h, second);
    if (str_some(out[0]) != str_some(out[1]))
        log_warn("init.partial", "%s is set but %s is not: both are ignored; set both",
                 str_some(out[0]) ? first : second, str_some(out[0]) ? second : first);
    return str_some(out[0]) && str_some(out[1]);
}

static enum errc init_org(const struct headless *h)
{
    struct meta_org o = {0};
    enum errc rc = meta_org_get(h->auth->meta, h->ctx, h->org_id, &o);
    if (rc != ERR_NOT_FOUND)
        return rc;
    o = (struct meta_org){
        .id = h->org_id,
        .name = init_value_or(h, "LANGFUSE_INIT_ORG_NAME", STR("Provisioned Org")),
    };
    return meta_org_create(h->auth->meta, h->ctx, &o);
}

static int64_t init_retention(const struct headless *h)
{
    int64_t days = 0;
    str text = init_value(h, "LANGFUSE_INIT_PROJECT_RETENTION");
    if (!str_some(text))
        return 0;
    if (str_to_i64(text, &days) && days >= MIN_RETENTION_DAYS)
        return days;
    log_warn("init.retention",
             "LANGFUSE_INIT_PROJECT_RETENTION=%.*s is ignored: give days as a whole number from %d",
             STR_ARG(text), (int)MIN_RETENTION_DAYS);
    return 0;
}

static enum errc init_project(const struct headless *h)
{
    struct meta_project p = {0};
    enum errc rc = meta_project_get(h->auth->meta, h->ctx, h->project_id, &p);
    if (rc != ERR_NOT_FOUND)
        return rc;
    p = (struct meta_project){
        .id = h->project_id,
        .org_id = h->org_id,
        .name = init_value_or(h, "LANGFUSE_INIT_PROJECT_NAME", STR("Provisioned Project")),
        .retention_days = init_retention(h),
    };
    return meta_project_create(h->auth->meta, h->ctx, &p);
}

static enum errc init_key(const struct headless *h)
{
    str pair[2];
    if (!init_pair(h, "LANGFUSE_INIT_PROJECT_PUBLIC_KEY", "LANGFUSE_INIT_PROJECT_SECRET_KEY", pair))
        return ERR_OK;
    return key_provision(h->auth, h->ctx, h->project_id, pair[0], pair[1],
                         STR("Provisioned API Key"));
}

static enum errc create_user(const struct headless *h, str email, str password,
                             struct meta_user *out)
{
    str hash = STR_NONE;
    TRY(password_hash(h->ctx, password, &hash));
    *out = (struct meta_user){
        .email = email,
        .name = init_value_or(h, "LANGFUSE_INIT_USER_NAME", STR("Provisioned User")),
        .password_hash = hash,
    };
    return meta_user_create(h->auth->meta, h->ctx, out);
}

struct owner_search {
    str user_id;
    bool is_owner;
};

static enum errc note_owner(void *user, const struct meta_member *row)
{
    struct owner_search *s = user;
    if (str_eq(row->user_id, s->user_id) && str_eq(row->role, STR("OWNER")))
        s->is_owner = true;
    return ERR_OK;
}

// Writes only when something changes: a start with nothing new does not wait for the disk.
static enum errc init_owner(const struct headless *h, str user_id)
{
    struct owner_search s = {.user_id = user_id};
    TRY(meta_member_list(h->auth->meta, h->ctx, h->org_id, note_owner, &s));
    if (s.is_owner)
        return ERR_OK;
    return meta_member_set(h->auth->meta, h->ctx, h->org_id, user_id, STR("OWNER"));
}

static enum errc init_user(const struct headless *h)
{
    str pair[2];
    struct meta_user u = {0};
    if (!init_pair(h, "LANGFUSE_INIT_USER_EMAIL", "LANGFUSE_INIT_USER_PASSWORD", pair))
        return ERR_OK;
    if (pair[1].n < MIN_PASSWORD) {
        log_warn("init.password",
                 "LANGFUSE_INIT_USER_PASSWORD is too short: the user is not created; give at least"
                 " %d characters",
                 (int)MIN_PASSWORD);
        return ERR_OK;
    }
    enum errc rc = meta_user_by_email(h->auth->meta, h->ctx, pair[0], &u);
    if (rc == ERR_NOT_FOUND)
        rc = create_user(h, pair[0], pair[1], &u);
    TRY(rc);
    return init_owner(h, u.id);
}

enum errc accounts_headless(struct auth *a, struct ctx *ctx, env_lookup *env, void *user)
{
    struct headless h = {.auth = a, .ctx = ctx, .env = env, .user = user};
    h.org_id = init_value(&h, "LANGFUSE_INIT_ORG_ID");
    h.project_id = init_value(&h, "LANGFUSE_INIT_PROJECT_ID");
    if (!str_some(h.org_id)) {
        if (str_some(h.project_id) || str_some(init_value(&h, "LANGFUSE_INIT_USER_EMAIL")))
            log_warn("init.partial", "LANGFUSE_INIT_* values are ignored: LANGFUSE_INIT_ORG_ID is"
                                     " not set");
        return ERR_OK;
    }
    TRY(init_org(&h));
    if (str_some(h.project_id)) {
        TRY(init_project(&h));
        TRY(init_key(&h));
    } else if (str_some(init_value(&h, "LANGFUSE_INIT_PROJECT_PUBLIC_KEY"))) {
        log_warn("init.partial", "the key pair of LANGFUSE_INIT_* is ignored:"
                                 " LANGFUSE_INIT_PROJECT_ID is not set");
    }
    return init_user(&h);
}

// ---- First run ----------------------------------------------------------------------------------

str password_generate(struct arena *arena)
{
    // No 0/O, 1/l/I: it is copied by hand. The remainder's bias is below 2^-25.
    static const char alphabet[] = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    char text[PASSWORD_CHARS];
    uint32_t random[PASSWORD_CHARS];
    crypto_random(random, sizeof random);
    for (size_t i = 0; i < PASSWORD_CHARS; i++)
        text[i] = alphabet[random[i] % (sizeof alphabet - 1)];
    // A digit and a sign for rules that ask for them; the entropy is in the rest.
    return arena_fmt(arena, "%.*s%u!", (int)sizeof text, text, 2 + random[0] % 8);
}

static enum errc note_org(void *user, const struct meta_org *row)
{
    (void)row;
    *(bool *)user = true;
    return ERR_OK;
}

static enum errc first_owner(struct auth *a, struct ctx *ctx, struct first_run *out)
{
    str hash = STR_NONE;
    out->email = STR(OWNER_EMAIL);
    out->password = password_generate(ctx->arena);
    TRY(password_hash(ctx, out->password, &hash));
    struct meta_user u = {
        .email = out->email, .name = STR("Owner"), .password_hash = hash, .admin = true};
    enum errc rc = meta_user_by_email(a->meta, ctx, out->email, &u);
    if (rc == ERR_NOT_FOUND)
        rc = meta_user_create(a->meta, ctx, &u);
    else if (rc == ERR_OK)
        rc = meta_user_set_password(a->meta, ctx, u.id, hash);
    TRY(rc);
    return meta_member_set(a->meta, ctx, out->org_id, u.id, STR("OWNER"));
}

enum errc accounts_first_run(struct auth *a, struct ctx *ctx, struct first_run *out, bool *created)
{
    bool has_org = false;
    TRY(meta_org_list(a->meta, ctx, note_org, &has_org));
    *created = !has_org;
    if (has_org)
        return ERR_OK;
    struct meta_org org = {.name = STR("My organization")};
    TRY(meta_org_create(a->meta, ctx, &org));
    struct meta_project project = {.org_id = org.id, .name = STR("My project")};
    TRY(meta_project_create(a->meta, ctx, &project));
    out->org_id = org.id;
    out->project_id = project.id;
    TRY(first_owner(a, ctx, out));
    struct meta_key key = {.project_id = project.id, .note = STR("Created at the first start")};
    TRY(key_generate(a, ctx, &key, &out->secret_key));
    out->public_key = key.public_key;
    return ERR_OK;
}
