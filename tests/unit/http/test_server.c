// SPDX-License-Identifier: MIT
// The running server over raw sockets: routing, refusals before the body, bodies, keep-alive,
// preflight, HEAD, entity tags, base path, streaming.
#include "base/compress.h"
#include "unit/http/toy_server.h"

#define REQUEST(method, path) method " /api/public/" path " HTTP/1.1\r\nHost: a\r\n"
#define END "\r\n"

static struct raw_answer ask_expecting(const struct toy_server *s, const char *request, int status)
{
    struct raw_answer a = raw_ask(s, request);

    if (a.status != status)
        print_error("%s\ngot:\n%s\n", request, a.data);
    assert_int_equal(a.status, status);
    return a;
}

static void test_get(void **state)
{
    struct raw_answer a = ask_expecting(*state, REQUEST("GET", "health") END, 200);

    assert_string_equal(raw_body(&a), "{\"status\":\"OK\"}");
    assert_has(&a, "\r\nContent-Type: application/json; charset=utf-8\r\n");
    assert_has(&a, "\r\nX-Content-Type-Options: nosniff\r\n");
    assert_has(&a, "\r\nX-Request-Id: ");
    assert_has(&a, "\r\nDate: ");
    assert_lacks(&a, "Connection: close");
    raw_free(&a);
}

static void test_head(void **state)
{
    struct raw_answer a = ask_expecting(*state, REQUEST("HEAD", "health") END, 200);

    assert_has(&a, "\r\nContent-Length: 15\r\n");
    assert_has(&a, "\r\nContent-Type: application/json; charset=utf-8\r\n");
    assert_int_equal(a.len, a.head_len);
    raw_free(&a);
}

static void test_preflight(void **state)
{
    static const char *const paths[] = {"ingestion", "no/such/route", "health"};

    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        char request[300];
        struct raw_answer a;

        (void)snprintf(request, sizeof request,
                       "OPTIONS /api/public/%s HTTP/1.1\r\nHost: a\r\n"
                       "Origin: http://example.com\r\nAccess-Control-Request-Method: POST\r\n"
                       "Access-Control-Request-Headers: authorization,x-y\r\n\r\n",
                       paths[i]);
        a = ask_expecting(*state, request, 204);
        assert_has(&a, "\r\nAccess-Control-Allow-Origin: http://example.com\r\n");
        assert_has(&a, "\r\nAccess-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\r\n");
        assert_has(&a, "\r\nAccess-Control-Allow-Headers: authorization,x-y\r\n");
        assert_has(&a, "\r\nVary: Origin, Access-Control-Request-Headers\r\n");
        raw_free(&a);
    }
}

static void test_unknown_and_wrong_method(void **state)
{
    struct raw_answer a = ask_expecting(*state, REQUEST("GET", "does-not-exist") END, 404);

    assert_string_equal(raw_body(&a),
                        "{\"message\":\"Not Found\",\"error\":\"LangfuseNotFoundError\"}");
    raw_free(&a);
    a = ask_expecting(*state, REQUEST("GET", "") END, 404);
    raw_free(&a);
    a = ask_expecting(*state, REQUEST("PUT", "things/1") "Content-Length: 0\r\n" END, 405);
    assert_string_equal(raw_body(&a), "{\"message\":\"Method not allowed\","
                                      "\"error\":\"MethodNotAllowedError\"}");
    assert_has(&a, "\r\nAllow: GET, HEAD, OPTIONS\r\n");
    raw_free(&a);
    a = ask_expecting(*state, REQUEST("GET", "ingestion") END, 405);
    assert_string_equal(raw_body(&a), "{\"error\":\"MethodNotAllowedError\","
                                      "\"message\":\"Method not allowed\"}");
    raw_free(&a);
}

static void test_variables(void **state)
{
    struct raw_answer a;

    a = ask_expecting(*state, REQUEST("GET", "things/a%2Fb%20c/") "Authorization: x\r\n" END, 200);
    assert_string_equal(raw_body(&a), "{\"id\":\"a/b c\"}");
    raw_free(&a);
    a = ask_expecting(*state, REQUEST("GET", "things/a%2") "Authorization: x\r\n" END, 400);
    assert_has(&a, "\"error\":\"InvalidRequestError\"");
    raw_free(&a);
}

