// SPDX-License-Identifier: MIT
// Credentials: recorded texts, levels, cache and its invalidation (here and from another process),
// imported bcrypt keys, admin key.
#include "auth/auth_int.h"
#include "base/clock.h"
#include "base/codec.h"
#include "unit/meta/meta_fixture.h"

#define SALT_TEXT "golden-salt"
#define HOST_HINT "Confirm that you've configured the correct host."

#define FAST_HASH "3e62006c7df2b4ae3b4de69acf95c53e79b808bd3bb40f7e36c6837aa06410f8"
// bcrypt of "sk-lf-imported", cost 4
#define BCRYPT_2A "$2a$04$abcdefghijklmnopqrstuuKeTKa7yOpFGuQXMp/iUFMjhD9U/x0by"
#define BCRYPT_2B "$2b$04$abcdefghijklmnopqrstuuKeTKa7yOpFGuQXMp/iUFMjhD9U/x0by"

struct fixture {
    struct meta_fixture *m;
    struct auth *auth;
    struct meta_org org;
    struct meta_project project;
    struct meta_key key;
    str secret;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->m = meta_fixture_create();
    const struct auth_options opt = {
        .meta = f->m->meta, .salt = STR(SALT_TEXT), .admin_api_key = STR("admin-key")};
    f->auth = auth_create(&opt);
    f->org = fixture_org(f->m, STR("O"));
    f->project = fixture_project(f->m, f->org.id, STR("P"));
    f->key = (struct meta_key){.project_id = f->project.id, .note = STR("n")};
    assert_ok(key_generate(f->auth, &f->m->ctx, &f->key, &f->secret));
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

static str basic(struct fixture *f, str public_key, str secret)
{
    str pair = arena_fmt(f->m->arena, "%.*s:%.*s", STR_ARG(public_key), STR_ARG(secret));
    return arena_cat(f->m->arena, STR("Basic "), base64_encode(f->m->arena, pair));
}

static enum errc check(struct fixture *f, str header, struct principal *out)
{
    return auth_check(f->auth, fresh(f->m), header, STR_NONE, STR_NONE, out);
}

static void refused(struct fixture *f, str header, const char *text)
{
    struct principal p = {0};
    assert_int_equal(check(f, header, &p), ERR_UNAUTHENTICATED);
    if (!str_eq(f->m->ctx.message, str_c(text)))
        fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(f->m->ctx.message), text);
}

// ---- Headers ------------------------------------------------------------------------------------

static void refusals_have_the_recorded_texts(void **state)
{
    struct fixture *f = *state;
    refused(f, STR_NONE, "No authorization header");
    refused(f, STR(""), "No authorization header");
    refused(f, STR("Token abc"), "Invalid authorization header");
    refused(f, STR("Basic"), "Invalid authorization header");
    refused(f, STR("basic cGs6c2s="), "Invalid authorization header");
    refused(f, STR("Basic !!!"), "Invalid character. " HOST_HINT);
    refused(f, STR("Basic cGs="), "Invalid authorization header. " HOST_HINT); // "pk"
    refused(f, STR("Basic OnNr"), "Invalid authorization header. " HOST_HINT); // ":sk"
    refused(f, STR("Basic cGs6"), "Invalid authorization header. " HOST_HINT); // "pk:"
    refused(f, basic(f, f->key.public_key, STR("sk-lf-wrong")), "Invalid credentials. " HOST_HINT);
    refused(f, STR("Bearer pk-lf-unknown"), "Invalid public key. " HOST_HINT);
}

static void right_secret_gives_the_project(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < 2; round++) { // from the store, from the cache
        struct principal p = {0};
        assert_ok(check(f, basic(f, f->key.public_key, f->secret), &p));
        assert_int_equal(p.level, ACCESS_PROJECT);
        assert_true(str_eq(p.project_id, f->project.id));
        assert_true(str_eq(p.org_id, f->org.id));
        assert_true(str_eq(p.key_id, f->key.id));
    }
}

