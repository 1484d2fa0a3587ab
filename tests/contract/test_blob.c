// SPDX-License-Identifier: MIT
// What every object store answers, asked of each that is at hand: files always, the others where the
// environment names a peer (tests/blob/run.sh starts them). One bucket per peer, one prefix per test.
#include "base/codec.h"
#include "base/limits.h"
#include "base/thread.h"
#include "contract/blob_fixture.h"

// ---- What tests say -----------------------------------------------------------------------------

static void put(struct fixture *f, str key, str body)
{
    const struct blob_object o = {.key = key, .body = body};
    check(f, f->store->ops->put(f->store, &f->ctx, &o), ERR_OK);
}

static void expect_body(struct fixture *f, str key, str body)
{
    buf_clear(&f->body);
    check(f, f->store->ops->get(f->store, &f->ctx, key, &f->body), ERR_OK);
    assert_int_equal(f->body.len, body.n);
    assert_true(str_eq(buf_str(&f->body), body));
}

static void expect_absent(struct fixture *f, str key)
{
    buf_clear(&f->body);
    check(f, f->store->ops->get(f->store, &f->ctx, key, &f->body), ERR_NOT_FOUND);
    assert_int_equal(f->body.len, 0);
}

static void remove_keys(struct fixture *f, const str *keys, size_t n)
{
    check(f, f->store->ops->remove(f->store, &f->ctx, keys, n), ERR_OK);
}

struct listed {
    struct fixture *f;
    str text;  // keys, each with a newline
    str *keys; // of gather, with room for them
    size_t n, stop_after;
};

static enum errc note(void *user, const struct blob_entry *e)
{
    struct listed *l = user;
    assert_true(e->modified > INT64_C(1700000000000));
    l->text = arena_fmt(l->f->arena, "%.*s%.*s:%lld\n", STR_ARG(l->text), STR_ARG(e->key),
                        (long long)e->bytes);
    l->n++;
    return l->n == l->stop_after ? ERR_CONFLICT : ERR_OK;
}

static void expect_list(struct fixture *f, struct blob_range range, const char *text)
{
    struct listed l = {.f = f, .text = STR("")};
    check(f, f->store->ops->list(f->store, &f->ctx, &range, note, &l), ERR_OK);
    if (!str_eq(l.text, str_c(text)))
        fail_msg("listed\n%.*s\nexpected\n%s", STR_ARG(l.text), text);
}

static enum errc gather(void *user, const struct blob_entry *e)
{
    struct listed *l = user;
    l->keys[l->n++] = arena_str(l->f->arena, e->key);
    return ERR_OK;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    enum { MAX = 4000 };
    struct listed l = {.f = f, .keys = ARENA_ARRAY(f->arena, str, MAX)};
    check(f, f->store->ops->list(f->store, &f->ctx, &(struct blob_range){0}, gather, &l), ERR_OK);
    remove_keys(f, l.keys, l.n);
    expect_list(f, (struct blob_range){0}, "");
    f->store->ops->close(f->store);
    web_close(f->web);
    if (f->directory[0]) {
        assert_int_equal(rmdir(arena_fmt(f->arena, "%s/objects", f->directory).p), 0);
        assert_int_equal(rmdir(arena_fmt(f->arena, "%s/new", f->directory).p), 0);
        assert_int_equal(rmdir(f->directory), 0);
    }
    buf_fini(&f->body);
    arena_destroy(f->arena);
    free(f);
    return 0;
}

// ---- The contract -------------------------------------------------------------------------------

static void test_an_object_comes_back_as_it_was(void **state)
{
    struct fixture *f = *state;
    str big = {arena_alloc(f->arena, 5 << 20), 5 << 20};
    crypto_random(unconst(big.p), big.n);
    put(f, STR("a/one"), STR("1"));
    put(f, STR("a/empty"), STR(""));
    put(f, STR("a/big"), big);
    expect_body(f, STR("a/one"), STR("1"));
    expect_body(f, STR("a/empty"), STR(""));
    expect_body(f, STR("a/big"), big);
    put(f, STR("a/one"), STR("another"));
    expect_body(f, STR("a/one"), STR("another"));
}

