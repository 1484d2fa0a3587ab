// SPDX-License-Identifier: MIT
// Raw requests about which two HTTP programs could disagree, against the running server: each one
// is refused and its connection closed, so that nothing after it is taken for a second request.
#include "unit/http/toy_server.h"

#define GET_HEALTH "GET /api/public/health HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST       "POST /api/public/echo HTTP/1.1\r\nHost: a\r\n"
#define SMUGGLED   GET_HEALTH

struct raw_case {
    const char *name;
    const char *bytes;
    size_t len;
    int status;
};
#define RAW(name, bytes, status)               \
    {                                          \
        name, bytes, sizeof(bytes) - 1, status \
    }

static const struct raw_case refused[] = {
    RAW("length and chunked",
        POST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED, 400),
    RAW("chunked and length",
        POST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" SMUGGLED, 400),
    RAW("two lengths", POST "Content-Length: 3\r\nContent-Length: 0\r\n\r\nabc" SMUGGLED, 400),
    RAW("the same length twice", POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc" SMUGGLED,
        400),
    RAW("list of lengths", POST "Content-Length: 3, 3\r\n\r\nabc" SMUGGLED, 400),
    RAW("signed length", POST "Content-Length: +3\r\n\r\nabc" SMUGGLED, 400),
    RAW("negative length", POST "Content-Length: -3\r\n\r\nabc" SMUGGLED, 400),
    RAW("hexadecimal length", POST "Content-Length: 0x3\r\n\r\nabc" SMUGGLED, 400),
    RAW("space before the colon", POST "Content-Length : 3\r\n\r\nabc" SMUGGLED, 400),
    RAW("tab before the colon", POST "Content-Length\t: 3\r\n\r\nabc" SMUGGLED, 400),
    RAW("length with underscore", POST "Content_Length: 3\r\n\r\nabc" SMUGGLED, 400),
    RAW("length beyond 64 bits", POST "Content-Length: 18446744073709551619\r\n\r\nabc", 413),
    RAW("gzip, chunked", POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" SMUGGLED, 400),
    RAW("chunked, identity", POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" SMUGGLED,
        400),
    RAW("xchunked", POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" SMUGGLED, 400),
    RAW("chunked after a vertical tab",
        POST "Transfer-Encoding: \x0b"
             "chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
        400),
    RAW("transfer-encoding twice",
        POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
        400),
    RAW("chunked then identity",
        POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" SMUGGLED,
        400),
    RAW("chunked in http/1.0",
        "POST /api/public/echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    RAW("chunk size 0x3", POST "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n" SMUGGLED,
        400),
    RAW("signed chunk size",
        POST "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n" SMUGGLED, 400),
    RAW("chunk size after a space",
        POST "Transfer-Encoding: chunked\r\n\r\n 3\r\nabc\r\n0\r\n\r\n" SMUGGLED, 400),
    RAW("chunk size before a space",
        POST "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n" SMUGGLED, 400),
    RAW("empty chunk size", POST "Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n", 400),
    RAW("chunk size beyond 64 bits",
        POST "Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n0\r\n\r\n", 413),
    RAW("chunk longer than its size",
        POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n" SMUGGLED, 400),
    RAW("two hosts", "GET /api/public/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" SMUGGLED, 400),
    RAW("no host", "GET /api/public/health HTTP/1.1\r\nX: y\r\n\r\n" SMUGGLED, 400),
    RAW("folded header",
        "GET /api/public/health HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n" SMUGGLED, 400),
    RAW("first header folded",
        "GET /api/public/health HTTP/1.1\r\n Host: a\r\nHost: b\r\n\r\n" SMUGGLED, 400),
    RAW("bare line feed in the head", "GET /api/public/health HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        400),
    RAW("bare line feed after the request line", "GET /api/public/health HTTP/1.1\nHost: a\r\n\r\n",
        400),
    RAW("bare line feeds at the end", "GET /api/public/health HTTP/1.1\r\nHost: a\n\n" SMUGGLED,
        400),
    RAW("NUL in a header value",
        "GET /api/public/health HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n" SMUGGLED, 400),
    RAW("NUL in a header name",
        "GET /api/public/health HTTP/1.1\r\nHost: a\r\nX\0: y\r\n\r\n" SMUGGLED, 400),
    RAW("header without a colon",
        "GET /api/public/health HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n" SMUGGLED, 400),
    RAW("carriage return in a value",
        "GET /api/public/health HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n" SMUGGLED, 400),
    RAW("parenthesis in a name",
        "GET /api/public/health HTTP/1.1\r\nHost: a\r\nX(y): z\r\n\r\n" SMUGGLED, 400),
    RAW("space in the target", "GET /api/public /health HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED, 400),
    RAW("two spaces before the target",
        "GET  /api/public/health HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED, 400),
    RAW("http/1.2", "GET /api/public/health HTTP/1.2\r\nHost: a\r\n\r\n" SMUGGLED, 505),
    RAW("unknown method", "BREW /api/public/health HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED, 501),
};

static void test_refused(void **state)
{
    const struct toy_server *s = *state;
    int failed = 0;

    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        int fd = raw_connect(s);
        struct raw_answer a;

        assert_true(raw_send(fd, refused[i].bytes, refused[i].len));
        a = raw_read_all(fd);
        // (The library sends its own head twice when it dislikes a length itself.)
        if (a.status != refused[i].status || !a.closed || strstr(a.data, "HTTP/1.1 200")) {
            print_error("%s: %d, expected %d and a closed connection:\n%s\n", refused[i].name,
                        a.status, refused[i].status, a.data);
            failed++;
        }
        raw_free(&a);
        (void)close(fd);
    }
    assert_int_equal(failed, 0);
}

// A request line that is no HTTP at all may also end without an answer, but it does end.
static const struct raw_case noise[] = {
    RAW("a TLS greeting", "\x16\x03\x01\x02\x01\x01\r\n\r\n", 0),
    RAW("method alone", "GET\r\n\r\n", 0),
    RAW("no version", "GET /api/public/health\r\n\r\n", 0),
    RAW("http/0.9", "GET /api/public/health HTTP/0.9\r\n\r\n", 0),
    RAW("http/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0),
    RAW("word after the version", "GET /api/public/health HTTP/1.1 x\r\nHost: a\r\n\r\n", 0),
    RAW("spaces", "    \r\n\r\n", 0),
    RAW("NUL in the target", "GET /api/public/health\0/x HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED, 0),
};

static void test_noise(void **state)
{
    const struct toy_server *s = *state;

    for (size_t i = 0; i < ARRAY_LEN(noise); i++) {
        int fd = raw_connect(s);
        struct raw_answer a;

        assert_true(raw_send(fd, noise[i].bytes, noise[i].len));
        (void)shutdown(fd, SHUT_WR);
        a = raw_read_all(fd);
        assert_true(a.closed);
        assert_true(a.status == 0 || a.status >= 400);
        raw_free(&a);
        (void)close(fd);
    }
}

static void test_large_heads(void **state)
{
    static const size_t sizes[] = {LIMIT_HEADER_BYTES, 60000, 200000, 1u << 20};
    const struct toy_server *s = *state;

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO(buf_fini) struct buf request = {.max = 2u << 20};
        int fd = raw_connect(s);
        struct raw_answer a;

        BUF_ADD(&request, "GET /api/public/health HTTP/1.1\r\nHost: a\r\nX: ");
        for (size_t n = 0; n < sizes[i]; n++)
            buf_add_char(&request, 'y');
        BUF_ADD(&request, "\r\n\r\n");
        (void)raw_send(fd, request.data, request.len);
        a = raw_read_all(fd);
        assert_int_equal(a.status, 431);
        raw_free(&a);
        (void)close(fd);
    }
}

static void test_long_target(void **state)
{
    static char request[40000];
    const struct toy_server *s = *state;
    struct raw_answer a;
    int fd = raw_connect(s);
    int len = snprintf(request, sizeof request, "GET /api/public/");

    memset(request + len, 'y', LIMIT_TARGET_BYTES + 10);
    len += (int)LIMIT_TARGET_BYTES + 10;
    (void)snprintf(request + len, sizeof request - (size_t)len, " HTTP/1.1\r\nHost: a\r\n\r\n");
    raw_say(fd, request);
    a = raw_read_all(fd);
    assert_int_equal(a.status, 414);
    raw_free(&a);
    (void)close(fd);
}

// What real clients send must pass: the guard's measure of the library's buffer may not misfire.
static void test_accepted(void **state)
{
    static const char *const accepted[] = {
        GET_HEALTH,
        "GET /api/public/health HTTP/1.1\r\nHost:a\r\n\r\n",
        "GET /api/public/health HTTP/1.1\r\nHost:  a  \r\nX:\r\nY: \r\n\r\n",
        "\r\nGET /api/public/health HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /api/public/health HTTP/1.0\r\n\r\n",
        "GET /api/public/health?a=b%20c&d HTTP/1.1\r\nHost: a\r\nCookie: a=b; c=d\r\n\r\n",
        "GET /api/public/health HTTP/1.1\r\nHost: a\r\nx_langfuse_sdk_name: p \xc3\xa9\r\n\r\n",
        "GET http://a/api/public/health HTTP/1.1\r\nHost: a\r\n\r\n",
    };
    const struct toy_server *s = *state;

    for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
        struct raw_answer a = raw_ask(s, accepted[i]);

        if (a.status != 200)
            print_error("%s\n%s\n", accepted[i], a.data);
        assert_int_equal(a.status, 200);
        raw_free(&a);
    }
}

static void add_headers(struct buf *request, size_t target, size_t value_len)
{
    while (request->len < target) {
        BUF_ADD(request, "X-Header-Name: ");
        for (size_t i = 0; i < value_len; i++)
            buf_add_char(request, 'v');
        BUF_ADD(request, "\r\n");
    }
    BUF_ADD(request, "\r\n");
}

static void test_many_headers_in_small_pieces(void **state)
{
    static const size_t value_lens[] = {1, 10, 700, 5000};
    const struct toy_server *s = *state;

    for (size_t i = 0; i < ARRAY_LEN(value_lens); i++) {
        AUTO(buf_fini) struct buf request = {.max = 40000};
        int fd = raw_connect(s);
        struct raw_answer a;

        BUF_ADD(&request, "GET /api/public/health HTTP/1.1\r\nHost: a\r\n");
        add_headers(&request, value_lens[i] < 50 ? 8000 : 25000, value_lens[i]);
        for (str rest = buf_str(&request); rest.n > 0; rest = str_skip(rest, 1500)) {
            assert_true(raw_send(fd, rest.p, rest.n < 1500 ? rest.n : 1500));
            (void)poll(NULL, 0, 1);
        }
        a = raw_read(fd, false);
        assert_int_equal(a.status, 200);
        raw_free(&a);
        (void)close(fd);
    }
}

static int setup(void **state)
{
    static struct toy_server server;

    toy_start(&server);
    *state = &server;
    return 0;
}

static int teardown(void **state)
{
    toy_stop(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),     cmocka_unit_test(test_noise),
        cmocka_unit_test(test_large_heads), cmocka_unit_test(test_long_target),
        cmocka_unit_test(test_accepted),    cmocka_unit_test(test_many_headers_in_small_pieces),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