static void secret_decides_not_the_public_key(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    assert_ok(check(f, basic(f, STR("pk-lf-somebody-else"), f->secret), &p));
    assert_true(str_eq(p.public_key, f->key.public_key));
}

static void colon_cuts_the_secret(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    str longer = arena_cat(f->m->arena, f->secret, STR(":more"));
    assert_ok(check(f, basic(f, f->key.public_key, longer), &p));
}

static void bearer_public_key_may_write_scores(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    assert_ok(check(f, arena_cat(f->m->arena, STR("Bearer "), f->key.public_key), &p));
    assert_int_equal(p.level, ACCESS_SCORES);
    assert_true(str_eq(p.project_id, f->project.id));
}

static void organization_key_has_its_level_and_no_bearer(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    struct meta_key k = {.org_id = f->org.id};
    str secret = STR_NONE;
    assert_ok(key_generate(f->auth, fresh(f->m), &k, &secret));
    assert_ok(check(f, basic(f, k.public_key, secret), &p));
    assert_int_equal(p.level, ACCESS_ORGANIZATION);
    assert_false(str_some(p.project_id));
    assert_true(str_eq(p.org_id, f->org.id));
    str bearer = arena_cat(f->m->arena, STR("Bearer "), k.public_key);
    refused(f, bearer, "Unauthorized: Cannot use organization key with bearer auth. " HOST_HINT);
    refused(f, bearer, "Unauthorized: Cannot use organization key with bearer auth. " HOST_HINT);
}

// ---- Admin --------------------------------------------------------------------------------------

static enum errc check_admin(struct fixture *f, str token, str header, str project,
                             struct principal *out)
{
    return auth_check(f->auth, fresh(f->m), token, header, project, out);
}

static void admin_key_acts_as_a_project(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    str token = STR("Bearer admin-key");
    str key = STR("admin-key");
    assert_ok(check_admin(f, token, key, f->project.id, &p));
    assert_int_equal(p.level, ACCESS_PROJECT);
    assert_true(str_eq(p.project_id, f->project.id));
    assert_int_equal(check_admin(f, token, STR("wrong"), f->project.id, &p), ERR_UNAUTHENTICATED);
    assert_str(f->m->ctx.message, "Invalid admin API key");
    assert_int_equal(check_admin(f, token, key, STR_NONE, &p), ERR_INVALID);
    assert_int_equal(check_admin(f, token, key, STR("nope"), &p), ERR_NOT_FOUND);
    assert_str(f->m->ctx.message, "Project not found");
    assert_ok(check_admin(f, token, STR_NONE, STR_NONE, &p));
    assert_int_equal(p.level, ACCESS_ADMIN);
}

static void admin_access_needs_configuration(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    const struct auth_options opt = {.meta = f->m->meta, .salt = STR(SALT_TEXT)};
    auth_destroy(f->auth);
    f->auth = auth_create(&opt);
    assert_int_equal(check_admin(f, STR("Bearer x"), STR("x"), f->project.id, &p), ERR_INTERNAL);
    refused(f, STR("Bearer "), "Invalid public key. " HOST_HINT);
}

// ---- Cache --------------------------------------------------------------------------------------

static void deleted_key_stops_working(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    str header = basic(f, f->key.public_key, f->secret);
    assert_ok(check(f, header, &p));
    assert_ok(meta_key_delete(f->m->meta, fresh(f->m), f->key.id));
    auth_invalidate(f->auth);
    refused(f, header, "Invalid credentials. " HOST_HINT);
}

static bool becomes(struct fixture *f, str header, enum errc wanted)
{
    struct principal p = {0};
    int64_t give_up = clock_mono_ms() + 5000;
    enum errc rc = check(f, header, &p);
    while (rc != wanted && clock_mono_ms() < give_up) {
        usleep(20000);
        rc = check(f, header, &p);
    }
    return rc == wanted;
}