static void test_reading_appends(void **state)
{
    struct fixture *f = *state;
    put(f, STR("k"), STR("two"));
    expect_body(f, STR("k"), STR("two"));
    check(f, f->store->ops->get(f->store, &f->ctx, STR("k"), &f->body), ERR_OK);
    assert_true(str_eq(buf_str(&f->body), STR("twotwo")));
}

static void test_absent_is_not_found(void **state)
{
    struct fixture *f = *state;
    put(f, STR("dir/k"), STR("1"));
    expect_absent(f, STR("none"));
    expect_absent(f, STR("dir"));
    expect_absent(f, STR("dir/k2"));
}

static void test_an_object_over_the_maximum_is_too_large(void **state)
{
    struct fixture *f = *state;
    struct buf small;
    buf_init(&small, 10);
    put(f, STR("k"), STR("12345678901"));
    check(f, f->store->ops->get(f->store, &f->ctx, STR("k"), &small), ERR_TOO_LARGE);
    buf_clear(&small);
    check(f, f->store->ops->get(f->store, &f->ctx, STR("none"), &small), ERR_NOT_FOUND);
    buf_fini(&small);
}

static void test_keys_of_every_sign_work(void **state)
{
    struct fixture *f = *state;
    static const str keys[] = {
        STR_INIT("a b+c&d=e?f#g%h"),
        STR_INIT("~tilde/-._'()*!,;:@$"),
        STR_INIT("\xc3\xa4/\xe6\x97\xa5\xe6\x9c\xac/\xf0\x9f\x98\x80"),
        STR_INIT("%2F/%41"),
        STR_INIT("<a>&\"quote\""),
        STR_INIT("..a/b../.hidden"),
    };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        put(f, keys[i], keys[i]);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        expect_body(f, keys[i], keys[i]);
    expect_list(f, (struct blob_range){0},
                "%2F/%41:7\n..a/b../.hidden:15\n<a>&\"quote\":11\na b+c&d=e?f#g%h:15\n"
                "~tilde/-._'()*!,;:@$:20\n"
                "\xc3\xa4/\xe6\x97\xa5\xe6\x9c\xac/\xf0\x9f\x98\x80:14\n");
}

static void test_bad_keys_are_refused(void **state)
{
    struct fixture *f = *state;
    char long_part[LIMIT_BLOB_PART_BYTES + 2] = "";
    memset(long_part, 'p', LIMIT_BLOB_PART_BYTES + 1);
    const str keys[] = {STR(""),       STR("/a"),   STR("a/"),       STR("a//b"), STR("."),
                        STR("a/../b"), STR("./a"),  STR("a/.."),     STR("a\nb"), STR("a\0b"),
                        STR("a\x7f"),  STR("\xff"), str_c(long_part)};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct blob_object o = {.key = keys[i], .body = STR("x")};
        check(f, f->store->ops->put(f->store, &f->ctx, &o), ERR_INVALID);
        check(f, f->store->ops->get(f->store, &f->ctx, keys[i], &f->body), ERR_INVALID);
        check(f, f->store->ops->remove(f->store, &f->ctx, &keys[i], 1), ERR_INVALID);
        str url;
        const struct blob_link link = {.key = keys[i], .seconds = 60};
        check(f, f->store->ops->link(f->store, &f->ctx, &link, &url), ERR_INVALID);
    }
}

