// SPDX-License-Identifier: MIT
// Request bodies over raw sockets: refused before they are read, chunked, gzip, limits, continue.
#include "base/compress.h"
#include "unit/http/toy_server.h"

// Neither the key nor the size is looked at after a body was sent: no byte of it is needed.
static void test_refused_before_the_body(void **state)
{
    const struct toy_server *s = *state;
    struct raw_answer a;
    int fd;

    a = ask_expecting(s, REQUEST("POST", "secured") "Content-Length: 20000000\r\n" END, 401);
    assert_string_equal(raw_body(&a), "{\"message\":\"No authorization header\"}");
    raw_free(&a);
    a = ask_expecting(s, REQUEST("POST", "ingestion") "Content-Length: 60000000\r\n" END, 413);
    assert_string_equal(raw_body(&a), "{\"error\":\"PayloadTooLargeError\","
                                      "\"message\":\"Body exceeded 4.5mb limit\"}");
    raw_free(&a);
    fd = raw_connect(s);
    raw_say(fd, REQUEST("POST", "otel") "Content-Length: 100001\r\nExpect: 100-continue\r\n" END);
    a = raw_read_all(fd);
    assert_int_equal(a.status, 413);
    assert_true(a.closed);
    assert_has(&a, "{\"error\":\"Body exceeded 97.6kb limit\"}");
    raw_free(&a);
    (void)close(fd);
}

// The client writes its whole body before it reads: the answer must survive that.
static void test_refusal_reaches_a_writing_client(void **state)
{
    const struct toy_server *s = *state;
    size_t n = 8u << 20;
    char *body = calloc(1, n);
    struct raw_answer a;
    int fd = raw_connect(s);

    raw_say(fd, REQUEST("POST", "echo") "Content-Length: 8388608\r\n" END);
    assert_true(raw_send(fd, body, n));
    a = raw_read_all(fd);
    assert_int_equal(a.status, 413);
    raw_free(&a);
    (void)close(fd);
    free(body);
}

static void test_bodies(void **state)
{
    const struct toy_server *s = *state;
    struct raw_answer a;

    a = ask_expecting(s, REQUEST("POST", "echo") "Content-Length: 5\r\n" END "hello", 200);
    assert_string_equal(raw_body(&a), "hello");
    raw_free(&a);
    a = ask_expecting(s,
                      REQUEST("POST", "echo") "Content-Encoding: identity\r\n"
                                              "Content-Length: 5\r\n" END "hello",
                      200);
    raw_free(&a);
    a = ask_expecting(s,
                      REQUEST("POST", "echo") "Content-Encoding: br\r\n"
                                              "Content-Length: 5\r\n" END "hello",
                      415);
    raw_free(&a);
    a = ask_expecting(s,
                      REQUEST("POST", "echo") "Transfer-Encoding: chunked\r\n" END
                                              "3\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
                      200);
    assert_string_equal(raw_body(&a), "abcde");
    assert_has(&a, "\r\nConnection: close\r\n");
    raw_free(&a);
}

static void test_chunked_over_the_limit(void **state)
{
    const struct toy_server *s = *state;
    AUTO(buf_fini) struct buf piece = {.max = 1000};
    struct raw_answer a;
    int fd = raw_connect(s);

    BUF_ADD(&piece, "200\r\n");
    for (int i = 0; i < 512; i++)
        buf_add_char(&piece, 'x');
    BUF_ADD(&piece, "\r\n");
    raw_say(fd, REQUEST("POST", "echo") "Transfer-Encoding: chunked\r\n" END);
    for (int i = 0; i < 10; i++)
        assert_true(raw_send(fd, piece.data, piece.len));
    raw_say(fd, "0\r\n\r\n");
    a = raw_read_all(fd);
    assert_int_equal(a.status, 413);
    assert_true(a.closed);
    raw_free(&a);
    (void)close(fd);
}

static void test_continue(void **state)
{
    const struct toy_server *s = *state;
    struct raw_answer a;
    int fd = raw_connect(s);

    raw_say(fd, REQUEST("POST", "echo") "Content-Length: 2\r\nExpect: 100-continue\r\n" END);
    a = raw_read(fd, true);
    assert_int_equal(a.status, 100);
    raw_free(&a);
    raw_say(fd, "ok");
    a = raw_read(fd, false);
    assert_int_equal(a.status, 200);
    assert_string_equal(raw_body(&a), "ok");
    raw_free(&a);
    (void)close(fd);
}