static void changes_of_another_process_count_within_seconds(void **state)
{
    struct fixture *f = *state;
    struct meta *other = meta_fixture_open(f->m);
    struct principal p = {0};
    str header = basic(f, f->key.public_key, f->secret);
    assert_ok(check(f, header, &p));
    (void)fresh(f->m);
    assert_ok(meta_key_delete(other, fresh(f->m), f->key.id));
    assert_true(becomes(f, header, ERR_UNAUTHENTICATED));
    struct auth_options opt = {.meta = other, .salt = STR(SALT_TEXT)};
    struct auth *cli = auth_create(&opt);
    assert_ok(
        key_provision(cli, fresh(f->m), f->project.id, f->key.public_key, f->secret, STR("again")));
    assert_true(becomes(f, header, ERR_OK));
    auth_destroy(cli);
    meta_close(other);
}

static void flood_of_wrong_keys_is_bounded_and_harmless(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    struct arena_mark mark = arena_mark(f->m->arena);
    for (int i = 0; i < 3000; i++) {
        str wrong = arena_fmt(f->m->arena, "sk-lf-%d", i);
        assert_int_equal(check(f, basic(f, STR("pk"), wrong), &p), ERR_UNAUTHENTICATED);
        arena_rewind(f->m->arena, mark);
    }
    assert_ok(check(f, basic(f, f->key.public_key, f->secret), &p));
}

enum { CALLERS = 8, CALLS = 200 };

struct caller {
    struct auth *auth;
    str header, project_id;
    int wrong;
};

static void *call_many_times(void *arg)
{
    struct caller *c = arg;
    struct arena *a = arena_create(4 << 20);
    for (int i = 0; i < CALLS; i++) {
        struct ctx ctx;
        struct principal p = {0};
        ctx_init(&ctx, a);
        enum errc rc = auth_check(c->auth, &ctx, c->header, STR_NONE, STR_NONE, &p);
        c->wrong += rc != ERR_OK || !str_eq(p.project_id, c->project_id);
        if (i % 16 == 0)
            auth_invalidate(c->auth);
        arena_reset(a);
    }
    arena_destroy(a);
    return NULL;
}

// More threads than read connections, with the cache emptied all the time.
static void many_threads_check_at_once(void **state)
{
    struct fixture *f = *state;
    struct caller callers[CALLERS];
    struct thread *threads[CALLERS];
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){.auth = f->auth,
                                     .header = basic(f, f->key.public_key, f->secret),
                                     .project_id = f->project.id};
        threads[i] = thread_start("caller", 512 << 10, call_many_times, &callers[i]);
        assert_non_null(threads[i]);
    }
    for (size_t i = 0; i < CALLERS; i++) {
        thread_join(threads[i]);
        assert_int_equal(callers[i].wrong, 0);
    }
}

static void stale_lookup_is_not_cached_after_a_clear(void **state)
{
    (void)state;
    struct key_cache *c = key_cache_create(1000);
    struct arena *a = arena_create(1 << 20);
    uint8_t digest[DIGEST_BYTES] = {7};
    enum verdict verdict = VERDICT_UNKNOWN;
    struct principal p = {.level = ACCESS_PROJECT, .project_id = STR("p"), .key_id = STR("k")};
    struct principal got = {0};
    uint64_t epoch = key_cache_epoch(c);
    key_cache_clear(c);
    key_cache_put(c, epoch, digest, VERDICT_VALID, &p);
    assert_false(key_cache_get(c, a, digest, &verdict, &got));
    key_cache_put(c, key_cache_epoch(c), digest, VERDICT_VALID, &p);
    assert_true(key_cache_get(c, a, digest, &verdict, &got));
    assert_str(got.project_id, "p");
    assert_false(str_some(got.org_id));
    arena_destroy(a);
    key_cache_destroy(c);
}

static void entries_end_after_their_time(void **state)
{
    (void)state;
    struct key_cache *c = key_cache_create(1);
    struct arena *a = arena_create(1 << 20);
    uint8_t digest[DIGEST_BYTES] = {7};
    enum verdict verdict = VERDICT_UNKNOWN;
    struct principal p = {.level = ACCESS_PROJECT};
    int64_t give_up = clock_mono_ms() + 5000;
    key_cache_put(c, key_cache_epoch(c), digest, VERDICT_VALID, &p);
    while (key_cache_get(c, a, digest, &verdict, &p))
        assert_true(clock_mono_ms() < give_up);
    arena_destroy(a);
    key_cache_destroy(c);
}