static void test_lists_are_in_order_of_bytes(void **state)
{
    struct fixture *f = *state;
    static const char *const keys[] = {"a/b", "a-b", "a0", "B", "a/b-c", "a.b/c", "b"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        put(f, str_c(keys[i]), str_sub(STR("1234567"), 0, i + 1));
    expect_list(f, (struct blob_range){0}, "B:4\na-b:2\na.b/c:6\na/b:1\na/b-c:5\na0:3\nb:7\n");
    expect_list(f, (struct blob_range){.prefix = STR("a/")}, "a/b:1\na/b-c:5\n");
    expect_list(f, (struct blob_range){.prefix = STR("a")},
                "a-b:2\na.b/c:6\na/b:1\na/b-c:5\na0:3\n");
    expect_list(f, (struct blob_range){.prefix = STR("a"), .after = STR("a.b/c")},
                "a/b:1\na/b-c:5\na0:3\n");
    expect_list(f, (struct blob_range){.after = STR("a/b")}, "a/b-c:5\na0:3\nb:7\n");
    expect_list(f, (struct blob_range){.after = STR("a/"), .limit = 2}, "a/b:1\na/b-c:5\n");
    expect_list(f, (struct blob_range){.prefix = STR("c")}, "");
    expect_list(f, (struct blob_range){.after = STR("zz")}, "");
}

static void test_a_listing_ends_when_the_caller_says_so(void **state)
{
    struct fixture *f = *state;
    struct listed l = {.f = f, .text = STR(""), .stop_after = 2};
    for (char c = 'a'; c < 'e'; c++)
        put(f, str_make(&c, 1), STR("1"));
    check(f, f->store->ops->list(f->store, &f->ctx, &(struct blob_range){0}, note, &l),
          ERR_CONFLICT);
    assert_int_equal(l.n, 2);
}

static void test_more_than_a_page_is_listed_and_removed(void **state)
{
    struct fixture *f = *state;
    enum { N = 1105 };
    str *keys = ARENA_ARRAY(f->arena, str, N + 1);
    struct listed l = {.f = f, .keys = ARENA_ARRAY(f->arena, str, N)};
    for (size_t i = 0; i < N; i++) {
        keys[i] = arena_fmt(f->arena, "p/%04zu & more", i);
        put(f, keys[i], STR("x"));
    }
    check(f,
          f->store->ops->list(f->store, &f->ctx,
                              &(struct blob_range){.prefix = STR("p/"), .limit = N - 1}, gather,
                              &l),
          ERR_OK);
    assert_int_equal(l.n, N - 1);
    for (size_t i = 0; i < l.n; i++)
        assert_true(str_eq(l.keys[i], keys[i]));
    keys[N] = STR("p/never was");
    remove_keys(f, keys, N + 1);
    expect_list(f, (struct blob_range){.prefix = STR("p/")}, "");
    remove_keys(f, keys, 1);
    remove_keys(f, keys, 0);
}

enum { THREADS = 8, ROUNDS = 20 };
struct sharer {
    struct blob_store *store;
    int number;
    bool fine;
    char message[500];
};

static void *share(void *arg)
{
    struct sharer *s = arg;
    struct arena *a = arena_create(1 << 20);
    struct ctx ctx = {.message = STR("")};
    struct buf body;

    s->fine = true;
    buf_init(&body, 1000);
    for (int round = 0; round < ROUNDS && s->fine; round++) {
        arena_reset(a);
        ctx_init(&ctx, a);
        str key = arena_fmt(a, "t/%d/%d", s->number, round);
        const struct blob_object o = {.key = key, .body = key};
        buf_clear(&body);
        s->fine = s->store->ops->put(s->store, &ctx, &o) == ERR_OK &&
                  s->store->ops->get(s->store, &ctx, key, &body) == ERR_OK &&
                  str_eq(buf_str(&body), key) &&
                  s->store->ops->remove(s->store, &ctx, &key, 1) == ERR_OK;
    }
    (void)snprintf(s->message, sizeof s->message, "%.*s", STR_ARG(ctx.message));
    buf_fini(&body);
    arena_destroy(a);
    return NULL;
}

static void test_threads_share_a_store(void **state)
{
    struct fixture *f = *state;
    struct sharer sharers[THREADS];
    struct thread *threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        sharers[i] = (struct sharer){.store = f->store, .number = i};
        threads[i] = thread_start("sharer", 512 << 10, share, &sharers[i]);
    }
    for (int i = 0; i < THREADS; i++)
        thread_join(threads[i]);
    for (int i = 0; i < THREADS; i++)
        if (!sharers[i].fine)
            fail_msg("%s", sharers[i].message);
    expect_list(f, (struct blob_range){0}, "");
}