static void gzip_of(struct toy_server *s, size_t n, char fill, struct buf *out)
{
    AUTO(buf_fini) struct buf plain;
    struct ctx ctx;

    buf_init(&plain, 64u << 20);
    buf_init(out, 64u << 20);
    ctx_init(&ctx, s->arena);
    for (size_t i = 0; i < n; i++)
        buf_add_char(&plain, fill);
    assert_int_equal(gzip_compress(&ctx, buf_str(&plain), 9, out), ERR_OK);
}

static struct raw_answer post_gzip(const struct toy_server *s, const char *path, str body)
{
    char head[300];
    struct raw_answer a;
    int fd = raw_connect(s);

    (void)snprintf(head, sizeof head,
                   "POST /api/public/%s HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n"
                   "Content-Length: %zu\r\n\r\n",
                   path, body.n);
    raw_say(fd, head);
    assert_true(raw_send(fd, body.p, body.n));
    a = raw_read(fd, false);
    (void)close(fd);
    return a;
}

static void test_gzip(void **state)
{
    struct toy_server *s = *state;
    AUTO(buf_fini) struct buf small;
    AUTO(buf_fini) struct buf bomb;
    struct raw_answer a;

    gzip_of(s, 900, 'g', &small);
    a = post_gzip(s, "echo", buf_str(&small));
    assert_int_equal(a.status, 200);
    assert_int_equal(a.len - a.head_len, 900);
    raw_free(&a);
    gzip_of(s, 40u << 20, 'b', &bomb);
    assert_true(bomb.len < 100000);
    a = post_gzip(s, "ingestion", buf_str(&bomb));
    assert_int_equal(a.status, 413);
    assert_has(&a, "Body exceeded 4.5mb limit");
    raw_free(&a);
    a = post_gzip(s, "otel", buf_str(&bomb));
    assert_int_equal(a.status, 413);
    assert_has(&a, "{\"error\":\"Body exceeded 97.6kb limit\"}");
    raw_free(&a);
}

static void test_bad_gzip(void **state)
{
    struct toy_server *s = *state;
    AUTO(buf_fini) struct buf small;
    struct raw_answer a;

    gzip_of(s, 900, 'g', &small);
    a = post_gzip(s, "echo", STR("not gzip at all"));
    assert_int_equal(a.status, 400);
    assert_has(&a, "{\"message\":\"Invalid request data\",\"error\":[{\"code\":\"custom\"");
    raw_free(&a);
    a = post_gzip(s, "echo", str_sub(buf_str(&small), 0, small.len - 4));
    assert_int_equal(a.status, 400);
    raw_free(&a);
    a = post_gzip(s, "ingestion", STR("not gzip at all"));
    assert_int_equal(a.status, 400);
    assert_has(&a, "{\"message\":\"Invalid request data\",\"errors\":[\"The gzip body");
    raw_free(&a);
    a = post_gzip(s, "otel", STR("not gzip at all"));
    assert_int_equal(a.status, 400);
    assert_string_equal(raw_body(&a), "{\"error\":\"Failed to decompress request body\"}");
    raw_free(&a);
}

static void test_large_body(void **state)
{
    const struct toy_server *s = *state;
    size_t n = 4u << 20;
    char *body = calloc(1, n);
    struct raw_answer a;
    int fd = raw_connect(s);

    raw_say(fd, REQUEST("POST", "ingestion") "Content-Length: 4194304\r\n" END);
    assert_true(raw_send(fd, body, n));
    a = raw_read(fd, false);
    assert_int_equal(a.status, 207);
    assert_string_equal(raw_body(&a), "{\"n\":4194304}");
    raw_free(&a);
    (void)close(fd);
    free(body);
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
        cmocka_unit_test(test_refused_before_the_body),
        cmocka_unit_test(test_refusal_reaches_a_writing_client),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_chunked_over_the_limit),
        cmocka_unit_test(test_continue),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_bad_gzip),
        cmocka_unit_test(test_large_body),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
