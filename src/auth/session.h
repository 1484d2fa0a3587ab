// SPDX-License-Identifier: MIT
#pragma once
// Signing in with e-mail and password, and the sessions of browsers.
//
// A session is a random token in a cookie; the metadata keeps its hash. It ends after a time without
// use, at the latest after SESSION_MAX_DAYS, at sign-out, and for all other browsers when the password
// changes. Requests that change something must also say the session's CSRF token, which is made
// once for the whole session. A token is replaced by a new one every SESSION_TURN_HOURS, when a page is
// loaded; the old one works a little longer, for requests under way. Every check reads the metadata:
// what was ended has ended at once, for every server.
#include "auth/auth.h"

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_MEMBER, ROLE_ADMIN, ROLE_OWNER };
enum role role_of(str name); // "OWNER" ...; anything else is ROLE_NONE
const char *role_text(enum role role);

struct signed_in {
    struct meta_user user;
    struct meta_session session;
    str token; // of the cookie
    str csrf;  // what changing requests must carry
};

struct attempts; // failed sign-ins, bounded
struct attempts *attempts_create(void);
void attempts_destroy(struct attempts *a);

// A new session for the user; out->token goes into the cookie.
enum errc session_open(struct auth *a, struct ctx *ctx, const struct meta_user *user,
                       struct signed_in *out) MUST_CHECK;
// ERR_UNAUTHENTICATED when the token means no living session.
enum errc session_check(struct auth *a, struct ctx *ctx, str token,
                        struct signed_in *out) MUST_CHECK;
// Gives a session whose token is old a new one: *turned, and s->token goes into the cookie.
enum errc session_turn(struct auth *a, struct ctx *ctx, struct signed_in *s,
                       bool *turned) MUST_CHECK;
enum errc session_close(struct auth *a, struct ctx *ctx, const struct signed_in *s) MUST_CHECK;
// All of the user's but this one; with everywhere, this one too.
enum errc session_close_others(struct auth *a, struct ctx *ctx, const struct signed_in *s,
                               bool everywhere) MUST_CHECK;
bool session_csrf_fits(const struct signed_in *s, str said);

// ERR_UNAUTHENTICATED "Invalid credentials" for an unknown user, a wrong password and none at all, in
// the same time; ERR_RATE after too many failures for the address and e-mail.
struct sign_in_form {
    str email, password;
    str address;     // where from
    int64_t wait_ms; // out, with ERR_RATE: when to try again
};
enum errc sign_in(struct auth *a, struct attempts *att, struct ctx *ctx, struct sign_in_form *f,
                  struct meta_user *out) MUST_CHECK;
// Counts an attempt to make an account; ERR_RATE with *wait_ms after too many from the address.
enum errc sign_up_allowed(struct attempts *att, struct ctx *ctx, str address,
                          int64_t *wait_ms) MUST_CHECK;
// ERR_INVALID says which rule of passwords is broken (api.md section 23).
enum errc password_check(struct ctx *ctx, str password) MUST_CHECK;
// Sets it after checking the current one; ends the user's other sessions.
enum errc password_change(struct auth *a, struct ctx *ctx, const struct signed_in *s, str current,
                          str next) MUST_CHECK;
// Creates the user. ERR_CONFLICT when the e-mail is taken, ERR_INVALID for bad values.
enum errc sign_up(struct auth *a, struct ctx *ctx, str email, str name, str password,
                  struct meta_user *out) MUST_CHECK;
