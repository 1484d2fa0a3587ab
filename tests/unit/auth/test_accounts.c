// SPDX-License-Identifier: MIT
// First accounts: LANGFUSE_INIT_* (added when missing, nothing overwritten), the first run with random
// secrets, the salt.
#include "auth/auth.h"
#include "base/codec.h"
#include "unit/meta/meta_fixture.h"

struct fixture {
    struct meta_fixture *m;
    struct auth *auth;
};

struct variable {
    const char *name, *value;
};
struct environment {
    struct variable list[16];
};

static str look(void *user, const char *name)
{
    const struct environment *e = user;
    for (size_t i = 0; i < ARRAY_LEN(e->list) && e->list[i].name; i++)
        if (strcmp(e->list[i].name, name) == 0)
            return str_c(e->list[i].value);
    return STR_NONE;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->m = meta_fixture_create();
    const struct auth_options opt = {.meta = f->m->meta, .salt = STR("salt")};
    f->auth = auth_create(&opt);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    auth_destroy(f->auth);
    meta_fixture_destroy(f->m);
    free(f);
    return 0;
}

static enum errc check(struct fixture *f, str public_key, str secret, struct principal *p)
{
    struct arena *a = f->m->arena;
    str pair = arena_fmt(a, "%.*s:%.*s", STR_ARG(public_key), STR_ARG(secret));
    str header = arena_cat(a, STR("Basic "), base64_encode(a, pair));
    return auth_check(f->auth, fresh(f->m), header, STR_NONE, STR_NONE, p);
}

static void headless_start_creates_everything_once(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    struct meta_user u = {0};
    struct meta_project project = {0};
    struct environment env = {{
        {"LANGFUSE_INIT_ORG_ID", "org-1"},
        {"LANGFUSE_INIT_PROJECT_ID", "project-1"},
        {"LANGFUSE_INIT_PROJECT_NAME", "Given"},
        {"LANGFUSE_INIT_PROJECT_RETENTION", "7"},
        {"LANGFUSE_INIT_PROJECT_PUBLIC_KEY", "any-public"},
        {"LANGFUSE_INIT_PROJECT_SECRET_KEY", "any-secret"},
        {"LANGFUSE_INIT_USER_EMAIL", "Ann@x.io"},
        {"LANGFUSE_INIT_USER_PASSWORD", "password1"},
    }};
    assert_ok(accounts_headless(f->auth, &f->m->ctx, look, &env));
    assert_ok(check(f, STR("any-public"), STR("any-secret"), &p));
    assert_str(p.project_id, "project-1");
    assert_ok(meta_project_get(f->m->meta, &f->m->ctx, STR("project-1"), &project));
    assert_str(project.name, "Given");
    assert_str(project.org_name, "Provisioned Org");
    assert_int_equal(project.retention_days, 7);
    assert_ok(meta_user_by_email(f->m->meta, &f->m->ctx, STR("ann@x.io"), &u));
    assert_true(password_verify(u.password_hash, STR("password1")));
    env.list[2].value = "Renamed";
    env.list[7].value = "password2";
    assert_ok(accounts_headless(f->auth, &f->m->ctx, look, &env));
    assert_ok(meta_project_get(f->m->meta, &f->m->ctx, STR("project-1"), &project));
    assert_str(project.name, "Given");
    assert_ok(meta_user_by_email(f->m->meta, &f->m->ctx, STR("ann@x.io"), &u));
    assert_true(password_verify(u.password_hash, STR("password1")));
}

static void given_public_key_moves_to_the_given_project(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    struct meta_org org = fixture_org(f->m, STR("O"));
    struct meta_project a = fixture_project(f->m, org.id, STR("A"));
    struct meta_project b = fixture_project(f->m, org.id, STR("B"));
    assert_ok(key_provision(f->auth, fresh(f->m), a.id, STR("pk"), STR("sk"), STR("n")));
    assert_ok(check(f, STR("pk"), STR("sk"), &p));
    assert_true(str_eq(p.project_id, a.id));
    assert_ok(key_provision(f->auth, fresh(f->m), b.id, STR("pk"), STR("sk"), STR("n")));
    assert_ok(check(f, STR("pk"), STR("sk"), &p));
    assert_true(str_eq(p.project_id, b.id));
    assert_ok(key_provision(f->auth, fresh(f->m), b.id, STR("pk"), STR("other"), STR("n")));
    assert_int_equal(check(f, STR("pk"), STR("sk"), &p), ERR_UNAUTHENTICATED);
    assert_ok(check(f, STR("pk"), STR("other"), &p));
}

