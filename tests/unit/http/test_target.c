// SPDX-License-Identifier: MIT
// Base paths with and without a proxy that strips them, and the address the client knows us by.
#include "unit/http/toy.h"

struct split_case {
    const char *raw, *base, *prefix;
    bool ok;
    const char *path, *query, *base_path;
    bool to_slash;
};

static const struct split_case cases[] = {
    {"/api/x", "", NULL, true, "/api/x", "", "", false},
    {"/api/x?a=b?c", "", NULL, true, "/api/x", "a=b?c", "", false},
    {"/monitor/api/x?q", "/monitor", NULL, true, "/api/x", "q", "/monitor", false},
    {"/api/x", "/monitor", NULL, true, "/api/x", "", "/monitor", false},
    {"/monitorx", "/monitor", NULL, true, "/monitorx", "", "/monitor", false},
    {"/monitor", "/monitor", NULL, true, "/", "", "/monitor", true},
    {"/monitor?a=1", "/monitor", NULL, true, "/", "a=1", "/monitor", true},
    {"/monitor/", "/monitor", NULL, true, "/", "", "/monitor", false},
    {"/monitor/monitor/x", "/monitor", NULL, true, "/monitor/x", "", "/monitor", false},
    {"/api/x", "", "/monitor", true, "/api/x", "", "/monitor", false},
    {"/monitor/api/x", "", "/monitor/", true, "/api/x", "", "/monitor", false},
    {"/monitor/api/x", "/monitor", "/monitor", true, "/api/x", "", "/monitor", false},
    {"/api/x", "/monitor", "/monitor", true, "/api/x", "", "/monitor", false},
    {"/monitor/api/x", "/monitor", "/team", true, "/api/x", "", "/team/monitor", false},
    {"/team/monitor/x", "/monitor", "/team", true, "/x", "", "/team/monitor", false},
    {"/api/x", "/monitor", "/team", true, "/api/x", "", "/team", false},
    {"/api/x", "", "//evil.example", true, "/api/x", "", "", false},
    {"/api/x", "", "/a\"b", true, "/api/x", "", "", false},
    {"/api/x", "", "/../up", true, "/api/x", "", "", false},
    {"/a%2Fb", "", NULL, true, "/a%2Fb", "", "", false},
    {"http://host:1/api/x?q=1", "", NULL, true, "/api/x", "q=1", "", false},
    {"http://host", "", NULL, false, NULL, NULL, NULL, false},
    {"*", "", NULL, false, NULL, NULL, NULL, false},
    {"api/x", "", NULL, false, NULL, NULL, NULL, false},
};

static void test_split(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct split_case *c = &cases[i];
        struct target out = {0};
        bool ok = target_split(t.arena, str_c(c->raw), str_c(c->base), str_c(c->prefix), &out);

        assert_int_equal(ok, c->ok);
        if (!ok)
            continue;
        assert_str(out.path, c->path);
        assert_str(out.query, c->query);
        assert_str(out.base_path, c->base_path);
        assert_int_equal(out.to_slash, c->to_slash);
    }
    toy_fini(&t);
}

struct origin_case {
    const char *host, *proto, *forwarded_host, *port, *base, *expected;
};

static const struct origin_case origins[] = {
    {"a:3000", NULL, NULL, NULL, "", "http://a:3000"},
    {"a:3000", "https", NULL, NULL, "/monitor", "https://a:3000/monitor"},
    {"in:3000", "https", "obs.example.com", NULL, "", "https://obs.example.com"},
    {"in:3000", "https, http", "obs.example.com, in", "443", "", "https://obs.example.com"},
    {"in:3000", "https", "obs.example.com", "8443", "", "https://obs.example.com:8443"},
    {"in:3000", "http", "[::1]", "8080", "", "http://[::1]:8080"},
    {"in:3000", "http", "[::1]:1", "8080", "", "http://[::1]:1"},
    {"in", "http", "a\"><script>", "80", "", "http://in"},
    {"in", "javascript", NULL, "x", "", "http://in"},
    {NULL, NULL, NULL, NULL, "", "http://localhost"},
};

static void maybe_header(struct toy *t, const char *name, const char *value)
{
    if (value)
        toy_header(t, name, value);
}

static void test_origin(void **state UNUSED)
{
    for (size_t i = 0; i < ARRAY_LEN(origins); i++) {
        const struct origin_case *c = &origins[i];
        struct toy t;

        toy_init(&t);
        maybe_header(&t, "Host", c->host);
        maybe_header(&t, "X-Forwarded-Proto", c->proto);
        maybe_header(&t, "X-Forwarded-Host", c->forwarded_host);
        maybe_header(&t, "X-Forwarded-Port", c->port);
        t.rq.base_path = str_c(c->base);
        assert_str(req_origin(&t.rq), c->expected);
        toy_fini(&t);
    }
}

static void test_header_lookup(void **state UNUSED)
{
    struct toy t;

    toy_init(&t);
    toy_header(&t, "X_Langfuse_Sdk_Name", "second");
    toy_header(&t, "x-langfuse-sdk-name", " first ");
    assert_str(http_header(&t.rq, "x-langfuse-sdk-name"), "second");
    assert_int_equal(http_header_count(&t.rq, "x_langfuse_sdk_name"), 2);
    assert_false(str_some(http_header(&t.rq, "x-langfuse-sdk")));
    toy_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_origin),
        cmocka_unit_test(test_header_lookup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
