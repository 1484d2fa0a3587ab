// SPDX-License-Identifier: MIT
// What leaves through web_call, byte by byte, and what is said when no answer comes.
#include "base/clock.h"
#include "net/web.h"
#include "unit/net/scene.h"

enum { ARENA = 256 << 10, BODY = 1 << 10 };
#define OK_X "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"

struct client {
    struct arena *arena;
    struct ctx ctx;
    struct web *web;
    struct buf body;
    struct web_call call;
    struct web_answer answer;
};

static void client_open(struct client *c, const char *scheme, const struct scene *s)
{
    static const struct web_options options = {.idle_ms = 2000};
    *c = (struct client){.arena = arena_create(ARENA), .call = {.method = "GET"}};
    ctx_init(&c->ctx, c->arena);
    buf_init(&c->body, BODY);
    assert_int_equal(web_open(&c->ctx, &options, &c->web), ERR_OK);
    c->call.url = arena_fmt(c->arena, "%s://127.0.0.1:%u/a//b/../%%2f?q=%%20", scheme, s->port);
    c->answer.body = &c->body;
}

static enum errc send_call(struct client *c)
{
    return web_call(c->web, &c->ctx, &c->call, &c->answer);
}

static void client_close(struct client *c)
{
    web_close(c->web);
    buf_fini(&c->body);
    arena_destroy(c->arena);
}

