// SPDX-License-Identifier: MIT
// Sessions of browsers: tokens, their ends and their turns, the CSRF token; and signing in.
#include "auth/session.h"
#include "base/limits.h"
#include "unit/meta/meta_fixture.h"

#define HOUR     (MILLIS_DAY / 24)
#define PASSWORD "correct horse 1"

struct fixture {
    struct meta_fixture *m;
    struct auth *auth;
    struct attempts *attempts;
    struct meta_user user;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->m = meta_fixture_create();
    f->auth = auth_create(&(struct auth_options){.meta = f->m->meta, .salt = STR("salt")});
    f->attempts = attempts_create();
    assert_ok(sign_up(f->auth, fresh(f->m), STR(" Ann@Example.com"), STR("Ann"), STR(PASSWORD),
                      &f->user));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    attempts_destroy(f->attempts);
    auth_destroy(f->auth);
    meta_fixture_destroy(f->m);
    free(f);
    return 0;
}

static struct signed_in open_session(struct fixture *f)
{
    struct signed_in s;
    assert_ok(session_open(f->auth, fresh(f->m), &f->user, &s));
    return s;
}

static enum errc check(struct fixture *f, str token, struct signed_in *out)
{
    return session_check(f->auth, fresh(f->m), token, out);
}

// The same session as if it had begun, been seen and got its token so long ago.
static struct signed_in aged(struct fixture *f, millis begun, millis seen, millis issued)
{
    struct signed_in s = open_session(f);
    millis now = clock_now();
    struct meta_session old = s.session;

    assert_ok(meta_session_delete(f->m->meta, fresh(f->m), s.session.family));
    old.created_at = now - begun;
    old.seen_at = now - seen;
    old.issued_at = now - issued;
    old.expires_at = old.seen_at + SESSION_IDLE_DAYS * MILLIS_DAY;
    assert_ok(meta_session_create(f->m->meta, fresh(f->m), &old));
    s.session = old;
    return s;
}

static void a_token_is_the_user_until_sign_out(void **state)
{
    struct fixture *f = *state;
    struct signed_in a = open_session(f), b = open_session(f), got;

    assert_int_equal(a.token.n, 43); // 256 bits
    assert_false(str_eq(a.token, b.token) || str_eq(a.csrf, b.csrf));
    assert_false(str_eq(a.token, a.session.id));
    assert_ok(check(f, a.token, &got));
    assert_str(got.user.email, "ann@example.com");
    assert_true(str_eq(got.csrf, a.csrf));
    assert_int_equal(check(f, a.session.id, &got), ERR_UNAUTHENTICATED);
    assert_int_equal(check(f, STR("x"), &got), ERR_UNAUTHENTICATED);
    assert_ok(session_close(f->auth, fresh(f->m), &a));
    assert_int_equal(check(f, a.token, &got), ERR_UNAUTHENTICATED);
    assert_ok(check(f, b.token, &got));
    assert_ok(session_close_others(f->auth, fresh(f->m), &b, true));
    assert_int_equal(check(f, b.token, &got), ERR_UNAUTHENTICATED);
}

static void a_csrf_token_fits_its_session_only(void **state)
{
    struct fixture *f = *state;
    struct signed_in a = open_session(f), b = open_session(f);

    assert_true(session_csrf_fits(&a, a.csrf));
    assert_false(session_csrf_fits(&a, b.csrf));
    assert_false(session_csrf_fits(&a, str_sub(a.csrf, 0, a.csrf.n - 1)));
    assert_false(session_csrf_fits(&a, STR("")));
    assert_false(session_csrf_fits(&a, STR_NONE));
}

static void sessions_end_without_use_and_at_their_greatest_age(void **state)
{
    struct fixture *f = *state;
    struct signed_in got;
    struct signed_in idle = aged(f, 8 * MILLIS_DAY, SESSION_IDLE_DAYS * MILLIS_DAY + 1, HOUR);
    struct signed_in old = aged(f, SESSION_MAX_DAYS * MILLIS_DAY - HOUR, HOUR, HOUR);

    assert_int_equal(check(f, idle.token, &got), ERR_UNAUTHENTICATED);
    assert_ok(check(f, old.token, &got));
    assert_true(got.session.expires_at == got.session.created_at + SESSION_MAX_DAYS * MILLIS_DAY);
    old = aged(f, MILLIS_DAY, HOUR, HOUR);
    assert_ok(check(f, old.token, &got)); // use keeps it alive
    assert_true(got.session.expires_at > clock_now() + SESSION_IDLE_DAYS * MILLIS_DAY - HOUR);
}

