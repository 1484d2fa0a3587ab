// SPDX-License-Identifier: MIT
// Request heads that two programs could read differently are refused; ordinary ones pass.
#include "unit/http/toy.h"

#include <string.h>

#define MAX_HEADERS 4
struct guard_case {
    const char *name;
    const char *method, *target, *version;
    const char *headers[MAX_HEADERS][2];
    int status;
};

#define HOST        \
    {               \
        "Host", "a" \
    }
static const struct guard_case cases[] = {
    {"plain get", "GET", "/x", "HTTP/1.1", {HOST}, 0},
    {"http/1.0 without host", "GET", "/x", "HTTP/1.0", {{NULL}}, 0},
    {"http/1.1 without host", "GET", "/x", "HTTP/1.1", {{NULL}}, 400},
    {"host with port", "GET", "/x", "HTTP/1.1", {{"Host", "[::1]:3000"}}, 0},
    {"two hosts", "GET", "/x", "HTTP/1.1", {HOST, HOST}, 400},
    {"host with a space", "GET", "/x", "HTTP/1.1", {{"Host", "a b"}}, 400},
    {"host with a path", "GET", "/x", "HTTP/1.1", {{"Host", "a/b"}}, 400},
    {"length", "POST", "/x", "HTTP/1.1", {HOST, {"Content-Length", "5"}}, 0},
    {"zero length", "POST", "/x", "HTTP/1.1", {HOST, {"Content-Length", "0"}}, 0},
    {"length in any case", "POST", "/x", "HTTP/1.1", {HOST, {"content-LENGTH", " 5 "}}, 0},
    {"two lengths",
     "POST",
     "/x",
     "HTTP/1.1",
     {HOST, {"Content-Length", "5"}, {"Content-Length", "6"}},
     400},
    {"the same length twice",
     "POST",
     "/x",
     "HTTP/1.1",
     {HOST, {"Content-Length", "5"}, {"Content-Length", "5"}},
     400},
    {"list of lengths", "POST", "/x", "HTTP/1.1", {HOST, {"Content-Length", "5, 5"}}, 400},
    {"signed length", "POST", "/x", "HTTP/1.1", {HOST, {"Content-Length", "+5"}}, 400},
    {"negative length", "POST", "/x", "HTTP/1.1", {HOST, {"Content-Length", "-5"}}, 400},
    {"hexadecimal length", "POST", "/x", "HTTP/1.1", {HOST, {"Content-Length", "0x5"}}, 400},
    {"empty length", "POST", "/x", "HTTP/1.1", {HOST, {"Content-Length", ""}}, 400},
    {"length beyond 64 bits",
     "POST",
     "/x",
     "HTTP/1.1",
     {HOST, {"Content-Length", "99999999999999999999"}},
     400},
    {"space before the colon", "POST", "/x", "HTTP/1.1", {HOST, {"Content-Length ", "5"}}, 400},
    {"length with underscore", "POST", "/x", "HTTP/1.1", {HOST, {"Content_Length", "5"}}, 400},
    {"chunked", "POST", "/x", "HTTP/1.1", {HOST, {"Transfer-Encoding", "chunked"}}, 0},
    {"chunked in capitals", "POST", "/x", "HTTP/1.1", {HOST, {"Transfer-Encoding", "Chunked"}}, 0},
    {"length and chunked",
     "POST",
     "/x",
     "HTTP/1.1",
     {HOST, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}},
     400},
    {"gzip, chunked",
     "POST",
     "/x",
     "HTTP/1.1",
     {HOST, {"Transfer-Encoding", "gzip, chunked"}},
     400},
    {"xchunked", "POST", "/x", "HTTP/1.1", {HOST, {"Transfer-Encoding", "xchunked"}}, 400},
    {"identity", "POST", "/x", "HTTP/1.1", {HOST, {"Transfer-Encoding", "identity"}}, 400},
    {"chunked twice in one",
     "POST",
     "/x",
     "HTTP/1.1",
     {HOST, {"Transfer-Encoding", "chunked, chunked"}},
     400},
    {"transfer-encoding twice",
     "POST",
     "/x",
     "HTTP/1.1",
     {HOST, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
     400},
    {"transfer-encoding with underscore",
     "POST",
     "/x",
     "HTTP/1.1",
     {HOST, {"Transfer_Encoding", "chunked"}},
     400},
    {"chunked in http/1.0",
     "POST",
     "/x",
     "HTTP/1.0",
     {HOST, {"Transfer-Encoding", "chunked"}},
     400},
    {"underscore in a name", "GET", "/x", "HTTP/1.1", {HOST, {"x_langfuse_sdk_name", "a"}}, 0},
    {"parenthesis in a name", "GET", "/x", "HTTP/1.1", {HOST, {"X(Y)", "a"}}, 400},
    {"empty name", "GET", "/x", "HTTP/1.1", {HOST, {"", "a"}}, 400},
    {"byte beyond ascii in a name", "GET", "/x", "HTTP/1.1", {HOST, {"X-\xc3\xa9", "a"}}, 400},
    {"tab and utf-8 in a value", "GET", "/x", "HTTP/1.1", {HOST, {"X-A", "a\tb \xc3\xa9"}}, 0},
    {"carriage return in a value", "GET", "/x", "HTTP/1.1", {HOST, {"X-A", "a\rb"}}, 400},
    {"escape in a value", "GET", "/x", "HTTP/1.1", {HOST, {"X-A", "\x1b[0m"}}, 400},
    {"delete in a value", "GET", "/x", "HTTP/1.1", {HOST, {"X-A", "a\x7f"}}, 400},
    {"http/1.2", "GET", "/x", "HTTP/1.2", {HOST}, 505},
    {"http/2.0", "GET", "/x", "HTTP/2.0", {HOST}, 505},
    {"space in the target", "GET", "/x y", "HTTP/1.1", {HOST}, 400},
    {"control character in the target", "GET", "/x\ny", "HTTP/1.1", {HOST}, 400},
    {"empty target", "GET", "", "HTTP/1.1", {HOST}, 400},
    {"method in lower case", "get", "/x", "HTTP/1.1", {HOST}, 501},
    {"unknown method", "BREW", "/x", "HTTP/1.1", {HOST}, 501},
    {"method that is no token", "G{}T", "/x", "HTTP/1.1", {HOST}, 400},
};

