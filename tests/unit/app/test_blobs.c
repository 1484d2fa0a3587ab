// SPDX-License-Identifier: MIT
// From settings to object stores: which one, where, and what is said when a setting is missing.
#include "app/app.h"
#include "base/crypto.h"
#include "blob/blob.h"
#include "net/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define EVENTS "LANGFUSE_S3_EVENT_UPLOAD_"
#define MEDIA  "LANGFUSE_S3_MEDIA_UPLOAD_"

struct fixture {
    struct arena *arena;
    struct ctx ctx;
    struct config cfg;
    struct web *web;
    struct blob_store *store;
    char directory[64];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->arena = arena_create(1 << 20);
    ctx_init(&f->ctx, f->arena);
    (void)snprintf(f->directory, sizeof f->directory, "/tmp/rushlight-blobs-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    static const char *const paths[] = {"segments/objects", "segments/new",
                                        "segments",         "media/objects",
                                        "media/new",        "media",
                                        "exports/objects",  "exports/new",
                                        "exports",          ""};
    if (f->store)
        f->store->ops->close(f->store);
    web_close(f->web);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        (void)rmdir(arena_fmt(f->arena, "%s/%s", f->directory, paths[i]).p);
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static enum errc open_with(struct fixture *f, enum blob_use use, const char *const *environment)
{
    const struct config_input in = {.environment = environment};
    if (f->store)
        f->store->ops->close(f->store);
    f->store = NULL;
    ctx_clear_error(&f->ctx);
    assert_int_equal(config_load(&f->ctx, &in, &f->cfg), ERR_OK);
    f->cfg.data_dir = str_c(f->directory);
    return app_blob_open(&f->ctx, &f->cfg, use, &f->web, &f->store);
}
#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})

static void expect_link(struct fixture *f, const char *begin)
{
    const struct blob_link link = {.key = STR("k"), .bytes = -1, .seconds = 60};
    str url = STR_NONE;
    assert_int_equal(f->store->ops->link(f->store, &f->ctx, &link, &url), ERR_OK);
    if (!str_starts(url, str_c(begin)))
        fail_msg("%.*s does not begin with %s", STR_ARG(url), begin);
}

static void without_a_bucket_it_is_a_directory(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"segments", "media", "exports"};
    for (int use = BLOB_EVENTS; use <= BLOB_EXPORTS; use++) {
        struct stat st;
        assert_int_equal(open_with(f, (enum blob_use)use, ENV("X=y")), ERR_OK);
        assert_string_equal(f->store->ops->name, "files");
        assert_null(f->web);
        str path = arena_fmt(f->arena, "%s/%s/objects", f->directory, names[use]);
        assert_int_equal(stat(path.p, &st), 0);
    }
}

static void a_bucket_is_reached_by_its_name_where_that_works(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *endpoint, *path_style, *begin;
    } cases[] = {
        {"https://OSS-cn-hangzhou.aliyuncs.com", "false",
         "https://bucket.oss-cn-hangzhou.aliyuncs.com/some/k?"},
        {"oss-cn-hangzhou.aliyuncs.com:443/", "false",
         "https://bucket.oss-cn-hangzhou.aliyuncs.com/some/k?"},
        {"https://oss-cn-hangzhou.aliyuncs.com", "true",
         "https://bucket.oss-cn-hangzhou.aliyuncs.com/some/k?"},
        {"https://s3.example.com", "true", "https://s3.example.com/bucket/some/k?"},
        {"http://minio:9000", "false", "http://minio:9000/bucket/some/k?"},
        {"http://minio.default.svc.cluster.local:9000/s3/", "false",
         "http://minio.default.svc.cluster.local:9000/s3/bucket/some/k?"},
        {"http://10.0.0.1:80", "false", "http://10.0.0.1/bucket/some/k?"},
        {"http://[::1]:9000", "false", "http://[::1]:9000/bucket/some/k?"},
        {"", "false", "https://bucket.s3.eu-west-1.amazonaws.com/some/k?"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str endpoint = arena_fmt(f->arena, EVENTS "ENDPOINT=%s", cases[i].endpoint);
        str style = arena_fmt(f->arena, EVENTS "FORCE_PATH_STYLE=%s", cases[i].path_style);
        assert_int_equal(open_with(f, BLOB_EVENTS,
                                   ENV(EVENTS "BUCKET=bucket", EVENTS "PREFIX=some/",
                                       EVENTS "ACCESS_KEY_ID=a", EVENTS "REGION=eu-west-1",
                                       EVENTS "SECRET_ACCESS_KEY=s", endpoint.p, style.p)),
                         ERR_OK);
        assert_string_equal(f->store->ops->name, "s3");
        expect_link(f, cases[i].begin);
    }
}

