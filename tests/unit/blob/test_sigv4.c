// SPDX-License-Identifier: MIT
// Signatures that AWS publishes: its test suite (aws-sig-v4-test-suite) and the examples of the S3
// documentation (sig-v4-header-based-auth.html, sigv4-query-string-auth.html).
#include "base/crypto.h"
#include "blob/s3/sigv4.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { PAIRS = 6 };
#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SUITE_TIME INT64_C(1440938160000) // 2015-08-30T12:36:00Z
#define S3_TIME    INT64_C(1369353600000) // 2013-05-24T00:00:00Z
#define SUITE_HOST                                          \
    {                                                       \
        STR_INIT("host"), STR_INIT("example.amazonaws.com") \
    }
#define SUITE_DATE                                           \
    {                                                        \
        STR_INIT("x-amz-date"), STR_INIT("20150830T123600Z") \
    }
#define S3_HOST                                                      \
    {                                                                \
        STR_INIT("host"), STR_INIT("examplebucket.s3.amazonaws.com") \
    }
#define S3_DATE                                              \
    {                                                        \
        STR_INIT("x-amz-date"), STR_INIT("20130524T000000Z") \
    }
#define S3_EMPTY                                               \
    {                                                          \
        STR_INIT("x-amz-content-sha256"), STR_INIT(EMPTY_HASH) \
    }

