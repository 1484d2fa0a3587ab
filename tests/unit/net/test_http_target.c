// SPDX-License-Identifier: MIT
// Addresses as people type them.
#include "net/http_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ARENA = 64 << 10 };

struct good {
    const char *url, *host, *service, *authority, *base_path;
};
static const struct good goods[] = {
    {"http://127.0.0.1:3000", "127.0.0.1", "3000", "127.0.0.1:3000", ""},
    {"http://localhost", "localhost", "80", "localhost", ""},
    {"http://[::1]:8080/", "::1", "8080", "[::1]:8080", ""},
    {"http://[::1]", "::1", "80", "[::1]", ""},
    {"http://host:1/monitor//", "host", "1", "host:1", "/monitor"},
    {"http://host/a/b", "host", "80", "host", "/a/b"},
};
static const char *const bad[] = {
    "",           "localhost:3000", "https://host",    "http://",     "http://:3000",
    "http://h:",  "http://h:x",     "http://h:123456", "http://[::1", "http://[::1]x",
    "ftp://host", "http:///path",   "http://h:-1",
};

static void assert_str(str got, const char *wanted)
{
    assert_int_equal(got.n, strlen(wanted));
    assert_memory_equal(got.p, wanted, got.n);
}

static void test_addresses_are_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(goods); i++) {
        struct ctx ctx;
        struct net_target t = {0};
        struct arena *a = arena_create(ARENA);
        ctx_init(&ctx, a);
        assert_int_equal(net_target_parse(&ctx, str_c(goods[i].url), &t), ERR_OK);
        assert_str(t.host, goods[i].host);
        assert_str(t.service, goods[i].service);
        assert_str(t.authority, goods[i].authority);
        assert_str(t.base_path, goods[i].base_path);
        arena_destroy(a);
    }
}

static void test_other_addresses_are_refused_with_a_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct ctx ctx;
        struct net_target t = {0};
        struct arena *a = arena_create(ARENA);
        ctx_init(&ctx, a);
        assert_int_equal(net_target_parse(&ctx, str_c(bad[i]), &t), ERR_INVALID);
        assert_true(str_has(ctx.message, STR("http://127.0.0.1:3000")));
        arena_destroy(a);
    }
}

static void test_keys_become_a_header(void **state)
{
    (void)state;
    struct arena *a = arena_create(ARENA);
    assert_str(net_basic(a, STR("pk"), STR("sk")), "Basic cGs6c2s=");
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_taken_apart),
        cmocka_unit_test(test_other_addresses_are_refused_with_a_reason),
        cmocka_unit_test(test_keys_become_a_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