static struct request_head head_of(const struct guard_case *c, struct http_header_pair *headers)
{
    struct http_header_pair **tail;
    struct request_head head = {.method = str_c(c->method),
                                .target = str_c(c->target),
                                .version = str_c(c->version),
                                .bytes = 100};
    struct http_header_pair *first = NULL;

    tail = &first;
    for (size_t i = 0; i < MAX_HEADERS && c->headers[i][0]; i++) {
        headers[i] = (struct http_header_pair){.name = str_c(c->headers[i][0]),
                                               .value = str_c(c->headers[i][1])};
        *tail = &headers[i];
        tail = &headers[i].next;
    }
    head.headers = first;
    return head;
}

static void test_cases(void **state UNUSED)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct http_header_pair headers[MAX_HEADERS];
        struct request_head head = head_of(&cases[i], headers);
        struct framing f = {0};
        struct verdict v = guard_check(&head, &f);

        if (v.status != cases[i].status)
            print_error("%s: %d, expected %d\n", cases[i].name, v.status, cases[i].status);
        assert_int_equal(v.status, cases[i].status);
        assert_true(v.status == 0 || v.message);
    }
}

static void test_sizes(void **state UNUSED)
{
    static char long_target[LIMIT_TARGET_BYTES + 2];
    struct http_header_pair headers[MAX_HEADERS];
    struct request_head head = head_of(&cases[0], headers);
    struct framing f = {0};

    head.bytes = LIMIT_HEADER_BYTES;
    assert_int_equal(guard_check(&head, &f).status, 0);
    head.bytes = LIMIT_HEADER_BYTES + 1;
    assert_int_equal(guard_check(&head, &f).status, 431);
    memset(long_target, '/', sizeof long_target);
    head.target = str_make(long_target, LIMIT_TARGET_BYTES + 1);
    assert_int_equal(guard_check(&head, &f).status, 414);
}

static void test_skipped_bytes(void **state UNUSED)
{
    struct http_header_pair headers[MAX_HEADERS];
    struct request_head head = head_of(&cases[0], headers);
    struct framing f = {0};

    head.broken = true;
    assert_int_equal(guard_check(&head, &f).status, 400);
}

static void test_nul_inside(void **state UNUSED)
{
    struct http_header_pair headers[MAX_HEADERS];
    struct request_head head = head_of(&cases[0], headers);
    struct framing f = {0};

    headers[0].value = str_make("a\0b", 3);
    assert_int_equal(guard_check(&head, &f).status, 400);
    headers[0].value = STR("a");
    headers[0].name = str_make("Ho\0st", 5);
    assert_int_equal(guard_check(&head, &f).status, 400);
}

static void test_framing_out(void **state UNUSED)
{
    struct http_header_pair headers[MAX_HEADERS];
    struct guard_case c = {"", "POST", "/x", "HTTP/1.1", {HOST, {"Content-Length", "123"}}, 0};
    struct request_head head = head_of(&c, headers);
    struct framing f = {0};

    assert_int_equal(guard_check(&head, &f).status, 0);
    assert_true(f.has_length && !f.chunked && f.length == 123);
    headers[1] =
        (struct http_header_pair){STR_INIT("transfer-encoding"), STR_INIT("chunked"), NULL};
    assert_int_equal(guard_check(&head, &f).status, 0);
    assert_true(f.chunked && !f.has_length && f.length == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),         cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_nul_inside),    cmocka_unit_test(test_framing_out),
        cmocka_unit_test(test_skipped_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