// ---- Wrong settings -----------------------------------------------------------------------------

static void expect_refusals(struct fixture *f, str bucket, str secret, enum errc rc,
                            const char *const says[])
{
    const struct blob_object o = {.key = STR("k"), .body = STR("x")};
    struct listed l = {.f = f, .text = STR("")};
    struct blob_store *b = NULL;
    check(f, f->open(f, bucket, secret, &b), ERR_OK);
    for (int call = 0; call < 3; call++) {
        enum errc got = call == 0   ? b->ops->put(b, &f->ctx, &o)
                        : call == 1 ? b->ops->get(b, &f->ctx, STR("k"), &f->body)
                                    : b->ops->list(b, &f->ctx, &(struct blob_range){0}, note, &l);
        for (size_t i = 0; says[i]; i++)
            if (!str_has(f->ctx.message, str_c(says[i])))
                fail_msg("\"%.*s\" does not say \"%s\"", STR_ARG(f->ctx.message), says[i]);
        assert_false(str_has(f->ctx.message, STR("d3Jvbmcgc2VjcmV0")));
        check(f, got, rc);
    }
    b->ops->close(b);
}

static void test_a_wrong_secret_is_refused_and_named(void **state)
{
    struct fixture *f = *state;
    if (f->open)
        expect_refusals(f, STR("rushlight-events"), STR("d3Jvbmcgc2VjcmV0"), ERR_FORBIDDEN,
                        (const char *const[]){"rushlight-events", " 403 ", "does not belong",
                                              "(TEST_SECRET_ACCESS_KEY)", NULL});
}

static void test_a_missing_bucket_is_named(void **state)
{
    struct fixture *f = *state;
    if (f->open)
        expect_refusals(
            f, STR("no-such-bucket"), f->secret, ERR_NOT_FOUND,
            (const char *const[]){"no-such-bucket", " 404 ", "create the ", "(TEST_BUCKET)", NULL});
}

// ---- Links --------------------------------------------------------------------------------------

static int follow(struct fixture *f, const char *method, str url, str body)
{
    uint8_t digest[32];
    sha256(body, digest);
    const struct web_header headers[] = {
        {STR("content-type"), STR("text/plain; charset=utf-8")},
        {STR("x-amz-checksum-sha256"),
         base64_encode(f->arena, str_make((const char *)digest, sizeof digest))},
        {STR("x-ms-blob-type"), STR("BlockBlob")},
    };
    const struct web_call call = {.method = method,
                                  .url = url,
                                  .headers = headers,
                                  .n_headers = str_some(body) ? ARRAY_LEN(headers) : 0,
                                  .body = body};
    struct web_answer answer = {.body = &f->body};
    buf_clear(&f->body);
    check(f, web_call(f->web, &f->ctx, &call, &answer), ERR_OK);
    return answer.status;
}

static str link_to(struct fixture *f, const struct blob_link *link)
{
    str url = STR_NONE;
    check(f, f->store->ops->link(f->store, &f->ctx, link, &url), ERR_OK);
    return url;
}

static bool has_links(struct fixture *f)
{
    const struct blob_link link = {.key = STR("k"), .bytes = -1, .seconds = 60};
    str url = STR_NONE;
    enum errc rc = f->store->ops->link(f->store, &f->ctx, &link, &url);
    ctx_clear_error(&f->ctx);
    assert_int_equal(rc, f->open ? ERR_OK : ERR_NOT_IMPLEMENTED);
    return rc == ERR_OK;
}

