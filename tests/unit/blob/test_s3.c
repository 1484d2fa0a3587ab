// SPDX-License-Identifier: MIT
// The S3 store against answers byte by byte: what leaves, what is tried again, what refusals become. What
// whole services do is in tests/contract/test_blob.c.
#include "base/clock.h"
#include "base/crypto.h"
#include "base/http_date.h"
#include "blob/s3/s3.h"
#include "unit/net/scene.h"

enum { ARENA = 4 << 20 };
#define OK      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define BUSY    "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n"
#define BROKEN  "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
#define SECRET  "very/secret+key"
#define SETTING "LANGFUSE_S3_EVENT_UPLOAD"

struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct web *web;
    struct blob_store *store;
    struct buf body;
    struct scene scene;
};

static void begin(struct fixture *f, const char *const connections[SCENE_CONNECTIONS],
                  struct blob_s3_options opt)
{
    *f = (struct fixture){.arena = arena_create(ARENA)};
    ctx_init(&f->ctx, f->arena);
    buf_init(&f->body, 1 << 20);
    memcpy(f->scene.connections, connections, sizeof f->scene.connections);
    scene_start(&f->scene);
    opt.bucket = STR("events");
    opt.endpoint = arena_fmt(f->arena, "http://127.0.0.1:%u", f->scene.port);
    opt.access_key = STR("AKID");
    opt.secret_key = STR(SECRET);
    opt.setting = STR(SETTING);
    assert_int_equal(web_open(&f->ctx, &(struct web_options){0}, &f->web), ERR_OK);
    assert_int_equal(blob_s3_open(&f->ctx, f->web, &opt, &f->store), ERR_OK);
}

static void end(struct fixture *f)
{
    f->store->ops->close(f->store);
    web_close(f->web);
    buf_fini(&f->body);
    scene_end(&f->scene);
    arena_destroy(f->arena);
}

static enum errc put(struct fixture *f)
{
    const struct blob_object o = {
        .key = STR("a b/c"), .body = STR("hello"), .content_type = STR("text/plain")};
    return f->store->ops->put(f->store, &f->ctx, &o);
}

static void expect_sent(struct fixture *f, const char *text)
{
    if (!str_has(str_make(f->scene.text, f->scene.n), str_c(text)))
        fail_msg("\"%.*s\" has no \"%s\"", (int)f->scene.n, f->scene.text, text);
}

static void test_a_put_is_whole_and_signed(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, (const char *const[SCENE_CONNECTIONS]){OK},
          (struct blob_s3_options){.prefix = STR("p/"),
                                   .session_token = STR("token"),
                                   .sse = STR("aws:kms"),
                                   .sse_key = STR("key-1")});
    assert_int_equal(put(&f), ERR_OK);
    static const char *const lines[] = {
        "PUT /events/p/a%20b/c HTTP/1.1\r\n",
        "\r\nContent-Length: 5\r\n",
        "\r\nx-amz-content-sha256: "
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\r\n",
        "\r\nx-amz-security-token: token\r\n",
        "\r\nx-amz-server-side-encryption: aws:kms\r\n",
        "\r\nx-amz-server-side-encryption-aws-kms-key-id: key-1\r\n",
        "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;"
        "x-amz-server-side-encryption;x-amz-server-side-encryption-aws-kms-key-id, Signature=",
        "\r\n\r\nhello",
    };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        expect_sent(&f, lines[i]);
    assert_false(str_has(str_make(f.scene.text, f.scene.n), STR("Expect")));
    assert_false(str_has(str_make(f.scene.text, f.scene.n), STR("chunked")));
    end(&f);
}

static void test_many_keys_leave_with_their_md5(void **state)
{
    (void)state;
    static const str keys[] = {STR_INIT("a"), STR_INIT("b&c")};
    struct fixture f;
    begin(&f, (const char *const[SCENE_CONNECTIONS]){OK}, (struct blob_s3_options){0});
    assert_int_equal(f.store->ops->remove(f.store, &f.ctx, keys, 2), ERR_OK);
    expect_sent(&f, "POST /events?delete= HTTP/1.1\r\n");
    expect_sent(&f, "<Object><Key>a</Key></Object><Object><Key>b&amp;c</Key></Object></Delete>");
    expect_sent(&f, "\r\ncontent-md5: LNHksKSY3nRu0BiVqDjeOA==\r\n");
    end(&f);
}

// ---- Attempts -----------------------------------------------------------------------------------

static void test_overload_and_lost_connections_are_tried_again(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, (const char *const[SCENE_CONNECTIONS]){BUSY "|" BROKEN, BUSY "|" OK},
          (struct blob_s3_options){0});
    assert_int_equal(f.store->ops->get(f.store, &f.ctx, STR("k"), &f.body), ERR_OK);
    assert_int_equal(f.body.len, 0); // not "half"
    assert_int_equal(f.ctx.code, ERR_OK);
    end(&f);
    assert_int_equal(f.scene.requests, 4);
}

static void test_after_four_attempts_it_is_enough(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, (const char *const[SCENE_CONNECTIONS]){BUSY "|" BUSY "|" BUSY "|" BUSY},
          (struct blob_s3_options){0});
    assert_int_equal(put(&f), ERR_UNAVAILABLE);
    assert_true(str_has(f.ctx.message, STR("bucket events at 127.0.0.1:")));
    assert_true(str_has(f.ctx.message, STR("refuses PUT with 503")));
    end(&f);
    assert_int_equal(f.scene.requests, 4);
}

static void test_a_deadline_ends_the_attempts(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, (const char *const[SCENE_CONNECTIONS]){BUSY}, (struct blob_s3_options){0});
    f.ctx.deadline_ms = clock_mono_ms() + 40;
    assert_int_equal(put(&f), ERR_UNAVAILABLE);
    end(&f);
    assert_int_equal(f.scene.requests, 1);
}

