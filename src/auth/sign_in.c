// SPDX-License-Identifier: MIT
// Signing in and up, and passwords (api.md section 23). A password is checked in the same time whether
// or not there is such a user; hashing costs memory, so only one is computed at a time.
#include "auth/attempts.h"
#include "auth/auth_int.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "base/log.h"

enum { MIN_PASSWORD = 8, MAX_PASSWORD = 1024, MAX_NAME = 100, MAX_EMAIL = 254 };

// What an unknown user's password is compared with: of nothing anybody knows.
#define NOBODY                                               \
    "$argon2id$v=19$m=19456,t=2,p=1$cnVzaGxpZ2h0LW5vYm9keQ$" \
    "bm9ib2R5IGtub3dzIHdoYXQgdGhpcyB3b3VsZCBiZSBvZg"

static bool password_fits(struct auth *a, const struct meta_user *user, bool known, str password)
{
    str kept = known && str_some(user->password_hash) ? user->password_hash : STR(NOBODY);

    lock_acquire(&a->slow_lock);
    bool fits = str_starts(kept, STR("$argon2")) ? password_verify(kept, password)
                                                 : bcrypt_verify(kept, password);
    lock_release(&a->slow_lock);
    return fits && known && str_some(user->password_hash);
}

// What attempts are counted by: someone who keeps failing for one e-mail is stopped early, but cannot
// lock out its owner, who comes from elsewhere.
enum { BY_PAIR, BY_EMAIL, BY_ADDRESS, N_BY };
static const uint32_t most[N_BY] = {LIMIT_SIGN_IN_PAIR, LIMIT_SIGN_IN_EMAIL, LIMIT_SIGN_IN_ADDRESS};

static enum errc too_often(struct ctx *ctx, int64_t wait_ms)
{
    int64_t minutes = wait_ms / 60000 + 1;

    return fail(ctx, ERR_RATE, "Too many attempts; try again in %lld minutes", (long long)minutes);
}

static enum errc count_attempt(struct attempts *att, struct ctx *ctx, const str names[N_BY],
                               int64_t *wait_ms)
{
    for (size_t i = 0; i < N_BY; i++) {
        *wait_ms = attempts_take(att, names[i], most[i], clock_mono_ms());
        if (*wait_ms == 0)
            continue;
        while (i-- > 0)
            attempts_give_back(att, names[i]);
        return too_often(ctx, *wait_ms);
    }
    return ERR_OK;
}

static void attempt_succeeded(struct attempts *att, const str names[N_BY])
{
    attempts_forget(att, names[BY_PAIR]);
    attempts_give_back(att, names[BY_EMAIL]);
    attempts_give_back(att, names[BY_ADDRESS]);
}

enum errc sign_in(struct auth *a, struct attempts *att, struct ctx *ctx, struct sign_in_form *f,
                  struct meta_user *out)
{
    struct meta_user user = {0};
    str email = arena_lower(ctx->arena, str_trim(f->email));
    const str names[N_BY] = {
        [BY_PAIR] = arena_fmt(ctx->arena, "%.*s %.*s", STR_ARG(f->address), STR_ARG(email)),
        [BY_EMAIL] = email,
        [BY_ADDRESS] = f->address};

    TRY(count_attempt(att, ctx, names, &f->wait_ms));
    enum errc rc = meta_user_by_email(a->meta, ctx, email, &user);
    if (rc != ERR_OK && rc != ERR_NOT_FOUND)
        return rc;
    if (f->password.n > MAX_PASSWORD || !password_fits(a, &user, rc == ERR_OK, f->password)) {
        log_info("sign_in.refused", "from %.*s", STR_ARG(f->address));
        return fail(ctx, ERR_UNAUTHENTICATED, "Invalid credentials");
    }
    attempt_succeeded(att, names);
    log_info("sign_in", "user %.*s from %.*s", STR_ARG(user.id), STR_ARG(f->address));
    *out = user;
    return ERR_OK;
}

enum errc sign_up_allowed(struct attempts *att, struct ctx *ctx, str address, int64_t *wait_ms)
{
    str name = arena_fmt(ctx->arena, "sign-up %.*s", STR_ARG(address));

    *wait_ms = attempts_take(att, name, LIMIT_SIGN_UP_ADDRESS, clock_mono_ms());
    return *wait_ms ? too_often(ctx, *wait_ms) : ERR_OK;
}

static bool any_of(str s, char from, char to)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20) : s.p[i];
        if (c >= from && c <= to)
            return true;
    }
    return false;
}

static bool has_sign(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        str one = str_sub(s, i, 1);
        if (!any_of(one, 'a', 'z') && !any_of(one, '0', '9'))
            return true;
    }
    return false;
}

enum errc password_check(struct ctx *ctx, str password)
{
    if (password.n < MIN_PASSWORD || password.n > MAX_PASSWORD)
        return fail(ctx, ERR_INVALID, "The password needs %d to %d characters", MIN_PASSWORD,
                    MAX_PASSWORD);
    if (!any_of(password, 'a', 'z') || !any_of(password, '0', '9') || !has_sign(password))
        return fail(ctx, ERR_INVALID, "The password needs a letter, a digit and another sign");
    return ERR_OK;
}

static enum errc hash(struct auth *a, struct ctx *ctx, str password, str *out)
{
    lock_acquire(&a->slow_lock);
    enum errc rc = password_hash(ctx, password, out);
    lock_release(&a->slow_lock);
    return rc;
}

enum errc password_change(struct auth *a, struct ctx *ctx, const struct signed_in *s, str current,
                          str next)
{
    str text;

    if (current.n > MAX_PASSWORD || !password_fits(a, &s->user, true, current))
        return fail(ctx, ERR_FORBIDDEN, "The current password is not right");
    TRY(password_check(ctx, next));
    TRY(hash(a, ctx, next, &text));
    TRY(meta_user_set_password(a->meta, ctx, s->user.id, text));
    log_info("password.changed", "user %.*s", STR_ARG(s->user.id));
    return session_close_others(a, ctx, s, false);
}

static enum errc email_check(struct ctx *ctx, str email)
{
    ptrdiff_t at = str_find_char(email, '@');

    if (at < 1 || at + 1 >= (ptrdiff_t)email.n || email.n > MAX_EMAIL ||
        str_find_char(email, ' ') >= 0 || str_find_char(str_skip(email, (size_t)at + 1), '@') >= 0)
        return fail(ctx, ERR_INVALID, "%.*s is not an e-mail address",
                    (int)(email.n < MAX_EMAIL ? email.n : MAX_EMAIL), email.p);
    return ERR_OK;
}

static enum errc name_check(struct ctx *ctx, str name)
{
    if (name.n == 0 || name.n > MAX_NAME)
        return fail(ctx, ERR_INVALID, "A name of 1 to %d characters is needed", MAX_NAME);
    if (str_find_char(name, '<') >= 0 || str_has(name, STR("://")))
        return fail(ctx, ERR_INVALID, "A name has no HTML and no address in it");
    return ERR_OK;
}

enum errc sign_up(struct auth *a, struct ctx *ctx, str email, str name, str password,
                  struct meta_user *out)
{
    str text;

    email = arena_lower(ctx->arena, str_trim(email));
    name = str_trim(name);
    TRY(email_check(ctx, email));
    TRY(name_check(ctx, name));
    TRY(password_check(ctx, password));
    TRY(hash(a, ctx, password, &text));
    *out = (struct meta_user){.email = email, .name = name, .password_hash = text};
    TRY(meta_user_create(a->meta, ctx, out));
    log_info("sign_up", "user %.*s", STR_ARG(out->id));
    return ERR_OK;
}