static void test_a_request_is_sent_as_it_was_told(void **state)
{
    (void)state;
    static const struct web_header headers[] = {{STR_INIT("x-one"), STR_INIT("1")},
                                                {STR_INIT("x-empty"), STR_INIT("")}};
    struct scene s = {.connections = {OK_X}};
    struct client c;
    scene_start(&s);
    client_open(&c, "http", &s);
    c.call.method = "PUT";
    c.call.headers = headers;
    c.call.n_headers = ARRAY_LEN(headers);
    char data[2000]; // libcurl would ask for permission (Expect) from 1 KiB on
    memset(data, 'd', sizeof data);
    c.call.body = str_make(data, sizeof data);
    assert_int_equal(send_call(&c), ERR_OK);
    client_close(&c);
    scene_end(&s);
    str expected = arena_fmt((c.arena = arena_create(ARENA)),
                             "PUT /a//b/../%%2f?q=%%20 HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                             "User-Agent: rushlight/" RUSHLIGHT_VERSION "\r\nAccept: */*\r\n"
                             "x-one: 1\r\nx-empty:\r\nContent-Length: 2000\r\n\r\n",
                             s.port);
    assert_int_equal(s.n, expected.n + sizeof data);
    assert_memory_equal(s.text, expected.p, expected.n);
    arena_destroy(c.arena);
}

static void test_an_empty_body_has_a_length_and_none_has_not(void **state)
{
    (void)state;
    const struct {
        str body;
        bool length;
    } cases[] = {{STR(""), true}, {STR_NONE, false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct scene s = {.connections = {OK_X}};
        struct client c;
        scene_start(&s);
        client_open(&c, "http", &s);
        c.call.method = "DELETE";
        c.call.body = cases[i].body;
        assert_int_equal(send_call(&c), ERR_OK);
        client_close(&c);
        scene_end(&s);
        str text = str_make(s.text, s.n);
        assert_int_equal(str_has(text, STR("Content-Length: 0\r\n")), cases[i].length);
        assert_false(str_has(text, STR("Transfer-Encoding")));
        assert_false(str_has(text, STR("Content-Type")));
    }
}

static void test_what_the_answer_says_is_kept(void **state)
{
    (void)state;
    struct scene s = {.connections = {"HTTP/1.1 404 Not Found\r\nContent-Type: text/xml\r\n"
                                      "ETag: \"e\"\r\nDate: today\r\nX-Ms-Error-Code: BlobNotFound"
                                      "\r\nContent-Length: 4\r\n\r\nbody"},
                      .slowly = true};
    struct client c;
    scene_start(&s);
    client_open(&c, "http", &s);
    assert_int_equal(send_call(&c), ERR_OK);
    assert_int_equal(c.answer.status, 404);
    assert_int_equal(c.answer.failure, WEB_FINE);
    assert_true(str_eq(buf_str(&c.body), STR("body")));
    assert_true(str_eq(c.answer.content_type, STR("text/xml")));
    assert_true(str_eq(c.answer.etag, STR("\"e\"")));
    assert_true(str_eq(c.answer.date, STR("today")));
    assert_true(str_eq(c.answer.error_code, STR("BlobNotFound")));
    assert_true(str_eq(c.answer.local_address, STR("127.0.0.1")));
    client_close(&c);
    scene_end(&s);
}

static void test_connections_are_kept_and_replaced(void **state)
{
    (void)state;
    struct scene s = {.connections = {OK_X "|" OK_X, OK_X}};
    struct client c;
    scene_start(&s);
    client_open(&c, "http", &s);
    for (int i = 0; i < 3; i++)
        assert_int_equal(send_call(&c), ERR_OK);
    assert_true(str_eq(buf_str(&c.body), STR("xxx")));
    client_close(&c);
    scene_end(&s);
    assert_int_equal(s.requests, 3);
}

// ---- No answer ----------------------------------------------------------------------------------

struct failing {
    const char *scheme;
    const char *answer; // NULL: nobody listens
    const char *url;    // instead of the scene's
    int64_t timeout_ms;
    bool greedy;
    enum errc code;
    enum web_failure failure;
    const char *says;
};

static void expect_failure(const struct failing *f)
{
    struct scene s = {.connections = {f->answer}, .greedy = f->greedy};
    struct client c;
    scene_start(&s);
    client_open(&c, f->scheme, &s);
    if (f->url)
        c.call.url = str_c(f->url);
    c.call.timeout_ms = f->timeout_ms;
    assert_int_equal(send_call(&c), f->code);
    assert_int_equal(c.answer.failure, f->failure);
    if (!str_has(c.ctx.message, str_c(f->says)))
        fail_msg("\"%.*s\" does not say \"%s\"", STR_ARG(c.ctx.message), f->says);
    assert_false(str_has(c.ctx.message, STR("q=")));
    client_close(&c);
    scene_end(&s);
}

static void test_each_failure_is_named(void **state)
{
    (void)state;
    static const struct failing cases[] = {
        {"http", NULL, NULL, 0, false, ERR_UNAVAILABLE, WEB_REFUSED,
         ": Connection refused; nobody listens there"},
        {"http", NULL, "http://no-such-host.invalid/x", 0, false, ERR_UNAVAILABLE, WEB_UNKNOWN_HOST,
         "no answer from http://no-such-host.invalid: Could not resolve host"},
        {"http", SCENE_SILENCE, NULL, 200, false, ERR_UNAVAILABLE, WEB_TIMED_OUT,
         "connected, but the answer did not come (limit 200 ms)"},
        {"http", SCENE_SILENCE, NULL, 0, false, ERR_UNAVAILABLE, WEB_TIMED_OUT, "connected, but"},
        {"https", "HTTP/1.1 400 Bad Request\r\n\r\n", NULL, 0, true, ERR_UNAVAILABLE, WEB_TLS,
         "check that the scheme (http, https) is what the server speaks"},
        {"http", "\x15\x03\x03\x01\x02\x02\x50", NULL, 0, true, ERR_UNAVAILABLE, WEB_TLS,
         "check that the scheme (http, https) is what the server speaks"},
        {"http", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", NULL, 0, false,
         ERR_UNAVAILABLE, WEB_BROKEN, "closed the connection"},
        {"ftp", NULL, NULL, 0, false, ERR_INVALID, WEB_FINE, "http:// or https://"},
        {"http", NULL, "http://user:q=1@127.0.0.1/", 0, false, ERR_INVALID, WEB_FINE,
         "settings of their own"},
        {"http", NULL, "http:///x", 0, false, ERR_INVALID, WEB_FINE, "needs a host"},
        {"http", NULL, "http://127.0.0.1/ HTTP/1.1\r\nX: y", 0, false, ERR_INVALID, WEB_FINE,
         "control characters"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_failure(&cases[i]);
}

static void test_silence_on_a_kept_connection_is_no_firewall(void **state)
{
    (void)state;
    struct scene s = {.connections = {OK_X "|" SCENE_SILENCE}};
    struct client c;
    scene_start(&s);
    client_open(&c, "http", &s);
    assert_int_equal(send_call(&c), ERR_OK);
    c.call.timeout_ms = 200;
    assert_int_equal(send_call(&c), ERR_UNAVAILABLE);
    assert_int_equal(c.answer.failure, WEB_TIMED_OUT);
    assert_true(str_has(c.ctx.message, STR("connected, but the answer did not come")));
    client_close(&c);
    scene_end(&s);
}

// A listener whose queue is full drops what comes, as a firewall does.
static void test_a_connection_that_does_not_come_says_from_where(void **state)
{
    (void)state;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fill[8];
    assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(listener, 0), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    for (size_t i = 0; i < ARRAY_LEN(fill); i++) {
        fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(fill[i], (struct sockaddr *)&at, sizeof at);
    }
    struct scene s = {.port = ntohs(at.sin_port)};
    struct client c;
    client_open(&c, "http", &s);
    c.call.timeout_ms = 300;
    assert_int_equal(send_call(&c), ERR_UNAVAILABLE);
    assert_int_equal(c.answer.failure, WEB_TIMED_OUT);
    assert_true(str_has(c.ctx.message, STR("no connection in time (called from 127.0.0.1);")));
    assert_true(str_has(c.ctx.message, STR("an IP white list")));
    client_close(&c);
    for (size_t i = 0; i < ARRAY_LEN(fill); i++)
        close(fill[i]);
    close(listener);
}

static void test_an_answer_over_the_maximum_is_too_large(void **state)
{
    (void)state;
    char text[BODY + 100] = "HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n";
    size_t n = strlen(text);
    memset(text + n, 'b', BODY + 1);
    expect_failure(&(struct failing){"http", text, NULL, 0, false, ERR_TOO_LARGE, WEB_TOO_LARGE,
                                     "longer than 1024 bytes"});
}

static void test_a_refusal_may_go_elsewhere_and_is_cut(void **state)
{
    (void)state;
    struct scene s = {
        .connections = {"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot there|" OK_X}};
    struct client c;
    struct buf fault;
    scene_start(&s);
    client_open(&c, "http", &s);
    buf_init(&fault, 3);
    c.answer.fault = &fault;
    assert_int_equal(send_call(&c), ERR_OK);
    assert_int_equal(c.body.len, 0);
    assert_true(str_eq(buf_str(&fault), STR("not")));
    assert_int_equal(send_call(&c), ERR_OK);
    assert_true(str_eq(buf_str(&c.body), STR("x")));
    assert_int_equal(fault.len, 3);
    buf_fini(&fault);
    client_close(&c);
    scene_end(&s);
    assert_int_equal(s.requests, 2);
}

static void test_the_context_has_the_last_word_on_time(void **state)
{
    (void)state;
    struct scene s = {.connections = {SCENE_SILENCE}};
    struct client c;
    scene_start(&s);
    client_open(&c, "http", &s);
    c.ctx.deadline_ms = clock_mono_ms() + 200;
    assert_int_equal(send_call(&c), ERR_UNAVAILABLE);
    assert_int_equal(c.answer.failure, WEB_TIMED_OUT);
    assert_true(clock_mono_ms() < c.ctx.deadline_ms + 1500);
    client_close(&c);
    scene_end(&s);
}

static void test_headers_cannot_end_a_line(void **state)
{
    (void)state;
    static const struct web_header bad[] = {
        {STR_INIT("x"), STR_INIT("1\r\ny: 2")}, {STR_INIT("x"), STR_INIT("1\0")},
        {STR_INIT("x\n"), STR_INIT("1")},       {STR_INIT("x:y"), STR_INIT("1")},
        {STR_INIT(""), STR_INIT("1")},
    };
    struct scene s = {.connections = {NULL}};
    struct client c;
    scene_start(&s);
    client_open(&c, "http", &s);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ctx_clear_error(&c.ctx);
        c.call.headers = &bad[i];
        c.call.n_headers = 1;
        assert_int_equal(send_call(&c), ERR_INVALID);
    }
    client_close(&c);
    scene_end(&s);
}

static void test_text_is_escaped_for_addresses(void **state)
{
    (void)state;
    struct arena *a = arena_create(ARENA);
    assert_true(str_eq(web_escape(a, STR("a/b c+~\xc3\xa4="), "/"), STR("a/b%20c%2B~%C3%A4%3D")));
    assert_true(str_eq(web_escape(a, STR("a/b"), ""), STR("a%2Fb")));
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_is_sent_as_it_was_told),
        cmocka_unit_test(test_an_empty_body_has_a_length_and_none_has_not),
        cmocka_unit_test(test_what_the_answer_says_is_kept),
        cmocka_unit_test(test_connections_are_kept_and_replaced),
        cmocka_unit_test(test_each_failure_is_named),
        cmocka_unit_test(test_silence_on_a_kept_connection_is_no_firewall),
        cmocka_unit_test(test_a_connection_that_does_not_come_says_from_where),
        cmocka_unit_test(test_an_answer_over_the_maximum_is_too_large),
        cmocka_unit_test(test_a_refusal_may_go_elsewhere_and_is_cut),
        cmocka_unit_test(test_the_context_has_the_last_word_on_time),
        cmocka_unit_test(test_headers_cannot_end_a_line),
        cmocka_unit_test(test_text_is_escaped_for_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