static const struct sigv4_credentials suite = {
    .access_key = STR_INIT("AKIDEXAMPLE"),
    .secret_key = STR_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
    .region = STR_INIT("us-east-1"),
    .service = STR_INIT("service"),
};
static const struct sigv4_credentials s3 = {
    .access_key = STR_INIT("AKIAIOSFODNN7EXAMPLE"),
    .secret_key = STR_INIT("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    .region = STR_INIT("us-east-1"),
    .service = STR_INIT("s3"),
};

static const struct vector {
    const char *name;
    const struct sigv4_credentials *credentials;
    millis now;
    const char *method, *path;
    struct sigv4_pair query[PAIRS], headers[PAIRS];
    const char *payload, *signed_names, *signature;
} vectors[] = {
    {"get-vanilla",
     &suite,
     SUITE_TIME,
     "GET",
     "/",
     {{{0}, {0}}},
     {SUITE_HOST, SUITE_DATE},
     EMPTY_HASH,
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"post-vanilla",
     &suite,
     SUITE_TIME,
     "POST",
     "/",
     {{{0}, {0}}},
     {SUITE_HOST, SUITE_DATE},
     EMPTY_HASH,
     "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"get-vanilla-query-order-key-case",
     &suite,
     SUITE_TIME,
     "GET",
     "/",
     {{STR_INIT("Param2"), STR_INIT("value2")}, {STR_INIT("Param1"), STR_INIT("value1")}},
     {SUITE_DATE, SUITE_HOST},
     EMPTY_HASH,
     "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-utf8",
     &suite,
     SUITE_TIME,
     "GET",
     "/%E1%88%B4",
     {{{0}, {0}}},
     {SUITE_HOST, SUITE_DATE},
     EMPTY_HASH,
     "host;x-amz-date",
     "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-vanilla-utf8-query",
     &suite,
     SUITE_TIME,
     "GET",
     "/",
     {{STR_INIT("\xe1\x88\xb4"), STR_INIT("bar")}},
     {SUITE_HOST, SUITE_DATE},
     EMPTY_HASH,
     "host;x-amz-date",
     "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"get-header-value-trim",
     &suite,
     SUITE_TIME,
     "GET",
     "/",
     {{{0}, {0}}},
     {SUITE_HOST,
      {STR_INIT("my-header1"), STR_INIT(" value1")},
      {STR_INIT("my-header2"), STR_INIT(" \"a   b   c\"")},
      SUITE_DATE},
     EMPTY_HASH,
     "host;my-header1;my-header2;x-amz-date",
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"S3: get an object",
     &s3,
     S3_TIME,
     "GET",
     "/test.txt",
     {{{0}, {0}}},
     {S3_HOST, {STR_INIT("range"), STR_INIT("bytes=0-9")}, S3_EMPTY, S3_DATE},
     EMPTY_HASH,
     "host;range;x-amz-content-sha256;x-amz-date",
     "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
    {"S3: put an object",
     &s3,
     S3_TIME,
     "PUT",
     "/test%24file.text",
     {{{0}, {0}}},
     {{STR_INIT("x-amz-storage-class"), STR_INIT("REDUCED_REDUNDANCY")},
      {STR_INIT("date"), STR_INIT("Fri, 24 May 2013 00:00:00 GMT")},
      S3_HOST,
      S3_DATE,
      {STR_INIT("x-amz-content-sha256"),
       STR_INIT("44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")}},
     "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
     "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
     "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
    {"S3: a parameter without a value",
     &s3,
     S3_TIME,
     "GET",
     "/",
     {{STR_INIT("lifecycle"), STR_INIT("")}},
     {S3_HOST, S3_EMPTY, S3_DATE},
     EMPTY_HASH,
     "host;x-amz-content-sha256;x-amz-date",
     "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
    {"S3: list objects",
     &s3,
     S3_TIME,
     "GET",
     "/",
     {{STR_INIT("prefix"), STR_INIT("J")}, {STR_INIT("max-keys"), STR_INIT("2")}},
     {S3_HOST, S3_EMPTY, S3_DATE},
     EMPTY_HASH,
     "host;x-amz-content-sha256;x-amz-date",
     "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
};

static size_t count(const struct sigv4_pair *pairs)
{
    size_t n = 0;
    while (n < PAIRS && str_some(pairs[n].name))
        n++;
    return n;
}

static struct sigv4_request request_of(const struct vector *v)
{
    return (struct sigv4_request){.method = v->method,
                                  .path = str_c(v->path),
                                  .query = v->query,
                                  .headers = v->headers,
                                  .n_query = count(v->query),
                                  .n_headers = count(v->headers),
                                  .payload = str_c(v->payload),
                                  .now = v->now};
}

static void test_published_signatures(void **state)
{
    (void)state;
    struct arena *a = arena_create(1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        const struct vector *v = &vectors[i];
        struct sigv4_request rq = request_of(v);
        str text = sigv4_authorization(a, v->credentials, &rq);
        str expected =
            arena_fmt(a,
                      "AWS4-HMAC-SHA256 Credential=%.*s/%.8s/us-east-1/%.*s/aws4_request,"
                      " SignedHeaders=%s, Signature=%s",
                      STR_ARG(v->credentials->access_key), sigv4_date(a, v->now).p,
                      STR_ARG(v->credentials->service), v->signed_names, v->signature);
        if (!str_eq(text, expected))
            fail_msg("%s:\n%.*s\nexpected\n%.*s", v->name, STR_ARG(text), STR_ARG(expected));
    }
    arena_destroy(a);
}

static void test_a_published_signed_address(void **state)
{
    (void)state;
    static const struct sigv4_pair host = S3_HOST;
    struct arena *a = arena_create(1 << 20);
    struct sigv4_request rq = {.method = "GET",
                               .path = STR("/test.txt"),
                               .headers = &host,
                               .n_headers = 1,
                               .payload = STR("UNSIGNED-PAYLOAD"),
                               .now = S3_TIME};
    str query = sigv4_presigned_query(a, &s3, &rq, 86400);
    assert_true(str_eq(
        query,
        STR("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
            "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
            "X-Amz-SignedHeaders=host&X-Amz-Signature="
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")));
    arena_destroy(a);
}

static void test_a_session_token_is_part_of_a_signed_address(void **state)
{
    (void)state;
    static const struct sigv4_pair host = S3_HOST;
    struct arena *a = arena_create(1 << 20);
    struct sigv4_credentials c = s3;
    struct sigv4_request rq = {.method = "GET",
                               .path = STR("/x"),
                               .headers = &host,
                               .n_headers = 1,
                               .payload = STR("UNSIGNED-PAYLOAD"),
                               .now = S3_TIME};
    str without = sigv4_presigned_query(a, &c, &rq, 60);
    c.session_token = STR("to/ken+=");
    str with = sigv4_presigned_query(a, &c, &rq, 60);
    assert_true(str_has(with, STR("&X-Amz-Security-Token=to%2Fken%2B%3D&X-Amz-SignedHeaders=")));
    assert_false(str_eq(str_skip(with, with.n - 64), str_skip(without, without.n - 64)));
    arena_destroy(a);
}

static void test_queries_are_escaped_and_sorted(void **state)
{
    (void)state;
    static const struct sigv4_pair pairs[] = {
        {STR_INIT("b"), STR_INIT("2")},     {STR_INIT("a/"), STR_INIT("x y+z~")},
        {STR_INIT("a"), STR_INIT("2")},     {STR_INIT("a"), STR_INIT("1")},
        {STR_INIT("delete"), STR_INIT("")}, {STR_INIT("B"), STR_INIT("\xc3\xa4&=")},
    };
    struct arena *a = arena_create(1 << 20);
    assert_true(str_eq(sigv4_query(a, pairs, ARRAY_LEN(pairs)),
                       STR("B=%C3%A4%26%3D&a=1&a=2&a%2F=x%20y%2Bz~&b=2&delete=")));
    assert_true(str_eq(sigv4_query(a, NULL, 0), STR("")));
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_signatures),
        cmocka_unit_test(test_a_published_signed_address),
        cmocka_unit_test(test_a_session_token_is_part_of_a_signed_address),
        cmocka_unit_test(test_queries_are_escaped_and_sorted),
    };
    assert_int_equal(crypto_init(), ERR_OK);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