static void media_is_reached_as_events_are_unless_it_has_keys(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        open_with(f, BLOB_MEDIA,
                  ENV(EVENTS "BUCKET=e", EVENTS "ACCESS_KEY_ID=a", EVENTS "SECRET_ACCESS_KEY=s",
                      EVENTS "ENDPOINT=http://1.2.3.4", MEDIA "BUCKET=media")),
        ERR_OK);
    expect_link(f, "http://1.2.3.4/media/k?");
    assert_int_equal(
        open_with(f, BLOB_MEDIA,
                  ENV(EVENTS "BUCKET=e", EVENTS "ACCESS_KEY_ID=a", EVENTS "SECRET_ACCESS_KEY=s",
                      EVENTS "ENDPOINT=http://1.2.3.4", MEDIA "BUCKET=media",
                      MEDIA "ACCESS_KEY_ID=m", MEDIA "SECRET_ACCESS_KEY=s")),
        ERR_OK);
    expect_link(f, "https://media.s3.us-east-1.amazonaws.com/k?");
}

static void links_may_have_an_address_of_their_own(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        open_with(f, BLOB_EXPORTS,
                  ENV(EVENTS "ACCESS_KEY_ID=a", EVENTS "SECRET_ACCESS_KEY=s",
                      EVENTS "ENDPOINT=http://minio:9000", "LANGFUSE_S3_BATCH_EXPORT_BUCKET=ex",
                      "LANGFUSE_S3_BATCH_EXPORT_EXTERNAL_ENDPOINT=https://files.example.com")),
        ERR_OK);
    expect_link(f, "https://files.example.com/ex/k?");
}

static void what_is_missing_or_wrong_is_named(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *variables[5];
        const char *says;
    } cases[] = {
        {{EVENTS "BUCKET=b"}, EVENTS "ACCESS_KEY_ID is not set"},
        {{EVENTS "BUCKET=b", EVENTS "ACCESS_KEY_ID=a"}, EVENTS "SECRET_ACCESS_KEY is not set"},
        {{EVENTS "BUCKET=b/c", EVENTS "ACCESS_KEY_ID=a", EVENTS "SECRET_ACCESS_KEY=hidden"},
         EVENTS "BUCKET is not the name of a bucket"},
        {{EVENTS "BUCKET=bb", EVENTS "ACCESS_KEY_ID=a", EVENTS "SECRET_ACCESS_KEY=hidden",
          EVENTS "ENDPOINT=ftp://h"},
         EVENTS "ENDPOINT is not an address"},
        {{EVENTS "BUCKET=bb", EVENTS "ACCESS_KEY_ID=a", EVENTS "SECRET_ACCESS_KEY=hidden",
          EVENTS "SSE=rot13"},
         EVENTS "SSE is neither AES256 nor aws:kms"},
        {{EVENTS "BUCKET=bb", EVENTS "ACCESS_KEY_ID=a", EVENTS "SECRET_ACCESS_KEY=hidden",
          EVENTS "SSE_KMS_KEY_ID=k"},
         EVENTS "SSE_KMS_KEY_ID needs"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *environment[6] = {NULL};
        memcpy(environment, cases[i].variables, sizeof cases[i].variables);
        assert_int_equal(open_with(f, BLOB_EVENTS, environment), ERR_INVALID);
        if (!str_has(f->ctx.message, str_c(cases[i].says)))
            fail_msg("\"%.*s\" does not say \"%s\"", STR_ARG(f->ctx.message), cases[i].says);
        assert_false(str_has(f->ctx.message, STR("hidden")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_bucket_it_is_a_directory, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bucket_is_reached_by_its_name_where_that_works, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(media_is_reached_as_events_are_unless_it_has_keys, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(links_may_have_an_address_of_their_own, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_missing_or_wrong_is_named, setup, teardown),
    };
    assert_int_equal(crypto_init(), ERR_OK);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
