// SPDX-License-Identifier: MIT
// Sessions of browsers (session.h). Runs on the request's thread.
#include "auth/session.h"

#include "auth/auth_int.h"
#include "base/codec.h"
#include "base/crypto.h"
#include "base/limits.h"

enum { TOKEN_BYTES = 32, TOUCH_EVERY_MS = 60000 };
#define IDLE_MS (SESSION_IDLE_DAYS * MILLIS_DAY)
#define MAX_MS  (SESSION_MAX_DAYS * MILLIS_DAY)
#define TURN_MS (SESSION_TURN_HOURS * (MILLIS_DAY / 24))

static const char *const role_names[] = {"NONE", "VIEWER", "MEMBER", "ADMIN", "OWNER"};

enum role role_of(str name)
{
    for (int i = ROLE_VIEWER; i <= ROLE_OWNER; i++) {
        if (str_eq(name, str_c(role_names[i])))
            return (enum role)i;
    }
    return ROLE_NONE;
}

const char *role_text(enum role role)
{
    return role_names[role];
}

static str csrf_of(struct arena *a, str family)
{
    uint8_t mac[DIGEST_BYTES];

    hmac_sha256(family, STR("rushlight csrf"), mac);
    return hex_encode(a, mac, sizeof mac);
}

static str random_text(struct arena *a)
{
    uint8_t random[TOKEN_BYTES];

    crypto_random(random, sizeof random);
    return base64url_encode(a, str_make((const char *)random, sizeof random));
}

static millis earlier(millis a, millis b)
{
    return a < b ? a : b;
}

enum errc session_open(struct auth *a, struct ctx *ctx, const struct meta_user *user,
                       struct signed_in *out)
{
    millis now = clock_now();
    str token = random_text(ctx->arena), family = random_text(ctx->arena);

    *out = (struct signed_in){.user = *user,
                              .token = token,
                              .csrf = csrf_of(ctx->arena, family),
                              .session = {.id = sha256_hex(ctx->arena, token),
                                          .user_id = user->id,
                                          .created_at = now,
                                          .seen_at = now,
                                          .expires_at = now + IDLE_MS,
                                          .family = family,
                                          .issued_at = now,
                                          .replaced_at = MILLIS_NONE}};
    return meta_session_create(a->meta, ctx, &out->session);
}

// Use keeps a session alive, up to its greatest age; it is written down once a minute.
static enum errc note_use(struct auth *a, struct ctx *ctx, struct meta_session *s, millis now)
{
    if (s->replaced_at != MILLIS_NONE || now - s->seen_at < TOUCH_EVERY_MS)
        return ERR_OK;
    s->seen_at = now;
    s->expires_at = earlier(now + IDLE_MS, s->created_at + MAX_MS);
    return meta_session_touch(a->meta, ctx, s);
}

enum errc session_check(struct auth *a, struct ctx *ctx, str token, struct signed_in *out)
{
    millis now = clock_now();
    struct signed_in s = {.token = token};
    enum errc rc = meta_session_get(a->meta, ctx, sha256_hex(ctx->arena, token), &s.session);

    if (rc == ERR_OK && s.session.expires_at <= now)
        rc = ERR_NOT_FOUND;
    if (rc == ERR_OK)
        rc = meta_user_get(a->meta, ctx, s.session.user_id, &s.user);
    if (rc == ERR_NOT_FOUND)
        return fail(ctx, ERR_UNAUTHENTICATED,
                    "Sign in first: there is no session, or it has ended");
    TRY(rc);
    TRY(note_use(a, ctx, &s.session, now));
    s.csrf = csrf_of(ctx->arena, s.session.family);
    *out = s;
    return ERR_OK;
}

enum errc session_turn(struct auth *a, struct ctx *ctx, struct signed_in *s, bool *turned)
{
    millis now = clock_now();
    struct meta_session old = s->session, next = s->session;

    *turned = false;
    if (old.replaced_at != MILLIS_NONE || now - old.issued_at < TURN_MS)
        return ERR_OK;
    str token = random_text(ctx->arena);
    next.id = sha256_hex(ctx->arena, token);
    next.issued_at = now;
    old.replaced_at = now;
    old.expires_at = earlier(old.expires_at, now + SESSION_GRACE_SECONDS * 1000);
    enum errc rc = meta_session_replace(a->meta, ctx, &old, &next);
    if (rc == ERR_NOT_FOUND)
        return ERR_OK;
    TRY(rc);
    s->token = token;
    s->session = next;
    *turned = true;
    return ERR_OK;
}

enum errc session_close(struct auth *a, struct ctx *ctx, const struct signed_in *s)
{
    return meta_session_delete(a->meta, ctx, s->session.family);
}

enum errc session_close_others(struct auth *a, struct ctx *ctx, const struct signed_in *s,
                               bool everywhere)
{
    return meta_session_delete_others(a->meta, ctx, s->user.id,
                                      everywhere ? STR_NONE : s->session.family);
}

bool session_csrf_fits(const struct signed_in *s, str said)
{
    return str_some(said) && crypto_equal(s->csrf, said);
}
