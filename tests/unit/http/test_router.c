// SPDX-License-Identifier: MIT
// Which row a method and a raw path mean, and what its variables decode to.
#include "unit/http/toy.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static enum errc nothing(void *app UNUSED, struct http_req *rq UNUSED, struct http_res *rs UNUSED)
{
    return ERR_OK;
}

#define ROW(m, p)                                                   \
    {                                                               \
        .method = HTTP_##m, .path = p, .handler = nothing, .doc = p \
    }
static const struct route table_a[] = {
    ROW(GET, "/"),
    ROW(GET, "/api/traces"),
    ROW(POST, "/api/traces"),
    ROW(GET, "/api/traces/{id}"),
    ROW(DELETE, "/api/traces/{id}"),
    ROW(POST, "/api/traces/batch"),
};
static const struct route table_b[] = {
    ROW(GET, "/api/sets/{name}/runs/{run}"),
    ROW(GET, "/api/sets/{name}/runs/latest"),
    ROW(HEAD, "/api/probe"),
    ROW(GET, "/api/probe"),
};
static const struct route *const tables[] = {table_a, table_b, NULL};
static const size_t lens[] = {ARRAY_LEN(table_a), ARRAY_LEN(table_b), 0};

struct route_case {
    enum http_method method;
    const char *path;
    enum match_kind kind;
    const char *row;    // its doc
    const char *var[2]; // decoded
};

static const struct route_case cases[] = {
    {HTTP_GET, "/", MATCH_OK, "/", {NULL}},
    {HTTP_GET, "/api/traces", MATCH_OK, "/api/traces", {NULL}},
    {HTTP_GET, "/api/traces/", MATCH_OK, "/api/traces", {NULL}},
    {HTTP_HEAD, "/api/traces", MATCH_OK, "/api/traces", {NULL}},
    {HTTP_GET, "/api/traces/abc", MATCH_OK, "/api/traces/{id}", {"abc"}},
    {HTTP_GET, "/api/traces/a%2Fb%20c", MATCH_OK, "/api/traces/{id}", {"a/b c"}},
    {HTTP_GET, "/api/traces/a+b", MATCH_OK, "/api/traces/{id}", {"a+b"}},
    {HTTP_GET, "/api/traces/%C3%A9", MATCH_OK, "/api/traces/{id}", {"\xc3\xa9"}},
    {HTTP_POST, "/api/traces/batch", MATCH_OK, "/api/traces/batch", {NULL}},
    {HTTP_GET, "/api/traces/batch", MATCH_OK, "/api/traces/{id}", {"batch"}},
    {HTTP_GET,
     "/api/sets/ds%20one/runs/r%2F1",
     MATCH_OK,
     "/api/sets/{name}/runs/{run}",
     {"ds one", "r/1"}},
    {HTTP_GET, "/api/sets/x/runs/latest", MATCH_OK, "/api/sets/{name}/runs/latest", {"x"}},
    {HTTP_HEAD, "/api/probe", MATCH_OK, "/api/probe", {NULL}},
    {HTTP_PUT, "/api/traces", MATCH_METHOD, "/api/traces", {NULL}},
    {HTTP_PUT, "/api/traces/batch", MATCH_METHOD, "/api/traces/batch", {NULL}},
    {HTTP_GET, "/api", MATCH_NONE, NULL, {NULL}},
    {HTTP_GET, "/api/traces/a/b", MATCH_NONE, NULL, {NULL}},
    {HTTP_GET, "/api//traces", MATCH_NONE, NULL, {NULL}},
    {HTTP_GET, "//api/traces", MATCH_NONE, NULL, {NULL}},
    {HTTP_GET, "/api/Traces", MATCH_NONE, NULL, {NULL}},
    {HTTP_GET, "/api/traces/x/..", MATCH_NONE, NULL, {NULL}},
    {HTTP_GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14", MATCH_NONE, NULL, {NULL}},
};

static void check_case(const struct router *r, const struct route_case *c)
{
    struct toy t;
    struct match m = {0};
    enum match_kind kind;

    toy_init(&t);
    kind = router_match(r, c->method, str_c(c->path), &m);
    if (kind != c->kind)
        print_error("%s\n", c->path);
    assert_int_equal(kind, c->kind);
    if (kind != MATCH_NONE)
        assert_string_equal(m.route->doc, c->row);
    if (kind == MATCH_OK) {
        assert_true(router_decode_vars(t.arena, &m, &t.rq));
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(t.rq.n_vars > i, c->var[i] != NULL);
            if (c->var[i])
                assert_str(t.rq.vars[i], c->var[i]);
        }
    }
    toy_fini(&t);
}

static void test_cases(void **state UNUSED)
{
    struct router *r = router_create(tables, lens);

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check_case(r, &cases[i]);
    router_destroy(r);
}

static void test_bad_escapes(void **state UNUSED)
{
    static const char *const paths[] = {"/api/traces/%",     "/api/traces/%4",    "/api/traces/%zz",
                                        "/api/traces/%00",   "/api/traces/a%00b", "/api/traces/%ff",
                                        "/api/traces/%c0%af"};
    struct router *r = router_create(tables, lens);
    struct toy t;

    toy_init(&t);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct match m = {0};

        assert_int_equal(router_match(r, HTTP_GET, str_c(paths[i]), &m), MATCH_OK);
        assert_false(router_decode_vars(t.arena, &m, &t.rq));
    }
    toy_fini(&t);
    router_destroy(r);
}

static void test_allow(void **state UNUSED)
{
    struct router *r = router_create(tables, lens);
    struct match m = {0};
    struct toy t;

    toy_init(&t);
    assert_int_equal(router_match(r, HTTP_PATCH, STR("/api/traces/x"), &m), MATCH_METHOD);
    assert_str(router_allow(t.arena, m.methods), "GET, HEAD, DELETE, OPTIONS");
    assert_int_equal(router_match(r, HTTP_PATCH, STR("/api/traces/batch"), &m), MATCH_METHOD);
    assert_str(router_allow(t.arena, m.methods), "GET, HEAD, POST, DELETE, OPTIONS");
    toy_fini(&t);
    router_destroy(r);
}

// A table with the same method and path twice is a bug of the program: it stops at start.
static void test_duplicate(void **state UNUSED)
{
    static const struct route twice[] = {ROW(GET, "/api/{a}/x"), ROW(GET, "/api/{b}/x")};
    static const struct route *const both[] = {twice, NULL};
    static const size_t len[] = {ARRAY_LEN(twice)};
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};

        (void)setrlimit(RLIMIT_CORE, &none);
        (void)freopen("/dev/null", "w", stderr);
        router_destroy(router_create(both, len));
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_bad_escapes),
        cmocka_unit_test(test_allow),
        cmocka_unit_test(test_duplicate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