static void an_old_token_is_replaced_once(void **state)
{
    struct fixture *f = *state;
    struct signed_in s = aged(f, 2 * MILLIS_DAY, 0, SESSION_TURN_HOURS * HOUR + 1), twin = s, got;
    str old = s.token;
    bool turned = false;

    assert_ok(session_turn(f->auth, fresh(f->m), &s, &turned));
    assert_true(turned);
    assert_false(str_eq(s.token, old));
    assert_ok(check(f, s.token, &got));
    assert_true(str_eq(got.csrf, s.csrf)); // pages that are open go on
    assert_true(got.session.created_at == s.session.created_at);
    assert_ok(session_turn(f->auth, fresh(f->m), &twin, &turned)); // a request at the same time
    assert_false(turned);
    assert_ok(check(f, old, &got)); // for requests under way
    assert_true(got.session.expires_at <= clock_now() + SESSION_GRACE_SECONDS * 1000);
    assert_ok(session_turn(f->auth, fresh(f->m), &got, &turned));
    assert_false(turned);
    assert_ok(session_close(f->auth, fresh(f->m), &got)); // ends both
    assert_int_equal(check(f, s.token, &got), ERR_UNAUTHENTICATED);
}

static void a_young_token_stays(void **state)
{
    struct fixture *f = *state;
    struct signed_in s = aged(f, 2 * MILLIS_DAY, 0, SESSION_TURN_HOURS * HOUR - HOUR);
    bool turned = true;

    assert_ok(session_turn(f->auth, fresh(f->m), &s, &turned));
    assert_false(turned);
}

static void a_new_password_ends_the_other_sessions(void **state)
{
    struct fixture *f = *state;
    struct signed_in here = open_session(f), other = open_session(f), got;

    assert_int_equal(
        password_change(f->auth, fresh(f->m), &here, STR("wrong"), STR("another one 2!")),
        ERR_FORBIDDEN);
    assert_int_equal(password_change(f->auth, fresh(f->m), &here, STR(PASSWORD), STR("short 1")),
                     ERR_INVALID);
    assert_ok(check(f, other.token, &got));
    assert_ok(password_change(f->auth, fresh(f->m), &here, STR(PASSWORD), STR("another one 2!")));
    assert_ok(check(f, here.token, &got));
    assert_int_equal(check(f, other.token, &got), ERR_UNAUTHENTICATED);
}

static enum errc attempt(struct fixture *f, const char *email, const char *password,
                         const char *address, int64_t *wait_ms)
{
    struct meta_user user;
    struct sign_in_form form = {
        .email = str_c(email), .password = str_c(password), .address = str_c(address)};
    enum errc rc = sign_in(f->auth, f->attempts, fresh(f->m), &form, &user);
    *wait_ms = form.wait_ms;
    return rc;
}

static void failures_close_the_door_for_the_one_who_fails(void **state)
{
    struct fixture *f = *state;
    int64_t wait;

    assert_ok(attempt(f, "ANN@example.com", PASSWORD, "10.0.0.1", &wait));
    for (unsigned i = 0; i < LIMIT_SIGN_IN_PAIR; i++)
        assert_int_equal(attempt(f, "ann@example.com", "no", "10.0.0.1", &wait),
                         ERR_UNAUTHENTICATED);
    assert_int_equal(attempt(f, "ann@example.com", PASSWORD, "10.0.0.1", &wait), ERR_RATE);
    assert_true(wait > 14 * 60000 && wait <= 15 * 60000);
    assert_ok(attempt(f, "ann@example.com", PASSWORD, "10.0.0.2", &wait));
}

static void an_address_may_only_make_so_many_accounts(void **state)
{
    struct fixture *f = *state;
    int64_t wait;

    for (unsigned i = 0; i < LIMIT_SIGN_UP_ADDRESS; i++)
        assert_ok(sign_up_allowed(f->attempts, fresh(f->m), STR("10.0.0.1"), &wait));
    assert_int_equal(sign_up_allowed(f->attempts, fresh(f->m), STR("10.0.0.1"), &wait), ERR_RATE);
    assert_ok(sign_up_allowed(f->attempts, fresh(f->m), STR("10.0.0.2"), &wait));
}

static void what_is_no_account_is_refused(void **state)
{
    static const char *const rows[][3] = {
        {"ann@example.com", "Ann", PASSWORD},
        {"no address", "Ann", PASSWORD},
        {"a@b@c", "Ann", PASSWORD},
        {"b@example.com", "", PASSWORD},
        {"b@example.com", "<b>", PASSWORD},
        {"b@example.com", "see http://x", PASSWORD},
        {"b@example.com", "Ben", "onlyletters!"},
        {"b@example.com", "Ben", "12345678!"},
        {"b@example.com", "Ben", "letters123"},
    };
    struct fixture *f = *state;
    struct meta_user user;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(sign_up(f->auth, fresh(f->m), str_c(rows[i][0]), str_c(rows[i][1]),
                                 str_c(rows[i][2]), &user),
                         i == 0 ? ERR_CONFLICT : ERR_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_token_is_the_user_until_sign_out),
        TEST(a_csrf_token_fits_its_session_only),
        TEST(sessions_end_without_use_and_at_their_greatest_age),
        TEST(an_old_token_is_replaced_once),
        TEST(a_young_token_stays),
        TEST(a_new_password_ends_the_other_sessions),
        TEST(failures_close_the_door_for_the_one_who_fails),
        TEST(an_address_may_only_make_so_many_accounts),
        TEST(what_is_no_account_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