static void test_links_work_without_credentials(void **state)
{
    struct fixture *f = *state;
    uint8_t digest[32];
    str body = STR("uploaded by a browser"), key = STR("m/\xc3\xa4 & b+c.txt");
    sha256(body, digest);
    if (!has_links(f))
        return;
    put(f, STR("m/before"),
        STR("1")); // where path style is forced and refused, that is learned here
    const struct blob_link up = {
        .upload = true,
        .key = key,
        .content_type = STR("text/plain; charset=utf-8"),
        .sha256_base64 = base64_encode(f->arena, str_make((const char *)digest, sizeof digest)),
        .bytes = (int64_t)body.n,
        .seconds = 60};
    int status = follow(f, "PUT", link_to(f, &up), body);
    if (status != 200 && status != 201)
        fail_msg("%d %.*s", status, STR_ARG(buf_str(&f->body)));
    expect_body(f, key, body);
    const struct blob_link down = {.key = key, .bytes = -1, .seconds = 60};
    assert_int_equal(follow(f, "GET", link_to(f, &down), STR_NONE), 200);
    assert_true(str_eq(buf_str(&f->body), body));
}

static void test_links_are_good_for_what_they_say_only(void **state)
{
    struct fixture *f = *state;
    if (!has_links(f))
        return;
    put(f, STR("a"), STR("1"));
    put(f, STR("b"), STR("2"));
    const struct blob_link link = {.key = STR("a"), .bytes = -1, .seconds = 60};
    str url = link_to(f, &link);
    ptrdiff_t query = str_find_char(url, '?');
    str other = arena_fmt(f->arena, "%.*sb%.*s", (int)query - 1, url.p,
                          STR_ARG(str_skip(url, (size_t)query)));
    assert_int_equal(follow(f, "GET", other, STR_NONE), 403);
    assert_int_equal(follow(f, "PUT", url, STR("changed")), 403);
    assert_int_equal(follow(f, "DELETE", url, STR_NONE), 403);
    expect_body(f, STR("a"), STR("1"));
}

#define ONE(test, setup) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define CONTRACT(setup)                                                                  \
    ONE(test_an_object_comes_back_as_it_was, setup), ONE(test_reading_appends, setup),   \
        ONE(test_absent_is_not_found, setup),                                            \
        ONE(test_an_object_over_the_maximum_is_too_large, setup),                        \
        ONE(test_keys_of_every_sign_work, setup), ONE(test_bad_keys_are_refused, setup), \
        ONE(test_lists_are_in_order_of_bytes, setup),                                    \
        ONE(test_a_listing_ends_when_the_caller_says_so, setup),                         \
        ONE(test_threads_share_a_store, setup),                                          \
        ONE(test_a_wrong_secret_is_refused_and_named, setup),                            \
        ONE(test_a_missing_bucket_is_named, setup),                                      \
        ONE(test_links_work_without_credentials, setup),                                 \
        ONE(test_links_are_good_for_what_they_say_only, setup),                          \
        ONE(test_more_than_a_page_is_listed_and_removed, setup)

int main(void)
{
    const struct CMUnitTest files[] = {CONTRACT(setup_files)};
    const struct CMUnitTest s3[] = {CONTRACT(setup_s3)};
    const struct CMUnitTest azure[] = {CONTRACT(setup_azure)};
    const bool has_s3 = getenv("RUSHLIGHT_TEST_S3"), has_azure = getenv("RUSHLIGHT_TEST_AZURE");
    int failed = 0;

    assert_int_equal(crypto_init(), ERR_OK);
    if (has_s3)
        failed += cmocka_run_group_tests_name("s3", s3, NULL, NULL);
    if (has_azure)
        failed += cmocka_run_group_tests_name("azure", azure, NULL, NULL);
    if (!has_s3 && !has_azure) // the stage `blob` runs this with each peer
        failed += cmocka_run_group_tests_name("files", files, NULL, NULL);
    return failed;
}