static void nothing_happens_without_an_organization_id(void **state)
{
    struct fixture *f = *state;
    struct meta_project project = {0};
    struct environment env = {{{"LANGFUSE_INIT_PROJECT_ID", "project-1"}}};
    assert_ok(accounts_headless(f->auth, &f->m->ctx, look, &env));
    assert_int_equal(meta_project_get(f->m->meta, &f->m->ctx, STR("project-1"), &project),
                     ERR_NOT_FOUND);
}

static void half_a_pair_is_ignored(void **state)
{
    struct fixture *f = *state;
    struct meta_key key = {0};
    struct meta_user u = {0};
    struct environment env = {{
        {"LANGFUSE_INIT_ORG_ID", "org-1"},
        {"LANGFUSE_INIT_PROJECT_ID", "project-1"},
        {"LANGFUSE_INIT_PROJECT_PUBLIC_KEY", "pk"},
        {"LANGFUSE_INIT_USER_EMAIL", "a@x.io"},
    }};
    assert_ok(accounts_headless(f->auth, &f->m->ctx, look, &env));
    assert_int_equal(meta_key_by_public(f->m->meta, &f->m->ctx, STR("pk"), &key), ERR_NOT_FOUND);
    assert_int_equal(meta_user_by_email(f->m->meta, &f->m->ctx, STR("a@x.io"), &u), ERR_NOT_FOUND);
}

static void first_run_makes_working_accounts_once(void **state)
{
    struct fixture *f = *state;
    struct first_run first = {0};
    struct principal p = {0};
    struct meta_user u = {0};
    bool created = false;
    assert_ok(accounts_first_run(f->auth, &f->m->ctx, &first, &created));
    assert_true(created);
    assert_true(str_starts(first.public_key, STR("pk-lf-")) && first.public_key.n == 42);
    assert_true(str_starts(first.secret_key, STR("sk-lf-")) && first.secret_key.n == 42);
    assert_true(first.password.n >= 16);
    assert_ok(check(f, first.public_key, first.secret_key, &p));
    assert_true(str_eq(p.project_id, first.project_id));
    assert_true(str_eq(p.org_id, first.org_id));
    assert_ok(meta_user_by_email(f->m->meta, &f->m->ctx, first.email, &u));
    assert_true(password_verify(u.password_hash, first.password));
    assert_ok(accounts_first_run(f->auth, &f->m->ctx, &first, &created));
    assert_false(created);
}

static void salt_is_made_once_and_kept(void **state)
{
    struct fixture *f = *state;
    str first = STR_NONE;
    str second = STR_NONE;
    assert_ok(auth_salt(f->m->meta, &f->m->ctx, STR_NONE, true, &first));
    assert_ok(auth_salt(f->m->meta, &f->m->ctx, STR_NONE, false, &second));
    assert_int_equal(first.n, 64);
    assert_true(str_eq(first, second));
}

static void command_with_another_salt_is_refused(void **state)
{
    struct fixture *f = *state;
    str salt = STR_NONE;
    assert_ok(auth_salt(f->m->meta, &f->m->ctx, STR("server"), true, &salt));
    assert_str(salt, "server");
    assert_int_equal(auth_salt(f->m->meta, &f->m->ctx, STR_NONE, false, &salt), ERR_CONFLICT);
    assert_true(str_has(f->m->ctx.message, STR("SALT")));
    assert_ok(auth_salt(f->m->meta, fresh(f->m), STR("server"), false, &salt));
    assert_ok(auth_salt(f->m->meta, &f->m->ctx, STR("changed"), true, &salt));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(headless_start_creates_everything_once),
        TEST(given_public_key_moves_to_the_given_project),
        TEST(nothing_happens_without_an_organization_id),
        TEST(half_a_pair_is_ignored),
        TEST(first_run_makes_working_accounts_once),
        TEST(salt_is_made_once_and_kept),
        TEST(command_with_another_salt_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