static void use_is_stored_in_the_background(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    struct meta_key got = {0};
    millis before = clock_now();
    assert_ok(check(f, basic(f, f->key.public_key, f->secret), &p));
    assert_ok(meta_key_by_public(f->m->meta, fresh(f->m), f->key.public_key, &got));
    assert_true(got.last_used_at == MILLIS_NONE);
    assert_ok(auth_store_uses(f->auth, &f->m->ctx));
    assert_ok(meta_key_by_public(f->m->meta, &f->m->ctx, f->key.public_key, &got));
    assert_true(got.last_used_at >= before);
}

// ---- Hashes -------------------------------------------------------------------------------------

static void fast_hash_is_the_one_of_existing_instances(void **state)
{
    struct fixture *f = *state;
    // sha256("sk-lf-1234" + hex(sha256("golden-salt")))
    assert_str(key_fast_hash(f->m->arena, STR(SALT_TEXT), STR("sk-lf-1234")), FAST_HASH);
    assert_str(key_display(f->m->arena, STR("sk-lf-12345678-9abc")), "sk-lf-...9abc");
}

static void imported_bcrypt_key_works_and_gets_a_fast_hash(void **state)
{
    struct fixture *f = *state;
    struct principal p = {0};
    struct meta_key got = {0};
    struct meta_key k = {.public_key = STR("pk-old"),
                         .display_secret = STR("s"),
                         .project_id = f->project.id,
                         .slow_hash = STR(BCRYPT_2A)};
    assert_ok(meta_key_create(f->m->meta, fresh(f->m), &k));
    refused(f, basic(f, STR("pk-old"), STR("sk-lf-wrong")), "Invalid credentials. " HOST_HINT);
    assert_ok(check(f, basic(f, STR("pk-old"), STR("sk-lf-imported")), &p));
    assert_true(str_eq(p.key_id, k.id));
    assert_ok(meta_key_by_public(f->m->meta, fresh(f->m), STR("pk-old"), &got));
    str hash = key_fast_hash(f->m->arena, STR(SALT_TEXT), STR("sk-lf-imported"));
    assert_true(str_eq(got.fast_hash, hash));
}

static void bcrypt_reads_both_prefixes_and_refuses_garbage(void **state)
{
    (void)state;
    assert_true(bcrypt_verify(STR(BCRYPT_2A), STR("sk-lf-imported")));
    assert_true(bcrypt_verify(STR(BCRYPT_2B), STR("sk-lf-imported")));
    assert_false(bcrypt_verify(STR(BCRYPT_2B), STR("sk-lf-imporTed")));
    assert_false(bcrypt_verify(STR("$1$abcdefgh$0123456789"), STR("x")));
    assert_false(bcrypt_verify(STR(""), STR("")));
    assert_false(bcrypt_verify(STR_NONE, STR_NONE));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(refusals_have_the_recorded_texts),
        TEST(right_secret_gives_the_project),
        TEST(secret_decides_not_the_public_key),
        TEST(colon_cuts_the_secret),
        TEST(bearer_public_key_may_write_scores),
        TEST(organization_key_has_its_level_and_no_bearer),
        TEST(admin_key_acts_as_a_project),
        TEST(admin_access_needs_configuration),
        TEST(deleted_key_stops_working),
        TEST(changes_of_another_process_count_within_seconds),
        TEST(flood_of_wrong_keys_is_bounded_and_harmless),
        TEST(many_threads_check_at_once),
        cmocka_unit_test(stale_lookup_is_not_cached_after_a_clear),
        cmocka_unit_test(entries_end_after_their_time),
        TEST(use_is_stored_in_the_background),
        TEST(fast_hash_is_the_one_of_existing_instances),
        TEST(imported_bcrypt_key_works_and_gets_a_fast_hash),
        cmocka_unit_test(bcrypt_reads_both_prefixes_and_refuses_garbage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