static void test_handler_results(void **state)
{
    struct raw_answer a = ask_expecting(*state, REQUEST("GET", "nothing") END, 200);

    assert_string_equal(raw_body(&a), "{\"message\":\"OK\"}");
    raw_free(&a);
    a = ask_expecting(*state, REQUEST("GET", "fails") "X-Request-Id: my-id\r\n" END, 500);
    assert_lacks(&a, "secret");
    assert_has(&a, "\r\nX-Request-Id: my-id\r\n");
    assert_has(&a, "under request id my-id\"");
    raw_free(&a);
}

static void test_fallback(void **state)
{
    struct raw_answer a = ask_expecting(*state, "GET /traces HTTP/1.1\r\nHost: a\r\n\r\n", 200);

    assert_string_equal(raw_body(&a), "<html>page</html>");
    assert_lacks(&a, "Access-Control");
    raw_free(&a);
    a = ask_expecting(*state, "POST /traces HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 404);
    raw_free(&a);
    a = ask_expecting(*state, "GET /api/other HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    raw_free(&a);
}

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
    a = ask_expecting(s, REQUEST("POST", "echo") "Content-Encoding: identity\r\n"
                         "Content-Length: 5\r\n" END "hello", 200);
    raw_free(&a);
    a = ask_expecting(s, REQUEST("POST", "echo") "Content-Encoding: br\r\n"
                         "Content-Length: 5\r\n" END "hello", 415);
    raw_free(&a);
    a = ask_expecting(s, REQUEST("POST", "echo") "Transfer-Encoding: chunked\r\n" END
                         "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n", 200);
    assert_string_equal(raw_body(&a), "abcde");
    assert_has(&a, "\r\nConnection: close\r\n");
    raw_free(&a);
}

static void test_chunked_over_the_limit(void **state)
{
    const struct toy_server *s = *state;
    char piece[520];
    struct raw_answer a;
    int fd = raw_connect(s);

    memset(piece, 'x', sizeof piece);
    memcpy(piece, "200\r\n", 5);
    memcpy(piece + 5 + 512, "\r\n", 2);
    raw_say(fd, REQUEST("POST", "echo") "Transfer-Encoding: chunked\r\n" END);
    for (int i = 0; i < 10; i++)
        assert_true(raw_send(fd, piece, 519));
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

static void test_keep_alive(void **state)
{
    const struct toy_server *s = *state;
    int fd = raw_connect(s);

    for (int i = 0; i < 100; i++) {
        struct raw_answer a;

        raw_say(fd, i % 3 ? REQUEST("POST", "echo") "Content-Length: 3\r\n" END "abc"
                          : REQUEST("GET", "does-not-exist") END);
        a = raw_read(fd, false);
        assert_int_equal(a.status, i % 3 ? 200 : 404);
        assert_lacks(&a, "Connection: close");
        raw_free(&a);
    }
    (void)close(fd);
}

static void test_many_connections(void **state)
{
    const struct toy_server *s = *state;
    int64_t until;

    for (int i = 0; i < 100; i++) {
        struct raw_answer a = ask_expecting(s, REQUEST("GET", "health") END, 200);

        raw_free(&a);
    }
    until = clock_mono_ms() + RAW_WAIT_MS;
    while (http_server_connections(s->server) > 0 && clock_mono_ms() < until)
        (void)poll(NULL, 0, 5);
    assert_int_equal(http_server_connections(s->server), 0);
}

static void test_pipelining(void **state)
{
    static const int expected[] = {200, 200, 404, 200};
    const struct toy_server *s = *state;
    int fd = raw_connect(s);

    raw_say(fd, REQUEST("GET", "health") END REQUEST("POST", "echo") "Content-Length: 3\r\n" END
                "abc" REQUEST("GET", "none") END REQUEST("GET", "nothing") END);
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        struct raw_answer a = raw_read(fd, false);

        assert_int_equal(a.status, expected[i]);
        raw_free(&a);
    }
    (void)close(fd);
}

static void test_half_close(void **state)
{
    const struct toy_server *s = *state;
    struct raw_answer a;
    int fd = raw_connect(s);

    raw_say(fd, REQUEST("POST", "echo") "Content-Length: 3\r\n" END "abc");
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    a = raw_read_all(fd);
    assert_int_equal(a.status, 200);
    assert_has(&a, "\r\n\r\nabc");
    assert_true(a.closed);
    raw_free(&a);
    (void)close(fd);
}

static void test_entity_tag(void **state)
{
    const struct toy_server *s = *state;
    struct raw_answer a = ask_expecting(s, REQUEST("GET", "health") END, 200);
    const char *etag = strcasestr(a.data, "\r\nETag: ");
    char request[300];

    assert_non_null(etag);
    etag += strlen("\r\nETag: ");
    (void)snprintf(request, sizeof request, REQUEST("GET", "health") "If-None-Match: %.*s\r\n" END,
                   (int)strcspn(etag, "\r"), etag);
    raw_free(&a);
    a = ask_expecting(s, request, 304);
    assert_int_equal(a.len, a.head_len);
    raw_free(&a);
}

static void test_stream(void **state)
{
    struct toy_server *s = *state;
    struct raw_answer a;
    int fd = raw_connect(s);

    raw_say(fd, REQUEST("GET", "streams") "Connection: close\r\n" END);
    a = raw_read_all(fd);
    assert_int_equal(a.status, 200);
    assert_has(&a, "\r\nTransfer-Encoding: chunked\r\n");
    assert_has(&a, "\r\n8\r\npiece 3\n\r\n8\r\npiece 2\n\r\n8\r\npiece 1\n\r\n0\r\n\r\n");
    assert_true(atomic_load(&s->app.streaming_over));
    raw_free(&a);
    (void)close(fd);
    atomic_store(&s->app.streaming_over, false);
    a = ask_expecting(s, REQUEST("HEAD", "streams") END, 200);
    raw_free(&a);
}

static void test_overload(void **state)
{
    struct toy_server *s = *state;
    struct raw_answer a;

    atomic_store(&s->app.refusing, true);
    a = ask_expecting(s, REQUEST("GET", "things/1") "Authorization: x\r\n" END, 503);
    assert_has(&a, "\r\nRetry-After: 1\r\n");
    assert_has(&a, "\"error\":\"ServiceUnavailableError\"");
    raw_free(&a);
    a = ask_expecting(s, REQUEST("GET", "health") END, 200);
    raw_free(&a);
    atomic_store(&s->app.refusing, false);
}

struct base_case {
    const char *request;
    int status;
    const char *has;
};

static const struct base_case base_cases[] = {
    {"GET /monitor/api/public/where HTTP/1.1\r\nHost: h:1\r\n\r\n", 200, "\r\n\r\nhttp://h:1/monitor"},
    {"GET /api/public/where HTTP/1.1\r\nHost: h\r\n\r\n", 200, "\r\n\r\nhttp://h/monitor"},
    {"GET /api/public/where HTTP/1.1\r\nHost: h\r\nX-Forwarded-Proto: https\r\n"
     "X-Forwarded-Host: obs.example.com\r\nX-Forwarded-Prefix: /other\r\n\r\n",
     200, "\r\n\r\nhttps://obs.example.com/other"},
    {"GET /monitor HTTP/1.1\r\nHost: h\r\n\r\n", 308, "\r\nLocation: /monitor/\r\n"},
    {"GET /monitor?a=b HTTP/1.1\r\nHost: h\r\n\r\n", 308, "\r\nLocation: /monitor/?a=b\r\n"},
    {"GET /monitor/ HTTP/1.1\r\nHost: h\r\n\r\n", 200, "<html>page</html>"},
    {"GET /monitor/api/public/none HTTP/1.1\r\nHost: h\r\n\r\n", 404, "LangfuseNotFoundError"},
    {"OPTIONS /monitor/api/public/x HTTP/1.1\r\nHost: h\r\nOrigin: http://o\r\n\r\n", 204,
     "\r\nAccess-Control-Allow-Origin: http://o\r\n"},
};

static void test_base_path(void **state UNUSED)
{
    static struct toy_server s;
    struct http_config cfg = toy_config(&s.app);

    cfg.base_path = STR("/monitor");
    toy_start_with(&s, &cfg);
    for (size_t i = 0; i < ARRAY_LEN(base_cases); i++) {
        struct raw_answer a = ask_expecting(&s, base_cases[i].request, base_cases[i].status);

        assert_has(&a, base_cases[i].has);
        raw_free(&a);
    }
    toy_stop(&s);
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
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_preflight),
        cmocka_unit_test(test_unknown_and_wrong_method),
        cmocka_unit_test(test_variables),
        cmocka_unit_test(test_handler_results),
        cmocka_unit_test(test_fallback),
        cmocka_unit_test(test_refused_before_the_body),
        cmocka_unit_test(test_refusal_reaches_a_writing_client),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_chunked_over_the_limit),
        cmocka_unit_test(test_continue),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_bad_gzip),
        cmocka_unit_test(test_large_body),
        cmocka_unit_test(test_keep_alive),
        cmocka_unit_test(test_many_connections),
        cmocka_unit_test(test_pipelining),
        cmocka_unit_test(test_half_close),
        cmocka_unit_test(test_entity_tag),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_overload),
        cmocka_unit_test(test_base_path),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
