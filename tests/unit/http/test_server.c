// SPDX-License-Identifier: MIT
// The running server over raw sockets: routing, keep-alive, preflight, HEAD, entity tags, base
// path, streaming.
#include "unit/http/toy_server.h"

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

    raw_say(fd,
            REQUEST("GET", "health")
                END REQUEST("POST", "echo") "Content-Length: 3\r\n" END "abc" REQUEST("GET", "none")
                    END REQUEST("GET", "nothing") END);
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
    AUTO(buf_fini) struct buf request = {.max = 1000};
    struct raw_answer a = ask_expecting(s, REQUEST("GET", "health") END, 200);
    const char *etag = strcasestr(a.data, "\r\nETag: ");

    assert_non_null(etag);
    etag += strlen("\r\nETag: ");
    BUF_ADD(&request, REQUEST("GET", "health") "If-None-Match: ");
    buf_add(&request, str_make(etag, strcspn(etag, "\r")));
    buf_add(&request, str_make("\r\n\r\n", 5)); // with its NUL
    raw_free(&a);
    a = ask_expecting(s, request.data, 304);
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
    {"GET /monitor/api/public/where HTTP/1.1\r\nHost: h:1\r\n\r\n", 200,
     "\r\n\r\nhttp://h:1/monitor"},
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