// ---- Refusals -----------------------------------------------------------------------------------

static const struct refusal {
    int status;
    const char *code, *more;
    enum errc rc;
    const char *says;
} refusals[] = {
    {404, "NoSuchKey", "", ERR_NOT_FOUND, NULL},
    {404, "NoSuchBucket", "", ERR_NOT_FOUND, "(" SETTING "_BUCKET)"},
    {404, NULL, "", ERR_NOT_FOUND, "(" SETTING "_ENDPOINT)"},
    {403, "AccessDenied", "", ERR_FORBIDDEN, "the rights to put, get, delete and list"},
    {403, "InvalidAccessKeyId", "", ERR_FORBIDDEN, "(" SETTING "_ACCESS_KEY_ID)"},
    {403, "SignatureDoesNotMatch", "", ERR_FORBIDDEN, "(" SETTING "_SECRET_ACCESS_KEY)"},
    {400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>", ERR_FORBIDDEN,
     "another region: eu-west-1 (" SETTING "_REGION)"},
    {301, "PermanentRedirect", "<Endpoint>b.s3.amazonaws.com</Endpoint>", ERR_FORBIDDEN,
     "another endpoint: b.s3.amazonaws.com (" SETTING "_ENDPOINT)"},
    {403, NULL, "", ERR_FORBIDDEN, "refuses GET with 403; look at the access key"},
    {400, "Whatever", "", ERR_UNAVAILABLE, "refuses GET with 400 Whatever: why; try again"},
};

static void expect_refusal(const struct refusal *r)
{
    struct fixture f;
    char xml[512] = "<html>no", text[1024];
    if (r->code)
        (void)snprintf(
            xml, sizeof xml,
            "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>why</Message>%s</Error>",
            r->code, r->more);
    (void)snprintf(text, sizeof text, "HTTP/1.1 %d No\r\nContent-Length: %zu\r\n\r\n%s", r->status,
                   strlen(xml), xml);
    begin(&f, (const char *const[SCENE_CONNECTIONS]){text}, (struct blob_s3_options){0});
    assert_int_equal(f.store->ops->get(f.store, &f.ctx, STR("k"), &f.body), r->rc);
    assert_int_equal(f.body.len, 0);
    assert_int_equal(str_some(f.ctx.message), r->says != NULL);
    if (r->says && !str_has(f.ctx.message, str_c(r->says)))
        fail_msg("\"%.*s\" does not say \"%s\"", STR_ARG(f.ctx.message), r->says);
    assert_false(str_has(f.ctx.message, STR(SECRET)));
    end(&f);
}

static void test_refusals_say_what_to_change(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        expect_refusal(&refusals[i]);
}

static void test_clocks_that_differ_are_said_to(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *says;
    } cases[] = {{1000, "seconds behind the store's"}, {-1000, "seconds ahead of the store's"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture f;
        struct arena *a = arena_create(64 << 10);
        str date = http_date(a, clock_now() + cases[i].seconds * 1000);
        str text = arena_fmt(a,
                             "HTTP/1.1 403 Forbidden\r\nDate: %.*s\r\nContent-Length: 48\r\n\r\n"
                             "<Error><Code>RequestTimeTooSkewed</Code></Error>",
                             STR_ARG(date));
        begin(&f, (const char *const[SCENE_CONNECTIONS]){text.p}, (struct blob_s3_options){0});
        assert_int_equal(put(&f), ERR_UNAVAILABLE);
        assert_true(str_has(f.ctx.message, STR("set this machine's clock right (NTP): it is ")));
        assert_true(str_has(f.ctx.message, str_c(cases[i].says)));
        end(&f);
        arena_destroy(a);
    }
}

static void test_what_could_not_be_removed_is_an_error(void **state)
{
    (void)state;
    struct fixture f;
    str key = STR("k");
    begin(&f,
          (const char *const[SCENE_CONNECTIONS]){
              "HTTP/1.1 200 OK\r\nContent-Length: 102\r\n\r\n<DeleteResult><Error><Key>k</Key>"
              "<Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>"},
          (struct blob_s3_options){0});
    assert_int_equal(f.store->ops->remove(f.store, &f.ctx, &key, 1), ERR_FORBIDDEN);
    end(&f);
}

static enum errc nothing(void *user, const struct blob_entry *e)
{
    (void)user;
    (void)e;
    return ERR_OK;
}

static void test_a_list_that_is_none_is_said_to_be(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f,
          (const char *const[SCENE_CONNECTIONS]){
              "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<html>hello"},
          (struct blob_s3_options){0});
    assert_int_equal(f.store->ops->list(f.store, &f.ctx, &(struct blob_range){0}, nothing, NULL),
                     ERR_UNAVAILABLE);
    assert_true(str_has(f.ctx.message, STR("is it an object store? (" SETTING "_ENDPOINT)")));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_put_is_whole_and_signed),
        cmocka_unit_test(test_many_keys_leave_with_their_md5),
        cmocka_unit_test(test_overload_and_lost_connections_are_tried_again),
        cmocka_unit_test(test_after_four_attempts_it_is_enough),
        cmocka_unit_test(test_a_deadline_ends_the_attempts),
        cmocka_unit_test(test_refusals_say_what_to_change),
        cmocka_unit_test(test_clocks_that_differ_are_said_to),
        cmocka_unit_test(test_what_could_not_be_removed_is_an_error),
        cmocka_unit_test(test_a_list_that_is_none_is_said_to_be),
    };
    assert_int_equal(crypto_init(), ERR_OK);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
